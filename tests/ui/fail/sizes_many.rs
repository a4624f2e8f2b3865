//! Each size is code of its own.

use rnn_core::prelude::*;

#[rnn(input_size = 1, sizes = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
    33, 34,
])]
pub struct Net {
    rnn: Lstm<_>,
    head: Dense<1>,
}

fn main() {}
