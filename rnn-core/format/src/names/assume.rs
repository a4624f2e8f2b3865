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
        }
    }

    /// f of simple RNN layers, such as relu of `nn.RNN(nonlinearity="relu")`.
    pub const fn state_activation(mut self, activation: Activation) -> Self {
        self.state = activation;
        self
    }

    /// f of dense layers that others follow. In PyTorch it is a module without tensors: there is no default.
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

    /// The order of the layers by their names in the file, such as `rnn`, `fc1`, `fc2`; a stack is one name.
    pub fn order<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.order = names.into_iter().map(Into::into).collect();
        self
    }
}
