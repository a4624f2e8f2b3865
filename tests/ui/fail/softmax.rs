//! Softmax is over all outputs of a step: no gate can have it.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
struct Net {
    #[rnn(activation = softmax)]
    simple: SimpleRnn<8>,
    #[rnn(gate = softmax, output = softmax)]
    gates: Lstm<8>,
    #[rnn(activation = softmax)]
    classes: Dense<8>,
}

fn main() {}
