//! The competitor: what a good Rust programmer writes today without intrinsics and without this library.
//!
//! Sizes are const generics, weights are arrays by column, so that a product is a sum of scaled columns (`axpy`) which the
//! compiler turns into vectors by itself: no bounds checks, no horizontal sums. The functions of the gates come twice, those
//! of the standard library and rational ones that vectorise, so that the comparison is one of code, not of libm. A package
//! made by `cost` includes this file: it stands alone.

/// tanh and sigmoid.
pub(crate) trait Functions {
    /// tanh.
    fn tanh(x: f32) -> f32;
    /// 1 / (1 + e^-x).
    fn sigmoid(x: f32) -> f32;
}

/// Those of the standard library.
#[derive(Debug)]
pub(crate) struct Libm;

#[expect(clippy::disallowed_methods, reason = "what others call is what is measured")]
impl Functions for Libm {
    fn tanh(x: f32) -> f32 {
        x.tanh()
    }
    fn sigmoid(x: f32) -> f32 {
        1.0 / (1.0 + (-x).exp())
    }
}

/// Rational ones, straight-line: tanh within 6 ULP (3.6e-7), unfused; sigmoid within 2.4e-7, absolute.
#[derive(Debug)]
pub(crate) struct Rational;

impl Functions for Rational {
    #[inline]
    fn tanh(x: f32) -> f32 {
        // A reweighted least-squares fit of the relative error on [0, 9.02], 2.1e-8 before it is rounded.
        const P: [f32; 5] =
            [1.0, 0.13379709422588348, 0.003494024043902755, 2.0583296645781957e-05, 1.3318804725770406e-08];
        const Q: [f32; 5] =
            [1.0, 0.46713024377822876, 0.02587103471159935, 0.00032830750569701195, 7.761912002024474e-07];
        let x = x.clamp(-9.02, 9.02);
        let z = x * x;
        let polynomial = |c: [f32; 5]| c.iter().rev().fold(0.0, |sum, &c| multiply_add(sum, z, c));
        x * polynomial(P) / polynomial(Q)
    }
    #[inline]
    fn sigmoid(x: f32) -> f32 {
        multiply_add(Self::tanh(0.5 * x), 0.5, 0.5)
    }
}

/// a b + c, fused where the target was compiled with the instruction: elsewhere it would be a call.
#[inline]
fn multiply_add(a: f32, b: f32, c: f32) -> f32 {
    if cfg!(target_feature = "fma") { a.mul_add(b, c) } else { a * b + c }
}

/// A matrix of `G` gates of `H` units and `K` columns.
type Columns<const K: usize, const G: usize, const H: usize> = [[[f32; H]; G]; K];

/// From (G H, K), row-major.
fn columns<const K: usize, const G: usize, const H: usize>(rows: &[f32]) -> Columns<K, G, H> {
    assert_eq!(rows.len(), G * H * K);
    std::array::from_fn(|k| std::array::from_fn(|g| std::array::from_fn(|j| rows[(g * H + j) * K + k])))
}

/// From (G H), the sum of two if there are two.
fn bias<const G: usize, const H: usize>(one: &[f32], other: Option<&[f32]>) -> [[f32; H]; G] {
    let other = |i: usize| other.map_or(0.0, |other| other[i]);
    std::array::from_fn(|g| std::array::from_fn(|j| one[g * H + j] + other(g * H + j)))
}

/// Adds the product with `x`.
#[inline]
fn add_product<const K: usize, const G: usize, const H: usize>(
    sums: &mut [[f32; H]; G],
    columns: &Columns<K, G, H>,
    x: &[f32; K],
) {
    for k in 0..K {
        for g in 0..G {
            for j in 0..H {
                sums[g][j] = multiply_add(columns[k][g][j], x[k], sums[g][j]);
            }
        }
    }
}

/// What a stream carries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct State<const H: usize> {
    h: [f32; H],
    c: [f32; H],
}

impl<const H: usize> Default for State<H> {
    fn default() -> Self {
        Self { h: [0.0; H], c: [0.0; H] }
    }
}

/// The tensors of a recurrent layer in PyTorch's layout.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tensors<'a> {
    /// (gates H, I).
    pub(crate) weight_ih: &'a [f32],
    /// (gates H, H).
    pub(crate) weight_hh: &'a [f32],
    /// (gates H).
    pub(crate) bias_ih: &'a [f32],
    /// (gates H).
    pub(crate) bias_hh: &'a [f32],
}

/// A recurrent layer.
pub(crate) trait Cell<const I: usize, const H: usize> {
    /// With these weights.
    fn new(tensors: Tensors<'_>) -> Self;
    /// One step.
    fn step(&self, state: &mut State<H>, x: &[f32; I]);
}

/// A layer whose gates are each one sum.
#[derive(Debug)]
pub(crate) struct Summed<F, const I: usize, const G: usize, const H: usize> {
    ih: Columns<I, G, H>,
    hh: Columns<H, G, H>,
    bias: [[f32; H]; G],
    functions: std::marker::PhantomData<F>,
}

impl<F, const I: usize, const G: usize, const H: usize> Summed<F, I, G, H> {
    fn new(t: Tensors<'_>) -> Self {
        let functions = std::marker::PhantomData;
        Self {
            ih: columns(t.weight_ih),
            hh: columns(t.weight_hh),
            bias: bias(t.bias_ih, Some(t.bias_hh)),
            functions,
        }
    }

