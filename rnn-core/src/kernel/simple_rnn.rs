//! One simple recurrent layer: a step of one stream, or many rows over many steps.

use crate::buffer::{LINE_SLACK, from_line};
use crate::dims::Dyn;
use crate::error::{ShapeError, check_length, check_strided, checked, fitting};
use crate::gemm::{Rows, RowsMut};
use crate::layer::{Input, InputRows, Layer, RowPlace, SimpleRnnLayer, StepRows};
use crate::simd::{Backend, dispatch};
use rnn_format::{Activation, LayerKind, Panels};

/// Weights of a simple recurrent cell in PyTorch's layout, row-major.
#[derive(Clone, Copy, Debug)]
pub struct Weights<'a> {
    /// U (n_h, n_i).
    pub weight_ih: &'a [f32],
    /// W (n_h, n_h).
    pub weight_hh: &'a [f32],
    /// b (n_h); PyTorch's two biases are added.
    pub bias: Option<&'a [f32]>,
}

/// A simple recurrent cell of run-time sizes: h_t = f(U x_t + W h_{t-1} + b).
///
/// It holds no weights: they are a slice that [`SimpleRnn::pack`] filled for the same sizes. The packed layout is the
/// same on every backend.
#[derive(Clone, Copy, Debug)]
pub struct SimpleRnn {
    layer: SimpleRnnLayer<Dyn>,
    backend: Backend,
}

/// What a run takes at each step.
#[derive(Clone, Copy, Debug)]
pub enum Inputs<'a> {
    /// x of row b and step t at `b * row_stride + t * step_stride`, n_i values.
    X {
        /// The values.
        x: &'a [f32],
        /// From one row to the next.
        row_stride: usize,
        /// From one step to the next.
        step_stride: usize,
    },
    /// Your own projections P = b + U x, n_h values, laid out likewise; U and b of the packed weights are not read.
    Projected {
        /// The values.
        p: &'a [f32],
        /// From one row to the next.
        row_stride: usize,
        /// From one step to the next.
        step_stride: usize,
    },
}

/// A run of many rows over many steps.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// B.
    pub rows: usize,
    /// T.
    pub steps: usize,
    /// x or P.
    pub inputs: Inputs<'a>,
    /// Steps of each row, at most T; past its end a row's output is zero and its state stays. `None`: all T.
    pub lengths: Option<&'a [usize]>,
}

impl SimpleRnn {
    /// The cell of these sizes, to run on `backend`.
    ///
    /// # Errors
    /// If a size is zero, the packed weights overflow the address space, or the activation is the softmax, which looks at more
    /// than one unit, or has a parameter that is no finite number.
    pub fn new(
        input_size: usize,
        hidden_size: usize,
        activation: Activation,
        backend: Backend,
    ) -> Result<Self, ShapeError> {
        if input_size == 0 {
            return Err(ShapeError::Zero { argument: "n_i" });
        }
        if hidden_size == 0 {
            return Err(ShapeError::Zero { argument: "n_h" });
        }
        if !(activation.is_elementwise() && activation.is_finite()) {
            return Err(ShapeError::Activation { found: activation.name() });
        }
        let rows = input_size.checked_add(hidden_size).and_then(|n| n.checked_add(16));
        let rows = rows.ok_or(ShapeError::Overflow { what: "the packed weights" })?;
        checked("the packed weights", &[hidden_size.saturating_add(16), rows])?;
        let dims = Dyn { input: input_size, output: hidden_size };
        Ok(Self {
            layer: SimpleRnnLayer::new(dims, LayerKind::simple_rnn(hidden_size).with_activation(activation)),
            backend,
        })
    }

    /// n_i.
    #[must_use]
    pub fn input_size(&self) -> usize {
        self.layer.input_size()
    }

    /// n_h.
    #[must_use]
    pub fn hidden_size(&self) -> usize {
        self.layer.output_size()
    }

    /// Floats of packed weights.
    #[must_use]
    pub fn packed_len(&self) -> usize {
        self.layer.packed_len()
    }

    /// Floats of scratch for [`SimpleRnn::step`] and for [`SimpleRnn::run`] of `rows` rows.
    ///
    /// # Errors
    /// [`ShapeError::Overflow`] if they exceed the address space.
    pub fn scratch_len(&self, rows: usize) -> Result<usize, ShapeError> {
        let many = LINE_SLACK
            .saturating_add(self.layer.rows_state_len(rows))
            .saturating_add(self.layer.rows_scratch_len(rows));
        fitting("scratch of these rows", self.layer.scratch_len().max(many))
    }

    /// Packs weights into `packed`; values are only moved and padded with zeros.
    ///
    /// # Errors
    /// If a length is wrong; nothing is then written.
    pub fn pack(&self, weights: &Weights<'_>, packed: &mut [f32]) -> Result<(), ShapeError> {
        let (n_i, n_h) = (self.input_size(), self.hidden_size());
        check_length("weight_ih", weights.weight_ih.len(), n_h * n_i, "U (n_h, n_i)")?;
        check_length("weight_hh", weights.weight_hh.len(), n_h * n_h, "W (n_h, n_h)")?;
        if let Some(bias) = weights.bias {
            check_length("bias", bias.len(), n_h, "b (n_h)")?;
        }
        check_length("packed", packed.len(), self.packed_len(), "packed_len() floats")?;
        packed.fill(0.0);
        let input = Panels { units: n_h, gates: 1, depth: n_i + 1 };
        let recurrent = Panels { units: n_h, gates: 1, depth: n_h };
        let (head, tail) = packed.split_at_mut(rnn_format::round_to_line(input.len()));
        input.pack(&mut head[..input.len()], |_, unit, row| match row {
            0 => weights.bias.map_or(0.0, |b| b[unit]),
            row => weights.weight_ih[unit * n_i + row - 1],
        });
        recurrent.pack(&mut tail[..recurrent.len()], |_, unit, row| weights.weight_hh[unit * n_h + row]);
        Ok(())
    }

