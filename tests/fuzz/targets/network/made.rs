//! Networks of the attribute: the same calls through code whose sizes the compiler knows.

use rnn_core::{Architecture, Backend, LayerWeights, Load, Metadata, Network};
use rnn_fuzz::built::Weights;

mod nets {
    use rnn_core::prelude::*;

    /// Written out, and so the commonest way.
    #[rnn(input_size = 1)]
    pub(super) struct Amp {
        rnn: Lstm<8>,
        head: Dense<1>,
    }

    /// Too large to be written out, with options, and a front.
    #[rnn(input_size = 3)]
    pub(super) struct Stack {
        front: Dense<5>,
        #[rnn(reset = before_product, clip = 1.0, delay = 2.5)]
        middle: Gru<70>,
        #[rnn(activation = softmax)]
        head: Dense<4>,
    }

    /// Looks ahead.
    #[rnn(input_size = 2)]
    pub(super) struct Ahead {
        #[rnn(direction = bidirectional, merge = average)]
        around: MinGru<5>,
        #[rnn(direction = go_backwards)]
        back: SimpleRnn<9>,
    }

    /// Two sizes, and any other at run time.
    #[rnn(input_size = 1, sizes = [1x4, 2x5])]
    pub(super) struct Sizes {
        rnn: Lstm<_>,
        head: Dense<1>,
    }
}

type Make = fn(Backend, &[LayerWeights<'_>]) -> Box<dyn Network>;

/// An architecture as it is written in a file, and the network of the attribute that it describes.
const MADE: [(&str, Make); 6] = [
    ("input_size 1; layer rnn lstm 8 tanh bias; layer head dense 1 linear bias", of::<nets::Amp>),
    (
        "input_size 3; layer front dense 5 linear bias; layer middle gru 70 tanh bias reset=before_product clip=1 \
         delay=2.5; layer head dense 4 softmax bias",
        of::<nets::Stack>,
    ),
    (
        "input_size 2; layer around min_gru 5 linear bias merge=average; layer back simple_rnn 9 tanh bias \
         direction=go_backwards",
        of::<nets::Ahead>,
    ),
    ("input_size 1; layer rnn lstm 4 tanh bias; layer head dense 1 linear bias", of::<nets::Sizes>),
    (
        "input_size 1; layer rnn_l0 lstm 5 tanh bias; layer rnn_l1 lstm 5 tanh bias; layer head dense 1 linear bias",
        of::<nets::Sizes>,
    ),
    // Run at run time, and as large as a step's scratch is cut.
    ("input_size 1; layer rnn lstm 130 tanh bias; layer head dense 1 linear bias", of::<nets::Sizes>),
];

fn of<N: Network + Load + 'static>(backend: Backend, weights: &[LayerWeights<'_>]) -> Box<dyn Network> {
    Box::new(N::from_slices(backend, weights).expect("the weights of what it describes"))
}

/// How many there are.
pub(crate) const COUNT: usize = MADE.len();

/// The architecture of one of them.
pub(crate) fn architecture(index: usize) -> Architecture {
    let read = Metadata::from_text(MADE[index].0).expect("the target's own text");
    read.architecture.expect("the target's own text")
}

/// The network.
pub(crate) fn network(index: usize, weights: &Weights, backend: Backend) -> Box<dyn Network> {
    weights.with_entries(|entries| MADE[index].1(backend, entries))
}
