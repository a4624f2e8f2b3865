//! Each kind of layer has options of its own.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
struct Net {
    #[rnn(gate = sigmoid, output = tanh)]
    simple: SimpleRnn<8>,
    #[rnn(reset = before_product, peephole = true, projection = 4, coupled = true)]
    gru: Gru<8>,
    #[rnn(output = tanh)]
    min_gru: MinGru<8>,
    #[rnn(peepholes = true)]
    min_lstm: MinLstm<8>,
    #[rnn(proj_size = 4, recurrent_activation = hard_sigmoid)]
    lstm: Lstm<8>,
    #[rnn(direction = reverse, merge = sum, clip = 3.0, delay = 2.0)]
    dense: Dense<8>,
    // Nobody knows what an unknown layer has.
    #[rnn(peephole = true, dropout = 1)]
    unknown: Conv1d<8>,
}

fn main() {}
