//! Activations are bare names, and these are all there are.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
struct Net {
    #[rnn(activation = tanhh)]
    near: SimpleRnn<8>,
    #[rnn(activation = swish)]
    far: SimpleRnn<8>,
    #[rnn(activation = "relu")]
    quoted: SimpleRnn<8>,
    #[rnn(activation = Activation::relu)]
    path: SimpleRnn<8>,
    #[rnn(activation = Tanh)]
    variant: SimpleRnn<8>,
    #[rnn(activation = 3)]
    number: Dense<1>,
}

fn main() {}
