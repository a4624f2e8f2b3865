//! The dense head: `y = f(V h + c)` (Keras `Dense`, PyTorch `Linear`), V (n_o, n_i), f linear unless said
//! otherwise.
//!
//! Packed block: the panels of V with c as their first row.

use super::{Input, InputRows, Layer, RowPlace, StepRows, Tier};
use crate::activation::apply_slice;
use crate::dims::{Dims, Dyn};
use crate::gemm::blocked::{Gemm, Product, Start};
use crate::gemm::epilogue::Plain;
use crate::gemm::gemv::{Group, accumulate, walk};
use crate::gemm::{Chains, Matrix, Rows, RowsMut, store_at};
use crate::simd::{Simd, Vector, apart};
use rnn_format::{Activation, LayerKind, Panels, round_to_line};

/// An affine layer with an activation; it has no state.
#[derive(Clone, Copy, Debug)]
pub struct DenseLayer<D> {
    dims: D,
    activation: Activation,
}

impl<D: Dims> DenseLayer<D> {
    /// The layer of these sizes.
    #[must_use]
    pub const fn new(dims: D, kind: LayerKind) -> Self {
        Self { dims, activation: kind.activation() }
    }

    #[inline(always)]
    fn matrix<'w>(&self, weights: &'w [f32]) -> Matrix<'w> {
        let (units, terms) = (self.dims.output(), self.dims.input());
        let chains = if waits(units, terms) { Chains::Four } else { Chains::One };
        Matrix { data: &weights[..self.panels().len()], units, bias: true, terms, chains }
    }

    /// The same layer, its sizes no longer constants.
    #[inline(always)]
    fn dynamic(&self) -> DenseLayer<Dyn> {
        DenseLayer {
            dims: Dyn { input: self.dims.input(), output: self.dims.output() },
            activation: self.activation,
        }
    }

    #[inline(always)]
    fn panels(&self) -> Panels {
        Panels { units: self.dims.output(), gates: 1, depth: self.dims.input() + 1 }
    }
}

impl<D: Dims> Layer for DenseLayer<D> {
    const INPUT_SIZE: usize = D::INPUT_SIZE;

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
        0
    }
    #[inline(always)]
    fn packed_len(&self) -> usize {
        round_to_line(self.panels().len())
    }
    #[inline(always)]
    fn scratch_len(&self) -> usize {
        0
    }
    #[inline(always)]
    fn rows_state_len(&self, _: usize) -> usize {
        0
    }
    #[inline(always)]
    fn rows_scratch_len(&self, _: usize) -> usize {
        0
    }
    #[inline(always)]
    fn shared_len(&self) -> usize {
        self.dims.output()
    }

    fn set_row(&self, _: RowPlace, _: &[f32], _: &mut [f32]) {}
    fn get_row(&self, _: RowPlace, _: &[f32], _: &mut [f32]) {}

    /// A dense layer has nothing but what depends on x alone.
    #[inline(always)]
    fn share<S: Tier>(&self, s: S, weights: &[f32], rows: usize, x: Rows<'_>, shared: RowsMut<'_>) {
        s.dense_rows(self.dynamic(), weights, rows, x, shared);
    }

    #[inline(always)]
    fn step<S: Tier>(
        &self,
        s: S,
        weights: &[f32],
        input: Input<'_>,
        _: &mut [f32],
        _: &mut [f32],
        y: Option<&mut [f32]>,
    ) {
        let Some(y) = y else { return };
        let y = &mut y[..self.dims.output()];
        match input {
            Input::Shared(shared) => y.copy_from_slice(&shared[..self.dims.output()]),
            Input::X(x) => {
                let x = &x[..self.dims.input()];
                if const { D::FIXED && S::WRITTEN_OUT } {
                    apart(
                        s,
                        #[inline(always)]
                        || affine(s, *self, weights, x, y),
                    );
                    if self.activation != Activation::Linear {
                        // A call, for which of them it is the compiler learns too late to build that one alone.
                        s.activate(self.activation, y);
                    }
                } else {
                    s.dense_step(self.dynamic(), weights, x, y);
                }
            }
        }
    }

    #[inline(always)]
    fn step_rows<S: Tier>(
        &self,
        s: S,
        weights: &[f32],
        at: StepRows<'_>,
        input: InputRows<'_>,
        _: &mut [f32],
        _: &mut [f32],
        y: Option<RowsMut<'_>>,
    ) {
        let Some(mut y) = y else { return };
        match input {
            InputRows::X(x) => self.share(s, weights, at.rows, x, y),
            InputRows::Shared(shared) => {
                let n = self.dims.output();
                (0..at.rows).for_each(|row| y.row(row, n).copy_from_slice(shared.row(row, n)));
            }
        }
    }
}

/// Whether few outputs would leave a step waiting for its multiply-adds one by one: then there are four chains.
const fn waits(units: usize, terms: usize) -> bool {
    units <= 16 && terms >= 16
}

/// V h + c and f of one row.
#[inline(always)]
pub(super) fn dense_step<S: Simd>(s: S, layer: DenseLayer<Dyn>, weights: &[f32], x: &[f32], y: &mut [f32]) {
    affine(s, layer, weights, x, y);
    if layer.activation != Activation::Linear {
        apply_slice(s, layer.activation, y);
    }
}

/// V h + c of one row.
#[inline(always)]
fn affine<S: Simd, D: Dims>(s: S, layer: DenseLayer<D>, weights: &[f32], x: &[f32], y: &mut [f32]) {
    let (matrix, units) = (layer.matrix(weights), layer.dims.output());
    let mut affine = Affine { matrix, x, y };
    if const { D::UNITS == 0 || waits(D::UNITS, D::INPUT_SIZE) } && matrix.chains == Chains::Four {
        walk::<S, D, 1, 4>(s, units, &mut affine);
    } else {
        walk::<S, D, 1, 1>(s, units, &mut affine);
    }
}

/// V h + c and f of many rows.
#[inline(always)]
pub(super) fn dense_rows<S: Simd>(
    s: S,
    layer: DenseLayer<Dyn>,
    weights: &[f32],
    rows: usize,
    x: Rows<'_>,
    mut y: RowsMut<'_>,
) {
    let units = layer.dims.output;
    let products = [Some(Product { a: x, matrix: layer.matrix(weights) }), None];
    let out = y.reborrow();
    Gemm::<_, 1> { rows, units, start: Start::Bias, products, out, epilogue: Plain }.run(s);
    if layer.activation != Activation::Linear {
        // A loop, for `for_each` and its closure are calls that leave the frame.
        for row in 0..rows {
            apply_slice(s, layer.activation, y.row(row, units));
        }
    }
}

/// V h + c of one step, a group of panels at a time.
pub(super) struct Affine<'a> {
    pub(super) matrix: Matrix<'a>,
    pub(super) x: &'a [f32],
    pub(super) y: &'a mut [f32],
}

impl Group for Affine<'_> {
    #[inline(always)]
    fn group<V: Vector, const R: usize, const C: usize>(&mut self, t: V::Token, unit: usize) {
        let (rows, bias) = self.matrix.panels::<V, 1, R>(t, unit);
        let acc = accumulate::<V, 1, R, C>(t, rows, self.x, bias);
        for (r, acc) in acc.iter().enumerate() {
            store_at(acc[0], self.y, unit + r * V::WIDTH, self.matrix.units);
        }
    }
}
