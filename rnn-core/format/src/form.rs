//! A network whose recurrent part has no size yet: what a registry of sizes is described by.
//!
//! One recurrent layer is open. It stands for a stack of any number of layers, each as wide as the others and with the
//! open layer's options; what comes before and after is as described. A size closes it to an [`Architecture`].

use core::fmt;

use crate::spec::LayerSpec;

#[cfg(feature = "alloc")]
use crate::architecture::{Architecture, Layer};
#[cfg(feature = "alloc")]
use crate::kind::LayerKind;
#[cfg(feature = "alloc")]
use crate::weight_error::WeightError;
#[cfg(feature = "alloc")]
use crate::weights::LayerWeights;
#[cfg(feature = "alloc")]
use alloc::{string::ToString, vec::Vec};

/// The size of a stack, displayed as `2x16`: two layers of 16 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Size {
    /// Layers, one on the other.
    pub layers: usize,
    /// `n_h` of each.
    pub hidden_size: usize,
}

impl Size {
    /// `layers` layers of `hidden_size` units.
    #[must_use]
    pub const fn new(layers: usize, hidden_size: usize) -> Self {
        Self { layers, hidden_size }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.layers, self.hidden_size)
    }
}

/// A network with one open layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Form<'a> {
    /// `n_i`.
    pub input_size: usize,
    /// The layers before the open one.
    pub before: &'a [LayerSpec<'a>],
    /// The open one, recurrent; its size does not count.
    pub open: LayerSpec<'a>,
    /// The layers behind it.
    pub after: &'a [LayerSpec<'a>],
}

impl Form<'_> {
    /// `n_o`, which is the same whatever the size: a layer follows the open one, or its outputs are projected.
    #[must_use]
    pub const fn output_size(&self) -> usize {
        match self.after.last() {
            Some(last) => last.kind.output_size(),
            None => self.open.kind.output_size(),
        }
    }

    /// Whether it can be stepped, whatever the size.
    #[must_use]
    pub fn is_causal(&self) -> bool {
        let mut layers = self.before.iter().chain([&self.open]).chain(self.after);
        layers.all(|layer| layer.kind.is_causal())
    }
}

/// The name of a layer of a stack: the stack's own of an only layer, else with its level, `rnn_l0`, `rnn_l1`, .. as
/// PyTorch counts.
#[derive(Clone, Copy, Debug)]
pub struct StackName<'a> {
    /// The stack's.
    pub stack: &'a str,
    /// How many layers it has.
    pub layers: usize,
    /// Which of them.
    pub level: usize,
}

impl fmt::Display for StackName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stack, layers, level } = self;
        if *layers == 1 { f.write_str(stack) } else { write!(f, "{stack}_l{level}") }
    }
}

