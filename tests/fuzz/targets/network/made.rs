//! Networks of the attribute: the same calls through code whose sizes the compiler knows.

use rnn_core::{
    Activation, Architecture, Backend, Direction, Layer, LayerKind, LayerWeights, Load, Merge, Network,
    ResetGate,
};
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

/// What they are made of, and how they are made.
fn made(index: usize) -> (usize, Vec<(&'static str, LayerKind)>, Make) {
    let (dense, lstm) = (LayerKind::dense, LayerKind::lstm);
    let amp = |n| vec![("rnn", lstm(n)), ("head", dense(1))];
    match index {
        0 => (1, amp(8), of::<nets::Amp>),
        1 => {
            let middle = LayerKind::gru(70, ResetGate::BeforeProduct).with_clip(1.0).with_delay(2.5);
            let head = dense(4).with_activation(Activation::Softmax);
            (3, vec![("front", dense(5)), ("middle", middle), ("head", head)], of::<nets::Stack>)
        }
        2 => {
            let around = LayerKind::min_gru(5).with_direction(Direction::Bidirectional(Merge::Average));
            let back = LayerKind::simple_rnn(9).with_direction(Direction::GoBackwards);
            (2, vec![("around", around), ("back", back)], of::<nets::Ahead>)
        }
        3 => (1, amp(4), of::<nets::Sizes>),
        4 => (1, vec![("rnn_l0", lstm(5)), ("rnn_l1", lstm(5)), ("head", dense(1))], of::<nets::Sizes>),
        // At run time, and large enough that a step's scratch is cut.
        _ => (1, amp(130), of::<nets::Sizes>),
    }
}

fn of<N: Network + Load + 'static>(backend: Backend, weights: &[LayerWeights<'_>]) -> Box<dyn Network> {
    Box::new(N::from_slices(backend, weights).expect("the weights of what it describes"))
}

/// How many there are.
pub(crate) const COUNT: usize = 6;

/// The architecture of one of them.
pub(crate) fn architecture(index: usize) -> Architecture {
    let (input_size, layers, _) = made(index);
    let layers = layers.into_iter().map(|(name, kind)| Layer { name: name.to_string(), kind }).collect();
    Architecture { input_size, layers }
}

/// The network.
pub(crate) fn network(index: usize, weights: &Weights, backend: Backend) -> Box<dyn Network> {
    weights.with_entries(|entries| made(index).2(backend, entries))
}
