//! A harness that cannot fail proves nothing: faults planted in networks must be found by the very functions the other
//! suites compare with. (Another order of terms: `order.rs`. A row that sees another: `batches.rs`. A failing call that
//! writes: `errors.rs`.)

use crate::cases::run;
use crate::forms::{assert_one_answer, by_steps};
use crate::network::Case;
use crate::one_step::OneStep;
use crate::reference::check_sequence;
use proptest::test_runner::Config;
use rnn_core::{Activation, LayerKind, Network, RuntimeNetwork};
use rnn_support::backends;
use rnn_support::bits::compare;
use rnn_support::tolerance::Mismatch;
use std::panic::catch_unwind;

const STEPS: usize = 12;

fn case(f: Activation) -> Case {
    Case { n_i: 3, layers: vec![LayerKind::simple_rnn(17).with_activation(f), LayerKind::dense(4)], seed: 11 }
}

/// The right network passes, on every backend; the wrong ones must not.
fn compared(wrong: impl Fn(&Case, rnn_core::Backend) -> RuntimeNetwork) -> Vec<Result<f64, Mismatch>> {
    let right = case(Activation::Tanh);
    let of = |backend| {
        assert!(check_sequence(&right, &right.network(backend), STEPS).is_ok(), "{backend}");
        check_sequence(&right, &wrong(&right, backend), STEPS)
    };
    backends::all().into_iter().map(of).collect()
}

#[test]
fn a_wrong_tanh_is_found() {
    for found in compared(|_, backend| case(Activation::FastTanh).network(backend)) {
        assert!(matches!(found, Err(Mismatch::Value { .. })), "an error of 3e-5 in a sequence");
    }
    // One step: a fast tanh held against the precise one's bound, over many seeds. (Of the largest weights, those of
    // seeds that three divides, sums alone may be as far off.)
    let kind = LayerKind::simple_rnn(16);
    for seed in (0..18).filter(|seed| seed % 3 != 0) {
        for backend in backends::all() {
            let right = OneStep::new(2, kind, seed);
            let wrong = OneStep::new(2, kind.with_activation(Activation::FastTanh), seed);
            assert!(right.outputs(&right.network(backend)).iter().all(|y| right.check(y).is_ok()));
            assert!(
                wrong.outputs(&wrong.network(backend)).iter().all(|y| right.check(y).is_err()),
                "seed {seed}"
            );
        }
    }
}

#[test]
fn a_dropped_bias_is_found() {
    for layer in 0..2 {
        for found in compared(|right, backend| {
            let mut weights = right.weights();
            weights[layer].bias.iter_mut().for_each(|bias| bias[1] = 0.0);
            right.network_of(&weights, backend)
        }) {
            assert!(matches!(found, Err(Mismatch::Value { .. })), "one bias of layer {layer}");
        }
        for found in compared(|right, backend| {
            let mut case = right.clone();
            case.layers[layer] = case.layers[layer].with_bias(false);
            let mut weights = right.weights();
            weights[layer].bias = None;
            case.network_of(&weights, backend)
        }) {
            assert!(found.is_err(), "all biases of layer {layer}");
        }
    }
}

#[test]
fn exchanged_weights_are_found() {
    for found in compared(|right, backend| {
        let mut weights = right.weights();
        weights[0].recurrent.swap(3, 20);
        right.network_of(&weights, backend)
    }) {
        assert!(found.is_err(), "two weights of W");
    }
    for found in compared(|right, backend| {
        let mut weights = right.weights();
        let w = &mut weights[0].recurrent;
        *w = (0..17 * 17).map(|at| w[at % 17 * 17 + at / 17]).collect();
        right.network_of(&weights, backend)
    }) {
        assert!(found.is_err(), "W transposed");
    }
}

#[test]
fn a_nan_is_found() {
    for found in compared(|right, backend| {
        let mut weights = right.weights();
        weights[1].bias.iter_mut().for_each(|bias| bias[3] = f32::NAN);
        right.network_of(&weights, backend)
    }) {
        assert!(matches!(found, Err(Mismatch::Value { index: 3, .. })), "one NaN in each output");
    }
}

/// One bit of one output, and a zero of the other sign.
#[test]
fn one_bit_is_found() {
    let case = case(Activation::Tanh);
    let net = case.network(backends::all()[0]);
    let right = by_steps(&net, &case.inputs(STEPS));
    for at in 0..right.len() {
        let mut wrong = right.clone();
        wrong[at] = f32::from_bits(wrong[at].to_bits() ^ 1);
        assert!(compare(&wrong, &right).is_err());
    }
    assert!(compare(&[0.0], &[-0.0]).is_err());
    assert!(compare(&[f32::NAN], &[1.0]).is_err());
}

/// The forms are compared at all: backends that do not share their bits would not pass as one answer.
#[test]
fn forms_that_differ_are_found() {
    let case = case(Activation::Tanh);
    let x = case.inputs(STEPS);
    let answers: Vec<_> = backends::all()
        .into_iter()
        .map(|backend| assert_one_answer(&case.network(backend), &x, "right"))
        .collect();
    let unfused = backends::all().iter().position(|backend| !backend.is_fused());
    if let (Some(unfused), true) = (unfused, backends::all().len() > 1) {
        assert!(compare(&answers[unfused], &answers[0]).is_err(), "an unfused backend has its own bits");
    }
    let other = Case { seed: 12, ..case.clone() };
    let net = other.network(backends::all()[0]);
    assert!(compare(&by_steps(&net, &x), &answers[0]).is_err(), "other weights have other bits");
    assert_eq!(net.input_size(), case.n_i);
}

/// A property that does not hold fails, with its smallest case; one that holds says how often it was tried.
#[test]
fn a_property_that_does_not_hold_fails() {
    let config = || Config { cases: 64, failure_persistence: None, ..Config::default() };
    assert_eq!(run(config(), 0_usize..1000, |_| {}), Ok(64));
    let failure = run(config(), 0_usize..1000, |size| assert!(size < 17, "too large")).unwrap_err();
    assert!(failure.contains("too large") && failure.contains("17"), "{failure}");
    // Under the name of this file nothing is kept, for the failure is wanted.
    assert!(catch_unwind(|| run(config(), 0_usize..1, |_| panic!("wanted")).unwrap()).is_err());
}
