//! Each option stands once.

use rnn_core::prelude::*;

#[rnn(input_size = 3, input_size = 3)]
struct Net {
    #[rnn(bias = true, bias = false)]
    hidden: SimpleRnn<8>,
    #[rnn(activation = relu)]
    #[rnn(activation = tanh)]
    output: Dense<1>,
}

fn main() {}
