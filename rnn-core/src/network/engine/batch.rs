//! Many sequences of equal length, stepped together in blocks of rows.

use super::{BLOCK, Body, Outputs, for_each_layer_state};
use crate::gemm::blocked::{Rows, RowsMut};
use crate::layer::{InputRows, Layer, StepRows, round16};
use crate::simd::dispatch;

/// Floats of scratch for [`forward_batch`] of any number of rows.
pub(crate) fn forward_batch_scratch_len<L: Layer>(layers: &L, batch: usize) -> usize {
    let rows = batch.min(BLOCK);
    round16(rows * layers.state_len()) + layers.scratch_rows_len(rows)
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
    let steps = if batch == 0 { 0 } else { xs.len() / batch / n_i };
    let out = match outputs {
        Outputs::All => steps * n_o,
        Outputs::Last => n_o,
    };
    for first in (0..batch).step_by(BLOCK) {
        let rows = BLOCK.min(batch - first);
        let (state, scratch) = scratch.split_at_mut(round16(rows * len));
        let given = states.as_deref_mut().map(|states| &mut states[first * len..][..rows * len]);
        match &given {
            None => state.fill(0.0),
            Some(given) => scatter(&layers, rows, given, state),
        }
        let fresh = given.is_none();
        dispatch!(net.backend, s => {
            for t in 0..steps {
                let input = Rows { data: &xs[(first * steps + t) * n_i..], stride: steps * n_i };
                let y = match outputs {
                    Outputs::All => Some(RowsMut { data: &mut ys[first * out + t * n_o..], stride: out }),
                    Outputs::Last => {
                        (t + 1 == steps).then_some(RowsMut { data: &mut ys[first * out..], stride: out })
                    }
                };
                let at = StepRows { rows, skip_recurrent: fresh && t == 0 && net.can_skip };
                layers.step_rows(s, net.weights, at, InputRows::X(input), state, scratch, y);
            }
        });
        if let Some(given) = given {
            gather(&layers, rows, state, given);
        }
    }
}

/// A snapshot a row to `[layer][row][state]`.
fn scatter<L: Layer>(layers: &L, rows: usize, snapshots: &[f32], state: &mut [f32]) {
    let len = layers.state_len();
    for_each_layer_state(layers, rows, |row, at, to, n| {
        state[to..to + n].copy_from_slice(&snapshots[row * len + at..][..n]);
    });
}

/// `[layer][row][state]` to a snapshot a row.
fn gather<L: Layer>(layers: &L, rows: usize, state: &[f32], snapshots: &mut [f32]) {
    let len = layers.state_len();
    for_each_layer_state(layers, rows, |row, at, from, n| {
        snapshots[row * len + at..][..n].copy_from_slice(&state[from..from + n]);
    });
}
