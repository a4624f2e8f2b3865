//! Recurrent layers: the cell, its options, and how a sequence is fed to it.

use crate::activation::Activation;

/// When a GRU applies its reset gate r to the state. Trained weights of one form mean something else in the other, so
/// there is no default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResetGate {
    /// `n = t(W_n x + b_in + r * (R_n h + b_hn))`: PyTorch, Keras' `reset_after=True` (its default), ONNX'
    /// `linear_before_reset=1`.
    AfterProduct,
    /// `n = t(W_n x + b_n + R_n (r * h))`: Keras' `reset_after=False`, ONNX' `linear_before_reset=0` (its default).
    BeforeProduct,
}

/// A cell: what one step makes of the input and the state.
///
/// `s` is the gates' activation, `t` the candidate's; products are written without their biases. `docs/cells.md` in the
/// repository has all of it, with pictures.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CellKind {
    /// `h' = f(U x + W h)` (Keras `SimpleRNN`, PyTorch `RNN`, ONNX `RNN`).
    SimpleRnn {
        /// f.
        activation: Activation,
    },
    /// `r, z = s(..)`, n by [`ResetGate`], `h' = (1 - z) * n + z * h` (`GRU` everywhere).
    Gru {
        /// When r is applied.
        reset: ResetGate,
        /// s.
        gate: Activation,
        /// t.
        candidate: Activation,
    },
    /// `i, f, o = s(..)`, `g = t(..)`, `c' = f * c + i * g`, `h' = o * u(c')` (`LSTM` everywhere).
    Lstm {
        /// s.
        gate: Activation,
        /// t.
        candidate: Activation,
        /// u.
        output: Activation,
        /// Whether i and f also see `p * c`, o `p * c'` (ONNX' input P).
        peephole: bool,
        /// Whether `f = 1 - i` (ONNX' `input_forget`); the weights of f are then there but not used.
        coupled: bool,
        /// Size of h if it is `W_hr (o * u(c'))` (PyTorch's `proj_size`).
        projection: Option<usize>,
    },
    /// `z = s(W_z x)`, `n = t(W_h x)`, `h' = (1 - z) * h + z * n` (Feng et al. 2024, arXiv:2410.01201).
    MinGru {
        /// s.
        gate: Activation,
        /// t, linear as published.
        candidate: Activation,
    },
    /// A cell of the user's own: its arithmetic is a type (`rnn_core::custom`), these are its sizes.
    Custom {
        /// Gates, whose pre-activations `U x + W h + b` the cell is given.
        gates: usize,
        /// Whether it has c beside h.
        memory: bool,
    },
    /// `f, i = s(..)`, `n = t(W_h x)`, `h' = (f * h + i * n) / (f + i)` (Feng et al. 2024, arXiv:2410.01201).
    MinLstm {
        /// s.
        gate: Activation,
        /// t, linear as published.
        candidate: Activation,
    },
}

impl CellKind {
    /// The LSTM without any option.
    pub const LSTM: Self = Self::Lstm {
        gate: Activation::Sigmoid,
        candidate: Activation::Tanh,
        output: Activation::Tanh,
        peephole: false,
        coupled: false,
        projection: None,
    };
    /// The minimal GRU as published.
    pub const MIN_GRU: Self = Self::MinGru { gate: Activation::Sigmoid, candidate: Activation::Linear };
    /// The minimal LSTM as published.
    pub const MIN_LSTM: Self = Self::MinLstm { gate: Activation::Sigmoid, candidate: Activation::Linear };

    /// The GRU with sigmoid and tanh.
    #[must_use]
    pub const fn gru(reset: ResetGate) -> Self {
        Self::Gru { reset, gate: Activation::Sigmoid, candidate: Activation::Tanh }
    }

