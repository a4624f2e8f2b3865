//! The kinds of layer, with their sizes and options.

mod block;
mod cell;
mod options;
#[cfg(feature = "alloc")]
mod words;
mod written_out;

pub use block::Part;
pub(crate) use block::fits;
pub use cell::{CellKind, Direction, Merge, Recurrent, ResetGate};

use crate::activation::Activation;

/// The kind of a layer, with its sizes and options.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LayerKind {
    /// A recurrent layer of some cell.
    Recurrent(Recurrent),
    /// y = f(V x + c), at each step alike.
    Dense {
        /// `n_o`.
        output_size: usize,
        /// f.
        activation: Activation,
        /// Whether there is a c.
        bias: bool,
    },
}

impl LayerKind {
    /// `h_t = tanh(U x_t + W h_(t-1) + b)` of `hidden_size` units.
    #[must_use]
    pub const fn simple_rnn(hidden_size: usize) -> Self {
        Self::Recurrent(Recurrent::new(CellKind::SimpleRnn { activation: Activation::Tanh }, hidden_size))
    }

    /// A GRU of `hidden_size` units. PyTorch and Keras reset after the product, ONNX before it unless told otherwise.
    #[must_use]
    pub const fn gru(hidden_size: usize, reset: ResetGate) -> Self {
        Self::Recurrent(Recurrent::new(CellKind::gru(reset), hidden_size))
    }

    /// An LSTM of `hidden_size` units.
    #[must_use]
    pub const fn lstm(hidden_size: usize) -> Self {
        Self::Recurrent(Recurrent::new(CellKind::LSTM, hidden_size))
    }

    /// A minimal GRU of `hidden_size` units, whose gates depend on the input alone.
    #[must_use]
    pub const fn min_gru(hidden_size: usize) -> Self {
        Self::Recurrent(Recurrent::new(CellKind::MIN_GRU, hidden_size))
    }

    /// A minimal LSTM of `hidden_size` units, whose gates depend on the input alone.
    #[must_use]
    pub const fn min_lstm(hidden_size: usize) -> Self {
        Self::Recurrent(Recurrent::new(CellKind::MIN_LSTM, hidden_size))
    }

    /// `output_size` outputs, linear, with a bias.
    #[must_use]
    pub const fn dense(output_size: usize) -> Self {
        Self::Dense { output_size, activation: Activation::Linear, bias: true }
    }

    /// The same with another f: of a dense layer, of the state of a [`CellKind::SimpleRnn`], of the candidate of other
    /// cells and, as in Keras, also of the output of a [`CellKind::Lstm`].
    #[must_use]
    pub const fn with_activation(self, activation: Activation) -> Self {
        match self {
            Self::Recurrent(r) => {
                Self::Recurrent(Recurrent { cell: r.cell.with_activation(activation), ..r })
            }
            Self::Dense { output_size, bias, .. } => Self::Dense { output_size, activation, bias },
        }
    }

    /// The same with or without a bias.
    #[must_use]
    pub const fn with_bias(self, bias: bool) -> Self {
        match self {
            Self::Recurrent(r) => Self::Recurrent(Recurrent { bias, ..r }),
            Self::Dense { output_size, activation, .. } => Self::Dense { output_size, activation, bias },
        }
    }

    /// A recurrent layer run in this direction; a dense layer has none and stays as it is.
    #[must_use]
    pub const fn with_direction(self, direction: Direction) -> Self {
        match self {
            Self::Recurrent(r) => Self::Recurrent(Recurrent { direction, ..r }),
            dense @ Self::Dense { .. } => dense,
        }
    }

    /// The recurrent layer, if it is one.
    #[must_use]
    pub const fn recurrent(self) -> Option<Recurrent> {
        match self {
            Self::Recurrent(r) => Some(r),
            Self::Dense { .. } => None,
        }
    }

    /// The name of the kind in files: `simple_rnn`, `gru`, `lstm`, `min_gru`, `min_lstm`, `dense`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recurrent(r) => r.cell.name(),
            Self::Dense { .. } => "dense",
        }
    }

    /// Values the layer gives at each step: `n_o`; `n_h` of a recurrent layer, or its projection, of both directions
    /// where they are concatenated.
    #[must_use]
    pub const fn output_size(self) -> usize {
        match self {
            Self::Recurrent(r) => match r.direction {
                Direction::Bidirectional(Merge::Concat) => r.state_size().saturating_mul(2),
                _ => r.state_size(),
            },
            Self::Dense { output_size, .. } => output_size,
        }
    }

    /// The size as described: `n_h` or `n_o`.
    #[must_use]
    pub const fn size(self) -> usize {
        match self {
            Self::Recurrent(r) => r.hidden_size,
            Self::Dense { output_size, .. } => output_size,
        }
    }

    /// f: of a dense layer, of the state of a [`CellKind::SimpleRnn`], of the candidate of other cells.
    #[must_use]
    pub const fn activation(self) -> Activation {
        match self {
            Self::Recurrent(r) => r.cell.activation(),
            Self::Dense { activation, .. } => activation,
        }
    }

    /// Whether the layer has a bias. Without one its packed bias row is zero.
    #[must_use]
    pub const fn bias(self) -> bool {
        match self {
            Self::Recurrent(Recurrent { bias, .. }) | Self::Dense { bias, .. } => bias,
        }
    }

    /// Whether each output depends on this and earlier steps alone, so that the layer can be stepped.
    #[must_use]
    pub const fn is_causal(self) -> bool {
        match self {
            Self::Recurrent(r) => matches!(r.direction, Direction::Forward),
            Self::Dense { .. } => true,
        }
    }

    /// Directions with weights of their own: 2 of a bidirectional layer, else 1.
    #[must_use]
    pub const fn directions(self) -> usize {
        match self {
            Self::Recurrent(r) => r.directions(),
            Self::Dense { .. } => 1,
        }
    }

    /// Values carried from step to step: for each direction h and, of an LSTM, c, as often as the delay asks; 0 of
    /// a dense layer.
    #[must_use]
    pub const fn state_len(self) -> usize {
        match self {
            Self::Recurrent(r) => r.directions().saturating_mul(r.stream_state_len()),
            Self::Dense { .. } => 0,
        }
    }

    /// Trainable values: weights and, if it has one, the bias. A checked network's count fits `usize`.
    #[must_use]
    pub const fn parameters(self, input_size: usize) -> usize {
        match self {
            Self::Recurrent(r) => r.directions() * r.parameters(input_size),
            Self::Dense { output_size, bias, .. } => output_size * (input_size + bias as usize),
        }
    }
}
