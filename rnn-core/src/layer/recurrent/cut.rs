//! How a recurrent layer's scratch is cut: by the table of lengths it was asked for with, in the table's order.

use rnn_format::{RowLengths, StepScratch};

/// The parts of [`StepScratch`].
pub(super) struct StepParts<'a> {
    pub(super) next: &'a mut [f32],
    pub(super) wide: &'a mut [f32],
    /// All three parts of the working space: [`work`] cuts them where a cell has any.
    pub(super) work: &'a mut [f32],
    pub(super) read: [&'a mut [f32]; 2],
}

/// The first `len` floats of what is left.
#[inline(always)]
#[expect(clippy::mut_mut, reason = "what is left is taken from and put back")]
fn take<'a>(left: &mut &'a mut [f32], len: usize) -> &'a mut [f32] {
    let (part, rest) = core::mem::take(left).split_at_mut(len);
    *left = rest;
    part
}

/// Scratch of one step of one stream, and what is left of it.
#[inline(always)]
pub(super) fn step<'a>(lengths: &StepScratch, mut left: &'a mut [f32]) -> (StepParts<'a>, &'a mut [f32]) {
    let left_over = &mut left;
    let parts = StepParts {
        next: take(left_over, lengths.next),
        wide: take(left_over, lengths.wide),
        work: take(left_over, lengths.work.iter().sum()),
        read: [take(left_over, lengths.read[0]), take(left_over, lengths.read[1])],
    };
    (parts, left)
}

/// The same of a layer with neither projection nor delay: the new h, then the working space.
#[inline(always)]
pub(super) fn plain_step<'a>(
    lengths: &StepScratch,
    scratch: &'a mut [f32],
) -> (&'a mut [f32], &'a mut [f32]) {
    scratch.split_at_mut(lengths.next)
}

/// The working space of a step: the input segment, `r * h` and z of a GRU that resets before its product.
#[inline(always)]
pub(super) fn work<'a>(lengths: &StepScratch, mut work: &'a mut [f32]) -> [&'a mut [f32]; 3] {
    let [p, reset, z] = lengths.work;
    [take(&mut work, p), take(&mut work, reset), take(&mut work, z)]
}

/// The parts of a step of many rows.
pub(super) struct RowParts<'a> {
    /// What a projection makes h of.
    pub(super) wide: &'a mut [f32],
    /// A slot of mixed states.
    pub(super) mixed: &'a mut [f32],
    pub(super) work: RowWork<'a>,
}

/// The working space of a step of many rows, and its strides.
pub struct RowWork<'a> {
    pub(super) parts: [&'a mut [f32]; 3],
    pub(super) strides: [usize; 3],
    /// Sums that wait from one pass over K to the next.
    pub(super) waiting: &'a mut [f32],
}

/// Scratch of one step of `rows` of the rows that there is room for, of `input_size` values each, and what is left of it.
#[inline(always)]
pub(super) fn rows<'a>(
    lengths: &RowLengths,
    input_size: usize,
    rows: usize,
    room: usize,
    mut left: &'a mut [f32],
) -> (RowParts<'a>, &'a mut [f32]) {
    let left_over = &mut left;
    let parts = RowParts {
        wide: take(left_over, rows * lengths.wide),
        mixed: take(left_over, if lengths.mixed { lengths.slot_len(room) } else { 0 }),
        work: RowWork {
            parts: lengths.work.map(
                #[inline(always)]
                |stride| take(left_over, rows * stride),
            ),
            strides: lengths.work,
            waiting: take(left_over, rows * lengths.waiting(input_size)),
        },
    };
    (parts, left)
}