    /// The name in files: `simple_rnn`, `gru`, `lstm`, `min_gru`, `min_lstm`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SimpleRnn { .. } => "simple_rnn",
            Self::Gru { .. } => "gru",
            Self::Lstm { .. } => "lstm",
            Self::MinGru { .. } => "min_gru",
            Self::MinLstm { .. } => "min_lstm",
            Self::Custom { .. } => "custom",
        }
    }

    /// Gates in the order of the weights, which is PyTorch's: GRU r z n, LSTM i f g o, minimal GRU z n, minimal LSTM
    /// f i n.
    #[must_use]
    pub const fn gates(self) -> usize {
        match self {
            Self::SimpleRnn { .. } => 1,
            Self::MinGru { .. } => 2,
            Self::Gru { .. } | Self::MinLstm { .. } => 3,
            Self::Lstm { .. } => 4,
            Self::Custom { gates, .. } => gates,
        }
    }

    /// f or the candidate's activation.
    #[must_use]
    pub const fn activation(self) -> Activation {
        match self {
            Self::SimpleRnn { activation } => activation,
            Self::Gru { candidate, .. }
            | Self::Lstm { candidate, .. }
            | Self::MinGru { candidate, .. }
            | Self::MinLstm { candidate, .. } => candidate,
            Self::Custom { .. } => Activation::Linear,
        }
    }

    /// The same with another f, or another t and u.
    #[must_use]
    pub const fn with_activation(self, activation: Activation) -> Self {
        match self {
            Self::SimpleRnn { .. } => Self::SimpleRnn { activation },
            Self::Gru { reset, gate, .. } => Self::Gru { reset, gate, candidate: activation },
            Self::Lstm { gate, peephole, coupled, projection, .. } => {
                Self::Lstm { gate, candidate: activation, output: activation, peephole, coupled, projection }
            }
            Self::MinGru { gate, .. } => Self::MinGru { gate, candidate: activation },
            Self::MinLstm { gate, .. } => Self::MinLstm { gate, candidate: activation },
            Self::Custom { .. } => self,
        }
    }

    /// s, of a cell with gates.
    #[must_use]
    pub const fn gate(self) -> Option<Activation> {
        match self {
            Self::SimpleRnn { .. } | Self::Custom { .. } => None,
            Self::Gru { gate, .. }
            | Self::Lstm { gate, .. }
            | Self::MinGru { gate, .. }
            | Self::MinLstm { gate, .. } => Some(gate),
        }
    }

    /// The same with another s; a cell without gates stays as it is.
    #[must_use]
    pub const fn with_gate(self, gate: Activation) -> Self {
        match self {
            Self::SimpleRnn { .. } | Self::Custom { .. } => self,
            Self::Gru { reset, candidate, .. } => Self::Gru { reset, gate, candidate },
            Self::Lstm { candidate, output, peephole, coupled, projection, .. } => {
                Self::Lstm { gate, candidate, output, peephole, coupled, projection }
            }
            Self::MinGru { candidate, .. } => Self::MinGru { gate, candidate },
            Self::MinLstm { candidate, .. } => Self::MinLstm { gate, candidate },
        }
    }

    /// Whether the gates depend on the state, so that there is a matrix W for it.
    #[must_use]
    pub const fn is_recurrent(self) -> bool {
        !matches!(self, Self::MinGru { .. } | Self::MinLstm { .. })
    }
}

/// How the outputs of the two directions become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Merge {
    /// Forward, then backward: twice as many outputs (PyTorch, Keras' default).
    Concat,
    /// Their sum.
    Sum,
    /// Their product (Keras `mul`).
    Product,
    /// Half their sum (Keras `ave`).
    Average,
}

/// In which direction a layer goes through a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the first step to the last.
    Forward,
    /// From the last step to the first, each output at its own step (ONNX `reverse`, half of PyTorch's bidirectional).
    Reverse,
    /// From the last step to the first, outputs in the order of computation (Keras `go_backwards=True`).
    GoBackwards,
    /// Both, with weights of their own, each output at its own step.
    Bidirectional(Merge),
}

