//! The Gaussian error linear unit (Hendrycks and Gimpel 2016, arXiv:1606.08415), x Phi(x), and its approximation by a
//! tanh: each within 2.5 ULP wherever its result is a float, the far negative tail included.
//!
//! x Phi(x) with a = |x|: G(a) = a e^(a^2/2) Phi(-a) is a smooth function that rises from 0 to 0.4, in [`Segments`]; the
//! result is -G(a) e^(-a^2/2) where x < 0, else x less the same. In the tail an error of the exponent counts a hundred
//! times, so a^2/2 is carried in two parts. G(a) begins as a/2, the first segment's c0.
//!
//! The approximation is x / (1 + e^-z), z = 2 sqrt(2/pi) (x + 0.044715 x^3), z in two parts as well.

use super::double::{product, sum};
use super::exp::reduce;
use super::segments::Segments;
use super::sigmoid::weighted;
use crate::simd::Vector;

/// Below its negative, x Phi(x) rounds to 0.
const FARTHEST: f32 = 14.5;
/// G, with edges at 0.5, 1, 2, 3, 5, 7 and 11.
const G: Segments = Segments {
    offset: 1.0,
    first_end: 1.5,
    centres: [1.4200375, 2.420061, 3.840048, 5.84019, 8.680338, 12.470198, 0.0, 0.7100117],
    c: [
        [0.30279535, 0.3510707, 0.37609226, 0.38814846, 0.39384562, 0.3964248, 0.0, 0.21820036],
        [0.0766983, 0.029214732, 0.010194289, 0.0034236365, 0.0011314026, 0.00039630022, 0.0, 0.17899048],
        [
            -0.04168981,
            -0.012520873,
            -0.0032768222,
            -0.0007964835,
            -0.00018620549,
            -4.650942e-05,
            -0.398942,
            -0.11719925,
        ],
        [
            0.018614464,
            0.0045068255,
            0.0009025811,
            0.00016127157,
            2.6924878e-05,
            4.8231395e-06,
            0.24998876,
            0.06175781,
        ],
        [
            -0.007285045,
            -0.0014465721,
            -0.0002252666,
            -3.0003192e-05,
            -3.6059178e-06,
            -4.6606257e-07,
            -0.13283347,
            -0.02810382,
        ],
        [
            0.0025953054,
            0.00042770582,
            5.3040763e-05,
            5.29015e-06,
            4.6764822e-07,
            4.318287e-08,
            0.06160037,
            0.011449738,
        ],
        [
            -0.00087194337,
            -0.00011992732,
            -1.2211768e-05,
            -9.1015204e-07,
            -6.089613e-08,
            -3.9573416e-09,
            -0.023743983,
            -0.0042966916,
        ],
        [
            0.00022848698,
            2.7059534e-05,
            2.0629545e-06,
            1.2316771e-07,
            5.678608e-09,
            2.9509428e-10,
            0.0056833206,
            0.0014012208,
        ],
    ],
};

/// x Phi(x) of each lane.
#[inline(always)]
pub(crate) fn gelu<V: Vector>(t: V::Token, x: V) -> V {
    let half = V::splat(t, 0.5);
    let magnitude = V::from_bits(t, V::and(x.to_bits(), V::splat_bits(t, 0x7FFF_FFFF)));
    // In this order a NaN stays.
    let a = V::splat(t, FARTHEST).min(magnitude);
    let g = G.apply(t, a, half * a);
    let [square, rest] = product(t, a, a);
    let mut exponent = reduce(t, half * square);
    exponent.r = exponent.r + half * rest;
    let [first, second] = exponent.power(t);
    // What rounding takes from G E joins the small terms, so that one rounding less counts.
    let [large, rest] = product(t, g, first);
    let tail = (large + large.mul_add(exponent.small(t), rest)) * second;
    // Minus zero, so that -0 is the limit at minus infinity, as it is of finite x.
    V::select(x.lt(V::splat(t, 0.0)), V::splat(t, -0.0), x) - tail
}

/// Below, the approximation rounds to 0.
const LOWEST: f32 = -10.85;
/// Above, it rounds to x.
const HIGHEST: f32 = 5.2;
/// z = x (K0 + K1 x^2), each of them in two parts.
const K0: [f32; 2] = [1.5957692, -4.534068e-08];
const K1: [f32; 2] = [0.071354814, 2.3988325e-09];

/// x/2 (1 + tanh(z/2)) of each lane.
#[inline(always)]
pub(crate) fn gelu_tanh<V: Vector>(t: V::Token, x: V) -> V {
    // In this order a NaN stays.
    let x = V::splat(t, LOWEST).max(x);
    let near = V::splat(t, HIGHEST).min(x);
    let k1 = V::splat(t, K1[0]);
    let [square, square_rest] = product(t, near, near);
    let [term, term_rest] = product(t, k1, square);
    let term_rest = square.mul_add(V::splat(t, K1[1]), k1.mul_add(square_rest, term_rest));
    let [factor, factor_rest] = sum(V::splat(t, K0[0]), term);
    let factor_rest = factor_rest + term_rest + V::splat(t, K0[1]);
    let [z, z_rest] = product(t, near, factor);
    let mut exponent = reduce(t, z);
    exponent.r = exponent.r + near.mul_add(factor_rest, z_rest);
    weighted(t, x, exponent)
}
