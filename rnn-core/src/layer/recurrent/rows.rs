//! One step of many rows, and their states.
//!
//! ```text
//! state:  slot 0 | slot 1 | .. | slot D         D = the delay rounded up
//! slot:   h of every row | c of every row       rows a stride apart
//! ```
//!
//! Step k reads the states that steps before it wrote to the slots `k, k - 1, ..` and writes to slot `k + 1`, all
//! modulo D + 1.

use super::cut::{self, RowParts};
use super::stream::{mix, projection};
use super::{Advance, Dims, Dyn, InputRows, Recurrent, RowPlace, RowStates, StepRows};
use crate::gemm::blocked::{Gemm, Product, Start};
use crate::gemm::epilogue::Plain;
use crate::gemm::{Rows, RowsMut};
use crate::layer::RowStep;
use crate::simd::Simd;
use rnn_format::RowLengths;

/// Where things stand in the ring.
#[derive(Clone, Copy)]
struct Ring {
    /// Values of h and c.
    sizes: [usize; 2],
    /// Rows there is room for.
    room: usize,
    lengths: RowLengths,
}

impl Ring {
    #[inline(always)]
    fn new<A: Advance, D: Dims>(layer: &Recurrent<A, D>, room: usize) -> Self {
        Self { sizes: [layer.state_size(), layer.memory_size()], room, lengths: layer.options.rows }
    }

    #[inline(always)]
    fn slot_len(&self) -> usize {
        self.lengths.slot_len(self.room)
    }

    /// The slot that holds the state `back` steps before step `step`, 0 for where that step writes.
    #[inline(always)]
    fn slot(&self, step: usize, back: usize) -> usize {
        let slots = self.lengths.slots;
        (step + 1 + slots - back) % slots
    }

    /// Where h (0) or c (1) of a row starts in a slot.
    #[inline(always)]
    fn place(&self, which: usize, row: usize) -> usize {
        let strides = self.lengths.state;
        if which == 0 { row * strides[0] } else { self.room * strides[0] + row * strides[1] }
    }
}

pub(super) fn set_row<A: Advance, D: Dims>(
    layer: &Recurrent<A, D>,
    at: RowPlace,
    snapshot: &[f32],
    state: &mut [f32],
) {
    let ring = Ring::new(layer, at.room);
    let [n, m] = ring.sizes;
    for (back, values) in snapshot.chunks_exact(n + m).enumerate() {
        let slot = ring.slot(at.step, back + 1) * ring.slot_len();
        state[slot + ring.place(0, at.row)..][..n].copy_from_slice(&values[..n]);
        state[slot + ring.place(1, at.row)..][..m].copy_from_slice(&values[n..]);
    }
}

pub(super) fn get_row<A: Advance, D: Dims>(
    layer: &Recurrent<A, D>,
    at: RowPlace,
    state: &[f32],
    snapshot: &mut [f32],
) {
    let ring = Ring::new(layer, at.room);
    let [n, m] = ring.sizes;
    for (back, values) in snapshot.chunks_exact_mut(n + m).enumerate() {
        let slot = ring.slot(at.step, back + 1) * ring.slot_len();
        values[..n].copy_from_slice(&state[slot + ring.place(0, at.row)..][..n]);
        values[n..].copy_from_slice(&state[slot + ring.place(1, at.row)..][..m]);
    }
}

/// One step of many rows.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "the body of `Layer::step_rows`, compiled once a tier")]
pub(crate) fn step_rows<S: Simd, A: Advance>(
    layer: &Recurrent<A, Dyn>,
    s: S,
    weights: &[f32],
    at: StepRows<'_>,
    input: InputRows<'_>,
    state: &mut [f32],
    scratch: &mut [f32],
    mut y: Option<RowsMut<'_>>,
) {
    let ring = Ring::new(layer, at.room);
    let (len, options) = (ring.slot_len(), layer.options);
    let written = ring.slot(at.step, 0);
    let projected = options.projection.is_some();
    {
        let (before, rest) = state.split_at_mut(written * len);
        let (target, after) = rest.split_at_mut(len);
        let slot = |back| {
            let slot = ring.slot(at.step, back);
            if slot < written {
                &before[slot * len..][..len]
            } else {
                &after[(slot - written - 1) * len..][..len]
            }
        };
        let (RowParts { wide, mixed, work }, _) =
            cut::rows(&ring.lengths, layer.dims.input, at.rows, at.room, scratch);
        let read = if ring.lengths.mixed {
            for (which, size) in ring.sizes.into_iter().enumerate() {
                for row in 0..at.rows {
                    let place = ring.place(which, row)..ring.place(which, row) + size;
                    let (newer, older) =
                        (&slot(options.whole)[place.clone()], &slot(options.past)[place.clone()]);
                    mix(s, newer, older, options.fraction, &mut mixed[place]);
                }
            }
            &*mixed
        } else {
            slot(options.past)
        };
        let strides = ring.lengths.state;
        let (h, c) = read.split_at(ring.room * strides[0]);
        let (new_h, new_c) = target.split_at_mut(ring.room * strides[0]);
        let new_h = RowsMut { data: new_h, stride: strides[0] };
        let (next_h, kept) = if projected {
            (RowsMut { data: &mut *wide, stride: ring.lengths.wide }, Some(new_h))
        } else {
            (new_h, None)
        };
        let states = RowStates {
            h: Rows { data: h, stride: strides[0] },
            c: Rows { data: c, stride: strides[1] },
            next_h,
            next_c: RowsMut { data: new_c, stride: strides[1] },
            y: y.as_mut().filter(|_| !projected).map(RowsMut::reborrow),
        };
        A::rows(layer, s, weights, at, input, states, work);
        if let Some(out) = kept {
            let matrix = projection(layer, weights);
            let a = Rows { data: wide, stride: ring.lengths.wide };
            let (units, products) = (matrix.units, [Some(Product { a, matrix }), None]);
            Gemm::<_, 1> { rows: at.rows, units, start: Start::Bias, products, out, epilogue: Plain }.run(s);
        }
    }
    let newest = written * len;
    if projected && let Some(y) = &mut y {
        for row in 0..at.rows {
            let h = &state[newest + ring.place(0, row)..][..ring.sizes[0]];
            y.row(row, ring.sizes[0]).copy_from_slice(h);
        }
    }
    if let Some(rows) = at.which {
        hold(ring, at.step, rows, state, y);
    }
}

/// Rows that did not take this step: their states go on to the next slots as they were, their outputs are the one before or
/// zero.
fn hold(ring: Ring, step: usize, rows: &[RowStep], state: &mut [f32], mut y: Option<RowsMut<'_>>) {
    for (row, &what) in rows.iter().enumerate().filter(|&(_, &what)| what != RowStep::Run) {
        for (which, size) in ring.sizes.into_iter().enumerate() {
            let place = ring.place(which, row);
            // From the newest on, so that each is copied before it is overwritten.
            for back in 0..ring.lengths.slots - 1 {
                let from = ring.slot(step, back + 1) * ring.slot_len() + place;
                state.copy_within(from..from + size, ring.slot(step, back) * ring.slot_len() + place);
            }
        }
        if let Some(y) = &mut y {
            let y = y.row(row, ring.sizes[0]);
            match what {
                RowStep::Repeat => {
                    let newest = ring.slot(step, 0) * ring.slot_len() + ring.place(0, row);
                    y.copy_from_slice(&state[newest..][..ring.sizes[0]]);
                }
                _ => y.fill(0.0),
            }
        }
    }
}
