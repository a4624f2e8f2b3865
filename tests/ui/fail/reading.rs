//! Options of reading: what they look like, that there must be a file, and errors that are about them.

use rnn_core::prelude::*;

#[rnn(weights = "models/amp.safetensors", prefix = model, mapping = ["head.weight": "w"], header_limit = LIMIT)]
struct Malformed {
    rnn: Lstm<40>,
    head: Dense<1>,
}

#[rnn(weights = "models/amp.safetensors", prefix = "", mapping = [], ignore_extra = 1, round_f64, prefix = "a")]
struct Empty {
    rnn: Lstm<40>,
    head: Dense<1>,
}

#[rnn(weights = "models/amp.safetensors", mapping = ["head.weight" => onnx("w")], ignore_metadata = yes)]
struct OtherLayout {
    rnn: Lstm<40>,
    head: Dense<1>,
}

#[rnn(input_size = 1, prefix = "model", ignore_extra = true)]
struct NoFile {
    rnn: Lstm<40>,
    head: Dense<1>,
}

#[rnn(input_size = 1, sizes = [1x8], round_f64 = true)]
struct NoFileOfSizes {
    rnn: Lstm<_>,
    head: Dense<1>,
}

#[rnn(input_size = 1, weights = "models/amp.safetensors", prefix = "model")]
struct NoSuchPrefix {
    rnn: Lstm<40>,
    head: Dense<1>,
}

#[rnn(weights = "models/amp.safetensors", mapping = ["head.weigth" => "head.weight"])]
struct NoSuchTensor {
    rnn: Lstm<40>,
    head: Dense<1>,
}

#[rnn(from = "models/amp.safetensors", header_limit = 64)]
struct TooLong;

#[rnn(weights = "models/amp.safetensors", ignore_extras = true)]
struct Near {
    rnn: Lstm<40>,
    #[rnn(prefix = "head")]
    head: Dense<1>,
}

fn main() {}
