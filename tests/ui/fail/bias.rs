//! A bias is there or not.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
struct Net {
    #[rnn(bias = 1)]
    hidden: SimpleRnn<8>,
    #[rnn(bias = "false")]
    output: Dense<1>,
}

fn main() {}
