//! Functions of one or two operations on each of their pieces.
//!
//! Comparisons are written such that a NaN is never the smaller one and stays.

use crate::simd::Vector;

/// max(x, 0); adding +0 turns -0 into +0.
#[inline(always)]
pub(super) fn relu<V: Vector>(t: V::Token, x: V) -> V {
    let zero = V::splat(t, 0.0);
    V::select(x.lt(zero), zero, x + zero)
}

/// min(max(x, 0), 6).
#[inline(always)]
pub(super) fn relu6<V: Vector>(t: V::Token, x: V) -> V {
    V::splat(t, 6.0).min(relu(t, x))
}

/// alpha x + beta.
#[inline(always)]
pub(super) fn affine<V: Vector>(t: V::Token, alpha: f32, beta: f32, x: V) -> V {
    x.mul_add(V::splat(t, alpha), V::splat(t, beta))
}

/// x, or alpha x where x < 0.
#[inline(always)]
pub(super) fn leaky_relu<V: Vector>(t: V::Token, alpha: f32, x: V) -> V {
    V::select(x.lt(V::splat(t, 0.0)), V::splat(t, alpha) * x, x)
}

/// x, or 0 where x < alpha.
#[inline(always)]
pub(super) fn thresholded_relu<V: Vector>(t: V::Token, alpha: f32, x: V) -> V {
    V::select(x.lt(V::splat(t, alpha)), V::splat(t, 0.0), x)
}

/// alpha x + beta, cut to [0, 1].
#[inline(always)]
pub(super) fn hard_sigmoid<V: Vector>(t: V::Token, alpha: f32, beta: f32, x: V) -> V {
    V::splat(t, 1.0).min(V::splat(t, 0.0).max(affine(t, alpha, beta, x)))
}

/// (x + 3) / 6, cut to [0, 1]. Divided, for 1/6 is no float: a third rounding.
#[inline(always)]
pub(super) fn hard_sigmoid_keras3<V: Vector>(t: V::Token, x: V) -> V {
    relu6(t, x + V::splat(t, 3.0)) / V::splat(t, 6.0)
}

/// x / (1 + |x|). Infinities are cut to the greatest float, whose quotient is 1.
#[inline(always)]
pub(super) fn softsign<V: Vector>(t: V::Token, x: V) -> V {
    let x = V::splat(t, f32::MAX).min(V::splat(t, f32::MIN).max(x));
    let magnitude = V::from_bits(t, V::and(x.to_bits(), V::splat_bits(t, 0x7FFF_FFFF)));
    x / (V::splat(t, 1.0) + magnitude)
}
