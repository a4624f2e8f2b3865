//! The fast tier: tanh and sigmoid to an absolute error of 4e-5, chosen only by name.
//!
//! tanh x = x P(x^2) / Q(x^2), a minimax fit on [0, 6] scaled so that its value at 6 lies just above 1; the cut to
//! [-1, 1] then makes saturation exact. Odd by its form. The sigmoid is 1/2 + 1/2 tanh(x / 2).

use crate::simd::Vector;

/// The end of the fit.
const LIMIT: f32 = 6.0;
const P: [f32; 3] = [0.999_992_67, 0.114_475_325, 0.001_495_592_1];
const Q: [f32; 3] = [0.447_714_24, 0.017_487_45, 5.518_636e-5];

/// tanh of each lane, within 4e-5.
#[inline(always)]
pub(crate) fn fast_tanh<V: Vector>(t: V::Token, x: V) -> V {
    let one = V::splat(t, 1.0);
    // In this order a NaN stays.
    let x = V::splat(t, -LIMIT).max(V::splat(t, LIMIT).min(x));
    let x2 = x * x;
    let p = x2.mul_add(V::splat(t, P[2]), V::splat(t, P[1])).mul_add(x2, V::splat(t, P[0]));
    let q = x2.mul_add(V::splat(t, Q[2]), V::splat(t, Q[1]));
    let q = q.mul_add(x2, V::splat(t, Q[0])).mul_add(x2, one);
    V::splat(t, -1.0).max(one.min(x * p / q))
}

/// 1 / (1 + e^-x) of each lane, within 4e-5.
#[inline(always)]
pub(crate) fn fast_sigmoid<V: Vector>(t: V::Token, x: V) -> V {
    let half = V::splat(t, 0.5);
    fast_tanh(t, half * x).mul_add(half, half)
}
