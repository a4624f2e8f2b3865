//! The calls of [`Network`], implemented once for all networks: each checks all of its arguments, then enters the engine.

use super::engine::{self, Outputs};
use super::mark;
use super::parts::{Checks, Parts};
use super::sequences::Sequences;
use super::slices::Network;
use super::summary::Summary;
use super::windows::Windows;
use crate::error::{ShapeError, check_length, checked, fitting};
use crate::layer::{Layer, RowPlace, StepRows};
use crate::simd::Backend;

#[cfg(feature = "alloc")]
use alloc::{vec, vec::Vec};

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
        // A call that reads, writes and carries nothing returns here, because B and T may be any numbers.
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
