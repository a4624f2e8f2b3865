//! The GRU that resets before its product: two products with the state, one after the other.
//!
//! ```text
//! P    = b + U x                         r, z and n, in memory
//! r, z = s(P + W (h))                    the first product; r * h and z wait in memory
//! n    = t(P_n + W_n (r * h))            the second
//! h'   = (1 - z) * n + z * h
//! ```

use super::{Advance, Input, InputRows, Next, Recurrent, RowStates, RowWork, StepRows, Stream, cut};
use crate::cell::GruBefore;
use crate::dims::{Dims, Dyn};
use crate::gemm::blocked::{Gemm, Product, Start};
use crate::gemm::epilogue::Epilogue;
use crate::gemm::gemv::{Group, accumulate, walk};
use crate::gemm::{Chains, Matrix, Rows, RowsMut, load_at, store_at};
use crate::simd::{Simd, Vector};
use core::marker::PhantomData;
use rnn_format::row_stride;

/// How its state advances.
#[derive(Clone, Copy, Debug)]
pub struct ResetBefore(GruBefore);

impl ResetBefore {
    pub(super) const fn new(layer: &rnn_format::Recurrent) -> Self {
        Self(GruBefore::new(layer))
    }
}

impl<D: Dims> Recurrent<ResetBefore, D> {
    /// U with b, W of r and z, W of n.
    #[inline(always)]
    fn matrices<'w>(&self, weights: &'w [f32]) -> [Matrix<'w>; 3] {
        let units = self.hidden();
        let (input, recurrent) = weights.split_at(self.input_len());
        let candidate = &recurrent[self.options.candidate..];
        let plain = |data, bias, terms| Matrix { data, units, bias, terms, chains: Chains::One };
        [
            plain(input, true, self.dims.input()),
            plain(recurrent, false, units),
            plain(candidate, false, units),
        ]
    }
}

impl Advance for ResetBefore {
    const GATES: usize = 3;

    #[inline(always)]
    fn step<S: Simd, D: Dims>(
        layer: &Recurrent<Self, D>,
        s: S,
        weights: &[f32],
        input: Input<'_>,
        stream: &mut Stream<'_>,
    ) {
        let hidden = layer.hidden();
        let [input_matrix, recurrent, candidate] = layer.matrices(weights);
        let Stream { h, next, work, y, .. } = stream;
        let [p, reset, z] = cut::work(&layer.options.step, work);
        let (reset, z, h) = (&mut reset[..hidden], &mut z[..hidden], &mut h[..hidden]);
        let p = match input {
            Input::X(x) => {
                let p = &mut p[..3 * hidden];
                let x = &x[..layer.dims.input()];
                walk::<S, D, 3, 1>(s, hidden, &mut Project { matrix: input_matrix, x, p: &mut *p });
                &*p
            }
            Input::Shared(p) => &p[..3 * hidden],
        };
        let cell = layer.advance.0;
        let mut gates = StepGates {
            cell,
            sizes: PhantomData::<D>,
            matrix: recurrent,
            p,
            h: &*h,
            reset: &mut *reset,
            z: &mut *z,
        };
        walk::<S, D, 2, 1>(s, hidden, &mut gates);
        let next = match next {
            // The candidate's product reads r * h alone, so h may be replaced.
            Next::Replace(_) => None,
            Next::Write(next) => Some(&mut next[..hidden]),
        };
        let p = &p[2 * hidden..];
        let sizes = PhantomData::<D>;
        let mut update =
            StepCandidate { cell, sizes, matrix: candidate, p, reset, z, h, next, y: y.as_deref_mut() };
        walk::<S, D, 1, 1>(s, hidden, &mut update);
    }

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
        let (rows, hidden) = (at.rows, layer.hidden());
        let RowWork { parts: [p, reset, z], strides: [p_stride, stride, _], waiting } = work;
        let [_, recurrent, candidate] = layer.matrices(weights);
        let p = match input {
            InputRows::X(x) => {
                Self::share(layer, s, weights, rows, x, RowsMut { data: &mut *p, stride: p_stride });
                Rows { data: p, stride: p_stride }
            }
            InputRows::Shared(p) => p,
        };
        let cell = layer.advance.0;
        let skipped = at.skip_recurrent;
        let RowStates { h, next_h, y, .. } = states;
        Gemm::<_, 2> {
            rows,
            units: hidden,
            start: Start::Rows(p),
            products: [(!skipped).then_some(Product { a: h, matrix: recurrent }), None],
            out: RowsMut { data: &mut *waiting, stride: row_stride(2 * hidden) },
            epilogue: RowGates {
                cell,
                skipped,
                hidden,
                h,
                reset: RowsMut { data: &mut *reset, stride },
                z: RowsMut { data: &mut *z, stride },
            },
        }
        .run(s);
        // r * h of a state of zeros is -0 or NaN where r is negative or no finite number: then W_n (r * h) is not what
        // may be left out.
        let reset = Rows { data: reset, stride };
        let skipped = skipped && are_zeros(reset, rows, hidden);
        Gemm::<_, 1> {
            rows,
            units: hidden,
            start: Start::Rows(Rows { data: &p.data[2 * hidden..], stride: p.stride }),
            products: [(!skipped).then_some(Product { a: reset, matrix: candidate }), None],
            out: RowsMut { data: waiting, stride: row_stride(2 * hidden) },
            epilogue: RowCandidate { cell, skipped, hidden, h, z: Rows { data: z, stride }, next_h, y },
        }
        .run(s);
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
        super::share_rows::<S, Self, 3>(layer, s, weights, rows, x, shared);
    }
}

