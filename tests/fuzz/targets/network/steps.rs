//! `step_into`, `process_into` in random splits, and the calls on a state.

use crate::check::{agree, is_untouched, outcome, unchanged, untouched};
use crate::subject::Subject;
use rnn_fuzz::built::inputs;
use rnn_fuzz::choices::Choices;
use rnn_fuzz::say;
use rnn_fuzz::stepped::Which;
use rnn_support::rng::Rng;

pub(crate) fn run(c: &mut Choices<'_>, of: &Subject) {
    let net = &*of.net;
    let steps = of.steps(c, 1, 24);
    let (seed, len) = (c.seed(), steps * of.n_i);
    let xs = inputs(seed, len);
    let from = c.flip().then(|| Rng::new(c.seed()).states(of.snapshot));
    let mut state = vec![0.0; net.state_len()];
    say!("let (mut state, from): (_, Option<Vec<f32>>) = (vec![0.0; net.state_len()], {from:?});");
    say!("let xs = rnn_fuzz::built::inputs({seed}, {len});");
    if let Some(from) = &from {
        outcome(net.restore(&mut state, from), true, "restore");
    }
    let causal = net.is_causal();
    let want = of.stepped.row(&xs, &Which::All, from.as_deref());
    let mut done = 0;
    while done < steps {
        let count = if c.one_in(3) { 1 } else { c.between(0, steps - done) };
        let x = &xs[done * of.n_i..(done + count) * of.n_i];
        let mut y = untouched(count * of.n_o);
        misfits(c, of, &state);
        let before = state.clone();
        let in_place = of.n_i == of.n_o && c.one_in(3);
        let result = if in_place {
            say!("net.process_in_place(&mut state, &mut xs[{done}..{done} + {count}].to_vec())");
            y.copy_from_slice(x);
            net.process_in_place(&mut state, &mut y)
        } else if count == 1 && c.flip() {
            say!("net.step_into(&mut state, &xs[{done}..], &mut y)");
            net.step_into(&mut state, x, &mut y)
        } else {
            say!("net.process_into(&mut state, &xs[{done}..{done} + {count}], &mut y)");
            net.process_into(&mut state, x, &mut y)
        };
        if outcome(result, causal, "a step").is_none() {
            unchanged(&state, &before, "state");
            assert!(in_place || is_untouched(&y), "y was changed by a call that failed");
            return;
        }
        let wanted = &want.all[done * of.n_o..(done + count) * of.n_o];
        agree(&y, wanted, from.is_none(), format_args!("from step {done} on"));
        done += count;
    }
    let snapshot = outcome(net.snapshot(&state), true, "snapshot").expect("its own state");
    agree(snapshot, &want.state, from.is_none(), "the state at the end");
    if c.flip() {
        outcome(net.reset(&mut state), true, "reset");
        unchanged(&state, &vec![0.0; state.len()], "a state that was reset");
    }
}

/// Calls with lengths that do not fit.
fn misfits(c: &mut Choices<'_>, of: &Subject, state: &[f32]) {
    if !c.one_in(3) {
        return;
    }
    let net = &*of.net;
    let mut lens = [state.len(), of.n_i, of.n_o];
    let which = c.below(3);
    lens[which] = match c.below(4) {
        0 => lens[which] + 1,
        1 => lens[which].saturating_sub(1),
        2 => 0,
        _ => lens[which] + 16,
    };
    let mut other: Vec<f32> = state.iter().copied().chain(std::iter::repeat(0.5)).take(lens[0]).collect();
    let before = other.clone();
    let x = vec![0.25; lens[1]];
    let mut y = untouched(lens[2]);
    say!(
        "let (mut state, x, mut y) = (vec!{other:?}, vec![0.25; {}], vec![f32::NAN; {}]);",
        lens[1],
        lens[2]
    );
    let step = c.flip();
    // A state without floats has no other length, and a buffer of nothing is no misfit.
    let fits = lens[0] == state.len()
        && if step {
            lens[1] == of.n_i && lens[2] == of.n_o
        } else {
            lens[1].is_multiple_of(of.n_i) && (lens[1] / of.n_i).checked_mul(of.n_o) == Some(lens[2])
        };
    let result = if step {
        say!("net.step_into(&mut state, &x, &mut y)");
        net.step_into(&mut other, &x, &mut y)
    } else {
        say!("net.process_into(&mut state, &x, &mut y)");
        net.process_into(&mut other, &x, &mut y)
    };
    if outcome(result, fits && net.is_causal(), "a step that does not fit").is_none() {
        unchanged(&other, &before, "state");
        assert!(is_untouched(&y), "y was changed by a call that failed");
    }
    if lens[0] != state.len() {
        outcome(net.reset(&mut other), false, "reset");
        outcome(net.snapshot(&other).map(drop), false, "snapshot");
        outcome(net.restore(&mut other, &vec![0.0; of.snapshot]), false, "restore");
        unchanged(&other, &before, "state");
    }
    let mut values = vec![0.25; if c.flip() { lens[1] } else { of.n_i }];
    let ok =
        lens[0] == state.len() && of.n_i == of.n_o && values.len().is_multiple_of(of.n_i) && net.is_causal();
    say!("net.process_in_place(&mut state, &mut [0.25; {}])", values.len());
    if outcome(net.process_in_place(&mut other, &mut values), ok, "process_in_place").is_none() {
        unchanged(&values, &vec![0.25; values.len()], "values");
    }
    let mut own = state.to_vec();
    let snapshot = vec![0.25; c.pick(&[of.snapshot + 1, of.snapshot.saturating_sub(1), 1 << 20])];
    outcome(net.restore(&mut own, &snapshot), snapshot.len() == of.snapshot, "restore");
    if snapshot.len() != of.snapshot {
        unchanged(&own, state, "state");
    }
}
