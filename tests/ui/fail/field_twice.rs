//! Names of layers are names of tensors.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
struct Net {
    dense: SimpleRnn<8>,
    dense: Dense<1>,
}

fn main() {}
