//! Layers: a cell or a dense head with its sizes, and how one step of it runs.
//!
//! A [`Layer`] describes; the packed weights stand beside it, so one description serves owned, borrowed and
//! embedded weights. Two forms of a step cover every recurrence the [`crate::network`] makes: [`Layer::step`] for one
//! stream, and [`Layer::step_rows`] for many rows at once (a batch, a set of windows). A layer with a direction
//! ([`Directed`]) has no step; [`Layer::run`] takes whole sequences through any layer. Layers compose with
//! [`Chain`]; the run-time list of layers is [`Layers`] (feature `alloc`). Dispatch happened above, once a public call:
//! a step of small constant sizes is inlined into that call's frame, all else is a kernel of its [`Tier`].

mod chain;
mod dense;
mod directed;
mod known;
#[cfg(feature = "alloc")]
mod list;
mod recurrent;
mod run;
mod tier;

pub use chain::Chain;
pub use dense::DenseLayer;
pub use directed::Directed;
pub(crate) use known::{Constant, Known};
#[cfg(feature = "alloc")]
pub(crate) use list::{Any, Layers};
#[cfg(feature = "alloc")]
pub(crate) use recurrent::{Gated, Kernels, Recurrent};
pub use recurrent::{GruAfterLayer, GruBeforeLayer, LstmLayer, MinGruLayer, MinLstmLayer, SimpleRnnLayer};
pub(crate) use run::{BLOCK, Grid, GridMut, Run, Valid};
pub(crate) use tier::Tier;

use run::{Order, run_in_order};

use crate::gemm::{Rows, RowsMut};

/// What one step takes.
#[derive(Clone, Copy)]
pub enum Input<'a> {
    /// x_t, n_i values.
    X(&'a [f32]),
    /// What [`Layer::share`] made of x_t.
    Shared(&'a [f32]),
}

/// What one step of many rows takes.
#[derive(Clone, Copy)]
pub enum InputRows<'a> {
    /// x_t of each row.
    X(Rows<'a>),
    /// What [`Layer::share`] made of x_t, for each row.
    Shared(Rows<'a>),
}

/// A layer's description. Weights are the layer's packed block.
///
/// Lengths are in floats and follow from `rnn_format`'s table, `lengths.rs`: one that does not fit stops at `usize::MAX`.
pub trait Layer: Copy + Send + Sync {
    /// What [`Layer::input_size`] gives, if the compiler knows it, else 0.
    const INPUT_SIZE: usize;

    /// n_i.
    fn input_size(&self) -> usize;
    /// n_h or n_o.
    fn output_size(&self) -> usize;
    /// State a stream carries.
    fn state_len(&self) -> usize;
    /// The packed block.
    fn packed_len(&self) -> usize;
    /// Scratch of [`Layer::step`].
    fn scratch_len(&self) -> usize;
    /// State of `rows` streams stepped together.
    fn rows_state_len(&self, rows: usize) -> usize;
    /// Scratch of [`Layer::step_rows`].
    fn rows_scratch_len(&self, rows: usize) -> usize;
    /// What [`Layer::share`] writes for a step.
    fn shared_len(&self) -> usize;

    /// Whether each output depends on this and earlier steps alone: else there is no step, only [`Layer::run`].
    #[inline(always)]
    fn is_causal(&self) -> bool {
        true
    }

    /// Sets the state of one row from a snapshot of [`Layer::state_len`] values.
    fn set_row(&self, at: RowPlace, snapshot: &[f32], state: &mut [f32]);
    /// The snapshot of the state of one row.
    fn get_row(&self, at: RowPlace, state: &[f32], snapshot: &mut [f32]);

    /// The part of `rows` steps that depends on their x alone: computed once where steps are shared.
    fn share<S: Tier>(&self, s: S, weights: &[f32], rows: usize, x: Rows<'_>, shared: RowsMut<'_>);

    /// One step of one stream; the output is written if asked for.
    fn step<S: Tier>(
        &self,
        s: S,
        weights: &[f32],
        input: Input<'_>,
        state: &mut [f32],
        scratch: &mut [f32],
        y: Option<&mut [f32]>,
    );

    /// One step of `at.rows` streams.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is a part of its own: weights, input, state, scratch, output"
    )]
    fn step_rows<S: Tier>(
        &self,
        s: S,
        weights: &[f32],
        at: StepRows<'_>,
        input: InputRows<'_>,
        state: &mut [f32],
        scratch: &mut [f32],
        y: Option<RowsMut<'_>>,
    );

    /// Scratch of [`Layer::run`].
    #[inline(always)]
    fn run_scratch_len(&self, rows: usize, steps: usize) -> usize {
        let _ = steps;
        self.rows_scratch_len(rows)
    }

    /// Whole sequences of many rows, from their states and back into them.
    #[inline(always)]
    #[expect(clippy::too_many_arguments, reason = "as of `step_rows`")]
    fn run<S: Tier>(
        &self,
        s: S,
        weights: &[f32],
        run: &Run<'_>,
        x: Grid<'_>,
        state: &mut [f32],
        scratch: &mut [f32],
        y: Option<GridMut<'_>>,
    ) {
        run_in_order(self, s, weights, run, Order::Forward, x, state, scratch, y);
    }
}

/// Where [`Layer::step_rows`] stands.
#[derive(Clone, Copy)]
pub struct StepRows<'a> {
    /// Number of streams.
    pub rows: usize,
    /// Number of streams the state has room for.
    pub room: usize,
    /// Steps that came before this one, or anything congruent to that: states go round in a ring.
    pub step: usize,
    /// The states are zero and W h may be left out: every weight of W is finite and each of its rows has one
    /// that is not negative, so that W 0 is +0 or turns -0 into +0, which `P + 0` does as well.
    pub skip_recurrent: bool,
    /// What each row does, if not all take the step.
    pub which: Option<&'a [RowStep]>,
}

/// What a row does at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowStep {
    /// Takes it.
    Run,
    /// Keeps its state and gives the output of the step before again.
    Repeat,
    /// Keeps its state and gives zeros.
    Zero,
}

/// Where one row's state is.
#[derive(Clone, Copy)]
pub struct RowPlace {
    /// Which row.
    pub row: usize,
    /// Number of rows the state has room for.
    pub room: usize,
    /// Steps that were taken.
    pub step: usize,
}
