//! What a cell is to everything that runs one over a sequence.

use std::fmt::Debug;

/// What a cell hands from one step to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// h, which is the cell's output as well.
    pub h: Vec<f64>,
    /// c of an LSTM; empty for every other cell.
    pub c: Vec<f64>,
}

impl State {
    /// h then c: the order of a snapshot.
    #[must_use]
    pub fn flatten(&self) -> Vec<f64> {
        [self.h.as_slice(), &self.c].concat()
    }
}

/// One step of a recurrent layer.
///
/// The sequence forms (direction, lengths, masks, delay) are written once, for any cell: [`crate::Recurrence`] and
/// [`crate::Recurrent`].
pub trait Cell: Debug + Send + Sync {
    /// `n_i`: length of `x_t`.
    fn input_size(&self) -> usize;

    /// Length of h, which is also the output.
    fn output_size(&self) -> usize;

    /// Length of c.
    fn memory_size(&self) -> usize {
        0
    }

    /// The state after a step on x, `(n_i)`, from the state `past`. Its h is the step's output.
    ///
    /// # Panics
    /// If a length is wrong.
    fn next(&self, x: &[f64], past: &State) -> State;

    /// The A of the tolerance table for this step: the largest over the rows of all sums of sum |w x| + |b|, peephole
    /// terms among them.
    ///
    /// # Panics
    /// If a length is wrong.
    fn row_sum(&self, x: &[f64], past: &State) -> f64;

    /// h = 0, c = 0.
    fn zero(&self) -> State {
        State { h: vec![0.0; self.output_size()], c: vec![0.0; self.memory_size()] }
    }
}

/// Asserts the lengths of the arguments of a step.
pub(crate) fn check_arguments(cell: &(impl Cell + ?Sized), x: &[f64], past: &State) {
    assert_eq!(x.len(), cell.input_size(), "x_t is (n_i)");
    assert_eq!(past.h.len(), cell.output_size(), "h_t-1 has the output's length");
    assert_eq!(past.c.len(), cell.memory_size(), "c_t-1 has the memory's length");
}
