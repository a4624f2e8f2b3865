//! ln(1 + e^x) within 2 ULP, denormal results included.
//!
//! With a = |x| and e = e^-a it is max(x, 0) + ln(1 + e), a sum of positive terms; ln(1 + e) = e + e^2 w(e), w a
//! minimax polynomial on [0, 1] in Estrin's form.

use super::double::sum;
use super::exp::reduce;
use crate::simd::Vector;

/// Beyond, e^-a rounds to 0.
const HIGHEST: f32 = 104.0;
/// The coefficients of w.
const W: [f32; 9] = [
    -0.499_999_31,
    0.333_304_64,
    -0.249_580_2,
    0.196_921_23,
    -0.153_449_92,
    0.106_614_254,
    -0.057_461_41,
    0.020_089_21,
    -0.003_291_307_3,
];

/// ln(1 + e^x) of each lane.
#[inline(always)]
pub(crate) fn softplus<V: Vector>(t: V::Token, x: V) -> V {
    let magnitude = V::from_bits(t, V::and(x.to_bits(), V::splat_bits(t, 0x7FFF_FFFF)));
    // In this order a NaN stays.
    let e = reduce(t, V::splat(t, HIGHEST).min(magnitude)).exp(t);
    let [w0, w1, w2, w3, w4, w5, w6, w7, w8] = W.map(
        #[inline(always)]
        |w| V::splat(t, w),
    );
    let (e2, e4) = (e * e, (e * e) * (e * e));
    let low = e.mul_add(w3, w2).mul_add(e2, e.mul_add(w1, w0));
    let high = e.mul_add(w7, w6).mul_add(e2, e.mul_add(w5, w4));
    let q = e4.mul_add(w8, high).mul_add(e4, low);
    let below = e.mul_add(e * q, e);
    // x + e first, its error among the small terms, so that one rounding counts; of an infinite x there is none.
    let [large, rest] = sum(x, e);
    let rest = V::select(x.lt(V::splat(t, HIGHEST)), rest, V::splat(t, 0.0));
    let above = large + e.mul_add(e * q, rest);
    V::select(x.lt(V::splat(t, 0.0)), below, above)
}