#[cfg(feature = "alloc")]
impl Form<'_> {
    /// The network of this size.
    #[must_use]
    pub fn of_size(&self, size: Size) -> Architecture {
        let owned = |layer: &LayerSpec<'_>| Layer { name: layer.name.to_string(), kind: layer.kind };
        let stack = (0..size.layers).map(|level| Layer {
            name: StackName { stack: self.open.name, layers: size.layers, level }.to_string(),
            kind: self.open_kind(size.hidden_size),
        });
        let layers = self.before.iter().map(owned).chain(stack).chain(self.after.iter().map(owned));
        Architecture { input_size: self.input_size, layers: layers.collect() }
    }

    fn open_kind(&self, hidden_size: usize) -> LayerKind {
        match self.open.kind {
            LayerKind::Recurrent(mut layer) => {
                layer.hidden_size = hidden_size;
                LayerKind::Recurrent(layer)
            }
            // No form has it.
            kind @ LayerKind::Dense { .. } => kind,
        }
    }

    /// The size at which this form is that network, if it is at any. Names do not count.
    #[must_use]
    pub fn size_of(&self, architecture: &Architecture) -> Option<Size> {
        let layers = architecture.layers.len().checked_sub(self.before.len() + self.after.len())?;
        let hidden_size = architecture.layers.get(self.before.len())?.kind.recurrent()?.hidden_size;
        let size = Size { layers, hidden_size };
        let kinds = |architecture: &Architecture| -> Vec<LayerKind> {
            architecture.layers.iter().map(|layer| layer.kind).collect()
        };
        let same = layers > 0
            && architecture.input_size == self.input_size
            && kinds(&self.of_size(size)) == kinds(architecture);
        same.then_some(size)
    }

    /// [`Form::size_of`] a network that may stand in for one of this form: it has the same ends, and can be stepped if
    /// this form can.
    ///
    /// # Errors
    /// If it may not.
    pub fn fit(&self, architecture: &Architecture) -> Result<Option<Size>, WeightError> {
        let found = architecture.with_spec(|spec| (spec.input_size, spec.output_size()));
        let expected = (self.input_size, self.output_size());
        if found != expected {
            return Err(WeightError::Ends { found, expected });
        }
        let backwards = architecture.layers.iter().find(|layer| !layer.kind.is_causal());
        if let Some(layer) = backwards.filter(|_| self.is_causal()) {
            return Err(WeightError::NotCausal { layer: layer.name.clone() });
        }
        Ok(self.size_of(architecture))
    }

    /// The size at which entries of weights may be of this network: that of the number of entries, and of the length of
    /// the first open layer's `weight_ih`. Whether they fit is for those to say who take them.
    #[must_use]
    pub fn size_of_weights(&self, weights: &[LayerWeights<'_>]) -> Size {
        let layers = weights.len().saturating_sub(self.before.len() + self.after.len()).max(1);
        let weight_ih = match weights.get(self.before.len()) {
            Some(LayerWeights::Recurrent(layer)) => layer.weight_ih.len(),
            Some(LayerWeights::Bidirectional { forward, .. }) => forward.weight_ih.len(),
            _ => 0,
        };
        let n_i = self.before.last().map_or(self.input_size, |layer| layer.kind.output_size());
        let gates = self.open.kind.recurrent().map_or(1, |layer| layer.cell.gates());
        Size { layers, hidden_size: (weight_ih / (gates * n_i)).max(1) }
    }
}

#[cfg(all(test, feature = "alloc"))]
mod tests {
    use super::*;

    const FORM: Form<'static> = Form {
        input_size: 2,
        before: &[LayerSpec { name: "front", kind: LayerKind::dense(3) }],
        open: LayerSpec { name: "rnn", kind: LayerKind::lstm(1).with_clip(3.0) },
        after: &[LayerSpec { name: "head", kind: LayerKind::dense(1) }],
    };

    #[test]
    fn a_size_and_back() {
        for (layers, hidden_size) in [(1, 8), (2, 16), (3, 1)] {
            let size = Size { layers, hidden_size };
            let network = FORM.of_size(size);
            assert_eq!(network.layers.len(), layers + 2);
            assert_eq!(network.with_spec(|spec| (spec.check(), spec.output_size())), (Ok(()), 1));
            assert_eq!(FORM.size_of(&network), Some(size));
        }
        assert_eq!(FORM.of_size(Size::new(1, 8)).layers[1].name, "rnn");
        let names: Vec<_> =
            FORM.of_size(Size::new(2, 8)).layers.into_iter().map(|layer| layer.name).collect();
        assert_eq!(names, ["front", "rnn_l0", "rnn_l1", "head"]);
        assert_eq!(Size::new(2, 16).to_string(), "2x16");
    }

    #[test]
    fn other_networks_have_no_size() {
        let change = |f: &dyn Fn(&mut Architecture)| {
            let mut network = FORM.of_size(Size::new(2, 8));
            f(&mut network);
            FORM.size_of(&network)
        };
        assert_eq!(change(&|network| network.layers[0].name.push('x')), Some(Size::new(2, 8)));
        assert_eq!(change(&|network| network.input_size = 1), None);
        assert_eq!(change(&|network| network.layers[2].kind = LayerKind::lstm(8)), None);
        assert_eq!(change(&|network| network.layers[2].kind = FORM.open_kind(9)), None);
        assert_eq!(change(&|network| network.layers[3].kind = LayerKind::dense(2)), None);
        assert_eq!(change(&|network| network.layers.truncate(1)), None);
        assert_eq!(change(&|network| drop(network.layers.drain(1..3))), None);
    }
}
