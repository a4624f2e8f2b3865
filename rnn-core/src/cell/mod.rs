//! Cells: what a recurrent layer computes from its accumulated gates.
//!
//! A cell knows neither matrices nor time. The recurrences in [`crate::layer`] accumulate
//!
//! ```text
//! p = b + U x_t          input segment, one sum a gate
//! a = p + W h_{t-1}      recurrent segment
//! ```
//!
//! for the units of one vector and hand the sums to the cell with the old state of these units; it gives the new
//! one. A cell is a page: its equations, its number of gates and of chains, and this arithmetic; everything else serves
//! all cells.
//!
//! The usual activations are compiled into a cell's arithmetic, precise and fast; all others, and whatever else is
//! unusual, run the same equations through a function call for each of them ([`Functions`]), so that code does not
//! multiply. Which of the two is asked once a group of vectors: a call that might come, even if it never does, costs
//! the registers of everything around it.
//!
//! `docs/cells.md` in the repository has all equations with pictures, and what other frameworks call their parts.

mod functions;
mod gru;
mod lstm;
mod min_gru;
mod min_lstm;
mod simple_rnn;

pub(crate) use gru::{GruAfter, GruBefore};
pub(crate) use lstm::Lstm;
pub(crate) use min_gru::MinGru;
pub(crate) use min_lstm::MinLstm;
pub(crate) use simple_rnn::SimpleRnn;

#[cfg(feature = "alloc")]
pub(crate) use functions::clamp;
pub(crate) use functions::{Fast, Functions, Named, Precise, Style};

use crate::dims::Dims;
use crate::gemm::Matrix;
use crate::simd::Vector;
use core::fmt::Debug;

/// The gate arithmetic of `G` gates.
pub trait Cell<const G: usize>: Copy + Send + Sync + Debug + 'static {
    /// Whether units carry c beside h.
    const MEMORY: bool = false;
    /// Whether [`Cell::update`] reads the old h of its own units.
    const READS_H: bool = false;
    /// Whether the gates see the old state at all, so that there is a matrix W.
    const RECURRENT: bool = true;
    /// Whether the two products of the last gate stay apart, each with its bias.
    const APART: bool = false;
    /// Units up to which the recurrent segment has two chains, else one. Cells of several gates have one.
    const TWO_CHAINS_UP_TO: usize = 0;

    /// Whether [`Cell::update`] has the activations and options of this layer compiled in, else [`Cell::unusual`].
    fn is_usual(self) -> bool;

    /// The new state of the units of one vector.
    fn update<V: Vector>(self, t: V::Token, sums: &Sums<'_, V, G>, old: State<V>) -> State<V>;

    /// The same where the compiler knows whether the activations are the fast ones ([`Dims::FAST`]).
    #[inline(always)]
    fn written_out<V: Vector, D: Dims>(self, t: V::Token, sums: &Sums<'_, V, G>, old: State<V>) -> State<V> {
        self.update(t, sums, old)
    }

    /// The same with any activation and option.
    fn unusual<V: Vector>(self, t: V::Token, sums: &Sums<'_, V, G>, old: State<V>) -> State<V>;
}

/// What was accumulated for the units of one vector.
pub struct Sums<'a, V, const G: usize> {
    /// The pre-activations of the gates; of a last gate that is apart its recurrent segment alone.
    pub(crate) gates: [V; G],
    /// The input segment of a last gate that is apart, else anything.
    pub(crate) apart: V,
    /// The peephole weights, a row for each of i, f and o; empty without.
    pub(crate) peephole: Matrix<'a>,
    /// The first of the units.
    pub(crate) unit: usize,
}

/// The state of the units of one vector.
#[derive(Clone, Copy)]
pub struct State<V> {
    /// h; anything where a cell does not read it.
    pub(crate) h: V,
    /// c; anything where a cell has none.
    pub(crate) c: V,
}
