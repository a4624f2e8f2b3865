//! Cells: what a recurrent layer computes from its accumulated gates.
//!
//! A cell knows neither matrices nor time. The recurrences in [`crate::layer`] accumulate
//!
//! ```text
//! p = b + U x_t          input segment, one sum a gate
//! a = start(p) + W h     recurrent segment
//! ```
//!
//! for the units of one vector and hand both to the cell, which gives the new state. A cell is its equations, its
//! number of gates and of chains, and this arithmetic; everything else serves all cells.

mod simple_rnn;

pub(crate) use simple_rnn::SimpleRnn;

use crate::simd::Vector;
use rnn_format::Activation;

/// The gate arithmetic of `G` gates.
pub trait Cell<const G: usize>: Copy + Send + Sync + 'static {
    /// Whether the recurrent segment has two chains, else one: a function of the cell and its size alone.
    fn two_chains(self, hidden: usize) -> bool;

    /// The activation still to be applied to h in a pass of its own: `None` for the default one, which is part of
    /// [`Cell::update`].
    fn pass(self) -> Option<Activation>;

    /// What the recurrent segment starts from, given the input segment `p`.
    fn start<V: Vector>(self, t: V::Token, p: [V; G]) -> [V; G];

    /// The new h from the gates `a` (and the input segment `p` for cells that keep the two apart).
    fn update<V: Vector>(self, t: V::Token, p: [V; G], a: [V; G]) -> V;
}
