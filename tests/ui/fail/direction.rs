//! Directions, and how two become one.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
struct Net {
    #[rnn(direction = revers)]
    near: SimpleRnn<8>,
    #[rnn(direction = backward)]
    torch: SimpleRnn<8>,
    #[rnn(direction = "reverse")]
    quoted: SimpleRnn<8>,
    #[rnn(direction = Direction::GoBackwards)]
    variant: SimpleRnn<8>,
    #[rnn(direction = -1)]
    number: SimpleRnn<8>,
    #[rnn(bidirectional = true)]
    option: SimpleRnn<8>,
    #[rnn(direction = bidirectional, merge = ave)]
    keras: SimpleRnn<8>,
    #[rnn(direction = bidirectional, merge = maximum)]
    far: SimpleRnn<8>,
    #[rnn(merge = sum)]
    alone: SimpleRnn<8>,
    #[rnn(merge = sum, direction = reverse)]
    of_one: SimpleRnn<8>,
    // One mistake, not two.
    #[rnn(merge = sum, direction = sideways)]
    sideways: SimpleRnn<8>,
}

fn main() {
    let net = Net::from_slices(Backend::detect(), &[]).unwrap();
    net.step(&mut net.initial_state(), &[1.0, 2.0, 3.0]);
}
