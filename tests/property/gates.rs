//! Which number is which gate's: one large number at a time, in each gate of each tensor of each cell, must have the
//! effect it has in the reference, and not the one it would have in another gate.

use crate::forms::{by_steps, poison, state, steps_from};
use crate::kinds;
use crate::network::{Case, Weights};
use crate::one_step::OneStep;
use rnn_core::{Activation, LayerKind, Network, ResetGate};
use rnn_support::backends;
use rnn_support::bits::compare;

/// A cell's tensors that have a row, or a number, for each gate: how to get them, and how many gates they have.
type Tensor = (&'static str, fn(&mut Weights) -> Option<&mut Vec<f32>>);

const TENSORS: [Tensor; 5] = [
    ("weight_ih", |weights| Some(&mut weights.input)),
    ("weight_hh", |weights| Some(&mut weights.recurrent)),
    ("bias_ih", |weights| weights.bias.as_mut()),
    ("bias_hh", |weights| weights.second.as_mut()),
    ("peephole", |weights| weights.peephole.as_mut()),
];

/// A step with both biases, and all weights small but for one.
fn with_one(n_i: usize, kind: LayerKind, tensor: Tensor, gate: usize, gates: usize) -> Option<OneStep> {
    // A seed of small weights, so that no clip hides the large one, with whichever biases there may be.
    let mut one = OneStep::new(n_i, kind, 5);
    let rows = kind.recurrent().map_or(0, |layer| layer.cell.gates() * layer.hidden_size);
    let shape = crate::network::Shape::of(n_i, kind);
    if shape.second && one.weights[0].second.is_none() {
        one.weights[0].second = Some((0..rows).map(|at| 0.4 - 0.05 * (at % 7) as f32).collect());
    }
    let values = tensor.1(&mut one.weights[0]).filter(|values| !values.is_empty())?;
    let len = values.len() / gates;
    // Not the first, which some mistakes would leave in its place.
    let value = &mut values[gate * len + len / 2];
    *value += if *value < 0.0 { 0.6 } else { -0.6 };
    Some(one)
}

/// Gates of a tensor, and names of them.
fn gates(kind: LayerKind, tensor: &str) -> &'static [&'static str] {
    match (kind.name(), tensor) {
        ("lstm", "peephole") => &["i", "f", "o"],
        ("lstm", _) => &["i", "f", "g", "o"],
        ("gru", _) => &["r", "z", "n"],
        ("min_gru", _) => &["z", "n"],
        ("min_lstm", _) => &["f", "i", "n"],
        _ => &["h"],
    }
}

/// Whether the numbers of a gate have no effect by the equations.
fn is_dead(kind: LayerKind, gate: &str) -> bool {
    let coupled = matches!(
        kind.recurrent().map(|layer| layer.cell),
        Some(rnn_core::CellKind::Lstm { coupled: true, .. })
    );
    coupled && gate == "f"
}

