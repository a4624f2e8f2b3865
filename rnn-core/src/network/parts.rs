//! What every call on slices is implemented from: the parts of a network, and the checks of arguments that follow from them.

use super::engine::Outputs;
use super::mark;
use super::packed::Packed;
use crate::error::{ShapeError, check_length, checked};
use crate::layer::Layer;
use rnn_format::{Spec, StateMark};

/// What a network is made of: enough to implement every call.
pub trait Parts: Send + Sync {
    /// Its layers.
    type Layers<'a>: Layer
    where
        Self: 'a;
    /// Its layers.
    fn layers(&self) -> Self::Layers<'_>;
    /// Its weights.
    fn packed(&self) -> &Packed;
    /// Floats of a state: known without making the description.
    fn state_len(&self) -> usize;
    /// The mark of its states.
    fn mark(&self) -> StateMark;
    /// n_h or n_o of its first layer.
    fn first_size(&self) -> usize;
    /// Its description.
    fn with_spec<R>(&self, f: impl FnOnce(&Spec<'_>) -> R) -> R;
}

/// Checks that only depend on the network.
pub(super) trait Checks: Parts {
    /// Number of steps of `xs`.
    fn steps(&self, argument: &'static str, xs: &[f32]) -> Result<usize, ShapeError> {
        let n_i = self.layers().input_size();
        if xs.len().is_multiple_of(n_i) {
            return Ok(xs.len() / n_i);
        }
        Err(self.input_error(argument, xs.len(), None))
    }

    /// Number of steps of `xs`, each with an output in `ys`. Where the two differ, T is taken from `ys`, if it can be, and
    /// the error tells the n_i that `xs` then has.
    fn steps_beside(&self, xs: &[f32], ys: &[f32]) -> Result<usize, ShapeError> {
        let (n_i, n_o) = (self.layers().input_size(), self.layers().output_size());
        let told = ys.len() / n_o;
        let whole = told > 0 && ys.len() == told * n_o && !xs.is_empty() && xs.len().is_multiple_of(told);
        if whole && xs.len() / told != n_i {
            return Err(self.input_error("xs", xs.len(), Some(told)));
        }
        let steps = self.steps("xs", xs)?;
        check_length("ys", ys.len(), self.outputs_len(1, steps, Outputs::All)?, "(T, n_o)")?;
        Ok(steps)
    }

    /// The error of an input that does not fit.
    fn input_error(&self, argument: &'static str, found: usize, steps: Option<usize>) -> ShapeError {
        let (input_size, first_size) = (self.layers().input_size(), self.first_size());
        ShapeError::Input { argument, found, steps, input_size, first_size }
    }

    /// Whether `state` is as long as a state of this network.
    fn check_state_len(&self, state: &[f32]) -> Result<(), ShapeError> {
        check_length("state", state.len(), Parts::state_len(self), "state_len() floats")
    }

    /// Whether `state` is a state of this network, or a fresh one.
    fn check_state(&self, state: &[f32]) -> Result<(), ShapeError>
    where
        Self: Sized,
    {
        self.check_state_len(state)?;
        mark::check(self, state)
    }

    /// Whether `states` has a snapshot for each row.
    fn check_states(&self, batch: usize, states: Option<&[f32]>) -> Result<(), ShapeError> {
        let Some(states) = states else { return Ok(()) };
        let len = checked("states (B, snapshot)", &[batch, self.layers().state_len()])?;
        check_length("states", states.len(), len, "(B, snapshot_len())")
    }

    fn check_scratch(&self, scratch: &[f32], len: usize) -> Result<(), ShapeError> {
        let meaning = "at least what the _scratch_len method tells";
        if scratch.len() >= len { Ok(()) } else { check_length("scratch", scratch.len(), len, meaning) }
    }

    /// Whether there is a step.
    fn check_causal(&self) -> Result<(), ShapeError> {
        if self.layers().is_causal() { Ok(()) } else { Err(ShapeError::NotCausal) }
    }

    /// Floats a sequence's outputs take.
    fn outputs_len(&self, batch: usize, steps: usize, outputs: Outputs) -> Result<usize, ShapeError> {
        let n_o = self.layers().output_size();
        match outputs {
            Outputs::All => checked("ys (B, T, n_o)", &[batch, steps, n_o]),
            Outputs::Last if steps == 0 && batch > 0 => Err(ShapeError::NoSteps),
            Outputs::Last => checked("ys (B, n_o)", &[batch, n_o]),
            Outputs::States => Ok(0),
        }
    }

    /// Steps of each row of a batch.
    fn batch_steps(&self, xs: &[f32], batch: usize) -> Result<usize, ShapeError> {
        if xs.is_empty() || batch == 0 {
            check_length("xs", xs.len(), 0, "a batch of B=0 rows").map(|()| 0)
        } else {
            let row = checked("xs (B, T, n_i)", &[batch, self.layers().input_size()])?;
            if !xs.len().is_multiple_of(row) {
                let meaning = "(B, T, n_i) with the same whole number of steps T in each of the B rows";
                return check_length("xs", xs.len(), xs.len() / row * row, meaning).map(|()| 0);
            }
            Ok(xs.len() / row)
        }
    }
}

impl<N: Parts> Checks for N {}
