//! One buffer for inputs and outputs gives the bits of two.

use crate::forms::poison;
use crate::sequences::stacks::Stack;
use rnn_core::{Backend, Direction, LayerKind, Network, ResetGate, ShapeError};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;

/// Around what is copied aside on the stack at once: 256 values.
const SIZES: [usize; 13] = [1, 2, 3, 15, 16, 17, 64, 127, 128, 129, 255, 256, 257];

#[test]
fn in_place_has_the_bits_of_two_buffers() {
    for (index, n) in SIZES.into_iter().enumerate() {
        let stacks = [
            vec![LayerKind::gru(n, ResetGate::AfterProduct)],
            vec![LayerKind::lstm(3), LayerKind::dense(n)],
            // Nothing but what reads x while y is written.
            vec![LayerKind::dense(n)],
        ];
        for (seed, layers) in stacks.into_iter().enumerate() {
            let stack = Stack { n_i: n, layers, seed: seed as u64 };
            let backends = backends::all();
            let net = stack.network(backends[(index + seed) % backends.len()]);
            // Buffers of less than a copy, of one, of some, and of a part of one at the end.
            for steps in
                [0, 1, 2, 255, 256, 257, 600].into_iter().filter(|steps| steps * n <= 4096 || *steps < 3)
            {
                let x = stack.inputs(steps);
                let (mut state, mut want) = (vec![0.0; net.state_len()], poison(steps * n));
                net.process_into(&mut state, &x, &mut want).expect("lengths fit");
                let mut values = x.clone();
                let mut other = vec![0.0; net.state_len()];
                net.process_in_place(&mut other, &mut values).expect("lengths fit");
                let what = format!("{steps} steps, {:?}", stack.layers);
                assert_bits_equal(&values, &want, format_args!("{what}"));
                let [after, want] = [&other, &state].map(|state| net.snapshot(state).expect("its own state"));
                assert_bits_equal(after, want, format_args!("{what}: the state"));
            }
        }
    }
}

#[test]
fn what_cannot_be_in_place_changes_nothing() {
    let of = |n_i, layers| Stack { n_i, layers, seed: 1 }.network(Backend::detect());
    let net = of(2, vec![LayerKind::lstm(3)]);
    let (mut state, mut values) = (vec![0.0; net.state_len()], [0.5; 6]);
    let error = net.process_in_place(&mut state, &mut values).expect_err("two values in, three out");
    assert!(matches!(error, ShapeError::InPlace { input_size: 2, output_size: 3, .. }), "{error:?}");
    assert!(error.to_string().contains("process_into"), "{error}");

    let net = of(3, vec![LayerKind::lstm(3)]);
    let mut state = vec![0.0; net.state_len()];
    let error = net.process_in_place(&mut state, &mut values[..4]).expect_err("no whole number of steps");
    assert!(matches!(error, ShapeError::Input { argument: "values", .. }), "{error:?}");
    let error = net.process_in_place(&mut state[1..], &mut values).expect_err("too short a state");
    assert!(matches!(error, ShapeError::Length { argument: "state", .. }), "{error:?}");

    let net = of(3, vec![LayerKind::lstm(3).with_direction(Direction::Reverse)]);
    let error = net.process_in_place(&mut vec![0.0; net.state_len()], &mut values).expect_err("backwards");
    assert_eq!(error, ShapeError::NotCausal);
    assert_bits_equal(&values, &[0.5; 6], "the values");
    assert!(state.iter().all(|value| value.to_bits() == 0));
}
