//! An attribute on a field that says nothing.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
struct Net {
    #[rnn]
    hidden: SimpleRnn<8>,
    #[rnn()]
    output: Dense<1>,
}

fn main() {}
