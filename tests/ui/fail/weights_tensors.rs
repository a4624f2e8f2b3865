//! Tensors that are not there, that nobody takes, that are of another type or could be anybody's.

use rnn_core::prelude::*;

#[rnn(input_size = 1, weights = "models/missing.safetensors")]
struct Missing {
    rnn: Lstm<40>,
    head: Dense<1>,
}

#[rnn(input_size = 1, weights = "models/amp.safetensors")]
struct OneLayerMore {
    rnn: Lstm<40>,
    more: Lstm<40>,
    head: Dense<1>,
}

#[rnn(input_size = 1, weights = "models/extra.safetensors")]
struct Extra {
    rnn: Lstm<40>,
    head: Dense<1>,
}

#[rnn(input_size = 1, weights = "models/double.safetensors")]
struct Double {
    rnn: Lstm<40>,
    head: Dense<1>,
}

#[rnn(input_size = 1, weights = "models/integer.safetensors")]
struct AllAtOnce {
    rnn: Lstm<40>,
    head: Dense<3>,
}

// Left aside is what belongs to no layer alone.
#[rnn(input_size = 1, weights = "models/extra.safetensors", ignore_extra = true)]
struct WithoutBias {
    rnn: Lstm<40>,
    #[rnn(bias = false)]
    head: Dense<1>,
}

fn main() {}
