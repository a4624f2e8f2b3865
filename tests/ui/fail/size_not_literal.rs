//! The attribute sees tokens, not values.

use rnn_core::prelude::*;

const SIZE: usize = 3;

#[rnn(input_size = SIZE)]
struct Net {
    constant: SimpleRnn<SIZE>,
    sum: SimpleRnn<{ 4 + 4 }>,
    path: SimpleRnn<{ self::SIZE }>,
    inferred: SimpleRnn<_>,
    output: Dense<{ usize::MAX }>,
}

fn main() {}
