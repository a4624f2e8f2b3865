//! Wrong arguments of a run: typed errors that name the argument, and nothing changed.

use super::stacks::Stack;
use crate::forms::poison;
use rnn_core::{
    Direction, LayerKind, Merge, Network, Outputs, ResetGate, RuntimeNetwork, Sequences, ShapeError,
};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;

/// `n_i` = 2, `n_o` = 3, a snapshot of 2 (5 + 5) + 4 floats.
fn net() -> RuntimeNetwork {
    let both = Direction::Bidirectional(Merge::Concat);
    let layers = vec![
        LayerKind::lstm(5).with_direction(both),
        LayerKind::gru(4, ResetGate::AfterProduct),
        LayerKind::dense(3),
    ];
    Stack { n_i: 2, layers, seed: 1 }.network(backends::all()[0])
}

const SNAPSHOT: usize = 24;

/// Lengths of what is handed over, those that fit three rows of four steps.
#[derive(Clone, Copy)]
struct Lengths {
    xs: usize,
    ys: usize,
    states: usize,
    /// How much scratch is missing.
    missing: usize,
}

const FIT: Lengths = Lengths { xs: 24, ys: 36, states: 3 * SNAPSHOT, missing: 0 };

/// The call with these lengths, and that nothing changed if it fails.
#[track_caller]
fn call(sequences: &Sequences<'_>, lengths: Lengths) -> Result<(), ShapeError> {
    let net = net();
    let numbers = |len: usize| -> Vec<f32> { (0..len).map(|i| 1.0 + i as f32).collect() };
    // What a wrong argument makes of the scratch is not asked here.
    let needed =
        if lengths.missing > 0 { net.run_scratch_len(sequences).expect("the length fits") } else { 1 << 16 };
    let (mut ys, mut states, mut scratch) =
        (numbers(lengths.ys), numbers(lengths.states), numbers(needed - lengths.missing));
    let before = (ys.clone(), states.clone(), scratch.clone());
    let result = net.run_into(&vec![0.5; lengths.xs], sequences, &mut ys, Some(&mut states), &mut scratch);
    if let Err(error) = result {
        assert_bits_equal(&ys, &before.0, "the outputs");
        assert_bits_equal(&states, &before.1, "the states");
        assert_bits_equal(&scratch, &before.2, "the scratch");
        assert!(!error.to_string().is_empty());
    }
    result
}

/// The call fails on this argument, which should have this length.
#[track_caller]
fn fails(sequences: &Sequences<'_>, lengths: Lengths, name: &str, length: usize) {
    match call(sequences, lengths) {
        Err(ShapeError::Length { argument, expected, .. }) => {
            assert_eq!((argument, expected), (name, length));
        }
        other => panic!("{other:?} where {name} should have had {length}"),
    }
}

fn wrong(len: usize) -> impl Iterator<Item = usize> {
    [len - 1, len + 1, 0].into_iter()
}

#[test]
fn wrong_lengths_change_nothing() {
    let run = Sequences::new(3, 4);
    let mask = [true; 12];
    for run in [run, run.lengths(&[4, 0, 2]), run.mask(&mask), run.time_major()] {
        assert_eq!(call(&run, FIT), Ok(()));
        wrong(24).for_each(|xs| fails(&run, Lengths { xs, ..FIT }, "xs", 24));
        wrong(36).for_each(|ys| fails(&run, Lengths { ys, ..FIT }, "ys", 36));
        let last = run.outputs(Outputs::Last);
        assert_eq!(call(&last, Lengths { ys: 9, ..FIT }), Ok(()));
        wrong(9).for_each(|ys| fails(&last, Lengths { ys, ..FIT }, "ys", 9));
        let states = run.outputs(Outputs::States);
        assert_eq!(call(&states, Lengths { ys: 0, ..FIT }), Ok(()));
        fails(&states, Lengths { ys: 1, ..FIT }, "ys", 0);
        wrong(3 * SNAPSHOT).for_each(|states| fails(&run, Lengths { states, ..FIT }, "states", 3 * SNAPSHOT));
        let scratch = net().run_scratch_len(&run).expect("the length fits");
        fails(&run, Lengths { missing: 1, ..FIT }, "scratch", scratch);
        fails(&run, Lengths { missing: scratch, ..FIT }, "scratch", scratch);
    }
    let none = Sequences::new(3, 0).outputs(Outputs::Last);
    assert_eq!(call(&none, Lengths { xs: 0, ys: 9, ..FIT }), Err(ShapeError::NoSteps));
}

