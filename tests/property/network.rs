//! Random networks: described, built on a backend, and as the reference computes them.

use crate::sizes;
use proptest::prelude::*;
use rnn_core::{Activation, Backend, LayerKind, LayerWeights, RuntimeNetwork};
use rnn_reference::{Activation as Function, Dense, SimpleRnn};
use rnn_support::rng::Rng;

/// Layers and where their weights come from.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) n_i: usize,
    pub(crate) layers: Vec<LayerKind>,
    pub(crate) seed: u64,
}

/// Weights of one layer in PyTorch's layout: U, W, b, or V, nothing, c.
pub(crate) struct Weights {
    pub(crate) input: Vec<f32>,
    pub(crate) recurrent: Vec<f32>,
    pub(crate) bias: Option<Vec<f32>>,
}

/// Every activation whose sequences the tolerance table bounds.
pub(crate) fn precise() -> impl Strategy<Value = Activation> {
    prop::sample::select(vec![
        Activation::Tanh,
        Activation::Tanh,
        Activation::Sigmoid,
        Activation::Relu,
        Activation::Linear,
    ])
}

/// Every activation; tanh, which is compiled into the kernels, as often as all others.
pub(crate) fn activation() -> impl Strategy<Value = Activation> {
    prop_oneof![
        1 => Just(Activation::Tanh),
        1 => prop::sample::select(rnn_support::accuracy::ACTIVATIONS.to_vec()),
    ]
}

fn layer(activation: impl Strategy<Value = Activation>) -> impl Strategy<Value = LayerKind> {
    (0_u8..4, sizes::size(), activation, any::<bool>()).prop_map(|(kind, size, activation, bias)| {
        let kind = if kind == 0 { LayerKind::dense(size) } else { LayerKind::simple_rnn(size) };
        kind.with_activation(activation).with_bias(bias)
    })
}

/// One to three layers of any kind, recurrent more often, most of them ending in a dense one.
pub(crate) fn case_of<A: Strategy<Value = Activation> + Clone>(activation: A) -> impl Strategy<Value = Case> {
    let head = (sizes::size(), activation.clone(), any::<bool>()).prop_map(|(size, activation, bias)| {
        LayerKind::dense(size).with_activation(activation).with_bias(bias)
    });
    let hidden = prop::collection::vec(layer(activation), 1..=2);
    (sizes::size(), hidden, prop::option::weighted(0.7, head), any::<u64>()).prop_map(
        |(n_i, mut layers, head, seed)| {
            layers.extend(head);
            Case { n_i, layers, seed }
        },
    )
}

/// Networks of every activation.
pub(crate) fn case() -> impl Strategy<Value = Case> {
    case_of(activation().boxed())
}

impl Case {
    /// One layer.
    pub(crate) fn single(n_i: usize, kind: LayerKind, seed: u64) -> Self {
        Self { n_i, layers: vec![kind], seed }
    }

    pub(crate) fn n_o(&self) -> usize {
        self.layers.last().map_or(self.n_i, |layer| layer.output_size())
    }

    /// Each layer with its own `n_i`.
    pub(crate) fn sized(&self) -> impl Iterator<Item = (usize, LayerKind)> {
        let inputs = std::iter::once(self.n_i).chain(self.layers.iter().map(|layer| layer.output_size()));
        inputs.zip(self.layers.iter().copied())
    }

    /// Weights as frameworks start them, of layers that do not saturate at half of that, so that no state grows
    /// without end.
    pub(crate) fn weights(&self) -> Vec<Weights> {
        let mut rng = Rng::new(self.seed);
        let weights = |(n_i, layer): (usize, LayerKind)| {
            let n = layer.output_size();
            let recurrent = layer.state_len() * n;
            let bounded = !matches!(layer.activation(), Activation::Linear | Activation::Relu);
            let input = rng.weights(n * n_i, n_i.max(n));
            let scale = if bounded { 1.0 } else { 0.5 };
            let recurrent = rng.weights(recurrent, n).into_iter().map(|w| scale * w).collect();
            Weights { input, recurrent, bias: layer.bias().then(|| rng.biases(n)) }
        };
        self.sized().map(weights).collect()
    }

