//! One answer however sequences are handed over: layouts, blocks of rows, calls, backends, threads.

use super::feeds::{Counts, Fed, Plan, Which, part, plan, rows};
use super::stacks::{DIRECTIONS, Stack, single, stack_of};
use crate::cases::check;
use crate::forms::poison;
use crate::windows::cut;
use proptest::prelude::*;
use rayon::ThreadPoolBuilder;
use rnn_core::{Direction, Network, Outputs, Sequences};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;

#[track_caller]
fn same((ys, states): &(Vec<f32>, Vec<f32>), want: &(Vec<f32>, Vec<f32>), what: impl std::fmt::Display) {
    assert_bits_equal(ys, &want.0, format_args!("{what}"));
    assert_bits_equal(states, &want.1, format_args!("{what}, the states"));
}

/// Time-major or not, strided or not, overlapping or not; each row as it is alone; on every fused backend.
#[test]
fn one_answer_for_layouts_rows_and_backends() {
    check(file!(), "layouts, rows and backends", 1, (stack_of(&DIRECTIONS), plan()), |(stack, plan)| {
        let fed = plan.feed(&stack);
        let rows = fed.rows.len();
        let mut fused: Option<(Vec<f32>, Vec<f32>)> = None;
        for backend in backends::all() {
            let net = stack.network(backend);
            let want = fed.call(&net);
            same(&fed.plain().call(&net), &want, format_args!("{backend}, one after the other"));
            // The first, the last and those at the ends of blocks; all of a small batch.
            for row in (0..rows).filter(|row| rows <= 9 || [0, 31, 63, 64, rows - 1].contains(row)) {
                let own = (part(&want.0, rows, row).to_vec(), part(&want.1, rows, row).to_vec());
                same(&fed.row(row).call(&net), &own, format_args!("{backend}, row {row} of {rows}"));
            }
            // From zeros is from no states, though the first product is then left out.
            if fed.states.is_none() {
                let zeros = Some(vec![0.0; rows * stack.state_len()]);
                let (ys, _) = Fed { states: zeros, ..fed.clone() }.call(&net);
                assert_bits_equal(&ys, &want.0, format_args!("{backend}, from zeros"));
            }
            if backend.is_fused() {
                same(&want, fused.get_or_insert_with(|| want.clone()), format_args!("{backend}, backends"));
            }
        }
    });
}

/// 65 and 129 rows: the second and third block have the lengths and masks of their own rows.
#[test]
fn rows_past_a_block() {
    let cases = (single(&DIRECTIONS), plan(), prop::bool::ANY);
    check(file!(), "rows past a block", 4, cases, |(stack, plan, many)| {
        let fed = Plan { rows: if many { 129 } else { 65 }, ..plan }.feed(&stack);
        for backend in backends::all() {
            let net = stack.network(backend);
            let want = fed.call(&net);
            for row in 0..fed.rows.len() {
                let own = [&want.0, &want.1].map(|values| part(values, fed.rows.len(), row).to_vec());
                same(&fed.row(row).call(&net), &own.into(), format_args!("{backend}, row {row}"));
            }
        }
    });
}

/// `forward`, `forward_batch` and `run` with results of their own, and theirs on threads, are `run_into`.
#[test]
fn calls_without_sequences() {
    let pools =
        [1, 2, 3].map(|n| ThreadPoolBuilder::new().num_threads(n).build().expect("a pool of threads"));
    let cases = (stack_of(&DIRECTIONS[1..]), plan());
    check(file!(), "calls without sequences", 2, cases, |(stack, plan)| {
        let fed = Plan { states: false, ..plan }.feed(&stack);
        let all = Fed { which: Which::All, ..plan_all(&fed, &stack) };
        let (rows, steps, outputs) = (fed.rows.len(), fed.steps, fed.outputs);
        let xs = all.rows.concat();
        for backend in backends::all() {
            let net = stack.network(backend);
            let (want, _) = all.call(&net);
            // Without rows or without values there is no T to be found.
            if rows * steps > 0 {
                let ys = net.forward_batch(&xs, rows, outputs).expect("lengths fit");
                assert_bits_equal(&ys, &want, format_args!("{backend}, a batch"));
                for pool in &pools {
                    let ys = pool.install(|| net.par_forward_batch(&xs, rows, outputs)).expect("lengths fit");
                    assert_bits_equal(&ys, &want, format_args!("{backend}, a batch on threads"));
                }
            }
            let sequences = Sequences::new(rows, steps).outputs(outputs);
            let ys = net.run(&xs, &sequences, None).expect("lengths fit");
            assert_bits_equal(&ys, &want, format_args!("{backend}, a result of its own"));
            for (row, x) in all.rows.iter().enumerate().take(3) {
                let want = part(&want, rows, row);
                let mut ys = poison(want.len());
                let mut scratch = poison(net.forward_scratch_len(steps).expect("the length fits"));
                net.forward_into(x, outputs, &mut ys, &mut scratch).expect("lengths fit");
                assert_bits_equal(&ys, want, format_args!("{backend}, a sequence"));
                let ys = net.forward(x, outputs).expect("lengths fit");
                assert_bits_equal(&ys, want, format_args!("{backend}, a sequence, a result of its own"));
            }
        }
    });
}

