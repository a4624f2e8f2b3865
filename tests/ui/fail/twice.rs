//! One attribute holds all options.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
#[rnn(crate = rnn_core)]
struct Net {
    output: Dense<1>,
}

fn main() {}
