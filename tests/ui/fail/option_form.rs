//! Values are set with one `=`.

use rnn_core::prelude::*;

#[rnn(input_size(3))]
struct Call {
    output: Dense<1>,
}

#[rnn(input_size == 3)]
struct Comparison {
    #[rnn(bias: true)]
    output: Dense<1>,
}

fn main() {}
