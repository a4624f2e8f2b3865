//! Sizes of a network, computed by the functions core runs: plain numbers, no tokens, nothing of the build host.

use crate::spec::{Layer, Network};
use rnn_format::{LayerKind, SpecError};

/// Floats a state may have in place: 64 KiB. Beyond, it lives on the heap.
const INLINE_STATE: usize = (64 << 10) / size_of::<f32>();

/// A network and the sizes that follow from it.
pub(crate) struct Plan<'a> {
    pub(crate) input_size: usize,
    pub(crate) output_size: usize,
    pub(crate) layers: Vec<PlannedLayer<'a>>,
    pub(crate) state: State,
    pub(crate) snapshot_len: usize,
    pub(crate) parameters: usize,
}

/// A layer and what it is fed with.
pub(crate) struct PlannedLayer<'a> {
    pub(crate) layer: &'a Layer,
    /// Its place in the network.
    pub(crate) index: usize,
    pub(crate) input_size: usize,
    pub(crate) parameters: usize,
}

/// Where a state's floats stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// This many in the state itself.
    Inline(usize),
    /// In a heap block.
    Heap,
}

/// Computes all sizes.
///
/// # Errors
/// The weights exceed the address space: the one mistake no single token makes.
pub(crate) fn plan(network: &Network) -> Result<Plan<'_>, SpecError> {
    network.with_spec(|spec| {
        spec.check()?;
        let state = match spec.state_len() {
            len if len <= INLINE_STATE => State::Inline(len),
            _ => State::Heap,
        };
        let layers = network.layers.iter().enumerate().map(|(index, layer)| {
            let input_size = spec.input_size_of(index);
            let kind: LayerKind = layer.kind();
            PlannedLayer { layer, index, input_size, parameters: kind.parameters(input_size) }
        });
        Ok(Plan {
            input_size: spec.input_size,
            output_size: spec.output_size(),
            layers: layers.collect(),
            state,
            snapshot_len: spec.snapshot_len(),
            parameters: spec.parameters(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Cell;
    use rnn_format::Activation;

    fn network(input_size: usize, layers: &[(Cell, usize)]) -> Network {
        let layers = layers.iter().enumerate().map(|(index, &(cell, size))| {
            let activation = Activation::Linear;
            Layer { name: format!("layer{index}"), cell, size, activation, bias: true }
        });
        Network { input_size, layers: layers.collect() }
    }

    #[test]
    fn a_forecaster() {
        let network = network(1, &[(Cell::SimpleRnn, 32), (Cell::Dense, 1)]);
        let plan = plan(&network).expect("it is small");
        assert_eq!((plan.input_size, plan.output_size), (1, 1));
        // U, W, b; V, c.
        assert_eq!(plan.parameters, 32 + 32 * 32 + 32 + 32 + 1);
        assert_eq!(plan.layers[1].input_size, 32);
        // The snapshot, the first layer's output, one layer's scratch.
        assert_eq!(plan.state, State::Inline(32 + 32 + 32));
    }

    #[test]
    fn large_states_leave_the_stack() {
        let at = |hidden| plan(&network(1, &[(Cell::SimpleRnn, hidden)])).map(|plan| plan.state);
        assert_eq!(at(8192), Ok(State::Inline(16384)));
        assert_eq!(at(8193), Ok(State::Heap));
    }
}
