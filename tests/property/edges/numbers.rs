//! Numbers larger than any memory: a product that would wrap is an error, and a call that moves no value returns at once.

use crate::sequences::stacks::Stack;
use rnn_core::kernel::SimpleRnn;
use rnn_core::{
    Activation, Backend, Direction, LayerKind, Merge, Network, Outputs, RuntimeNetwork, Sequences,
    ShapeError, StreamBatch, Windows,
};

/// Numbers around those at which products wrap.
fn huge() -> impl Iterator<Item = usize> {
    (0..usize::BITS).map(|shift| usize::MAX >> shift).chain((3..usize::BITS).map(|bit| 1 << bit))
}

fn causal() -> RuntimeNetwork {
    let layers = vec![LayerKind::lstm(3), LayerKind::dense(2)];
    Stack { n_i: 2, layers, seed: 1 }.network(Backend::detect())
}

/// A bidirectional layer before another one keeps the outputs of all steps.
fn backward() -> RuntimeNetwork {
    let both = LayerKind::lstm(3).with_direction(Direction::Bidirectional(Merge::Sum));
    Stack { n_i: 2, layers: vec![both, both], seed: 1 }.network(Backend::detect())
}

fn dense() -> RuntimeNetwork {
    Stack { n_i: 2, layers: vec![LayerKind::dense(2)], seed: 1 }.network(Backend::detect())
}

/// A length that is told is at least a float for each row or step that is kept.
#[test]
fn a_scratch_length_is_an_error_or_large_enough() {
    let overflow = |result: Result<usize, ShapeError>, least: usize, what: &str| match result {
        Ok(len) => assert!(len >= least, "{what}: {len}"),
        Err(ShapeError::Overflow { .. }) => assert!(least > 1 << 20, "{what} of {least} is refused"),
        Err(other) => panic!("{what}: {other}"),
    };
    let (causal, backward) = (causal(), backward());
    for n in huge() {
        let rows = n.min(64);
        overflow(causal.forward_scratch_len(n), 0, "forward");
        overflow(causal.batch_scratch_len(n, n), rows, "a batch");
        overflow(backward.forward_scratch_len(n), n, "forward of T");
        for (b, t) in [(1, n), (64, n), (n, 3), (n, n)] {
            overflow(backward.batch_scratch_len(b, t), b.min(64).saturating_mul(t), "a batch");
            let sequences = Sequences::new(b, t);
            assert_eq!(backward.run_scratch_len(&sequences), backward.batch_scratch_len(b, t));
        }
        let windows = Windows::new(n.max(1));
        overflow(backward.windows_scratch_len(n.max(1), windows), n, "a window");
        overflow(causal.windows_scratch_len(n.max(1), windows), n, "a window");
        let cell = SimpleRnn::new(2, 3, Activation::Tanh, Backend::detect()).expect("sizes fit");
        overflow(cell.scratch_len(n), n, "a kernel's rows");
        // 64 rows of a cache line a step.
        if n >= usize::MAX >> 12 {
            assert!(backward.batch_scratch_len(64, n).is_err(), "{n} steps fit nothing");
            assert!(StreamBatch::new(&causal, n).is_err(), "{n} streams fit nothing");
        }
    }
}

/// As above, by the calls that would index with such a length.
#[test]
fn runs_that_fit_no_memory_are_refused() {
    let (net, x) = (backward(), [0.5; 2]);
    for steps in [1 << 58, 1 << 59, 1 << 60, usize::MAX / 3, usize::MAX] {
        let sequences = Sequences::new(1, steps).x_strides(0, 0).outputs(Outputs::Last);
        let mut ys = [7.0; 3];
        let result = net.run_into(&x, &sequences, &mut ys, None, &mut [0.0; 4096]);
        assert!(matches!(result, Err(ShapeError::Overflow { .. })), "{result:?}");
        assert!(matches!(net.run(&x, &sequences, None), Err(ShapeError::Overflow { .. })));
        assert_eq!(ys.map(f32::to_bits), [7.0_f32; 3].map(f32::to_bits), "nothing is changed");
    }
}

/// Strides that are never walked: of one row, one step, or outputs that nobody wants.
#[test]
fn strides_that_are_never_walked_may_be_anything() {
    for net in [causal(), backward(), dense()] {
        let rows = 130;
        let x = vec![0.25; rows * 2];
        let mut want = vec![0.0; rows * net.snapshot_len()];
        net.run(&x, &Sequences::new(rows, 1).outputs(Outputs::States), Some(&mut want)).expect("lengths fit");
        for n in huge() {
            let mut states = vec![0.0; want.len()];
            let sequences = Sequences::new(rows, 1).outputs(Outputs::States).x_strides(2, n).y_strides(n, n);
            net.run(&x, &sequences, Some(&mut states)).expect("no output is written");
            assert_eq!(states, want);
            let one = Sequences::new(1, 1).x_strides(n, n).y_strides(n, n);
            net.run_into(&x[..2], &one, &mut vec![0.0; net.output_size()], None, &mut scratch(&net, &one))
                .expect("one row of one step");
            // No row, or no step: neither x nor y has a place.
            for none in [Sequences::new(0, n), Sequences::new(n, 0)] {
                let none = none.x_strides(n, n).y_strides(n, n);
                net.run_into(&[], &none, &mut [], None, &mut scratch(&net, &none)).expect("nothing to do");
            }
            let window = Windows::new(rows).stride(n.max(1));
            net.windows(&x, window).expect("one window");
        }
    }
}

