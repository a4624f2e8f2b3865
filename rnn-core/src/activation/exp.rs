//! The exponential function and what is made of it: e^x within 1 ULP and alpha (e^x - 1) within 2 ULP before alpha, denormal
//! results included.
//!
//! e^-x = E e^-r with E = 2^(-m/8), m = round(8 x log2 e) and |r| <= ln 2 / 16. E comes from a table of eight
//! entries whose exponent an integer subtraction moves; an entry's relative shortfall is known and taken off r. Where E
//! may lie outside the range of floats it is two factors, the second an exact power of two, so that a denormal result
//! is rounded once more than a normal one and an infinite one arises by itself.

use crate::simd::{Simd, Vector};

/// s, which every power of the table is multiplied with.
pub(super) const SCALE: f32 = 1.0 / 4_294_967_296.0;
/// Below, e^x rounds to 0.
const LOWEST: f32 = -104.0;
/// Above, e^x is infinite.
const HIGHEST: f32 = 89.0;
/// Below, e^x - 1 rounds to -1.
const LOWEST_M1: f32 = -18.0;
/// 8 / ln 2.
const EIGHTHS: f32 = 11.541_560_173_034_668;
/// 1.5 * 2^23: added and taken off again, it rounds to an integer, which stands in the low bits in between.
const MAGIC: f32 = 12_582_912.0;
/// ln 2 / 8 in one float and what that leaves: a fused product with |m| < 2048 is exact.
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
/// e^-r - 1 = -r + r^2 (A2 + A3 r + A4 r^2), minimax relative to r.
const A2: f32 = 0.5;
const A3: f32 = -0.166_679_67;
const A4: f32 = 0.041_669_216;

/// x as m, in the low bits of `bits`, and r.
#[derive(Clone, Copy)]
pub(super) struct Reduced<V: Vector> {
    bits: V::Bits,
    /// What is left of x, with the error of the power's table entry.
    pub(super) r: V,
}

/// The parts of x, which lies within -1500 and 1500.
#[inline(always)]
pub(super) fn reduce<V: Vector>(t: V::Token, x: V) -> Reduced<V> {
    let magic = V::splat(t, MAGIC);
    let shifted = x.mul_add(V::splat(t, EIGHTHS), magic);
    let m = shifted - magic;
    let bits = shifted.to_bits();
    let shortfall = V::lookup(V::table(t, &SHORTFALL), bits);
    let r = if V::Token::FUSED {
        let r = m.neg_mul_add(V::splat(t, STEP_HIGH), x);
        r - m.mul_add(V::splat(t, STEP_LOW), shortfall)
    } else {
        let r = m.neg_mul_add(V::splat(t, STEP_11), x);
        let r = m.neg_mul_add(V::splat(t, STEP_12), r);
        r - m.mul_add(V::splat(t, STEP_REST), shortfall)
    };
    Reduced { bits, r }
}

impl<V: Vector> Reduced<V> {
    /// s E, where that is a normal number.
    #[inline(always)]
    pub(super) fn scaled_power(self, t: V::Token) -> V {
        let power = V::lookup(V::table(t, &POWERS), self.bits).to_bits();
        V::from_bits(t, V::sub_bits(power, V::shl::<20>(self.bits)))
    }

    /// E as two factors, the second a power of two and of about the same size.
    #[inline(always)]
    pub(super) fn power(self, t: V::Token) -> [V; 2] {
        // h = floor(m / 16) in the exponent's place, what stands above m in the bits being shifted out; and 1 / s.
        let half = V::shl::<23>(V::shr::<4>(self.bits));
        let half = V::add_bits(half, V::splat_bits(t, 32 << 23));
        let first = V::add_bits(self.scaled_power(t).to_bits(), half);
        let second = V::sub_bits(V::splat_bits(t, (127 + 32) << 23), half);
        [V::from_bits(t, first), V::from_bits(t, second)]
    }

    /// e^-r - 1.
    #[inline(always)]
    pub(super) fn small(self, t: V::Token) -> V {
        let r = self.r;
        let q = r.mul_add(V::splat(t, A4), V::splat(t, A3)).mul_add(r, V::splat(t, A2));
        (r * r).mul_add(q, V::splat(t, 0.0) - r)
    }

    /// e^-x.
    #[inline(always)]
    pub(super) fn exp(self, t: V::Token) -> V {
        let [first, second] = self.power(t);
        first.mul_add(self.small(t), first) * second
    }
}

/// e^x of each lane.
#[inline(always)]
pub(crate) fn exponential<V: Vector>(t: V::Token, x: V) -> V {
    // In this order a NaN stays.
    let x = V::splat(t, HIGHEST).min(V::splat(t, LOWEST).max(x));
    reduce(t, V::splat(t, 0.0) - x).exp(t)
}

/// x where x >= 0, alpha (e^x - 1) elsewhere.
#[inline(always)]
pub(crate) fn elu<V: Vector>(t: V::Token, alpha: f32, x: V) -> V {
    let (zero, one) = (V::splat(t, 0.0), V::splat(t, 1.0));
    let reduced = reduce(t, zero - V::splat(t, LOWEST_M1).max(x));
    let power = V::add_bits(reduced.scaled_power(t).to_bits(), V::splat_bits(t, 32 << 23));
    let power = V::from_bits(t, power);
    // E - 1 exactly, in two parts.
    let large = power - one;
    let rest = power - (large + one);
    let y = large + power.mul_add(reduced.small(t), rest);
    // A NaN is not below zero and stays.
    V::select(x.lt(zero), V::splat(t, alpha) * y, x)
}