    fn sums(&self, h: &[f32; H], x: &[f32; I]) -> [[f32; H]; G] {
        let mut sums = self.bias;
        add_product(&mut sums, &self.ih, x);
        add_product(&mut sums, &self.hh, h);
        sums
    }
}

/// h = tanh(U x + W h + b).
pub(crate) type SimpleRnn<F, const I: usize, const H: usize> = Summed<F, I, 1, H>;

impl<F: Functions, const I: usize, const H: usize> Cell<I, H> for SimpleRnn<F, I, H> {
    fn new(tensors: Tensors<'_>) -> Self {
        Self::new(tensors)
    }

    fn step(&self, state: &mut State<H>, x: &[f32; I]) {
        let [sums] = self.sums(&state.h, x);
        for j in 0..H {
            state.h[j] = F::tanh(sums[j]);
        }
    }
}

/// The reset gate after the product, gates r z n.
#[derive(Debug)]
pub(crate) struct Gru<F, const I: usize, const H: usize> {
    ih: Columns<I, 3, H>,
    hh: Columns<H, 3, H>,
    bias_ih: [[f32; H]; 3],
    bias_hh: [[f32; H]; 3],
    functions: std::marker::PhantomData<F>,
}

impl<F: Functions, const I: usize, const H: usize> Cell<I, H> for Gru<F, I, H> {
    fn new(t: Tensors<'_>) -> Self {
        let functions = std::marker::PhantomData;
        Self {
            ih: columns(t.weight_ih),
            hh: columns(t.weight_hh),
            bias_ih: bias(t.bias_ih, None),
            bias_hh: bias(t.bias_hh, None),
            functions,
        }
    }

    fn step(&self, state: &mut State<H>, x: &[f32; I]) {
        let (mut input, mut hidden) = (self.bias_ih, self.bias_hh);
        add_product(&mut input, &self.ih, x);
        add_product(&mut hidden, &self.hh, &state.h);
        for j in 0..H {
            let r = F::sigmoid(input[0][j] + hidden[0][j]);
            let z = F::sigmoid(input[1][j] + hidden[1][j]);
            let n = F::tanh(multiply_add(r, hidden[2][j], input[2][j]));
            state.h[j] = multiply_add(z, state.h[j] - n, n);
        }
    }
}

/// Gates i f g o.
pub(crate) type Lstm<F, const I: usize, const H: usize> = Summed<F, I, 4, H>;

impl<F: Functions, const I: usize, const H: usize> Cell<I, H> for Lstm<F, I, H> {
    fn new(tensors: Tensors<'_>) -> Self {
        Self::new(tensors)
    }

    fn step(&self, state: &mut State<H>, x: &[f32; I]) {
        let sums = self.sums(&state.h, x);
        for j in 0..H {
            let (i, f) = (F::sigmoid(sums[0][j]), F::sigmoid(sums[1][j]));
            let (g, o) = (F::tanh(sums[2][j]), F::sigmoid(sums[3][j]));
            state.c[j] = multiply_add(f, state.c[j], i * g);
            state.h[j] = o * F::tanh(state.c[j]);
        }
    }
}

/// What a network gives at a step.
pub(crate) trait Output<const H: usize, const O: usize> {
    /// Of this h.
    fn output(&self, h: &[f32; H]) -> [f32; O];
}

/// h itself.
#[derive(Debug)]
pub(crate) struct Alone;

impl<const H: usize> Output<H, H> for Alone {
    fn output(&self, h: &[f32; H]) -> [f32; H] {
        *h
    }
}

/// v h + c, in four partial sums, for a single one cannot become vectors.
#[derive(Debug)]
pub(crate) struct Head<const H: usize> {
    v: [f32; H],
    c: f32,
}

impl<const H: usize> Head<H> {
    /// The dense layer of these weights.
    pub(crate) fn new(v: &[f32], c: f32) -> Self {
        Self { v: std::array::from_fn(|j| v[j]), c }
    }
}

impl<const H: usize> Output<H, 1> for Head<H> {
    fn output(&self, h: &[f32; H]) -> [f32; 1] {
        let mut sums = [0.0; 4];
        for (v, h) in self.v.as_chunks::<4>().0.iter().zip(h.as_chunks::<4>().0) {
            for lane in 0..4 {
                sums[lane] = multiply_add(v[lane], h[lane], sums[lane]);
            }
        }
        let rest = H / 4 * 4..H;
        let rest: f32 = rest.map(|j| self.v[j] * h[j]).sum();
        [self.c + rest + (sums[0] + sums[1]) + (sums[2] + sums[3])]
    }
}

/// A recurrent layer and what comes of it.
#[derive(Debug)]
pub(crate) struct Network<C, Y> {
    /// The layer.
    pub(crate) cell: C,
    /// What is made of h.
    pub(crate) output: Y,
}

impl<C, Y> Network<C, Y> {
    /// One step.
    pub(crate) fn step<const I: usize, const H: usize, const O: usize>(
        &self,
        state: &mut State<H>,
        x: &[f32; I],
    ) -> [f32; O]
    where
        C: Cell<I, H>,
        Y: Output<H, O>,
    {
        self.cell.step(state, x);
        self.output.output(&state.h)
    }

    /// A buffer of steps.
    pub(crate) fn process<const I: usize, const H: usize, const O: usize>(
        &self,
        state: &mut State<H>,
        xs: &[f32],
        ys: &mut [f32],
    ) where
        C: Cell<I, H>,
        Y: Output<H, O>,
    {
        for (x, y) in xs.as_chunks::<I>().0.iter().zip(ys.as_chunks_mut::<O>().0) {
            *y = self.step(state, x);
        }
    }
}
