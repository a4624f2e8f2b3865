//! What a field carries must have a meaning.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
struct Net {
    #[cfg(unix)]
    hidden: SimpleRnn<8>,
    #[cfg_attr(unix, doc = "Only there.")]
    deep: SimpleRnn<8>,
    #[allow(dead_code)]
    middle: Dense<8>,
    pub output: Dense<1>,
}

fn main() {}
