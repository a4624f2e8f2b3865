//! Networks, of both kinds.

use crate::allocates_nothing;
use rnn_core::prelude::*;
use rnn_core::{Backend, LayerKind, LayerWeights, ShapeError};
use rnn_support::backends;

/// Two layers and a head: one layer's step in one group of panels, the other's in several, a function that runs as a
/// pass of its own.
#[rnn(input_size = 8)]
struct MadeByMacro {
    first: SimpleRnn<70>,
    #[rnn(activation = sigmoid)]
    second: SimpleRnn<20>,
    output: Dense<3>,
}

/// Weights of the network, made either way.
const WEIGHTS: [LayerWeights<'static>; 3] = [
    LayerWeights::recurrent(&[0.01; 560], &[0.01; 4900], Some(&[0.1; 70])),
    LayerWeights::recurrent(&[0.01; 1400], &[0.01; 400], Some(&[0.1; 20])),
    LayerWeights::Dense { weight: &[0.1; 60], bias: Some(&[0.0; 3]) },
];

pub(crate) fn at_run_time(backend: Backend) -> RuntimeNetwork {
    RuntimeNetwork::builder(8)
        .simple_rnn("first", 70)
        .layer("second", LayerKind::simple_rnn(20).with_activation(Activation::Sigmoid))
        .dense("output", 3)
        .backend(backend)
        .from_slices(&WEIGHTS)
        .expect("the weights fit")
}

fn by_macro(backend: Backend) -> MadeByMacro {
    MadeByMacro::from_slices(backend, &WEIGHTS).expect("the weights fit")
}

/// Steps of a sequence: several blocks of shared projections.
const T: usize = 100;

/// Every serial `_into` call.
fn every_call(net: &dyn Network, state: &mut [f32]) -> Result<(), ShapeError> {
    let backend = net.backend();
    let (n_i, n_o) = (net.input_size(), net.output_size());
    let xs = vec![0.5; T * n_i];
    let mut ys = vec![0.0; T * n_o];
    let snapshot = vec![0.25; net.snapshot_len()];
    let mut scratch = vec![0.0; net.forward_scratch_len(T).expect("the length fits")];
    allocates_nothing(format_args!("calls on a state on {backend}"), || {
        net.restore(state, &snapshot)?;
        net.step_into(state, &xs[..n_i], &mut ys[..n_o])?;
        net.process_into(state, &xs, &mut ys)?;
        net.process_into(state, &[], &mut [])?;
        net.snapshot(state)?;
        net.reset(state)
    })?;
    allocates_nothing(format_args!("forward on {backend}"), || {
        net.forward_into(&xs, Outputs::All, &mut ys, &mut scratch)?;
        net.forward_into(&xs, Outputs::Last, &mut ys[..n_o], &mut scratch)
    })?;
    // Few rows, one row, and more than one block of 64.
    for rows in [10, 1, 100] {
        let len = net.batch_scratch_len(rows, T / rows).expect("the length fits");
        scratch.resize(scratch.len().max(len), 0.0);
        let mut states = vec![0.25; rows * net.snapshot_len()];
        allocates_nothing(format_args!("forward_batch of {rows} rows on {backend}"), || {
            net.forward_batch_into(&xs, rows, Outputs::All, &mut ys, Some(&mut states), &mut scratch)?;
            net.forward_batch_into(&xs, rows, Outputs::Last, &mut ys[..rows * n_o], None, &mut scratch)
        })?;
    }
    for windows in [Windows::new(10), Windows::new(3).stride(4)] {
        let count = windows.count(T)?;
        scratch.resize(scratch.len().max(net.windows_scratch_len(T, windows)?), 0.0);
        allocates_nothing(format_args!("{windows:?} on {backend}"), || {
            net.windows_into(&xs, windows, &mut ys[..count * n_o], &mut scratch)
        })?;
    }
    // Errors allocate nothing either.
    allocates_nothing(format_args!("calls that fail on {backend}"), || {
        assert!(net.step_into(state, &xs, &mut ys[..n_o]).is_err());
        assert!(net.process_into(state, &xs[1..], &mut ys).is_err());
        assert!(net.forward_into(&xs, Outputs::All, &mut ys, &mut []).is_err());
        assert!(net.forward_batch_into(&xs, 7, Outputs::All, &mut ys, None, &mut scratch).is_err());
        assert!(net.windows_into(&xs, Windows::new(T + 1), &mut ys, &mut scratch).is_err());
    });
    Ok(())
}

#[test]
fn networks_built_at_run_time() {
    for backend in backends::all() {
        let net = at_run_time(backend);
        let mut state = net.initial_state();
        every_call(&net, &mut state).expect("lengths fit");
    }
}

/// Two sizes, of which files have one, and another.
#[rnn(input_size = 8, sizes = [1x20, 2x6])]
struct OfSeveralSizes {
    rnn: SimpleRnn<_>,
    output: Dense<3>,
}

#[test]
fn networks_picked_by_their_size() {
    for (hidden_size, told) in [(20, "compiled for 1x20"), (21, "run time: 1x21 is not among 1x20, 2x6")] {
        let (ih, hh, bias) =
            (vec![0.01; 8 * hidden_size], vec![0.01; hidden_size * hidden_size], vec![0.1; hidden_size]);
        let weights = [
            LayerWeights::recurrent(&ih, &hh, Some(&bias)),
            LayerWeights::Dense { weight: &vec![0.1; 3 * hidden_size], bias: Some(&[0.0; 3]) },
        ];
        for backend in backends::all() {
            let net = OfSeveralSizes::from_slices(backend, &weights).expect("the weights fit");
            assert_eq!(net.summary().picked(), Some(told));
            let mut state = net.initial_state();
            every_call(&net, &mut state).expect("lengths fit");
            let y = allocates_nothing(format_args!("a step on arrays on {backend}"), || {
                net.step(&mut state, &[0.5; 8])
            });
            assert!(y.iter().all(|y| y.is_finite()), "{y:?}");
        }
    }
}

#[test]
fn networks_made_by_the_macro() {
    for backend in backends::all() {
        let net = by_macro(backend);
        let mut state = net.initial_state();
        every_call(&net, &mut state).expect("lengths fit");
        let what = format_args!("calls on arrays on {backend}");
        let y = allocates_nothing(what, || {
            let mut other = net.initial_state();
            net.step(&mut other, &[0.5; 8]);
            let mut copy = other;
            net.step(&mut copy, &[0.25; 8])
        });
        assert!(y.iter().all(|y| y.is_finite()), "{y:?}");
    }
}
