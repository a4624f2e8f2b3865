//! A file that is not there: where it was looked for, and what may have been meant.

use rnn_core::prelude::*;

#[rnn(input_size = 1, weights = "models/amps.safetensors")]
struct Near {
    output: Dense<1>,
}

#[rnn(input_size = 0, weights = "modles/amp.safetensors")]
struct NoFolder {
    output: Dens<1>,
}

#[rnn(from = "models/nothing_like_it")]
struct Far;

fn main() {
    let _ = (Near::embedded(), Far::from_slices(Backend::detect(), &[]));
}
