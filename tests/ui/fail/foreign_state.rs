//! The state of one struct is no state of another, though both have as many floats.

use rnn_core::prelude::*;

/// Four units.
#[rnn(input_size = 1)]
pub struct Four {
    hidden: Lstm<4>,
}

/// Five units.
#[rnn(input_size = 1)]
pub struct Five {
    hidden: Lstm<5>,
}

/// Goes on where the other stopped.
pub fn swap(four: &Four, five: &Five) -> [f32; 5] {
    let mut state = four.initial_state();
    five.step(&mut state, &[1.0])
}

fn main() {}
