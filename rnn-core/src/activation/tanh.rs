//! tanh within 1.2 ULP, without division.
//!
//! |x| is cut into eight segments, half octaves of u = |x| + 0.75, so that the index is three bits of u and every
//! coefficient is one lookup in a register. In a segment tanh x = c0 + r q(r) with r = |x| - centre and q of
//! degree 6. The centres are searched near the first quarter of a segment so that tanh(centre) is almost a
//! float: c0 then carries no error of its own. The coefficients are minimax fits of the error in ULP, each
//! rounded before the next is fitted. In the first segment c0 is x itself, which keeps small x exact. The
//! sign goes on last, so that tanh is odd bit for bit and -0 stays.

use crate::simd::Vector;

/// tanh rounds to 1 from here on.
const SATURATED: f32 = 9.25;
/// Where each segment is expanded.
const CENTRES: [f32; 8] = [1.4657549, 2.5329123, 3.6775367, 5.7035465, 7.7684636, 0.0, 0.3614988, 0.89990586];
/// tanh at the centres; not used in the first segment.
const C0: [f32; 8] = [0.89876455, 0.9874617, 0.99872214, 0.99997777, 0.99999964, 0.0, 0.34653354, 0.716252];
/// Coefficients of r^1.
const C1: [f32; 8] =
    [0.19222277, 0.024919417, 0.0025538856, 4.4460718e-05, 7.152122e-07, 0.0, 0.8799145, 0.48698303];
/// Coefficients of r^2.
const C2: [f32; 8] =
    [-0.17276277, -0.024606973, -0.002550732, -4.4456923e-05, -7.1501523e-07, 0.0, -0.3049202, -0.3488022];
/// Coefficients of r^3.
const C3: [f32; 8] = [
    0.09116762,
    0.015992062,
    0.0016994865,
    2.9694438e-05,
    4.772566e-07,
    -0.33333233,
    -0.1876451,
    0.087502204,
];
/// Coefficients of r^4.
const C4: [f32; 8] = [
    -0.024307739,
    -0.0075890133,
    -0.00084814563,
    -1.4923995e-05,
    -2.404872e-07,
    -4.0610572e-05,
    0.16673265,
    0.053551137,
];
/// Coefficients of r^5.
const C5: [f32; 8] = [
    -0.0038631365,
    0.0027150884,
    0.00032545332,
    5.825985e-06,
    9.569781e-08,
    0.1339046,
    0.024463842,
    -0.056573693,
];
/// Coefficients of r^6.
const C6: [f32; 8] = [
    0.006485852,
    -0.00069870625,
    -8.653605e-05,
    -1.5942752e-06,
    -2.7437173e-08,
    -0.003509409,
    -0.07446865,
    0.015965473,
];
/// Coefficients of r^7.
const C7: [f32; 8] = [
    -0.002050254,
    0.00010051239,
    1.1398909e-05,
    2.1743227e-07,
    4.000634e-09,
    -0.045396447,
    0.025792193,
    0.0030300755,
];

/// tanh of each lane.
#[inline(always)]
pub(crate) fn tanh<V: Vector>(t: V::Token, x: V) -> V {
    let bits = x.to_bits();
    let sign = V::and(bits, V::splat_bits(t, 0x8000_0000));
    let magnitude = V::from_bits(t, V::and(bits, V::splat_bits(t, 0x7FFF_FFFF)));
    // In this order a NaN stays.
    let x = V::splat(t, SATURATED).min(magnitude);
    let u = x + V::splat(t, 0.75);
    let segment = V::shr::<22>(u.to_bits());

    let r = x - V::lookup(V::table(t, &CENTRES), segment);
    let c7 = V::lookup(V::table(t, &C7), segment);
    let c6 = V::lookup(V::table(t, &C6), segment);
    let c5 = V::lookup(V::table(t, &C5), segment);
    let c4 = V::lookup(V::table(t, &C4), segment);
    let c3 = V::lookup(V::table(t, &C3), segment);
    let c2 = V::lookup(V::table(t, &C2), segment);
    let c1 = V::lookup(V::table(t, &C1), segment);
    let c0 = V::lookup(V::table(t, &C0), segment);
    // The test must be on u, as the index is: near 0.25 the rounding of u decides.
    let c0 = V::select(u.lt(V::splat(t, 1.0)), x, c0);

    let r2 = r * r;
    let high = r2.mul_add(c7, r.mul_add(c6, c5));
    let low = r.mul_add(c4, c3).mul_add(r2, r.mul_add(c2, c1));
    let q = high.mul_add(r2 * r2, low);
    let y = r.mul_add(q, c0);
    V::from_bits(t, V::or(y.to_bits(), sign))
}
