//! One answer: step, buffer, any split, sequence, batch row, window and thread give the same bits, and all fused
//! backends give each other's.

use crate::network::{Case, case};
use proptest::prelude::*;
use rnn_core::{Backend, HasState, Network, Outputs, RuntimeNetwork, Windows};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;

fn assert_same(what: &str, got: &[f32], want: &[f32]) {
    assert_bits_equal(got, want, what);
}

/// Outputs of all steps, one call a step.
fn by_steps(net: &RuntimeNetwork, x: &[f32]) -> Vec<f32> {
    let mut state = net.initial_state();
    let mut ys = Vec::new();
    for x in x.chunks(net.input_size()) {
        let mut y = vec![f32::NAN; net.output_size()];
        net.step_into(&mut state, x, &mut y).expect("lengths fit");
        ys.extend(y);
    }
    ys
}

fn last<'a>(net: &RuntimeNetwork, ys: &'a [f32]) -> &'a [f32] {
    &ys[ys.len() - net.output_size()..]
}

proptest! {
    #[test]
    fn every_form_of_one_sequence(case in case(), steps in 1_usize..70, split in 0_usize..70) {
        let x = case.inputs(steps);
        let split = split.min(steps) * case.n_i;
        for backend in backends::all() {
            let net = case.network(backend);
            let want = by_steps(&net, &x);
            assert_same("forward", &net.forward(&x, Outputs::All)?, &want);
            assert_same("forward, last", &net.forward(&x, Outputs::Last)?, last(&net, &want));
            let mut state = net.initial_state();
            let mut ys = vec![f32::NAN; want.len()];
            let (head, tail) = ys.split_at_mut(split / case.n_i * case.n_o);
            net.process_into(&mut state, &x[..split], head)?;
            // A state restored from its snapshot goes on as the state itself.
            let mut restored = net.initial_state();
            net.restore(&mut restored, net.snapshot(&state)?)?;
            net.process_into(&mut restored, &x[split..], tail)?;
            assert_same("split buffer", &ys, &want);
        }
    }

    #[test]
    fn every_row_of_a_batch(case in case(), rows in 1_usize..70, steps in 1_usize..5, poison in 0_usize..70) {
        let mut x = case.inputs(rows * steps);
        let len = steps * case.n_i;
        // A NaN in one row leaves the others' bits alone.
        let poison = poison.min(rows - 1);
        x[poison * len] = f32::NAN;
        for backend in backends::all() {
            let net = case.network(backend);
            let want: Vec<Vec<f32>> = x.chunks(len).map(|x| by_steps(&net, x)).collect();
            assert_same("batch", &net.forward_batch(&x, rows, Outputs::All)?, &want.concat());
            let lasts: Vec<f32> = want.iter().flat_map(|ys| last(&net, ys).to_vec()).collect();
            assert_same("batch, last", &net.forward_batch(&x, rows, Outputs::Last)?, &lasts);
            assert_same("threads", &net.par_forward_batch(&x, rows, Outputs::All)?, &want.concat());
            if rows > 1 {
                prop_assert!(want[(poison + 1) % rows].iter().all(|y| y.is_finite()));
            }

            // From states of their own and back into them, half of the steps at a time.
            let mut states = vec![0.0; rows * net.snapshot_len()];
            let mut scratch = vec![f32::NAN; net.batch_scratch_len(rows)];
            let mut ys = vec![f32::NAN; rows * case.n_o];
            for t in 0..steps {
                let now: Vec<f32> = x.chunks(len).flat_map(|x| x[t * case.n_i..][..case.n_i].to_vec()).collect();
                net.forward_batch_into(&now, rows, Outputs::Last, &mut ys, Some(&mut states), &mut scratch)?;
            }
            assert_same("batch with states", &ys, &lasts);
        }
    }

    #[test]
    fn every_window(
        case in case(), steps in 1_usize..200, tau in 1_usize..20, stride in 1_usize..25, start in 0_usize..9,
    ) {
        let (tau, start) = (tau.min(steps), start.min(steps - tau.min(steps)));
        let x = case.inputs(steps);
        let windows = Windows::new(tau).stride(stride).start(start);
        let firsts = rnn_reference::Windows { tau, stride, start, end: steps }.first_steps();
        for backend in backends::all() {
            let net = case.network(backend);
            let copies: Vec<f32> =
                firsts.iter().flat_map(|&first| x[first * case.n_i..][..tau * case.n_i].to_vec()).collect();
            let want: Vec<f32> = copies
                .chunks(tau * case.n_i)
                .flat_map(|x| last(&net, &by_steps(&net, x)).to_vec())
                .collect();
            prop_assert_eq!(windows.count(steps)?, firsts.len());
            assert_same("windows", &net.windows(&x, windows)?, &want);
            assert_same("windows on threads", &net.par_windows(&x, windows)?, &want);
        }
    }

    #[test]
    fn fused_backends_agree(case in case(), steps in 1_usize..40) {
        let x = case.inputs(steps);
        let outputs = |backend: Backend| -> Result<Vec<f32>, TestCaseError> {
            Ok(Case::network(&case, backend).forward(&x, Outputs::All)?)
        };
        let mut fused = backends::all().into_iter().filter(|backend| backend.is_fused());
        if let Some(first) = fused.next() {
            let want = outputs(first)?;
            for other in fused {
                assert_same("backends", &outputs(other)?, &want);
            }
        }
    }
}
