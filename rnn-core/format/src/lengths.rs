//! Every length of a network's buffers, in floats: the one table that the macro, the loaders, the lists of layers and the
//! kernels read. The kernels cut what they are given by the same numbers.
//!
//! Sums and products stop at `usize::MAX`; they never wrap. So a length that does not fit stays too large, and the call that
//! took the numbers from a user compares it with [`MOST_FLOATS`].
//!
//! | buffer | its parts, in this order |
//! | --- | --- |
//! | snapshot | of each layer and direction h, then c, as often as its delay asks; unpadded ([`Spec::snapshot_len`]) |
//! | stream buffer | the snapshot, the scratch of a step, a copy of an input, the [`StateMark`] ([`Spec::state_len`]) |
//! | scratch of a step | of each layer but the last its outputs, then what it or the layers behind it take ([`stacked`]) |
//! | of one layer | [`StepScratch`] |
//! | states of many rows | of each layer a ring of slots ([`RowLengths::state_len`]) |
//! | scratch of many rows | as of a step, rows a stride apart ([`RowLengths::scratch_len`]) |

use crate::kind::{CellKind, LayerKind, Recurrent, ResetGate};
use crate::mark::StateMark;
use crate::panel::{LINE, Panels, checked_round_to_line};
use crate::spec::Spec;

/// The most floats a slice can have.
pub const MOST_FLOATS: usize = isize::MAX as usize / size_of::<f32>();

/// `len` in whole cache lines.
#[must_use]
#[inline(always)]
pub const fn round_to_line(len: usize) -> usize {
    match checked_round_to_line(len) {
        Some(lines) => lines,
        None => usize::MAX,
    }
}

/// From one row of `len` values to the next: whole cache lines, and not a multiple of 2 KiB, which would crowd the rows
/// of a tile into few sets of the first cache level.
#[must_use]
#[inline(always)]
pub const fn row_stride(len: usize) -> usize {
    let lines = round_to_line(len);
    if lines >= 512 && lines.is_multiple_of(512) { lines.saturating_add(LINE) } else { lines }
}

/// Scratch of a layer and of those behind it: `between` floats for the layer's outputs, then the larger of `own` and `rest`.
/// The layer and the rest share these floats, because the rest runs when the layer is done.
#[must_use]
#[inline(always)]
pub const fn stacked(between: usize, own: usize, rest: usize) -> usize {
    between.saturating_add(if own > rest { own } else { rest })
}

/// Floats of input that `process_in_place` copies to the stack at a time.
pub const COPIED_AT_ONCE: usize = 256;

/// Floats that a stream buffer keeps for a copy of one input. A network needs them if it can work in place and its input is too
/// large for the stack; otherwise there are none.
#[must_use]
#[inline(always)]
pub const fn copy_len(input_size: usize, output_size: usize) -> usize {
    if input_size == output_size && input_size > COPIED_AT_ONCE { round_to_line(input_size) } else { 0 }
}

/// The longest run of K in one pass of a product of many rows: 1024 terms of two panels are 128 KiB, half of a small
/// second cache level.
const PASS: usize = 1024;

/// Bytes of a panel in one pass of tiles of half its units: their few rows are soon done and read the panel again and
/// again, so it has to be in the first cache level.
const NEAR: usize = 24 << 10;

/// The longest run of K in one pass over tiles of whole units, or of half of them.
#[must_use]
#[inline(always)]
pub const fn longest_pass(gates: usize, halves: bool) -> usize {
    if halves && matches!(gates, 3 | 4) { NEAR / (gates * Panels::WIDTH * size_of::<f32>()) } else { PASS }
}

/// Scratch of one step of one stream through a recurrent layer, part by part in this order, each in whole cache lines.
/// A part that the layer does not need is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepScratch {
    /// The new h.
    pub next: usize,
    /// What a projection makes the new h of.
    pub wide: usize,
    /// Of a GRU that resets before its product: the input segment, `r * h`, z.
    pub work: [usize; 3],
    /// h and c as the cell reads them, where a delay or a projection keeps them apart from the state.
    pub read: [usize; 2],
}

impl StepScratch {
    /// Of this layer.
    #[must_use]
    pub const fn of(layer: &Recurrent) -> Self {
        let n = layer.hidden_size;
        let projects = layer.projection().is_some();
        Self {
            next: round_to_line(layer.state_size()),
            wide: if projects { round_to_line(n) } else { 0 },
            work: if layer.resets_before() {
                [round_to_line(n.saturating_mul(3)), round_to_line(n), round_to_line(n)]
            } else {
                [0; 3]
            },
            read: if layer.delay > 1.0 || projects {
                [round_to_line(layer.state_size()), round_to_line(layer.memory_size())]
            } else {
                [0; 2]
            },
        }
    }

    /// All parts.
    #[must_use]
    #[inline(always)]
    pub const fn len(&self) -> usize {
        let Self { next, wide, work, read } = *self;
        let work = work[0].saturating_add(work[1]).saturating_add(work[2]);
        next.saturating_add(wide).saturating_add(work).saturating_add(read[0]).saturating_add(read[1])
    }

