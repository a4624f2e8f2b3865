//! A file that says which network it holds, and fields that say otherwise.

use rnn_core::prelude::*;

#[rnn(input_size = 1, weights = "models/ours.safetensors")]
struct Size {
    rnn: Lstm<32>,
    head: Dense<1>,
}

#[rnn(weights = "models/ours.safetensors")]
struct Option {
    rnn: Lstm<40>,
    #[rnn(activation = relu)]
    head: Dense<1>,
}

#[rnn(input_size = 40, weights = "models/ours.safetensors")]
struct Order {
    head: Dense<1>,
    #[rnn(direction = reverse, clip = 2)]
    rnn: Lstm<40>,
}

#[rnn(input_size = 1, weights = "models/ours.safetensors")]
struct More {
    rnn: Lstm<40>,
    head: Dense<1>,
    last: Dense<1>,
}

#[rnn(input_size = 1, weights = "models/ours.safetensors")]
struct Fewer {
    rnn: Lstm<40>,
}

#[rnn(input_size = 2, weights = "models/ours.safetensors")]
struct Inputs {
    rnn: Lstm<40>,
    head: Dense<1>,
}

fn main() {}
