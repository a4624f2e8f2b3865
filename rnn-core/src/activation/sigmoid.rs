//! The logistic function 1 / (1 + e^-x) within 2 ULP, and x / (1 + e^-x) within 2 ULP, denormal results included.
//!
//! e^-x is E (1 + small) as in [`exp`](super::exp), everything scaled by s = 2^-32, so that the result is
//! s / (s + s e^-x) and a denormal one is rounded once, by the division. E + s is summed exactly and its error joins
//! the small terms. With s x above the line no further rounding is added.

use super::exp::{Reduced, SCALE, reduce};
use crate::simd::Vector;

/// Below, the sigmoid rounds to 0.
const LOWEST: f32 = -104.0;
/// Above, it rounds to 1.
const HIGHEST: f32 = 18.0;
/// Below, x / (1 + e^-x) rounds to 0.
const SILU_LOWEST: f32 = -109.0;
/// x^2 below which x / (1 + e^-x) is x / 2, and above which s x is a normal number.
const TINY: f32 = 8.673_617_4e-19;
/// e^-r - 1 = -r + r^2 (A2 + A3 r), minimax.
const A2: f32 = 0.500_064_969_062_805_2;
const A3: f32 = -0.166_681_885_719_299_32;

/// s (1 + e^-x).
#[inline(always)]
fn denominator<V: Vector>(t: V::Token, x: Reduced<V>) -> V {
    let power = x.scaled_power(t);
    let grown = x.r.mul_add(V::splat(t, A3), V::splat(t, A2));
    let small = (x.r * x.r).mul_add(grown, V::splat(t, 0.0) - x.r);

    let scale = V::splat(t, SCALE);
    let sum = power + scale;
    let (large, little) = (power.max(scale), power.min(scale));
    let rest = little - (sum - large);
    sum + power.mul_add(small, rest)
}

/// 1 / (1 + e^-x) of each lane.
#[inline(always)]
pub(crate) fn sigmoid<V: Vector>(t: V::Token, x: V) -> V {
    // In this order a NaN stays.
    let x = V::splat(t, HIGHEST).min(V::splat(t, LOWEST).max(x));
    V::splat(t, SCALE) / denominator(t, reduce(t, x))
}

/// x / (1 + e^-z), where `z` are the parts of a number that is nearly proportional to x where it is small.
#[inline(always)]
pub(super) fn weighted<V: Vector>(t: V::Token, x: V, z: Reduced<V>) -> V {
    let y = x * V::splat(t, SCALE) / denominator(t, z);
    V::select((x * x).lt(V::splat(t, TINY)), V::splat(t, 0.5) * x, y)
}

/// x / (1 + e^-x) of each lane.
#[inline(always)]
pub(crate) fn silu<V: Vector>(t: V::Token, x: V) -> V {
    let x = V::splat(t, SILU_LOWEST).max(x);
    weighted(t, x, reduce(t, V::splat(t, HIGHEST).min(x)))
}
