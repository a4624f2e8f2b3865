//! One stream: a step, a buffer with the state carried on, a sequence from the initial state.

use super::{Body, Outputs};
use crate::buffer::{LINE_SLACK, from_line};
use crate::gemm::{Rows, RowsMut};
use crate::layer::{Input, Layer};
use crate::network::fixed::ZeroArray;
use crate::simd::dispatch;
use rnn_format::{COPIED_AT_ONCE, copy_len, round_to_line, row_stride};

/// Steps whose input segment is computed at once.
const SHARED_STEPS: usize = 32;

/// Smallest n_i for which that pays: below, a step's own multiply-adds cost less than a stored row.
const SHARE_FROM: usize = 8;

/// One step: y from x, the state carried on. The output array is made inside the tier's frame, where its zeros are
/// overwritten before they are ever stored: made outside, they and the array's way out cost 70 cycles at 64 outputs (Zen 4).
#[inline(always)]
pub(crate) fn step_array<L: Layer, Y: ZeroArray + AsMut<[f32]>>(
    net: Body<'_, L>,
    state: &mut [f32],
    x: &[f32],
) -> Y {
    let (state, scratch) = state.split_at_mut(round_to_line(net.layers.state_len()));
    dispatch!(net.backend, s => {
        let mut y = Y::ZEROS;
        net.layers.step(s, net.weights, Input::X(x), state, scratch, Some(y.as_mut()));
        y
    })
}

/// A step for each n_i values of `xs`, the state carried on.
pub(crate) fn process<L: Layer>(net: Body<'_, L>, state: &mut [f32], xs: &[f32], ys: &mut [f32]) {
    steps(net, state, xs, ys, net.layers.output_size());
}

/// [`process`] of values that their outputs replace: some steps' inputs are copied aside at a time.
pub(crate) fn process_in_place<L: Layer>(net: Body<'_, L>, state: &mut [f32], values: &mut [f32]) {
    let n_i = net.layers.input_size();
    let (stream, large) = state.split_at_mut(stream_len(&net.layers));
    let mut small = [0.0; COPIED_AT_ONCE];
    let copy = if n_i <= COPIED_AT_ONCE { &mut small[..] } else { &mut large[..copy_len(n_i, n_i)] };
    let whole = copy.len() / n_i * n_i;
    for values in values.chunks_mut(whole) {
        let xs = &mut copy[..values.len()];
        xs.copy_from_slice(values);
        process(net, stream, xs, values);
    }
}

/// The frame of all buffers, for a step of constant sizes is code of its own in each. Each output is written `stride` floats
/// after the one before: n_o, or none where only the last one counts.
fn steps<L: Layer>(net: Body<'_, L>, state: &mut [f32], xs: &[f32], ys: &mut [f32], stride: usize) {
    let (state, scratch) = state.split_at_mut(round_to_line(net.layers.state_len()));
    let (n_i, n_o) = (net.layers.input_size(), net.layers.output_size());
    dispatch!(net.backend, s => {
        let mut at = 0;
        for x in xs.chunks_exact(n_i) {
            net.layers.step(s, net.weights, Input::X(x), state, scratch, Some(&mut ys[at..][..n_o]));
            at += stride;
        }
    });
}

/// Floats of scratch for [`forward`] of a network that can be stepped.
pub(crate) fn forward_scratch_len<L: Layer>(layers: &L) -> usize {
    let shared = if layers.input_size() >= SHARE_FROM {
        row_stride(layers.shared_len()).saturating_mul(SHARED_STEPS)
    } else {
        0
    };
    // Where no output is wanted, or only the last, the others go to a place of their own.
    stream_len(layers)
        .saturating_add(shared.max(round_to_line(layers.output_size())))
        .saturating_add(LINE_SLACK)
}

/// A stream buffer of these layers.
fn stream_len<L: Layer>(layers: &L) -> usize {
    round_to_line(layers.state_len()).saturating_add(layers.scratch_len())
}

/// A sequence from the initial state, through a network that can be stepped.
pub(crate) fn forward<L: Layer>(
    net: Body<'_, L>,
    xs: &[f32],
    outputs: Outputs,
    ys: &mut [f32],
    scratch: &mut [f32],
) {
    let layers = net.layers;
    let n_i = layers.input_size();
    let scratch = from_line(scratch);
    // Laid out as a state: the snapshot, then a step's scratch.
    let (state, shared) = scratch.split_at_mut(stream_len(&layers));
    state[..layers.state_len()].fill(0.0);
    // What the compiler knows not to come is not compiled.
    if const { L::INPUT_SIZE == 0 || L::INPUT_SIZE >= SHARE_FROM } && n_i >= SHARE_FROM {
        return forward_shared(net, xs, outputs, ys, state, shared);
    }
    match outputs {
        Outputs::All => steps(net, state, xs, ys, layers.output_size()),
        Outputs::Last => steps(net, state, xs, ys, 0),
        Outputs::States => steps(net, state, xs, shared, 0),
    }
}

/// The same, the input segments of some steps computed at once.
fn forward_shared<L: Layer>(
    net: Body<'_, L>,
    xs: &[f32],
    outputs: Outputs,
    ys: &mut [f32],
    state: &mut [f32],
    shared: &mut [f32],
) {
    let layers = net.layers;
    let (n_i, n_o) = (layers.input_size(), layers.output_size());
    let (state, scratch) = state.split_at_mut(round_to_line(layers.state_len()));
    let (steps, stride) = (xs.len() / n_i, row_stride(layers.shared_len()));
    dispatch!(net.backend, s => {
        for block in (0..steps).step_by(SHARED_STEPS) {
            let end = steps.min(block + SHARED_STEPS);
            let x = Rows { data: &xs[block * n_i..], stride: n_i };
            layers.share(s, net.weights, end - block, x, RowsMut { data: &mut *shared, stride });
            for t in block..end {
                let input = Input::Shared(&shared[(t - block) * stride..][..layers.shared_len()]);
                let y = match outputs {
                    Outputs::All => Some(&mut ys[t * n_o..][..n_o]),
                    Outputs::Last => (t + 1 == steps).then_some(&mut *ys),
                    Outputs::States => None,
                };
                layers.step(s, net.weights, input, state, scratch, y);
            }
        }
    });
}
