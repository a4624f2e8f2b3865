//! Paths are literals that start at the crate's folder, and files of weights are there.

use rnn_core::prelude::*;

const PATH: &str = "models/amp.safetensors";

#[rnn(input_size = 1, weights = concat!("models/", "amp.safetensors"))]
struct Concatenated {
    output: Dense<1>,
}

#[rnn(input_size = 1, weights = PATH)]
struct Constant {
    output: Dense<1>,
}

#[rnn(input_size = 1, weights = "")]
struct Empty {
    output: Dense<1>,
}

#[rnn(input_size = 1, weights = "/models/amp.safetensors")]
struct Absolute {
    output: Dense<1>,
}

#[rnn(weights = "models/text.safetensors")]
struct Text {
    output: Dense<1>,
}

#[rnn(from = "")]
struct From;

fn main() {
    let _ = (Constant::embedded(), Empty::embedded(), Text::TAU);
}
