//! Within the tolerances of the f64 reference, on every backend.

use crate::batches::batch;
use crate::cases::check;
use crate::forms::assert_one_answer;
use crate::kinds::{self, Roles};
use crate::network::{Case, case_of};
use crate::one_step::OneStep;
use crate::sizes;
use proptest::prelude::*;
use rnn_core::{LayerKind, Network, Outputs};
use rnn_support::bits::assert_bits_equal;
use rnn_support::tolerance::{self, Mismatch};
use rnn_support::{backends, report};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// A whole network against its reference by the bound of sequences: the worst part of the bound.
pub(crate) fn check_sequence(case: &Case, net: &dyn Network, steps: usize) -> Result<f64, Mismatch> {
    let x = case.inputs(steps);
    let got = net.forward(&x, Outputs::All).expect("lengths fit");
    tolerance::check(&got, &case.reference(&x), |y| tolerance::sequence(case.terms(), steps, y))
}

/// Prints how near the results come to their bounds: a bound that nothing ever comes near is wrong as well.
fn show(what: &str, worst: &Cell<f64>) {
    report::line(format_args!("property: {what}: at worst {:.2} of the bound", worst.get()));
}

#[test]
fn sequences() {
    let worst = Cell::new(0.0_f64);
    check(
        file!(),
        "sequences against f64",
        1,
        (case_of(&Roles::precise()), sizes::steps()),
        |(case, steps)| {
            let steps = case.affordable(4, steps);
            for backend in backends::all() {
                match check_sequence(&case, &case.network(backend), steps) {
                    Ok(part) => worst.set(worst.get().max(part)),
                    Err(mismatch) => panic!("{backend}, T={steps}: {mismatch}"),
                }
            }
        },
    );
    show("sequences", &worst);
}

/// The worst part of the bound of each cell, and what was not decided.
#[derive(Default)]
struct Worst {
    parts: RefCell<BTreeMap<&'static str, f64>>,
    undecided: Cell<usize>,
}

impl Worst {
    fn add(&self, kind: LayerKind, part: f64) {
        let mut parts = self.parts.borrow_mut();
        let worst = parts.entry(kind.name()).or_default();
        *worst = worst.max(part);
    }

    fn show(&self, what: &str) {
        for (name, part) in &*self.parts.borrow() {
            report::line(format_args!("property: {what}, {name}: at worst {part:.2} of the bound"));
        }
        report::line(format_args!("property: {what}: {} cases not decided", self.undecided.get()));
    }
}

fn assert_one_step(n_i: usize, kind: LayerKind, seed: u64, worst: &Worst) {
    let one = OneStep::new(n_i, kind, seed);
    if !one.is_decided() {
        return worst.undecided.set(worst.undecided.get() + 1);
    }
    for backend in backends::all() {
        let net = one.network(backend);
        for (form, got) in ["step", "batch"].into_iter().zip(one.outputs(&net)) {
            match one.check(&got) {
                Ok(part) => worst.add(kind, part),
                Err(mismatch) => panic!("{backend}, {form} of n_i={n_i}, {kind:?}: {mismatch}"),
            }
        }
    }
}

#[test]
fn one_step() {
    let worst = Worst::default();
    let roles = Roles::every();
    let kinds = prop_oneof![6 => kinds::recurrent(&roles), 1 => kinds::dense(&roles)];
    check(file!(), "one step against f64", 1, (sizes::size(), kinds, any::<u64>()), |(n_i, kind, seed)| {
        assert_one_step(n_i, kind, seed, &worst);
    });
    worst.show("one step");
}

/// Weights so large that a difference in the last bit of a state grows from step to step: the first three steps, where
/// it has not, by the bound of one step from each state that the network itself came to.
#[test]
fn chaotic_weights_over_first_steps() {
    let worst = Worst::default();
    let cases = (sizes::size(), kinds::recurrent(&Roles::precise()), any::<u64>());
    check(file!(), "chaotic weights, first steps", 2, cases, |(n_i, kind, seed)| {
        for backend in backends::all() {
            let mut one = OneStep::chaotic(n_i, kind, seed);
            if !one.is_decided() {
                return worst.undecided.set(worst.undecided.get() + 1);
            }
            let net = one.network(backend);
            for step in 0..3 {
                let [got, _] = one.outputs(&net);
                match one.check(&got) {
                    Ok(part) => worst.add(kind, part),
                    Err(mismatch) => panic!("{backend}, step {step} of n_i={n_i}, {kind:?}: {mismatch}"),
                }
                one.advance(&got, step);
            }
        }
    });
    worst.show("chaotic weights");
}

/// Every cell where a product is cut into blocks of terms, and just below: beyond 1024, with few registers and four gates beyond
/// 96 and with three beyond 128. Within the bound, one answer, and rows as each alone.
#[test]
fn long_sums() {
    let worst = Worst::default();
    let mut cases = 0;
    let far = [(1023, 3), (1024, 16), (1025, 17), (2049, 9), (3, 1025), (1, 1040), (1030, 129)];
    let near = [(80, 16), (80, 17), (97, 16), (111, 17), (129, 33), (16, 97), (3, 193)];
    for (n_i, n_h) in far.into_iter().chain(near) {
        // One of the largest for each cell, all options for the others.
        let mut kinds = kinds::each(n_h);
        kinds.retain(|kind| n_h < 1000 || n_h % 2 == 0 || kind.state_len() <= 2 * n_h);
        if n_h == 1040 || n_h == 129 {
            kinds.retain(|kind| kind.recurrent().is_some_and(|layer| layer.clip.is_some()));
        }
        kinds.push(LayerKind::dense(n_h));
        for kind in kinds {
            assert_one_step(n_i, kind, 3 + (n_i + n_h) as u64, &worst);
            let case = Case { n_i, layers: vec![kind, LayerKind::dense(2)], seed: 5 };
            let steps = if kind.state_len() > 1000 { 2 } else { 3 };
            let x = case.inputs(steps);
            for backend in backends::all() {
                let net = case.network(backend);
                let alone = assert_one_answer(&net, &x, "long sums");
                for rows in (2..=9).filter(|&rows| n_h < 1000 || rows % 3 == 1) {
                    for ys in batch(&net, &x.repeat(rows), rows, Outputs::All, None).chunks(alone.len()) {
                        let what = format_args!("{backend}, n_i={n_i}, {kind:?}, {rows} rows");
                        assert_bits_equal(ys, &alone, what);
                    }
                }
                if let Err(mismatch) = check_sequence(&case, &net, steps) {
                    panic!("{backend}, n_i={n_i}, {kind:?}: {mismatch}");
                }
            }
            cases += 1;
        }
    }
    report::line(format_args!("property: long sums: {cases} cases"));
    worst.show("long sums, one step");
}
