//! Random layers: every cell that can be stepped, with every option, activations in every role, and dense ones.

use crate::sizes;
use proptest::prelude::*;
use rnn_core::{Activation, CellKind, LayerKind, Recurrent, ResetGate};

/// Which activations a layer may draw.
#[derive(Clone, Debug)]
pub(crate) struct Roles {
    /// Of gates.
    gate: BoxedStrategy<Activation>,
    /// Of a minimal LSTM's gates, whose sum divides: above zero, if need be by a clip.
    positive: BoxedStrategy<Activation>,
    /// Of states, candidates, the memory and dense layers.
    value: BoxedStrategy<Activation>,
}

/// Every activation, tanh and the sigmoid, which are compiled into the kernels, as often as all others.
pub(crate) fn activation() -> impl Strategy<Value = Activation> {
    prop_oneof![1 => Just(Activation::Tanh), 1 => any_activation()]
}

fn any_activation() -> impl Strategy<Value = Activation> {
    prop::sample::select(rnn_support::accuracy::ACTIVATIONS.to_vec())
}

/// Every activation whose sequences the tolerance table bounds.
pub(crate) fn precise() -> impl Strategy<Value = Activation> {
    prop::sample::select(vec![
        Activation::Tanh,
        Activation::Tanh,
        Activation::Sigmoid,
        Activation::Relu,
        Activation::Linear,
        Activation::Softsign,
    ])
}

/// Gates of at most 1.
const GATES: [Activation; 6] = [
    Activation::FastSigmoid,
    Activation::HardSigmoid { alpha: 0.2, beta: 0.5 },
    Activation::HardSigmoid { alpha: 0.3, beta: 0.4 },
    Activation::HardSigmoidKeras3,
    Activation::Tanh,
    Activation::Softsign,
];

/// Gates above zero, those from the third on where a clip sees to it.
const POSITIVE: [Activation; 6] = [
    Activation::Sigmoid,
    Activation::Softplus,
    Activation::Exponential,
    Activation::FastSigmoid,
    Activation::HardSigmoid { alpha: 0.2, beta: 0.5 },
    Activation::HardSigmoidKeras3,
];

impl Roles {
    /// Every activation in every role; mostly gates that gate.
    pub(crate) fn every() -> Self {
        let usual = [Activation::Sigmoid, Activation::FastSigmoid];
        Self {
            gate: prop_oneof![
                4 => prop::sample::select(usual.to_vec()),
                2 => prop::sample::select(GATES.to_vec()),
                1 => any_activation(),
            ]
            .boxed(),
            positive:
                prop_oneof![1 => Just(Activation::Sigmoid), 1 => prop::sample::select(POSITIVE.to_vec())]
                    .boxed(),
            value: prop_oneof![
                4 => Just(Activation::Tanh),
                1 => Just(Activation::FastTanh),
                4 => any_activation(),
            ]
            .boxed(),
        }
    }

    /// Those whose sequences the tolerance table bounds.
    pub(crate) fn precise() -> Self {
        let gates = [GATES[1], GATES[2], GATES[3]];
        Self {
            gate: prop_oneof![3 => Just(Activation::Sigmoid), 1 => prop::sample::select(gates.to_vec())]
                .boxed(),
            positive: Just(Activation::Sigmoid).boxed(),
            value: precise().boxed(),
        }
    }
}

/// What any recurrent layer may have: a bias, a clip, a delay.
type Common = (bool, Option<f32>, f32);

fn common() -> impl Strategy<Value = Common> {
    let clip = prop::option::weighted(0.2, prop::sample::select(vec![0.25_f32, 0.5, 1.0, 2.0]));
    let delay = prop_oneof![
        6 => Just(1.0_f32),
        1 => prop::sample::select(vec![2.0_f32, 3.0, 5.0]),
        1 => prop::sample::select(vec![1.25_f32, 1.5, 2.75, 4.1]),
    ];
    (prop::bool::weighted(0.75), clip, delay)
}

/// A layer of this cell; some activations only within a clip: what grows without end, or may be zero where it divides.
fn layer(cell: CellKind, size: usize, (bias, clip, delay): Common) -> LayerKind {
    let needs_clip = roles(LayerKind::Recurrent(Recurrent::new(cell, size))).into_iter().flatten();
    let needs_clip = needs_clip.into_iter().any(|f| f == Activation::Exponential)
        || matches!(cell, CellKind::MinLstm { gate, .. } if !matches!(gate, Activation::Sigmoid | Activation::Softplus));
    let clip = if needs_clip { clip.or(Some(2.0)) } else { clip };
    LayerKind::Recurrent(Recurrent { bias, clip, delay, ..Recurrent::new(cell, size) })
}

