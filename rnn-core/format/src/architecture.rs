//! What a network is made of, owning its names: the twin of [`Spec`] for networks known at run time.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::kind::LayerKind;
use crate::spec::{LayerSpec, Spec};

/// A network: its input size and its layers, first to last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Architecture {
    /// `n_i`.
    pub input_size: usize,
    /// The layers, each fed by the one before.
    pub layers: Vec<Layer>,
}

/// A layer and its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// An identifier: the first part of its tensors' names.
    pub name: String,
    /// The kind, with its sizes and options.
    pub kind: LayerKind,
}

impl Architecture {
    /// Calls `f` with the borrowed form.
    pub fn with_spec<R>(&self, f: impl FnOnce(&Spec<'_>) -> R) -> R {
        let layers: Vec<LayerSpec<'_>> =
            self.layers.iter().map(|layer| LayerSpec { name: &layer.name, kind: layer.kind }).collect();
        f(&Spec { input_size: self.input_size, layers: &layers })
    }
}

impl From<&Spec<'_>> for Architecture {
    fn from(spec: &Spec<'_>) -> Self {
        let layers = spec.layers.iter().map(|l| Layer { name: l.name.to_string(), kind: l.kind }).collect();
        Self { input_size: spec.input_size, layers }
    }
}
