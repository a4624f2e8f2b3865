//! The logistic function 1 / (1 + e^-x) within 2 ULP, denormal results included.
//!
//! e^-x = E e^-r with E = 2^(-m/8), m = round(8 x log2 e) and |r| <= ln 2 / 16. E comes from a table of eight
//! entries whose exponent an integer subtraction moves; an entry's relative shortfall is known and taken off r.
//! Everything is scaled by s = 2^-32, so that the result is s / (s + s e^-x) and a denormal one is rounded once, by
//! the division. E + s is summed exactly and its error joins the small terms.

use crate::simd::{Simd, Vector};

/// Below, the result rounds to 0.
const LOWEST: f32 = -104.0;
/// Above, the result rounds to 1.
const HIGHEST: f32 = 18.0;
/// s.
const SCALE: f32 = 1.0 / 4_294_967_296.0;
/// 8 / ln 2.
const EIGHTHS: f32 = 11.541_560_173_034_668;
/// 1.5 * 2^23: added and taken off again, it rounds to an integer, which stands in the low bits in between.
const MAGIC: f32 = 12_582_912.0;
/// ln 2 / 8 in one float and what that leaves: a fused product with m <= 1201 is exact.
const STEP_HIGH: f32 = 0.086_643_397_808_074_95;
const STEP_LOW: f32 = -2.380_817_874_947_21e-10;
/// The same for two roundings: 11 bits, then 12, so that each product with m is exact; then the rest.
const STEP_11: f32 = 0.086_608_886_718_75;
const STEP_12: f32 = 3.449_618_816_375_732_4e-5;
const STEP_REST: f32 = 1.466_307_940_635_293_5e-8;
/// s 2^(-j/8), with j added to the bits that `m << 20` takes off again.
const POWERS: [f32; 8] = [
    f32::from_bits(0x2f80_0000),
    f32::from_bits(0x2f7a_c0c7),
    f32::from_bits(0x2f77_44fd),
    f32::from_bits(0x2f75_672a),
    f32::from_bits(0x2f75_04f3),
    f32::from_bits(0x2f75_fed7),
    f32::from_bits(0x2f78_37f0),
    f32::from_bits(0x2f7b_95c2),
];
/// How much the powers are too small, relatively.
const SHORTFALL: [f32; 8] = [
    0.0,
    -6.128_259_7e-9,
    -1.471_960_6e-8,
    5.233_334_2e-9,
    1.711_427_1e-8,
    -3.099_072_3e-8,
    3.193_418_2e-8,
    -1.199_215_7e-8,
];
/// e^-r - 1 = -r + r^2 (A2 + A3 r), minimax.
const A2: f32 = 0.500_064_969_062_805_2;
const A3: f32 = -0.166_681_885_719_299_32;

/// 1 / (1 + e^-x) of each lane.
#[inline(always)]
pub(crate) fn sigmoid<V: Vector>(t: V::Token, x: V) -> V {
    // In this order a NaN stays.
    let x = V::splat(t, HIGHEST).min(V::splat(t, LOWEST).max(x));
    let magic = V::splat(t, MAGIC);
    let shifted = x.mul_add(V::splat(t, EIGHTHS), magic);
    let m = shifted - magic;
    let bits = shifted.to_bits();
    let power = V::lookup(V::table(t, &POWERS), bits).to_bits();
    let power = V::from_bits(t, V::sub_bits(power, V::shl::<20>(bits)));
    let shortfall = V::lookup(V::table(t, &SHORTFALL), bits);
    let r = if V::Token::FUSED {
        let r = m.neg_mul_add(V::splat(t, STEP_HIGH), x);
        r - m.mul_add(V::splat(t, STEP_LOW), shortfall)
    } else {
        let r = m.neg_mul_add(V::splat(t, STEP_11), x);
        let r = m.neg_mul_add(V::splat(t, STEP_12), r);
        r - m.mul_add(V::splat(t, STEP_REST), shortfall)
    };
    let grown = r.mul_add(V::splat(t, A3), V::splat(t, A2));
    let small = (r * r).mul_add(grown, V::splat(t, 0.0) - r);

    let scale = V::splat(t, SCALE);
    let sum = power + scale;
    let (large, little) = (power.max(scale), power.min(scale));
    let rest = little - (sum - large);
    scale / (sum + power.mul_add(small, rest))
}
