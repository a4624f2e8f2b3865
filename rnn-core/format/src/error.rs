//! What can be wrong with a network's description or with its weights.

use core::error::Error;
use core::fmt;

use crate::activation::Activation;
use crate::kind::LayerKind;
use crate::spec::{MAX_DELAY, MAX_GATES, MAX_SIZE};

/// Why a network cannot be built. Layers are counted from 0.
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq)]
pub enum SpecError {
    /// The input size is 0 or above [`MAX_SIZE`].
    InputSize {
        /// The size given.
        found: usize,
    },
    /// A layer's size is 0 or above [`MAX_SIZE`].
    LayerSize {
        /// Which layer.
        layer: usize,
        /// Its kind.
        kind: LayerKind,
        /// The size given.
        found: usize,
    },
    /// The size of an LSTM's projection is 0 or above [`MAX_SIZE`].
    Projection {
        /// Which layer.
        layer: usize,
        /// The size given.
        found: usize,
    },
    /// A cell of the user's own has no gate or more than [`MAX_GATES`].
    Gates {
        /// Which layer.
        layer: usize,
        /// The number given.
        found: usize,
    },
    /// A network of layers known by name was to have a cell of the user's own.
    Custom {
        /// Which layer.
        layer: usize,
    },
    /// The limit of pre-activations is not a positive number.
    Clip {
        /// Which layer.
        layer: usize,
        /// The limit given.
        found: f32,
    },
    /// The delay of the recurrence is not a number from 1 to [`MAX_DELAY`].
    Delay {
        /// Which layer.
        layer: usize,
        /// The delay given.
        found: f32,
    },
    /// A parameter of an activation is infinite or a NaN.
    ActivationParameter {
        /// Which layer.
        layer: usize,
        /// The activation given.
        found: Activation,
    },
    /// A recurrent layer has a softmax, which only a dense layer can have.
    Softmax {
        /// Which layer.
        layer: usize,
        /// Its kind.
        kind: LayerKind,
    },
    /// There is no layer.
    NoLayers,
    /// A layer's name is not an identifier.
    LayerName {
        /// Which layer.
        layer: usize,
    },
    /// Two layers have the same name.
    DuplicateName {
        /// The first of them.
        first: usize,
        /// The second.
        second: usize,
    },
    /// Each size is fine, but all weights together exceed the address space.
    TooLarge,
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::InputSize { found } => {
                write!(f, "input_size n_i is {found}, but it must be 1 to {MAX_SIZE}")
            }
            Self::LayerSize { layer, kind, found } => {
                let size = match kind {
                    LayerKind::Recurrent(_) => "hidden_size n_h",
                    LayerKind::Dense { .. } => "output_size n_o",
                };
                write!(
                    f,
                    "layer {layer} ({}) has {size}={found}, but it must be 1 to {MAX_SIZE}",
                    kind.name()
                )
            }
            Self::Projection { layer, found } => {
                write!(f, "layer {layer} has a projection of {found}, but it must be 1 to {MAX_SIZE}")
            }
            Self::Gates { layer, found } => {
                write!(f, "layer {layer} has {found} gates, but a cell has 1 to {MAX_GATES}")
            }
            Self::Custom { layer } => {
                write!(
                    f,
                    "layer {layer} is a cell of your own, which only a `CustomNetwork` of its type can run"
                )
            }
            Self::Clip { layer, found } => {
                write!(f, "layer {layer} clips at {found}, but the limit must be a positive number")
            }
            Self::Delay { layer, found } => {
                write!(f, "layer {layer} has a delay of {found} steps, but it must be 1 to {MAX_DELAY}")
            }
            Self::ActivationParameter { layer, found } => {
                write!(
                    f,
                    "layer {layer} has the activation {found}, but its parameters must be finite numbers"
                )
            }
            Self::Softmax { layer, kind } => write!(
                f,
                "layer {layer} ({}) has a softmax, but only a dense layer can have it: it is over all outputs of a step",
                kind.name()
            ),
            Self::NoLayers => write!(f, "the network has no layer"),
            Self::LayerName { layer } => write!(
                f,
                "the name of layer {layer} is not an identifier: letters, digits and `_`, not empty, no digit first"
            ),
            Self::DuplicateName { first, second } => {
                write!(f, "layers {first} and {second} have the same name")
            }
            Self::TooLarge => write!(f, "the weights of all layers together exceed the address space"),
        }
    }
}

/// The words of [`fmt::Display`]: `main` prints an error so that returns it.
impl fmt::Debug for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for SpecError {}
