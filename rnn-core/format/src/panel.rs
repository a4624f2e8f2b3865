//! How a matrix lies in memory once packed: `[panel of units][row][gate][lane]`.
//!
//! A *panel* is 16 units wide, so that all gates of the same units meet in one register tile; the last one may be
//! 4 or 8 wide, so that small layers are not padded to 16. Lanes past the last unit are zero. A matrix with a bias
//! carries it as row 0. One layout serves every instruction set, and packing only permutes and pads: unpacking
//! gives back the very bits.

/// Floats of a cache line; blocks of packed weights start at its multiples.
pub const LINE: usize = 16;

/// `len` rounded up to whole cache lines, `None` past the end of `usize`.
#[must_use]
pub const fn checked_round_to_line(len: usize) -> Option<usize> {
    match len.checked_add(LINE - 1) {
        Some(n) => Some(n - n % LINE),
        None => None,
    }
}

/// The shape of one packed matrix: `gates * units` columns of `depth` terms each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Panels {
    /// Columns of one gate: `n_h`, or `n_o` of a dense layer.
    pub units: usize,
    /// Gates computed side by side: 1 for SimpleRNN and Dense, 3 for a GRU, 4 for an LSTM, up to 8 of a cell of the user's own.
    pub gates: usize,
    /// Rows: the terms of a sum, and one more if row 0 is a bias.
    pub depth: usize,
}

/// One panel of a packed matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panel {
    /// Where it starts in the packed matrix.
    pub offset: usize,
    /// The unit of its lane 0.
    pub first_unit: usize,
    /// Its lanes: 16, or 4 or 8 for the last one.
    pub width: usize,
}

impl Panels {
    /// Units of a full panel.
    pub const WIDTH: usize = 16;

    /// Lanes of all panels of one gate: `units` rounded up to what the last panel's width allows.
    #[must_use]
    #[inline]
    pub const fn padded_units(&self) -> usize {
        self.units - self.units % Self::WIDTH + narrow(self.units % Self::WIDTH)
    }

    /// Length of the packed matrix in floats, `None` past the end of `usize`.
    #[must_use]
    #[inline]
    pub const fn checked_len(&self) -> Option<usize> {
        if self.units > usize::MAX - Self::WIDTH {
            return None;
        }
        match self.padded_units().checked_mul(self.gates) {
            Some(columns) => columns.checked_mul(self.depth),
            None => None,
        }
    }

    /// Length of the packed matrix in floats.
    ///
    /// # Panics
    /// If it exceeds `usize`, which [`Spec::check`](crate::Spec::check) rules out for a network's matrices.
    #[must_use]
    #[inline]
    pub const fn len(&self) -> usize {
        self.checked_len().expect("the packed matrix exceeds the address space")
    }

