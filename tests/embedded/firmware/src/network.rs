// The network of both builds, with and without std: this file is part of the firmware and of the test that compares
// them.

use rnn_core::LayerWeights;
use rnn_core::prelude::*;

/// Two recurrent layers and a head; sizes leave lanes over in every panel.
#[rnn(input_size = 3)]
pub(crate) struct Controller {
    first: SimpleRnn<37>,
    #[rnn(activation = sigmoid)]
    second: SimpleRnn<6>,
    output: Dense<2>,
}

/// Steps that are run.
pub(crate) const STEPS: usize = 50;

/// Weights as an export would write them, here the bits of a small generator: multiples of 2^-23 in +-1/4.
const fn weights<const N: usize>(mut seed: u32) -> [f32; N] {
    let mut all = [0.0; N];
    let mut i = 0;
    while i < N {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        all[i] = ((seed >> 8) as f32 / 16_777_216.0 - 0.5) / 2.0;
        i += 1;
    }
    all
}

static U1: [f32; 37 * 3] = weights(1);
static W1: [f32; 37 * 37] = weights(2);
static B1: [f32; 37] = weights(3);
static U2: [f32; 6 * 37] = weights(4);
static W2: [f32; 6 * 6] = weights(5);
static B2: [f32; 6] = weights(6);
static V: [f32; 2 * 6] = weights(7);
static C: [f32; 2] = weights(8);

/// The weights of each layer.
pub(crate) const WEIGHTS: [LayerWeights<'static>; 3] = [
    LayerWeights::recurrent(&U1, &W1, Some(&B1)),
    LayerWeights::recurrent(&U2, &W2, Some(&B2)),
    LayerWeights::Dense { weight: &V, bias: Some(&C) },
];

/// The input of step `t`.
pub(crate) fn input(t: usize) -> [f32; 3] {
    [t as f32 / 16.0 - 1.5, if t.is_multiple_of(7) { 2.0 } else { -0.25 }, (t % 5) as f32]
}
