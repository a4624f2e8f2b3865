//! Random networks: described, built on a backend, and as the reference computes them.

use crate::kinds::{self, Roles};
use crate::sizes;
use proptest::prelude::*;
use rnn_core::{Activation, Backend, CellKind, LayerKind, LayerWeights, RecurrentWeights, RuntimeNetwork};
use rnn_reference::{
    Activation as Function, Cell, Dense, Direction, Gru, Lstm, MinGru, MinLstm, Recurrence, SimpleRnn, Steps,
};
use rnn_support::rng::Rng;
use rnn_support::tolerance;
use std::sync::Arc;

pub(crate) use crate::kinds::{activation, precise};

/// Layers and where their weights come from.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) n_i: usize,
    pub(crate) layers: Vec<LayerKind>,
    pub(crate) seed: u64,
}

/// Weights of one layer in PyTorch's layout: U, W, b, or V, nothing, c; and what only some cells have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weights {
    pub(crate) input: Vec<f32>,
    pub(crate) recurrent: Vec<f32>,
    pub(crate) bias: Option<Vec<f32>>,
    /// A second bias.
    pub(crate) second: Option<Vec<f32>>,
    /// i, f, o.
    pub(crate) peephole: Option<Vec<f32>>,
    /// `W_hr`.
    pub(crate) projection: Option<Vec<f32>>,
}

impl Weights {
    /// Both biases as one, added as packing adds them.
    pub(crate) fn one_bias(&self) -> Option<Vec<f32>> {
        let second = |second: &[f32], bias: Vec<f32>| bias.iter().zip(second).map(|(b, s)| b + s).collect();
        let bias = self.bias.clone()?;
        Some(match &self.second {
            Some(values) => second(values, bias),
            None => bias,
        })
    }

    /// All tensors there are.
    pub(crate) fn tensors(&mut self) -> Vec<&mut Vec<f32>> {
        let mut tensors = vec![&mut self.input, &mut self.recurrent];
        let others = [&mut self.bias, &mut self.second, &mut self.peephole, &mut self.projection];
        tensors.extend(others.into_iter().filter_map(Option::as_mut));
        tensors.retain(|tensor| !tensor.is_empty());
        tensors
    }
}

/// Sizes of the tensors of a layer.
pub(crate) struct Shape {
    /// Gates times units.
    pub(crate) rows: usize,
    pub(crate) input: usize,
    pub(crate) recurrent: usize,
    /// Whether a second bias may be there.
    pub(crate) second: bool,
    pub(crate) peephole: Option<usize>,
    pub(crate) projection: Option<usize>,
}

impl Shape {
    pub(crate) fn of(n_i: usize, kind: LayerKind) -> Self {
        let size = kind.size();
        let Some(layer) = kind.recurrent() else {
            return Self {
                rows: size,
                input: size * n_i,
                recurrent: 0,
                second: false,
                peephole: None,
                projection: None,
            };
        };
        let rows = layer.cell.gates() * size;
        Self {
            rows,
            input: rows * n_i,
            recurrent: if layer.cell.is_recurrent() { rows * layer.state_size() } else { 0 },
            second: layer.bias && layer.cell.is_recurrent(),
            peephole: layer.has_peephole().then_some(3 * size),
            projection: layer.projection().map(|state| state * size),
        }
    }
}

/// One to four layers of these activations, recurrent more often, most of them ending in a dense one.
pub(crate) fn case_of(roles: &Roles) -> impl Strategy<Value = Case> + use<> {
    let layer = prop_oneof![7 => kinds::recurrent(roles), 1 => kinds::dense(roles)];
    let count = prop_oneof![4 => Just(1_usize), 3 => Just(2), 1 => Just(3)];
    let hidden = count.prop_flat_map(move |count| prop::collection::vec(layer.clone(), count));
    let head = prop::option::weighted(0.5, kinds::dense(roles));
    let cases = (sizes::size(), hidden, head, any::<u64>()).prop_map(|(n_i, mut layers, head, seed)| {
        layers.extend(head);
        Case { n_i, layers, seed }
    });
    // One large size, or two of them, but not several squares of them.
    cases.prop_filter("as many weights as a case has time for", |case| case.work() <= 4_500_000)
}

