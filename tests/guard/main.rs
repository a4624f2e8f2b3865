//! No call touches memory outside the slices it was given: every buffer stands between two pages that must not be
//! touched, flush with either of them and at every misalignment, at sizes 1 to 130, on every backend.
//!
//! What runs between the guards must also give the bits it gives in ordinary memory, with scratch full of NaNs, and
//! leave the floats around its slices alone.
#![cfg(unix)]

mod activation;
mod arena;
mod cells;
mod kernel;
mod macro_made;
mod network;
mod planted;

use rnn_support::rng::Rng;

/// Every size: whole vectors and panels of all widths, and all that is left over by them.
const SIZES: std::ops::RangeInclusive<usize> = 1..=130;

/// A second size to go with one of [`SIZES`], so that all leftovers meet without running all pairs.
fn beside(size: usize) -> usize {
    (size * 37) % *SIZES.end() + 1
}

/// Weights and a bias that keep a state lively.
fn weights(rng: &mut Rng, units: usize, inputs: usize) -> (Vec<f32>, Vec<f32>) {
    (rng.weights(units * inputs, inputs), rng.biases(units))
}
