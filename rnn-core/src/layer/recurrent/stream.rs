//! One step of one stream.

use super::super::dense::Affine;
use super::cut::{self, StepParts};
use super::options::Options;
use super::{Advance, Input, Next, Recurrent, Stream};
use crate::dims::{Dims, Dyn};
use crate::gemm::gemv::walk;
use crate::gemm::{Chains, Matrix};
use crate::simd::{Simd, Vector};

/// One step: the state becomes its successor, y a copy of the new h.
#[inline(always)]
pub(crate) fn step_stream<S: Simd, A: Advance, D: Dims>(
    layer: &Recurrent<A, D>,
    s: S,
    weights: &[f32],
    input: Input<'_>,
    state: &mut [f32],
    scratch: &mut [f32],
    mut y: Option<&mut [f32]>,
) {
    if const { D::PLAIN } {
        // Said apart, for the compiler would lay the way with options beside it first.
        let (h, c) = state.split_at_mut(layer.state_size());
        let (next, work) = cut::plain_step(&layer.options.step, scratch);
        let next = Next::Replace(next);
        A::step(layer, s, weights, input, &mut Stream { h, c, next, work, y, extended: false });
        return;
    }
    let options = layer.options;
    let (n, m, hidden) = (layer.state_size(), layer.memory_size(), layer.hidden());
    let (StepParts { next, wide, work, read: [read_h, read_c] }, _) = cut::step(&options.step, scratch);
    let mut stream = if options.is_delayed() || options.projection.is_some() {
        let (h, c) = (&mut read_h[..n], &mut read_c[..m]);
        take(s, options, state, &mut *h, &mut *c);
        let out = if options.projection.is_some() { &mut wide[..hidden] } else { &mut next[..n] };
        Stream { h, c, next: Next::Write(out), work, y: None, extended: true }
    } else {
        let (h, c) = state.split_at_mut(n);
        Stream {
            h,
            c: &mut c[..m],
            next: Next::Replace(&mut *next),
            work,
            y: y.as_deref_mut(),
            extended: false,
        }
    };
    A::step(layer, s, weights, input, &mut stream);
    if stream.extended {
        if options.projection.is_some() {
            project(s, projection(layer, weights), wide, &mut next[..n]);
        }
        put(options, state, &next[..n], &read_c[..m]);
        if let Some(y) = y {
            y[..n].copy_from_slice(&next[..n]);
        }
    }
}

/// The state a cell with a delay or a projection reads.
#[cold]
#[inline(never)]
fn take<S: Simd>(s: S, options: Options, state: &[f32], h: &mut [f32], c: &mut [f32]) {
    s.vectorize(
        #[inline(always)]
        || {
            let len = h.len() + c.len();
            let states = &state[(options.whole - 1) * len..];
            older(s, states, options.fraction, len, 0, h);
            older(s, states, options.fraction, len, h.len(), c);
        },
    );
}

/// The new state in front of the past ones.
#[cold]
#[inline(never)]
fn put(options: Options, state: &mut [f32], h: &[f32], c: &[f32]) {
    let (n, len) = (h.len(), h.len() + c.len());
    state.copy_within(..(options.past - 1) * len, len);
    state[..n].copy_from_slice(h);
    state[n..len].copy_from_slice(c);
}

/// What a delayed cell reads, of the states from floor(d) steps ago on, `len` floats each: `(1 - a) s + a s'`.
#[inline(always)]
fn older<S: Simd>(s: S, states: &[f32], fraction: f32, len: usize, at: usize, out: &mut [f32]) {
    let newer = &states[at..at + out.len()];
    if fraction > 0.0 {
        let older = &states[len + at..len + at + out.len()];
        mix(s, newer, older, fraction, out);
    } else {
        out.copy_from_slice(newer);
    }
}

/// `(1 - a) * newer + a * older`, value by value.
#[inline(always)]
pub(super) fn mix<S: Simd>(s: S, newer: &[f32], older: &[f32], fraction: f32, out: &mut [f32]) {
    let (a, rest) = (S::V16::splat(s, fraction), S::V16::splat(s, 1.0 - fraction));
    let blocks = newer.chunks(16).zip(older.chunks(16)).zip(out.chunks_mut(16));
    for ((newer, older), out) in blocks {
        let newer = S::V16::load_partial(s, newer);
        let older = S::V16::load_partial(s, older);
        older.mul_add(a, newer * rest).store_partial(out);
    }
}

/// The projection of a layer that has a projection.
#[inline(always)]
pub(super) fn projection<'w, A: Advance, D: Dims>(layer: &Recurrent<A, D>, weights: &'w [f32]) -> Matrix<'w> {
    let data = &weights[layer.input_len() + layer.options.projecting..];
    let (units, terms) = (layer.state_size(), layer.hidden());
    Matrix { data, units, bias: false, terms, chains: Chains::One }
}

/// h of what the cell gave.
#[cold]
#[inline(never)]
fn project<S: Simd>(s: S, matrix: Matrix<'_>, wide: &[f32], h: &mut [f32]) {
    s.vectorize(
        #[inline(always)]
        || walk::<S, Dyn, 1, 1>(s, matrix.units, &mut Affine { matrix, x: &wide[..matrix.terms], y: h }),
    );
}
