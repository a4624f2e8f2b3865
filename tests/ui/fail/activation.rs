//! Activations are bare names, some with parameters, and these are all there are.

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
    number: SimpleRnn<8>,
    #[rnn(activation = affine)]
    without: SimpleRnn<8>,
    #[rnn(activation = tanh(1.0))]
    none: SimpleRnn<8>,
    #[rnn(activation = leaky_relu(0.1, 2))]
    two: SimpleRnn<8>,
    #[rnn(activation = affine(-0.5))]
    one: SimpleRnn<8>,
    #[rnn(activation = elu(ALPHA))]
    constant: SimpleRnn<8>,
    #[rnn(activation = elu("1"))]
    text: SimpleRnn<8>,
    #[rnn(activation = hard_sigmoid(0.2, 1e39))]
    large: SimpleRnn<8>,
    #[rnn(activation = elu(1.0_f64))]
    wide: SimpleRnn<8>,
    #[rnn(activation = leaky_rellu(0.1))]
    near_with: Dense<1>,
}

fn main() {}
