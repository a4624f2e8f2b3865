//! A recurrent layer: `h_t = cell(b + U x_t, W h_{t-1})`, its step for one stream and for many rows.
//!
//! Packed block: the panels of U with b as their first row, then the panels of W, each from a cache line on. The
//! state of one stream is h. That of many rows is h twice, row by row a stride apart: a step reads one and writes
//! the other, for the last columns of a product still need the old h when the first are done.

use super::{Input, InputRows, Layer, StepRows, Tier, round16, row_stride};
use crate::activation::apply_slice;
use crate::cell::{Cell, SimpleRnn};
use crate::dims::{Dims, Dyn};
use crate::gemm::blocked::{Epilogue, Gemm, Plain, Product, Start, is_one_pass};
use crate::gemm::gemv::{Group, accumulate, is_one_group, walk};
use crate::gemm::{Chains, Matrix, Rows, RowsMut, load_at, store_at};
use crate::simd::{Simd, Vector, apart};
use rnn_format::{LayerKind, Panels};

/// A recurrent layer of a cell with `G` gates.
#[derive(Clone, Copy, Debug)]
pub struct Recurrent<C, D, const G: usize> {
    cell: C,
    dims: D,
}

/// h_t = f(U x_t + W h_{t-1} + b).
pub type SimpleRnnLayer<D> = Recurrent<SimpleRnn, D, 1>;

impl<D: Dims> SimpleRnnLayer<D> {
    /// The layer of these sizes.
    #[must_use]
    pub const fn new(dims: D, kind: LayerKind) -> Self {
        Self { cell: SimpleRnn { activation: kind.activation() }, dims }
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
        let chains = if self.cell.two_chains(units) { Chains::Two } else { Chains::One };
        [
            Matrix { data: input, units, bias: true, terms: inputs, chains: Chains::One },
            Matrix { data: recurrent, units, bias: false, terms: units, chains },
        ]
    }

    #[inline(always)]
    fn panels(&self, depth: usize) -> Panels {
        Panels { units: self.dims.output(), gates: G, depth }
    }

    /// The same layer with its sizes as values.
    #[inline(always)]
    fn dynamic(&self) -> Recurrent<C, Dyn, G> {
        Recurrent { cell: self.cell, dims: Dyn { input: self.dims.input(), output: self.dims.output() } }
    }

    /// The input segment of many steps.
    #[inline(always)]
    pub(super) fn share_rows<S: Simd>(
        &self,
        s: S,
        weights: &[f32],
        rows: usize,
        x: Rows<'_>,
        shared: RowsMut<'_>,
    ) {
        let [matrix, _] = self.matrices(weights);
        let products = [Some(Product { a: x, matrix }), None];
        let units = self.hidden();
        Gemm::<_, G> { rows, units, start: Start::Bias, products, out: shared, epilogue: Plain }.run(s);
    }
}

impl<D: Dims> Layer for SimpleRnnLayer<D> {
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
    #[inline(always)]
    fn packed_len(&self) -> usize {
        round16(self.panels(self.dims.input() + 1).len()) + round16(self.panels(self.hidden()).len())
    }
    #[inline(always)]
    fn scratch_len(&self) -> usize {
        round16(self.hidden())
    }
    #[inline(always)]
    fn rows_state_len(&self, rows: usize) -> usize {
        2 * rows * row_stride(self.hidden())
    }
    #[inline(always)]
    fn rows_scratch_len(&self, rows: usize) -> usize {
        let terms = self.dims.input() + self.hidden();
        if is_one_pass(terms) { 0 } else { rows * row_stride(self.hidden()) }
    }
    #[inline(always)]
    fn shared_len(&self) -> usize {
        self.hidden()
    }

