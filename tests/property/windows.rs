//! Windows: each has the bits of its steps copied out, at any start, stride and end, overlapping or not.

use crate::cases::check;
use crate::forms::{poison, state, steps_from};
use crate::network::{Case, case};
use crate::sizes;
use proptest::prelude::*;
use rnn_core::{Network, Outputs, Windows};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;

/// A series and how it is cut.
#[derive(Clone, Debug)]
pub(crate) struct Cut {
    pub(crate) steps: usize,
    tau: usize,
    stride: usize,
    start: usize,
    end: usize,
}

impl Cut {
    /// M windows of tau steps with something left over at either side.
    pub(crate) fn new(
        count: usize,
        tau: usize,
        stride: usize,
        start: usize,
        rest: usize,
        after: usize,
    ) -> Self {
        // Less than a stride, or another window would fit.
        let end = start + (count - 1) * stride + tau + rest % stride;
        Self { steps: end + after, tau, stride, start, end }
    }

    pub(crate) fn windows(&self) -> Windows {
        Windows::new(self.tau).stride(self.stride).start(self.start).end(self.end)
    }

    /// First steps, as the reference counts them.
    pub(crate) fn firsts(&self) -> Vec<usize> {
        rnn_reference::Windows { tau: self.tau, stride: self.stride, start: self.start, end: self.end }
            .first_steps()
    }
}

/// M around blocks and tiles; tau below, at and above the stride.
pub(crate) fn cut() -> impl Strategy<Value = Cut> {
    let tau = prop_oneof![3 => 1_usize..=6, 2 => 7_usize..=20];
    let stride = prop_oneof![3 => Just(1_usize), 2 => 2_usize..=5, 1 => 6_usize..=25];
    (sizes::rows(), tau, stride, 0_usize..9, 0_usize..25, 0_usize..5)
        .prop_map(|(count, tau, stride, start, rest, after)| Cut::new(count, tau, stride, start, rest, after))
}

fn windows_of(net: &dyn Network, x: &[f32], windows: Windows) -> Vec<f32> {
    let steps = x.len() / net.input_size();
    let mut ys = poison(windows.count(steps).expect("windows fit") * net.output_size());
    let mut scratch = poison(net.windows_scratch_len(steps, windows).expect("windows fit"));
    net.windows_into(x, windows, &mut ys, &mut scratch).expect("lengths fit");
    ys
}

/// The last output of each window, its steps copied out and fed one by one.
fn copied(case: &Case, net: &dyn Network, x: &[f32], cut: &Cut) -> Vec<f32> {
    let last = |first: usize| {
        let x = &x[first * case.n_i..][..cut.tau * case.n_i];
        let ys = steps_from(net, &mut state(net), x);
        ys[ys.len() - case.n_o()..].to_vec()
    };
    cut.firsts().into_iter().flat_map(last).collect()
}

#[test]
fn every_window() {
    check(file!(), "every window", 1, (case(), cut()), |(mut case, cut)| {
        // Large layers meet few steps elsewhere.
        case.layers.retain(|layer| layer.output_size() <= 80 || cut.steps <= 40);
        if case.layers.is_empty() {
            case.layers.push(rnn_core::LayerKind::simple_rnn(33));
        }
        let x = case.inputs(cut.steps);
        for backend in backends::all() {
            let net = case.network(backend);
            let want = copied(&case, &net, &x, &cut);
            assert_eq!(cut.windows().count(cut.steps), Ok(cut.firsts().len()));
            assert_bits_equal(&windows_of(&net, &x, cut.windows()), &want, format_args!("{backend}"));
            assert_bits_equal(&net.windows(&x, cut.windows()).expect("windows fit"), &want, backend);
        }
    });
}

/// A step that is no number is seen by the windows that cover it, and by no other.
#[test]
fn a_window_never_sees_beyond_itself() {
    let cases = (case(), cut(), any::<prop::sample::Index>());
    check(file!(), "a window never sees beyond itself", 2, cases, |(case, cut, index)| {
        let clean = case.inputs(cut.steps);
        let sick = index.index(cut.steps);
        let mut x = clean.clone();
        x[sick * case.n_i..][..case.n_i].fill(f32::NAN);
        for backend in backends::all() {
            let net = case.network(backend);
            let (ys, want) = (windows_of(&net, &x, cut.windows()), windows_of(&net, &clean, cut.windows()));
            let outputs = ys.chunks(case.n_o()).zip(want.chunks(case.n_o()));
            for (first, (ys, want)) in cut.firsts().into_iter().zip(outputs) {
                if !(first..first + cut.tau).contains(&sick) {
                    assert_bits_equal(ys, want, format_args!("{backend}, step {sick}, window from {first}"));
                }
            }
        }
    });
}

/// All outputs of a batch of the windows copied out end in the windows' own.
#[test]
fn windows_are_a_batch() {
    check(file!(), "windows are a batch", 4, (case(), cut()), |(case, cut)| {
        let x = case.inputs(cut.steps);
        let rows: Vec<f32> = cut
            .firsts()
            .into_iter()
            .flat_map(|first| x[first * case.n_i..][..cut.tau * case.n_i].to_vec())
            .collect();
        for backend in backends::all() {
            let net = case.network(backend);
            let want = net.forward_batch(&rows, cut.firsts().len(), Outputs::Last).expect("lengths fit");
            assert_bits_equal(&windows_of(&net, &x, cut.windows()), &want, backend);
        }
    });
}
