//! Peepholes and coupled gates are there or not.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
struct Net {
    #[rnn(peephole = 1, coupled = "true")]
    first: Lstm<8>,
    #[rnn(peephole, coupled)]
    second: Lstm<8>,
}

fn main() {}
