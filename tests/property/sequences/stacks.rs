//! Random networks of every cell in every direction: described, built on a backend, and as the reference computes them.

use crate::network::{function, wide};
use proptest::prelude::*;
use proptest::sample::select;
use rnn_core::{
    Activation, Backend, CellKind, Direction, LayerKind, LayerWeights, Merge, Recurrent, RecurrentWeights,
    ResetGate, RuntimeNetwork,
};
use rnn_reference as reference;
use rnn_support::rng::Rng;
use rnn_support::tolerance;
use std::sync::Arc;

/// Every direction.
pub(crate) const DIRECTIONS: [Direction; 7] = [
    Direction::Forward,
    Direction::Reverse,
    Direction::GoBackwards,
    Direction::Bidirectional(Merge::Concat),
    Direction::Bidirectional(Merge::Sum),
    Direction::Bidirectional(Merge::Product),
    Direction::Bidirectional(Merge::Average),
];

/// Layers and where their weights come from.
#[derive(Clone, Debug)]
pub(crate) struct Stack {
    pub(crate) n_i: usize,
    pub(crate) layers: Vec<LayerKind>,
    pub(crate) seed: u64,
}

/// The tensors of one direction of a recurrent layer.
#[derive(Clone, Debug)]
pub(crate) struct Half {
    ih: Vec<f32>,
    hh: Vec<f32>,
    bias: Option<Vec<f32>>,
    bias_hh: Option<Vec<f32>>,
    hr: Option<Vec<f32>>,
    peephole: Option<Vec<f32>>,
}

/// The tensors of one layer.
#[derive(Clone, Debug)]
pub(crate) enum Tensors {
    Recurrent(Vec<Half>),
    Dense { v: Vec<f32>, c: Option<Vec<f32>> },
}

/// One below, at and above lanes and panels; large ones seldom.
fn size() -> impl Strategy<Value = usize> {
    prop_oneof![
        40 => 1_usize..=5,
        40 => select(vec![7_usize, 8, 9, 15, 16, 17]),
        10 => select(vec![31_usize, 32, 33, 48, 64, 65]),
        1 => select(vec![127_usize, 128, 129, 255, 256, 257, 511, 512, 513]),
    ]
}

fn cell() -> impl Strategy<Value = LayerKind> {
    let bounded = select(vec![Activation::Tanh, Activation::Tanh, Activation::Sigmoid]);
    let gate = select(vec![
        Activation::Sigmoid,
        Activation::Sigmoid,
        Activation::HardSigmoid { alpha: 0.2, beta: 0.5 },
    ]);
    let projection = prop::option::weighted(0.3, size());
    (0_u8..7, size(), bounded, gate, projection, any::<[bool; 2]>()).prop_map(
        |(cell, n, f, gate, projection, [peephole, coupled])| match cell {
            0 => LayerKind::simple_rnn(n).with_activation(f),
            1 => LayerKind::gru(n, ResetGate::AfterProduct).with_activation(f).with_gate(gate),
            2 => LayerKind::gru(n, ResetGate::BeforeProduct).with_activation(f).with_gate(gate),
            3 => LayerKind::min_gru(n).with_gate(gate),
            4 => LayerKind::min_lstm(n),
            _ => {
                let mut kind = LayerKind::lstm(n).with_activation(f).with_gate(gate);
                if peephole {
                    kind = kind.with_peephole();
                }
                if coupled {
                    kind = kind.coupled();
                }
                match projection {
                    Some(size) => kind.with_projection(size),
                    None => kind,
                }
            }
        },
    )
}

/// A recurrent layer of any cell, with any options, in one of these directions.
pub(crate) fn recurrent(directions: &[Direction]) -> impl Strategy<Value = LayerKind> + use<> {
    let delay = prop_oneof![3 => Just(1.0_f32), 1 => select(vec![2.0_f32, 3.0, 1.5, 2.25, 3.75])];
    let clip = prop::option::weighted(0.2, select(vec![0.25_f32, 1.0, 3.0]));
    (cell(), select(directions.to_vec()), delay, clip, any::<bool>()).prop_map(
        |(kind, direction, delay, clip, bias)| {
            let kind = kind.with_direction(direction).with_delay(delay).with_bias(bias);
            clip.map_or(kind, |clip| kind.with_clip(clip))
        },
    )
}

fn dense() -> impl Strategy<Value = LayerKind> {
    let f = select(vec![Activation::Linear, Activation::Tanh, Activation::Sigmoid, Activation::Softmax]);
    (size(), f, any::<bool>()).prop_map(|(n, f, bias)| LayerKind::dense(n).with_activation(f).with_bias(bias))
}

/// One to three layers, recurrent ones in these directions and dense ones anywhere.
pub(crate) fn stack_of(directions: &[Direction]) -> impl Strategy<Value = Stack> + use<> {
    let layer = prop_oneof![1 => dense().boxed(), 4 => recurrent(directions).boxed()];
    (size(), prop::collection::vec(layer, 1..=3), any::<u64>()).prop_map(|(n_i, layers, seed)| Stack {
        n_i,
        layers,
        seed,
    })
}

