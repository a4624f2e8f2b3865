//! What weights do not tell of a network, said by the user.

use alloc::string::String;
use alloc::vec::Vec;

use crate::activation::Activation;
use crate::kind::{Merge, ResetGate};

/// What an inferred network is to be taken for where its tensors do not tell.
///
/// A file of weights has no activations, no directions but of the second half of a bidirectional layer, and no order of
/// layers of different names. Each is either said here or, where more than one network is left, an error.
#[derive(Clone, Debug)]
#[must_use]
pub struct Assume {
    pub(super) state: Activation,
    pub(super) hidden: Option<Activation>,
    pub(super) last: Activation,
    pub(super) reset: Option<ResetGate>,
    pub(super) merge: Option<Merge>,
    pub(super) dense_last: bool,
    pub(super) order: Vec<String>,
    pub(super) stacked: bool,
    pub(super) ignore_names: bool,
}

impl Assume {
    /// What PyTorch's and Keras' layers are unless told otherwise: tanh states and candidates, sigmoid gates, layers that
    /// run forward, two directions concatenated where their sizes allow it, and a linear dense layer at the end.
    pub const fn framework_defaults() -> Self {
        Self {
            state: Activation::Tanh,
            hidden: None,
            last: Activation::Linear,
            reset: None,
            merge: None,
            dense_last: false,
            order: Vec::new(),
            stacked: false,
            ignore_names: false,
        }
    }

    /// f of simple RNN layers, such as relu of `nn.RNN(nonlinearity="relu")`.
    pub const fn state_activation(mut self, activation: Activation) -> Self {
        self.state = activation;
        self
    }

    /// f of dense layers that others follow, such as `Activation::Relu`. In PyTorch it is a module without tensors: there is no
    /// default.
    pub const fn hidden_dense(mut self, activation: Activation) -> Self {
        self.hidden = Some(activation);
        self
    }

    /// f of a dense layer at the end.
    pub const fn last_dense(mut self, activation: Activation) -> Self {
        self.last = activation;
        self
    }

    /// The form of Keras' GRUs without biases; the others' biases tell.
    pub const fn reset(mut self, reset: ResetGate) -> Self {
        self.reset = Some(reset);
        self
    }

    /// How the directions of Keras' bidirectional layers become one; PyTorch's are always concatenated.
    pub const fn merge(mut self, merge: Merge) -> Self {
        self.merge = Some(merge);
        self
    }

    /// Dense layers come after all recurrent ones.
    pub const fn dense_last(mut self) -> Self {
        self.dense_last = true;
        self
    }

    /// Recurrent modules of different names, such as `first` and `second`, follow one another, each taking what the one before
    /// gives. Without this they are refused, because they may be an encoder and a decoder, and no file of weights tells what
    /// stands between those. Levels of one module and names that differ by a number alone are a stack anyway.
    pub const fn stacked(mut self) -> Self {
        self.stacked = true;
        self
    }

    /// Leaves aside what names say of their tensors. Without this a tensor is refused whose name says something else than its
    /// shape: `embedding.weight` is no dense layer, and `gru.weight_ih_l0` of four gates no GRU.
    pub const fn ignore_names(mut self) -> Self {
        self.ignore_names = true;
        self
    }

    /// The order of the layers by their names in the file, such as `rnn`, `fc1`, `fc2`; a stack is one name.
    pub fn order<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.order = names.into_iter().map(Into::into).collect();
        self
    }
}