/// Networks of every cell, option and activation.
pub(crate) fn case() -> impl Strategy<Value = Case> {
    case_of(&Roles::every())
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

    /// Whether outputs are numbers however long the sequence.
    pub(crate) fn stays_finite(&self) -> bool {
        self.layers.iter().all(|&kind| kinds::stays_finite(kind))
    }

    /// Weights as frameworks start them, of layers that do not saturate at half of that, so that no state grows
    /// without end. Half of the biases that may come in two do.
    pub(crate) fn weights(&self) -> Vec<Weights> {
        let mut rng = Rng::new(self.seed);
        let weights = |(n_i, kind): (usize, LayerKind)| {
            let (n, shape) = (kind.size(), Shape::of(n_i, kind));
            let bounded = |f| {
                matches!(f, Activation::Tanh | Activation::FastTanh | Activation::Softsign)
                    || matches!(f, Activation::Sigmoid | Activation::FastSigmoid)
            };
            let [_, value, output] = kinds::roles(kind);
            let scale = if [value, output].into_iter().flatten().all(bounded) { 1.0 } else { 0.5 };
            let input = rng.weights(shape.input, n_i.max(n));
            let recurrent = rng.weights(shape.recurrent, n).into_iter().map(|w| scale * w).collect();
            let bias = kind.bias().then(|| rng.biases(shape.rows));
            let second = (shape.second && rng.bits() & 1 == 0).then(|| rng.biases(shape.rows));
            let peephole = shape.peephole.map(|len| rng.weights(len, n));
            let projection = shape.projection.map(|len| rng.weights(len, n));
            Weights { input, recurrent, bias, second, peephole, projection }
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
        steps.min(1 + 6_000_000 / (self.work() * rows.max(1)))
    }

    /// Multiply-adds of a step.
    fn work(&self) -> usize {
        self.sized().map(|(n_i, layer)| layer.parameters(n_i)).sum()
    }

    /// The reference's outputs of all steps.
    pub(crate) fn reference(&self, x: &[f32]) -> Vec<f64> {
        let weights = self.weights();
        let layers = self.sized().zip(&weights).map(|((n_i, kind), weights)| {
            if kind.state_len() > 0 {
                let recurrence = recurrence(n_i, kind, weights);
                rnn_reference::Layer::Recurrent(rnn_reference::Recurrent::new(Direction::Forward, recurrence))
            } else {
                rnn_reference::Layer::Dense(dense(n_i, kind, weights))
            }
        });
        let network = rnn_reference::Network { layers: layers.collect() };
        network.run(&wide(x), &Steps::default(), network.zero()).all
    }

    /// Terms of the sums of all layers together: errors of one reach the next.
    pub(crate) fn terms(&self) -> usize {
        let terms = |(n_i, kind): (usize, LayerKind)| {
            kind.recurrent().map_or(tolerance::terms(n_i, 0), |layer| {
                tolerance::terms_of(&layer, n_i) + layer.projection().map_or(0, |_| layer.hidden_size)
            })
        };
        self.sized().map(terms).sum()
    }
}

/// Entries of a builder or of a macro-made network.
pub(crate) fn lend<'a>(layers: &[LayerKind], weights: &'a [Weights]) -> Vec<LayerWeights<'a>> {
    let entry = |(kind, weights): (&LayerKind, &'a Weights)| {
        let bias = weights.bias.as_deref();
        if kind.recurrent().is_none() {
            return LayerWeights::Dense { weight: &weights.input, bias };
        }
        LayerWeights::Recurrent(RecurrentWeights {
            weight_ih: &weights.input,
            weight_hh: &weights.recurrent,
            bias_ih: bias,
            bias_hh: weights.second.as_deref(),
            weight_hr: weights.projection.as_deref(),
            peephole: weights.peephole.as_deref(),
        })
    };
    layers.iter().zip(weights).map(entry).collect()
}

pub(crate) fn wide(x: &[f32]) -> Vec<f64> {
    x.iter().copied().map(f64::from).collect()
}

