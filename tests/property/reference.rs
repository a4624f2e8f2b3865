//! Within the tolerances of the f64 reference, on every backend.

use crate::batches::batch;
use crate::cases::check;
use crate::forms::{assert_one_answer, poison};
use crate::network::{Case, Weights, activation, case_of, dense, precise, recurrent, wide};
use crate::sizes;
use proptest::prelude::*;
use rnn_core::{Activation, LayerKind, Network, Outputs};
use rnn_support::rng::Rng;
use rnn_support::tolerance::{self, Mismatch};
use rnn_support::{backends, report};
use std::cell::Cell;

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
        (case_of(precise().boxed()), sizes::steps()),
        |(case, steps)| {
            let steps = case.affordable(4, steps);
            for backend in backends::all() {
                match check_sequence(&case, &case.network(backend), steps) {
                    Ok(part) => worst.set(worst.get().max(part)),
                    Err(mismatch) => panic!("{backend}: {mismatch}"),
                }
            }
        },
    );
    show("sequences", &worst);
}

/// One layer with weights in [-1, 1], chaotic ones among them, and inputs for one step.
pub(crate) struct OneStep {
    case: Case,
    weights: Vec<Weights>,
    x: Vec<f32>,
    h: Vec<f32>,
}

impl OneStep {
    pub(crate) fn new(n_i: usize, kind: LayerKind, seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let n = kind.output_size();
        let n_h = kind.state_len();
        let mut uniform =
            |len: usize, scale: f32| -> Vec<f32> { (0..len).map(|_| rng.uniform(-scale..=scale)).collect() };
        // From weights that leave the activation nothing to do to such that saturate it.
        let scale = [1.0, 0.3, 0.01][usize::try_from(seed % 3).unwrap_or(0)];
        let weights = Weights {
            input: uniform(n * n_i, scale),
            recurrent: uniform(n * n_h, scale),
            bias: kind.bias().then(|| uniform(n, 0.5)),
        };
        let (x, h) = (uniform(n_i, 4.0), uniform(n_h, 1.0));
        Self { case: Case::single(n_i, kind, seed), weights: vec![weights], x, h }
    }

    pub(crate) fn network(&self, backend: rnn_core::Backend) -> rnn_core::RuntimeNetwork {
        self.case.network_of(&self.weights, backend)
    }

    /// The reference's y and the bound of each.
    pub(crate) fn check(&self, got: &[f32]) -> Result<f64, Mismatch> {
        let (n_i, kind) = (self.case.n_i, self.case.layers[0]);
        let (x, h) = (wide(&self.x), wide(&self.h));
        let (want, a) = if self.h.is_empty() {
            let layer = dense(n_i, kind, &self.weights[0]);
            (layer.apply(&x), layer.largest_row_sum(&x))
        } else {
            let layer = recurrent(n_i, kind, &self.weights[0]);
            (layer.step(&x, &h), layer.largest_row_sum(&x, &h))
        };
        let sum = tolerance::one_step(tolerance::terms(n_i, self.h.len()), a);
        tolerance::check(got, &want, |y| sum + tolerance::activation(kind.activation(), y))
    }

    /// y as a step gives it, and as a row of a batch from the same state.
    pub(crate) fn outputs(&self, net: &dyn Network) -> [Vec<f32>; 2] {
        let mut state = poison(net.state_len());
        net.restore(&mut state, &self.h).expect("lengths fit");
        let mut y = poison(net.output_size());
        net.step_into(&mut state, &self.x, &mut y).expect("lengths fit");
        let mut states = self.h.repeat(3);
        let ys = batch(net, &self.x.repeat(3), 3, Outputs::Last, Some(&mut states));
        [y, ys[ys.len() / 3 * 2..].to_vec()]
    }
}

fn one_layer() -> impl Strategy<Value = OneStepCase> {
    (sizes::size(), sizes::size(), activation(), any::<bool>(), any::<bool>(), any::<u64>()).prop_map(
        |(n_i, n, activation, bias, recurrent, seed)| {
            let kind = if recurrent { LayerKind::simple_rnn(n) } else { LayerKind::dense(n) };
            OneStepCase { n_i, kind: kind.with_activation(activation).with_bias(bias), seed }
        },
    )
}

#[derive(Clone, Debug)]
struct OneStepCase {
    n_i: usize,
    kind: LayerKind,
    seed: u64,
}

fn assert_one_step(n_i: usize, kind: LayerKind, seed: u64, worst: &Cell<f64>) {
    let one = OneStep::new(n_i, kind, seed);
    for backend in backends::all() {
        let net = one.network(backend);
        for (form, got) in ["step", "batch"].into_iter().zip(one.outputs(&net)) {
            match one.check(&got) {
                Ok(part) => worst.set(worst.get().max(part)),
                Err(mismatch) => panic!("{backend}, {form} of n_i={n_i}, {kind:?}: {mismatch}"),
            }
        }
    }
}

#[test]
fn one_step() {
    let worst = Cell::new(0.0);
    check(file!(), "one step against f64", 1, one_layer(), |case| {
        assert_one_step(case.n_i, case.kind, case.seed, &worst);
    });
    show("one step", &worst);
}

/// More than 1024 terms, where a product is cut into blocks of terms: within the bound, and one answer.
#[test]
fn long_sums() {
    let worst = Cell::new(0.0);
    let mut cases = 0;
    for (n_i, n_h) in [(1023, 3), (1024, 16), (1025, 17), (2049, 9), (3, 1025), (1, 1040), (1030, 129)] {
        for activation in [Activation::Tanh, Activation::Linear] {
            let kind = LayerKind::simple_rnn(n_h).with_activation(activation);
            assert_one_step(n_i, kind, 3 + (n_i + n_h) as u64, &worst);
            assert_one_step(n_i, LayerKind::dense(n_h).with_activation(activation), n_i as u64, &worst);
            cases += 2;
        }
        let case = Case { n_i, layers: vec![LayerKind::simple_rnn(n_h), LayerKind::dense(2)], seed: 5 };
        let x = case.inputs(3);
        for backend in backends::all() {
            let net = case.network(backend);
            assert_one_answer(&net, &x, "long sums");
            let rows = 7;
            let ys = batch(&net, &x.repeat(rows), rows, Outputs::All, None);
            let alone = net.forward(&x, Outputs::All).expect("lengths fit");
            for ys in ys.chunks(alone.len()) {
                rnn_support::bits::assert_bits_equal(
                    ys,
                    &alone,
                    format_args!("{backend}, n_i={n_i}, n_h={n_h}"),
                );
            }
            if let Err(mismatch) = check_sequence(&case, &net, 3) {
                panic!("{backend}, n_i={n_i}, n_h={n_h}: {mismatch}");
            }
        }
        cases += 1;
    }
    report::line(format_args!("property: long sums: {cases} cases"));
    show("long sums, one step", &worst);
}
