//! Every mistake of a struct is told at once, and the uses of its type add nothing.

use rnn_core::prelude::*;

#[rnn(inputsize = 0, tau = 12)]
#[derive(Clone, Default)]
pub struct Net {
    #[rnn(activation = than, bias = yes)]
    hidden: SimpleRnn<0>,
    #[cfg(feature = "deep")]
    deep: Conv1d<32>,
    output: Dense<SIZE>,
}

fn main() {
    let net = Net::from_slices(Backend::detect(), &[]).unwrap();
    let mut state = net.clone().initial_state();
    net.step(&mut state, &[1.0]);
    net.forward(&[1.0], Outputs::Last).unwrap();
}
