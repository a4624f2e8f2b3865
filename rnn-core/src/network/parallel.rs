//! Threads, asked for per call: blocks of rows or windows shared among rayon's pool.
//!
//! Forking and joining costs about 11 microseconds, three LSTM steps of 128 units: over rows and windows it is nothing, inside
//! a step it would be everything. A block is computed as it would be alone, so the number of threads changes no bit.

use super::engine::{self, Outputs};
use super::parts::{Checks, Parts};
use super::sequences::Sequences;
use super::slices::Network;
use super::windows::Windows;
use crate::buffer::Aligned;
use crate::error::{ShapeError, checked};
use crate::layer::{BLOCK, Layer};
use rayon::prelude::*;
use std::vec;
use std::vec::Vec;

pub(super) fn forward_batch<N: Parts>(
    net: &N,
    xs: &[f32],
    batch: usize,
    outputs: Outputs,
) -> Result<Vec<f32>, ShapeError> {
    let steps = net.batch_steps(xs, batch)?;
    let len = net.outputs_len(batch, steps, outputs)?;
    let mut ys = vec![0.0; len];
    if len == 0 {
        return Ok(ys);
    }
    let scratch_len = net.batch_scratch_len(batch, steps)?;
    let sizes = (net.layers().input_size(), net.layers().output_size());
    let (row_in, row_out) = (xs.len() / batch, len / batch);
    ys.par_chunks_mut(BLOCK * row_out).enumerate().for_each_init(
        || Aligned::zeroed(scratch_len),
        |scratch, (block, ys)| {
            let rows = ys.len() / row_out;
            let xs = &xs[block * BLOCK * row_in..][..rows * row_in];
            let rows = Sequences::new(rows, steps).outputs(outputs).rows(sizes, xs, ys);
            let rows = rows.expect("the lengths of a block of rows follow from those of all");
            engine::run(net.packed().body(net.layers()), &rows, xs, ys, None, scratch);
        },
    );
    Ok(ys)
}

/// Blocks of windows a task takes: enough that the steps two tasks both project are few.
const TASK: usize = 16 * BLOCK;

pub(super) fn windows<N: Parts>(net: &N, series: &[f32], windows: Windows) -> Result<Vec<f32>, ShapeError> {
    let steps = net.steps("series", series)?;
    let count = windows.count(steps)?;
    let n_o = net.layers().output_size();
    let mut ys = vec![0.0; checked("ys (M, n_o)", &[count, n_o])?];
    let scratch_len = net.windows_scratch_len(steps, windows)?;
    ys.par_chunks_mut(TASK * n_o).enumerate().for_each_init(
        || Aligned::zeroed(scratch_len),
        |scratch, (task, ys)| {
            let first = task * TASK;
            let range = first..first + ys.len() / n_o;
            engine::windows(net.packed().body(net.layers()), series, &windows, range, ys, scratch);
        },
    );
    Ok(ys)
}
