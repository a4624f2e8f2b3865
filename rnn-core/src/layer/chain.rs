//! Two layers, one after the other, known to the compiler: what the `#[rnn]` attribute makes of a struct.

use super::run::{Grid, GridMut, Order, Run, between_steps, run_in_order, run_pair};
use super::{Input, InputRows, Layer, RowPlace, StepRows, Tier};
use crate::gemm::{Rows, RowsMut};
use rnn_format::{round_to_line, row_stride, stacked};

/// `B` fed with the output of `A`; longer networks nest to the right.
///
/// State and weights are those of `A`, then those of `B`. Scratch holds the output of `A`, then what either needs.
#[derive(Clone, Copy, Debug)]
pub struct Chain<A, B> {
    first: A,
    second: B,
}

impl<A, B> Chain<A, B> {
    /// `first`, then `second`.
    #[must_use]
    pub const fn new(first: A, second: B) -> Self {
        Self { first, second }
    }
}

impl<A: Layer, B: Layer> Layer for Chain<A, B> {
    const INPUT_SIZE: usize = A::INPUT_SIZE;

    #[inline(always)]
    fn input_size(&self) -> usize {
        self.first.input_size()
    }
    #[inline(always)]
    fn output_size(&self) -> usize {
        self.second.output_size()
    }
    #[inline(always)]
    fn state_len(&self) -> usize {
        self.first.state_len().saturating_add(self.second.state_len())
    }
    #[inline(always)]
    fn packed_len(&self) -> usize {
        self.first.packed_len() + self.second.packed_len()
    }
    #[inline(always)]
    fn scratch_len(&self) -> usize {
        stacked(round_to_line(self.first.output_size()), self.first.scratch_len(), self.second.scratch_len())
    }
    #[inline(always)]
    fn rows_state_len(&self, rows: usize) -> usize {
        self.first.rows_state_len(rows).saturating_add(self.second.rows_state_len(rows))
    }
    #[inline(always)]
    fn rows_scratch_len(&self, rows: usize) -> usize {
        let between = rows.saturating_mul(row_stride(self.first.output_size()));
        stacked(between, self.first.rows_scratch_len(rows), self.second.rows_scratch_len(rows))
    }
    #[inline(always)]
    fn shared_len(&self) -> usize {
        self.first.shared_len()
    }

    #[inline(always)]
    fn is_causal(&self) -> bool {
        self.first.is_causal() && self.second.is_causal()
    }
    #[inline(always)]
    fn run_scratch_len(&self, rows: usize, steps: usize) -> usize {
        if self.is_causal() {
            return self.rows_scratch_len(rows);
        }
        let between = between_steps(&self.first, rows, steps);
        stacked(between, self.first.run_scratch_len(rows, steps), self.second.run_scratch_len(rows, steps))
    }

    fn set_row(&self, at: RowPlace, snapshot: &[f32], state: &mut [f32]) {
        let (state, rest) = state.split_at_mut(self.first.rows_state_len(at.room));
        let (own, others) = snapshot.split_at(self.first.state_len());
        self.first.set_row(at, own, state);
        self.second.set_row(at, others, rest);
    }
    fn get_row(&self, at: RowPlace, state: &[f32], snapshot: &mut [f32]) {
        let (state, rest) = state.split_at(self.first.rows_state_len(at.room));
        let (own, others) = snapshot.split_at_mut(self.first.state_len());
        self.first.get_row(at, state, own);
        self.second.get_row(at, rest, others);
    }

    #[inline(always)]
    fn share<S: Tier>(&self, s: S, weights: &[f32], rows: usize, x: Rows<'_>, shared: RowsMut<'_>) {
        self.first.share(s, &weights[..self.first.packed_len()], rows, x, shared);
    }

    #[inline(always)]
    fn step<S: Tier>(
        &self,
        s: S,
        weights: &[f32],
        input: Input<'_>,
        state: &mut [f32],
        scratch: &mut [f32],
        y: Option<&mut [f32]>,
    ) {
        let (weights, rest) = weights.split_at(self.first.packed_len());
        let (state, state_rest) = state.split_at_mut(self.first.state_len());
        let (between, scratch) = scratch.split_at_mut(round_to_line(self.first.output_size()));
        // One call: the compiler works on each before it finds that it does not come.
        let ends = y.is_none() && self.second.state_len() == 0;
        self.first.step(s, weights, input, state, scratch, if ends { None } else { Some(&mut *between) });
        if !ends {
            self.second.step(s, rest, Input::X(between), state_rest, scratch, y);
        }
    }

    #[inline(always)]
    fn step_rows<S: Tier>(
        &self,
        s: S,
        weights: &[f32],
        at: StepRows<'_>,
        input: InputRows<'_>,
        state: &mut [f32],
        scratch: &mut [f32],
        y: Option<RowsMut<'_>>,
    ) {
        let (weights, rest) = weights.split_at(self.first.packed_len());
        let (state, state_rest) = state.split_at_mut(self.first.rows_state_len(at.room));
        let stride = row_stride(self.first.output_size());
        let (between, scratch) = scratch.split_at_mut(at.rows * stride);
        if y.is_none() && self.second.state_len() == 0 {
            return self.first.step_rows(s, weights, at, input, state, scratch, None);
        }
        let out = RowsMut { data: between, stride };
        self.first.step_rows(s, weights, at, input, state, scratch, Some(out));
        let input = InputRows::X(Rows { data: between, stride });
        self.second.step_rows(s, rest, at, input, state_rest, scratch, y);
    }

    #[inline(always)]
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
        if self.is_causal() {
            return run_in_order(self, s, weights, run, Order::Forward, x, state, scratch, y);
        }
        run_pair(&self.first, &self.second, s, weights, run, x, state, scratch, y);
    }
}
