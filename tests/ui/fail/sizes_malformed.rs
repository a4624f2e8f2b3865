//! A list of sizes, everything in it that can be wrong, and the network that stands in for it.

use rnn_core::prelude::*;

#[rnn(input_size = 1, sizes = [0x8, 1x0, 1x8, 8, 1xx, WIDE, , 17x8, 1x65537, 1.5x2, (2x3)])]
#[derive(Clone)]
pub struct Net {
    rnn: Lstm<_>,
    rnn_l1: Lstm<0>,
    head: Dense<1>,
}

fn main() {
    let net = Net::from_slices(Backend::detect(), &[]).unwrap().clone();
    let mut state = net.initial_state();
    let [y] = net.step(&mut state, &[1.0]);
    net.process_into(&mut state, &[y], &mut [0.0]).unwrap();
    println!("{}", net.summary());
}
