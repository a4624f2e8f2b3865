//! A GRU says when it resets: weights trained with one form mean something else in the other.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
struct Net {
    bare: Gru<8>,
    #[rnn(bias = false)]
    among_others: Gru<8>,
    // What is there, however wrong, is not missing as well.
    #[rnn(reset = after)]
    half_typed: Gru<8>,
    #[rnn(reset_after = true)]
    keras: Gru<8>,
    #[rnn(linear_before_reset = 1)]
    onnx: Gru<8>,
    #[rnn(reset = true)]
    flag: Gru<8>,
    #[rnn(reset = after_product)]
    of_another_kind: Lstm<8>,
}

fn main() {
    let _ = Net::from_slices;
}
