//! A layer takes one size.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
struct Net {
    none: SimpleRnn,
    empty: SimpleRnn<>,
    two: SimpleRnn<3, 8>,
    call: Dense(u8),
    output: Dense<'static>,
}

fn main() {}
