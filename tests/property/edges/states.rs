//! A stream buffer belongs to the network that used it first: another one refuses it, however long it is.

use crate::sequences::stacks::Stack;
use rnn_core::{Backend, HasState, LayerKind, Network, ResetGate, RuntimeNetwork, ShapeError};
use rnn_support::bits::assert_bits_equal;

fn network(layers: Vec<LayerKind>) -> RuntimeNetwork {
    Stack { n_i: 1, layers, seed: 3 }.network(Backend::detect())
}

fn with_head(size: usize, count: usize, kind: fn(usize) -> LayerKind) -> RuntimeNetwork {
    let mut layers = vec![kind(size); count];
    layers.push(LayerKind::dense(1));
    network(layers)
}

/// The calls that read a state.
fn calls(net: &RuntimeNetwork, state: &mut [f32]) -> [Result<(), ShapeError>; 4] {
    let mut ys = [7.0; 3];
    let results = [
        net.step_into(state, &[0.5], &mut ys[..1]),
        net.process_into(state, &[0.5; 3], &mut ys),
        net.process_in_place(state, &mut ys),
        net.snapshot(state).map(|_| ()),
    ];
    if results.iter().any(Result::is_err) {
        assert_bits_equal(&ys, &[7.0; 3], "the outputs");
    }
    results
}

/// Networks whose states are of one length, by pairs.
#[test]
fn another_networks_state_is_refused_by_every_call() {
    let lstm: fn(usize) -> LayerKind = LayerKind::lstm;
    let gru: fn(usize) -> LayerKind = |n| LayerKind::gru(n, ResetGate::AfterProduct);
    let simple: fn(usize) -> LayerKind = LayerKind::simple_rnn;
    let mut nets = Vec::new();
    for kind in [lstm, gru, simple, LayerKind::min_gru, LayerKind::min_lstm] {
        for size in [1, 2, 3, 4, 8, 12, 16, 20, 24, 32] {
            nets.extend((1..=3).map(|count| with_head(size, count, kind)));
        }
    }
    let mut pairs = 0;
    for (i, net) in nets.iter().enumerate() {
        for other in nets.iter().skip(i + 1).filter(|other| other.state_len() == net.state_len()) {
            pairs += 1;
            let mut state = vec![0.0; net.state_len()];
            net.step_into(&mut state, &[0.5], &mut [0.0]).expect("a fresh state");
            let before = state.clone();
            for error in calls(other, &mut state) {
                let Err(ShapeError::State { found: Some(found), expected, .. }) = error else {
                    panic!(
                        "{:?} takes the state of {:?}: {error:?}",
                        other.architecture(),
                        net.architecture()
                    )
                };
                assert_ne!(found, expected);
            }
            assert_bits_equal(&state, &before, format_args!("a refused state"));
            assert!(calls(net, &mut state).iter().all(Result::is_ok), "its own network goes on");
        }
    }
    assert!(pairs > 100, "{pairs} pairs of one length");
}

#[test]
fn an_error_names_both_shapes() {
    let (a, b) = (with_head(12, 1, LayerKind::lstm), with_head(13, 1, LayerKind::lstm));
    assert_eq!(a.state_len(), b.state_len());
    let mut state = vec![0.0; a.state_len()];
    a.step_into(&mut state, &[0.5], &mut [0.0]).expect("a fresh state");
    let error = b.step_into(&mut state, &[0.5], &mut [0.0]).expect_err("the state of another network");
    let text = error.to_string();
    for part in ["1 layer of Lstm, n_i=1, n_h=12", "1 layer of Lstm, n_i=1, n_h=13", "initial_state", "reset"]
    {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
    let error = b.step_into(&mut vec![f32::NAN; a.state_len()], &[0.5], &mut [0.0]).expect_err("no state");
    assert!(matches!(error, ShapeError::State { found: None, .. }), "{error:?}");
    assert!(error.to_string().contains("reset"), "{error}");
}

/// The same shape is the same network as far as its states go: weights may be exchanged while it runs.
#[test]
fn a_state_goes_on_with_other_weights() {
    let layers = vec![LayerKind::lstm(5), LayerKind::dense(1)];
    let nets = [1, 2].map(|seed| Stack { n_i: 1, layers: layers.clone(), seed }.network(Backend::detect()));
    let mut state = vec![0.0; nets[0].state_len()];
    for net in &nets {
        net.step_into(&mut state, &[0.5], &mut [0.0]).expect("a state of this shape");
    }
}

/// Reset, restore, zeros and a snapshot taken before the first step, as they ever were.
#[test]
fn fresh_states_and_those_set_anew_belong_to_nobody_else() {
    let (a, b) = (with_head(12, 1, LayerKind::lstm), with_head(13, 1, LayerKind::lstm));
    let mut state = vec![0.0; a.state_len()];
    assert!(a.snapshot(&state).expect("a fresh state").iter().all(|h| h.to_bits() == 0));
    a.step_into(&mut state, &[0.5], &mut [0.0]).expect("a fresh state");
    let snapshot = a.snapshot(&state).expect("its own state").to_vec();

    b.reset(&mut state).expect("any buffer of this length");
    let mut y = [0.0];
    b.step_into(&mut state, &[0.5], &mut y).expect("a fresh state");
    let mut fresh = vec![0.0; b.state_len()];
    let mut want = [0.0];
    b.step_into(&mut fresh, &[0.5], &mut want).expect("a fresh state");
    assert_bits_equal(&y, &want, format_args!("after a reset"));

    a.restore(&mut state, &snapshot).expect("any buffer of this length");
    assert_bits_equal(a.snapshot(&state).expect("its own state"), &snapshot, format_args!("restored"));
    assert!(b.snapshot(&state).is_err(), "what was restored belongs to the network that did it");
    // A fresh buffer that is restored has started.
    let mut state = vec![0.0; a.state_len()];
    a.restore(&mut state, &snapshot).expect("a fresh state");
    assert!(b.step_into(&mut state, &[0.5], &mut y).is_err());

    let mut state = a.initial_state();
    a.step_into(&mut state, &[0.5], &mut y).expect("a fresh state");
    state.reset();
    b.step_into(&mut state, &[0.5], &mut y).expect("a state set anew");
}
