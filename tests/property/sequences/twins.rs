//! Macro-made networks, whose layers the compiler chains, beside their run-time twins.

use super::feeds::{Plan, plan};
use super::stacks::{Stack, lend};
use crate::cases::check;
use proptest::prelude::*;
use rnn_core::prelude::*;
use rnn_core::{Direction, LayerKind, LayerWeights, Merge, ResetGate, WeightError, rnn};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;

#[rnn(input_size = 3)]
struct Mixed {
    #[rnn(direction = bidirectional)]
    first: Lstm<5>,
    middle: Dense<4>,
    #[rnn(direction = go_backwards, delay = 1.5, reset = after_product)]
    second: Gru<6>,
    output: Dense<2>,
}

#[rnn(input_size = 9)]
struct Sums {
    first: Dense<5>,
    #[rnn(projection = 3)]
    second: Lstm<7>,
    #[rnn(direction = bidirectional, merge = sum)]
    third: SimpleRnn<17>,
}

#[rnn(input_size = 3)]
struct Stepped {
    first: Dense<5>,
    #[rnn(delay = 2.0)]
    second: MinLstm<4>,
    output: Dense<2>,
}

#[rnn(input_size = 3)]
struct Heads {
    first: Dense<5>,
    output: Dense<2>,
}

fn as_at_run_time<N: Network>(
    stack: &Stack,
    plan: &Plan,
    made: impl Fn(Backend, &[LayerWeights<'_>]) -> Result<N, WeightError>,
) {
    let fed = plan.feed(stack);
    let tensors = stack.tensors();
    for backend in backends::all() {
        let made = made(backend, &lend(&tensors)).expect("the weights fit");
        let twin = stack.network(backend);
        assert_eq!(made.is_causal(), twin.is_causal());
        let ((ys, states), (want, want_states)) = (fed.call(&made), fed.call(&twin));
        assert_bits_equal(&ys, &want, backend);
        assert_bits_equal(&states, &want_states, format_args!("{backend}, the states"));
        let x = stack.inputs(9);
        let windows = Windows::new(4);
        let want = twin.windows(&x, windows).expect("windows fit");
        assert_bits_equal(&made.windows(&x, windows).expect("windows fit"), &want, backend);
        let want = twin.forward(&x, fed.outputs).expect("lengths fit");
        assert_bits_equal(&made.forward(&x, fed.outputs).expect("lengths fit"), &want, backend);
    }
}

#[test]
fn macro_made_in_any_direction() {
    let both = |merge| Direction::Bidirectional(merge);
    let gru =
        LayerKind::gru(6, ResetGate::AfterProduct).with_direction(Direction::GoBackwards).with_delay(1.5);
    let mixed = vec![
        LayerKind::lstm(5).with_direction(both(Merge::Concat)),
        LayerKind::dense(4),
        gru,
        LayerKind::dense(2),
    ];
    let sums = vec![
        LayerKind::dense(5),
        LayerKind::lstm(7).with_projection(3),
        LayerKind::simple_rnn(17).with_direction(both(Merge::Sum)),
    ];
    let stepped = vec![LayerKind::dense(5), LayerKind::min_lstm(4).with_delay(2.0), LayerKind::dense(2)];
    let heads = vec![LayerKind::dense(5), LayerKind::dense(2)];
    check(file!(), "macro-made in any direction", 2, (plan(), any::<u64>()), |(plan, seed)| {
        let stack = |n_i, layers: &[LayerKind]| Stack { n_i, layers: layers.to_vec(), seed };
        as_at_run_time(&stack(3, &mixed), &plan, Mixed::from_slices);
        as_at_run_time(&stack(9, &sums), &plan, Sums::from_slices);
        as_at_run_time(&stack(3, &stepped), &plan, Stepped::from_slices);
        as_at_run_time(&stack(3, &heads), &plan, Heads::from_slices);
    });
}
