//! `crate` takes a path.

use rnn_core::prelude::*;

#[rnn(input_size = 3, crate = 3 + 4)]
struct Net {
    output: Dense<1>,
}

fn main() {}
