//! Equality to the bit, for what is promised bit for bit. All NaNs are one value; +0 and -0 are two.

use std::fmt;

/// Where two slices differ first.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Difference {
    /// They are not equally long.
    Length {
        /// Values found.
        got: usize,
        /// Values wanted.
        want: usize,
    },
    /// A value differs.
    Value {
        /// Its index.
        index: usize,
        /// What it is.
        got: f32,
        /// What it should be.
        want: f32,
        /// How many values differ.
        count: usize,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Length { got, want } => write!(f, "{got} values where {want} are wanted"),
            Self::Value { index, got, want, count } => {
                let (g, w) = (got.to_bits(), want.to_bits());
                write!(f, "value {index} is {got:e} ({g:#010x}), not {want:e} ({w:#010x}); {count} differ")
            }
        }
    }
}

impl std::error::Error for Difference {}

/// The bits of a value, one pattern for every NaN.
#[must_use]
pub const fn canonical(value: f32) -> u32 {
    if value.is_nan() { 0x7FC0_0000 } else { value.to_bits() }
}

/// Compares bits.
///
/// # Errors
/// The first difference.
pub fn compare(got: &[f32], want: &[f32]) -> Result<(), Difference> {
    if got.len() != want.len() {
        return Err(Difference::Length { got: got.len(), want: want.len() });
    }
    let mut differing =
        got.iter().zip(want).enumerate().filter(|(_, (got, want))| canonical(**got) != canonical(**want));
    match differing.next() {
        None => Ok(()),
        Some((index, (&got, &want))) => {
            Err(Difference::Value { index, got, want, count: 1 + differing.count() })
        }
    }
}

/// Asserts that two slices have the same bits; `what` says which results they are.
///
/// # Panics
/// With the first difference, if they have not.
#[track_caller]
pub fn assert_bits_equal(got: &[f32], want: &[f32], what: impl fmt::Display) {
    if let Err(difference) = compare(got, want) {
        panic!("{what}: {difference}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_zeros_apart_and_no_nans() {
        assert_eq!(compare(&[f32::NAN, 1.0], &[-f32::NAN, 1.0]), Ok(()));
        assert_eq!(compare(&[f32::from_bits(0x7F80_0001)], &[f32::NAN]), Ok(()));
        assert!(compare(&[0.0], &[-0.0]).is_err());
        assert!(compare(&[f32::NAN], &[f32::INFINITY]).is_err());
    }

    #[test]
    fn shows_the_first_difference() {
        let (one, next) = (1.0, 1.0_f32.next_up());
        let found = compare(&[0.0, next, one, next], &[0.0, one, one, one]);
        assert_eq!(found, Err(Difference::Value { index: 1, got: next, want: one, count: 2 }));
        assert_eq!(compare(&[one], &[]), Err(Difference::Length { got: 1, want: 0 }));
    }

    #[test]
    #[should_panic(expected = "step: value 0 is 1e0 (0x3f800000), not 2e0 (0x40000000); 1 differ")]
    fn says_which_results() {
        assert_bits_equal(&[1.0], &[2.0], "step");
    }
}
