//! Sequences in any direction, with lengths, masks and strides: within the tolerances of f64, on every backend.
//!
//! | file | question |
//! | --- | --- |
//! | `bits` | is a length a shorter sequence, a mask a sequence without steps, a reverse a turned one, to the bit? |
//! | `forms` | and one answer for layouts, blocks of rows, backends, threads, windows? |
//! | `twins` | macro-made as built at run time? |
//! | `errors` | are wrong arguments refused, and nothing changed? |
//! | `planted` | are planted faults found? |
//!
//! `stacks` and `feeds` make what they compare.

mod bits;
mod errors;
mod feeds;
mod forms;
mod planted;
pub(crate) mod stacks;
mod twins;

use crate::cases::check;
use feeds::{Fed, Plan, plan};
use rnn_core::{Direction, LayerKind, Merge, Network, Outputs, ResetGate};
use rnn_support::tolerance::{self, Mismatch};
use rnn_support::{backends, report};
use stacks::{DIRECTIONS, Stack, single, stack_of};
use std::cell::Cell;

/// Outputs and states of a call against the reference's: the worst part of the bound.
fn against_reference(stack: &Stack, fed: &Fed, net: &dyn Network) -> Result<f64, Mismatch> {
    let (ys, states) = fed.call(net);
    let (want, want_states) = fed.reference(&stack.reference(), stack.state_len());
    let bound = |y| tolerance::sequence(stack.terms(), fed.steps, y);
    let part = tolerance::check(&ys, &want, bound)?;
    Ok(part.max(tolerance::check(&states, &want_states, bound)?))
}

fn on_every_backend(stack: &Stack, plan: &Plan, worst: &Cell<f64>) {
    let fed = plan.feed(stack);
    for backend in backends::all() {
        match against_reference(stack, &fed, &stack.network(backend)) {
            Ok(part) => worst.set(worst.get().max(part)),
            Err(mismatch) => panic!("{backend}: {mismatch}"),
        }
    }
}

fn show(what: &str, worst: &Cell<f64>) {
    report::line(format_args!("property: {what}: at worst {:.2} of the bound", worst.get()));
}

/// Layers of any kind on top of each other.
#[test]
fn stacks_against_f64() {
    let worst = Cell::new(0.0);
    check(
        file!(),
        "stacks in any direction against f64",
        1,
        (stack_of(&DIRECTIONS), plan()),
        |(stack, plan)| {
            on_every_backend(&stack, &plan, &worst);
        },
    );
    show("stacks in any direction", &worst);
}

/// One layer, where an error of one direction is not smoothed by the next layer.
#[test]
fn single_layers_against_f64() {
    let worst = Cell::new(0.0);
    check(
        file!(),
        "one layer in any direction against f64",
        1,
        (single(&DIRECTIONS), plan()),
        |(stack, plan)| {
            on_every_backend(&stack, &plan, &worst);
        },
    );
    show("one layer in any direction", &worst);
}

/// Every cell in every direction, whatever the random cases were.
#[test]
fn every_cell_in_every_direction() {
    let worst = Cell::new(0.0);
    let kinds = [
        LayerKind::simple_rnn(5),
        LayerKind::gru(5, ResetGate::AfterProduct),
        LayerKind::gru(5, ResetGate::BeforeProduct),
        LayerKind::lstm(5),
        LayerKind::lstm(5).with_peephole().with_projection(3).with_clip(0.5),
        LayerKind::lstm(5).coupled().with_peephole(),
        LayerKind::min_gru(5),
        LayerKind::min_lstm(5),
    ];
    let mut cases = 0;
    for (index, kind) in kinds.into_iter().enumerate() {
        for direction in DIRECTIONS {
            for delay in [1.0, 2.0, 2.5] {
                let kind = kind.with_direction(direction).with_delay(delay);
                let stack = Stack { n_i: 3, layers: vec![kind], seed: index as u64 };
                for plan in Plan::every() {
                    on_every_backend(&stack, &plan, &worst);
                    cases += 1;
                }
            }
        }
    }
    report::line(format_args!("property: every cell in every direction: {cases} cases"));
    show("every cell in every direction", &worst);
}

