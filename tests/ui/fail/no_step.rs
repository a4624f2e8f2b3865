//! A network that looks ahead has no step: the compiler says so.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
struct Net {
    #[rnn(direction = bidirectional)]
    hidden: Lstm<8>,
    output: Dense<2>,
}

fn step(net: &Net) -> [f32; 2] {
    let mut state = net.initial_state();
    net.step(&mut state, &[1.0, 2.0, 3.0])
}

fn main() {
    let _ = step;
}
