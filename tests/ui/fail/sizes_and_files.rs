//! A file is of one network, a list of sizes makes several.

use rnn_core::prelude::*;

#[rnn(input_size = 1, sizes = [1x8, 2x8], weights = "models/amp.safetensors")]
struct Amp {
    rnn: Lstm<_>,
    head: Dense<1>,
}

#[rnn(input_size = 1, sizes = [1x8], from = "models/amp.safetensors")]
struct Told {
    rnn: Lstm<_>,
    head: Dense<1>,
}

fn main() {}