/// What an activation computes, well or fast.
pub(crate) fn function(f: Activation) -> Function {
    Function::from_name(&f.to_string()).expect("the reference has every function")
}

/// A bias of `len`, zeros where there is none.
fn bias(values: Option<&[f32]>, len: usize) -> Vec<f64> {
    values.map_or_else(|| vec![0.0; len], wide)
}

/// A simple layer as the reference computes it.
pub(crate) fn recurrent(n_i: usize, kind: LayerKind, weights: &Weights) -> SimpleRnn {
    let n = kind.size();
    SimpleRnn {
        input_size: n_i,
        hidden_size: n,
        u: wide(&weights.input),
        w: wide(&weights.recurrent),
        b: both(weights, n),
        activation: function(kind.activation()),
        clip: kind.recurrent().and_then(|layer| layer.clip).map(f64::from),
    }
}

/// The sum of both biases.
fn both(weights: &Weights, len: usize) -> Vec<f64> {
    let (first, second) = (bias(weights.bias.as_deref(), len), bias(weights.second.as_deref(), len));
    first.iter().zip(second).map(|(first, second)| first + second).collect()
}

/// Any recurrent layer as the reference computes it, with its delay.
pub(crate) fn recurrence(n_i: usize, kind: LayerKind, weights: &Weights) -> Recurrence {
    let delay = kind.recurrent().map_or(1.0, |layer| f64::from(layer.delay));
    Recurrence { cell: cell(n_i, kind, weights), delay }
}

/// Its cell.
pub(crate) fn cell(input_size: usize, kind: LayerKind, weights: &Weights) -> Arc<dyn Cell> {
    let layer = kind.recurrent().expect("a dense layer has no cell");
    let (hidden_size, clip) = (layer.hidden_size, layer.clip.map(f64::from));
    let rows = layer.cell.gates() * hidden_size;
    let (weight_ih, weight_hh) = (wide(&weights.input), wide(&weights.recurrent));
    let both = both(weights, rows);
    match layer.cell {
        CellKind::SimpleRnn { .. } => Arc::new(recurrent(input_size, kind, weights)),
        CellKind::Gru { reset, gate, candidate } => Arc::new(Gru {
            input_size,
            hidden_size,
            weight_ih,
            weight_hh,
            bias_ih: bias(weights.bias.as_deref(), rows),
            bias_hh: bias(weights.second.as_deref(), rows),
            reset: match reset {
                rnn_core::ResetGate::AfterProduct => rnn_reference::ResetGate::AfterProduct,
                rnn_core::ResetGate::BeforeProduct => rnn_reference::ResetGate::BeforeProduct,
            },
            gate: function(gate),
            candidate: function(candidate),
            clip,
        }),
        CellKind::Lstm { gate, candidate, output, coupled, .. } => Arc::new(Lstm {
            input_size,
            hidden_size,
            weight_ih,
            weight_hh,
            bias: both,
            peephole: weights.peephole.as_deref().map(wide),
            weight_hr: weights.projection.as_deref().map(wide),
            coupled,
            gate: function(gate),
            candidate: function(candidate),
            output: function(output),
            clip,
        }),
        CellKind::MinGru { gate, candidate } => Arc::new(MinGru {
            input_size,
            hidden_size,
            weight_ih,
            bias: both,
            gate: function(gate),
            candidate: function(candidate),
            clip,
        }),
        CellKind::MinLstm { gate, candidate } => Arc::new(MinLstm {
            input_size,
            hidden_size,
            weight_ih,
            bias: both,
            gate: function(gate),
            candidate: function(candidate),
            clip,
        }),
        other => panic!("the reference has no {}", other.name()),
    }
}

/// The same for a dense layer.
pub(crate) fn dense(n_i: usize, kind: LayerKind, weights: &Weights) -> Dense {
    Dense {
        input_size: n_i,
        output_size: kind.output_size(),
        v: wide(&weights.input),
        c: bias(weights.bias.as_deref(), kind.output_size()),
        activation: function(kind.activation()),
    }
}
