//! The one option a network cannot do without.

use rnn_core::prelude::*;

#[rnn]
struct Bare {
    output: Dense<1>,
}

#[rnn()]
struct Empty {
    output: Dense<1>,
}

fn main() {
    let _ = (Bare::from_slices, Empty::from_slices);
}
