//! Whose state a stream buffer holds: the mark at its end, compared before a call and written by the first one.

use super::parts::Parts;
use crate::error::ShapeError;
use rnn_format::StateMark;

/// What is found where a mark stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    /// This network's.
    Own,
    /// None: the buffer is fresh.
    Fresh,
    /// Another's, or no mark at all.
    Other,
}

#[inline(always)]
fn found(floats: &[f32], mark: StateMark) -> Found {
    let own = mark.to_floats();
    let differ = floats.iter().zip(own).fold(0, |sum, (a, b)| sum | (a.to_bits() ^ b.to_bits()));
    if differ == 0 {
        Found::Own
    } else if floats.first().is_some_and(|hash| hash.to_bits() == 0) {
        Found::Fresh
    } else {
        Found::Other
    }
}

/// Where the mark stands in a buffer of the right length.
#[inline(always)]
fn place<N: Parts>(net: &N) -> core::ops::Range<usize> {
    let end = net.state_len();
    end - StateMark::LEN..end
}

/// Whether a buffer of the right length is fresh or holds a state of this network.
///
/// # Errors
/// [`ShapeError::State`] if it is neither.
#[inline(always)]
pub(super) fn check<N: Parts>(net: &N, state: &[f32]) -> Result<(), ShapeError> {
    let floats = &state[place(net)];
    if found(floats, net.mark()) == Found::Other { Err(other(floats, net.mark())) } else { Ok(()) }
}

#[cold]
#[inline(never)]
fn other(floats: &[f32], expected: StateMark) -> ShapeError {
    let found = floats.first_chunk().and_then(|floats| StateMark::from_floats(*floats));
    ShapeError::State { found, expected }
}

/// [`check`] and [`start`] in one.
///
/// # Errors
/// As [`check`].
#[cfg(feature = "alloc")]
#[inline(always)]
pub(super) fn claim<N: Parts>(net: &N, state: &mut [f32]) -> Result<(), ShapeError> {
    let floats = &mut state[place(net)];
    match found(floats, net.mark()) {
        Found::Own => {}
        Found::Fresh => write(floats, net.mark().to_floats()),
        Found::Other => return Err(other(floats, net.mark())),
    }
    Ok(())
}

/// Marks a buffer that [`check`] let pass.
#[inline(always)]
pub(super) fn start<N: Parts>(net: &N, state: &mut [f32]) {
    let own = net.mark().to_floats();
    let floats = &mut state[place(net)];
    if floats[0].to_bits() != own[0].to_bits() {
        write(floats, own);
    }
}

#[cold]
#[inline(never)]
fn write(floats: &mut [f32], own: [f32; StateMark::LEN]) {
    floats.copy_from_slice(&own);
}
