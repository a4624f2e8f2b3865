//! Sizes of a network, computed by the functions core runs: plain numbers, no tokens, nothing of the build host.

use crate::spec::{Layer, Network};
use rnn_format::SpecError;

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
    /// Whether all layers run forward, so that the network can be stepped.
    pub(crate) is_causal: bool,
}

/// A layer and what it is fed with.
pub(crate) struct PlannedLayer<'a> {
    pub(crate) layer: &'a Layer,
    /// Its place in the network.
    pub(crate) index: usize,
    pub(crate) input_size: usize,
    pub(crate) parameters: usize,
    /// Whether its step is compiled with constant sizes: not where nobody can take a step.
    pub(crate) is_written_out: bool,
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
            PlannedLayer {
                layer,
                index,
                input_size,
                parameters: layer.kind.parameters(input_size),
                is_written_out: spec.is_causal() && layer.kind.is_written_out(input_size),
            }
        });
        Ok(Plan {
            input_size: spec.input_size,
            output_size: spec.output_size(),
            layers: layers.collect(),
            state,
            snapshot_len: spec.snapshot_len(),
            parameters: spec.parameters(),
            is_causal: spec.is_causal(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Cell;
    use rnn_format::{Direction, LayerKind, Merge};

    fn network(input_size: usize, layers: &[(Cell, LayerKind)]) -> Network {
        let layers = layers.iter().enumerate();
        let layers = layers.map(|(index, &(cell, kind))| Layer { name: format!("layer{index}"), cell, kind });
        Network { input_size, layers: layers.collect() }
    }

    #[test]
    fn a_forecaster() {
        let network =
            network(1, &[(Cell::SimpleRnn, LayerKind::simple_rnn(32)), (Cell::Dense, LayerKind::dense(1))]);
        let plan = plan(&network).expect("it is small");
        assert_eq!((plan.input_size, plan.output_size), (1, 1));
        // U, W, b; V, c.
        assert_eq!(plan.parameters, 32 + 32 * 32 + 32 + 32 + 1);
        assert_eq!(plan.layers[1].input_size, 32);
        // The snapshot, the first layer's output, one layer's scratch, the mark.
        assert_eq!(plan.state, State::Inline(32 + 32 + 32 + 16));
        assert!(plan.is_causal);
    }

    #[test]
    fn directions_and_projections_change_what_the_next_layer_gets() {
        let both = |merge| LayerKind::lstm(40).with_direction(Direction::Bidirectional(merge));
        let network = network(
            3,
            &[
                (Cell::Lstm, both(Merge::Concat)),
                (Cell::Lstm, both(Merge::Sum)),
                (Cell::Lstm, both(Merge::Concat).with_projection(7)),
                (Cell::Dense, LayerKind::dense(2)),
            ],
        );
        let plan = plan(&network).expect("it is small");
        let inputs: Vec<_> = plan.layers.iter().map(|layer| layer.input_size).collect();
        assert_eq!(inputs, [3, 80, 40, 14]);
        assert_eq!(plan.output_size, 2);
        // U, W and b of four gates; U sees n_i, W what h has, and a projection is a matrix more. Two directions.
        assert_eq!(plan.layers[0].parameters, 2 * 4 * 40 * (3 + 40 + 1));
        assert_eq!(plan.layers[1].parameters, 2 * 4 * 40 * (80 + 40 + 1));
        assert_eq!(plan.layers[2].parameters, 2 * (4 * 40 * (40 + 7 + 1) + 7 * 40));
        // h and c of each direction.
        assert_eq!(plan.snapshot_len, 2 * (40 + 40) + 2 * (40 + 40) + 2 * (7 + 40));
        assert!(!plan.is_causal);
    }

    #[test]
    fn large_states_leave_the_stack() {
        let at = |hidden| {
            plan(&network(1, &[(Cell::SimpleRnn, LayerKind::simple_rnn(hidden))])).map(|plan| plan.state)
        };
        // h, the new h and a cache line for the mark.
        assert_eq!(at(8176), Ok(State::Inline(16368)));
        assert_eq!(at(8177), Ok(State::Heap));
    }
}
