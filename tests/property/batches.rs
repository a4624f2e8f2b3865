//! Rows of a batch: each has the bits it has alone, whatever stands in the others and however many there are.

use crate::cases::check;
use crate::forms::{poison, state, steps_from};
use crate::network::{Case, case};
use crate::sizes;
use proptest::prelude::*;
use rnn_core::{LayerKind, Network, Outputs, RuntimeNetwork};
use rnn_support::bits::assert_bits_equal;
use rnn_support::rng::Rng;
use rnn_support::{backends, bits};

/// `forward_batch_into` with scratch and results full of NaN.
pub(crate) fn batch(
    net: &dyn Network,
    xs: &[f32],
    rows: usize,
    outputs: Outputs,
    states: Option<&mut [f32]>,
) -> Vec<f32> {
    let steps = xs.len().checked_div(rows).unwrap_or(0) / net.input_size();
    let each = if outputs == Outputs::All { steps } else { 1 };
    let mut ys = poison(rows * each * net.output_size());
    let mut scratch = poison(net.batch_scratch_len(rows, steps).expect("the length fits"));
    net.forward_batch_into(xs, rows, outputs, &mut ys, states, &mut scratch).expect("lengths fit");
    ys
}

/// The last output of each row.
fn lasts(ys: &[f32], rows: usize, n_o: usize) -> Vec<f32> {
    ys.chunks_exact(ys.len() / rows).flat_map(|ys| ys[ys.len() - n_o..].to_vec()).collect()
}

#[test]
fn every_row_of_a_batch() {
    check(file!(), "every row of a batch", 1, (case(), sizes::rows(), 1_usize..6), |(case, rows, steps)| {
        let steps = case.affordable(rows, steps);
        let x = case.inputs(rows * steps);
        let len = steps * case.n_i;
        for backend in backends::all() {
            let net = case.network(backend);
            let want: Vec<f32> = x.chunks(len).flat_map(|x| steps_from(&net, &mut state(&net), x)).collect();
            assert_bits_equal(
                &batch(&net, &x, rows, Outputs::All, None),
                &want,
                format_args!("{backend}, all"),
            );
            let want = lasts(&want, rows, case.n_o());
            assert_bits_equal(
                &batch(&net, &x, rows, Outputs::Last, None),
                &want,
                format_args!("{backend}, last"),
            );
        }
    });
}

/// A row's bits do not depend on how many others there are or where it stands: the same row everywhere.
#[test]
fn any_number_of_rows_and_any_position() {
    check(file!(), "any number of rows and any position", 4, (case(), 1_usize..4), |(case, steps)| {
        let steps = case.affordable(300, steps);
        let x = case.inputs(steps);
        for backend in backends::all() {
            let net = case.network(backend);
            let want = steps_from(&net, &mut state(&net), &x);
            for rows in (1..=9).chain([12, 63, 64, 65, 66, 129]) {
                let ys = batch(&net, &x.repeat(rows), rows, Outputs::All, None);
                for (row, ys) in ys.chunks(want.len()).enumerate() {
                    assert_bits_equal(ys, &want, format_args!("{backend}, row {row} of {rows}"));
                }
            }
        }
    });
}

/// From states of their own and back into them, a part of the steps at a time: the final states are those of streams.
#[test]
fn rows_with_states() {
    let cases = (case(), sizes::rows(), 1_usize..7, 0_usize..7);
    check(file!(), "rows with states", 2, cases, |(case, rows, steps, split)| {
        let steps = case.affordable(rows, steps);
        let split = split % (steps + 1);
        let x = case.inputs(rows * steps);
        let (n_i, n_o) = (case.n_i, case.n_o());
        for backend in backends::all() {
            let net = case.network(backend);
            let len = net.snapshot_len();
            let initial = Rng::new(case.seed ^ 0x57A7E).states(rows * len);
            let mut states = initial.clone();
            let mut got = vec![Vec::new(); rows];
            for part in [0..split, split..steps] {
                let each = part.len() * n_o;
                let xs: Vec<f32> = x
                    .chunks(steps * n_i)
                    .flat_map(|x| x[part.start * n_i..part.end * n_i].to_vec())
                    .collect();
                if part.is_empty() {
                    // B rows of no steps leave the states alone.
                    let before = states.clone();
                    assert!(batch(&net, &[], 0, Outputs::All, None).is_empty());
                    assert_bits_equal(&states, &before, "no steps");
                    continue;
                }
                let ys = batch(&net, &xs, rows, Outputs::All, Some(&mut states));
                got.iter_mut().zip(ys.chunks(each)).for_each(|(got, ys)| got.extend(ys));
            }
            for row in 0..rows {
                let mut alone = poison(net.state_len());
                net.restore(&mut alone, &initial[row * len..][..len]).expect("lengths fit");
                let want = steps_from(&net, &mut alone, &x[row * steps * n_i..][..steps * n_i]);
                assert_bits_equal(&got[row], &want, format_args!("{backend}, row {row} of {rows}"));
                assert_bits_equal(
                    &states[row * len..][..len],
                    &alone[..len],
                    format_args!("{backend}, state {row}"),
                );
            }
        }
    });
}

