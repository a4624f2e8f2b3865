//! What a network is made of, and the lengths that follow from it.
//!
//! A [`Spec`] only borrows, so that a macro-made network has it as a constant and needs no heap. All lengths count
//! floats. They are `const fn`s, computed once here and used by the macro, the loaders and the kernels alike.

use crate::activation::Activation;
use crate::error::SpecError;
use crate::panel::{Panels, checked_round_to_line};

/// The largest input, hidden or output size: anything above is taken for a mistake.
pub const MAX_SIZE: usize = 65_536;

/// A network: its input size and its layers, first to last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec<'a> {
    /// `n_i`: values the first layer takes at each step.
    pub input_size: usize,
    /// The layers, each fed by the one before.
    pub layers: &'a [LayerSpec<'a>],
}

/// A layer and its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerSpec<'a> {
    /// The name, an identifier: the field of the struct, and the first part of its tensors' names.
    pub name: &'a str,
    /// The kind, with its sizes and options.
    pub kind: LayerKind,
}

/// The kind of a layer, with its sizes and options.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LayerKind {
    /// `h_t = f(U x_t + W h_(t-1) + b)`, Elman's recurrence.
    SimpleRnn {
        /// `n_h`.
        hidden_size: usize,
        /// f.
        activation: Activation,
        /// Whether there is a b.
        bias: bool,
    },
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
    /// `hidden_size` units with tanh and a bias.
    #[must_use]
    pub const fn simple_rnn(hidden_size: usize) -> Self {
        Self::SimpleRnn { hidden_size, activation: Activation::Tanh, bias: true }
    }

    /// `output_size` outputs, linear, with a bias.
    #[must_use]
    pub const fn dense(output_size: usize) -> Self {
        Self::Dense { output_size, activation: Activation::Linear, bias: true }
    }

    /// The same with another f.
    #[must_use]
    pub const fn with_activation(self, activation: Activation) -> Self {
        match self {
            Self::SimpleRnn { hidden_size, bias, .. } => Self::SimpleRnn { hidden_size, activation, bias },
            Self::Dense { output_size, bias, .. } => Self::Dense { output_size, activation, bias },
        }
    }

    /// The same with or without a bias.
    #[must_use]
    pub const fn with_bias(self, bias: bool) -> Self {
        match self {
            Self::SimpleRnn { hidden_size, activation, .. } => {
                Self::SimpleRnn { hidden_size, activation, bias }
            }
            Self::Dense { output_size, activation, .. } => Self::Dense { output_size, activation, bias },
        }
    }

    /// The name of the kind in files: `simple_rnn`, `dense`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SimpleRnn { .. } => "simple_rnn",
            Self::Dense { .. } => "dense",
        }
    }

    /// Values the layer gives at each step: `n_h` or `n_o`.
    #[must_use]
    pub const fn output_size(self) -> usize {
        match self {
            Self::SimpleRnn { hidden_size, .. } => hidden_size,
            Self::Dense { output_size, .. } => output_size,
        }
    }

    /// f.
    #[must_use]
    pub const fn activation(self) -> Activation {
        match self {
            Self::SimpleRnn { activation, .. } | Self::Dense { activation, .. } => activation,
        }
    }

    /// Whether the layer has a bias. Without one its packed bias row is zero.
    #[must_use]
    pub const fn bias(self) -> bool {
        match self {
            Self::SimpleRnn { bias, .. } | Self::Dense { bias, .. } => bias,
        }
    }

    /// Values carried from step to step: `n_h` of a recurrent layer, 0 of a dense one.
    #[must_use]
    pub const fn state_len(self) -> usize {
        match self {
            Self::SimpleRnn { hidden_size, .. } => hidden_size,
            Self::Dense { .. } => 0,
        }
    }

    /// Working space of one step: `n_h` in whole cache lines for a recurrent layer, 0 for a dense one.
    #[must_use]
    pub const fn scratch_len(self) -> usize {
        match self {
            Self::SimpleRnn { hidden_size, .. } => fits(checked_round_to_line(hidden_size)),
            Self::Dense { .. } => 0,
        }
    }

    /// The packed matrix that meets the layer's input: row 0 the bias, then `input_size` rows of weights.
    #[must_use]
    pub const fn input_panels(self, input_size: usize) -> Panels {
        Panels { units: self.output_size(), gates: 1, depth: input_size.saturating_add(1) }
    }

    /// The packed matrix that meets the state, without a bias row; `None` for a dense layer.
    #[must_use]
    pub const fn recurrent_panels(self) -> Option<Panels> {
        match self {
            Self::SimpleRnn { hidden_size, .. } => {
                Some(Panels { units: hidden_size, gates: 1, depth: hidden_size })
            }
            Self::Dense { .. } => None,
        }
    }

    /// Where [`recurrent_panels`](Self::recurrent_panels) start in the layer's packed block: right behind the input
    /// panels, at a cache line.
    #[must_use]
    pub const fn recurrent_offset(self, input_size: usize) -> usize {
        fits(self.checked_recurrent_offset(input_size))
    }

    const fn checked_recurrent_offset(self, input_size: usize) -> Option<usize> {
        match self.input_panels(input_size).checked_len() {
            Some(len) => checked_round_to_line(len),
            None => None,
        }
    }

    /// Floats of the layer's packed block, in whole cache lines; `None` past the end of `usize`.
    #[must_use]
    pub const fn checked_packed_len(self, input_size: usize) -> Option<usize> {
        let Some(start) = self.checked_recurrent_offset(input_size) else { return None };
        let Some(panels) = self.recurrent_panels() else { return Some(start) };
        match panels.checked_len() {
            Some(len) => match start.checked_add(len) {
                Some(end) => checked_round_to_line(end),
                None => None,
            },
            None => None,
        }
    }

    /// Floats of the layer's packed block, in whole cache lines.
    ///
    /// # Panics
    /// If it exceeds `usize`, which [`Spec::check`] rules out.
    #[must_use]
    pub const fn packed_len(self, input_size: usize) -> usize {
        fits(self.checked_packed_len(input_size))
    }

    /// Trainable values: weights and, if it has one, the bias. A checked network's count fits `usize`.
    #[must_use]
    pub const fn parameters(self, input_size: usize) -> usize {
        let terms = input_size + self.state_len() + self.bias() as usize;
        self.output_size() * terms
    }
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

    /// Floats of a snapshot: the states of all layers in order, unpadded.
    #[must_use]
    pub const fn snapshot_len(&self) -> usize {
        let (mut sum, mut i) = (0, 0);
        while i < self.layers.len() {
            sum += self.layers[i].kind.state_len();
            i += 1;
        }
        sum
    }

    /// Floats of a state buffer: the snapshot, the outputs of all layers but the last, and the largest scratch, each
    /// in whole cache lines.
    #[must_use]
    pub const fn state_len(&self) -> usize {
        let mut sum = fits(checked_round_to_line(self.snapshot_len()));
        let (mut scratch, mut i) = (0, 0);
        while i < self.layers.len() {
            let kind = self.layers[i].kind;
            if i + 1 < self.layers.len() {
                sum += fits(checked_round_to_line(kind.output_size()));
            }
            if kind.scratch_len() > scratch {
                scratch = kind.scratch_len();
            }
            i += 1;
        }
        sum + scratch
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

    /// Whether a network can be built: at least one layer, every size in `1..=`[`MAX_SIZE`], names that are
    /// identifiers and differ, and weights that fit the address space. The other functions expect this.
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
            if !is_size(kind.output_size()) {
                return Err(SpecError::LayerSize { layer: i, kind, found: kind.output_size() });
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
            Some(len) if len <= isize::MAX as usize / size_of::<f32>() => Ok(()),
            _ => Err(SpecError::TooLarge),
        }
    }
}

/// The length, or the panic the callers document.
const fn fits(len: Option<usize>) -> usize {
    len.expect("a network that passes `check` fits the address space")
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
