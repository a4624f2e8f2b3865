//! Layers: a cell or a dense head with its sizes, and how one step of it runs.
//!
//! A [`Layer`] describes; the packed weights stand beside it, so one description serves owned, borrowed and
//! embedded weights. Two forms of a step cover every recurrence the [`crate::network`] makes: [`Layer::step`] for one
//! stream, and [`Layer::step_rows`] for many rows at once (a batch, a set of windows). Layers compose with
//! [`Chain`]; the run-time list of layers is [`Layers`] (feature `alloc`). Everything here is inlined into one
//! frame per public call; dispatch happened above.

mod chain;
mod dense;
#[cfg(feature = "alloc")]
mod list;
mod recurrent;

pub use chain::Chain;
pub use dense::DenseLayer;
#[cfg(feature = "alloc")]
pub(crate) use list::Any;
#[cfg(feature = "alloc")]
pub use list::Layers;
pub use recurrent::SimpleRnnLayer;

use crate::gemm::blocked::{Rows, RowsMut};
use crate::simd::Simd;

/// `len` rounded up to whole cache lines.
#[inline(always)]
pub(crate) const fn round16(len: usize) -> usize {
    len.div_ceil(16) * 16
}

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

/// A layer's description. Lengths are in floats; weights are the layer's packed block.
pub trait Layer: Copy + Send + Sync {
    /// n_i.
    fn input_size(&self) -> usize;
    /// n_h or n_o.
    fn output_size(&self) -> usize;
    /// State a stream carries.
    fn state_len(&self) -> usize;
    /// Calls `visit` with the state length of each layer, in order.
    fn visit_state_lens(&self, visit: &mut dyn FnMut(usize));
    /// The packed block.
    fn packed_len(&self) -> usize;
    /// Scratch of [`Layer::step`].
    fn scratch_len(&self) -> usize;
    /// Scratch of [`Layer::step_rows`].
    fn scratch_rows_len(&self, rows: usize) -> usize;
    /// What [`Layer::share`] writes for a step.
    fn shared_len(&self) -> usize;

    /// The part of `rows` steps that depends on their x alone: computed once where steps are shared.
    fn share<S: Simd>(&self, s: S, weights: &[f32], rows: usize, x: Rows<'_>, shared: RowsMut<'_>);

    /// One step of one stream; the output is written if asked for.
    fn step<S: Simd>(
        &self,
        s: S,
        weights: &[f32],
        input: Input<'_>,
        state: &mut [f32],
        scratch: &mut [f32],
        y: Option<&mut [f32]>,
    );

    /// One step of `at.rows` streams. The state is layer by layer, in each `[row][state]`.
    fn step_rows<S: Simd>(
        &self,
        s: S,
        weights: &[f32],
        at: StepRows,
        input: InputRows<'_>,
        state: &mut [f32],
        scratch: &mut [f32],
        y: Option<RowsMut<'_>>,
    );
}

/// Where [`Layer::step_rows`] stands.
#[derive(Clone, Copy)]
pub struct StepRows {
    /// Number of streams.
    pub rows: usize,
    /// The states are zero and W h may be left out: every weight of W is finite and each of its rows has one
    /// that is not negative, so that W 0 is +0 or turns -0 into +0, which `P + 0` does as well.
    pub skip_recurrent: bool,
}
