//! Many sequences of equal length, stepped together in blocks of rows.

use super::{BLOCK, Body, Outputs};
use crate::buffer::{LINE_SLACK, from_line};
use crate::gemm::{Rows, RowsMut};
use crate::layer::{InputRows, Layer, StepRows};
use crate::simd::dispatch;

/// Floats of scratch for [`forward_batch`] of any number of rows.
pub(crate) fn forward_batch_scratch_len<L: Layer>(layers: &L, batch: usize) -> usize {
    let rows = batch.min(BLOCK);
    LINE_SLACK + layers.rows_state_len(rows) + layers.rows_scratch_len(rows)
}

/// `xs` (B, T, n_i) to `ys`, (B, T, n_o) or (B, n_o), from `states` (B, snapshot) and back into it, or from zero.
pub(crate) fn forward_batch<L: Layer>(
    net: Body<'_, L>,
    xs: &[f32],
    batch: usize,
    outputs: Outputs,
    ys: &mut [f32],
    mut states: Option<&mut [f32]>,
    scratch: &mut [f32],
) {
    let layers = net.layers;
    let (n_i, n_o, len) = (layers.input_size(), layers.output_size(), layers.state_len());
    let steps = xs.len().checked_div(batch).unwrap_or(0) / n_i;
    let out = match outputs {
        Outputs::All => steps * n_o,
        Outputs::Last => n_o,
    };
    let scratch = from_line(scratch);
    for first in (0..batch).step_by(BLOCK) {
        let rows = BLOCK.min(batch - first);
        let (state, scratch) = scratch.split_at_mut(layers.rows_state_len(rows));
        let fresh = states.is_none();
        match states.as_deref() {
            None => state.fill(0.0),
            Some(states) => (0..rows).for_each(|row| {
                layers.set_row(rows, row, &states[(first + row) * len..][..len], state);
            }),
        }
        dispatch!(net.backend, s => {
            for t in 0..steps {
                let input = Rows { data: &xs[(first * steps + t) * n_i..], stride: steps * n_i };
                let y = match outputs {
                    Outputs::All => Some(RowsMut { data: &mut ys[first * out + t * n_o..], stride: out }),
                    Outputs::Last => {
                        (t + 1 == steps).then_some(RowsMut { data: &mut ys[first * out..], stride: out })
                    }
                };
                let skip_recurrent = fresh && t == 0 && net.can_skip;
                let at = StepRows { rows, odd: t % 2 == 1, skip_recurrent };
                layers.step_rows(s, net.weights, at, InputRows::X(input), state, scratch, y);
            }
        });
        if let Some(states) = states.as_deref_mut() {
            for row in 0..rows {
                let snapshot = &mut states[(first + row) * len..][..len];
                layers.get_row(rows, row, steps % 2 == 1, state, snapshot);
            }
        }
    }
}
