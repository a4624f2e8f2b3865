//! Cells whose gates are one product with the state: everything but a GRU that resets before its product.

use super::{Advance, Input, InputRows, Next, Recurrent, RowStates, RowWork, StepRows, Stream, written_out};
use crate::cell::{Cell, GruAfter, Lstm, MinGru, MinLstm, SimpleRnn, State, Sums};
use crate::dims::{Dims, Dyn};
use crate::gemm::blocked::{Gemm, Product, Start};
use crate::gemm::epilogue::{Epilogue, Plain};
use crate::gemm::gemv::{Group, accumulate, is_one_group, walk};
use crate::gemm::{Chains, Matrix, Rows, RowsMut, load_at, store_at};
use crate::simd::{Simd, Vector};
use rnn_format::row_stride;

/// A cell of `G` gates.
#[derive(Clone, Copy, Debug)]
pub struct Gated<C, const G: usize>(pub(crate) C);

macro_rules! gated {
    ($($name:ident $cell:ident $gates:literal;)*) => {$(
        pub(super) const fn $name(layer: &rnn_format::Recurrent) -> Gated<$cell, $gates> {
            Gated($cell::new(layer))
        }
    )*};
}
gated! {
    simple_rnn SimpleRnn 1;
    gru_after GruAfter 3;
    lstm Lstm 4;
    min_gru MinGru 2;
    min_lstm MinLstm 3;
}

/// U with b, W, and the peephole weights.
#[derive(Clone, Copy)]
pub(super) struct Matrices<'w> {
    pub(super) input: Matrix<'w>,
    pub(super) recurrent: Matrix<'w>,
    pub(super) peephole: Matrix<'w>,
}

impl<C: Cell<G>, D: Dims, const G: usize> Recurrent<Gated<C, G>, D> {
    #[inline(always)]
    pub(super) fn matrices<'w>(&self, weights: &'w [f32]) -> Matrices<'w> {
        let (units, inputs) = (self.hidden(), self.dims.input());
        let (input, behind) = weights.split_at(self.input_len());
        let terms = if C::RECURRENT { self.state_size() } else { 0 };
        let chains = if units <= C::TWO_CHAINS_UP_TO { Chains::Two } else { Chains::One };
        let peephole = &behind[self.options.peephole..];
        Matrices {
            input: Matrix { data: input, units, bias: true, terms: inputs, chains: Chains::One },
            recurrent: Matrix { data: behind, units, bias: C::APART, terms, chains },
            peephole: Matrix { data: peephole, units, bias: true, terms: 0, chains: Chains::One },
        }
    }
}

impl<C: Cell<G>, const G: usize> Advance for Gated<C, G> {
    const GATES: usize = G;

    #[inline(always)]
    fn step<S: Simd, D: Dims>(
        layer: &Recurrent<Self, D>,
        s: S,
        weights: &[f32],
        input: Input<'_>,
        stream: &mut Stream<'_>,
    ) {
        if const { D::FIXED && S::WRITTEN_OUT } {
            if const { D::UNITS <= C::TWO_CHAINS_UP_TO } {
                written_out::step::<S, C, D, G, 2>(layer, s, weights, input, stream);
            } else {
                written_out::step::<S, C, D, G, 1>(layer, s, weights, input, stream);
            }
            return;
        }
        if layer.hidden() <= C::TWO_CHAINS_UP_TO {
            step_in_chains::<S, C, D, G, 2>(layer, s, weights, input, stream);
        } else {
            step_in_chains::<S, C, D, G, 1>(layer, s, weights, input, stream);
        }
    }

    /// Two products into the gates, the cell over them.
    #[inline(always)]
    fn rows<S: Simd>(
        layer: &Recurrent<Self, Dyn>,
        s: S,
        weights: &[f32],
        at: StepRows<'_>,
        input: InputRows<'_>,
        states: RowStates<'_>,
        work: RowWork<'_>,
    ) {
        let hidden = layer.hidden();
        let Matrices { input: input_matrix, recurrent, peephole } = layer.matrices(weights);
        let product = Product { a: states.h, matrix: recurrent };
        let product = (C::RECURRENT && !at.skip_recurrent).then_some(product);
        let (start, products) = match input {
            InputRows::X(a) => (Start::Bias, [Some(Product { a, matrix: input_matrix }), product]),
            InputRows::Shared(p) => (Start::Rows(p), [product, None]),
        };
        let RowWork { parts: [apart, ..], strides: [apart_stride, ..], waiting } = work;
        let epilogue = Update {
            cell: layer.advance.0,
            skipped: C::RECURRENT && at.skip_recurrent,
            hidden,
            recurrent,
            peephole,
            apart: RowsMut { data: apart, stride: apart_stride },
            states,
        };
        let out = RowsMut { data: waiting, stride: row_stride(G * hidden) };
        Gemm::<_, G> { rows: at.rows, units: hidden, start, products, out, epilogue }.run(s);
    }

