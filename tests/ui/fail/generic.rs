//! A network is one type.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
struct Sizes<const HIDDEN: usize> {
    hidden: SimpleRnn<HIDDEN>,
    output: Dense<1>,
}

#[rnn(input_size = 3)]
struct Types<'a, T: Copy + 'a, U: ?Sized = str>
where
    T: Send,
{
    output: Dense<1>,
}

#[rnn(input_size = 3)]
struct Clause
where
    u8: Copy,
{
    output: Dense<1>,
}

fn main() {
    fn is_a_network<N: Network + Load>() {}
    is_a_network::<Sizes<8>>();
    is_a_network::<Types<'static, u8>>();
    is_a_network::<Clause>();
}
