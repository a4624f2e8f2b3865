//! Networks of the `#[rnn]` attribute give the bits of networks built at run time from the same weights.
//!
//! Sizes are constants to the compiler in one and values in the other, so loops unroll and tails vanish differently;
//! nothing else may differ. `hygiene.rs` is a suite of its own: the attribute where everything is against it.

mod agree;
mod cells;
mod embedded;
mod large;
mod reading;
mod shapes;
