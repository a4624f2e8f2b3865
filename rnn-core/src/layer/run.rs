//! A whole sequence of many rows: in which order its steps are computed, and which rows take which step.

use super::{InputRows, Layer, RowStep, StepRows, Tier};
use crate::gemm::{Rows, RowsMut};
use rnn_format::row_stride;

/// Most rows of a run.
pub(crate) const BLOCK: usize = 64;

/// What is computed.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// Rows, at most [`BLOCK`].
    pub(crate) rows: usize,
    /// T.
    pub(crate) steps: usize,
    /// Whether the states are zero and the first recurrent product may be left out.
    pub(crate) can_skip: bool,
    /// Which steps count.
    pub(crate) valid: Valid<'a>,
    /// Whether the output of the last step computed is the only one wanted.
    pub(crate) last: bool,
}

/// Which steps of which rows count.
#[derive(Clone, Copy)]
pub(crate) enum Valid<'a> {
    /// All.
    All,
    /// The first ones of each row; outputs are zero beyond.
    Lengths(&'a [usize]),
    /// Those marked, wherever they stand; outputs are repeated elsewhere, or zero.
    Mask {
        mask: &'a [bool],
        /// From one row to the next.
        row: usize,
        /// From one step to the next.
        step: usize,
        zero: bool,
    },
}

impl Valid<'_> {
    /// What a row does at step t, given whether it took a step before; `last` if that output is the only one wanted.
    fn at(self, row: usize, t: usize, seen: &mut bool, last: bool) -> RowStep {
        let (runs, repeats) = match self {
            Self::All => (true, false),
            // The last output of a row is that of its own end.
            Self::Lengths(lengths) => (t < lengths[row], last),
            Self::Mask { mask, row: from_row, step, zero } => (mask[row * from_row + t * step], !zero),
        };
        *seen |= runs;
        match (runs, repeats && *seen) {
            (true, _) => RowStep::Run,
            (false, true) => RowStep::Repeat,
            (false, false) => RowStep::Zero,
        }
    }
}

/// Rows of steps to read.
#[derive(Clone, Copy)]
pub struct Grid<'a> {
    /// Row 0, step 0 starts here.
    pub(crate) data: &'a [f32],
    /// From one row to the next.
    pub(crate) row: usize,
    /// From one step to the next.
    pub(crate) step: usize,
}

impl<'a> Grid<'a> {
    /// All rows at step t.
    #[inline(always)]
    pub(crate) fn at(self, t: usize) -> Rows<'a> {
        Rows { data: &self.data[t * self.step..], stride: self.row }
    }
}

/// Rows of steps to write.
pub struct GridMut<'a> {
    /// Row 0, step 0 starts here.
    pub(crate) data: &'a mut [f32],
    /// From one row to the next.
    pub(crate) row: usize,
    /// From one step to the next.
    pub(crate) step: usize,
}

impl GridMut<'_> {
    /// All rows at step t.
    #[inline(always)]
    pub(crate) fn at(&mut self, t: usize) -> RowsMut<'_> {
        RowsMut { data: &mut self.data[t * self.step..], stride: self.row }
    }
    /// The same for a shorter time.
    pub(crate) fn reborrow(&mut self) -> GridMut<'_> {
        GridMut { data: self.data, row: self.row, step: self.step }
    }
    /// The same from column `first` on; of no steps there is none.
    pub(crate) fn columns(&mut self, first: usize) -> GridMut<'_> {
        let first = first.min(self.data.len());
        GridMut { data: &mut self.data[first..], row: self.row, step: self.step }
    }
    /// The same, to read.
    pub(crate) fn shared(&self) -> Grid<'_> {
        Grid { data: self.data, row: self.row, step: self.step }
    }
}

/// In which order steps are computed and outputs written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// From the first to the last.
    Forward,
    /// From the last to the first, outputs at their own steps.
    Reverse,
    /// From the last to the first, outputs as they come.
    AsComputed,
}

/// A run of a layer that can be stepped: all of its parts take a step before the next begins.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "those of `Layer::run`, and the order")]
pub(crate) fn run_in_order<L: Layer, S: Tier>(
    layer: &L,
    s: S,
    weights: &[f32],
    run: &Run<'_>,
    order: Order,
    x: Grid<'_>,
    state: &mut [f32],
    scratch: &mut [f32],
    mut y: Option<GridMut<'_>>,
) {
    let mut which = [RowStep::Run; BLOCK];
    let mut seen = [false; BLOCK];
    for step in 0..run.steps {
        let t = if order == Order::Forward { step } else { run.steps - 1 - step };
        let out = match &mut y {
            Some(y) if run.last => (step + 1 == run.steps).then(
                #[inline(always)]
                || y.at(0),
            ),
            Some(y) => Some(y.at(if order == Order::AsComputed { step } else { t })),
            None => None,
        };
        let which = match run.valid {
            Valid::All => None,
            valid => {
                for row in 0..run.rows {
                    which[row] = valid.at(row, t, &mut seen[row], run.last);
                }
                Some(&which[..run.rows])
            }
        };
        let skip_recurrent = step == 0 && run.can_skip;
        let at = StepRows { rows: run.rows, room: run.rows, step, skip_recurrent, which };
        layer.step_rows(s, weights, at, InputRows::X(x.at(t)), state, scratch, out);
    }
}

/// Floats of the outputs of a layer, all steps of all rows.
#[inline(always)]
pub(crate) fn between_steps<L: Layer>(layer: &L, rows: usize, steps: usize) -> usize {
    rows.saturating_mul(steps).saturating_mul(row_stride(layer.output_size()))
}

/// A run of two layers, one of which cannot be stepped: all steps of the first, then all of the second.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "those of `Layer::run`, and the two layers")]
pub(crate) fn run_pair<A: Layer, B: Layer, S: Tier>(
    a: &A,
    b: &B,
    s: S,
    weights: &[f32],
    run: &Run<'_>,
    x: Grid<'_>,
    state: &mut [f32],
    scratch: &mut [f32],
    y: Option<GridMut<'_>>,
) {
    let (weights, rest) = weights.split_at(a.packed_len());
    let (state, state_rest) = state.split_at_mut(a.rows_state_len(run.rows));
    let is_head = b.state_len() == 0;
    if y.is_none() && is_head {
        return a.run(s, weights, run, x, state, scratch, None);
    }
    // A head takes the last output alone; a recurrent layer needs all that come before.
    let last = run.last && is_head;
    let steps = if last { run.steps.min(1) } else { run.steps };
    let stride = row_stride(a.output_size());
    let (between, scratch) = scratch.split_at_mut(between_steps(a, run.rows, steps));
    let mut between = GridMut { data: between, row: steps * stride, step: stride };
    a.run(s, weights, &Run { last, ..*run }, x, state, scratch, Some(between.reborrow()));
    let second = if is_head { Run { steps, valid: Valid::All, ..*run } } else { *run };
    b.run(s, rest, &second, between.shared(), state_rest, scratch, y);
}
