//! `forward`, `forward_batch`, their `_into` forms and threads: contiguous inputs, any batch.

use crate::check::{agree, is_untouched, outcome, scratch, unchanged, untouched};
use crate::subject::Subject;
use rnn_core::Outputs;
use rnn_fuzz::built::inputs;
use rnn_fuzz::choices::Choices;
use rnn_fuzz::say;
use rnn_fuzz::stepped::Which;

pub(crate) fn run(c: &mut Choices<'_>, of: &Subject) {
    let rows = if c.one_in(8) { c.pick(&[64, 65, 129]) } else { c.between(0, 6) };
    let steps = of.steps(c, rows, 12);
    let mut len = rows * steps * of.n_i;
    if c.one_in(6) {
        len = c.place(len + 2);
    }
    let batch = if c.one_in(4) { c.number() } else { rows };
    let outputs = c.pick(&[Outputs::All, Outputs::Last, Outputs::States]);
    let seed = c.seed();
    say!("let xs = rnn_fuzz::built::inputs({seed}, {len});");
    let xs = inputs(seed, len);
    forward_batch(c, of, &xs, batch, outputs);
    if rows < 8 {
        forward(c, of, &xs, outputs);
    }
}

/// T, where xs is (B, T, n_i).
fn steps_of(of: &Subject, len: usize, batch: usize) -> Option<usize> {
    if len == 0 || batch == 0 {
        return (len == 0).then_some(0);
    }
    let row = batch.checked_mul(of.n_i)?;
    len.is_multiple_of(row).then_some(len / row)
}

/// The outputs of one row as they are asked for.
fn wanted(of: &Subject, xs: &[f32], outputs: Outputs) -> Vec<f32> {
    let row = of.stepped.row(xs, &Which::All, None);
    match outputs {
        Outputs::All => row.all,
        Outputs::Last => row.last,
        Outputs::States => Vec::new(),
    }
}

fn forward_batch(c: &mut Choices<'_>, of: &Subject, xs: &[f32], batch: usize, outputs: Outputs) {
    let steps = steps_of(of, xs.len(), batch);
    let ok = steps.is_some_and(|steps| !(outputs == Outputs::Last && steps == 0 && batch > 0));
    if steps.is_some_and(|steps| of.is_too_much(batch as u128 * steps as u128)) {
        return;
    }
    let want = || -> Vec<f32> {
        let row = steps.unwrap_or(0) * of.n_i;
        if row == 0 { Vec::new() } else { xs.chunks(row).flat_map(|x| wanted(of, x, outputs)).collect() }
    };
    let want = if ok { want() } else { Vec::new() };
    say!("net.forward_batch(&xs, {batch}, Outputs::{outputs:?})");
    if let Some(ys) = outcome(of.net.forward_batch(xs, batch, outputs), ok, "forward_batch") {
        agree(&ys, &want, true, "forward_batch");
    }
    if c.one_in(4) {
        say!("net.par_forward_batch(&xs, {batch}, Outputs::{outputs:?})");
        if let Some(ys) = outcome(of.net.par_forward_batch(xs, batch, outputs), ok, "par_forward_batch") {
            agree(&ys, &want, true, "par_forward_batch");
        }
    }
    let needed = of.net.batch_scratch_len(batch, steps.unwrap_or(0));
    let mut scratch = scratch(needed, c.below(2));
    if c.one_in(8) {
        scratch.pop();
    }
    let spoilt = c.one_in(4);
    let mut ys = untouched(if spoilt { c.place(want.len() + 2) } else { want.len() });
    let ok = ok && ys.len() == want.len() && needed.is_ok_and(|needed| needed <= scratch.len());
    say!(
        "net.forward_batch_into(&xs, {batch}, Outputs::{outputs:?}, &mut [f32::NAN; {}], None, &mut [f32::NAN; {}])",
        ys.len(),
        scratch.len()
    );
    let result = of.net.forward_batch_into(xs, batch, outputs, &mut ys, None, &mut scratch);
    match outcome(result, ok, "forward_batch_into") {
        Some(()) => agree(&ys, &want, true, "forward_batch_into"),
        None => assert!(is_untouched(&ys), "ys was changed by a call that failed"),
    }
}

fn forward(c: &mut Choices<'_>, of: &Subject, xs: &[f32], outputs: Outputs) {
    let steps = steps_of(of, xs.len(), 1);
    let ok = steps.is_some_and(|steps| !(outputs == Outputs::Last && steps == 0));
    let want = if ok { wanted(of, xs, outputs) } else { Vec::new() };
    say!("net.forward(&xs, Outputs::{outputs:?})");
    if let Some(ys) = outcome(of.net.forward(xs, outputs), ok, "forward") {
        agree(&ys, &want, true, "forward");
    }
    let needed = of.net.forward_scratch_len(steps.unwrap_or(0));
    let mut scratch = scratch(needed, c.below(2));
    if c.one_in(8) {
        scratch.pop();
    }
    let mut ys = untouched(if c.one_in(4) { c.place(want.len() + 2) } else { want.len() });
    let ok = ok && ys.len() == want.len() && needed.is_ok_and(|needed| needed <= scratch.len());
    say!(
        "net.forward_into(&xs, Outputs::{outputs:?}, &mut [f32::NAN; {}], &mut [f32::NAN; {}])",
        ys.len(),
        scratch.len()
    );
    let before = ys.clone();
    match outcome(of.net.forward_into(xs, outputs, &mut ys, &mut scratch), ok, "forward_into") {
        Some(()) => agree(&ys, &want, true, "forward_into"),
        None => unchanged(&ys, &before, "ys"),
    }
}