    fn set_row(&self, rows: usize, row: usize, snapshot: &[f32], state: &mut [f32]) {
        let [h, _] = halves(rows, self.hidden(), false, state);
        RowsMut { data: h, stride: row_stride(self.hidden()) }
            .row(row, self.hidden())
            .copy_from_slice(snapshot);
    }
    fn get_row(&self, rows: usize, row: usize, odd: bool, state: &mut [f32], snapshot: &mut [f32]) {
        let [h, _] = halves(rows, self.hidden(), odd, state);
        snapshot.copy_from_slice(Rows { data: h, stride: row_stride(self.hidden()) }.row(row, self.hidden()));
    }

    #[inline(always)]
    fn share<S: Tier>(&self, s: S, weights: &[f32], rows: usize, x: Rows<'_>, shared: RowsMut<'_>) {
        s.simple_rnn_share(self.dynamic(), weights, rows, x, shared);
    }

    #[inline(always)]
    fn step<S: Tier>(
        &self,
        s: S,
        weights: &[f32],
        input: Input<'_>,
        state: &mut [f32],
        scratch: &mut [f32],
        y: Option<&mut [f32]>,
    ) {
        if D::FIXED {
            apart(
                s,
                #[inline(always)]
                || step_stream(s, *self, weights, input, state, scratch, y),
            );
        } else {
            s.simple_rnn_step(self.dynamic(), weights, input, state, scratch, y);
        }
    }

    #[inline(always)]
    fn step_rows<S: Tier>(
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
        s.simple_rnn_rows(self.dynamic(), weights, at, input, state, scratch, y);
    }
}

/// One step of one stream: h becomes h_t.
#[inline(always)]
pub(super) fn step_stream<S: Simd, C: Cell<G>, D: Dims, const G: usize>(
    s: S,
    layer: Recurrent<C, D, G>,
    weights: &[f32],
    input: Input<'_>,
    h: &mut [f32],
    scratch: &mut [f32],
    y: Option<&mut [f32]>,
) {
    if layer.cell.two_chains(layer.hidden()) {
        step_in_chains::<S, C, D, G, 2>(s, layer, weights, input, h, scratch, y);
    } else {
        step_in_chains::<S, C, D, G, 1>(s, layer, weights, input, h, scratch, y);
    }
}

#[inline(always)]
fn step_in_chains<S: Simd, C: Cell<G>, D: Dims, const G: usize, const CHAINS: usize>(
    s: S,
    layer: Recurrent<C, D, G>,
    weights: &[f32],
    input: Input<'_>,
    h: &mut [f32],
    scratch: &mut [f32],
    mut y: Option<&mut [f32]>,
) {
    let hidden = layer.hidden();
    let h = &mut h[..hidden];
    let input = match input {
        Input::X(x) => Input::X(&x[..layer.dims.input()]),
        Input::Shared(p) => Input::Shared(&p[..G * hidden]),
    };
    let (cell, matrices, pass) = (layer.cell, layer.matrices(weights), layer.cell.pass());
    let mut out = y.as_deref_mut().filter(|_| pass.is_none()).map(|y| &mut y[..hidden]);
    if is_one_group::<S, G, CHAINS>(hidden) {
        let next = None;
        walk::<S, G, CHAINS>(s, hidden, &mut Step::<C, G> { cell, matrices, input, h, next, y: out });
    } else {
        // A later group still reads the old h.
        let next = &mut scratch[..hidden];
        let y = out.take();
        let mut step = Step::<C, G> { cell, matrices, input, h, next: Some(&mut *next), y };
        walk::<S, G, CHAINS>(s, hidden, &mut step);
        h.copy_from_slice(next);
    }
    if let Some(activation) = pass {
        apply_slice(s, activation, h);
        if let Some(y) = y {
            y[..hidden].copy_from_slice(h);
        }
    }
}

/// One step of one stream, a group of panels at a time.
struct Step<'a, C, const G: usize> {
    cell: C,
    matrices: [Matrix<'a>; 2],
    input: Input<'a>,
    h: &'a mut [f32],
    /// Where h_t goes while h is still read.
    next: Option<&'a mut [f32]>,
    y: Option<&'a mut [f32]>,
}