    /// Whether there is nothing to pack.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.units == 0 || self.gates == 0 || self.depth == 0
    }

    /// Where the weight of `gate`, `unit` and `row` lies in the packed matrix.
    ///
    /// The three must be in range; beyond it the result means nothing.
    #[must_use]
    #[inline]
    pub const fn index(&self, gate: usize, unit: usize, row: usize) -> usize {
        let first = unit - unit % Self::WIDTH;
        let width = if self.units - first < Self::WIDTH { narrow(self.units - first) } else { Self::WIDTH };
        (first * self.depth + row * width) * self.gates + gate * width + unit % Self::WIDTH
    }

    /// The panels in order.
    pub fn panels(&self) -> impl Iterator<Item = Panel> + use<> {
        let Self { units, gates, depth } = *self;
        (0..units).step_by(Self::WIDTH).map(move |first_unit| Panel {
            offset: first_unit * gates * depth,
            first_unit,
            width: narrow((units - first_unit).min(Self::WIDTH)),
        })
    }

    /// Fills `out` with the packed matrix whose weights `value(gate, unit, row)` tells; padding becomes zero.
    ///
    /// # Panics
    /// Unless `out` is exactly [`len`](Self::len) long.
    pub fn pack(&self, out: &mut [f32], value: impl Fn(usize, usize, usize) -> f32) {
        assert_eq!(out.len(), self.len(), "room for the packed matrix");
        for Panel { offset, first_unit, width } in self.panels() {
            let panel = &mut out[offset..offset + width * self.gates * self.depth];
            for (row, lanes) in panel.chunks_exact_mut(width * self.gates).enumerate() {
                for (gate, lanes) in lanes.chunks_exact_mut(width).enumerate() {
                    for (unit, lane) in (first_unit..).zip(lanes) {
                        *lane = if unit < self.units { value(gate, unit, row) } else { 0.0 };
                    }
                }
            }
        }
    }

    /// Shows every weight of a packed matrix to `sink(gate, unit, row, weight)`, padding left out: the inverse of
    /// [`pack`](Self::pack), bit for bit.
    ///
    /// # Panics
    /// Unless `packed` is exactly [`len`](Self::len) long.
    pub fn unpack(&self, packed: &[f32], mut sink: impl FnMut(usize, usize, usize, f32)) {
        assert_eq!(packed.len(), self.len(), "the whole packed matrix");
        for Panel { offset, first_unit, width } in self.panels() {
            let panel = &packed[offset..offset + width * self.gates * self.depth];
            for (row, lanes) in panel.chunks_exact(width * self.gates).enumerate() {
                for (gate, lanes) in lanes.chunks_exact(width).enumerate() {
                    for (unit, &lane) in (first_unit..self.units).zip(lanes) {
                        sink(gate, unit, row, lane);
                    }
                }
            }
        }
    }
}

/// Width of a panel with `units` units left, at most 16.
#[inline]
const fn narrow(units: usize) -> usize {
    match units {
        0 => 0,
        1..=4 => 4,
        5..=8 => 8,
        _ => 16,
    }
}

#[cfg(test)]
mod tests {
    use super::{Panel, Panels};

    #[test]
    fn widths() {
        let ends = |units| {
            let p = Panels { units, gates: 2, depth: 3 };
            let last = p.panels().last();
            (p.panels().count(), last, p.len())
        };
        let at = |offset, first_unit, width| Some(Panel { offset, first_unit, width });
        assert_eq!(ends(0), (0, None, 0));
        assert_eq!(ends(1), (1, at(0, 0, 4), 24));
        assert_eq!(ends(5), (1, at(0, 0, 8), 48));
        assert_eq!(ends(9), (1, at(0, 0, 16), 96));
        assert_eq!(ends(16), (1, at(0, 0, 16), 96));
        assert_eq!(ends(20), (2, at(96, 16, 4), 120));
        assert_eq!(ends(25), (2, at(96, 16, 16), 192));
    }

    #[test]
    fn a_matrix_by_hand() {
        // Five units of one gate, a bias row and one weight row: eight lanes each.
        let p = Panels { units: 5, gates: 1, depth: 2 };
        let mut out = [f32::NAN; 16];
        p.pack(&mut out, |_, unit, row| {
            [[1.0, 2.0, 3.0, 4.0, 5.0], [10.0, 20.0, 30.0, 40.0, -0.0]][row][unit]
        });
        let lanes = [1.0, 2.0, 3.0, 4.0, 5.0, 0.0, 0.0, 0.0, 10.0, 20.0, 30.0, 40.0, -0.0, 0.0, 0.0, 0.0];
        assert_eq!(out.map(f32::to_bits), lanes.map(f32::to_bits));
        p.unpack(&out, |gate, unit, row, w| assert_eq!(out[p.index(gate, unit, row)].to_bits(), w.to_bits()));
    }

    #[test]
    fn lengths_that_wrap_are_none() {
        for (units, gates, depth) in [(usize::MAX, 1, 1), (1 << 40, 1, 1 << 40), (4, usize::MAX / 2, 1)] {
            assert_eq!(Panels { units, gates, depth }.checked_len(), None);
        }
    }
}