/// Whether all values of these rows are +0.
fn are_zeros(values: Rows<'_>, rows: usize, len: usize) -> bool {
    (0..rows).all(|row| values.row(row, len).iter().all(|value| value.to_bits() == 0))
}

/// P of one step.
struct Project<'a> {
    matrix: Matrix<'a>,
    x: &'a [f32],
    p: &'a mut [f32],
}

impl Group for Project<'_> {
    #[inline(always)]
    fn group<V: Vector, const R: usize, const C: usize>(&mut self, t: V::Token, unit: usize) {
        let hidden = self.matrix.units;
        let (rows, bias) = self.matrix.panels::<V, 3, R>(t, unit);
        let acc = accumulate::<V, 3, R, C>(t, rows, self.x, bias);
        for (r, acc) in acc.iter().enumerate() {
            for (gate, &acc) in acc.iter().enumerate() {
                store_at(acc, self.p, gate * hidden + unit + r * V::WIDTH, (gate + 1) * hidden);
            }
        }
    }
}

/// r * h and z of one step.
struct StepGates<'a, D> {
    cell: GruBefore,
    sizes: PhantomData<D>,
    matrix: Matrix<'a>,
    p: &'a [f32],
    h: &'a [f32],
    reset: &'a mut [f32],
    z: &'a mut [f32],
}

impl<D: Dims> Group for StepGates<'_, D> {
    #[inline(always)]
    fn group<V: Vector, const R: usize, const C: usize>(&mut self, t: V::Token, unit: usize) {
        let hidden = self.matrix.units;
        let mut p = [[V::splat(t, 0.0); 2]; R];
        for (r, p) in p.iter_mut().enumerate() {
            for (gate, p) in p.iter_mut().enumerate() {
                *p = load_at(t, self.p, gate * hidden + unit + r * V::WIDTH, (gate + 1) * hidden);
            }
        }
        let (rows, _) = self.matrix.panels::<V, 2, R>(t, unit);
        let gates = accumulate::<V, 2, R, C>(t, rows, self.h, p);
        if D::FIXED && self.cell.is_usual() {
            for r in 0..R {
                self.panel::<V, true>(t, unit + r * V::WIDTH, gates[r]);
            }
        } else {
            self.panels(t, unit, &gates);
        }
    }
}

impl<D> StepGates<'_, D> {
    /// Several panels, compiled once for all groups.
    #[inline(never)]
    fn panels<V: Vector>(&mut self, t: V::Token, unit: usize, gates: &[[V; 2]]) {
        t.vectorize(
            #[inline(always)]
            || {
                for (r, &gates) in gates.iter().enumerate() {
                    let unit = unit + r * V::WIDTH;
                    if self.cell.is_usual() {
                        self.panel::<V, true>(t, unit, gates);
                    } else {
                        self.panel::<V, false>(t, unit, gates);
                    }
                }
            },
        );
    }

    #[inline(always)]
    fn panel<V: Vector, const USUAL: bool>(&mut self, t: V::Token, unit: usize, gates: [V; 2]) {
        let hidden = self.matrix.units;
        let h = load_at(t, self.h, unit, hidden);
        let [reset, z] =
            if USUAL { self.cell.gates(t, gates, h) } else { self.cell.unusual_gates(t, gates, h) };
        store_at(reset, self.reset, unit, hidden);
        store_at(z, self.z, unit, hidden);
    }
}

