//! What every cell may have besides its arithmetic, as the kernels need it: a projection of h, and a delay.

use rnn_format::{Part, Recurrent, RowLengths, StepScratch};

/// Sizes and places that follow from a layer's options, computed once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    /// Size of h where it is not n_h.
    pub(super) projection: Option<usize>,
    /// Whether there is c.
    pub(super) memory: bool,
    /// Past states kept: the delay rounded up.
    pub(super) past: usize,
    /// The delay rounded down.
    pub(super) whole: usize,
    /// What the delay exceeds that by: the share of the older of two states.
    pub(super) fraction: f32,
    /// Where the candidate's, the peepholes' and the projection's parts start, counted from the end of the input's.
    pub(super) candidate: usize,
    pub(super) peephole: usize,
    pub(super) projecting: usize,
    /// Floats of all parts but the input's.
    pub(super) behind_input: usize,
    /// Scratch of a step of one stream.
    pub(super) step: StepScratch,
    /// Lengths of many rows.
    pub(super) rows: RowLengths,
}

impl Options {
    pub(super) const fn new(layer: &Recurrent) -> Self {
        // Only the input part depends on n_i.
        let input = layer.offset(Part::Recurrent, 0);
        let past = layer.past_states();
        let fraction = layer.delay_fraction();
        Self {
            projection: layer.projection(),
            memory: layer.memory_size() > 0,
            past,
            whole: if fraction > 0.0 { past - 1 } else { past },
            fraction,
            candidate: layer.offset(Part::Candidate, 0) - input,
            peephole: layer.offset(Part::Peephole, 0) - input,
            projecting: layer.offset(Part::Projection, 0) - input,
            behind_input: layer.packed_len(0) - input,
            step: StepScratch::of(layer),
            rows: RowLengths::of(layer),
        }
    }

    /// Whether the state read is not the one of the step before.
    #[inline(always)]
    pub(super) fn is_delayed(&self) -> bool {
        self.past > 1
    }
}