/// Numbers worked out on paper: h' = x + h, over x = 1, 2, 4 and in the other order, with and without the middle.
#[test]
fn sums_on_paper() {
    let sum = |direction| {
        let kind = LayerKind::simple_rnn(1)
            .with_activation(rnn_core::Activation::Linear)
            .with_bias(false)
            .with_direction(direction);
        let ones = rnn_core::RecurrentWeights::new(&[1.0], &[1.0], None);
        let weights = match direction {
            Direction::Bidirectional(_) => {
                rnn_core::LayerWeights::Bidirectional { forward: ones, backward: ones }
            }
            _ => rnn_core::LayerWeights::Recurrent(ones),
        };
        let builder = rnn_core::RuntimeNetwork::builder(1).layer("sum", kind);
        builder.from_slices(&[weights]).expect("the weights fit")
    };
    let run = |direction, sequences: rnn_core::Sequences<'_>| {
        sum(direction).run(&[1.0, 2.0, 4.0], &sequences, None).expect("all arguments fit")
    };
    let all = rnn_core::Sequences::new(1, 3);
    let (two, holed) = (all.lengths(&[2]), all.mask(&[false, true, true]));
    let end = all.mask(&[true, true, false]);
    let concat = Direction::Bidirectional(Merge::Concat);
    let product = Direction::Bidirectional(Merge::Product);
    for (direction, sequences, want) in [
        (Direction::Forward, all, &[1.0, 3.0, 7.0][..]),
        (Direction::Reverse, all, &[7.0, 6.0, 4.0]),
        (Direction::GoBackwards, all, &[4.0, 6.0, 7.0]),
        (concat, all, &[1.0, 7.0, 3.0, 6.0, 7.0, 4.0]),
        (product, all, &[7.0, 18.0, 28.0]),
        (Direction::Forward, two, &[1.0, 3.0, 0.0]),
        (Direction::Reverse, two, &[3.0, 2.0, 0.0]),
        (Direction::GoBackwards, two, &[2.0, 3.0, 0.0]),
        (concat, two, &[1.0, 3.0, 3.0, 2.0, 0.0, 0.0]),
        (Direction::Forward, holed, &[0.0, 2.0, 6.0]),
        (Direction::Reverse, holed, &[6.0, 6.0, 4.0]),
        (Direction::Reverse, holed.zero_output_for_mask(), &[0.0, 6.0, 4.0]),
        (Direction::GoBackwards, holed, &[4.0, 6.0, 6.0]),
        (concat, holed, &[0.0, 0.0, 2.0, 6.0, 6.0, 4.0]),
        (Direction::Forward, end, &[1.0, 3.0, 3.0]),
        (Direction::Reverse, end, &[3.0, 2.0, 0.0]),
        (Direction::GoBackwards, end, &[0.0, 2.0, 3.0]),
        (Direction::Forward, end.outputs(Outputs::Last), &[3.0]),
        (Direction::Forward, end.zero_output_for_mask().outputs(Outputs::Last), &[0.0]),
        (concat, end.outputs(Outputs::Last), &[3.0, 3.0]),
        (concat, end.zero_output_for_mask().outputs(Outputs::Last), &[3.0, 3.0]),
        (concat, two.outputs(Outputs::Last), &[3.0, 3.0]),
        (product, all.outputs(Outputs::Last), &[49.0]),
        (concat, all.lengths(&[0]).outputs(Outputs::Last), &[0.0, 0.0]),
    ] {
        let found = run(direction, sequences);
        rnn_support::bits::assert_bits_equal(&found, want, format_args!("{direction:?}, {sequences:?}"));
    }
}
