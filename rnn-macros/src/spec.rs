//! A network as described: names, kinds, sizes and options, all checked, no tokens.

use rnn_format::{CellKind, Direction, LayerKind, LayerSpec, Recurrent, ResetGate, Spec};

/// The network a struct describes.
pub(crate) struct Network {
    /// `n_i`.
    pub(crate) input_size: usize,
    /// Never empty.
    pub(crate) layers: Vec<Layer>,
}

/// One field.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) name: String,
    pub(crate) cell: Cell,
    /// The size and every option, in the words of the file format.
    pub(crate) kind: LayerKind,
}

/// The kinds of layer the attribute knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    SimpleRnn,
    Gru,
    Lstm,
    MinGru,
    MinLstm,
    Dense,
}

impl Cell {
    pub(crate) const ALL: [Self; 6] =
        [Self::SimpleRnn, Self::Gru, Self::Lstm, Self::MinGru, Self::MinLstm, Self::Dense];

    /// The marker type a user writes.
    pub(crate) const fn marker(self) -> &'static str {
        match self {
            Self::SimpleRnn => "SimpleRnn",
            Self::Gru => "Gru",
            Self::Lstm => "Lstm",
            Self::MinGru => "MinGru",
            Self::MinLstm => "MinLstm",
            Self::Dense => "Dense",
        }
    }

    /// What the marker's parameter is called.
    pub(crate) const fn size_name(self) -> &'static str {
        match self {
            Self::Dense => "output_size",
            _ => "hidden_size",
        }
    }

    /// The tutorial's letter for it.
    pub(crate) const fn size_letter(self) -> &'static str {
        match self {
            Self::Dense => "n_o",
            _ => "n_h",
        }
    }

    /// A size to show in messages.
    pub(crate) const fn usual_size(self) -> usize {
        match self {
            Self::Dense => 1,
            _ => 32,
        }
    }

    /// A layer of that size with every default. Of a GRU's `reset`, which has none, what PyTorch and Keras have.
    pub(crate) const fn of_size(self, size: usize) -> LayerKind {
        match self {
            Self::SimpleRnn => LayerKind::simple_rnn(size),
            Self::Gru => LayerKind::gru(size, ResetGate::AfterProduct),
            Self::Lstm => LayerKind::lstm(size),
            Self::MinGru => LayerKind::min_gru(size),
            Self::MinLstm => LayerKind::min_lstm(size),
            Self::Dense => LayerKind::dense(size),
        }
    }

    /// The letters of the gates, in the order of the weights; none of a layer that has but one of each matrix.
    pub(crate) const fn gates(self) -> &'static [&'static str] {
        match self {
            Self::SimpleRnn | Self::Dense => &[],
            Self::Gru => &["r", "z", "n"],
            Self::Lstm => &["i", "f", "g", "o"],
            Self::MinGru => &["z", "n"],
            Self::MinLstm => &["f", "i", "n"],
        }
    }
}

impl Layer {
    /// A layer of a file; nothing of a cell of somebody's own.
    pub(crate) fn of_kind(name: &str, kind: LayerKind) -> Option<Self> {
        let cell = match kind.recurrent().map(|recurrent| recurrent.cell) {
            None => Cell::Dense,
            Some(CellKind::SimpleRnn { .. }) => Cell::SimpleRnn,
            Some(CellKind::Gru { .. }) => Cell::Gru,
            Some(CellKind::Lstm { .. }) => Cell::Lstm,
            Some(CellKind::MinGru { .. }) => Cell::MinGru,
            Some(CellKind::MinLstm { .. }) => Cell::MinLstm,
            Some(_) => return None,
        };
        Some(Self { name: name.to_owned(), cell, kind })
    }

    /// A layer with every default, nameless.
    pub(crate) const fn of(cell: Cell) -> Self {
        Self { name: String::new(), cell, kind: cell.of_size(cell.usual_size()) }
    }

    /// When a GRU applies its reset gate.
    pub(crate) const fn reset(&self) -> Option<ResetGate> {
        match self.kind {
            LayerKind::Recurrent(Recurrent { cell: CellKind::Gru { reset, .. }, .. }) => Some(reset),
            _ => None,
        }
    }

    /// How a recurrent layer goes through a sequence; a dense layer goes forward.
    pub(crate) const fn direction(&self) -> Direction {
        match self.kind {
            LayerKind::Recurrent(Recurrent { direction, .. }) => direction,
            _ => Direction::Forward,
        }
    }
}

impl Network {
    /// Lends the description to the functions that compute sizes.
    pub(crate) fn with_spec<R>(&self, f: impl FnOnce(Spec<'_>) -> R) -> R {
        let layers: Vec<_> =
            self.layers.iter().map(|layer| LayerSpec { name: &layer.name, kind: layer.kind }).collect();
        f(Spec { input_size: self.input_size, layers: &layers })
    }
}
