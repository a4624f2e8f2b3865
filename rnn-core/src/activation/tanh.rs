//! tanh within 1.2 ULP, without division, in [`Segments`] of |x|; the sign goes on last, so that tanh is odd bit for bit
//! and -0 stays. The first segment's c0 is x itself.

use super::segments::Segments;
use crate::simd::Vector;

/// tanh rounds to 1 from here on.
const SATURATED: f32 = 9.25;
/// Edges at 0.25, 0.75, 1.25, 2.25, 3.25, 5.25 and 7.25.
const TANH: Segments = Segments {
    offset: 0.75,
    first_end: 1.0,
    centres: [1.4657549, 2.5329123, 3.6775367, 5.7035465, 7.7684636, 0.0, 0.3614988, 0.89990586],
    c: [
        [0.89876455, 0.9874617, 0.99872214, 0.99997777, 0.99999964, 0.0, 0.34653354, 0.716252],
        [0.19222277, 0.024919417, 0.0025538856, 4.4460718e-05, 7.152122e-07, 0.0, 0.8799145, 0.48698303],
        [
            -0.17276277,
            -0.024606973,
            -0.002550732,
            -4.4456923e-05,
            -7.1501523e-07,
            0.0,
            -0.3049202,
            -0.3488022,
        ],
        [
            0.09116762,
            0.015992062,
            0.0016994865,
            2.9694438e-05,
            4.772566e-07,
            -0.33333233,
            -0.1876451,
            0.087502204,
        ],
        [
            -0.024307739,
            -0.0075890133,
            -0.00084814563,
            -1.4923995e-05,
            -2.404872e-07,
            -4.0610572e-05,
            0.16673265,
            0.053551137,
        ],
        [
            -0.0038631365,
            0.0027150884,
            0.00032545332,
            5.825985e-06,
            9.569781e-08,
            0.1339046,
            0.024463842,
            -0.056573693,
        ],
        [
            0.006485852,
            -0.00069870625,
            -8.653605e-05,
            -1.5942752e-06,
            -2.7437173e-08,
            -0.003509409,
            -0.07446865,
            0.015965473,
        ],
        [
            -0.002050254,
            0.00010051239,
            1.1398909e-05,
            2.1743227e-07,
            4.000634e-09,
            -0.045396447,
            0.025792193,
            0.0030300755,
        ],
    ],
};

/// tanh of each lane.
#[inline(always)]
pub(crate) fn tanh<V: Vector>(t: V::Token, x: V) -> V {
    let bits = x.to_bits();
    let sign = V::and(bits, V::splat_bits(t, 0x8000_0000));
    let magnitude = V::from_bits(t, V::and(bits, V::splat_bits(t, 0x7FFF_FFFF)));
    // In this order a NaN stays.
    let x = V::splat(t, SATURATED).min(magnitude);
    let y = TANH.apply(t, x, x);
    V::from_bits(t, V::or(y.to_bits(), sign))
}