/// One recurrent layer.
pub(crate) fn single(directions: &[Direction]) -> impl Strategy<Value = Stack> + use<> {
    (size(), recurrent(directions), any::<u64>()).prop_map(|(n_i, kind, seed)| Stack {
        n_i,
        layers: vec![kind],
        seed,
    })
}

impl Stack {
    pub(crate) fn n_o(&self) -> usize {
        self.layers.last().map_or(self.n_i, |layer| layer.output_size())
    }

    /// Floats of a snapshot.
    pub(crate) fn state_len(&self) -> usize {
        self.layers.iter().map(|layer| layer.state_len()).sum()
    }

    /// Each layer with its own `n_i`.
    pub(crate) fn sized(&self) -> impl Iterator<Item = (usize, LayerKind)> {
        let inputs = std::iter::once(self.n_i).chain(self.layers.iter().map(|layer| layer.output_size()));
        inputs.zip(self.layers.iter().copied())
    }

    pub(crate) fn tensors(&self) -> Vec<Tensors> {
        let mut rng = Rng::new(self.seed);
        self.sized().map(|(n_i, kind)| Tensors::new(&mut rng, n_i, kind)).collect()
    }

    pub(crate) fn network(&self, backend: Backend) -> RuntimeNetwork {
        build(self.n_i, &self.layers, &self.tensors(), backend)
    }

    pub(crate) fn inputs(&self, steps: usize) -> Vec<f32> {
        Rng::new(self.seed ^ 0x5EED).inputs(steps * self.n_i)
    }

    /// States of this many rows, none of them zero.
    pub(crate) fn states(&self, rows: usize) -> Vec<f32> {
        Rng::new(self.seed ^ 0x57A7E).states(rows * self.state_len())
    }

    /// At most `steps`, so that no case takes the time of a hundred others.
    pub(crate) fn affordable(&self, rows: usize, steps: usize) -> usize {
        let work: usize = self.sized().map(|(n_i, layer)| layer.parameters(n_i)).sum();
        steps.min(1 + 1_000_000 / (work * rows.max(1)))
    }

    /// Terms of the sums of all layers together: errors of one reach the next.
    pub(crate) fn terms(&self) -> usize {
        let terms = |(n_i, kind): (usize, LayerKind)| match kind.recurrent() {
            Some(r) => tolerance::terms(n_i, r.state_size()) + r.projection().map_or(0, |_| r.hidden_size),
            None => tolerance::terms(n_i, 0),
        };
        self.sized().map(terms).sum()
    }

    /// As the reference computes it.
    pub(crate) fn reference(&self) -> reference::Network {
        let layer = |((n_i, kind), tensors): ((usize, LayerKind), &Tensors)| match (kind.recurrent(), tensors)
        {
            (Some(r), Tensors::Recurrent(halves)) => {
                reference::Layer::Recurrent(recurrent_of(n_i, r, halves))
            }
            (None, Tensors::Dense { v, c }) => reference::Layer::Dense(reference::Dense {
                input_size: n_i,
                output_size: kind.output_size(),
                v: wide(v),
                c: or_zeros(c.as_ref(), kind.output_size()),
                activation: function(kind.activation()),
            }),
            _ => unreachable!("tensors of the layer's kind"),
        };
        reference::Network { layers: self.sized().zip(&self.tensors()).map(layer).collect() }
    }
}

/// A network of these layers and tensors.
pub(crate) fn build(
    n_i: usize,
    kinds: &[LayerKind],
    tensors: &[Tensors],
    backend: Backend,
) -> RuntimeNetwork {
    let builder = RuntimeNetwork::builder(n_i).backend(backend);
    let layers = kinds.iter().enumerate();
    let builder = layers.fold(builder, |net, (index, &kind)| net.layer(format!("layer{index}"), kind));
    builder.from_slices(&lend(tensors)).expect("the weights fit")
}

/// Entries of a builder or of a macro-made network.
pub(crate) fn lend(tensors: &[Tensors]) -> Vec<LayerWeights<'_>> {
    tensors.iter().map(Tensors::lend).collect()
}

impl Tensors {
    /// As frameworks start them. Where nothing bounds the state, recurrent weights are halved.
    fn new(rng: &mut Rng, n_i: usize, kind: LayerKind) -> Self {
        let Some(r) = kind.recurrent() else {
            let n = kind.output_size();
            return Self::Dense {
                v: rng.weights(n * n_i, n_i.max(n)),
                c: kind.bias().then(|| rng.biases(n)),
            };
        };
        let (n, gates, state) = (r.hidden_size, r.cell.gates(), r.state_size());
        let half = |_| Half {
            ih: rng.weights(gates * n * n_i, n_i.max(n)),
            hh: if r.cell.is_recurrent() { rng.weights(gates * n * state, n.max(state)) } else { Vec::new() },
            bias: r.bias.then(|| rng.biases(gates * n)),
            bias_hh: (r.bias && r.is_apart()).then(|| rng.biases(gates * n)),
            hr: r.projection().map(|size| rng.weights(size * n, n)),
            peephole: r.has_peephole().then(|| rng.weights(3 * n, n)),
        };
        Self::Recurrent((0..r.directions()).map(half).collect())
    }

