//! Every way to feed one sequence, each giving the outputs of all of its steps.
//!
//! What a caller hands over is filled with NaN beforehand: results and scratch, which no call may read.

use rnn_core::{Network, Outputs, StateMark, Windows};
use rnn_support::bits::assert_bits_equal;

/// A way to feed a sequence, `(T, n_i)` to `(T, n_o)`.
pub(crate) type Form = (&'static str, fn(&dyn Network, &[f32]) -> Vec<f32>);

/// The first is what all others must equal.
pub(crate) const FORMS: [Form; 7] = [
    ("steps", by_steps),
    ("a buffer", |net, x| by_buffers(net, x, &[])),
    ("a buffer for each step", |net, x| {
        by_buffers(net, x, &(0..x.len() / net.input_size()).collect::<Vec<_>>())
    }),
    ("a sequence", sequence),
    ("a batch of one row", |net, x| batch(net, x, 1, 0)),
    ("the first of four rows", |net, x| batch(net, x, 4, 0)),
    ("the last of nine rows", |net, x| batch(net, x, 9, 8)),
];

/// Asserts that all forms have the bits of the first, and returns these.
#[track_caller]
pub(crate) fn assert_one_answer(net: &dyn Network, x: &[f32], what: &str) -> Vec<f32> {
    let want = by_steps(net, x);
    for (name, form) in &FORMS[1..] {
        assert_bits_equal(&form(net, x), &want, format_args!("{what}, {}: {name}", net.backend()));
    }
    assert_windows(net, x, &want, what);
    want
}

/// NaNs for a result of this length.
pub(crate) fn poison(len: usize) -> Vec<f32> {
    vec![f32::NAN; len]
}

/// The initial state, its scratch full of NaN.
pub(crate) fn state(net: &dyn Network) -> Vec<f32> {
    let mut state = poison(net.state_len());
    net.reset(&mut state).expect("the length fits");
    // Between the snapshot and the mark.
    let mark = state.len() - StateMark::LEN;
    state[net.snapshot_len()..mark].fill(f32::NAN);
    state
}

/// One call a step.
pub(crate) fn by_steps(net: &dyn Network, x: &[f32]) -> Vec<f32> {
    steps_from(net, &mut state(net), x)
}

/// The same from any state, which is carried on.
pub(crate) fn steps_from(net: &dyn Network, state: &mut [f32], x: &[f32]) -> Vec<f32> {
    let mut ys = poison(x.len() / net.input_size() * net.output_size());
    for (x, y) in x.chunks(net.input_size()).zip(ys.chunks_mut(net.output_size())) {
        net.step_into(state, x, y).expect("lengths fit");
    }
    ys
}

/// Buffers cut before these steps, ascending; the state is saved, lost and restored in between.
pub(crate) fn by_buffers(net: &dyn Network, x: &[f32], cuts: &[usize]) -> Vec<f32> {
    let (n_i, n_o) = (net.input_size(), net.output_size());
    let steps = x.len() / n_i;
    let mut ys = poison(steps * n_o);
    let mut kept = vec![0.0; net.snapshot_len()];
    let mut from = 0;
    for &to in cuts.iter().chain([&steps]) {
        let mut state = poison(net.state_len());
        net.restore(&mut state, &kept).expect("lengths fit");
        net.process_into(&mut state, &x[from * n_i..to * n_i], &mut ys[from * n_o..to * n_o])
            .expect("lengths fit");
        kept.copy_from_slice(net.snapshot(&state).expect("lengths fit"));
        from = to;
    }
    ys
}

fn sequence(net: &dyn Network, x: &[f32]) -> Vec<f32> {
    let mut ys = poison(x.len() / net.input_size() * net.output_size());
    let mut scratch = poison(net.forward_scratch_len(x.len() / net.input_size()).expect("the length fits"));
    net.forward_into(x, Outputs::All, &mut ys, &mut scratch).expect("lengths fit");
    if !x.is_empty() {
        let mut y = poison(net.output_size());
        net.forward_into(x, Outputs::Last, &mut y, &mut scratch).expect("lengths fit");
        assert_bits_equal(&y, &ys[ys.len() - y.len()..], "the last output alone");
    }
    ys
}

/// As one row of a batch whose other rows are something else.
pub(crate) fn batch(net: &dyn Network, x: &[f32], rows: usize, row: usize) -> Vec<f32> {
    let mut xs: Vec<f32> = (0..rows).flat_map(|row| x.iter().map(move |x| 0.5 * x + row as f32)).collect();
    xs[row * x.len()..][..x.len()].copy_from_slice(x);
    let len = x.len() / net.input_size() * net.output_size();
    let mut ys = poison(rows * len);
    let mut scratch =
        poison(net.batch_scratch_len(rows, x.len() / net.input_size()).expect("the length fits"));
    net.forward_batch_into(&xs, rows, Outputs::All, &mut ys, None, &mut scratch).expect("lengths fit");
    ys[row * len..][..len].to_vec()
}

/// Output tau - 1 as the first of all windows of tau steps: of few steps, and of all.
fn assert_windows(net: &dyn Network, x: &[f32], want: &[f32], what: &str) {
    let (n_i, n_o) = (net.input_size(), net.output_size());
    let steps = x.len() / n_i;
    for tau in (1..=steps).filter(|&tau| tau <= 6 || tau == steps) {
        let windows = Windows::new(tau);
        let mut ys = poison((steps - tau + 1) * n_o);
        let mut scratch = poison(net.windows_scratch_len(steps, windows).expect("windows fit"));
        net.windows_into(x, windows, &mut ys, &mut scratch).expect("lengths fit");
        let what = format_args!("{what}, {}: a window of {tau} steps", net.backend());
        assert_bits_equal(&ys[..n_o], &want[(tau - 1) * n_o..][..n_o], what);
    }
}
