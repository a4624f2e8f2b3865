//! n_o does not depend on the size.

use rnn_core::prelude::*;

#[rnn(input_size = 1, sizes = [1x8, 1x16])]
pub struct Net {
    rnn: Lstm<_>,
}

fn main() {}
