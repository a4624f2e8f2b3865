//! Products and sums with what rounding took from them: for arguments of the exponential, of which an error of one ULP
//! would be many in the result.

use crate::simd::{Simd, Vector};

/// a b, rounded, and the rest, exact where nothing underflows.
#[inline(always)]
pub(super) fn product<V: Vector>(t: V::Token, a: V, b: V) -> [V; 2] {
    let p = a * b;
    if V::Token::FUSED {
        return [p, a.mul_add(b, V::splat(t, 0.0) - p)];
    }
    // Dekker's: twelve bits each, whose products are exact.
    let high = V::splat_bits(t, 0xFFFF_F000);
    let a_high = V::from_bits(t, V::and(a.to_bits(), high));
    let b_high = V::from_bits(t, V::and(b.to_bits(), high));
    let (a_low, b_low) = (a - a_high, b - b_high);
    [p, a_high * b_high - p + a_high * b_low + a_low * b_high + a_low * b_low]
}

/// a + b, rounded, and the rest, exact.
#[inline(always)]
pub(super) fn sum<V: Vector>(a: V, b: V) -> [V; 2] {
    let s = a + b;
    let b_part = s - a;
    [s, (a - (s - b_part)) + (b - b_part)]
}
