//! One layer has the sizes of the list.

use rnn_core::prelude::*;

#[rnn(input_size = 1, sizes = [1x8, 1x16])]
pub struct Net {
    rnn: Lstm<_>,
    more: MinGru<_>,
    head: Dense<1>,
}

fn main() {}
