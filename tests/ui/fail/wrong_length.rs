//! Arrays of the wrong length are the compiler's own business, and it points at them.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
struct Net {
    hidden: SimpleRnn<8>,
    output: Dense<2>,
}

fn step(net: &Net) -> [f32; 1] {
    let mut state = net.initial_state();
    net.step(&mut state, &[1.0, 2.0])
}

fn main() {
    let _ = step;
}
