//! A file of another size: the field is wrong, or the file.

use rnn_core::prelude::*;

#[rnn(input_size = 1, weights = "models/smaller.safetensors")]
struct Larger {
    rnn: Lstm<40>,
    head: Dense<1>,
}

#[rnn(weights = "models/amp.safetensors")]
struct OfAnotherKind {
    #[rnn(reset = after_product)]
    rnn: Gru<40>,
    head: Dense<2>,
}

#[rnn(input_size = 3, weights = "models/amp.safetensors")]
struct OfMoreInputs {
    rnn: Lstm<40>,
    head: Dense<1>,
}

#[rnn(input_size = 1, weights = "models/both.safetensors")]
struct TwoDirections {
    #[rnn(direction = bidirectional)]
    rnn: Lstm<40>,
    head: Dense<1>,
}

#[rnn(input_size = 1, weights = "models/keras.safetensors")]
struct Keras {
    rnn: SimpleRnn<16>,
    head: Dense<1>,
}

#[rnn(input_size = 1, weights = "models/amp.safetensors")]
struct OneDirection {
    #[rnn(direction = bidirectional)]
    rnn: Lstm<40>,
    head: Dense<1>,
}

#[rnn(input_size = 1, weights = "models/both.safetensors")]
struct OneOfTwoDirections {
    rnn: Lstm<40>,
    head: Dense<1>,
}

// Of these a file of PyTorch's does not say which is first: it fits, as another network, once n_i does.
#[rnn(input_size = 1, weights = "models/amp.safetensors")]
struct OtherOrder {
    head: Dense<1>,
    rnn: Lstm<40>,
}

fn main() {
    let net = Larger::embedded();
    let _ = (net.forward(&[1.0], Outputs::Last), Larger::SCALER, Larger::TAU, Keras::embedded_on(Backend::detect()));
}
