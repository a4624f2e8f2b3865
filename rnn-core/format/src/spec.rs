//! What a network is made of, and the lengths that follow from it.
//!
//! A [`Spec`] only borrows, so that a macro-made network has it as a constant and needs no heap. The lengths of its
//! buffers are in `lengths.rs`, those of its packed weights here and in `kind/block.rs`; all count floats.

use crate::activation::Activation;
use crate::error::SpecError;
use crate::kind::{CellKind, LayerKind, Recurrent, fits};
use crate::lengths::MOST_FLOATS;

/// The largest input, hidden or output size: anything above is taken for a mistake.
pub const MAX_SIZE: usize = 65_536;

/// The most gates of a cell.
pub const MAX_GATES: usize = 8;

/// The longest delay of a recurrence, in steps.
pub const MAX_DELAY: f32 = 1024.0;

/// A network: its input size and its layers, first to last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spec<'a> {
    /// `n_i`: values the first layer takes at each step.
    pub input_size: usize,
    /// The layers, each fed by the one before.
    pub layers: &'a [LayerSpec<'a>],
}

/// A layer and its name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerSpec<'a> {
    /// The name, an identifier: the field of the struct, and the first part of its tensors' names.
    pub name: &'a str,
    /// The kind, with its sizes and options.
    pub kind: LayerKind,
}

impl Spec<'_> {
    /// `n_o`: values the last layer gives, or the input size of a network without layers.
    #[must_use]
    pub const fn output_size(&self) -> usize {
        self.input_size_of(self.layers.len())
    }

    /// Values layer `index` takes at each step.
    #[must_use]
    pub const fn input_size_of(&self, index: usize) -> usize {
        if index == 0 { self.input_size } else { self.layers[index - 1].kind.output_size() }
    }

    /// Floats of the packed weights of layers before `index`: where the block of layer `index` starts.
    #[must_use]
    pub const fn packed_offset(&self, index: usize) -> usize {
        fits(self.checked_packed_offset(index))
    }

    const fn checked_packed_offset(&self, index: usize) -> Option<usize> {
        let (mut sum, mut i) = (0usize, 0);
        while i < index {
            let Some(len) = self.layers[i].kind.checked_packed_len(self.input_size_of(i)) else {
                return None;
            };
            match sum.checked_add(len) {
                Some(next) => sum = next,
                None => return None,
            }
            i += 1;
        }
        Some(sum)
    }

    /// Whether each output depends on this and earlier steps alone, so that the network can be stepped.
    #[must_use]
    pub const fn is_causal(&self) -> bool {
        let mut i = 0;
        while i < self.layers.len() {
            if !self.layers[i].kind.is_causal() {
                return false;
            }
            i += 1;
        }
        true
    }

    /// Floats of all packed weights; `None` past the end of `usize`.
    #[must_use]
    pub const fn checked_packed_len(&self) -> Option<usize> {
        self.checked_packed_offset(self.layers.len())
    }

    /// Floats of all packed weights.
    ///
    /// # Panics
    /// If it exceeds `usize`, which [`check`](Self::check) rules out.
    #[must_use]
    pub const fn packed_len(&self) -> usize {
        fits(self.checked_packed_len())
    }

    /// Trainable values of all layers. A checked network's count fits `usize`.
    #[must_use]
    pub const fn parameters(&self) -> usize {
        let (mut sum, mut i) = (0, 0);
        while i < self.layers.len() {
            sum += self.layers[i].kind.parameters(self.input_size_of(i));
            i += 1;
        }
        sum
    }

    /// Whether a network can be built: at least one layer, every size in `1..=`[`MAX_SIZE`], options in their ranges,
    /// names that are identifiers and differ, and weights and a stream buffer that fit the address space. The other functions expect this.
    ///
    /// # Errors
    /// The first mistake, in the order of the layers.
    pub const fn check(&self) -> Result<(), SpecError> {
        if !is_size(self.input_size) {
            return Err(SpecError::InputSize { found: self.input_size });
        }
        if self.layers.is_empty() {
            return Err(SpecError::NoLayers);
        }
        let mut i = 0;
        while i < self.layers.len() {
            let LayerSpec { name, kind } = self.layers[i];
            if let Err(error) = check_kind(i, kind) {
                return Err(error);
            }
            if !is_name(name) {
                return Err(SpecError::LayerName { layer: i });
            }
            let mut j = 0;
            while j < i {
                if same(self.layers[j].name, name) {
                    return Err(SpecError::DuplicateName { first: j, second: i });
                }
                j += 1;
            }
            i += 1;
        }
        match self.checked_packed_len() {
            Some(len) if len <= MOST_FLOATS && self.state_len() <= MOST_FLOATS => Ok(()),
            _ => Err(SpecError::TooLarge),
        }
    }
}

/// Sizes and options of layer `layer`.
const fn check_kind(layer: usize, kind: LayerKind) -> Result<(), SpecError> {
    if !is_size(kind.size()) {
        return Err(SpecError::LayerSize { layer, kind, found: kind.size() });
    }
    let LayerKind::Recurrent(Recurrent { cell, clip, delay, .. }) = kind else {
        return check_activation(layer, kind, kind.activation());
    };
    if let Err(error) = check_activation(layer, kind, cell.activation()) {
        return Err(error);
    }
    if let Some(gate) = cell.gate()
        && let Err(error) = check_activation(layer, kind, gate)
    {
        return Err(error);
    }
    if let CellKind::Lstm { output, .. } = cell
        && let Err(error) = check_activation(layer, kind, output)
    {
        return Err(error);
    }
    if let CellKind::Custom { gates, .. } = cell
        && !(1 <= gates && gates <= MAX_GATES)
    {
        return Err(SpecError::Gates { layer, found: gates });
    }
    if let CellKind::Lstm { projection: Some(found), .. } = cell
        && !is_size(found)
    {
        return Err(SpecError::Projection { layer, found });
    }
    if let Some(clip) = clip
        && !(clip > 0.0 && clip < f32::INFINITY)
    {
        return Err(SpecError::Clip { layer, found: clip });
    }
    if !(delay >= 1.0 && delay <= MAX_DELAY) {
        return Err(SpecError::Delay { layer, found: delay });
    }
    Ok(())
}

/// One of the activations of layer `layer`.
const fn check_activation(layer: usize, kind: LayerKind, found: Activation) -> Result<(), SpecError> {
    if !found.is_finite() {
        return Err(SpecError::ActivationParameter { layer, found });
    }
    if !found.is_elementwise() && matches!(kind, LayerKind::Recurrent(_)) {
        return Err(SpecError::Softmax { layer, kind });
    }
    Ok(())
}

const fn is_size(size: usize) -> bool {
    1 <= size && size <= MAX_SIZE
}

/// ASCII letters, digits and `_`, or anything beyond ASCII; not empty, no digit first. Dots, slashes and blanks would
/// break tensor names and the architecture's text.
const fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        let b = bytes[i];
        if !(b.is_ascii_alphabetic() || b == b'_' || !b.is_ascii() || (i > 0 && b.is_ascii_digit())) {
            return false;
        }
        i += 1;
    }
    !bytes.is_empty()
}

/// `a == b`, as constants may compute it.
const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
#[path = "spec_tests.rs"]
mod tests;
