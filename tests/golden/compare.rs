//! Every call of a network against a case.

use crate::case::Case;
use rnn_core::{HasState, Network, Outputs, RuntimeNetwork, Windows};
use rnn_support::tolerance::{self, Mismatch};

/// What went wrong in which call.
pub(crate) struct Failure {
    pub(crate) call: &'static str,
    pub(crate) mismatch: Mismatch,
}

/// Compares one call's results, keeping the worst ratio of error to bound.
pub(crate) struct Checker<'a> {
    pub(crate) case: &'a Case,
    pub(crate) worst: f64,
}

impl Checker<'_> {
    pub(crate) fn check(&mut self, call: &'static str, got: &[f32], want: &[f64]) -> Result<(), Failure> {
        match tolerance::check(got, want, |y| self.case.bound(y)) {
            Ok(ratio) => self.worst = self.worst.max(ratio),
            Err(mismatch) => return Err(Failure { call, mismatch }),
        }
        Ok(())
    }

    fn outputs(&mut self, call: &'static str, got: &[f32]) -> Result<(), Failure> {
        self.check(call, got, &self.case.y)
    }

    pub(crate) fn states(&mut self, call: &'static str, got: &[f32]) -> Result<(), Failure> {
        self.check(call, got, &self.case.h_last)
    }
}

/// Compares every call of sequences that all have their full length; the worst error as a part of its bound.
pub(crate) fn every_call(case: &Case, net: &RuntimeNetwork) -> Result<f64, Failure> {
    let mut checker = Checker { case, worst: 0.0 };
    let outputs = if case.sequences { Outputs::All } else { Outputs::Last };
    let stepped: &[_] = &[("step", case.steps), ("process", 1), ("process in two", 2)];
    for &(call, pieces) in if net.is_causal() { stepped } else { &[] } {
        let (ys, states) = rows(case, net, pieces);
        checker.outputs(call, &ys)?;
        checker.states(call, &states)?;
    }
    let mut states = case.h0.clone().unwrap_or_else(|| vec![0.0; case.batch * net.snapshot_len()]);
    let mut ys = vec![f32::NAN; case.y.len()];
    let mut scratch = vec![f32::NAN; net.batch_scratch_len(case.batch, case.steps).expect("the length fits")];
    net.forward_batch_into(&case.x, case.batch, outputs, &mut ys, Some(&mut states), &mut scratch)
        .expect("lengths fit");
    checker.outputs("forward_batch_into", &ys)?;
    checker.states("forward_batch_into", &states)?;
    if case.h0.is_some() {
        return Ok(checker.worst);
    }

    // These start from h = 0.
    let sequences = case.x.chunks(case.steps * net.input_size());
    let ys: Vec<f32> = sequences.flat_map(|x| net.forward(x, outputs).expect("lengths fit")).collect();
    checker.outputs("forward", &ys)?;
    let ys = net.forward_batch(&case.x, case.batch, outputs).expect("lengths fit");
    checker.outputs("forward_batch", &ys)?;
    if !case.sequences {
        // The sequences one after the other are a series, they its windows.
        let windows = Windows::new(case.steps).stride(case.steps);
        checker.outputs("windows side by side", &net.windows(&case.x, windows).expect("windows fit"))?;
    }
    if let (Some(series), Some(tau)) = (&case.series, case.tau) {
        checker.outputs("windows", &net.windows(series, Windows::new(tau)).expect("windows fit"))?;
    }
    Ok(checker.worst)
}

/// Each sequence from its initial state in so many pieces: the outputs y has, and the final states.
fn rows(case: &Case, net: &RuntimeNetwork, pieces: usize) -> (Vec<f32>, Vec<f32>) {
    let (n_i, n_o, s) = (net.input_size(), net.output_size(), net.snapshot_len());
    let (mut ys, mut states) = (Vec::new(), Vec::new());
    for (row, x) in case.x.chunks(case.steps * n_i).enumerate() {
        let mut state = net.initial_state();
        if let Some(h0) = &case.h0 {
            net.restore(&mut state, &h0[row * s..][..s]).expect("lengths fit");
        }
        let mut all = Vec::new();
        for x in x.chunks(case.steps.div_ceil(pieces) * n_i) {
            let mut y = vec![f32::NAN; x.len() / n_i * n_o];
            if pieces == case.steps {
                net.step_into(&mut state, x, &mut y).expect("lengths fit");
            } else {
                net.process_into(&mut state, x, &mut y).expect("lengths fit");
            }
            all.extend(y);
        }
        ys.extend_from_slice(if case.sequences { &all } else { &all[all.len() - n_o..] });
        states.extend_from_slice(net.snapshot(&state).expect("lengths fit"));
    }
    (ys, states)
}
