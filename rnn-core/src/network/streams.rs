//! Many streams of one network, stepped together.

use super::Network;
use crate::buffer::Aligned;
use crate::error::{ShapeError, check_length, checked};
use alloc::vec::Vec;
use core::fmt;
use core::ops::Deref;

/// Streams that join, leave and start anew on their own, and take their steps together: a step of many rows reads the
/// weights once. Each stream has the bits it has alone.
///
/// The model is borrowed, shared or owned: `&M`, `Arc<M>`, `Box<M>`. Memory is asked for once, by [`StreamBatch::new`];
/// no other call allocates. A stream that leaves gives its row to the last one, so rows are always the first ones;
/// [`StreamBatch::row`] tells which is whose.
///
/// ```
/// use rnn_core::prelude::*;
/// use rnn_core::{LayerWeights, StreamBatch};
///
/// let model = RuntimeNetwork::builder(1)
///     .simple_rnn("hidden", 1)
///     .from_slices(&[LayerWeights::recurrent(&[1.0], &[0.5], Some(&[0.0]))])?;
/// let mut streams = StreamBatch::new(&model, 8)?;
/// let (left, right) = (streams.join().unwrap(), streams.join().unwrap());
/// let mut y = [0.0; 2];
/// streams.step_into(&[0.1, 0.2], &mut y)?;
/// streams.leave(left);
/// assert_eq!(streams.row(right), Some(0));
/// streams.step_into(&[0.2], &mut y[..1])?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct StreamBatch<M> {
    model: M,
    capacity: usize,
    /// Steps taken since the count began.
    step: usize,
    state: Aligned,
    scratch: Aligned,
    /// One snapshot, on its way from row to row.
    moved: Aligned,
    /// Which slot each row belongs to.
    rows: Vec<u32>,
    /// The row of each slot that is taken.
    slots: Vec<Slot>,
}

/// Steps after which the count begins anew, long before it would not fit.
const LAP: usize = 1 << 30;

/// A place a stream may take.
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// Its row while taken.
    row: u32,
    /// How many streams have left it: an old name is no name of its new owner.
    generation: u32,
    taken: bool,
}

/// A stream of a [`StreamBatch`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StreamId {
    slot: u32,
    generation: u32,
}

impl<M: Deref> StreamBatch<M>
where
    M::Target: Network,
{
    /// Room for `capacity` streams of `model`, none of which is there yet.
    ///
    /// # Errors
    /// If a layer of the model goes backwards, if `capacity` is 0, or the memory would exceed the address space.
    pub fn new(model: M, capacity: usize) -> Result<Self, ShapeError> {
        if !model.is_causal() {
            return Err(ShapeError::NotCausal);
        }
        if capacity == 0 {
            return Err(ShapeError::Zero { argument: "capacity" });
        }
        let slots = u32::try_from(capacity).map_err(|_| ShapeError::Overflow { what: "capacity" })?;
        let (state, scratch) = model.rows_len(capacity)?;
        let moved = Aligned::zeroed(model.snapshot_len());
        Ok(Self {
            capacity,
            step: 0,
            state: Aligned::zeroed(state),
            scratch: Aligned::zeroed(scratch),
            moved,
            rows: Vec::with_capacity(capacity),
            slots: (0..slots).map(|_| Slot { row: 0, generation: 0, taken: false }).collect(),
            model,
        })
    }

    /// The model.
    pub fn model(&self) -> &M::Target {
        &self.model
    }

    /// Streams there is room for.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Streams there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row of a stream, in xs and ys; `None` if it has left.
    pub fn row(&self, id: StreamId) -> Option<usize> {
        let slot = self.slots.get(id.slot as usize)?;
        (slot.taken && slot.generation == id.generation).then_some(slot.row as usize)
    }

    /// The streams in the order of their rows.
    pub fn ids(&self) -> impl Iterator<Item = StreamId> + '_ {
        self.rows.iter().map(|&slot| StreamId { slot, generation: self.slots[slot as usize].generation })
    }

    /// A new stream in its initial state, in the row behind the others; `None` if all are taken.
    pub fn join(&mut self) -> Option<StreamId> {
        let index = self.slots.iter().position(|slot| !slot.taken)?;
        let slot = u32::try_from(index).ok()?;
        let row = self.rows.len();
        self.rows.push(slot);
        let place = &mut self.slots[index];
        (place.row, place.taken) = (u32::try_from(row).ok()?, true);
        self.moved.fill(0.0);
        self.model.set_row((row, self.capacity, self.step), &self.moved, &mut self.state);
        Some(StreamId { slot, generation: place.generation })
    }

    /// Takes a stream out; the last row takes its place. Whether it was there.
    pub fn leave(&mut self, id: StreamId) -> bool {
        let Some(row) = self.row(id) else { return false };
        let last = self.rows.len() - 1;
        self.model.get_row((last, self.capacity, self.step), &self.state, &mut self.moved);
        self.model.set_row((row, self.capacity, self.step), &self.moved, &mut self.state);
        self.rows.swap_remove(row);
        if let Some(&moved) = self.rows.get(row) {
            self.slots[moved as usize].row = self.slots[id.slot as usize].row;
        }
        let place = &mut self.slots[id.slot as usize];
        (place.taken, place.generation) = (false, place.generation.wrapping_add(1));
        true
    }

    /// A stream back to its initial state. Whether it was there.
    pub fn reset(&mut self, id: StreamId) -> bool {
        let Some(row) = self.row(id) else { return false };
        self.moved.fill(0.0);
        self.model.set_row((row, self.capacity, self.step), &self.moved, &mut self.state);
        true
    }

    /// The state of a stream, as [`Network::snapshot`] would give it. Whether it was there.
    ///
    /// # Errors
    /// If `snapshot` is not [`Network::snapshot_len`] long.
    pub fn snapshot_into(&self, id: StreamId, snapshot: &mut [f32]) -> Result<bool, ShapeError> {
        check_length("snapshot", snapshot.len(), self.model.snapshot_len(), "snapshot_len() floats")?;
        let Some(row) = self.row(id) else { return Ok(false) };
        self.model.get_row((row, self.capacity, self.step), &self.state, snapshot);
        Ok(true)
    }

    /// Sets the state of a stream to a snapshot. Whether it was there.
    ///
    /// # Errors
    /// If `snapshot` is not [`Network::snapshot_len`] long.
    pub fn restore(&mut self, id: StreamId, snapshot: &[f32]) -> Result<bool, ShapeError> {
        check_length("snapshot", snapshot.len(), self.model.snapshot_len(), "snapshot_len() floats")?;
        let Some(row) = self.row(id) else { return Ok(false) };
        self.model.set_row((row, self.capacity, self.step), snapshot, &mut self.state);
        Ok(true)
    }

    /// One step of every stream: ys (len, n_o) from xs (len, n_i), row by row as [`StreamBatch::row`] tells.
    ///
    /// # Errors
    /// If a length is wrong; nothing is then changed.
    pub fn step_into(&mut self, xs: &[f32], ys: &mut [f32]) -> Result<(), ShapeError> {
        let rows = self.rows.len();
        let len = |what, size| checked(what, &[rows, size]);
        check_length("xs", xs.len(), len("xs (streams, n_i)", self.model.input_size())?, "(streams, n_i)")?;
        check_length("ys", ys.len(), len("ys (streams, n_o)", self.model.output_size())?, "(streams, n_o)")?;
        if rows == 0 {
            return Ok(());
        }
        if self.step == LAP {
            self.start_over();
        }
        let at = (rows, self.capacity, self.step);
        self.model.step_rows(at, xs, ys, &mut self.state, &mut self.scratch);
        self.step += 1;
        Ok(())
    }

    /// The count of steps back to 0: every state to the place it then has.
    fn start_over(&mut self) {
        for row in 0..self.rows.len() {
            self.model.get_row((row, self.capacity, self.step), &self.state, &mut self.moved);
            self.model.set_row((row, self.capacity, 0), &self.moved, &mut self.state);
        }
        self.step = 0;
    }
}

