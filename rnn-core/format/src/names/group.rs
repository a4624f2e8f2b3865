//! The tensors of one layer in a file, and what its names are made from.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::layout::Layout;
use super::{Found, Framework, Listing, Part, parts};
use crate::kind::LayerKind;
use crate::tensor::Tensor;

/// How the tensors of a layer are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaves {
    /// As ours.
    PyTorch,
    /// `kernel`, `recurrent_kernel`, `bias`.
    Keras,
    /// 0, 1, 2, in the same order.
    KerasVars,
}

/// What the tensors' names of one direction are made from.
#[derive(Clone, Debug)]
pub(super) struct Stem {
    pub(super) before: String,
    pub(super) after: String,
    pub(super) leaves: Leaves,
}

impl Stem {
    /// The file's name of a tensor, if there is one.
    pub(super) fn name(&self, kind: LayerKind, tensor: Tensor) -> Option<String> {
        let is_apart = kind.recurrent().is_some_and(|r| r.is_apart());
        let leaf = match (self.leaves, tensor) {
            (Leaves::PyTorch, Tensor::Peephole) => return None,
            (Leaves::PyTorch, tensor) => tensor.name(),
            // One bias, or one tensor for both.
            (_, Tensor::BiasHh) if !is_apart => return None,
            (_, Tensor::WeightHr | Tensor::Peephole) => return None,
            (Leaves::Keras, Tensor::WeightIh | Tensor::Weight) => "kernel",
            (Leaves::Keras, Tensor::WeightHh) => "recurrent_kernel",
            (Leaves::Keras, _) => "bias",
            (Leaves::KerasVars, Tensor::WeightIh | Tensor::Weight) => "0",
            (Leaves::KerasVars, Tensor::WeightHh | Tensor::Bias) => "1",
            (Leaves::KerasVars, _) => "2",
        };
        Some(format!("{}{leaf}{}", self.before, self.after))
    }
}

/// The tensors of one layer in a file.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The layer's name in the file: `simple_rnn_1`, `encoder.rnn`.
    pub(super) layer: String,
    /// The cell's name where a layer has several.
    pub(super) sub: String,
    /// Which layer of a stack that has one name; `None` if the ending says something else.
    pub(super) level: Option<usize>,
    /// What a message calls it.
    pub(super) shown: String,
    /// Or dense.
    pub(super) recurrent: bool,
    /// One of each direction.
    pub(super) stems: Vec<Stem>,
    /// Whether its name is the layer's own.
    pub(super) named: bool,
    /// Rows and columns, as ours lie, of the matrix that meets the input; `None` if it is none.
    pub(super) input: Option<(usize, usize)>,
    /// Of the one that meets the state.
    pub(super) hidden: Option<(usize, usize)>,
    /// Of the projection.
    pub(super) projection: Option<(usize, usize)>,
}

/// What layers are ordered by: the names without their numbers, and the numbers.
pub(super) type Place<'g> = ((&'g str, &'g str), Option<(usize, usize)>);

impl Group {
    /// What it is ordered by.
    pub(super) fn place(&self) -> Place<'_> {
        let (base, number) = split_number(&self.layer);
        ((base, &self.sub), number.zip(self.level))
    }

    /// What the layers of one stack have in common; none of a layer that can be in no stack.
    pub(super) fn stack(&self) -> Option<(&str, &str)> {
        (self.recurrent && (!self.is_keras() || !self.sub.is_empty())).then_some((&self.layer, &self.sub))
    }

    /// Whether its names are Keras'.
    pub(super) fn is_keras(&self) -> bool {
        self.stems[0].leaves != Leaves::PyTorch
    }

    /// The file's names of the tensors of a layer of this kind. Frameworks keep every bias or none.
    pub(super) fn found(&self, framework: Framework, kind: LayerKind) -> Vec<Found> {
        let layout = match framework {
            Framework::Keras => Layout::Keras,
            Framework::PyTorch => Layout::Ours,
        };
        let find = |Part { direction, tensor, .. }| {
            let name = self.stems.get(direction)?.name(kind, tensor)?;
            Some(Found { tensor, direction, name, layout, optional: false })
        };
        parts(kind).filter_map(find).collect()
    }
}

/// A name without its number, and the number, 0 if there is none.
pub(super) fn split_number(name: &str) -> (&str, Option<usize>) {
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &name[base.len()..];
    (base.trim_end_matches('_'), if digits.is_empty() { Some(0) } else { digits.parse().ok() })
}

/// The layers of a file, recurrent and dense, in the order of their names.
pub(super) struct Scan<'n> {
    pub(super) framework: Framework,
    pub(super) listing: &'n Listing,
    pub(super) groups: Vec<Group>,
}
