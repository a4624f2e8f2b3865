//! The values of a tensor of a file: little-endian numbers of several types, read as f32.
//!
//! Data is read byte by byte, so a file may lie at any address.

use safetensors::Dtype;

/// A type of numbers that weights may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    F32,
    F16,
    BF16,
    /// Rounded, on request.
    F64,
}

impl Number {
    /// The type of this name, if weights may have it.
    pub(crate) const fn of(dtype: Dtype) -> Option<Self> {
        match dtype {
            Dtype::F32 => Some(Self::F32),
            Dtype::F16 => Some(Self::F16),
            Dtype::BF16 => Some(Self::BF16),
            Dtype::F64 => Some(Self::F64),
            _ => None,
        }
    }

    const fn bytes(self) -> usize {
        match self {
            Self::F16 | Self::BF16 => 2,
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

/// The values of a tensor.
#[derive(Clone, Copy)]
pub(crate) struct Numbers<'a> {
    number: Number,
    data: &'a [u8],
}

impl<'a> Numbers<'a> {
    /// Those that `data`, as long as a whole count of them, holds.
    pub(crate) const fn new(number: Number, data: &'a [u8]) -> Self {
        Self { number, data }
    }

    /// How many there are.
    pub(crate) const fn len(&self) -> usize {
        self.data.len() / self.number.bytes()
    }

    /// Value `i`: widened exactly, or of F64 the nearest f32, of two the even one.
    pub(crate) fn at(&self, i: usize) -> f32 {
        match self.number {
            Number::F32 => f32::from_le_bytes(self.word(i)),
            Number::F16 => widened(u16::from_le_bytes(self.word(i))),
            // The upper half of an f32.
            Number::BF16 => f32::from_bits(u32::from(u16::from_le_bytes(self.word(i))) << 16),
            #[expect(clippy::cast_possible_truncation, reason = "rounding is what was asked for")]
            Number::F64 => f64::from_le_bytes(self.word(i)) as f32,
        }
    }

    /// A finite value that is rounded to an infinity.
    pub(crate) fn too_large(&self) -> Option<f64> {
        if self.number != Number::F64 {
            return None;
        }
        let wide = |i| f64::from_le_bytes(self.word(i));
        (0..self.len()).find(|&i| wide(i).is_finite() && self.at(i).is_infinite()).map(wide)
    }

    fn word<const N: usize>(&self, i: usize) -> [u8; N] {
        *self.data[N * i..].first_chunk().expect("the tensor's length was checked")
    }
}

/// A number of IEEE 754's binary16: 1 bit of sign, 5 of exponent, 10 of fraction.
fn widened(half: u16) -> f32 {
    let (sign, exponent, fraction) =
        (u32::from(half >> 15) << 31, u32::from(half >> 10) & 31, u32::from(half) & 0x3FF);
    let magnitude = match exponent {
        // A multiple of 2^-24.
        0 => (f32::from(half & 0x3FF) / 16_777_216.0).to_bits(),
        31 => 0x7F80_0000 | fraction << 13,
        // Its exponent is biased by 15, that of f32 by 127.
        _ => (exponent + 112) << 23 | fraction << 13,
    };
    f32::from_bits(sign | magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every number of 16 bits, against its value by the definition of the formats.
    #[test]
    fn halves_are_widened_exactly() {
        for bits in 0..=u16::MAX {
            let data = bits.to_le_bytes();
            let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
            for (number, digits, bias) in [(Number::F16, 10_u32, 15_i32), (Number::BF16, 7, 127)] {
                let exponent = i32::from(bits << 1 >> (digits + 1));
                let fraction = f64::from(bits & ((1 << digits) - 1)) / f64::from(1_u32 << digits);
                let most = (1 << (15 - digits)) - 1;
                let found = Numbers::new(number, &data).at(0);
                if exponent == most {
                    let is_nan = fraction > 0.0;
                    assert_eq!((found.is_nan(), found.is_infinite()), (is_nan, !is_nan), "{bits:#x}");
                } else {
                    let power = |n: i32| f64::from_bits(u64::try_from(n + 1023).expect("in range") << 52);
                    let expected = if exponent == 0 {
                        fraction * power(1 - bias)
                    } else {
                        (1.0 + fraction) * power(exponent - bias)
                    };
                    assert_eq!(
                        f64::from(found).to_bits(),
                        (sign * expected).to_bits(),
                        "{number:?} {bits:#x}"
                    );
                }
                assert_eq!(found.is_sign_negative(), bits >> 15 == 1, "{bits:#x}");
            }
        }
    }

    #[test]
    fn doubles_are_rounded_to_the_nearest() {
        for (wide, expected, too_large) in [
            (1.0, 1.0, false),
            (0.1, 0.1_f32, false),
            // Half of the last place above 1: the even one.
            (1.0 + 2.0_f64.powi(-24), 1.0, false),
            (1.0 + 3.0 * 2.0_f64.powi(-24), 1.0 + 2.0 * f32::EPSILON, false),
            (1e39, f32::INFINITY, true),
            (-1e39, f32::NEG_INFINITY, true),
            (f64::INFINITY, f32::INFINITY, false),
            (1e-50, 0.0, false),
        ] {
            let data = f64::to_le_bytes(wide);
            let numbers = Numbers::new(Number::F64, &data);
            assert_eq!(numbers.at(0).to_bits(), expected.to_bits(), "{wide}");
            assert_eq!(numbers.too_large().is_some(), too_large, "{wide}");
        }
    }
}
