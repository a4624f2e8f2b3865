//! Large networks: nothing of theirs travels by value.
//!
//! That an H=1024 network is built in a debug build on a small stack is `tests/ui/pass/small_stack.rs`, for trybuild
//! builds without optimisation.

use crate::agree::{Random, Weights};
use rnn_core::LayerKind;
use rnn_core::prelude::*;

/// A state of more than 64 KiB, on the heap.
#[rnn(input_size = 1)]
struct Wide {
    hidden: SimpleRnn<8200>,
    output: Dense<1>,
}

/// 64 KiB of state less a cache line, in place: one unit more would make it too large.
#[rnn(input_size = 1)]
struct Full {
    hidden: SimpleRnn<8176>,
}

#[test]
fn states_leave_the_stack_past_64_kib() {
    fn state_of<N: HasState>(_: Option<N>) -> usize {
        size_of::<N::State>()
    }
    assert_eq!(state_of(None::<Full>), (64 << 10) - 64);
    assert!(state_of(None::<Wide>) <= 64, "a handle, not {} bytes", state_of(None::<Wide>));
    assert!(size_of::<Wide>() <= 256, "a handle, not {} bytes", size_of::<Wide>());
}

#[test]
fn a_network_is_shared_and_its_state_moves() {
    fn is_shared<T: Send + Sync + 'static>() {}
    is_shared::<Wide>();
    is_shared::<<Wide as HasState>::State>();
    is_shared::<<Full as HasState>::State>();
}

#[test]
fn weights_of_other_shapes_are_refused() {
    let kind = LayerKind::Dense { output_size: 3, activation: Activation::Linear, bias: true };
    let weights = Weights::new(kind, 2, &mut Random(1));
    assert!(Full::from_slices(Backend::PORTABLE, &[weights.lend()]).is_err());
    assert!(Full::from_slices(Backend::PORTABLE, &[]).is_err());
}
