//! The recurrences: each way to feed a sequence, written once over [`Layer`] and once for all tiers.
//!
//! Every function takes lengths that its caller has checked, and scratch of the length its `_scratch_len` twin tells. It
//! dispatches once, runs in its tier's frame, and neither allocates nor fails. All of them give the same bits for
//! the same stream: they differ in what they hoist and share, never in the order of a sum.

mod batch;
mod sequence;
mod window;

pub(crate) use batch::{Rows as BatchRows, run, run_scratch_len, step_rows};
pub(crate) use sequence::{forward, forward_scratch_len, process, process_in_place, step_array};
pub(crate) use window::{windows, windows_scratch_len};

use crate::simd::Backend;

/// Which outputs of a sequence are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outputs {
    /// y of every step (Keras `return_sequences=True`).
    All,
    /// y of the last step alone (Keras `return_sequences=False`); of a backward direction that of the first step, which it
    /// computes last (ONNX `Y_h`).
    Last,
    /// None: the states alone.
    States,
}

/// A network as the engine sees it.
#[derive(Clone, Copy)]
pub(crate) struct Body<'a, L> {
    pub(crate) backend: Backend,
    pub(crate) layers: L,
    /// The packed blocks of all layers.
    pub(crate) weights: &'a [f32],
    /// See [`crate::layer::StepRows::skip_recurrent`].
    pub(crate) can_skip: bool,
}
