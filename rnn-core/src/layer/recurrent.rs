//! A recurrent layer: `h_t = cell(b + U x_t, W h_{t-1})`, its step for one stream and for many rows.
//!
//! Packed block: the panels of U with b as their first row, then the panels of W, each from a cache line on.

use super::{Input, InputRows, Layer, StepRows, round16};
use crate::activation::apply_slice;
use crate::cell::{Cell, SimpleRnn};
use crate::dims::{Dims, Dyn};
use crate::gemm::blocked::{Product, Rows, RowsMut, Start, gemm};
use crate::gemm::gemv::{Group, accumulate, is_one_group, walk};
use crate::gemm::{Chains, Matrix, load_at, store_at};
use crate::simd::{Simd, Vector};
use rnn_format::{Activation, Panels};

/// A recurrent layer of a cell with `G` gates.
#[derive(Clone, Copy, Debug)]
pub struct Recurrent<C, D, const G: usize> {
    cell: C,
    dims: D,
}

/// h_t = f(U x_t + W h_{t-1} + b).
pub type SimpleRnnLayer<D> = Recurrent<SimpleRnn, D, 1>;

impl<D: Dims> SimpleRnnLayer<D> {
    /// The layer of these sizes with f = `activation`.
    #[must_use]
    pub const fn new(dims: D, activation: Activation) -> Self {
        Self { cell: SimpleRnn { activation }, dims }
    }
}

impl<C: Cell<G>, D: Dims, const G: usize> Recurrent<C, D, G> {
    #[inline(always)]
    fn hidden(&self) -> usize {
        self.dims.output()
    }

    /// U with b, and W.
    #[inline(always)]
    fn matrices<'w>(&self, weights: &'w [f32]) -> [Matrix<'w>; 2] {
        let (units, inputs) = (self.dims.output(), self.dims.input());
        let (input, recurrent) = weights.split_at(round16(self.panels(inputs + 1).len()));
        [
            Matrix { data: input, units, bias: true, terms: inputs, chains: Chains::One },
            Matrix { data: recurrent, units, bias: false, terms: units, chains: self.cell.chains(units) },
        ]
    }

    #[inline(always)]
    fn panels(&self, depth: usize) -> Panels {
        Panels { units: self.dims.output(), gates: G, depth }
    }
}

impl<C: Cell<G>, D: Dims, const G: usize> Layer for Recurrent<C, D, G> {
    #[inline(always)]
    fn input_size(&self) -> usize {
        self.dims.input()
    }
    #[inline(always)]
    fn output_size(&self) -> usize {
        self.dims.output()
    }
    #[inline(always)]
    fn state_len(&self) -> usize {
        self.hidden()
    }
    fn visit_state_lens(&self, visit: &mut dyn FnMut(usize)) {
        visit(self.hidden());
    }
    #[inline(always)]
    fn packed_len(&self) -> usize {
        round16(self.panels(self.dims.input() + 1).len()) + round16(self.panels(self.hidden()).len())
    }
    #[inline(always)]
    fn scratch_len(&self) -> usize {
        round16(self.hidden())
    }
    #[inline(always)]
    fn scratch_rows_len(&self, rows: usize) -> usize {
        rows * round16(G * self.hidden())
    }
    #[inline(always)]
    fn shared_len(&self) -> usize {
        G * self.hidden()
    }

    #[inline(always)]
    fn share<S: Simd>(&self, s: S, weights: &[f32], rows: usize, x: Rows<'_>, shared: RowsMut<'_>) {
        let [matrix, _] = self.matrices(weights);
        gemm::<S, G>(s, rows, self.hidden(), Start::Bias, [Some(Product { a: x, matrix }), None], shared);
    }

    #[inline(always)]
    fn step<S: Simd>(
        &self,
        s: S,
        weights: &[f32],
        input: Input<'_>,
        state: &mut [f32],
        scratch: &mut [f32],
        y: Option<&mut [f32]>,
    ) {
        step(s, *self, weights, input, state, scratch, y);
    }

    #[inline(always)]
    fn step_rows<S: Simd>(
        &self,
        s: S,
        weights: &[f32],
        at: StepRows,
        input: InputRows<'_>,
        state: &mut [f32],
        scratch: &mut [f32],
        y: Option<RowsMut<'_>>,
    ) {
        // Tiles have run-time sizes: constants gain nothing there and would multiply the code.
        let dims = Dyn { input: self.dims.input(), output: self.dims.output() };
        let layer = Recurrent::<C, Dyn, G> { cell: self.cell, dims };
        step_rows(s, layer, weights, at, input, state, scratch, y);
    }
}

/// One step of one stream, in a frame of its own: a layer's step exists once per tier however many calls use it, which
/// is worth the call to users who compile many networks.
#[inline(never)]
fn step<S: Simd, C: Cell<G>, D: Dims, const G: usize>(
    s: S,
    layer: Recurrent<C, D, G>,
    weights: &[f32],
    input: Input<'_>,
    state: &mut [f32],
    scratch: &mut [f32],
    y: Option<&mut [f32]>,
) {
    s.vectorize(
        #[inline(always)]
        || {
            let hidden = layer.hidden();
            let h = &mut state[..hidden];
            let input = match input {
                Input::X(x) => Input::X(&x[..layer.dims.input()]),
                Input::Shared(p) => Input::Shared(&p[..G * hidden]),
            };
            step_groups(s, layer.cell, layer.matrices(weights), input, h, &mut scratch[..hidden]);
            if let Some(activation) = layer.cell.pass() {
                apply_slice(s, activation, h);
            }
            if let Some(y) = y {
                y[..hidden].copy_from_slice(h);
            }
        },
    );
}

