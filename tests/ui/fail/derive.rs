//! Packed weights have no equality, no default and no copy.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
#[derive(Clone, Copy, Debug, Default)]
#[derive(PartialEq)]
struct Net {
    output: Dense<1>,
}

fn main() {
    fn is_clone<T: Clone + std::fmt::Debug>() {}
    is_clone::<Net>();
}