#[test]
fn wrong_lengths_of_rows_and_masks() {
    let run = Sequences::new(3, 4);
    for lengths in [&[4, 4][..], &[4; 4], &[]] {
        fails(&run.lengths(lengths), FIT, "lengths", 3);
    }
    fails(&run.lengths(&[0, 5, 2]), FIT, "a row", 4);
    fails(&run.lengths(&[0, 2, usize::MAX]), FIT, "a row", 4);
    let mask = [true; 13];
    for len in wrong(12) {
        fails(&run.mask(&mask[..len]), FIT, "mask", 12);
        fails(&run.time_major().mask(&mask[..len]).zero_output_for_mask(), FIT, "mask", 12);
    }
    // The later of the two is the one that counts.
    assert_eq!(call(&run.lengths(&[9]).mask(&mask[..12]), FIT), Ok(()));
    assert_eq!(call(&run.mask(&mask[..1]).lengths(&[1, 2, 3]), FIT), Ok(()));
}

#[test]
fn strides_past_the_end() {
    let run = Sequences::new(3, 4);
    // The last row's last step ends at 2 row + 3 step + n.
    for (row, step) in [(8, 2), (2, 6), (11, 2), (1, 1), (0, 0), (0, 2)] {
        let end = 2 * row + 3 * step + 2;
        let strided = run.x_strides(row, step);
        assert_eq!(call(&strided, Lengths { xs: end, ..FIT }), Ok(()), "{row}, {step}");
        assert_eq!(call(&strided, Lengths { xs: end + 7, ..FIT }), Ok(()), "{row}, {step}");
        fails(&strided, Lengths { xs: end - 1, ..FIT }, "xs", end);
    }
    for (row, step) in [(12, 3), (3, 9), (20, 5), (4, 12)] {
        let end = 2 * row + 3 * step + 3;
        let strided = run.y_strides(row, step);
        assert_eq!(call(&strided, Lengths { ys: end, ..FIT }), Ok(()), "{row}, {step}");
        fails(&strided, Lengths { ys: end - 1, ..FIT }, "ys", end);
        let last = strided.outputs(Outputs::Last);
        assert_eq!(call(&last, Lengths { ys: 2 * row + 3, ..FIT }), Ok(()), "{row}, {step}");
        fails(&last, Lengths { ys: 2 * row + 2, ..FIT }, "ys", 2 * row + 3);
    }
    for stride in [usize::MAX, usize::MAX / 2, usize::MAX / 3 + 1, isize::MAX as usize] {
        for run in [
            run.x_strides(stride, 2),
            run.x_strides(2, stride),
            run.y_strides(stride, 3),
            run.y_strides(3, stride),
        ] {
            assert!(
                matches!(call(&run, FIT), Err(ShapeError::Overflow { .. } | ShapeError::Length { .. })),
                "{run:?}"
            );
        }
        // Where there is no row or no output, no stride is walked.
        let none = Sequences::new(0, 4).x_strides(stride, stride).y_strides(stride, stride);
        assert_eq!(call(&none, Lengths { states: 0, ..FIT }), Ok(()), "{none:?}");
        let states = run.outputs(Outputs::States).y_strides(stride, stride);
        assert_eq!(call(&states, FIT), Ok(()), "{states:?}");
        let one = Sequences::new(1, 1).x_strides(stride, stride).y_strides(stride, stride);
        assert_eq!(call(&one, Lengths { states: SNAPSHOT, ..FIT }), Ok(()), "{one:?}");
    }
}

#[test]
fn outputs_that_overlap() {
    let run = Sequences::new(3, 4);
    let large = Lengths { ys: 400, ..FIT };
    for (row, step) in [(12, 2), (11, 3), (3, 8), (2, 9), (0, 3), (12, 0), (0, 0), (3, 3), (5, 5), (1, 100)] {
        match call(&run.y_strides(row, step), large) {
            Err(ShapeError::Length { argument, .. }) => {
                assert!(argument.ends_with("stride of ys"), "{argument}");
            }
            other => panic!("{other:?}: rows {row} and steps {step} apart"),
        }
        // Of one row or one output alone fewer do.
        let last = call(&run.y_strides(row, step).outputs(Outputs::Last), large);
        assert_eq!(last.is_ok(), row >= 3, "rows {row} apart");
        let one = call(
            &Sequences::new(1, 4).y_strides(row, step),
            Lengths { xs: 8, ys: 400, states: SNAPSHOT, missing: 0 },
        );
        assert_eq!(one.is_ok(), step >= 3, "steps {step} apart");
    }
}