/// All groups of panels of one step: h becomes h_t.
#[inline(always)]
fn step_groups<S: Simd, C: Cell<G>, const G: usize>(
    s: S,
    cell: C,
    matrices: [Matrix<'_>; 2],
    input: Input<'_>,
    h: &mut [f32],
    next: &mut [f32],
) {
    let hidden = h.len();
    if is_one_group(hidden) {
        walk(s, hidden, &mut Step::<C, G> { cell, matrices, input, h, next: None });
    } else {
        // A later group still reads the old h.
        walk(s, hidden, &mut Step::<C, G> { cell, matrices, input, h, next: Some(next) });
        h.copy_from_slice(next);
    }
}

/// One step of one stream, a group of panels at a time.
struct Step<'a, C, const G: usize> {
    cell: C,
    matrices: [Matrix<'a>; 2],
    input: Input<'a>,
    h: &'a mut [f32],
    next: Option<&'a mut [f32]>,
}

impl<C: Cell<G>, const G: usize> Group for Step<'_, C, G> {
    #[inline(always)]
    fn group<V: Vector, const R: usize>(&mut self, t: V::Token, unit: usize) {
        let [input, recurrent] = self.matrices;
        let hidden = recurrent.units;
        let mut p = [[V::splat(t, 0.0); G]; R];
        match self.input {
            Input::X(x) => {
                let (rows, bias) = input.panels::<V, G, R>(t, unit);
                p = accumulate::<V, G, R>(t, rows, x, input.chains, bias);
            }
            Input::Shared(shared) => {
                for (r, p) in p.iter_mut().enumerate() {
                    for (gate, p) in p.iter_mut().enumerate() {
                        let at = gate * hidden + unit + r * V::WIDTH;
                        *p = load_at(t, shared, at, (gate + 1) * hidden);
                    }
                }
            }
        }
        let (rows, _) = recurrent.panels::<V, G, R>(t, unit);
        let mut start = p;
        for start in &mut start {
            *start = self.cell.start(t, *start);
        }
        let gates = accumulate::<V, G, R>(t, rows, &self.h[..recurrent.terms], recurrent.chains, start);
        for r in 0..R {
            let h = self.cell.update(t, p[r], gates[r]);
            let out = match &mut self.next {
                Some(next) => &mut **next,
                None => &mut *self.h,
            };
            store_at(h, out, unit + r * V::WIDTH, hidden);
        }
    }
}

/// One step of many rows: two products into the gates, then the cell over all of them.
#[expect(
    clippy::too_many_arguments,
    reason = "the body of `Layer::step_rows`, apart to stand on `Dyn` sizes"
)]
fn step_rows<S: Simd, C: Cell<G>, const G: usize>(
    s: S,
    layer: Recurrent<C, Dyn, G>,
    weights: &[f32],
    at: StepRows,
    input: InputRows<'_>,
    state: &mut [f32],
    scratch: &mut [f32],
    mut y: Option<RowsMut<'_>>,
) {
    let hidden = layer.hidden();
    let rows = at.rows;
    let [input_matrix, matrix] = layer.matrices(weights);
    let stride = round16(G * hidden);
    let h = Rows { data: state, stride: hidden };
    let recurrent = (!at.skip_recurrent).then_some(Product { a: h, matrix });
    let (start, products) = match input {
        InputRows::X(a) => (Start::Bias, [Some(Product { a, matrix: input_matrix }), recurrent]),
        InputRows::Shared(p) => (Start::Rows(p), [recurrent, None]),
    };
    gemm::<S, G>(s, rows, hidden, start, products, RowsMut { data: scratch, stride });
    s.vectorize(
        #[inline(always)]
        || {
            let pass = layer.cell.pass();
            let skipped = at.skip_recurrent;
            for row in 0..rows {
                let gates = &scratch[row * stride..][..G * hidden];
                let h = &mut state[row * hidden..][..hidden];
                walk(s, hidden, &mut Update { cell: layer.cell, skipped, gates, h: &mut *h });
                if let Some(activation) = pass {
                    apply_slice(s, activation, h);
                }
                if let Some(y) = &mut y {
                    y.row(row, hidden).copy_from_slice(h);
                }
            }
        },
    );
}

/// The cell over one row's gates.
struct Update<'a, C, const G: usize> {
    cell: C,
    skipped: bool,
    gates: &'a [f32],
    h: &'a mut [f32],
}

impl<C: Cell<G>, const G: usize> Group for Update<'_, C, G> {
    #[inline(always)]
    fn group<V: Vector, const R: usize>(&mut self, t: V::Token, unit: usize) {
        let hidden = self.h.len();
        for r in 0..R {
            let unit = unit + r * V::WIDTH;
            let mut gates = [V::splat(t, 0.0); G];
            for (gate, a) in gates.iter_mut().enumerate() {
                *a = load_at::<V>(t, self.gates, gate * hidden + unit, (gate + 1) * hidden);
                if self.skipped {
                    // The skipped W 0 would have turned -0 into +0; it does nothing to any other value.
                    *a = *a + V::splat(t, 0.0);
                }
            }
            let h = self.cell.update(t, gates, gates);
            store_at(h, self.h, unit, hidden);
        }
    }
}
