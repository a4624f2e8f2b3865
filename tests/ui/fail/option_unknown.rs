//! Near misses are guessed; whatever else there is gets the list.

use rnn_core::prelude::*;

#[rnn(input_sise = 3)]
struct Near {
    #[rnn(activatoin = tanh)]
    output: Dense<1>,
}

#[rnn(input_size = 3, dropout = 1)]
struct Far {
    #[rnn(dropout = 1)]
    output: Dense<1>,
}

fn main() {}
