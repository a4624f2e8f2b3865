//! What is asserted of a call.

use rnn_core::ShapeError;
use rnn_support::bits::canonical;
use std::fmt::Display;

/// What stands in results beforehand: a NaN of its own.
const UNTOUCHED: u32 = 0x7FC0_BEEF;

/// Room for results.
pub(crate) fn untouched(len: usize) -> Vec<f32> {
    vec![f32::from_bits(UNTOUCHED); len]
}

/// Whether nothing was written.
pub(crate) fn is_untouched(values: &[f32]) -> bool {
    values.iter().all(|value| value.to_bits() == UNTOUCHED)
}

/// Asserts equal bits; all NaNs are one. Where a sequence started from zero, the sign of a zero may differ: the first
/// recurrent product may be skipped.
pub(crate) fn agree(got: &[f32], want: &[f32], from_zero: bool, what: impl Display) {
    assert_eq!(got.len(), want.len(), "{what}: another length");
    for (index, (&got, &want)) in got.iter().zip(want).enumerate() {
        let same = canonical(got) == canonical(want) || (from_zero && got == 0.0 && want == 0.0);
        assert!(same, "{what}: value {index} is {got:e}, not {want:e}");
    }
}

/// Asserts the very same bits: nothing was written.
pub(crate) fn unchanged(got: &[f32], before: &[f32], what: impl Display) {
    let same = got.iter().map(|v| v.to_bits()).eq(before.iter().map(|v| v.to_bits()));
    assert!(same, "{what} was changed by a call that failed");
}

/// Asserts that a call is fine, or is not, as expected; its result if it is. An error says something.
pub(crate) fn outcome<T>(result: Result<T, ShapeError>, ok: bool, what: impl Display) -> Option<T> {
    match result {
        Ok(value) if ok => Some(value),
        Ok(_) => panic!("{what}: accepted, but its arguments do not fit"),
        Err(error) if ok => panic!("{what}: refused, but its arguments fit: {error}"),
        Err(error) => {
            assert!(!error.to_string().is_empty(), "{what}: an error without words");
            None
        }
    }
}

/// Scratch full of NaN, so long or a little longer, at any address; none where it is too long to be had.
pub(crate) fn scratch(len: Result<usize, ShapeError>, more: usize) -> Vec<f32> {
    match len {
        Ok(len) if len <= crate::ROOM => untouched(len + more),
        _ => untouched(more),
    }
}
