//! `run_into` and `run`: strides, lengths, masks, states.

use crate::check::{agree, is_untouched, outcome, scratch, unchanged, untouched};
use crate::feed::{Feed, Valid};
use crate::subject::Subject;
use rnn_core::Outputs;
use rnn_fuzz::choices::Choices;
use rnn_fuzz::say;

/// A valid feed.
pub(crate) fn run(c: &mut Choices<'_>, of: &Subject) {
    let feed = Feed::new(c, of);
    assert!(feed.inputs_fit(of) && feed.ys_fit(of), "the target's own feed does not fit: {feed:?}");
    call(c, of, &feed);
}

/// One with some numbers changed to any.
pub(crate) fn run_spoilt(c: &mut Choices<'_>, of: &Subject) {
    let mut feed = Feed::new(c, of);
    feed.spoil(c);
    call(c, of, &feed);
}

fn call(c: &mut Choices<'_>, of: &Subject, feed: &Feed) {
    feed.say();
    let sequences = feed.sequences();
    let needed = of.net.run_scratch_len(&sequences);
    let inputs_fit = feed.inputs_fit(of);
    if inputs_fit && of.is_too_much(feed.steps_in_all()) {
        say!("// too much work");
        return;
    }
    into(c, of, feed, inputs_fit);
    // A result that is larger than memory is the caller's own; an error comes before it.
    let whole = feed.whole_ys(of.n_o);
    let fits_memory =
        needed.is_ok_and(|len| len <= crate::ROOM) && whole.is_some_and(|len| len <= crate::ROOM);
    if feed.y.is_some() || (inputs_fit && !fits_memory && whole.is_some()) {
        return;
    }
    let mut states = feed.states.clone();
    say!("net.run(&xs, &sequences, states)");
    let result = of.net.run(&feed.xs, &sequences, states.as_deref_mut());
    if let Some(ys) = outcome(result, inputs_fit && fits_memory, "run") {
        compare(of, feed, &ys, states.as_deref(), "run");
    } else if let (Some(states), Some(before)) = (&states, &feed.states) {
        unchanged(states, before, "states");
    }
}

fn into(c: &mut Choices<'_>, of: &Subject, feed: &Feed, inputs_fit: bool) {
    let sequences = feed.sequences();
    let needed = of.net.run_scratch_len(&sequences);
    let mut scratch = scratch(needed, c.pick(&[0, 0, 1, 17]));
    if c.one_in(8) {
        scratch.pop();
    }
    let mut ys = untouched(feed.ys_len);
    let mut states = feed.states.clone();
    let ok = inputs_fit && feed.ys_fit(of) && needed.is_ok_and(|needed| needed <= scratch.len());
    say!("net.run_into(&xs, &sequences, &mut ys, states, &mut [f32::NAN; {}])", scratch.len());
    let result = of.net.run_into(&feed.xs, &sequences, &mut ys, states.as_deref_mut(), &mut scratch);
    if outcome(result, ok, "run_into").is_some() {
        compare(of, feed, &ys, states.as_deref(), "run_into");
        return;
    }
    assert!(is_untouched(&ys), "ys was changed by a call that failed");
    if let (Some(states), Some(before)) = (&states, &feed.states) {
        unchanged(states, before, "states");
    }
}

/// Asserts that results are those of stepping, and that what lies between them is as before.
fn compare(of: &Subject, feed: &Feed, ys: &[f32], states: Option<&[f32]>, what: &str) {
    let n_o = of.n_o;
    if !feed.asks_for_something() || (feed.steps == 0 && states.is_none_or(<[f32]>::is_empty)) {
        assert!(is_untouched(ys), "{what}: there was nothing to write");
        return;
    }
    let mut written = vec![false; ys.len()];
    for row in 0..feed.batch {
        let (xs, which) = feed.row(row, of.n_i);
        let snapshot = row * of.snapshot..(row + 1) * of.snapshot;
        let from = feed.states.as_ref().map(|states| &states[snapshot.clone()]);
        let from_zero = from.is_none();
        let wanted = of.stepped.row(&xs, &which, from);
        if let Some(states) = states {
            agree(&states[snapshot], &wanted.state, from_zero, format_args!("{what}: state of row {row}"));
        }
        let mut output = |t: usize, wanted: &[f32]| {
            let start = feed.place(row, t, n_o);
            let at = format_args!("{what}: row {row}, step {t}");
            agree(&ys[start..start + n_o], wanted, from_zero, at);
            written[start..start + n_o].fill(true);
        };
        let zeros = vec![0.0; n_o];
        match feed.outputs {
            Outputs::States => {}
            // Zero of a row without steps.
            Outputs::Last if matches!(feed.valid, Valid::Lengths(_)) && xs.is_empty() => output(0, &zeros),
            Outputs::Last => output(0, &wanted.last),
            Outputs::All => {
                for t in 0..feed.steps {
                    output(t, wanted.all.get(t * n_o..(t + 1) * n_o).unwrap_or(&zeros));
                }
            }
        }
    }
    let between = ys.iter().zip(&written).filter(|(_, written)| !**written).map(|(value, _)| *value);
    assert!(is_untouched(&between.collect::<Vec<_>>()), "{what}: something was written between the outputs");
}
