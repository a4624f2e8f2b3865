//! A network of an architecture and a seed, its weights, and inputs of a seed.

use rnn_core::{
    Architecture, Backend, LayerKind, LayerWeights, Recurrent, RecurrentWeights, RuntimeNetwork, WeightError,
};
use rnn_support::rng::Rng;

/// The tensors of one direction of a layer, or of a dense one.
#[derive(Clone, Debug, Default)]
struct Tensors {
    ih: Vec<f32>,
    hh: Vec<f32>,
    bias_ih: Option<Vec<f32>>,
    bias_hh: Option<Vec<f32>>,
    hr: Option<Vec<f32>>,
    peephole: Option<Vec<f32>>,
}

/// The weights of a network, which a seed tells.
#[derive(Clone, Debug)]
pub struct Weights {
    architecture: Architecture,
    layers: Vec<Vec<Tensors>>,
}

/// What is unusual among random weights.
const UNUSUAL: [f32; 7] = [0.0, -0.0, 1e-40, 1e30, f32::INFINITY, f32::NAN, -1e-20];

impl Weights {
    /// Random weights of a possible network. Of one seed in sixteen a few are unusual: zeros, NaN, the largest.
    #[must_use]
    pub fn new(architecture: &Architecture, seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let unusual = rng.below(16) == 0;
        let mut values = |len: usize, n: usize| {
            let mut values = rng.weights(len, n);
            for _ in 0..if unusual { rng.below(3) } else { 0 } {
                values[rng.below(len)] = UNUSUAL[rng.below(UNUSUAL.len())];
            }
            values
        };
        let layers = architecture.with_spec(|spec| {
            let of_layer = |index: usize| {
                let n_i = spec.input_size_of(index);
                match spec.layers[index].kind {
                    LayerKind::Recurrent(r) => {
                        (0..r.directions()).map(|_| recurrent(&r, n_i, &mut values)).collect()
                    }
                    kind => {
                        let n_o = kind.output_size();
                        let ih = values(n_o * n_i, n_i);
                        vec![Tensors {
                            ih,
                            bias_ih: kind.bias().then(|| values(n_o, 1)),
                            ..Tensors::default()
                        }]
                    }
                }
            };
            (0..spec.layers.len()).map(of_layer).collect()
        });
        Self { architecture: architecture.clone(), layers }
    }

    /// The network.
    ///
    /// # Errors
    /// None for a possible one.
    pub fn network(&self, backend: Backend) -> Result<RuntimeNetwork, WeightError> {
        self.with_entries(|entries| network(&self.architecture, backend, entries))
    }

    /// Calls `f` with one entry a layer.
    pub fn with_entries<R>(&self, f: impl FnOnce(&[LayerWeights<'_>]) -> R) -> R {
        let kinds = self.architecture.layers.iter().map(|layer| layer.kind);
        let entries: Vec<_> = kinds.zip(&self.layers).map(|(kind, layer)| entry(kind, layer)).collect();
        f(&entries)
    }

    /// One direction of a layer as a network that goes forward.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn alone(&self, layer: usize, direction: usize, backend: Backend) -> RuntimeNetwork {
        let input_size = self.architecture.with_spec(|spec| spec.input_size_of(layer));
        let mut only = self.architecture.layers[layer].clone();
        only.kind = only.kind.with_direction(rnn_core::Direction::Forward);
        let weights = entry(only.kind, &self.layers[layer][direction..=direction]);
        let architecture = Architecture { input_size, layers: vec![only] };
        network(&architecture, backend, &[weights]).expect("a layer of a network is one")
    }
}

fn recurrent(r: &Recurrent, n_i: usize, values: &mut impl FnMut(usize, usize) -> Vec<f32>) -> Tensors {
    let (n, gates, state) = (r.hidden_size, r.cell.gates(), r.state_size());
    Tensors {
        ih: values(gates * n * n_i, n),
        hh: if r.cell.is_recurrent() { values(gates * n * state, n) } else { Vec::new() },
        bias_ih: r.bias.then(|| values(gates * n, 1)),
        bias_hh: (r.bias && r.cell.is_recurrent()).then(|| values(gates * n, 4)),
        hr: r.projection().map(|size| values(size * n, n)),
        peephole: r.has_peephole().then(|| values(3 * n, 1)),
    }
}

/// The entry of a layer.
fn entry(kind: LayerKind, layer: &[Tensors]) -> LayerWeights<'_> {
    match (kind, layer) {
        (LayerKind::Recurrent(_), [forward, backward]) => {
            LayerWeights::Bidirectional { forward: view(forward), backward: view(backward) }
        }
        (LayerKind::Recurrent(_), layer) => LayerWeights::Recurrent(view(&layer[0])),
        (_, layer) => LayerWeights::Dense { weight: &layer[0].ih, bias: layer[0].bias_ih.as_deref() },
    }
}

fn view(tensors: &Tensors) -> RecurrentWeights<'_> {
    RecurrentWeights {
        weight_ih: &tensors.ih,
        weight_hh: &tensors.hh,
        bias_ih: tensors.bias_ih.as_deref(),
        bias_hh: tensors.bias_hh.as_deref(),
        weight_hr: tensors.hr.as_deref(),
        peephole: tensors.peephole.as_deref(),
    }
}

/// The network of an architecture with these weights.
///
/// # Errors
/// As the builder's.
pub fn network(
    architecture: &Architecture,
    backend: Backend,
    weights: &[LayerWeights<'_>],
) -> Result<RuntimeNetwork, WeightError> {
    let mut builder = RuntimeNetwork::builder(architecture.input_size).backend(backend);
    for layer in &architecture.layers {
        builder = builder.layer(layer.name.clone(), layer.kind);
    }
    builder.from_slices(weights)
}

/// Inputs, of one seed in eight with some that are no numbers or the largest.
#[must_use]
pub fn inputs(seed: u64, len: usize) -> Vec<f32> {
    const RARE: [f32; 5] = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e38, 1e-42];
    let mut rng = Rng::new(seed);
    let mut values = rng.inputs(len);
    if len > 0 && seed.is_multiple_of(8) {
        for _ in 0..=len / 8 {
            values[rng.below(len)] = RARE[rng.below(RARE.len())];
        }
    }
    values
}
