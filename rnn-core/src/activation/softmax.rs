//! The softmax of a slice, `e^x_i / sum_j e^x_j`, each result within a few ULP (the sum's length adds some).
//!
//! The greatest value is subtracted first, exactly (in two parts), so that nothing overflows and no difference is rounded.
//! The sum has sixteen partial sums, value i in number i mod 16, whatever the width of a register, and joins them
//! in halves: the same bits on all fused backends.
//!
//! A NaN, or +inf, or -inf alone, makes all results NaN; -inf beside others is 0.

use super::double;
use super::exp::reduce;
use crate::simd::{Simd, Vector};

/// Beyond, e^-d rounds to 0.
const HIGHEST: f32 = 104.0;

/// The softmax of a slice in place, inside a tier's frame.
#[inline(always)]
pub(super) fn softmax_slice<S: Simd>(s: S, x: &mut [f32]) {
    let Some(&some) = x.first() else { return };
    let greatest = S::V16::splat(s, greatest(s, x, some));
    let (whole, tail) = S::V16::chunks_mut(x);
    let mut sums = S::V16::splat(s, 0.0);
    for x in &mut *whole {
        let e = exp_below(s, greatest, S::V16::load(s, x));
        e.store(x);
        sums = sums + e;
    }
    if !tail.is_empty() {
        exp_below(s, greatest, S::V16::load_partial(s, tail)).store_partial(tail);
        // What is beyond the end is zero now.
        sums = sums + S::V16::load_partial(s, tail);
    }
    let mut lanes = [0.0; 16];
    sums.store_partial(&mut lanes);
    join(
        &mut lanes,
        #[inline(always)]
        |a, b| a + b,
    );
    let sum = S::V16::splat(s, lanes[0]);
    for x in whole {
        (S::V16::load(s, x) / sum).store(x);
    }
    if !tail.is_empty() {
        (S::V16::load_partial(s, tail) / sum).store_partial(tail);
    }
}

/// e^(x - greatest) of each lane.
#[inline(always)]
fn exp_below<V: Vector>(t: V::Token, greatest: V, x: V) -> V {
    let (limit, zero) = (V::splat(t, HIGHEST), V::splat(t, 0.0));
    let [d, rest] = double::sum(greatest, zero - x);
    // Where d is infinite there is no rest; in this order a NaN stays.
    let rest = V::select(d.lt(limit), rest, zero);
    let mut exponent = reduce(t, limit.min(d));
    exponent.r = exponent.r + rest;
    exponent.exp(t)
}

/// The greatest value, NaNs aside; they make the differences NaN whatever it is.
#[inline(always)]
fn greatest<S: Simd>(s: S, x: &[f32], some: f32) -> f32 {
    let (whole, tail) = S::V16::chunks(x);
    let mut lanes = [some; 16];
    let mut end = lanes;
    for (end, x) in end.iter_mut().zip(tail) {
        *end = *x;
    }
    let mut greatest = S::V16::load_partial(s, &end);
    for x in whole {
        greatest = S::V16::load(s, x).max(greatest);
    }
    greatest.store_partial(&mut lanes);
    join(
        &mut lanes,
        #[inline(always)]
        |a, b| if a > b { a } else { b },
    );
    lanes[0]
}

/// Joins all lanes in the first, in halves.
#[inline(always)]
fn join(lanes: &mut [f32; 16], of: impl Fn(f32, f32) -> f32) {
    let mut half = 8;
    while half > 0 {
        for i in 0..half {
            lanes[i] = of(lanes[i], lanes[i + half]);
        }
        half /= 2;
    }
}
