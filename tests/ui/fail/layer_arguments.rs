//! A layer takes one size.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
struct Net {
    none: SimpleRnn,
    empty: SimpleRnn<>,
    two: SimpleRnn<3, 8>,
    output: Dense<'static>,
}

#[rnn(input_size = 3)]
struct Call {
    output: Dense(1),
}

fn main() {
    let _ = (Net::from_slices, Call::from_slices);
}
