//! Numbers are literal, and in range.

use rnn_core::prelude::*;

const LIMIT: f32 = 3.0;

#[rnn(input_size = 3)]
struct Net {
    #[rnn(clip = 0)]
    zero: Lstm<8>,
    #[rnn(clip = -3.0)]
    negative: Lstm<8>,
    #[rnn(clip = 1e39)]
    infinite: Lstm<8>,
    #[rnn(clip = LIMIT)]
    constant: Lstm<8>,
    #[rnn(clip = "3.0")]
    quoted: Lstm<8>,
    #[rnn(clip = 3.0f64)]
    wide: Lstm<8>,
    #[rnn(delay = 0.5)]
    early: Lstm<8>,
    #[rnn(delay = 1025)]
    late: Lstm<8>,
    #[rnn(projection = 0)]
    nothing: Lstm<8>,
    #[rnn(projection = 2.5)]
    half: Lstm<8>,
}

fn main() {}