impl<CELL: Cell<G>, const G: usize> Group for Step<'_, CELL, G> {
    #[inline(always)]
    fn group<V: Vector, const R: usize, const C: usize>(&mut self, t: V::Token, unit: usize) {
        let [input, recurrent] = self.matrices;
        let hidden = recurrent.units;
        let mut p = [[V::splat(t, 0.0); G]; R];
        match self.input {
            Input::X(x) => {
                let (rows, bias) = input.panels::<V, G, R>(t, unit);
                p = accumulate::<V, G, R, 1>(t, rows, x, bias);
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
        let gates = accumulate::<V, G, R, C>(t, rows, &self.h[..recurrent.terms], start);
        for r in 0..R {
            let h = self.cell.update(t, p[r], gates[r]);
            let out = match &mut self.next {
                Some(next) => &mut **next,
                None => &mut *self.h,
            };
            store_at(h, out, unit + r * V::WIDTH, hidden);
            if let Some(y) = &mut self.y {
                store_at(h, y, unit + r * V::WIDTH, hidden);
            }
        }
    }
}

/// The h to read and the h to write of `rows` streams.
#[inline(always)]
fn halves(rows: usize, hidden: usize, odd: bool, state: &mut [f32]) -> [&mut [f32]; 2] {
    let len = rows * row_stride(hidden);
    let (even_h, odd_h) = state.split_at_mut(len);
    let odd_h = &mut odd_h[..len];
    if odd { [odd_h, even_h] } else { [even_h, odd_h] }
}

/// One step of many rows: two products into the gates, the cell over them.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "the body of `Layer::step_rows`, compiled once a tier")]
pub(super) fn step_rows<S: Simd, C: Cell<G>, const G: usize>(
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
    let stride = row_stride(hidden);
    let [h, next] = halves(rows, hidden, at.odd, state);
    let [input_matrix, matrix] = layer.matrices(weights);
    let recurrent = (!at.skip_recurrent).then_some(Product { a: Rows { data: h, stride }, matrix });
    let (start, products) = match input {
        InputRows::X(a) => (Start::Bias, [Some(Product { a, matrix: input_matrix }), recurrent]),
        InputRows::Shared(p) => (Start::Rows(p), [recurrent, None]),
    };
    let pass = layer.cell.pass();
    let epilogue = Update {
        cell: layer.cell,
        skipped: at.skip_recurrent,
        hidden,
        next: RowsMut { data: &mut *next, stride },
        y: y.as_mut().filter(|_| pass.is_none()).map(RowsMut::reborrow),
    };
    let out = RowsMut { data: scratch, stride: row_stride(G * hidden) };
    Gemm::<_, G> { rows, units: hidden, start, products, out, epilogue }.run(s);
    if let Some(activation) = pass {
        let mut next = RowsMut { data: next, stride };
        for row in 0..rows {
            let h = next.row(row, hidden);
            apply_slice(s, activation, h);
            if let Some(y) = &mut y {
                y.row(row, hidden).copy_from_slice(h);
            }
        }
    }
}

/// The cell over finished gates.
struct Update<'a, C, const G: usize> {
    cell: C,
    skipped: bool,
    hidden: usize,
    next: RowsMut<'a>,
    y: Option<RowsMut<'a>>,
}

impl<C: Cell<G>, const G: usize> Epilogue<G> for Update<'_, C, G> {
    const SOME: bool = true;
    #[inline(always)]
    fn vector<V: Vector>(&mut self, t: V::Token, row: usize, unit: usize, mut gates: [V; G]) {
        let hidden = self.hidden;
        if self.skipped {
            // The skipped W 0 would have turned -0 into +0; it does nothing to any other value.
            for a in &mut gates {
                *a = *a + V::splat(t, 0.0);
            }
        }
        let h = self.cell.update(t, gates, gates);
        store_at(h, self.next.row(row, hidden), unit, hidden);
        if let Some(y) = &mut self.y {
            store_at(h, y.row(row, hidden), unit, hidden);
        }
    }
}