    #[inline(always)]
    fn share<S: Simd>(
        layer: &Recurrent<Self, Dyn>,
        s: S,
        weights: &[f32],
        rows: usize,
        x: Rows<'_>,
        shared: RowsMut<'_>,
    ) {
        share_rows::<S, Self, G>(layer, s, weights, rows, x, shared);
    }
}

/// The input segment of many steps.
#[inline(always)]
pub(super) fn share_rows<S: Simd, A: Advance, const G: usize>(
    layer: &Recurrent<A, Dyn>,
    s: S,
    weights: &[f32],
    rows: usize,
    x: Rows<'_>,
    shared: RowsMut<'_>,
) {
    let (units, terms) = (layer.hidden(), layer.dims.input);
    let data = &weights[..layer.input_len()];
    let matrix = Matrix { data, units, bias: true, terms, chains: Chains::One };
    let products = [Some(Product { a: x, matrix }), None];
    Gemm::<_, G> { rows, units, start: Start::Bias, products, out: shared, epilogue: Plain }.run(s);
}

#[inline(always)]
fn step_in_chains<S: Simd, C: Cell<G>, D: Dims, const G: usize, const CHAINS: usize>(
    layer: &Recurrent<Gated<C, G>, D>,
    s: S,
    weights: &[f32],
    input: Input<'_>,
    stream: &mut Stream<'_>,
) {
    let (hidden, state) = (layer.hidden(), layer.state_size());
    let Stream { h, c, next, y, .. } = stream;
    let h = &mut h[..state];
    let c = if C::MEMORY { &mut c[..hidden] } else { &mut [] };
    let y = y.as_deref_mut().map(
        #[inline(always)]
        |y| &mut y[..hidden],
    );
    let input = match input {
        Input::X(x) => Input::X(&x[..layer.dims.input()]),
        Input::Shared(p) => Input::Shared(&p[..G * hidden]),
    };
    let (cell, matrices) = (layer.advance.0, layer.matrices(weights));
    let (next, replaces) = match next {
        Next::Replace(scratch) => (&mut scratch[..hidden], true),
        Next::Write(next) => (&mut next[..hidden], false),
    };
    // Where a later group still reads the old h, the new one waits.
    let in_place = replaces && (!C::RECURRENT || is_one_group::<S, G, CHAINS>(hidden));
    let waiting = if in_place { None } else { Some(&mut *next) };
    let mut step = Step::<C, G> { cell, matrices, input, h: &mut *h, c, next: waiting, y };
    walk::<S, D, G, CHAINS>(s, hidden, &mut step);
    if replaces && !in_place {
        h.copy_from_slice(next);
    }
}

/// One step of one stream, a group of panels at a time.
struct Step<'a, C, const G: usize> {
    cell: C,
    matrices: Matrices<'a>,
    input: Input<'a>,
    h: &'a mut [f32],
    c: &'a mut [f32],
    /// Where the new h goes while h is still read.
    next: Option<&'a mut [f32]>,
    y: Option<&'a mut [f32]>,
}

impl<CELL: Cell<G>, const G: usize> Group for Step<'_, CELL, G> {
    #[inline(always)]
    fn group<V: Vector, const R: usize, const C: usize>(&mut self, t: V::Token, unit: usize) {
        let Matrices { input, recurrent, .. } = self.matrices;
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
        let mut gates = p;
        if CELL::RECURRENT {
            let (rows, second) = recurrent.panels::<V, G, R>(t, unit);
            if CELL::APART {
                for r in 0..R {
                    gates[r][G - 1] = second[r][G - 1];
                }
            }
            gates = accumulate::<V, G, R, C>(t, rows, &self.h[..recurrent.terms], gates);
        }
        if G == 1 && self.cell.is_usual() {
            for r in 0..R {
                self.panel::<V, true>(t, unit + r * V::WIDTH, gates[r], p[r][G - 1]);
            }
        } else {
            let mut segments = [V::splat(t, 0.0); R];
            for r in 0..R {
                segments[r] = p[r][G - 1];
            }
            self.panels(t, unit, &gates, &segments);
        }
    }
}

