//! The simple recurrent cell (Elman 1990; Keras `SimpleRNN`, PyTorch `RNN`, ONNX `RNN`):
//!
//! ```text
//! h_t = f(U x_t + W h_{t-1} + b)
//! ```
//!
//! U is `weight_ih` (n_h, n_i), W is `weight_hh` (n_h, n_h), b the sum of PyTorch's two biases, f = tanh unless
//! said otherwise. One gate, whose pre-activation is the accumulator itself.

use super::Cell;
use crate::activation::{Activate, Tanh};
use crate::simd::Vector;
use rnn_format::Activation;

/// The cell with f = tanh compiled in, or any other f as a pass.
#[derive(Clone, Copy, Debug)]
pub struct SimpleRnn {
    /// f.
    pub activation: Activation,
}

impl Cell<1> for SimpleRnn {
    /// Up to 128 units a step waits for its multiply-adds, not for their number or its weights: two chains halve
    /// the wait. More chains gained nothing; beyond, there are sums enough side by side.
    #[inline(always)]
    fn two_chains(self, hidden: usize) -> bool {
        hidden <= 128
    }

    #[inline(always)]
    fn pass(self) -> Option<Activation> {
        (self.activation != Activation::Tanh).then_some(self.activation)
    }

    #[inline(always)]
    fn start<V: Vector>(self, _: V::Token, p: [V; 1]) -> [V; 1] {
        p
    }

    #[inline(always)]
    fn update<V: Vector>(self, t: V::Token, _: [V; 1], a: [V; 1]) -> V {
        // One branch a vector, always taken alike, instead of a second copy of every kernel.
        if self.activation == Activation::Tanh { Tanh.apply(t, a[0]) } else { a[0] }
    }
}
