//! A network is a struct with named fields.

use rnn_core::prelude::*;

#[rnn(input_size = 3)]
enum Enum {
    Output(Dense<1>),
}

#[rnn(input_size = 3)]
union Union {
    output: Dense<1>,
}

#[rnn(input_size = 3)]
struct Tuple(SimpleRnn<8>, Dense<1>);

#[rnn(input_size = 3)]
struct Unit;

#[rnn(input_size = 3)]
struct Empty {}

#[rnn(input_size = 3)]
fn function() {}

#[rnn(input_size = 3)]
mod module {}

fn main() {
    fn is_a_network<N: Network + Load>() {}
    is_a_network::<Enum>();
    is_a_network::<Union>();
    is_a_network::<Tuple>();
    is_a_network::<Unit>();
    is_a_network::<Empty>();
    function();
}
