//! The simple recurrent cell (Elman 1990; Keras `SimpleRNN`, PyTorch `RNN`, ONNX `RNN`):
//!
//! ```text
//! h_t = f(U x_t + W h_{t-1} + b)
//! ```
//!
//! U is `weight_ih` (n_h, n_i), W is `weight_hh` (n_h, n_h), b the sum of PyTorch's two biases, f = tanh unless
//! said otherwise. One gate, whose pre-activation is the accumulator itself.

use super::functions::clamp;
use super::{Cell, State, Sums};
use crate::activation::{Activate, Relu, Tanh, by_name};
use crate::simd::{Simd, Vector};
use rnn_format::{Activation, Recurrent};

/// The cell with f = tanh, relu or none compiled in, any other by name.
#[derive(Clone, Copy, Debug)]
pub struct SimpleRnn {
    activation: Activation,
    clip: Option<f32>,
    usual: bool,
}

impl SimpleRnn {
    /// The cell with a layer's options.
    pub(crate) const fn new(layer: &Recurrent) -> Self {
        Self { activation: layer.cell.activation(), clip: layer.clip, usual: layer.is_usual() }
    }
}

impl Cell<1> for SimpleRnn {
    /// Up to 128 units a step waits for its multiply-adds, not for their number or its weights: two chains halve
    /// the wait. More chains gained nothing; beyond, there are sums enough side by side.
    const TWO_CHAINS_UP_TO: usize = 128;

    #[inline(always)]
    fn is_usual(self) -> bool {
        self.usual
    }

    #[inline(always)]
    fn update<V: Vector>(self, t: V::Token, sums: &Sums<'_, V, 1>, old: State<V>) -> State<V> {
        let [a] = sums.gates;
        let h = match self.activation {
            Activation::Relu => Relu.apply(t, a),
            Activation::Linear => a,
            _ => Tanh.apply(t, a),
        };
        State { h, c: old.c }
    }

    #[cold]
    #[inline(never)]
    fn unusual<V: Vector>(self, t: V::Token, sums: &Sums<'_, V, 1>, old: State<V>) -> State<V> {
        t.vectorize(
            #[inline(always)]
            || {
                let [a] = sums.gates;
                let a = match self.clip {
                    Some(limit) => clamp(t, limit, a),
                    None => a,
                };
                State { h: by_name(t, self.activation, a), c: old.c }
            },
        )
    }
}