    /// One step of one stream: h becomes f(U x + W h + b).
    ///
    /// # Errors
    /// If a length is wrong; nothing is then changed.
    #[inline]
    pub fn step(
        &self,
        packed: &[f32],
        x: &[f32],
        h: &mut [f32],
        scratch: &mut [f32],
    ) -> Result<(), ShapeError> {
        check_length("packed", packed.len(), self.packed_len(), "packed_len() floats")?;
        check_length("x", x.len(), self.input_size(), "(n_i)")?;
        check_length("h", h.len(), self.hidden_size(), "(n_h)")?;
        check_scratch(scratch, self.layer.scratch_len())?;
        dispatch!(self.backend, s => self.layer.step(s, packed, Input::X(x), h, scratch, None));
        Ok(())
    }

    /// Many rows over many steps: `h` (B, n_h) holds the initial states and receives the final ones, `y` (B, T, n_h) every
    /// output if asked for.
    ///
    /// # Errors
    /// If a length or stride does not fit; nothing is then changed.
    pub fn run(
        &self,
        packed: &[f32],
        run: &Run<'_>,
        h: &mut [f32],
        mut y: Option<&mut [f32]>,
        scratch: &mut [f32],
    ) -> Result<(), ShapeError> {
        self.check_run(packed, run, h, y.as_deref(), scratch)?;
        let (rows, steps, n_h) = (run.rows, run.steps, self.hidden_size());
        if rows == 0 {
            return Ok(());
        }
        let (state, scratch) = from_line(scratch).split_at_mut(self.layer.rows_state_len(rows));
        let runs = |row: usize, t: usize| run.lengths.is_none_or(|lengths| t < lengths[row]);
        for (row, h) in h.chunks_exact(n_h).enumerate() {
            self.layer.set_row(RowPlace { row, room: rows, step: 0 }, h, state);
        }
        // Without outputs, what is past the end of every row is no step.
        let end = match (run.lengths, &y) {
            (Some(lengths), None) => lengths.iter().copied().max().unwrap_or(0),
            _ => steps,
        };
        for t in 0..end {
            let mut out = y.as_deref_mut().map(|y| RowsMut { data: &mut y[t * n_h..], stride: steps * n_h });
            let at = StepRows { rows, room: rows, step: t, skip_recurrent: false, which: None };
            let (input, y) = (run.inputs.at(t), out.as_mut().map(RowsMut::reborrow));
            dispatch!(self.backend, s => self.layer.step_rows(s, packed, at, input, state, scratch, y));
            // A row that has ended is computed with the others, which costs less than a hole in their tiles; its state
            // was saved when it ended.
            for (row, h) in h.chunks_exact_mut(n_h).enumerate() {
                if runs(row, t) && !(t + 1 < steps && runs(row, t + 1)) {
                    self.layer.get_row(RowPlace { row, room: rows, step: t + 1 }, state, h);
                }
                if let Some(out) = out.as_mut().filter(|_| !runs(row, t)) {
                    out.row(row, n_h).fill(0.0);
                }
            }
        }
        Ok(())
    }

    fn check_run(
        &self,
        packed: &[f32],
        run: &Run<'_>,
        h: &[f32],
        y: Option<&[f32]>,
        scratch: &[f32],
    ) -> Result<(), ShapeError> {
        let (rows, steps, n_h) = (run.rows, run.steps, self.hidden_size());
        check_length("packed", packed.len(), self.packed_len(), "packed_len() floats")?;
        check_length("h", h.len(), checked("h (B, n_h)", &[rows, n_h])?, "(B, n_h)")?;
        if let Some(y) = y {
            check_length("y", y.len(), checked("y (B, T, n_h)", &[rows, steps, n_h])?, "(B, T, n_h)")?;
        }
        check_scratch(scratch, self.scratch_len(rows)?)?;
        if let Some(lengths) = run.lengths {
            check_length("lengths", lengths.len(), rows, "one for each of the B rows")?;
            if let Some(&longest) = lengths.iter().find(|&&len| len > steps) {
                check_length("a row", longest, steps, "at most T steps")?;
            }
        }
        run.inputs.check(rows, steps, self.input_size(), n_h)
    }
}

fn check_scratch(scratch: &[f32], len: usize) -> Result<(), ShapeError> {
    if scratch.len() >= len {
        return Ok(());
    }
    check_length("scratch", scratch.len(), len, "at least scratch_len(rows) floats")
}

impl<'a> Inputs<'a> {
    /// The rows of step `t`.
    fn at(&self, t: usize) -> InputRows<'a> {
        match *self {
            Self::X { x, row_stride, step_stride } => {
                InputRows::X(Rows { data: &x[t * step_stride..], stride: row_stride })
            }
            Self::Projected { p, row_stride, step_stride } => {
                InputRows::Shared(Rows { data: &p[t * step_stride..], stride: row_stride })
            }
        }
    }

    /// The last row of the last step must lie inside.
    fn check(&self, rows: usize, steps: usize, n_i: usize, n_h: usize) -> Result<(), ShapeError> {
        let (argument, found, row_stride, step_stride, len) = match *self {
            Self::X { x, row_stride, step_stride } => ("x", x.len(), row_stride, step_stride, n_i),
            Self::Projected { p, row_stride, step_stride } => ("p", p.len(), row_stride, step_stride, n_h),
        };
        let grid = [(rows, row_stride), (steps, step_stride)];
        check_strided(argument, found, &grid, len, "at least to the end of the last row's last step")
    }
}
