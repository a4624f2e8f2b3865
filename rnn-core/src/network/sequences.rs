//! How a batch of sequences is fed: its layout, which steps count, which outputs are wanted.

use super::engine::{BatchRows, Outputs};
use crate::error::{ShapeError, check_length, check_strided, checked};
use crate::layer::Valid;

/// B sequences of T steps, for [`super::Network::run_into`]. `docs/sequences.md` in the repository has pictures of all
/// this.
///
/// ```
/// use rnn_core::{Outputs, Sequences};
///
/// // Three rows of up to 20 steps, the shorter ones padded; the last output of each.
/// let lengths = [20, 7, 12];
/// let sequences = Sequences::new(3, 20).lengths(&lengths).outputs(Outputs::Last);
/// # let _ = sequences;
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Sequences<'a> {
    batch: usize,
    steps: usize,
    outputs: Outputs,
    valid: Steps<'a>,
    time_major: bool,
    x: Option<(usize, usize)>,
    y: Option<(usize, usize)>,
}

/// Which steps count.
#[derive(Clone, Copy, Debug)]
enum Steps<'a> {
    All,
    Lengths(&'a [usize]),
    Mask { mask: &'a [bool], zero: bool },
}

impl<'a> Sequences<'a> {
    /// `batch` rows of `steps` steps each, x (B, T, n_i), all outputs, y (B, T, n_o).
    pub const fn new(batch: usize, steps: usize) -> Self {
        let (x, y) = (None, None);
        Self { batch, steps, outputs: Outputs::All, valid: Steps::All, time_major: false, x, y }
    }

    /// Which outputs are wanted: of the last ones alone y is (B, n_o), of none it is empty.
    pub const fn outputs(mut self, outputs: Outputs) -> Self {
        self.outputs = outputs;
        self
    }

    /// Steps of each row, B numbers from 0 to T (ONNX `sequence_lens`, PyTorch's packed sequences). Past its end a row's
    /// outputs are zero and its state stays; a backward direction starts at the row's own end; the last output is that
    /// of the row's own end, zero of a row without steps. What stands in x past the end does not matter.
    ///
    /// In place of a mask given before.
    pub const fn lengths(mut self, lengths: &'a [usize]) -> Self {
        self.valid = Steps::Lengths(lengths);
        self
    }

    /// Which steps count, (B, T), or (T, B) if time-major, with holes wherever they are (Keras' masks). At a step that does not,
    /// the state is held and a recurrent layer gives its output of the step before again, zeros before the first that
    /// does; the halves of a bidirectional layer are zero there. Every recurrent layer has the mask; a dense layer maps what
    /// it is given. What stands in x at such a step does not matter to a recurrent layer.
    ///
    /// In place of lengths given before.
    pub const fn mask(mut self, mask: &'a [bool]) -> Self {
        self.valid = Steps::Mask { mask, zero: false };
        self
    }

    /// Zeros instead of repeated outputs where a mask says no (Keras `zero_output_for_mask=True`).
    pub const fn zero_output_for_mask(mut self) -> Self {
        if let Steps::Mask { zero, .. } = &mut self.valid {
            *zero = true;
        }
        self
    }

    /// x is (T, B, n_i), y (T, B, n_o) and a mask (T, B), as PyTorch without `batch_first` and ONNX with layout 0.
    pub const fn time_major(mut self) -> Self {
        self.time_major = true;
        self
    }

    /// Where x stands: from one row to the next and from one step to the next. Rows and steps may overlap.
    pub const fn x_strides(mut self, row: usize, step: usize) -> Self {
        self.x = Some((row, step));
        self
    }

    /// Where y stands: from one row to the next and from one step to the next, rows inside steps or steps inside rows, so that
    /// none overlap. What lies between is left alone. Of the last outputs only the first counts.
    pub const fn y_strides(mut self, row: usize, step: usize) -> Self {
        self.y = Some((row, step));
        self
    }

    /// B.
    #[must_use]
    pub const fn batch(&self) -> usize {
        self.batch
    }

    /// T.
    #[must_use]
    pub const fn steps(&self) -> usize {
        self.steps
    }

    /// Steps of y.
    fn given(&self) -> usize {
        match self.outputs {
            Outputs::All => self.steps,
            Outputs::Last => 1,
            Outputs::States => 0,
        }
    }

    /// Strides where none were given.
    fn strides(&self, steps: usize, n: usize) -> (usize, usize) {
        // What overflows here has failed before, or is never walked.
        let whole = |a: usize| a.saturating_mul(n);
        if self.time_major { (n, whole(self.batch)) } else { (whole(steps), n) }
    }

    /// Whether the last output wanted is that of a step.
    fn check_steps(&self) -> Result<(), ShapeError> {
        let is_none = self.outputs == Outputs::Last && self.steps == 0 && self.batch > 0;
        if is_none { Err(ShapeError::NoSteps) } else { Ok(()) }
    }

    /// Floats of y without strides of its own.
    pub(super) fn ys_len(&self, n_o: usize) -> Result<usize, ShapeError> {
        self.check_steps()?;
        checked("ys (B, T, n_o)", &[self.batch, self.given(), n_o])
    }

    /// Whether all steps of all rows are there.
    pub(super) fn check_xs(&self, n_i: usize, xs: &[f32]) -> Result<(), ShapeError> {
        let &Self { batch, steps, time_major, .. } = self;
        match self.x {
            None => {
                let len = checked("xs (B, T, n_i)", &[batch, steps, n_i])?;
                let meaning = if time_major { "(T, B, n_i)" } else { "(B, T, n_i)" };
                check_length("xs", xs.len(), len, meaning)
            }
            Some((row, step)) => {
                let end = "at least to the end of the last row's last step";
                check_strided("xs", xs.len(), &[(batch, row), (steps, step)], n_i, end)
            }
        }
    }

    /// Which steps count, of as many rows and steps as there are.
    pub(super) fn valid(&self) -> Result<Valid<'a>, ShapeError> {
        let &Self { batch, steps, valid, time_major, .. } = self;
        Ok(match valid {
            Steps::All => Valid::All,
            Steps::Lengths(lengths) => {
                check_length("lengths", lengths.len(), batch, "one for each of the B rows")?;
                if let Some(&longest) = lengths.iter().find(|&&len| len > steps) {
                    check_length("a row", longest, steps, "at most T steps")?;
                }
                Valid::Lengths(lengths)
            }
            Steps::Mask { mask, zero } => {
                let meaning = if time_major { "(T, B)" } else { "(B, T)" };
                check_length("mask", mask.len(), checked("mask (B, T)", &[batch, steps])?, meaning)?;
                let (row, step) = if time_major { (1, batch) } else { (steps, 1) };
                Valid::Mask { mask, row, step, zero }
            }
        })
    }

    /// The rows as the engine takes them, every argument checked.
    pub(super) fn rows(
        &self,
        (n_i, n_o): (usize, usize),
        xs: &[f32],
        ys: &[f32],
    ) -> Result<BatchRows<'a>, ShapeError> {
        let &Self { batch, steps, outputs, time_major, .. } = self;
        self.check_xs(n_i, xs)?;
        let x = self.x.unwrap_or_else(|| self.strides(steps, n_i));
        self.check_steps()?;
        let given = self.given();
        let y = self.y.unwrap_or_else(|| self.strides(given, n_o));
        match self.y {
            None => {
                let meaning = match outputs {
                    Outputs::All if time_major => "(T, B, n_o)",
                    Outputs::All => "(B, T, n_o)",
                    Outputs::Last => "(B, n_o)",
                    Outputs::States => "nothing, for no output is wanted",
                };
                check_length("ys", ys.len(), self.ys_len(n_o)?, meaning)?;
            }
            Some((row, step)) => {
                let end = "at least to the end of the last row's last step";
                check_strided("ys", ys.len(), &[(batch, row), (given, step)], n_o, end)?;
                check_apart((batch, row), (given, step), n_o)?;
            }
        }
        let valid = self.valid()?;
        Ok(BatchRows { batch, steps, outputs, valid, x, y })
    }
}

/// Whether no two outputs overlap: rows lie inside steps or steps inside rows.
fn check_apart(rows: (usize, usize), steps: (usize, usize), n_o: usize) -> Result<(), ShapeError> {
    if rows.0 == 0 || steps.0 == 0 {
        return Ok(());
    }
    // Lengths were checked, so no product overflows.
    let span = |(count, stride): (usize, usize)| count.saturating_sub(1) * stride + n_o;
    let apart = |(count, stride): (usize, usize), len: usize| count < 2 || stride >= len;
    if (apart(steps, n_o) && apart(rows, span(steps))) || (apart(rows, n_o) && apart(steps, span(rows))) {
        return Ok(());
    }
    let meaning = "strides of ys at which no two outputs overlap";
    check_length("the smaller stride of ys", rows.1.min(steps.1), n_o, meaning)?;
    check_length("the greater stride of ys", rows.1.max(steps.1), span(rows).min(span(steps)), meaning)
}
