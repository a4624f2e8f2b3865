//! A layer with a direction.
//!
//! One that goes backwards, or both ways, cannot be stepped: its first output depends on the last input. So it runs over whole
//! sequences, layer after layer ([`Layer::run`]), and networks with such a layer have no step. One that goes forward
//! is the layer itself.
//!
//! Packed block, state and snapshot of the two directions stand one after the other, forward first.

use super::run::{Grid, GridMut, Order, Run, Valid, between_steps, run_in_order};
use super::{Input, InputRows, Layer, RowPlace, StepRows, Tier};
use crate::gemm::{Rows, RowsMut};
use crate::simd::{Simd, Vector};
use rnn_format::{Direction, LayerKind, Merge, row_stride};

/// A recurrent layer with a direction.
#[derive(Clone, Copy, Debug)]
pub struct Directed<L> {
    layer: L,
    direction: Direction,
}

impl<L> Directed<L> {
    /// `layer` in the direction of `kind`.
    #[must_use]
    pub const fn new(layer: L, kind: LayerKind) -> Self {
        let direction = match kind {
            LayerKind::Recurrent(recurrent) => recurrent.direction,
            _ => Direction::Forward,
        };
        Self { layer, direction }
    }

    fn count(&self) -> usize {
        if matches!(self.direction, Direction::Bidirectional(_)) { 2 } else { 1 }
    }
}

impl<L: Layer> Directed<L> {
    /// Floats in which the backward outputs wait to be joined to the forward ones.
    fn waiting_len(&self, rows: usize, steps: usize) -> usize {
        match self.direction {
            Direction::Bidirectional(Merge::Sum | Merge::Product | Merge::Average) => {
                between_steps(&self.layer, rows, steps)
            }
            _ => 0,
        }
    }
}

impl<L: Layer> Layer for Directed<L> {
    const INPUT_SIZE: usize = L::INPUT_SIZE;

    #[inline(always)]
    fn is_causal(&self) -> bool {
        self.direction == Direction::Forward
    }
    fn input_size(&self) -> usize {
        self.layer.input_size()
    }
    fn output_size(&self) -> usize {
        match self.direction {
            Direction::Bidirectional(Merge::Concat) => 2 * self.layer.output_size(),
            _ => self.layer.output_size(),
        }
    }
    fn state_len(&self) -> usize {
        self.count().saturating_mul(self.layer.state_len())
    }
    fn packed_len(&self) -> usize {
        self.count() * self.layer.packed_len()
    }
    fn scratch_len(&self) -> usize {
        self.layer.scratch_len()
    }
    fn rows_state_len(&self, rows: usize) -> usize {
        self.count().saturating_mul(self.layer.rows_state_len(rows))
    }
    fn rows_scratch_len(&self, rows: usize) -> usize {
        self.layer.rows_scratch_len(rows)
    }
    fn shared_len(&self) -> usize {
        self.layer.shared_len()
    }
    fn run_scratch_len(&self, rows: usize, steps: usize) -> usize {
        self.waiting_len(rows, steps).saturating_add(self.layer.rows_scratch_len(rows))
    }

    fn set_row(&self, at: RowPlace, snapshot: &[f32], state: &mut [f32]) {
        let each = state.chunks_exact_mut(self.layer.rows_state_len(at.room));
        for (snapshot, state) in snapshot.chunks_exact(self.layer.state_len()).zip(each) {
            self.layer.set_row(at, snapshot, state);
        }
    }
    fn get_row(&self, at: RowPlace, state: &[f32], snapshot: &mut [f32]) {
        let each = state.chunks_exact(self.layer.rows_state_len(at.room));
        for (snapshot, state) in snapshot.chunks_exact_mut(self.layer.state_len()).zip(each) {
            self.layer.get_row(at, state, snapshot);
        }
    }

