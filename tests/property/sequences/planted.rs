//! Faults that the comparisons of this part are there to find, planted in networks, inputs and results.

use super::against_reference;
use super::feeds::{Counts, Fed, Plan, Which};
use super::stacks::{DIRECTIONS, Stack, build};
use rnn_core::{Direction, LayerKind, Merge, Outputs};
use rnn_support::backends;
use rnn_support::bits::compare;
use std::panic::catch_unwind;

fn lstm(direction: Direction) -> Stack {
    Stack { n_i: 3, layers: vec![LayerKind::lstm(9).with_direction(direction)], seed: 7 }
}

fn plan(counts: Counts, outputs: Outputs) -> Plan {
    let is_wanted = |plan: &Plan| plan.counts == counts && plan.outputs == outputs;
    Plan::every().find(is_wanted).expect("every kind is there")
}

/// Each direction held against the reference of each other: only itself is within the bounds.
#[test]
fn another_direction_is_found() {
    let plan = plan(Counts::Lengths, Outputs::All);
    // Two directions' halves have weights of their own and half the states: those of one are compared with those of one.
    for group in [&DIRECTIONS[..3], &DIRECTIONS[3..]] {
        for (&right, &wrong) in group.iter().flat_map(|right| group.iter().map(move |wrong| (right, wrong))) {
            let fed = plan.feed(&lstm(right));
            for backend in backends::all() {
                let found = against_reference(&lstm(right), &fed, &lstm(wrong).network(backend));
                assert_eq!(found.is_ok(), right == wrong, "{backend}, {wrong:?} for {right:?}");
            }
        }
    }
}

/// The two halves' weights exchanged, where the merge does not care for the order of its two outputs.
#[test]
fn exchanged_halves_are_found() {
    for merge in [Merge::Concat, Merge::Sum, Merge::Product, Merge::Average] {
        let stack = lstm(Direction::Bidirectional(merge));
        let fed = plan(Counts::All, Outputs::All).feed(&stack);
        let tensors = stack.tensors();
        let mut exchanged = tensors.clone();
        exchanged[0].exchange();
        for backend in backends::all() {
            let run = |tensors| against_reference(&stack, &fed, &build(3, &stack.layers, tensors, backend));
            assert!(run(&tensors).is_ok());
            assert!(run(&exchanged).is_err(), "{backend}, {merge:?}");
        }
    }
}

/// One step more or less, and a mask of which one step is another.
#[test]
fn another_step_is_found() {
    for direction in DIRECTIONS {
        let stack = lstm(direction);
        let net = stack.network(backends::all()[0]);
        for outputs in [Outputs::All, Outputs::Last, Outputs::States] {
            let rows: Vec<_> = stack.inputs(10).chunks(15).map(<[f32]>::to_vec).collect();
            let fed = |which| Fed::contiguous(rows.clone(), 5, which, outputs, Some(stack.states(2)));
            let mask = |row: [bool; 5]| Which::Mask {
                mask: vec![row, [true; 5]].into_iter().map(Vec::from).collect(),
                zero: false,
            };
            for (right, wrong) in [
                (Which::Lengths(vec![3, 5]), Which::Lengths(vec![4, 5])),
                (Which::Lengths(vec![3, 5]), Which::Lengths(vec![5, 3])),
                (Which::Lengths(vec![0, 5]), Which::Lengths(vec![1, 5])),
                (mask([true, false, true, false, true]), mask([true, true, false, false, true])),
                (mask([false, true, true, true, true]), mask([true; 5])),
            ] {
                let (want, want_states) = fed(right.clone()).reference(&stack.reference(), stack.state_len());
                let (ys, states) = fed(wrong).call(&net);
                let near =
                    |got: &[f32], want: &[f64]| rnn_support::tolerance::check(got, want, |_| 1e-5).is_ok();
                assert!(
                    !(near(&ys, &want) && near(&states, &want_states)),
                    "{direction:?}, {outputs:?}, {right:?}"
                );
            }
        }
    }
}

/// A value where nothing should be read does show when it is: padding that counts after all.
#[test]
fn padding_that_is_read_is_found() {
    for direction in DIRECTIONS {
        let stack = lstm(direction);
        let fed = plan(Counts::Mask, Outputs::All).feed(&stack);
        assert!(fed.rows.concat().iter().any(|x| !x.is_finite()), "some step does not count");
        let read = Fed { which: Which::All, ..fed.clone() };
        for backend in backends::all() {
            let net = stack.network(backend);
            assert!(against_reference(&stack, &fed, &net).is_ok());
            assert!(against_reference(&stack, &read, &net).is_err(), "{backend}, {direction:?}");
            assert!(compare(&fed.call(&net).0, &read.call(&net).0).is_err());
        }
    }
}

/// A write between strided outputs is one into the NaN that stands there.
#[test]
fn strides_leave_gaps() {
    let stack = lstm(Direction::Reverse);
    let net = stack.network(backends::all()[0]);
    let fed = plan(Counts::All, Outputs::All).feed(&stack);
    assert!(fed.call(&net).0.iter().all(|y| y.is_finite()));
    // A wrong length does not pass as a call that failed.
    let short = Fed { steps: 4, ..fed };
    assert!(catch_unwind(|| short.call(&net)).is_err());
}