/// h' of one step.
struct StepCandidate<'a, D> {
    cell: GruBefore,
    sizes: PhantomData<D>,
    matrix: Matrix<'a>,
    p: &'a [f32],
    reset: &'a [f32],
    z: &'a [f32],
    h: &'a mut [f32],
    next: Option<&'a mut [f32]>,
    y: Option<&'a mut [f32]>,
}

impl<D: Dims> Group for StepCandidate<'_, D> {
    #[inline(always)]
    fn group<V: Vector, const R: usize, const C: usize>(&mut self, t: V::Token, unit: usize) {
        let hidden = self.matrix.units;
        let mut p = [[V::splat(t, 0.0); 1]; R];
        for (r, p) in p.iter_mut().enumerate() {
            p[0] = load_at(t, self.p, unit + r * V::WIDTH, hidden);
        }
        let (rows, _) = self.matrix.panels::<V, 1, R>(t, unit);
        let sums = accumulate::<V, 1, R, C>(t, rows, self.reset, p);
        if D::FIXED && self.cell.is_usual() {
            for r in 0..R {
                self.panel::<V, true>(t, unit + r * V::WIDTH, sums[r][0]);
            }
        } else {
            self.panels(t, unit, &sums);
        }
    }
}

impl<D> StepCandidate<'_, D> {
    /// Several panels, compiled once for all groups.
    #[inline(never)]
    fn panels<V: Vector>(&mut self, t: V::Token, unit: usize, sums: &[[V; 1]]) {
        t.vectorize(
            #[inline(always)]
            || {
                for (r, &[n]) in sums.iter().enumerate() {
                    let unit = unit + r * V::WIDTH;
                    if self.cell.is_usual() {
                        self.panel::<V, true>(t, unit, n);
                    } else {
                        self.panel::<V, false>(t, unit, n);
                    }
                }
            },
        );
    }

    #[inline(always)]
    fn panel<V: Vector, const USUAL: bool>(&mut self, t: V::Token, unit: usize, n: V) {
        let hidden = self.matrix.units;
        let (z, h) = (load_at(t, self.z, unit, hidden), load_at(t, self.h, unit, hidden));
        let h = if USUAL { self.cell.update(t, n, z, h) } else { self.cell.unusual_update(t, n, z, h) };
        let out = match &mut self.next {
            Some(next) => &mut **next,
            None => &mut *self.h,
        };
        store_at(h, out, unit, hidden);
        if let Some(y) = &mut self.y {
            store_at(h, y, unit, hidden);
        }
    }
}

/// r * h and z of many rows.
struct RowGates<'a> {
    cell: GruBefore,
    skipped: bool,
    hidden: usize,
    h: Rows<'a>,
    reset: RowsMut<'a>,
    z: RowsMut<'a>,
}

impl Epilogue<2> for RowGates<'_> {
    const SOME: bool = true;
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
        [mut r, mut z]: [V; 2],
    ) {
        let hidden = self.hidden;
        if self.skipped {
            // As in `Gated`: the skipped product would have turned -0 into +0.
            (r, z) = (r + V::splat(t, 0.0), z + V::splat(t, 0.0));
        }
        let h = load_at(t, self.h.row(row, hidden), unit, hidden);
        let [reset, z] =
            if USUAL { self.cell.gates(t, [r, z], h) } else { self.cell.unusual_gates(t, [r, z], h) };
        store_at(reset, self.reset.row(row, hidden), unit, hidden);
        store_at(z, self.z.row(row, hidden), unit, hidden);
    }
}

/// h' of many rows.
struct RowCandidate<'a> {
    cell: GruBefore,
    skipped: bool,
    hidden: usize,
    h: Rows<'a>,
    z: Rows<'a>,
    next_h: RowsMut<'a>,
    y: Option<RowsMut<'a>>,
}

impl Epilogue<1> for RowCandidate<'_> {
    const SOME: bool = true;
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
        [mut n]: [V; 1],
    ) {
        let hidden = self.hidden;
        if self.skipped {
            n = n + V::splat(t, 0.0);
        }
        let h = load_at(t, self.h.row(row, hidden), unit, hidden);
        let z = load_at(t, self.z.row(row, hidden), unit, hidden);
        let h = if USUAL { self.cell.update(t, n, z, h) } else { self.cell.unusual_update(t, n, z, h) };
        store_at(h, self.next_h.row(row, hidden), unit, hidden);
        if let Some(y) = &mut self.y {
            store_at(h, y.row(row, hidden), unit, hidden);
        }
    }
}
