//! No allocation after construction: steps, every serial `_into` call, activations and the kernel layer, for
//! networks built at run time and made by the macro, counted on every backend. Calls that fail allocate nothing
//! either. `cells` has every cell, option and direction, and streams stepped together.

mod cells;
mod kernel;
mod network;

use rnn_support::alloc::{Counting, count};

#[global_allocator]
static COUNTER: Counting = Counting;

/// Runs `f`, which must neither allocate, grow nor free.
#[track_caller]
fn allocates_nothing<R>(what: std::fmt::Arguments<'_>, f: impl FnOnce() -> R) -> R {
    let (result, counted) = count(f);
    assert_eq!(counted, 0, "allocations in {what}");
    result
}

#[test]
fn the_counter_sees_an_allocation() {
    let (_, counted) = count(|| std::hint::black_box(vec![0_u8; 100]).len());
    assert!(counted >= 1);
}

#[test]
fn the_counter_sees_growth_and_the_free() {
    let mut values = vec![1_u8];
    let ((), counted) = count(|| std::hint::black_box(&mut values).reserve(100));
    assert!(counted >= 1);
    let ((), counted) = count(|| drop(std::hint::black_box(values)));
    assert!(counted >= 1);
}

#[test]
#[should_panic(expected = "allocations in a call that returns a vector")]
fn an_allocating_call_is_caught() {
    use rnn_core::Network as _;
    let net = network::at_run_time(rnn_core::Backend::PORTABLE);
    let xs = [0.5; 8];
    let forward = || net.forward(&xs, rnn_core::Outputs::All).expect("one step");
    allocates_nothing(format_args!("a call that returns a vector"), forward);
}
