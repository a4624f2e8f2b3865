//! One answer: step, buffers cut anywhere, sequence, batch row and window give the same bits, on every backend; the
//! fused ones give each other's.

use crate::cases::check;
use crate::forms::{FORMS, assert_one_answer, by_buffers, by_steps, state, steps_from};
use crate::network::{Case, case};
use crate::sizes;
use proptest::prelude::*;
use rnn_core::{Activation, LayerKind, Network};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;

/// Outputs on every backend; all fused ones have the same.
fn assert_case(case: &Case, steps: usize) {
    let x = case.inputs(case.affordable(14, steps));
    let mut fused: Option<Vec<f32>> = None;
    for backend in backends::all() {
        let ys = assert_one_answer(&case.network(backend), &x, "one answer");
        assert!(!case.stays_finite() || ys.iter().all(|y| y.is_finite()), "{backend}");
        if backend.is_fused() {
            let want = fused.get_or_insert_with(|| ys.clone());
            assert_bits_equal(&ys, want, format_args!("{backend} and the first fused backend"));
        }
    }
}

#[test]
fn every_form_of_one_sequence() {
    check(file!(), "every form of one sequence", 1, (case(), sizes::steps()), |(case, steps)| {
        assert_case(&case, steps);
    });
}

/// What once failed, in words of this suite.
#[test]
fn networks_that_once_failed() {
    let rnn = |size, f, bias| LayerKind::simple_rnn(size).with_activation(f).with_bias(bias);
    for layers in [
        vec![rnn(3, Activation::Tanh, true), rnn(3, Activation::Relu, false), LayerKind::dense(15)],
        vec![rnn(2, Activation::Tanh, false), rnn(5, Activation::Linear, true), LayerKind::dense(2)],
    ] {
        for seed in 0..20 {
            assert_case(&Case { n_i: 1, layers: layers.clone(), seed }, 3);
        }
    }
}

#[test]
fn any_split_into_buffers() {
    let cuts = prop::collection::vec(0_usize..200, 0..6);
    check(file!(), "any split into buffers", 1, (case(), sizes::steps(), cuts), |(case, steps, mut cuts)| {
        let steps = case.affordable(2, steps);
        let x = case.inputs(steps);
        for cut in &mut cuts {
            *cut %= steps + 1;
        }
        cuts.sort_unstable();
        for backend in backends::all() {
            let net = case.network(backend);
            assert_bits_equal(
                &by_buffers(&net, &x, &cuts),
                &by_steps(&net, &x),
                format_args!("{backend}: {cuts:?}"),
            );
        }
    });
}

/// A state is numbers, not a backend's: one fused backend goes on where another stopped, and a snapshot that went
/// through bytes is the state itself.
#[test]
fn states_move_between_backends() {
    check(file!(), "states move between backends", 2, (case(), 2_usize..24), |(case, steps)| {
        let x = case.inputs(steps);
        let (head, tail) = x.split_at(steps / 2 * case.n_i);
        for from in backends::all() {
            let net = case.network(from);
            let want = by_steps(&net, &x);
            let mut before = state(&net);
            let mut ys = steps_from(&net, &mut before, head);
            let bytes: Vec<u8> =
                net.snapshot(&before).expect("lengths fit").iter().flat_map(|h| h.to_le_bytes()).collect();
            let snapshot: Vec<f32> = bytes.as_chunks().0.iter().map(|&h| f32::from_le_bytes(h)).collect();
            for to in backends::all() {
                let other = case.network(to);
                let mut after = vec![f32::NAN; other.state_len()];
                other.restore(&mut after, &snapshot).expect("a snapshot fits every backend");
                let rest = steps_from(&other, &mut after, tail);
                if from.is_fused() == to.is_fused() {
                    ys.truncate(head.len() / case.n_i * case.n_o());
                    ys.extend(rest);
                    assert_bits_equal(&ys, &want, format_args!("from {from} to {to}"));
                } else {
                    let finite = rest.iter().all(|y| y.is_finite());
                    assert!(!case.stays_finite() || finite, "from {from} to {to}");
                }
            }
        }
    });
}

/// A sequence given again after a reset gives the same again.
#[test]
fn a_reset_forgets_everything() {
    check(file!(), "a reset forgets everything", 4, (case(), 1_usize..9), |(case, steps)| {
        let x = case.inputs(steps);
        for backend in backends::all() {
            let net = case.network(backend);
            let mut state = state(&net);
            let first = steps_from(&net, &mut state, &x);
            net.reset(&mut state).expect("the length fits");
            assert_bits_equal(&steps_from(&net, &mut state, &x), &first, backend);
        }
    });
}

#[test]
fn forms_have_names_of_their_own() {
    let mut names = FORMS.map(|form| form.0);
    names.sort_unstable();
    assert!(names.is_sorted_by(|a, b| a < b));
}
