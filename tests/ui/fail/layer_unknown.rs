//! Layers of other names, of other libraries, and no layers at all.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
struct Net {
    misspelt: SimpleRNN<8>,
    elsewhere: Linear<8>,
    cell: LSTMCell<8>,
    later: Conv1d<8>,
    tuple: (SimpleRnn<8>, SimpleRnn<8>),
    boxed: Box<SimpleRnn<8>>,
    output: &'static Dense<1>,
}

fn main() {
    let _ = Net::from_slices;
}
