//! As it stands while somebody types.

use rnn_core::prelude::*;

#[rnn(inp)]
struct Name {
    output: Dense<1>,
}

#[rnn(input_size)]
struct NoValue {
    output: Dense<1>,
}

#[rnn(input_size = )]
struct NoValueYet {
    output: Dense<1>,
}

#[rnn(input_size = 2, )]
struct Complete {
    #[rnn(activation = )]
    output: Dense<1>,
}

#[rnn(, input_size = 2, 3)]
struct Commas {
    #[rnn(activation, bias)]
    output: Dense<1>,
}

fn main() {
    fn is_a_network<N: Network + Load>() {}
    is_a_network::<Name>();
    is_a_network::<NoValue>();
    is_a_network::<NoValueYet>();
    is_a_network::<Complete>();
    is_a_network::<Commas>();
}
