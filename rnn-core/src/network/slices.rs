//! [`Network`]: every call on slices. `calls.rs` implements them.

use super::engine::Outputs;
use super::sequences::Sequences;
use super::summary::Summary;
use super::windows::Windows;
use crate::error::ShapeError;
use crate::simd::Backend;

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

/// A network fed from slices: row-major `f32`, checked lengths, nothing changed on error.
///
/// Usable as `dyn Network`. Every way to feed a sequence gives the same bits: step by step, a buffer, a whole
/// sequence, a batch row, a window, on any number of threads and on every fused backend.
///
/// The calls ending in `_into` allocate nothing; where they need scratch, a `_scratch_len` method tells how many floats, and its
/// contents do not matter. Those without the ending allocate their result and scratch.
pub trait Network: Send + Sync {
    /// The backend chosen when the network was built.
    fn backend(&self) -> Backend;
    /// n_i.
    fn input_size(&self) -> usize;
    /// n_o.
    fn output_size(&self) -> usize;
    /// Floats of a state: the snapshot, a step's scratch, and a mark of the network it belongs to.
    fn state_len(&self) -> usize;
    /// Floats of a snapshot, the first of a state: the state of each recurrent layer in order, of each direction, h then
    /// c if there is one, as often as its delay asks, unpadded.
    fn snapshot_len(&self) -> usize;
    /// Layers, shapes, parameters, memory, work and backend as a table.
    fn summary(&self) -> Summary;

    /// Back to the initial state, all zeros. Any buffer of this length will do, another network's state too.
    ///
    /// # Errors
    /// If `state` is not [`Network::state_len`] long.
    fn reset(&self, state: &mut [f32]) -> Result<(), ShapeError>;