#[test]
fn each_gate_of_each_tensor() {
    let mut told_apart = 0;
    for (n_i, size) in [(1, 1), (3, 5), (2, 17), (9, 33)] {
        for kind in kinds::each(size) {
            for tensor in TENSORS {
                let names = gates(kind, tensor.0);
                let ones: Vec<_> = (0..names.len())
                    .filter_map(|gate| with_one(n_i, kind, tensor, gate, names.len()))
                    .collect();
                for (gate, one) in ones.iter().enumerate() {
                    for backend in backends::all() {
                        for got in one.outputs(&one.network(backend)) {
                            let what = format!("{backend}, {kind:?}: {} of {}", names[gate], tensor.0);
                            if let Err(mismatch) = one.check(&got) {
                                panic!("{what}: {mismatch}");
                            }
                            for (other, elsewhere) in
                                ones.iter().enumerate().filter(|&(other, _)| other != gate)
                            {
                                assert!(
                                    elsewhere.check(&got).is_err(),
                                    "{what} has the effect of {}",
                                    names[other]
                                );
                                told_apart += 1;
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(told_apart > 0);
}

/// The rows of f in an LSTM whose gates are coupled are there and not read.
#[test]
fn numbers_without_effect() {
    let kind = LayerKind::lstm(9).coupled().with_peephole();
    for tensor in TENSORS {
        let names = gates(kind, tensor.0);
        for (gate, name) in names.iter().enumerate() {
            let case = Case::single(3, kind, 2);
            let mut weights = case.weights();
            weights[0].second = Some(vec![0.25; 36]);
            let plain = weights.clone();
            let values = tensor.1(&mut weights[0]).expect("an LSTM with all of them");
            let len = values.len() / names.len();
            values[gate * len..(gate + 1) * len].fill(1.5);
            for backend in backends::all() {
                let [with, without] =
                    [&weights, &plain].map(|w| by_steps(&case.network_of(w, backend), &case.inputs(4)));
                assert_eq!(compare(&with, &without).is_ok(), is_dead(kind, name), "{name} of {}", tensor.0);
            }
        }
    }
}

/// Networks of the same weights, as far as both have them, that an option tells apart.
fn pairs() -> Vec<(&'static str, LayerKind, LayerKind)> {
    let lstm = LayerKind::lstm(7);
    let [after, before] =
        [ResetGate::AfterProduct, ResetGate::BeforeProduct].map(|reset| LayerKind::gru(7, reset));
    let mut pairs = vec![
        ("reset", after, before),
        ("coupled", lstm, lstm.coupled()),
        ("peephole", lstm, lstm.with_peephole()),
        ("projection", lstm, lstm.with_projection(7)),
        ("output", lstm, lstm.with_output(Activation::Softsign)),
        ("output alone", lstm.with_activation(Activation::Softsign), lstm.with_output(Activation::Softsign)),
        (
            "the published candidate",
            LayerKind::min_gru(7),
            LayerKind::min_gru(7).with_activation(Activation::Tanh),
        ),
        (
            "the published candidate",
            LayerKind::min_lstm(7),
            LayerKind::min_lstm(7).with_activation(Activation::Tanh),
        ),
    ];
    let cells =
        [LayerKind::simple_rnn(7), after, before, lstm, LayerKind::min_gru(7), LayerKind::min_lstm(7)];
    for kind in cells.into_iter().chain([lstm.with_peephole().coupled().with_projection(4)]) {
        pairs.push(("clip", kind, kind.with_clip(0.2)));
        pairs.push(("another clip", kind.with_clip(0.1), kind.with_clip(0.2)));
        pairs.push(("a whole delay", kind, kind.with_delay(2.0)));
        pairs.push(("another delay", kind.with_delay(3.0), kind.with_delay(2.0)));
        pairs.push(("a fraction of a delay", kind.with_delay(2.0), kind.with_delay(2.25)));
        pairs.push(("another fraction", kind.with_delay(2.5), kind.with_delay(2.25)));
        pairs.push(("bias", kind, kind.with_bias(false)));
        pairs.push(("activation", kind, kind.with_activation(Activation::Softsign)));
        pairs.push(("a fast activation", kind, kind.with_activation(Activation::FastTanh)));
        if kind.name() != "simple_rnn" {
            pairs.push(("gate", kind, kind.with_gate(Activation::HardSigmoid { alpha: 0.2, beta: 0.5 })));
            pairs.push(("a fast gate", kind, kind.with_gate(Activation::FastSigmoid)));
            let [less, more] =
                [0.2, 0.21].map(|alpha| kind.with_gate(Activation::HardSigmoid { alpha, beta: 0.5 }));
            pairs.push(("a parameter", less, more));
        }
    }
    pairs
}

/// Every option has an effect: an option that is read but not honoured gives the outputs of the layer without it.
#[test]
fn options_change_outputs() {
    for (option, one, other) in pairs() {
        let [first, second] = [one, other].map(|kind| Case::single(3, kind, 6));
        let (shared, mut weights) = (first.weights(), second.weights());
        // One draw: what both have is the same.
        let longest = [&shared[0].input, &weights[0].input].map(Vec::len);
        assert_eq!(longest[0], longest[1]);
        weights[0].input.clone_from(&shared[0].input);
        if shared[0].recurrent.len() == weights[0].recurrent.len() {
            weights[0].recurrent.clone_from(&shared[0].recurrent);
        }
        if other.bias() {
            weights[0].bias.clone_from(&shared[0].bias);
            weights[0].second.clone_from(&shared[0].second);
        }
        let x = first.inputs(6);
        for backend in backends::all() {
            let nets = [first.network_of(&shared, backend), second.network_of(&weights, backend)];
            let [ys, others] = nets.map(|net| by_steps(&net, &x));
            let differs = ys.iter().zip(&others).any(|(y, other)| (y - other).abs() > 1e-6);
            assert!(differs, "{backend}: {option} changes nothing in {one:?}");
        }
    }
}

/// Without a bias as with one of zeros, in steps and for any number of rows.
#[test]
fn no_bias_is_a_bias_of_zeros() {
    for kind in [1, 5, 16, 33].into_iter().flat_map(kinds::each) {
        let [without, with] = [false, true].map(|bias| Case::single(3, kind.with_bias(bias), 7));
        let weights = without.weights();
        assert!(weights[0].bias.is_none() && weights[0].second.is_none());
        let rows = crate::network::Shape::of(3, kind).rows;
        let mut zeros = weights.clone();
        zeros[0].bias = Some(vec![0.0; rows]);
        if kind.recurrent().is_some_and(|layer| layer.cell.is_recurrent()) {
            zeros[0].second = Some(vec![0.0; rows]);
        }
        for backend in backends::all() {
            let [net, of_zeros] = [without.network_of(&weights, backend), with.network_of(&zeros, backend)];
            for rows in [1, 2, 3, 5] {
                let x = without.inputs(rows * 4);
                let outputs = rnn_core::Outputs::All;
                let [ys, others] =
                    [&net, &of_zeros].map(|net| crate::batches::batch(net, &x, rows, outputs, None));
                assert!(compare(&ys, &others).is_ok(), "{backend}, {rows} rows of {kind:?}");
                let alone: Vec<f32> =
                    x.chunks(4 * 3).flat_map(|x| steps_from(&net, &mut state(&net), x)).collect();
                assert!(compare(&ys, &alone).is_ok(), "{backend}, {rows} rows of {kind:?}, alone");
            }
        }
    }
}

/// A snapshot has the states newest first, h then c: what is written at each place is read where the equations read it.
#[test]
fn snapshots_are_newest_first() {
    for kind in kinds::each(3) {
        let case = Case::single(2, kind, 3);
        for backend in backends::all() {
            let net = case.network(backend);
            let mut state = poison(net.state_len());
            net.reset(&mut state).expect("the length fits");
            let layer = kind.recurrent().expect("each is recurrent");
            let len = layer.state_size() + layer.memory_size();
            let mut past: Vec<Vec<f32>> = vec![vec![0.0; len]; layer.past_states()];
            for x in case.inputs(7).chunks(2) {
                let y = steps_from(&net, &mut state, x);
                let snapshot = net.snapshot(&state).expect("lengths fit");
                assert!(
                    compare(&snapshot[..y.len()], &y).is_ok(),
                    "{backend}: y is the newest h of {kind:?}"
                );
                past.insert(0, snapshot[..len].to_vec());
                past.pop();
                assert!(compare(snapshot, &past.concat()).is_ok(), "{backend}: past states of {kind:?}");
            }
        }
    }
}
