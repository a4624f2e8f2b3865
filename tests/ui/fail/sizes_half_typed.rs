//! As it stands while somebody types: what there is already completes, and says nothing more.

use rnn_core::prelude::*;

#[rnn(input_size = 1, sizes = )]
struct NoValueYet {
    rnn: Lstm<_>,
    head: Dense<1>,
}

#[rnn(input_size = 1, sizes = [])]
struct NoSizeYet {
    rnn: Lstm<_>,
    head: Dense<1>,
}

#[rnn(input_size = 1, siz)]
struct Name {
    head: Dense<1>,
}

#[rnn(input_size = 1, order = )]
struct Order {
    head: Dense<1>,
}

#[rnn(from = )]
struct From {
    head: Dense<1>,
}

#[rnn(input_size = 1, sizes = [1x8], weights = )]
struct Weights {
    rnn: Lstm<_>,
    head: Dense<1>,
}

#[rnn(input_size = 1, crate = )]
struct Crate {
    head: Dense<1>,
}

#[rnn(input_size = 1, sizes = [1x8])]
struct NoTypeYet {
    rnn: ,
    head: Dense<1>,
}

fn main() {
    fn is_a_network<N: FixedNetwork + Load>() {}
    is_a_network::<NoValueYet>();
    is_a_network::<NoSizeYet>();
    is_a_network::<Name>();
    is_a_network::<Order>();
    is_a_network::<From>();
    is_a_network::<Weights>();
    is_a_network::<Crate>();
    is_a_network::<NoTypeYet>();
    let net = NoSizeYet::from_slices(Backend::detect(), &[]).unwrap();
    net.step(&mut net.initial_state(), &[1.0]);
}