    fn lend(&self) -> LayerWeights<'_> {
        match self {
            Self::Dense { v, c } => LayerWeights::Dense { weight: v, bias: c.as_deref() },
            Self::Recurrent(halves) => match &halves[..] {
                [only] => LayerWeights::Recurrent(only.lend()),
                [forward, backward] => {
                    LayerWeights::Bidirectional { forward: forward.lend(), backward: backward.lend() }
                }
                _ => unreachable!("one direction or two"),
            },
        }
    }

    /// The two directions of a bidirectional layer, each as a layer of its own.
    pub(crate) fn halves(&self) -> [Self; 2] {
        match self {
            Self::Recurrent(halves) => [0, 1].map(|index| Self::Recurrent(vec![halves[index].clone()])),
            Self::Dense { .. } => unreachable!("a dense layer has no direction"),
        }
    }

    /// The weights of one direction in place of the other's.
    pub(crate) fn exchange(&mut self) {
        if let Self::Recurrent(halves) = self {
            halves.reverse();
        }
    }
}

impl Half {
    fn lend(&self) -> RecurrentWeights<'_> {
        RecurrentWeights {
            weight_ih: &self.ih,
            weight_hh: &self.hh,
            bias_ih: self.bias.as_deref(),
            bias_hh: self.bias_hh.as_deref(),
            weight_hr: self.hr.as_deref(),
            peephole: self.peephole.as_deref(),
        }
    }
}

fn or_zeros(values: Option<&Vec<f32>>, len: usize) -> Vec<f64> {
    values.map_or_else(|| vec![0.0; len], |values| wide(values))
}

fn recurrent_of(input_size: usize, r: Recurrent, halves: &[Half]) -> reference::Recurrent {
    let recurrence = |half: &Half| reference::Recurrence {
        cell: cell_of(input_size, &r, half),
        delay: f64::from(r.delay),
    };
    let direction = match r.direction {
        Direction::Forward => reference::Direction::Forward,
        Direction::Reverse => reference::Direction::Reverse,
        Direction::GoBackwards => reference::Direction::GoBackwards,
        Direction::Bidirectional(merge) => reference::Direction::Bidirectional(match merge {
            Merge::Concat => reference::Merge::Concat,
            Merge::Sum => reference::Merge::Sum,
            Merge::Product => reference::Merge::Product,
            Merge::Average => reference::Merge::Average,
        }),
    };
    reference::Recurrent { direction, recurrences: halves.iter().map(recurrence).collect() }
}

fn cell_of(input_size: usize, r: &Recurrent, half: &Half) -> Arc<dyn reference::Cell> {
    let (hidden_size, clip) = (r.hidden_size, r.clip.map(f64::from));
    let rows = r.cell.gates() * hidden_size;
    let (ih, hh, bias) = (wide(&half.ih), wide(&half.hh), or_zeros(half.bias.as_ref(), rows));
    match r.cell {
        CellKind::SimpleRnn { activation } => {
            let activation = function(activation);
            Arc::new(reference::SimpleRnn {
                input_size,
                hidden_size,
                u: ih,
                w: hh,
                b: bias,
                activation,
                clip,
            })
        }
        CellKind::Gru { reset, gate, candidate } => Arc::new(reference::Gru {
            input_size,
            hidden_size,
            weight_ih: ih,
            weight_hh: hh,
            bias_ih: bias,
            bias_hh: or_zeros(half.bias_hh.as_ref(), rows),
            reset: match reset {
                ResetGate::AfterProduct => reference::ResetGate::AfterProduct,
                ResetGate::BeforeProduct => reference::ResetGate::BeforeProduct,
            },
            gate: function(gate),
            candidate: function(candidate),
            clip,
        }),
        CellKind::Lstm { gate, candidate, output, coupled, .. } => Arc::new(reference::Lstm {
            input_size,
            hidden_size,
            weight_ih: ih,
            weight_hh: hh,
            bias,
            peephole: half.peephole.as_deref().map(wide),
            weight_hr: half.hr.as_deref().map(wide),
            coupled,
            gate: function(gate),
            candidate: function(candidate),
            output: function(output),
            clip,
        }),
        CellKind::MinGru { gate, candidate } => Arc::new(reference::MinGru {
            input_size,
            hidden_size,
            weight_ih: ih,
            bias,
            gate: function(gate),
            candidate: function(candidate),
            clip,
        }),
        CellKind::MinLstm { gate, candidate } => Arc::new(reference::MinLstm {
            input_size,
            hidden_size,
            weight_ih: ih,
            bias,
            gate: function(gate),
            candidate: function(candidate),
            clip,
        }),
        _ => unreachable!("the reference has every cell"),
    }
}
