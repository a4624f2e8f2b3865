//! Every way to feed a network of layers as large as a threshold, with exactly the memory that was asked for.
//!
//! Lengths alone are compared for all sizes in core's `lengths_tests`; here kernels run, over one or two steps.

use crate::forms::poison;
use crate::sequences::stacks::Stack;
use rnn_core::{Backend, Direction, LayerKind, Merge, Network, Outputs, ResetGate, Sequences, Windows};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;

/// Around a multiple of 2 KiB, where rows get a stride of their own, and the longest pass over K.
const SIZES: [usize; 6] = [511, 512, 513, 1023, 1024, 1025];

/// One large layer of each kind before a small one; small ones keep the rest cheap.
fn stacks(n: usize) -> Vec<Vec<LayerKind>> {
    vec![
        vec![LayerKind::simple_rnn(n), LayerKind::dense(1)],
        vec![LayerKind::dense(n), LayerKind::lstm(3), LayerKind::dense(2)],
        vec![LayerKind::min_gru(n), LayerKind::min_lstm(n), LayerKind::dense(3)],
        vec![LayerKind::lstm(5).with_projection(n), LayerKind::gru(2, ResetGate::BeforeProduct)],
        vec![LayerKind::lstm(n).with_projection(3).with_delay(1.5), LayerKind::simple_rnn(2)],
        vec![LayerKind::simple_rnn(n).with_delay(2.0), LayerKind::simple_rnn(1)],
        vec![LayerKind::gru(4, ResetGate::AfterProduct), LayerKind::simple_rnn(n), LayerKind::dense(1)],
    ]
}

/// Steps, a buffer, a sequence, rows and windows give the same bits.
fn all_ways(stack: &Stack, backend: Backend) {
    let net = stack.network(backend);
    let what = format_args!("{backend}, {:?}", stack.layers).to_string();
    let steps = 2;
    let (x, n_i, n_o) = (stack.inputs(steps), stack.n_i, stack.n_o());

    let mut state = vec![0.0; net.state_len()];
    let mut want = poison(steps * n_o);
    for (x, y) in x.chunks(n_i).zip(want.chunks_mut(n_o)) {
        net.step_into(&mut state, x, y).expect("lengths fit");
    }

    let mut state = poison(net.state_len());
    net.reset(&mut state).expect("the length fits");
    let mut ys = poison(steps * n_o);
    net.process_into(&mut state, &x, &mut ys).expect("lengths fit");
    assert_bits_equal(&ys, &want, format_args!("{what}: process_into"));

    let mut scratch = poison(net.forward_scratch_len(steps).expect("the length fits"));
    let mut ys = poison(steps * n_o);
    net.forward_into(&x, Outputs::All, &mut ys, &mut scratch).expect("lengths fit");
    assert_bits_equal(&ys, &want, format_args!("{what}: forward_into"));

    for rows in [1, 3] {
        let x = x.repeat(rows);
        let mut scratch = poison(net.batch_scratch_len(rows, steps).expect("the length fits"));
        let mut ys = poison(rows * steps * n_o);
        net.forward_batch_into(&x, rows, Outputs::All, &mut ys, None, &mut scratch).expect("lengths fit");
        assert_bits_equal(&ys, &want.repeat(rows), format_args!("{what}: {rows} rows"));
    }

    let windows = Windows::new(steps);
    let mut scratch = poison(net.windows_scratch_len(steps, windows).expect("the window fits"));
    let mut y = poison(n_o);
    net.windows_into(&x, windows, &mut y, &mut scratch).expect("lengths fit");
    assert_bits_equal(&y, &want[(steps - 1) * n_o..], format_args!("{what}: a window"));
}

#[test]
fn layers_of_threshold_size_run_in_what_they_ask_for() {
    // The tiers differ in tiles, not in lengths: each size on one of them.
    let backends = backends::all();
    for (index, n) in SIZES.into_iter().enumerate() {
        for (seed, layers) in stacks(n).into_iter().enumerate() {
            let stack = Stack { n_i: 2, layers, seed: seed as u64 };
            all_ways(&stack, backends[(index + seed) % backends.len()]);
        }
    }
}

/// Layers that go backwards run over whole sequences; the two halves of a row of the same numbers meet in the middle.
#[test]
fn backward_layers_of_threshold_size_run_in_what_they_ask_for() {
    let backends = backends::all();
    for (index, n) in SIZES.into_iter().enumerate() {
        let sum = Direction::Bidirectional(Merge::Sum);
        let layers = vec![
            LayerKind::simple_rnn(n).with_direction(sum),
            LayerKind::lstm(3).with_direction(Direction::Bidirectional(Merge::Concat)),
            LayerKind::dense(2),
        ];
        let stack = Stack { n_i: 2, layers, seed: 7 };
        let net = stack.network(backends[index % backends.len()]);
        let (rows, steps) = (2, 2);
        let x = stack.inputs(steps);
        let mut scratch = poison(net.forward_scratch_len(steps).expect("the length fits"));
        let mut want = poison(steps * 2);
        net.forward_into(&x, Outputs::All, &mut want, &mut scratch).expect("lengths fit");
        let sequences = Sequences::new(rows, steps);
        let mut scratch = poison(net.run_scratch_len(&sequences).expect("the length fits"));
        let mut ys = poison(rows * steps * 2);
        net.run_into(&x.repeat(rows), &sequences, &mut ys, None, &mut scratch).expect("lengths fit");
        assert_bits_equal(&ys, &want.repeat(rows), format_args!("{n} units"));
    }
}