/// Products of sizes that wrap would look like sizes that fit; and nothing is allocated for sizes that do not.
#[test]
fn sizes_past_the_address_space() {
    let net = net();
    for size in [usize::MAX, usize::MAX / 2 + 1, usize::MAX / 8 + 1, 1 << 60, 1 << 45] {
        for sequences in [Sequences::new(size, 4), Sequences::new(3, size), Sequences::new(size, size)] {
            for outputs in [Outputs::All, Outputs::Last, Outputs::States] {
                let sequences = sequences.outputs(outputs);
                assert!(call(&sequences, FIT).is_err(), "{sequences:?}");
                assert!(net.run(&[0.5; 24], &sequences, None).is_err(), "{sequences:?}");
            }
        }
    }
}

/// `forward` and `forward_batch` of a network that goes backwards refuse what those of others refuse.
#[test]
fn wrong_sequences() {
    let net = net();
    let scratch = net.forward_scratch_len(4).expect("the length fits");
    let mut ys = [1.0; 13];
    let mut forward = |xs: usize, outputs, len: usize, missing: usize| {
        let mut scratch = poison(scratch - missing);
        let result = net.forward_into(&[0.5; 9][..xs], outputs, &mut ys[..len], &mut scratch);
        assert!(result.is_ok() || ys.iter().all(|y| y.to_bits() == 1.0_f32.to_bits()), "nothing changed");
        result
    };
    for len in wrong(12) {
        assert!(matches!(
            forward(8, Outputs::All, len, 0),
            Err(ShapeError::Length { argument: "ys", .. } | ShapeError::Input { argument: "xs", .. })
        ));
    }
    assert!(matches!(forward(9, Outputs::All, 12, 0), Err(ShapeError::Input { argument: "xs", .. })));
    assert!(matches!(forward(9, Outputs::Last, 3, 0), Err(ShapeError::Input { argument: "xs", .. })));
    assert!(matches!(
        forward(8, Outputs::Last, 2, 0),
        Err(ShapeError::Length { argument: "ys", expected: 3, .. })
    ));
    assert!(matches!(
        forward(8, Outputs::States, 2, 0),
        Err(ShapeError::Length { argument: "ys", expected: 0, .. })
    ));
    assert!(matches!(forward(8, Outputs::All, 12, 1), Err(ShapeError::Length { argument: "scratch", .. })));
    assert_eq!(forward(0, Outputs::Last, 3, 0), Err(ShapeError::NoSteps));
    assert_eq!(forward(8, Outputs::All, 12, 0), Ok(()));
    assert_eq!(net.forward_batch(&[], 3, Outputs::Last), Err(ShapeError::NoSteps));
    assert!(net.forward_batch(&[0.5; 9], 2, Outputs::All).is_err());
}

/// A network that goes backwards has no step.
#[test]
fn no_step_backwards() {
    for direction in super::DIRECTIONS {
        let layers = vec![LayerKind::simple_rnn(3), LayerKind::min_gru(4).with_direction(direction)];
        let stack = Stack { n_i: 2, layers, seed: 1 };
        for backend in backends::all() {
            let net = stack.network(backend);
            let causal = direction == Direction::Forward;
            assert_eq!(net.is_causal(), causal);
            let mut state = poison(net.state_len());
            net.reset(&mut state).expect("the length fits");
            let mut ys = vec![1.0; 2 * net.output_size()];
            let (before, n_o) = (ys.clone(), net.output_size());
            let want = if causal { Ok(()) } else { Err(ShapeError::NotCausal) };
            assert_eq!(net.step_into(&mut state, &[0.5; 2], &mut ys[..n_o]), want);
            assert_eq!(net.process_into(&mut state, &[0.5; 4], &mut ys), want);
            // No length is looked at before.
            if !causal {
                assert_eq!(net.step_into(&mut [], &[], &mut []), want);
                assert_bits_equal(&ys, &before, "the outputs");
                assert!(state.iter().all(|value| value.to_bits() == 0), "the state");
                // What it is asked for, its words say.
                assert!(ShapeError::NotCausal.to_string().contains("backwards"));
            }
        }
    }
}
