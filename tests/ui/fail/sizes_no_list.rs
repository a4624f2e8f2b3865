//! Sizes stand in brackets.

use rnn_core::prelude::*;

#[rnn(input_size = 1, sizes = 1x8)]
pub struct One {
    rnn: Lstm<_>,
    head: Dense<1>,
}

#[rnn(input_size = 1, sizes = [])]
pub struct None {
    rnn: Lstm<_>,
    head: Dense<1>,
}

#[rnn(input_size = 1, sizes)]
pub struct Bare {
    rnn: Lstm<_>,
    head: Dense<1>,
}

fn main() {}
