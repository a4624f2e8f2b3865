//! Sizes end at 65536.

use rnn_core::prelude::*;

#[rnn(input_size = 65537)]
struct Net {
    hidden: SimpleRnn<1_000_000>,
    output: Dense<340282366920938463463374607431768211456>,
}

fn main() {}
