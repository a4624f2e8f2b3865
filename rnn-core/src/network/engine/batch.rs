//! Many sequences, run together in blocks of rows.

use super::{Body, Outputs};
use crate::buffer::{LINE_SLACK, from_line};
use crate::gemm;
use crate::layer::{BLOCK, Grid, GridMut, InputRows, Layer, RowPlace, Run, StepRows, Valid};
use crate::simd::dispatch;

/// The rows of a call, and where their inputs and outputs stand.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    /// B.
    pub(crate) batch: usize,
    /// T.
    pub(crate) steps: usize,
    pub(crate) outputs: Outputs,
    pub(crate) valid: Valid<'a>,
    /// From one row of x to the next, from one step to the next.
    pub(crate) x: (usize, usize),
    /// The same of y.
    pub(crate) y: (usize, usize),
}

/// Floats of scratch for [`run`] of any number of rows.
pub(crate) fn run_scratch_len<L: Layer>(layers: &L, batch: usize, steps: usize) -> usize {
    let rows = batch.min(BLOCK);
    layers.rows_state_len(rows).saturating_add(layers.run_scratch_len(rows, steps)).saturating_add(LINE_SLACK)
}

/// `xs` to `ys`, from `states` (B, snapshot) and back into it, or from zero.
pub(crate) fn run<L: Layer>(
    net: Body<'_, L>,
    rows: &Rows<'_>,
    xs: &[f32],
    ys: &mut [f32],
    mut states: Option<&mut [f32]>,
    scratch: &mut [f32],
) {
    let layers = net.layers;
    let len = layers.state_len();
    let (all, ys_len) = (*rows, ys.len());
    let scratch = from_line(scratch);
    let lengths = match all.valid {
        Valid::Lengths(lengths) if all.outputs != Outputs::All => Some(lengths),
        _ => None,
    };
    // Without a state nothing keeps the output of a row's own end until the last step: such rows go to their ends alone.
    let alone = lengths.is_some() && len == 0 && all.outputs == Outputs::Last;
    let block = if alone { 1 } else { BLOCK };
    for first in (0..all.batch).step_by(block) {
        let rows = block.min(all.batch - first);
        let (state, scratch) = scratch.split_at_mut(layers.rows_state_len(rows));
        let place = |row, step| RowPlace { row, room: rows, step };
        match states.as_deref() {
            None => state.fill(0.0),
            Some(states) => (0..rows).for_each(|row| {
                layers.set_row(place(row, 0), &states[(first + row) * len..][..len], state);
            }),
        }
        let run = Run {
            rows,
            // Without outputs past the rows' ends, the block ends with its longest row.
            steps: lengths
                .map_or(all.steps, |lengths| lengths[first..][..rows].iter().copied().max().unwrap_or(0)),
            can_skip: states.is_none() && net.can_skip,
            valid: from(all.valid, first),
            last: all.outputs == Outputs::Last,
        };
        // A stride that does not fit belongs to a single row, so it is never used.
        let x =
            Grid { data: &xs[first.saturating_mul(all.x.0).min(xs.len())..], row: all.x.0, step: all.x.1 };
        let y = GridMut {
            data: &mut ys[first.saturating_mul(all.y.0).min(ys_len)..],
            row: all.y.0,
            step: all.y.1,
        };
        let mut y = (all.outputs != Outputs::States).then_some(y);
        if run.steps > 0 {
            dispatch!(net.backend, s => {
                layers.run(s, net.weights, &run, x, state, scratch, y.as_mut().map(GridMut::reborrow));
            });
        }
        if let (Valid::Lengths(lengths), Some(y)) = (run.valid, &mut y) {
            zero_past_the_end(lengths, &run, layers.output_size(), y);
        }
        if let Some(states) = states.as_deref_mut() {
            for row in 0..rows {
                let snapshot = &mut states[(first + row) * len..][..len];
                layers.get_row(place(row, run.steps), state, snapshot);
            }
        }
    }
}

/// One step of rows that stand side by side.
pub(crate) fn step_rows<L: Layer>(
    net: Body<'_, L>,
    at: StepRows<'_>,
    xs: &[f32],
    ys: &mut [f32],
    state: &mut [f32],
    scratch: &mut [f32],
) {
    let x = InputRows::X(gemm::Rows { data: xs, stride: net.layers.input_size() });
    let y = gemm::RowsMut { data: ys, stride: net.layers.output_size() };
    dispatch!(net.backend, s => net.layers.step_rows(s, net.weights, at, x, state, scratch, Some(y)));
}

/// The same of the rows from `first` on.
fn from(valid: Valid<'_>, first: usize) -> Valid<'_> {
    match valid {
        Valid::All => Valid::All,
        Valid::Lengths(lengths) => Valid::Lengths(&lengths[first..]),
        Valid::Mask { mask, row, step, zero } => {
            Valid::Mask { mask: &mask[(first * row).min(mask.len())..], row, step, zero }
        }
    }
}

/// A head makes something of the zeros a recurrent layer gives past a row's end: they are zeros again.
fn zero_past_the_end(lengths: &[usize], run: &Run<'_>, n_o: usize, y: &mut GridMut<'_>) {
    for (row, &len) in lengths.iter().enumerate().take(run.rows) {
        if run.last {
            if len == 0 {
                y.at(0).row(row, n_o).fill(0.0);
            }
        } else {
            (len..run.steps).for_each(|t| y.at(t).row(row, n_o).fill(0.0));
        }
    }
}
