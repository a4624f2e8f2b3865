//! Options of the network and of a layer do not mix.

use rnn_core::prelude::*;

#[rnn(input_size = 3, activation = tanh)]
struct Net {
    #[rnn(input_size = 3)]
    output: Dense<1>,
}

fn main() {}