/// The activations of a layer: s, t and u, as far as it has them.
pub(crate) fn roles(kind: LayerKind) -> [Option<Activation>; 3] {
    let cell = kind.recurrent().map(|layer| layer.cell);
    let output = match cell {
        Some(CellKind::Lstm { output, .. }) => Some(output),
        _ => None,
    };
    [cell.and_then(CellKind::gate), Some(kind.activation()), output]
}

/// The same layer with f of each of its activations.
pub(crate) fn with_roles(kind: LayerKind, f: impl Fn(Activation) -> Activation) -> LayerKind {
    let [gate, value, output] = roles(kind);
    let kind = value.map_or(kind, |value| kind.with_activation(f(value)));
    let kind = gate.map_or(kind, |gate| kind.with_gate(f(gate)));
    output.map_or(kind, |output| kind.with_output(f(output)))
}

/// An LSTM: half of them as everyone has them, the others with any of the options.
fn lstm(roles: &Roles) -> impl Strategy<Value = CellKind> + use<> {
    let plain = Just((false, false, None));
    let options = (any::<bool>(), any::<bool>(), prop::option::of(sizes::size()));
    let value = roles.value.clone();
    (roles.gate.clone(), value.clone(), value, prop_oneof![plain, options]).prop_map(
        |(gate, candidate, output, (peephole, coupled, projection))| {
            // The memory is a sum without end: an output that follows it would as well.
            let output = if output == Activation::Exponential { Activation::Tanh } else { output };
            CellKind::Lstm { gate, candidate, output, peephole, coupled, projection }
        },
    )
}

/// Any recurrent layer: all cells alike, both forms of a GRU counting as two and an LSTM, with its options, too.
pub(crate) fn recurrent(roles: &Roles) -> impl Strategy<Value = LayerKind> + use<> {
    let Roles { gate, positive, value } = roles.clone();
    let gru = |reset| {
        (gate.clone(), value.clone()).prop_map(move |(gate, candidate)| CellKind::Gru {
            reset,
            gate,
            candidate,
        })
    };
    // Minimal cells are mostly as published, with linear candidates.
    let candidate = prop_oneof![Just(Activation::Linear), value.clone()];
    let cell = prop_oneof![
        2 => value.clone().prop_map(|activation| CellKind::SimpleRnn { activation }),
        2 => gru(ResetGate::AfterProduct),
        2 => gru(ResetGate::BeforeProduct),
        4 => lstm(roles),
        2 => (gate.clone(), candidate.clone())
            .prop_map(|(gate, candidate)| CellKind::MinGru { gate, candidate }),
        2 => (positive, candidate).prop_map(|(gate, candidate)| CellKind::MinLstm { gate, candidate }),
    ];
    (cell, sizes::size(), common()).prop_map(|(cell, size, common)| layer(cell, size, common))
}

/// A dense layer.
pub(crate) fn dense(roles: &Roles) -> impl Strategy<Value = LayerKind> + use<> {
    (sizes::size(), roles.value.clone(), any::<bool>())
        .prop_map(|(size, f, bias)| LayerKind::dense(size).with_activation(f).with_bias(bias))
}

/// Whether no state grows without end, so that outputs are numbers however long the sequence.
pub(crate) fn stays_finite(kind: LayerKind) -> bool {
    let [gate, ..] = roles(kind);
    let gates = gate.is_none_or(|gate| {
        matches!(gate, Activation::Sigmoid) || GATES.contains(&gate) || kind.name() == "min_lstm"
    });
    // A dense exponential stands behind anything.
    gates
        && roles(kind)
            .into_iter()
            .flatten()
            .all(|f| f != Activation::Exponential || kind.name() == "min_lstm")
}

/// One layer of each cell and form, of these units: the usual one, and one with every option.
pub(crate) fn each(size: usize) -> Vec<LayerKind> {
    let after = LayerKind::gru(size, ResetGate::AfterProduct);
    let before = LayerKind::gru(size, ResetGate::BeforeProduct);
    let lstm = LayerKind::lstm(size);
    vec![
        LayerKind::simple_rnn(size),
        LayerKind::simple_rnn(size).with_clip(0.5).with_delay(2.5),
        after,
        after.with_clip(1.0).with_delay(2.0),
        before,
        before.with_clip(1.0).with_delay(1.25),
        lstm,
        lstm.with_peephole(),
        lstm.coupled(),
        lstm.with_projection(size.div_ceil(2)),
        lstm.with_peephole().coupled().with_projection(size + 1).with_clip(1.5).with_delay(1.5),
        LayerKind::min_gru(size),
        LayerKind::min_gru(size).with_activation(Activation::Tanh).with_clip(1.0).with_delay(3.0),
        LayerKind::min_lstm(size),
        LayerKind::min_lstm(size).with_activation(Activation::Tanh).with_clip(1.0).with_delay(1.5),
    ]
}
