//! One step of one stream.

use super::super::dense::Affine;
use super::{Advance, Input, Next, Recurrent, Stream, round16};
use crate::dims::Dims;
use crate::gemm::gemv::walk;
use crate::gemm::{Chains, Matrix};
use crate::simd::{Simd, Vector};

/// One step: the state becomes its successor, y a copy of the new h.
#[inline(always)]
pub(in crate::layer) fn step_stream<S: Simd, A: Advance, D: Dims>(
    layer: &Recurrent<A, D>,
    s: S,
    weights: &[f32],
    input: Input<'_>,
    state: &mut [f32],
    scratch: &mut [f32],
    y: Option<&mut [f32]>,
) {
    if layer.options.is_delayed() || layer.options.projection.is_some() {
        return with_options(layer, s, weights, input, state, scratch, y);
    }
    let (h, c) = state.split_at_mut(layer.hidden());
    let (next, work) = scratch.split_at_mut(round16(layer.hidden()));
    A::step(layer, s, weights, input, Stream { h, c, next: Next::Replace(next), work, y });
}

/// The same with a delay, a projection, or both: out of the way of the plain step.
#[cold]
#[inline(never)]
fn with_options<S: Simd, A: Advance, D: Dims>(
    layer: &Recurrent<A, D>,
    s: S,
    weights: &[f32],
    input: Input<'_>,
    state: &mut [f32],
    scratch: &mut [f32],
    mut y: Option<&mut [f32]>,
) {
    s.vectorize(
        #[inline(always)]
        || {
            let (n, m, hidden) = (layer.state_size(), layer.memory_size(), layer.hidden());
            let wide_len = if layer.options.projection.is_some() { round16(hidden) } else { 0 };
            let (next, scratch) = scratch.split_at_mut(round16(n));
            let (wide, scratch) = scratch.split_at_mut(wide_len);
            let (work, old) = scratch.split_at_mut(A::work_len(hidden));
            let next = &mut next[..n];
            let out = if wide_len > 0 { &mut wide[..hidden] } else { &mut *next };
            let len = n + m;
            if layer.options.is_delayed() {
                let (old_h, old_c) = old.split_at_mut(round16(n));
                let (h, c) = (&mut old_h[..n], &mut old_c[..m]);
                let from = (layer.options.whole - 1) * len;
                let fraction = layer.options.fraction;
                older(s, &state[from..], fraction, len, 0, h);
                older(s, &state[from..], fraction, len, n, c);
                let stream = Stream { h, c: &mut *c, next: Next::Write(out), work, y: None };
                A::step(layer, s, weights, input, stream);
                if wide_len > 0 {
                    project(layer, s, weights, wide, next);
                }
                state.copy_within(..(layer.options.past - 1) * len, len);
                state[..n].copy_from_slice(next);
                state[n..len].copy_from_slice(c);
            } else {
                let (h, c) = state.split_at_mut(n);
                let stream = Stream { h: &mut *h, c: &mut c[..m], next: Next::Write(out), work, y: None };
                A::step(layer, s, weights, input, stream);
                project(layer, s, weights, wide, h);
            }
            if let Some(y) = &mut y {
                y[..n].copy_from_slice(&state[..n]);
            }
        },
    );
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

/// W_hr of a layer that has a projection.
#[inline(always)]
pub(super) fn projection<'w, A: Advance, D: Dims>(layer: &Recurrent<A, D>, weights: &'w [f32]) -> Matrix<'w> {
    let data = &weights[layer.input_len() + layer.options.projecting..];
    let (units, terms) = (layer.state_size(), layer.hidden());
    Matrix { data, units, bias: false, terms, chains: Chains::One }
}

/// h of what the cell gave.
#[inline(always)]
fn project<S: Simd, A: Advance, D: Dims>(
    layer: &Recurrent<A, D>,
    s: S,
    weights: &[f32],
    wide: &[f32],
    h: &mut [f32],
) {
    let matrix = projection(layer, weights);
    let x = &wide[..layer.hidden()];
    walk::<S, 1, 1>(s, matrix.units, &mut Affine { matrix, x, y: h });
}