/// The model and how many streams there are, not their states.
impl<M: fmt::Debug> fmt::Debug for StreamBatch<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamBatch")
            .field("model", &self.model)
            .field("capacity", &self.capacity)
            .field("streams", &self.rows.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{LAP, StreamBatch, StreamId};
    use crate::network::{Network, RuntimeNetwork};
    use rnn_format::{LayerKind, LayerWeights, ResetGate};

    /// Rings of three and five states, which no power of two is a multiple of, and a ring of two.
    fn model() -> RuntimeNetwork {
        let weights = |len: u16| (0..len).map(|i| f32::from(i * 37 % 101) / 100.0 - 0.5).collect::<Vec<_>>();
        let recurrent = |ih: &'static [f32], hh: &'static [f32]| LayerWeights::recurrent(ih, hh, None);
        let leak = |len| &*weights(len).leak();
        RuntimeNetwork::builder(1)
            .layer("two", LayerKind::lstm(3).with_delay(2.0).with_bias(false))
            .layer("four", LayerKind::gru(2, ResetGate::BeforeProduct).with_delay(3.5).with_bias(false))
            .layer("one", LayerKind::simple_rnn(2).with_bias(false))
            .from_slices(&[
                recurrent(leak(12), leak(36)),
                recurrent(leak(18), leak(12)),
                recurrent(leak(4), leak(4)),
            ])
            .expect("the weights fit")
    }

    /// Two streams whose count stands just before its end, beside each of them alone.
    #[test]
    fn the_count_begins_anew_unseen() {
        let model = model();
        for before in 0..8 {
            let mut streams = StreamBatch::new(&model, 3).expect("the model can be stepped");
            streams.step = LAP - before;
            let ids: [StreamId; 2] = [(); 2].map(|()| streams.join().expect("there is room"));
            let mut alone = [(); 2].map(|()| vec![0.0; model.state_len()]);
            for step in 0..20_u8 {
                if step == 10 {
                    streams.reset(ids[1]);
                    alone[1].fill(0.0);
                }
                let x = [f32::from(step) / 10.0 - 0.7, 0.6 - f32::from(step) / 20.0];
                let mut together = [0.0; 4];
                streams.step_into(&x, &mut together).expect("the lengths fit");
                for ((state, x), got) in alone.iter_mut().zip(x).zip(together.chunks(2)) {
                    let mut want = [0.0; 2];
                    model.step_into(state, &[x], &mut want).expect("the lengths fit");
                    assert_eq!(got, want, "step {step}, {before} before the lap");
                }
            }
            assert_eq!(streams.step, 20 - before, "the count did not begin anew");
        }
    }
}
