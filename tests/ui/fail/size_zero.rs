//! Sizes begin at 1.

use rnn_core::prelude::*;

#[rnn(input_size = 0)]
struct Net {
    hidden: SimpleRnn<0>,
    output: Dense<0>,
}

fn main() {
    let _ = Net::from_slices;
}