    /// Whether there is none; no recurrent layer has none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Lengths of many rows in a recurrent layer: from one row to the next in each part, 0 of a part that the layer does not
/// need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowLengths {
    /// Strides of h and of c in a slot of the ring.
    pub state: [usize; 2],
    /// Slots of the ring: the past states, and the one a step writes.
    pub slots: usize,
    /// What a projection makes h of.
    pub wide: usize,
    /// Whether a step reads a mixture of two past states, which then takes a slot of its own.
    pub mixed: bool,
    /// The input segment of the last gate where it stays apart; or, of a GRU that resets before its product, the input
    /// segment, `r * h` and z.
    pub work: [usize; 3],
    /// Sums that wait from one pass over K to the next: see [`waiting`](Self::waiting).
    sums: usize,
    /// Terms of these sums besides the inputs.
    terms: usize,
    /// Terms that one pass makes on every tier, so that sums of so many do not wait.
    pass: usize,
}

impl RowLengths {
    /// Of this layer.
    #[must_use]
    pub const fn of(layer: &Recurrent) -> Self {
        let (n, gates) = (layer.hidden_size, layer.cell.gates());
        let (state, memory) = (layer.state_size(), layer.memory_size());
        let is_apart = layer.is_apart();
        let mut lengths = Self {
            state: [row_stride(state), row_stride(memory)],
            slots: layer.past_states().saturating_add(1),
            wide: if layer.projection().is_some() { row_stride(n) } else { 0 },
            mixed: layer.delay_fraction() > 0.0,
            work: [if is_apart { row_stride(n) } else { 0 }, 0, 0],
            sums: row_stride(n.saturating_mul(gates)),
            terms: if layer.cell.is_recurrent() { state } else { 0 },
            pass: longest_pass(gates, gates > 1),
        };
        if layer.resets_before() {
            lengths.work = [row_stride(n.saturating_mul(3)), row_stride(n), row_stride(n)];
            // The input segment is a product of its own, whose sums wait where they are wanted.
            lengths.sums = if n > longest_pass(2, true) { row_stride(n.saturating_mul(2)) } else { 0 };
            lengths.pass = 0;
        }
        lengths
    }

    /// From one row to the next of the sums that wait from one pass over K to the next, of a layer fed with `input_size` values:
    /// 0 where they are made in one pass.
    #[must_use]
    #[inline(always)]
    pub const fn waiting(&self, input_size: usize) -> usize {
        if self.terms.saturating_add(input_size) > self.pass { self.sums } else { 0 }
    }

    /// One slot of the ring, with room for `room` rows.
    #[must_use]
    #[inline(always)]
    pub const fn slot_len(&self, room: usize) -> usize {
        room.saturating_mul(self.state[0].saturating_add(self.state[1]))
    }

    /// The ring of the states of `room` rows.
    #[must_use]
    #[inline(always)]
    pub const fn state_len(&self, room: usize) -> usize {
        self.slots.saturating_mul(self.slot_len(room))
    }

    /// Scratch of one step of `rows` rows that there is room for, in a layer fed with `input_size` values.
    #[must_use]
    #[inline(always)]
    pub const fn scratch_len(&self, input_size: usize, rows: usize) -> usize {
        let Self { wide, work, .. } = *self;
        let work = work[0].saturating_add(work[1]).saturating_add(work[2]);
        let each = wide.saturating_add(work).saturating_add(self.waiting(input_size));
        rows.saturating_mul(each).saturating_add(if self.mixed { self.slot_len(rows) } else { 0 })
    }
}

impl Recurrent {
    /// Whether it is a GRU that resets before its product.
    #[must_use]
    pub const fn resets_before(&self) -> bool {
        matches!(self.cell, CellKind::Gru { reset: ResetGate::BeforeProduct, .. })
    }

    /// What the delay exceeds its whole part by: the share of the older of the two states that are mixed.
    #[must_use]
    pub const fn delay_fraction(&self) -> f32 {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a checked delay is small and positive"
        )]
        let fraction = self.delay - (self.delay as usize) as f32;
        fraction
    }
}

impl LayerKind {
    /// Scratch of one step of one stream.
    #[must_use]
    pub const fn scratch_len(self) -> usize {
        match self {
            Self::Recurrent(r) => StepScratch::of(&r).len(),
            Self::Dense { .. } => 0,
        }
    }
}

impl Spec<'_> {
    /// Floats of a snapshot: the states of all layers in order, unpadded.
    #[must_use]
    pub const fn snapshot_len(&self) -> usize {
        let (mut sum, mut i) = (0_usize, 0);
        while i < self.layers.len() {
            sum = sum.saturating_add(self.layers[i].kind.state_len());
            i += 1;
        }
        sum
    }

    /// Scratch of one step of one stream through all layers.
    #[must_use]
    pub const fn scratch_len(&self) -> usize {
        let (mut len, mut i) = (0, self.layers.len());
        while i > 0 {
            i -= 1;
            let kind = self.layers[i].kind;
            let between = if i + 1 < self.layers.len() { round_to_line(kind.output_size()) } else { 0 };
            len = stacked(between, kind.scratch_len(), len);
        }
        len
    }

    /// Floats of a stream buffer: the snapshot, the scratch of a step, room for a copy of an input, the mark.
    ///
    /// The mark comes last. So buffers of equal length have it at the same place, whatever their networks are.
    #[must_use]
    pub const fn state_len(&self) -> usize {
        round_to_line(self.snapshot_len())
            .saturating_add(self.scratch_len())
            .saturating_add(copy_len(self.input_size, self.output_size()))
            .saturating_add(round_to_line(StateMark::LEN))
    }
}
