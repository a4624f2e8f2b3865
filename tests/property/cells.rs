//! Thousands of small cases of each cell: every form of a sequence, rows with states, and one step against f64.
//!
//! The other suites draw a cell as one among many, in networks of several layers and all sizes.

use crate::batches::batch;
use crate::cases::check_often;
use crate::forms::{assert_one_answer, poison, steps_from};
use crate::kinds::{Roles, cells, of_cell, stays_finite};
use crate::network::Case;
use crate::one_step::OneStep;
use crate::sizes;
use proptest::prelude::*;
use rnn_core::{LayerKind, Network, Outputs};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;
use rnn_support::rng::Rng;

/// Every form from the state of zeros, and rows from states of their own and back into them.
fn assert_case(case: &Case, steps: usize, rows: usize) {
    let x = case.inputs(steps);
    let xs = Case { seed: !case.seed, ..case.clone() }.inputs(rows * steps);
    let mut fused: Option<[Vec<f32>; 2]> = None;
    for backend in backends::all() {
        let net = case.network(backend);
        let ys = assert_one_answer(&net, &x, "one answer");
        assert!(!stays_finite(case.layers[0]) || ys.iter().all(|y| y.is_finite()), "{backend}");

        let len = net.snapshot_len();
        let initial = Rng::new(case.seed ^ 0x57A7E).states(rows * len);
        let mut states = initial.clone();
        let row_ys = batch(&net, &xs, rows, Outputs::All, Some(&mut states));
        for row in 0..rows {
            let mut alone = poison(net.state_len());
            net.restore(&mut alone, &initial[row * len..][..len]).expect("lengths fit");
            let each = steps * case.n_i;
            let want = steps_from(&net, &mut alone, &xs[row * each..][..each]);
            let what = format_args!("{backend}, row {row} of {rows}");
            assert_bits_equal(&row_ys[row * want.len()..][..want.len()], &want, what);
            assert_bits_equal(&states[row * len..][..len], &alone[..len], what);
        }
        if backend.is_fused() {
            let want = fused.get_or_insert_with(|| [ys.clone(), states.clone()]);
            assert_bits_equal(&ys, &want[0], format_args!("{backend} and the first fused backend"));
            assert_bits_equal(
                &states,
                &want[1],
                format_args!("{backend} and the first fused backend, states"),
            );
        }
    }
}

/// One step within the bound of the cell.
fn assert_step(n_i: usize, kind: LayerKind, seed: u64) {
    let one = OneStep::new(n_i, kind, seed);
    if !one.is_decided() {
        return;
    }
    for backend in backends::all() {
        for got in one.outputs(&one.network(backend)) {
            if let Err(mismatch) = one.check(&got) {
                panic!("{backend}, n_i={n_i}, {kind:?}: {mismatch}");
            }
        }
    }
}

fn many(name: &str, cell: usize) {
    let [.., (_, cell)] = &cells(&Roles::every())[..=cell] else { panic!("there is such a cell") };
    let kind = of_cell(cell.clone(), sizes::small());
    let cases = (sizes::small(), kind, 1_usize..7, 1_usize..8, any::<u64>());
    check_often(file!(), name, cases, |(n_i, kind, steps, rows, seed)| {
        assert_case(&Case::single(n_i, kind, seed), steps, rows);
        assert_step(n_i, kind, seed);
    });
}

#[test]
fn simple_rnn() {
    many("each form of a simple layer", 0);
}

#[test]
fn gru_after() {
    many("each form of a GRU that resets after the product", 1);
}

#[test]
fn gru_before() {
    many("each form of a GRU that resets before the product", 2);
}

#[test]
fn lstm() {
    many("each form of an LSTM", 3);
}

#[test]
fn min_gru() {
    many("each form of a minimal GRU", 4);
}

#[test]
fn min_lstm() {
    many("each form of a minimal LSTM", 5);
}