    /// Builds a network of this description and other weights.
    pub(crate) fn network_of(&self, weights: &[Weights], backend: Backend) -> RuntimeNetwork {
        let builder = RuntimeNetwork::builder(self.n_i).backend(backend);
        let name = |index| format!("layer{index}");
        let layers = self.layers.iter().enumerate();
        let builder = layers.fold(builder, |net, (index, &kind)| net.layer(name(index), kind));
        builder.from_slices(&lend(&self.layers, weights)).expect("the weights fit")
    }

    pub(crate) fn network(&self, backend: Backend) -> RuntimeNetwork {
        self.network_of(&self.weights(), backend)
    }

    pub(crate) fn inputs(&self, steps: usize) -> Vec<f32> {
        Rng::new(self.seed ^ 0x5EED).inputs(steps * self.n_i)
    }

    /// At most `steps`, so that a case of many rows and large layers does not take the time of a hundred others.
    pub(crate) fn affordable(&self, rows: usize, steps: usize) -> usize {
        let work: usize = self.sized().map(|(n_i, layer)| layer.parameters(n_i)).sum();
        steps.min(1 + 6_000_000 / (work * rows.max(1)))
    }

    /// The reference's outputs of all steps.
    pub(crate) fn reference(&self, x: &[f32]) -> Vec<f64> {
        let weights = self.weights();
        self.sized().zip(&weights).fold(wide(x), |x, ((n_i, kind), weights)| {
            if kind.state_len() > 0 {
                let layer = recurrent(n_i, kind, weights);
                layer.sequence(&x, &layer.zero_state())
            } else {
                dense(n_i, kind, weights).apply_to_rows(&x)
            }
        })
    }

    /// Terms of the sums of all layers together: errors of one reach the next.
    pub(crate) fn terms(&self) -> usize {
        let terms = |(n_i, kind): (usize, LayerKind)| rnn_support::tolerance::terms(n_i, kind.state_len());
        self.sized().map(terms).sum()
    }
}

/// Entries of a builder or of a macro-made network.
pub(crate) fn lend<'a>(layers: &[LayerKind], weights: &'a [Weights]) -> Vec<LayerWeights<'a>> {
    let entry = |(kind, weights): (&LayerKind, &'a Weights)| {
        let bias = weights.bias.as_deref();
        if kind.state_len() > 0 {
            LayerWeights::recurrent(&weights.input, &weights.recurrent, bias)
        } else {
            LayerWeights::Dense { weight: &weights.input, bias }
        }
    };
    layers.iter().zip(weights).map(entry).collect()
}

pub(crate) fn wide(x: &[f32]) -> Vec<f64> {
    x.iter().copied().map(f64::from).collect()
}

/// What an activation computes, well or fast.
pub(crate) fn function(f: Activation) -> Function {
    Function::from_name(f.name()).expect("the reference has every function")
}

fn bias(weights: &Weights, n: usize) -> Vec<f64> {
    weights.bias.as_deref().map_or_else(|| vec![0.0; n], wide)
}

/// The layer as the reference computes it.
pub(crate) fn recurrent(n_i: usize, kind: LayerKind, weights: &Weights) -> SimpleRnn {
    SimpleRnn {
        input_size: n_i,
        hidden_size: kind.output_size(),
        u: wide(&weights.input),
        w: wide(&weights.recurrent),
        b: bias(weights, kind.output_size()),
        activation: function(kind.activation()),
        clip: None,
    }
}

/// The same for a dense layer.
pub(crate) fn dense(n_i: usize, kind: LayerKind, weights: &Weights) -> Dense {
    Dense {
        input_size: n_i,
        output_size: kind.output_size(),
        v: wide(&weights.input),
        c: bias(weights, kind.output_size()),
        activation: function(kind.activation()),
    }
}
