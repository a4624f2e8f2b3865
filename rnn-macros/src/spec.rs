//! A network as described: names, kinds, sizes and options, all checked, no tokens.

use rnn_format::{Activation, LayerKind, LayerSpec, Spec};

/// The network a struct describes.
pub(crate) struct Network {
    /// `n_i`.
    pub(crate) input_size: usize,
    /// Never empty.
    pub(crate) layers: Vec<Layer>,
}

/// One field.
pub(crate) struct Layer {
    pub(crate) name: String,
    pub(crate) cell: Cell,
    /// `n_h` of a recurrent layer, `n_o` of a dense one.
    pub(crate) size: usize,
    pub(crate) activation: Activation,
    pub(crate) bias: bool,
}

/// The kinds of layer the attribute knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    SimpleRnn,
    Dense,
}

impl Cell {
    pub(crate) const ALL: [Self; 2] = [Self::SimpleRnn, Self::Dense];

    /// The marker type a user writes, and the variant of [`LayerKind`].
    pub(crate) const fn marker(self) -> &'static str {
        match self {
            Self::SimpleRnn => "SimpleRnn",
            Self::Dense => "Dense",
        }
    }

    /// Core's layer with its sizes.
    pub(crate) const fn layer(self) -> &'static str {
        match self {
            Self::SimpleRnn => "SimpleRnnLayer",
            Self::Dense => "DenseLayer",
        }
    }

    /// What the marker's parameter is called.
    pub(crate) const fn size_name(self) -> &'static str {
        match self {
            Self::SimpleRnn => "hidden_size",
            Self::Dense => "output_size",
        }
    }

    /// The tutorial's letter for it.
    pub(crate) const fn size_letter(self) -> &'static str {
        match self {
            Self::SimpleRnn => "n_h",
            Self::Dense => "n_o",
        }
    }

    /// A size to show in messages.
    pub(crate) const fn usual_size(self) -> usize {
        match self {
            Self::SimpleRnn => 32,
            Self::Dense => 1,
        }
    }

    pub(crate) const fn default_activation(self) -> Activation {
        match self {
            Self::SimpleRnn => Activation::Tanh,
            Self::Dense => Activation::Linear,
        }
    }
}

impl Layer {
    /// The same in the words of the file format.
    pub(crate) fn kind(&self) -> LayerKind {
        let kind = match self.cell {
            Cell::SimpleRnn => LayerKind::simple_rnn(self.size),
            Cell::Dense => LayerKind::dense(self.size),
        };
        kind.with_activation(self.activation).with_bias(self.bias)
    }
}

impl Network {
    /// Lends the description to the functions that compute sizes.
    pub(crate) fn with_spec<R>(&self, f: impl FnOnce(Spec<'_>) -> R) -> R {
        let layers: Vec<_> =
            self.layers.iter().map(|layer| LayerSpec { name: &layer.name, kind: layer.kind() }).collect();
        f(Spec { input_size: self.input_size, layers: &layers })
    }
}