fn scratch(net: &dyn Network, sequences: &Sequences<'_>) -> Vec<f32> {
    match net.run_scratch_len(sequences) {
        Ok(len) => vec![f32::NAN; len],
        // Steps of no row.
        Err(_) => Vec::new(),
    }
}

/// Each of these would count to `usize::MAX`.
#[test]
fn calls_that_move_nothing_return_at_once() {
    for net in [causal(), backward(), dense()] {
        let (x, many) = ([0.5; 2], usize::MAX);
        assert_eq!(net.forward_batch(&[], many, Outputs::All), Ok(vec![]));
        assert_eq!(net.forward_batch(&[], many, Outputs::States), Ok(vec![]));
        let none = Sequences::new(many, 0);
        assert_eq!(net.run(&[], &none, None), Ok(vec![]));
        assert_eq!(net.run(&[], &none.outputs(Outputs::States), None), Ok(vec![]));
        assert_eq!(net.run_into(&[], &none, &mut [], None, &mut vec![0.0; 1 << 16]), Ok(()));
        let unread = Sequences::new(many, 3).x_strides(0, 0).outputs(Outputs::States);
        assert_eq!(net.run(&x, &unread, None), Ok(vec![]), "no output and no state is wanted");
        if net.snapshot_len() == 0 {
            assert_eq!(net.run(&x, &unread, Some(&mut [])), Ok(vec![]), "no state is carried");
        }
    }
}

/// Steps past the end of every row are no steps, where their outputs are not wanted.
#[test]
fn steps_past_the_longest_row_take_no_time() {
    for net in [causal(), dense()] {
        let x = [0.5, -0.25];
        for lengths in [[3, 0, 2], [0, 0, 0], [1, 3, 3]] {
            for outputs in [Outputs::Last, Outputs::States] {
                let of = |steps| {
                    let mut states = vec![0.125; 3 * net.snapshot_len()];
                    let sequences =
                        Sequences::new(3, steps).x_strides(0, 0).lengths(&lengths).outputs(outputs);
                    (net.run(&x, &sequences, Some(&mut states)).expect("lengths fit"), states)
                };
                assert_eq!(of(1 << 60), of(3), "{lengths:?}, {outputs:?}");
            }
        }
    }
}

/// A wrong argument is told before memory is asked for the outputs of a number of steps that no memory has.
#[test]
fn wrong_arguments_are_told_before_memory_is_asked_for() {
    let (net, x) = (causal(), [0.5; 2]);
    let sequences = Sequences::new(1, 1 << 50).x_strides(0, 0);
    let wrong = |result: Result<Vec<f32>, ShapeError>, wanted| match result {
        Err(ShapeError::Length { argument, .. }) => assert_eq!(argument, wanted),
        other => panic!("{wanted}: {other:?}"),
    };
    wrong(net.run(&x, &sequences.lengths(&[]), None), "lengths");
    wrong(net.run(&x, &sequences.mask(&[true]), None), "mask");
    wrong(net.run(&x, &sequences, Some(&mut [])), "states");
    wrong(net.run(&[], &sequences, None), "xs");
}

/// The state stands where it stood when no step is taken.
#[test]
fn no_step_leaves_states_alone() {
    for net in [causal(), backward()] {
        let mut states: Vec<f32> = (0..2 * net.snapshot_len()).map(|i| i as f32).collect();
        let before = states.clone();
        net.run(&[], &Sequences::new(2, 0), Some(&mut states)).expect("no step");
        assert_eq!(states, before);
    }
}

/// What an error says is expected is what would have been right.
#[test]
fn a_batch_that_does_not_divide_tells_the_length_that_would() {
    let net = causal();
    for (len, batch, expected) in [(13, 3, 12), (11, 5, 10), (5, 3, 0), (2 * 7 + 1, 7, 14)] {
        let error = net.forward_batch(&vec![0.0; len], batch, Outputs::All).expect_err("it does not divide");
        let ShapeError::Length { argument: "xs", found, expected: told, .. } = error else {
            panic!("{error}")
        };
        assert_eq!((found, told), (len, expected), "B={batch}");
        if expected > 0 {
            net.forward_batch(&vec![0.0; expected], batch, Outputs::All).expect("the length told fits");
        }
    }
}
