//! `Debug` of networks: layers, shapes and backend. Never the weights, which would be tens of thousands of numbers.

use crate::simd::Backend;
use core::fmt::{Debug, Formatter, Result};
use rnn_format::{Direction, LayerKind, Spec};

/// Writes `name { input_size: 1, layers: {"rnn": lstm 1 -> 40, tanh, "head": dense 40 -> 1, linear}, backend: .., .. }`.
pub(crate) fn network(f: &mut Formatter<'_>, name: &str, spec: &Spec<'_>, backend: Backend) -> Result {
    f.debug_struct(name)
        .field("input_size", &spec.input_size)
        .field("layers", &Layers(spec))
        .field("backend", &backend)
        .finish_non_exhaustive()
}

struct Layers<'a>(&'a Spec<'a>);

impl Debug for Layers<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let layers = self.0.layers.iter().enumerate();
        let shape = |index, kind| Shape { input_size: self.0.input_size_of(index), kind };
        f.debug_map().entries(layers.map(|(index, layer)| (layer.name, shape(index, layer.kind)))).finish()
    }
}

/// "lstm 1 -> 80, tanh, bidirectional".
struct Shape {
    input_size: usize,
    kind: LayerKind,
}

impl Debug for Shape {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Self { input_size, kind } = self;
        write!(f, "{} {input_size} -> {}, {}", kind.name(), kind.output_size(), kind.activation().name())?;
        match kind.recurrent().map(|layer| layer.direction) {
            None | Some(Direction::Forward) => Ok(()),
            Some(Direction::Reverse) => f.write_str(", reverse"),
            Some(Direction::GoBackwards) => f.write_str(", go_backwards"),
            Some(Direction::Bidirectional(_)) => f.write_str(", bidirectional"),
        }
    }
}
