//! ln(1 + e^x) within 2 ULP (2.5 where a multiply-add is not fused), denormal results included.
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
    let (e2, e4) = (e * e, (e * e) * (e * e));
    let w01 = e.mul_add(V::splat(t, W[1]), V::splat(t, W[0]));
    let w23 = e.mul_add(V::splat(t, W[3]), V::splat(t, W[2]));
    let w45 = e.mul_add(V::splat(t, W[5]), V::splat(t, W[4]));
    let w67 = e.mul_add(V::splat(t, W[7]), V::splat(t, W[6]));
    let high = e4.mul_add(V::splat(t, W[8]), w67.mul_add(e2, w45));
    let q = high.mul_add(e4, w23.mul_add(e2, w01));
    let below = e.mul_add(e * q, e);
    // x + e first, its error among the small terms, so that one rounding counts; of an infinite x there is none.
    let [large, rest] = sum(x, e);
    let rest = V::select(x.lt(V::splat(t, HIGHEST)), rest, V::splat(t, 0.0));
    let above = large + e.mul_add(e * q, rest);
    V::select(x.lt(V::splat(t, 0.0)), below, above)
}
