//! Numbers that are no sizes.

use rnn_core::prelude::*;

#[rnn(input_size = 1.5)]
struct Floats {
    hidden: SimpleRnn<{ 3.0 }>,
    output: Dense<"1">,
}

#[rnn(input_size = -1)]
struct Signs {
    hidden: SimpleRnn<-8>,
    output: Dense<1u8>,
}

fn main() {}
