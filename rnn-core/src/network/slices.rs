//! [`Network`]: every call on slices, implemented once for all networks.

use super::engine::{self, Outputs};
use super::mark;
use super::parts::{Checks, Parts};
use super::sequences::Sequences;
use super::summary::Summary;
use super::windows::Windows;
use crate::error::{ShapeError, check_length, checked, fitting};
use crate::layer::{Layer, RowPlace, StepRows};
use crate::simd::Backend;

#[cfg(feature = "alloc")]
use alloc::{vec, vec::Vec};

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
    /// Floats of a state: the snapshot, a mark of the network it belongs to, and a step's scratch.
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

impl<N: Parts> Network for N {
    fn backend(&self) -> Backend {
        self.packed().backend()
    }
    fn input_size(&self) -> usize {
        self.layers().input_size()
    }
    fn output_size(&self) -> usize {
        self.layers().output_size()
    }
    fn state_len(&self) -> usize {
        Parts::state_len(self)
    }
    fn snapshot_len(&self) -> usize {
        self.layers().state_len()
    }
    fn summary(&self) -> Summary {
        self.with_spec(|spec| Summary::new(spec, self.packed()))
    }

    fn reset(&self, state: &mut [f32]) -> Result<(), ShapeError> {
        self.check_state_len(state)?;
        state.fill(0.0);
        Ok(())
    }
    fn snapshot<'s>(&self, state: &'s [f32]) -> Result<&'s [f32], ShapeError> {
        self.check_state(state)?;
        Ok(&state[..self.snapshot_len()])
    }
    fn restore(&self, state: &mut [f32], snapshot: &[f32]) -> Result<(), ShapeError> {
        self.check_state_len(state)?;
        let len = self.snapshot_len();
        check_length("snapshot", snapshot.len(), len, "snapshot_len() floats")?;
        state[..len].copy_from_slice(snapshot);
        mark::start(self, state);
        Ok(())
    }

    #[inline]
    fn step_into(&self, state: &mut [f32], x: &[f32], y: &mut [f32]) -> Result<(), ShapeError> {
        self.check_causal()?;
        self.check_state(state)?;
        if x.len() != self.layers().input_size() {
            return Err(self.input_error("x", x.len(), Some(1)));
        }
        check_length("y", y.len(), self.layers().output_size(), "(n_o)")?;
        mark::start(self, state);
        // A buffer of one step.
        engine::process(self.packed().body(self.layers()), state, x, y);
        Ok(())
    }

    #[inline]
    fn process_into(&self, state: &mut [f32], xs: &[f32], ys: &mut [f32]) -> Result<(), ShapeError> {
        self.check_causal()?;
        self.check_state(state)?;
        self.steps_beside(xs, ys)?;
        mark::start(self, state);
        engine::process(self.packed().body(self.layers()), state, xs, ys);
        Ok(())
    }

    fn process_in_place(&self, state: &mut [f32], values: &mut [f32]) -> Result<(), ShapeError> {
        self.check_causal()?;
        self.check_state(state)?;
        let (input_size, output_size) = (self.layers().input_size(), self.layers().output_size());
        if input_size != output_size {
            return Err(ShapeError::InPlace { input_size, output_size });
        }
        self.steps("values", values)?;
        mark::start(self, state);
        engine::process_in_place(self.packed().body(self.layers()), state, values);
        Ok(())
    }

    fn is_causal(&self) -> bool {
        self.layers().is_causal()
    }

    fn forward_scratch_len(&self, steps: usize) -> Result<usize, ShapeError> {
        let layers = self.layers();
        if layers.is_causal() {
            fitting("scratch of a sequence", engine::forward_scratch_len(&layers))
        } else {
            self.batch_scratch_len(1, steps)
        }
    }

    fn forward_into(
        &self,
        xs: &[f32],
        outputs: Outputs,
        ys: &mut [f32],
        scratch: &mut [f32],
    ) -> Result<(), ShapeError> {
        let steps = if outputs == Outputs::All {
            self.steps_beside(xs, ys)?
        } else {
            let steps = self.steps("xs", xs)?;
            let meaning = if outputs == Outputs::Last { "(n_o)" } else { "nothing, for no output is wanted" };
            check_length("ys", ys.len(), self.outputs_len(1, steps, outputs)?, meaning)?;
            steps
        };
        self.check_scratch(scratch, self.forward_scratch_len(steps)?)?;
        let body = self.packed().body(self.layers());
        if body.layers.is_causal() {
            engine::forward(body, xs, outputs, ys, scratch);
        } else {
            let sizes = (self.input_size(), self.output_size());
            let rows = Sequences::new(1, steps).outputs(outputs).rows(sizes, xs, ys)?;
            engine::run(body, &rows, xs, ys, None, scratch);
        }
        Ok(())
    }

    fn batch_scratch_len(&self, batch: usize, steps: usize) -> Result<usize, ShapeError> {
        fitting("scratch of these sequences (B, T)", engine::run_scratch_len(&self.layers(), batch, steps))
    }

    fn forward_batch_into(
        &self,
        xs: &[f32],
        batch: usize,
        outputs: Outputs,
        ys: &mut [f32],
        states: Option<&mut [f32]>,
        scratch: &mut [f32],
    ) -> Result<(), ShapeError> {
        let steps = self.batch_steps(xs, batch)?;
        self.run_into(xs, &Sequences::new(batch, steps).outputs(outputs), ys, states, scratch)
    }

    fn run_scratch_len(&self, sequences: &Sequences<'_>) -> Result<usize, ShapeError> {
        self.batch_scratch_len(sequences.batch(), sequences.steps())
    }

    fn run_into(
        &self,
        xs: &[f32],
        sequences: &Sequences<'_>,
        ys: &mut [f32],
        states: Option<&mut [f32]>,
        scratch: &mut [f32],
    ) -> Result<(), ShapeError> {
        let rows = sequences.rows((self.input_size(), self.output_size()), xs, ys)?;
        self.check_states(rows.batch, states.as_deref())?;
        self.check_scratch(scratch, self.run_scratch_len(sequences)?)?;
        // Where nothing is read, written or carried on, B and T may be any numbers.
        let carries = states.is_some() && self.snapshot_len() > 0;
        if rows.steps == 0 || (rows.outputs == Outputs::States && !carries) {
            return Ok(());
        }
        engine::run(self.packed().body(self.layers()), &rows, xs, ys, states, scratch);
        Ok(())
    }

    fn windows_scratch_len(&self, steps: usize, windows: Windows) -> Result<usize, ShapeError> {
        let count = windows.count(steps)?;
        fitting("scratch of these windows", engine::windows_scratch_len(&self.layers(), &windows, count))
    }

    fn windows_into(
        &self,
        series: &[f32],
        windows: Windows,
        ys: &mut [f32],
        scratch: &mut [f32],
    ) -> Result<(), ShapeError> {
        let steps = self.steps("series", series)?;
        let count = windows.count(steps)?;
        let len = checked("ys (M, n_o)", &[count, self.output_size()])?;
        check_length("ys", ys.len(), len, "(M, n_o)")?;
        self.check_scratch(scratch, self.windows_scratch_len(steps, windows)?)?;
        engine::windows(self.packed().body(self.layers()), series, &windows, 0..count, ys, scratch);
        Ok(())
    }

    fn rows_len(&self, room: usize) -> Result<(usize, usize), ShapeError> {
        let layers = self.layers();
        let state = fitting("states of these streams", layers.rows_state_len(room))?;
        Ok((state, fitting("scratch of these streams", layers.rows_scratch_len(room))?))
    }
    fn set_row(&self, (row, room, step): (usize, usize, usize), snapshot: &[f32], state: &mut [f32]) {
        self.layers().set_row(RowPlace { row, room, step }, snapshot, state);
    }
    fn get_row(&self, (row, room, step): (usize, usize, usize), state: &[f32], snapshot: &mut [f32]) {
        self.layers().get_row(RowPlace { row, room, step }, state, snapshot);
    }
    fn step_rows(
        &self,
        (rows, room, step): (usize, usize, usize),
        xs: &[f32],
        ys: &mut [f32],
        state: &mut [f32],
        scratch: &mut [f32],
    ) {
        let at = StepRows { rows, room, step, skip_recurrent: false, which: None };
        engine::step_rows(self.packed().body(self.layers()), at, xs, ys, state, scratch);
    }

    #[cfg(feature = "alloc")]
    fn forward(&self, xs: &[f32], outputs: Outputs) -> Result<Vec<f32>, ShapeError> {
        let steps = self.steps("xs", xs)?;
        let mut ys = vec![0.0; self.outputs_len(1, steps, outputs)?];
        let mut scratch = crate::buffer::Aligned::zeroed(self.forward_scratch_len(steps)?);
        self.forward_into(xs, outputs, &mut ys, &mut scratch)?;
        Ok(ys)
    }

    #[cfg(feature = "alloc")]
    fn forward_batch(&self, xs: &[f32], batch: usize, outputs: Outputs) -> Result<Vec<f32>, ShapeError> {
        let steps = self.batch_steps(xs, batch)?;
        let mut ys = vec![0.0; self.outputs_len(batch, steps, outputs)?];
        let mut scratch = crate::buffer::Aligned::zeroed(self.batch_scratch_len(batch, steps)?);
        self.forward_batch_into(xs, batch, outputs, &mut ys, None, &mut scratch)?;
        Ok(ys)
    }

    #[cfg(feature = "alloc")]
    fn run(
        &self,
        xs: &[f32],
        sequences: &Sequences<'_>,
        states: Option<&mut [f32]>,
    ) -> Result<Vec<f32>, ShapeError> {
        // Before anything is allocated for steps that are not there.
        sequences.check_xs(self.input_size(), xs)?;
        sequences.valid()?;
        self.check_states(sequences.batch(), states.as_deref())?;
        let mut ys = vec![0.0; sequences.ys_len(self.output_size())?];
        let mut scratch = crate::buffer::Aligned::zeroed(self.run_scratch_len(sequences)?);
        self.run_into(xs, sequences, &mut ys, states, &mut scratch)?;
        Ok(ys)
    }

    #[cfg(feature = "alloc")]
    fn windows(&self, series: &[f32], windows: Windows) -> Result<Vec<f32>, ShapeError> {
        let steps = self.steps("series", series)?;
        let mut ys = vec![0.0; checked("ys (M, n_o)", &[windows.count(steps)?, self.output_size()])?];
        let mut scratch = crate::buffer::Aligned::zeroed(self.windows_scratch_len(steps, windows)?);
        self.windows_into(series, windows, &mut ys, &mut scratch)?;
        Ok(ys)
    }

    #[cfg(feature = "rayon")]
    fn par_forward_batch(&self, xs: &[f32], batch: usize, outputs: Outputs) -> Result<Vec<f32>, ShapeError> {
        super::parallel::forward_batch(self, xs, batch, outputs)
    }

    #[cfg(feature = "rayon")]
    fn par_windows(&self, series: &[f32], windows: Windows) -> Result<Vec<f32>, ShapeError> {
        super::parallel::windows(self, series, windows)
    }
}