/// A recurrent layer: a cell, its size, and what all cells have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recurrent {
    /// What one step computes.
    pub cell: CellKind,
    /// `n_h`.
    pub hidden_size: usize,
    /// Whether there are biases.
    pub bias: bool,
    /// The limit to which the gates' pre-activations are clamped on both sides (ONNX `clip`), peephole terms
    /// included. The input of an LSTM's output activation is not clamped, as in ONNX Runtime.
    pub clip: Option<f32>,
    /// How it goes through a sequence.
    pub direction: Direction,
    /// d: the cell reads the state as it was d steps ago. A network trained at one sample rate runs at d times that rate
    /// (`RTNeural`'s sample rate correction); with k = floor(d) and a = d - k the state read is
    /// `(1 - a) * s_(t-k) + a * s_(t-k-1)`. 1 is the ordinary recurrence.
    pub delay: f32,
}

impl Recurrent {
    /// `hidden_size` units with biases, forward, nothing clamped or delayed.
    #[must_use]
    pub const fn new(cell: CellKind, hidden_size: usize) -> Self {
        Self { cell, hidden_size, bias: true, clip: None, direction: Direction::Forward, delay: 1.0 }
    }

    /// Values of h: `n_h`, or the projection.
    #[must_use]
    pub const fn state_size(&self) -> usize {
        match self.cell {
            CellKind::Lstm { projection: Some(size), .. } => size,
            _ => self.hidden_size,
        }
    }

    /// Values of c: `n_h` of an LSTM or of a cell of the user's own that has one, else 0.
    #[must_use]
    pub const fn memory_size(&self) -> usize {
        match self.cell {
            CellKind::Lstm { .. } | CellKind::Custom { memory: true, .. } => self.hidden_size,
            _ => 0,
        }
    }

    /// Past states kept: the delay rounded up.
    #[must_use]
    pub const fn past_states(&self) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a checked delay is small"
        )]
        let whole = self.delay as usize;
        #[expect(clippy::cast_precision_loss, reason = "a checked delay is small")]
        let is_whole = self.delay <= whole as f32;
        if is_whole { whole } else { whole + 1 }
    }

    /// State of one direction: the past states, newest first, h then c each.
    #[must_use]
    pub const fn stream_state_len(&self) -> usize {
        self.past_states().saturating_mul(self.state_size().saturating_add(self.memory_size()))
    }

    /// Directions with weights of their own.
    #[must_use]
    pub const fn directions(&self) -> usize {
        match self.direction {
            Direction::Bidirectional(_) => 2,
            _ => 1,
        }
    }

    /// Whether the products of the last gate stay apart, each with a bias of its own.
    #[must_use]
    pub const fn is_apart(&self) -> bool {
        matches!(self.cell, CellKind::Gru { reset: ResetGate::AfterProduct, .. })
    }

    /// Whether an LSTM's gates see c.
    #[must_use]
    pub const fn has_peephole(&self) -> bool {
        matches!(self.cell, CellKind::Lstm { peephole: true, .. })
    }

    /// The projection's size, if there is one.
    #[must_use]
    pub const fn projection(&self) -> Option<usize> {
        match self.cell {
            CellKind::Lstm { projection, .. } => projection,
            _ => None,
        }
    }

    /// Trainable values of one direction: two biases only where the cell keeps them apart.
    #[must_use]
    pub const fn parameters(&self, input_size: usize) -> usize {
        let (n, gates) = (self.hidden_size, self.cell.gates());
        let state = if self.cell.is_recurrent() { self.state_size() } else { 0 };
        let mut sum = gates * n * (input_size + state + self.bias as usize);
        if self.bias && self.is_apart() {
            sum += n;
        }
        if self.has_peephole() {
            sum += 3 * n;
        }
        if let Some(size) = self.projection() {
            sum += size * n;
        }
        sum
    }
}
