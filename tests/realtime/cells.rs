//! Every cell with every option, whole sequences with lengths and masks in both directions, streams that come and go.

use crate::allocates_nothing;
use rnn_core::{
    Activation, Backend, Direction, HasState, LayerKind, LayerWeights, Merge, Network, Outputs, Recurrent,
    RecurrentWeights, ResetGate, RuntimeNetwork, Sequences, ShapeError, StreamBatch,
};
use rnn_support::backends;
use rnn_support::rng::Rng;

/// Inputs and units.
const N_I: usize = 3;
const UNITS: usize = 21;

/// Each cell as it usually is, and with its options; functions that are not compiled into the cells among them.
fn layers() -> Vec<LayerKind> {
    let after = LayerKind::gru(UNITS, ResetGate::AfterProduct);
    let before = LayerKind::gru(UNITS, ResetGate::BeforeProduct);
    let lstm = LayerKind::lstm(UNITS);
    vec![
        LayerKind::simple_rnn(UNITS).with_delay(2.5).with_clip(1.0),
        after,
        after.with_delay(1.5).with_activation(Activation::GeluTanh),
        before,
        before.with_delay(3.0).with_clip(2.0),
        lstm,
        lstm.with_projection(7),
        lstm.with_projection(33).with_peephole().coupled().with_delay(2.25).with_clip(3.0),
        LayerKind::min_gru(UNITS).with_delay(2.0),
        LayerKind::min_lstm(UNITS),
    ]
}

/// The layer in this direction, and a head.
fn network(kind: LayerKind, direction: Direction, backend: Backend) -> RuntimeNetwork {
    let kind = kind.with_direction(direction);
    let layer: Recurrent = kind.recurrent().expect("a recurrent layer");
    let mut rng = Rng::new(1);
    let mut some = |len: usize| rng.weights(len, UNITS);
    let (rows, state) = (layer.cell.gates() * UNITS, layer.state_size());
    let (u, b, v) = (some(rows * N_I), some(rows), some(2 * kind.output_size()));
    let w = some(if layer.cell.is_recurrent() { rows * state } else { 0 });
    let (p, hr) = (some(3 * UNITS), some(state * UNITS));
    let weights = RecurrentWeights {
        peephole: layer.has_peephole().then_some(&p),
        weight_hr: layer.projection().map(|_| &*hr),
        ..RecurrentWeights::new(&u, &w, Some(&b))
    };
    let entry = if kind.directions() == 2 {
        LayerWeights::Bidirectional { forward: weights, backward: weights }
    } else {
        LayerWeights::Recurrent(weights)
    };
    RuntimeNetwork::builder(N_I)
        .layer("hidden", kind)
        .dense("output", 2)
        .backend(backend)
        .from_slices(&[entry, LayerWeights::Dense { weight: &v, bias: Some(&[0.1; 2]) }])
        .expect("the weights fit")
}

#[test]
fn steps() {
    for backend in backends::all() {
        for kind in layers() {
            let net = network(kind, Direction::Forward, backend);
            let (mut state, xs, mut ys) = (net.initial_state(), [0.5; 40 * N_I], [f32::NAN; 40 * 2]);
            let result = allocates_nothing(format_args!("steps of {kind:?} on {backend}"), || {
                net.step_into(&mut state, &xs[..N_I], &mut ys[..2])?;
                net.process_into(&mut state, &xs, &mut ys)
            });
            assert_eq!(result, Ok(()));
            assert!(ys.iter().all(|y| y.is_finite()), "{kind:?}: {ys:?}");
        }
    }
}

/// More rows than a block, of all lengths and with holes; in both orders of rows and steps.
#[test]
fn sequences() {
    const ROWS: usize = 70;
    const T: usize = 9;
    let directions = [
        Direction::Forward,
        Direction::Reverse,
        Direction::GoBackwards,
        Direction::Bidirectional(Merge::Concat),
        Direction::Bidirectional(Merge::Product),
    ];
    let lengths: Vec<usize> = (0..ROWS).map(|row| row % (T + 1)).collect();
    let mask: Vec<bool> = (0..ROWS * T).map(|i| i % 3 != 1).collect();
    let plain = Sequences::new(ROWS, T);
    let feeds = [
        (plain, T),
        (plain.lengths(&lengths), T),
        (plain.lengths(&lengths).outputs(Outputs::Last), 1),
        (plain.mask(&mask).time_major(), T),
        (plain.mask(&mask).zero_output_for_mask().outputs(Outputs::States), 0),
    ];
    for backend in backends::all() {
        for (kind, direction) in layers().into_iter().zip(directions.into_iter().cycle()) {
            let net = network(kind, direction, backend);
            let xs = vec![0.5; ROWS * T * N_I];
            let (mut ys, mut states) = (vec![0.0; ROWS * T * 2], vec![0.25; ROWS * net.snapshot_len()]);
            for (sequences, given) in feeds {
                let mut scratch = vec![0.0; net.run_scratch_len(&sequences).expect("the length fits")];
                let ys = &mut ys[..ROWS * given * 2];
                let what = format_args!("{sequences:?} of {kind:?} on {backend}");
                let result = allocates_nothing(what, || {
                    net.run_into(&xs, &sequences, ys, None, &mut scratch)?;
                    net.run_into(&xs, &sequences, ys, Some(&mut states), &mut scratch)
                });
                assert_eq!(result, Ok(()));
                // Errors allocate nothing either.
                allocates_nothing(what, || {
                    assert!(net.run_into(&xs[1..], &sequences, ys, None, &mut scratch).is_err());
                    assert!(net.run_into(&xs, &sequences, ys, None, &mut []).is_err());
                });
            }
        }
    }
}

#[test]
fn streams() {
    const ROOM: usize = 17;
    for backend in backends::all() {
        for kind in layers() {
            let net = network(kind, Direction::Forward, backend);
            let mut streams = StreamBatch::new(&net, ROOM).expect("the model can be stepped");
            let (xs, mut ys) = ([0.5; ROOM * N_I], [0.0; ROOM * 2]);
            let mut snapshot = vec![0.0; net.snapshot_len()];
            let result = allocates_nothing(format_args!("streams of {kind:?} on {backend}"), || {
                for round in 0..3 {
                    while streams.join().is_some() {}
                    streams.step_into(&xs, &mut ys)?;
                    let first = streams.ids().next().ok_or(ShapeError::NoSteps)?;
                    let last = streams.ids().last().ok_or(ShapeError::NoSteps)?;
                    assert!(streams.snapshot_into(last, &mut snapshot)?);
                    assert!(streams.restore(first, &snapshot)? && streams.reset(last));
                    assert!(streams.leave(first) && !streams.leave(first));
                    streams.step_into(&xs[N_I..], &mut ys[2..])?;
                    assert!(streams.step_into(&xs, &mut ys).is_err(), "round {round}");
                }
                Ok(())
            });
            assert_eq!(result, Ok::<(), ShapeError>(()));
            assert!(ys.iter().all(|y| y.is_finite()), "{kind:?}: {ys:?}");
        }
    }
}