/// Rows of as many steps that all count.
fn plan_all(fed: &Fed, stack: &Stack) -> Fed {
    let x = stack.inputs(fed.rows.len() * fed.steps);
    let each = fed.steps * stack.n_i;
    let rows = (0..fed.rows.len()).map(|row| x[row * each..][..each].to_vec()).collect();
    Fed::contiguous(rows, fed.steps, Which::All, fed.outputs, None)
}

/// Windows are a batch of the windows copied out, on any number of threads.
#[test]
fn windows_are_rows() {
    let pool = ThreadPoolBuilder::new().num_threads(2).build().expect("a pool of threads");
    let cases = (stack_of(&DIRECTIONS[1..]), cut());
    check(file!(), "windows in any direction are rows", 2, cases, |(stack, cut)| {
        let (firsts, windows) = (cut.firsts(), cut.windows());
        let work: usize = stack.sized().map(|(n_i, layer)| layer.parameters(n_i)).sum();
        if work * firsts.len() * windows.tau() > 4_000_000 {
            return;
        }
        let (x, n_i) = (stack.inputs(cut.steps), stack.n_i);
        let copied = firsts.iter().map(|first| x[first * n_i..][..windows.tau() * n_i].to_vec()).collect();
        let rows = Fed::contiguous(copied, windows.tau(), Which::All, Outputs::Last, None);
        for backend in backends::all() {
            let net = stack.network(backend);
            let (want, _) = rows.call(&net);
            let mut ys = poison(want.len());
            let mut scratch = poison(net.windows_scratch_len(cut.steps, windows).expect("windows fit"));
            net.windows_into(&x, windows, &mut ys, &mut scratch).expect("lengths fit");
            assert_bits_equal(&ys, &want, format_args!("{backend}"));
            assert_bits_equal(&net.windows(&x, windows).expect("windows fit"), &want, backend);
            let ys = pool.install(|| net.par_windows(&x, windows)).expect("windows fit");
            assert_bits_equal(&ys, &want, format_args!("{backend}, on threads"));
        }
    });
}

/// A sequence in two parts with the states carried on: with lengths, and with a mask where steps count.
#[test]
fn parts_with_states_carried_on() {
    let cases = (stack_of(&[Direction::Forward]), plan(), any::<prop::sample::Index>());
    check(file!(), "parts with states carried on", 2, cases, |(stack, plan, index)| {
        let fed = Plan { states: true, outputs: Outputs::All, ..plan }.feed(&stack);
        let (rows, split, n_i) = (fed.rows.len(), index.index(fed.steps + 1), stack.n_i);
        let which = |from: usize, to: usize| match &fed.which {
            Which::All => Which::All,
            Which::Lengths(lengths) => {
                Which::Lengths(lengths.iter().map(|&len| len.clamp(from, to) - from).collect())
            }
            Which::Mask { mask, zero } => {
                Which::Mask { mask: mask.iter().map(|row| row[from..to].to_vec()).collect(), zero: *zero }
            }
        };
        let of = |from: usize, to: usize, states| {
            let rows = fed.rows.iter().map(|x| x[from * n_i..to * n_i].to_vec()).collect();
            Fed::contiguous(rows, to - from, which(from, to), Outputs::All, states)
        };
        for backend in backends::all() {
            let net = stack.network(backend);
            let n_o = net.output_size();
            let want = fed.call(&net);
            let (head, between) = of(0, split, fed.states.clone()).call(&net);
            let (tail, after) = of(split, fed.steps, Some(between)).call(&net);
            assert_bits_equal(&after, &want.1, format_args!("{backend}, the states"));
            for row in 0..rows {
                let ys = [part(&head, rows, row), part(&tail, rows, row)].concat();
                let want = part(&want.0, rows, row);
                for (t, (y, want)) in ys.chunks(n_o).zip(want.chunks(n_o)).enumerate() {
                    // What a masked step repeats may be an output of the part before.
                    if fed.which.counts(row, t) || matches!(fed.which, Which::Lengths(_)) {
                        assert_bits_equal(y, want, format_args!("{backend}, row {row}, step {t} of {split}"));
                    }
                }
            }
        }
    });
}