    /// The part of a state worth keeping, portable across backends and versions.
    ///
    /// # Errors
    /// If `state` is not [`Network::state_len`] long, or is another network's.
    fn snapshot<'s>(&self, state: &'s [f32]) -> Result<&'s [f32], ShapeError>;

    /// Sets a state to a snapshot. A snapshot does not say whose it is: only its length is checked.
    ///
    /// # Errors
    /// If a length is wrong; the state is then unchanged.
    fn restore(&self, state: &mut [f32], snapshot: &[f32]) -> Result<(), ShapeError>;

    /// One step: y_t (n_o) from x_t (n_i), the state carried on.
    ///
    /// # Errors
    /// If a length is wrong, the state is another network's, or a layer goes backwards; nothing is then changed.
    fn step_into(&self, state: &mut [f32], x: &[f32], y: &mut [f32]) -> Result<(), ShapeError>;

    /// A buffer of steps: ys (T, n_o) from xs (T, n_i), the state carried on. T may be 0.
    ///
    /// # Errors
    /// If a length is wrong, the state is another network's, or a layer goes backwards; nothing is then changed.
    fn process_into(&self, state: &mut [f32], xs: &[f32], ys: &mut [f32]) -> Result<(), ShapeError>;

    /// [`Network::process_into`] with one buffer for both: `values` (T, n_i) become (T, n_o). An audio host hands out such a
    /// buffer.
    ///
    /// # Errors
    /// If n_i is not n_o, a length is wrong, the state is another network's, or a layer goes backwards; nothing is then changed.
    fn process_in_place(&self, state: &mut [f32], values: &mut [f32]) -> Result<(), ShapeError>;

    /// Whether the network can be stepped: no layer goes backwards.
    fn is_causal(&self) -> bool;

    /// Floats of scratch for [`Network::forward_into`] of `steps` steps; bounded however many, if the network can be stepped.
    ///
    /// # Errors
    /// [`ShapeError::Overflow`] if they exceed the address space.
    fn forward_scratch_len(&self, steps: usize) -> Result<usize, ShapeError>;

    /// A sequence (T, n_i) from h = 0: ys is (T, n_o), or (n_o) for the last output alone.
    ///
    /// # Errors
    /// If a length is wrong, or the last output of T = 0 steps is asked for.
    fn forward_into(
        &self,
        xs: &[f32],
        outputs: Outputs,
        ys: &mut [f32],
        scratch: &mut [f32],
    ) -> Result<(), ShapeError>;

    /// Floats of scratch for [`Network::forward_batch_into`] of `batch` rows of `steps` steps; bounded however large the batch
    /// and, if the network can be stepped, however many the steps.
    ///
    /// # Errors
    /// [`ShapeError::Overflow`] if they exceed the address space.
    fn batch_scratch_len(&self, batch: usize, steps: usize) -> Result<usize, ShapeError>;

    /// Sequences: xs is (B, T, n_i), ys (B, T, n_o), or (B, n_o) for the last outputs alone. Each row starts from its row of
    /// `states` (B, snapshot) and leaves its final state there, or starts from h = 0.
    ///
    /// # Errors
    /// If a length is wrong, or the last output of T = 0 steps is asked for. B may be 0 if xs is empty.
    fn forward_batch_into(
        &self,
        xs: &[f32],
        batch: usize,
        outputs: Outputs,
        ys: &mut [f32],
        states: Option<&mut [f32]>,
        scratch: &mut [f32],
    ) -> Result<(), ShapeError>;

    /// Floats of scratch for [`Network::run_into`]: as [`Network::batch_scratch_len`].
    ///
    /// # Errors
    /// [`ShapeError::Overflow`] if they exceed the address space.
    fn run_scratch_len(&self, sequences: &Sequences<'_>) -> Result<usize, ShapeError>;

    /// Sequences of any layout, with lengths or a mask: see [`Sequences`]. Each row starts from its row of `states` (B, snapshot) and
    /// leaves its final state there, or starts from zero.
    ///
    /// # Errors
    /// If a length or stride does not fit, or the last output of T = 0 steps is asked for; nothing is then changed.
    fn run_into(
        &self,
        xs: &[f32],
        sequences: &Sequences<'_>,
        ys: &mut [f32],
        states: Option<&mut [f32]>,
        scratch: &mut [f32],
    ) -> Result<(), ShapeError>;

    /// Floats of scratch for [`Network::windows_into`] over a series of `steps` steps; bounded however long it is.
    ///
    /// # Errors
    /// As [`Windows::count`], or [`ShapeError::Overflow`] if they exceed the address space.
    fn windows_scratch_len(&self, steps: usize, windows: Windows) -> Result<usize, ShapeError>;

    /// Each window of `series` (T, n_i) from h = 0: ys is (M, n_o), the last output of each.
    ///
    /// The bits are those of [`Network::forward_batch_into`] on the windows copied out, but no copy is made and the
    /// input segment of each step of the series is computed once, not tau times.
    ///
    /// # Errors
    /// If a length is wrong or no window fits.
    fn windows_into(
        &self,
        series: &[f32],
        windows: Windows,
        ys: &mut [f32],
        scratch: &mut [f32],
    ) -> Result<(), ShapeError>;

    /// Floats of state and of scratch for `room` streams stepped together: what [`super::StreamBatch`] is made of.
    #[doc(hidden)]
    fn rows_len(&self, room: usize) -> Result<(usize, usize), ShapeError>;
    /// Sets the state of a row; (row, room, steps taken).
    #[doc(hidden)]
    fn set_row(&self, place: (usize, usize, usize), snapshot: &[f32], state: &mut [f32]);
    /// The state of a row.
    #[doc(hidden)]
    fn get_row(&self, place: (usize, usize, usize), state: &[f32], snapshot: &mut [f32]);
    /// One step of the first rows; (rows, room, steps taken).
    #[doc(hidden)]
    fn step_rows(
        &self,
        at: (usize, usize, usize),
        xs: &[f32],
        ys: &mut [f32],
        state: &mut [f32],
        scratch: &mut [f32],
    );

    /// [`Network::forward_into`] with a fresh result.
    ///
    /// # Errors
    /// As there.
    #[cfg(feature = "alloc")]
    fn forward(&self, xs: &[f32], outputs: Outputs) -> Result<Vec<f32>, ShapeError>;

    /// [`Network::forward_batch_into`] from h = 0 with a fresh result.
    ///
    /// # Errors
    /// As there.
    #[cfg(feature = "alloc")]
    fn forward_batch(&self, xs: &[f32], batch: usize, outputs: Outputs) -> Result<Vec<f32>, ShapeError>;

    /// [`Network::run_into`] with a fresh result, which has no strides of its own.
    ///
    /// # Errors
    /// As there.
    #[cfg(feature = "alloc")]
    fn run(
        &self,
        xs: &[f32],
        sequences: &Sequences<'_>,
        states: Option<&mut [f32]>,
    ) -> Result<Vec<f32>, ShapeError>;

    /// [`Network::windows_into`] with a fresh result.
    ///
    /// # Errors
    /// As there.
    #[cfg(feature = "alloc")]
    fn windows(&self, series: &[f32], windows: Windows) -> Result<Vec<f32>, ShapeError>;

    /// [`Network::forward_batch`] with blocks of rows shared among rayon's threads: the same bits.
    ///
    /// # Errors
    /// As there.
    #[cfg(feature = "rayon")]
    fn par_forward_batch(&self, xs: &[f32], batch: usize, outputs: Outputs) -> Result<Vec<f32>, ShapeError>;

    /// [`Network::windows`] with blocks of windows shared among rayon's threads: the same bits.
    ///
    /// # Errors
    /// As there.
    #[cfg(feature = "rayon")]
    fn par_windows(&self, series: &[f32], windows: Windows) -> Result<Vec<f32>, ShapeError>;
}