    // Of a layer that goes forward; nobody steps another.
    #[inline(always)]
    fn share<S: Tier>(&self, s: S, weights: &[f32], rows: usize, x: Rows<'_>, shared: RowsMut<'_>) {
        debug_assert!(self.is_causal(), "a layer that goes backwards has no step");
        self.layer.share(s, weights, rows, x, shared);
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
        debug_assert!(self.is_causal(), "a layer that goes backwards has no step");
        self.layer.step(s, weights, input, state, scratch, y);
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
        debug_assert!(self.is_causal(), "a layer that goes backwards has no step");
        self.layer.step_rows(s, weights, at, input, state, scratch, y);
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
        mut y: Option<GridMut<'_>>,
    ) {
        let layer = &self.layer;
        let merge = match self.direction {
            Direction::Forward => {
                return run_in_order(layer, s, weights, run, Order::Forward, x, state, scratch, y);
            }
            Direction::Reverse => {
                return run_in_order(layer, s, weights, run, Order::Reverse, x, state, scratch, y);
            }
            Direction::GoBackwards => {
                let own = y.as_mut().map(GridMut::reborrow);
                run_in_order(layer, s, weights, run, Order::AsComputed, x, state, scratch, own);
                if let (Valid::Lengths(lengths), false, Some(y)) = (run.valid, run.last, &mut y) {
                    from_the_first(&lengths[..run.rows], run.steps, layer.output_size(), y);
                }
                return;
            }
            Direction::Bidirectional(merge) => merge,
        };
        let mut run = *run;
        if let Valid::Mask { zero, .. } = &mut run.valid {
            // Keras: the halves of a bidirectional layer are zero where masked, but for a last output alone.
            *zero = !run.last;
        }
        let [forward, backward] = halves(weights, layer.packed_len());
        let (state, state_back) = state.split_at_mut(layer.rows_state_len(run.rows));
        let n = layer.output_size();
        let steps = if run.last { 1 } else { run.steps };
        let (waiting, scratch) = scratch.split_at_mut(self.waiting_len(run.rows, steps));
        let Some(mut y) = y else {
            run_in_order(layer, s, forward, &run, Order::Forward, x, state, scratch, None);
            run_in_order(layer, s, backward, &run, Order::Reverse, x, state_back, scratch, None);
            return;
        };
        let own = Some(y.reborrow());
        run_in_order(layer, s, forward, &run, Order::Forward, x, state, scratch, own);
        if merge == Merge::Concat {
            let other = Some(y.columns(n));
            run_in_order(layer, s, backward, &run, Order::Reverse, x, state_back, scratch, other);
            return;
        }
        let stride = row_stride(n);
        let mut other = GridMut { data: waiting, row: steps * stride, step: stride };
        run_in_order(
            layer,
            s,
            backward,
            &run,
            Order::Reverse,
            x,
            state_back,
            scratch,
            Some(other.reborrow()),
        );
        s.vectorize(
            #[inline(always)]
            || {
                for t in 0..steps {
                    let (mut y, other) = (y.at(t), other.shared().at(t));
                    for row in 0..run.rows {
                        join(s, merge, y.row(row, n), other.row(row, n));
                    }
                }
            },
        );
    }
}

/// Outputs in the order of computation start with that of a row's own end: those before it, which a row of this length does
/// not have, go. What stands past the end is left: no layer reads it, and a network's own is zeroed.
fn from_the_first(lengths: &[usize], steps: usize, n: usize, y: &mut GridMut<'_>) {
    for (row, &len) in lengths.iter().enumerate() {
        let place = |t| row * y.row + t * y.step;
        for t in 0..len {
            let from = place(steps - len + t);
            y.data.copy_within(from..from + n, place(t));
        }
    }
}

fn halves(weights: &[f32], len: usize) -> [&[f32]; 2] {
    let (forward, backward) = weights.split_at(len);
    [forward, backward]
}

/// The two outputs of one step become one.
#[inline(always)]
fn join<S: Simd>(s: S, merge: Merge, y: &mut [f32], other: &[f32]) {
    for (y, other) in y.chunks_mut(16).zip(other.chunks(16)) {
        let (a, b) = (S::V16::load_partial(s, y), S::V16::load_partial(s, other));
        let joined = match merge {
            Merge::Product => a * b,
            Merge::Average => (a + b) * S::V16::splat(s, 0.5),
            Merge::Sum | Merge::Concat => a + b,
        };
        joined.store_partial(y);
    }
}