/// The same rows with the same weights, forward: as steps of a stream.
#[test]
fn rows_that_go_forward_are_streams() {
    let cases = (stack_of(&[Direction::Forward]), rows(), 0_usize..9, any::<bool>());
    check(file!(), "rows that go forward are streams", 2, cases, |(stack, rows, steps, states)| {
        let steps = stack.affordable(rows, steps);
        let x = stack.inputs(rows * steps);
        let each = steps * stack.n_i;
        let given = (0..rows).map(|row| x[row * each..][..each].to_vec()).collect();
        let states = states.then(|| stack.states(rows));
        let fed = Fed::contiguous(given, steps, Which::All, Outputs::All, states);
        for backend in backends::all() {
            let net = stack.network(backend);
            let (ys, after) = fed.call(&net);
            for row in 0..rows {
                let mut state = crate::forms::state(&net);
                if let Some(states) = &fed.states {
                    net.restore(&mut state, part(states, rows, row)).expect("lengths fit");
                }
                let want = crate::forms::steps_from(&net, &mut state, &fed.rows[row]);
                assert_bits_equal(part(&ys, rows, row), &want, format_args!("{backend}, row {row}"));
                if fed.states.is_some() {
                    let want = net.snapshot(&state).expect("the length fits");
                    assert_bits_equal(part(&after, rows, row), want, format_args!("{backend}, row {row}"));
                }
            }
        }
    });
}

/// Nothing at all: no rows, no steps, no step that counts.
#[test]
fn no_rows_no_steps() {
    for direction in DIRECTIONS {
        let kind = rnn_core::LayerKind::lstm(5).with_direction(direction);
        let layers = vec![kind, rnn_core::LayerKind::dense(2)];
        let stack = Stack { n_i: 3, layers, seed: 1 };
        let states = stack.states(2);
        for backend in backends::all() {
            let net = stack.network(backend);
            for counts in [Counts::All, Counts::Lengths, Counts::Mask] {
                let mut rng = rnn_support::rng::Rng::new(1);
                let which = |rows, steps, rng: &mut _| Which::new(counts, rows, steps, rng);
                for outputs in [Outputs::All, Outputs::Last, Outputs::States] {
                    let none = Fed::contiguous(vec![], 4, which(0, 4, &mut rng), outputs, Some(vec![]));
                    assert_eq!(none.call(&net), (vec![], vec![]));
                }
                for outputs in [Outputs::All, Outputs::States] {
                    let which = which(2, 0, &mut rng);
                    let none = Fed::contiguous(vec![vec![]; 2], 0, which, outputs, Some(states.clone()));
                    same(&none.call(&net), &(vec![], states.clone()), format_args!("{backend}, no steps"));
                }
            }
            // Steps, none of which counts.
            let x = vec![vec![f32::NAN; 9]; 2];
            let mask = Which::Mask { mask: vec![vec![false; 3]; 2], zero: false };
            for (which, outputs) in [
                (Which::Lengths(vec![0, 0]), Outputs::All),
                (Which::Lengths(vec![0, 0]), Outputs::Last),
                (mask.clone(), Outputs::All),
                (mask, Outputs::Last),
            ] {
                let zero = matches!(which, Which::Lengths(_));
                let fed = Fed::contiguous(x.clone(), 3, which, outputs, Some(states.clone()));
                let (ys, after) = fed.call(&net);
                assert_bits_equal(&after, &states, format_args!("{backend}, {direction:?}"));
                assert!(ys.iter().all(|y| if zero { y.to_bits() == 0 } else { y.is_finite() }), "{ys:?}");
            }
        }
    }
}