impl<CELL: Cell<G>, const G: usize> Step<'_, CELL, G> {
    /// The cell over the gates of several panels, compiled once for all groups. A call a group costs a step of run-time
    /// sizes some percent; the arithmetic of several gates in every group would cost the compiler half a minute.
    #[inline(never)]
    fn panels<V: Vector>(&mut self, t: V::Token, unit: usize, gates: &[[V; G]], segments: &[V]) {
        t.vectorize(
            #[inline(always)]
            || {
                let usual = self.cell.is_usual();
                for (r, (&gates, &apart)) in gates.iter().zip(segments).enumerate() {
                    let unit = unit + r * V::WIDTH;
                    if usual {
                        self.panel::<V, true>(t, unit, gates, apart);
                    } else {
                        self.panel::<V, false>(t, unit, gates, apart);
                    }
                }
            },
        );
    }

    /// The cell over the gates of one panel.
    #[inline(always)]
    fn panel<V: Vector, const USUAL: bool>(&mut self, t: V::Token, unit: usize, gates: [V; G], apart: V) {
        let (hidden, peephole) = (self.matrices.recurrent.units, self.matrices.peephole);
        let zero = V::splat(t, 0.0);
        let old = State {
            h: if CELL::READS_H { load_at(t, self.h, unit, hidden) } else { zero },
            c: if CELL::MEMORY { load_at(t, self.c, unit, hidden) } else { zero },
        };
        let sums = Sums { gates, apart, peephole, unit };
        let new = if USUAL { self.cell.update(t, &sums, old) } else { self.cell.unusual(t, &sums, old) };
        if CELL::MEMORY {
            store_at(new.c, self.c, unit, hidden);
        }
        let out = match &mut self.next {
            Some(next) => &mut **next,
            None => &mut *self.h,
        };
        store_at(new.h, out, unit, hidden);
        if let Some(y) = &mut self.y {
            store_at(new.h, y, unit, hidden);
        }
    }
}

/// The cell over finished gates of many rows.
struct Update<'a, C> {
    cell: C,
    skipped: bool,
    hidden: usize,
    recurrent: Matrix<'a>,
    peephole: Matrix<'a>,
    /// The input segment of a last gate that is apart.
    apart: RowsMut<'a>,
    states: RowStates<'a>,
}

impl<C: Cell<G>, const G: usize> Epilogue<G> for Update<'_, C> {
    const SOME: bool = true;
    const BETWEEN: bool = C::APART;
    const HERE: bool = G == 1;

    #[inline(always)]
    fn between<V: Vector>(&mut self, t: V::Token, row: usize, unit: usize, mut sums: [V; G]) -> [V; G] {
        store_at(sums[G - 1], self.apart.row(row, self.hidden), unit, self.hidden);
        sums[G - 1] = self.recurrent.bias_of::<V, G>(t, unit)[G - 1];
        sums
    }

    #[inline(always)]
    fn is_usual(&self) -> bool {
        self.cell.is_usual()
    }

    #[inline(always)]
    fn vector<V: Vector, const USUAL: bool>(
        &mut self,
        t: V::Token,
        row: usize,
        unit: usize,
        mut gates: [V; G],
    ) {
        let hidden = self.hidden;
        let zero = V::splat(t, 0.0);
        if self.skipped {
            // The skipped W 0 would have turned -0 into +0; it does nothing to any other value.
            for a in &mut gates {
                *a = *a + zero;
            }
        }
        let apart =
            if C::APART { load_at(t, self.apart.row(row, hidden), unit, hidden) } else { gates[G - 1] };
        let RowStates { h, c, next_h, next_c, y } = &mut self.states;
        let old = State {
            h: if C::READS_H { load_at(t, h.row(row, hidden), unit, hidden) } else { zero },
            c: if C::MEMORY { load_at(t, c.row(row, hidden), unit, hidden) } else { zero },
        };
        let sums = Sums { gates, apart, peephole: self.peephole, unit };
        let new = if USUAL { self.cell.update(t, &sums, old) } else { self.cell.unusual(t, &sums, old) };
        if C::MEMORY {
            store_at(new.c, next_c.row(row, hidden), unit, hidden);
        }
        store_at(new.h, next_h.row(row, hidden), unit, hidden);
        if let Some(y) = y {
            store_at(new.h, y.row(row, hidden), unit, hidden);
        }
    }
}