/// A value that is no number in one row, its input or its state, leaves the bits of all others alone.
#[test]
fn a_row_never_sees_another() {
    let bad = prop::sample::select(vec![f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX]);
    let indices = any::<[prop::sample::Index; 2]>();
    let cases = (case(), sizes::rows(), 1_usize..5, indices, bad);
    check(file!(), "a row never sees another", 1, cases, |(case, rows, steps, [index, which], bad)| {
        let steps = case.affordable(rows, steps);
        let (clean, sick) = (case.inputs(rows * steps), index.index(rows));
        let mut x = clean.clone();
        x[sick * steps * case.n_i] = bad;
        for backend in backends::all() {
            let net = case.network(backend);
            let want = batch(&net, &clean, rows, Outputs::All, None);
            let alone = |x: &[f32]| steps_from(&net, &mut state(&net), x);
            assert_others(&batch(&net, &x, rows, Outputs::All, None), &want, rows, sick, "an input");
            // The sick row as well has the bits it has alone.
            let each = want.len() / rows;
            let ys = batch(&net, &x, rows, Outputs::All, None);
            let row = &x[sick * steps * case.n_i..][..steps * case.n_i];
            assert_bits_equal(&ys[sick * each..][..each], &alone(row), format_args!("{backend}, row {sick}"));

            let len = net.snapshot_len();
            if len == 0 {
                continue;
            }
            let mut states = Rng::new(case.seed).states(rows * len);
            let mut sick_states = states.clone();
            sick_states[sick * len + which.index(len)] = bad;
            let want = batch(&net, &clean, rows, Outputs::All, Some(&mut states));
            let ys = batch(&net, &clean, rows, Outputs::All, Some(&mut sick_states));
            assert_others(&ys, &want, rows, sick, "a state");
            assert_others(&sick_states, &states, rows, sick, "the states after it");
        }
    });
}

fn assert_others(got: &[f32], want: &[f32], rows: usize, sick: usize, what: &str) {
    let each = want.len() / rows;
    for row in (0..rows).filter(|&row| row != sick) {
        let [got, want] = [got, want].map(|values| &values[row * each..][..each]);
        assert_bits_equal(got, want, format_args!("{what} of row {sick} reaches row {row} of {rows}"));
    }
}

/// The assertion above does tell a row that saw another.
#[test]
#[should_panic(expected = "an input of row 1 reaches row 2 of 3")]
fn a_row_that_saw_another_is_found() {
    assert_others(&[1.0, 2.0, f32::NAN], &[1.0, 2.0, 3.0], 3, 1, "an input");
}

#[test]
fn no_rows_and_no_steps() {
    for backend in backends::all() {
        let net: RuntimeNetwork = Case::single(3, LayerKind::simple_rnn(5), 1).network(backend);
        assert!(batch(&net, &[], 0, Outputs::All, Some(&mut [])).is_empty());
        assert!(batch(&net, &[], 0, Outputs::Last, None).is_empty());
        // Three rows of no steps: nothing comes out, and the states stay.
        let mut states = [0.5; 15];
        let mut scratch = poison(net.batch_scratch_len(3, 0).expect("the length fits"));
        let run = net.forward_batch_into(&[], 3, Outputs::All, &mut [], Some(&mut states), &mut scratch);
        assert_eq!(run, Ok(()));
        assert!(bits::compare(&states, &[0.5; 15]).is_ok());
        assert!(net.forward_batch_into(&[], 3, Outputs::Last, &mut [0.0; 15], None, &mut scratch).is_err());
    }
}
