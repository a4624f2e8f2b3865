//! Layers from a file that does not tell them, and structs that have them already.

use rnn_core::prelude::*;

#[rnn(from = "models/amp.safetensors")]
struct Ambiguous;

#[rnn(from = "models/amp.safetensors", order = [rnn, dense])]
struct OtherNames;

#[rnn(from = "models/amp.safetensors", order = rnn)]
struct NoList;

#[rnn(from = "models/ours.safetensors", input_size = 2, order = [rnn, head])]
struct SaysItself;

#[rnn(from = "models/ours.safetensors")]
struct HasFields {
    rnn: Lstm<40>,
    head: Dense<1>,
}

#[rnn(input_size = 1, order = [output])]
struct NoFile {
    output: Dense<1>,
}

#[rnn(from = "models/double.safetensors", weights = "models/smaller.safetensors", order = [rnn, head])]
struct OfTwoFiles;

#[rnn(from = "models/extra.safetensors")]
struct Extra;

#[rnn(weights = "models/two_dense.safetensors", input_size = 8)]
struct WhoKnows {
    first: Dense<8>,
    #[rnn(bias = false)]
    second: Dense<8>,
}

#[rnn(from = "models/head.safetensors")]
struct HeadAlone;

#[rnn(weights = "models/table.safetensors")]
struct Table;

#[rnn(from = "models/two_modules.safetensors")]
struct TwoModules;

#[rnn(from = "models/two_modules.safetensors", order = [encoder, decoder])]
struct Stacked;

fn main() {
    let _ = (Ambiguous::from_slices, OfTwoFiles::embedded());
}
