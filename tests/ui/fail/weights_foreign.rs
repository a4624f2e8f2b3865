//! Files of another kind: what they are, and how a safetensors file is made of them.

use rnn_core::prelude::*;

#[rnn(weights = "models/torch.safetensors")]
struct Torch {
    rnn: Lstm<40>,
    head: Dense<1>,
}

#[rnn(from = "models/page.safetensors")]
struct Page;

#[rnn(input_size = 1, weights = "models/pointer.safetensors")]
struct Pointer {
    head: Dense<1>,
}

#[rnn(input_size = 1, weights = "models/amp-00001-of-00002.safetensors")]
struct OneOfTwo {
    head: Dense<1>,
}

#[rnn(from = "models/noise.safetensors", weights = "models/torch.safetensors")]
struct Noise;

fn main() {}
