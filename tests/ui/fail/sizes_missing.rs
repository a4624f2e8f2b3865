//! `_` is the size of a layer whose sizes are listed.

use rnn_core::prelude::*;

#[rnn(input_size = 1)]
pub struct Net {
    rnn: Lstm<_>,
    head: Dense<_>,
}

fn main() {}
