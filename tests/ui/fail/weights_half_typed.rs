//! As it stands while somebody types.

use rnn_core::prelude::*;

#[rnn(input_size = 1, weights)]
struct NoValue {
    output: Dense<1>,
}

#[rnn(weights =)]
struct NoValueYet {
    output: Dense<1>,
}

#[rnn(weigh)]
struct Name {
    output: Dense<1>,
}

#[rnn(input_size = 1, weights = models)]
struct NoQuotes {
    output: Dense<1>,
}

#[rnn(from = )]
pub struct Unit;


fn main() {
    fn is_embedded<N: Network + Load + Embedded + FixedNetwork>() {}
    is_embedded::<NoValue>();
    is_embedded::<NoValueYet>();
    is_embedded::<NoQuotes>();
}
