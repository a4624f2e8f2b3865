//! A list of sizes is of a layer whose size is `_`.

use rnn_core::prelude::*;

#[rnn(input_size = 1, sizes = [1x8, 1x16])]
pub struct Net {
    rnn: Lstm<8>,
    head: Dense<1>,
}

fn main() {}
