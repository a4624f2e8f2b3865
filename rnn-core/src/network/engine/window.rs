//! Sliding windows: every window from h = 0, the input segment of each step of the series computed once.
//!
//! ```text
//! P = b + U x_t            for the steps a block of windows spans, once each
//! for k in 0..tau:         all windows of the block together
//!     h = f(P[first step of the window + k] + W h)
//! ```
//!
//! P is kept for the span of one block alone; the part the next block shares is moved, not computed again. Windows
//! that do not overlap share nothing and read x itself, and so do networks with a layer that goes backwards.

use super::Body;
use crate::buffer::from_line;
use crate::gemm::{Rows, RowsMut};
use crate::layer::{BLOCK, Grid, GridMut, InputRows, Layer, Run, StepRows, Valid};
use crate::network::Windows;
use crate::simd::dispatch;
use rnn_format::row_stride;

/// Steps a block of windows spans, or zero where windows do not overlap.
fn span(windows: &Windows, rows: usize) -> usize {
    if windows.step() >= windows.tau() || rows == 0 { 0 } else { (rows - 1) * windows.step() + windows.tau() }
}

/// Floats of scratch for [`windows`] of `count` windows.
pub(crate) fn windows_scratch_len<L: Layer>(layers: &L, windows: &Windows, count: usize) -> usize {
    let rows = count.min(BLOCK);
    if !layers.is_causal() {
        return super::run_scratch_len(layers, rows, windows.tau());
    }
    row_stride(layers.shared_len())
        .saturating_mul(span(windows, rows))
        .saturating_add(super::run_scratch_len(layers, rows, windows.tau()))
}

/// The last output of the windows `range` of `series`, (windows, n_o).
pub(crate) fn windows<L: Layer>(
    net: Body<'_, L>,
    series: &[f32],
    windows: &Windows,
    range: core::ops::Range<usize>,
    ys: &mut [f32],
    scratch: &mut [f32],
) {
    let layers = net.layers;
    if !layers.is_causal() {
        return whole_windows(net, series, windows, range, ys, scratch);
    }
    let (n_i, n_o, tau) = (layers.input_size(), layers.output_size(), windows.tau());
    let stride = row_stride(layers.shared_len());
    let span = span(windows, BLOCK.min(range.len()));
    let (shared, scratch) = from_line(scratch).split_at_mut(span * stride);
    // Steps whose P is in `shared`, row 0 being the first.
    let mut have = 0..0_usize;
    for first in range.clone().step_by(BLOCK) {
        let rows = BLOCK.min(range.end - first);
        let (state, scratch) = scratch.split_at_mut(layers.rows_state_len(rows));
        state.fill(0.0);
        let y = &mut ys[(first - range.start) * n_o..][..rows * n_o];
        let start = windows.first_step(first);
        dispatch!(net.backend, s => {
            if span > 0 {
                let need = start..windows.first_step(first + rows - 1) + tau;
                let keep = have.end.saturating_sub(start).min(have.len());
                shared.copy_within((have.len() - keep) * stride..have.len() * stride, 0);
                let from = start + keep;
                let x = Rows { data: &series[from * n_i..], stride: n_i };
                let out = RowsMut { data: &mut shared[keep * stride..], stride };
                layers.share(s, net.weights, need.end - from, x, out);
                have = need;
            }
            for k in 0..tau {
                let input = if span > 0 {
                    InputRows::Shared(Rows { data: &shared[k * stride..], stride: windows.step() * stride })
                } else {
                    // A stride that does not fit has one window, and is never walked.
                    let stride = windows.step().saturating_mul(n_i);
                    InputRows::X(Rows { data: &series[(start + k) * n_i..], stride })
                };
                let at = StepRows { rows, room: rows, step: k, skip_recurrent: k == 0 && net.can_skip, which: None };
                let y = (k + 1 == tau).then_some(RowsMut { data: &mut *y, stride: n_o });
                layers.step_rows(s, net.weights, at, input, state, scratch, y);
            }
        });
    }
}

/// [`windows`] of a network that runs over whole sequences: x is read where it stands in the series.
fn whole_windows<L: Layer>(
    net: Body<'_, L>,
    series: &[f32],
    windows: &Windows,
    range: core::ops::Range<usize>,
    ys: &mut [f32],
    scratch: &mut [f32],
) {
    let layers = net.layers;
    let (n_i, n_o) = (layers.input_size(), layers.output_size());
    let scratch = from_line(scratch);
    for first in range.clone().step_by(BLOCK) {
        let rows = BLOCK.min(range.end - first);
        let (state, scratch) = scratch.split_at_mut(layers.rows_state_len(rows));
        state.fill(0.0);
        let x = &series[windows.first_step(first) * n_i..];
        // A stride that does not fit has one window, and is never walked.
        let x = Grid { data: x, row: windows.step().saturating_mul(n_i), step: n_i };
        let mut y = GridMut { data: &mut ys[(first - range.start) * n_o..], row: n_o, step: 0 };
        let run = Run { rows, steps: windows.tau(), can_skip: net.can_skip, valid: Valid::All, last: true };
        dispatch!(net.backend, s => {
            layers.run(s, net.weights, &run, x, state, scratch, Some(y.reborrow()));
        });
    }
}
