//! What other libraries taught: options as arguments, directions around layers, layers that a network has not.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
struct Arguments {
    activation: Dense<4, relu>,
    keras: Lstm<12, tanh, sigmoid>,
    first: SimpleRnn<tanh, 8>,
    quoted: Dense<4, "relu">,
    no_bias: Dense<4, false>,
    named: Dense<4, activation = relu>,
    direction: Lstm<12, bidirectional>,
    in_and_out: Dense<8, 4>,
}

#[rnn(input_size = 3)]
struct Around {
    both: Bidirectional<Lstm<12>>,
    back: Reverse<SimpleRnn<4>>,
    nothing: Bidirectional<12>,
    one_word: BiLSTM<12>,
    every_step: TimeDistributed<Dense<1>>,
}

#[rnn(input_size = 3)]
struct Others {
    table: Embedding<7>,
    dropout: Dropout<0>,
    norm: LayerNorm<4>,
    folded: BatchNorm1d<4>,
    conv: Conv1d<4>,
    rectified: ReLU,
    softmax: Activation<softmax>,
    upper: GRU<4>,
    fc: FC<4>,
    two: Stacked<Lstm<4>, 2>,
}

fn main() {
    let _ = (Arguments::from_slices, Around::from_slices, Others::from_slices);
}
