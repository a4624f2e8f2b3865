//! Which layers the compiler of a user's crate writes out: the decision of the `#[rnn]` attribute, which core's kernels and
//! cells follow.

use super::{CellKind, LayerKind, Recurrent};
use crate::activation::Activation;

/// Sizes up to which a step gains from being written out: beyond, it is a matter of its weights.
const MOST: usize = 64;

impl Recurrent {
    /// Whether its activations are those compiled into the cell's arithmetic and nothing else about that arithmetic is
    /// unusual; a projection or a delay is not arithmetic of the cell.
    #[must_use]
    pub const fn is_usual(&self) -> bool {
        use Activation::{FastSigmoid, FastTanh, Linear, Relu, Sigmoid, Tanh};
        let usual = match self.cell {
            CellKind::SimpleRnn { activation } => matches!(activation, Tanh | Relu | Linear),
            CellKind::Gru { gate, candidate, .. } => {
                matches!((gate, candidate), (Sigmoid, Tanh) | (FastSigmoid, FastTanh))
            }
            CellKind::Lstm { gate, candidate, output, peephole: false, coupled: false, .. } => {
                matches!((gate, candidate, output), (Sigmoid, Tanh, Tanh) | (FastSigmoid, FastTanh, FastTanh))
            }
            CellKind::MinGru { gate, candidate } | CellKind::MinLstm { gate, candidate } => {
                matches!((gate, candidate), (Sigmoid, Linear))
            }
            _ => false,
        };
        usual && self.clip.is_none()
    }

    /// Whether those are the fast ones.
    #[must_use]
    pub const fn is_fast(&self) -> bool {
        self.is_usual() && matches!(self.cell.gate(), Some(Activation::FastSigmoid))
    }

    /// Whether it has neither projection nor delay.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        self.projection().is_none() && self.past_states() == 1
    }
}

impl LayerKind {
    /// Whether a step of this layer, fed with `input_size` values, is compiled with its sizes as constants; else it runs the
    /// kernel of run-time sizes, which gives the same bits.
    #[must_use]
    pub const fn is_written_out(self, input_size: usize) -> bool {
        input_size <= MOST
            && self.size() <= MOST
            && match self {
                Self::Recurrent(layer) => layer.is_usual(),
                Self::Dense { .. } => true,
            }
    }
}
