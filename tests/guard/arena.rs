//! A stretch of memory between two guarding pages from which slices are taken at its very ends.

use rnn_support::guard::Guarded;

/// Where a slice stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Against the page after, else against the page before.
    pub(crate) at_end: bool,
    /// Floats between the slice and that page.
    pub(crate) gap: usize,
}

/// Both ends, every misalignment to a cache line; flush where the gap is 0.
pub(crate) fn places() -> impl Iterator<Item = Place> {
    [true, false].into_iter().flat_map(|at_end| (0..16).map(move |gap| Place { at_end, gap }))
}

impl Place {
    /// Another misalignment for argument `index` of the same call: over all places each argument has each.
    pub(crate) fn of_argument(self, index: usize) -> Self {
        Self { gap: (self.gap + 5 * index) % 16, ..self }
    }
}

/// What stands around a slice, of a NaN's pattern that no arithmetic makes: a read of it shows in the result, a
/// write over it in [`Arena::check`].
const CANARY: u32 = 0x7FA5_C3E1;

/// Floats of canaries next to a slice: more than the widest vector.
const AROUND: usize = 64;

/// Memory for one argument.
pub(crate) struct Arena {
    memory: Guarded,
    start: usize,
    len: usize,
}

/// Floats of the smallest pages there are: an arena is whole pages, so that both its ends are flush.
const PAGES: usize = 16 * 1024;

impl Arena {
    /// Room for slices of `len` floats.
    pub(crate) fn new(len: usize) -> Self {
        let len = (len + 16).next_multiple_of(PAGES);
        let mut arena = Self { memory: Guarded::at_end(&vec![0.0; len]), start: 0, len: 0 };
        arena.take(Place { at_end: true, gap: 0 }, 0);
        arena
    }

    /// A slice at `place` with these values.
    pub(crate) fn put(&mut self, place: Place, values: &[f32]) -> &mut [f32] {
        let slice = self.take(place, values.len());
        slice.copy_from_slice(values);
        slice
    }

    /// A slice of `len` NaNs at `place`: for scratch and outputs, whose contents do not matter.
    pub(crate) fn take(&mut self, Place { at_end, gap }: Place, len: usize) -> &mut [f32] {
        self.start = if at_end { self.memory.len() - gap - len } else { gap };
        self.len = len;
        let around = self.start.saturating_sub(AROUND)..self.memory.len().min(self.start + len + AROUND);
        self.memory[around].fill(f32::from_bits(CANARY));
        &mut self.memory[self.start..self.start + len]
    }

    /// The slice taken last.
    pub(crate) fn slice(&self) -> &[f32] {
        &self.memory[self.start..self.start + self.len]
    }

    /// Whether the floats around the slice are as they were.
    pub(crate) fn check(&self) -> Result<(), String> {
        let end = self.start + self.len;
        let changed = (self.start.saturating_sub(AROUND)..self.start)
            .chain(end..self.memory.len().min(end + AROUND))
            .find(|&index| self.memory[index].to_bits() != CANARY);
        changed.map_or(Ok(()), |index| {
            Err(format!("wrote at {} of {} floats", index.cast_signed() - self.start.cast_signed(), self.len))
        })
    }

    /// Reads `index` floats from the slice's first, where there may be a guarding page.
    pub(crate) fn touch(&self, index: isize) -> f32 {
        self.memory.touch(self.start.cast_signed() + index)
    }

    /// Writes at `index` floats from the slice's first, as a stray store would.
    pub(crate) fn spoil(&mut self, index: isize) {
        let at = self.start.checked_add_signed(index).expect("inside the memory");
        self.memory[at] = 0.0;
    }
}
