//! Gates and outputs have activations like any other.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
struct Net {
    #[rnn(gate = sigmod, output = than)]
    near: Lstm<8>,
    #[rnn(gate = swish)]
    far: MinGru<8>,
    #[rnn(gate = 3, output = "relu")]
    number: Lstm<8>,
    #[rnn(gate = sigmoid(1.0))]
    none: MinLstm<8>,
}

fn main() {}
