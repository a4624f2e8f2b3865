//! Which network a stream buffer belongs to, written into the buffer itself.
//!
//! Lengths of buffers are rounded up, so those of different networks coincide. At the end of each stands a mark: a few whole
//! numbers below 2^24, which a float holds exactly and which are no subnormal numbers, so that a host that flushes
//! those changes none. They are compared as bits. A fresh buffer is all zeros; the first call marks it.

use core::fmt;

use crate::kind::{CellKind, Direction, LayerKind, Merge, Recurrent, ResetGate};
use crate::spec::Spec;

/// The shape of the network a state belongs to, as far as a few numbers tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StateMark {
    /// Of all sizes and cells: 1 to 2^24 - 1.
    hash: u32,
    /// Which cells there are: a bit each, as in [`CELLS`].
    cells: u32,
    /// Recurrent layers.
    layers: u32,
    /// `n_i`.
    input_size: u32,
    /// `n_h` of the first recurrent layer.
    hidden_size: u32,
}

/// Names of the cells, in the order of their bits.
const CELLS: [&str; 7] = [
    "SimpleRnn",
    "Gru (reset after)",
    "Gru (reset before)",
    "Lstm",
    "MinGru",
    "MinLstm",
    "a cell of your own",
];

/// Numbers that a float holds exactly.
const LIMIT: u32 = 1 << 24;

impl StateMark {
    /// Floats of a mark.
    pub const LEN: usize = 5;

    /// Of the network described.
    #[must_use]
    pub const fn of(spec: &Spec<'_>) -> Self {
        let mut mark =
            Self { hash: 0, cells: 0, layers: 0, input_size: small(spec.input_size), hidden_size: 0 };
        let mut hash = mix(OFFSET, spec.input_size);
        let mut i = 0;
        while i < spec.layers.len() {
            match spec.layers[i].kind {
                LayerKind::Recurrent(layer) => {
                    if mark.layers == 0 {
                        mark.hidden_size = small(layer.hidden_size);
                    }
                    mark.layers += 1;
                    mark.cells |= 1 << cell_bit(layer.cell);
                    hash = mix_layer(hash, &layer);
                }
                LayerKind::Dense { output_size, .. } => hash = mix(mix(hash, CELLS.len()), output_size),
            }
            i += 1;
        }
        mark.layers = small(mark.layers as usize);
        // Folded to 24 bits; 0 is what a fresh buffer has.
        let folded = (hash >> 24) ^ (hash & (LIMIT - 1));
        mark.hash = if folded == 0 { 1 } else { folded };
        mark
    }

    /// Whether both read alike, though they may be of different networks: only a hash tells of later layers' sizes.
    #[must_use]
    pub fn reads_as(self, other: Self) -> bool {
        Self { hash: other.hash, ..self } == other
    }

    /// The numbers as a buffer holds them.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "each is below 2^24")]
    pub const fn to_floats(self) -> [f32; Self::LEN] {
        let Self { hash, cells, layers, input_size, hidden_size } = self;
        [hash as f32, cells as f32, layers as f32, input_size as f32, hidden_size as f32]
    }

    /// The mark in these floats; `None` if they are none.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range and whole")]
    pub fn from_floats(floats: [f32; Self::LEN]) -> Option<Self> {
        let whole = |float: f32| {
            let number = float as u32;
            (number < LIMIT && (number as f32).to_bits() == float.to_bits()).then_some(number)
        };
        let [hash, cells, layers, input_size, hidden_size] = floats.map(whole);
        let mark = Self {
            hash: hash.filter(|&hash| hash > 0)?,
            cells: cells.filter(|&cells| cells < 1 << CELLS.len())?,
            layers: layers?,
            input_size: input_size?,
            hidden_size: hidden_size?,
        };
        Some(mark)
    }
}

/// "2 layers of Lstm, `n_i`=1, `n_h`=16", without the ticks.
impl fmt::Display for StateMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cells, layers, input_size, hidden_size, .. } = *self;
        if layers == 0 {
            return write!(f, "no recurrent layer, n_i={input_size}");
        }
        let plural = if layers == 1 { "" } else { "s" };
        write!(f, "{layers} layer{plural} of ")?;
        let mut first = true;
        for (bit, name) in CELLS.iter().enumerate() {
            if cells >> bit & 1 == 1 {
                write!(f, "{}{name}", if first { "" } else { " and " })?;
                first = false;
            }
        }
        write!(f, ", n_i={input_size}, n_h={hidden_size}")
    }
}

/// A size; all those of a checked network are small.
#[expect(clippy::cast_possible_truncation, reason = "below 2^24")]
const fn small(size: usize) -> u32 {
    if size < LIMIT as usize { size as u32 } else { LIMIT - 1 }
}

const fn cell_bit(cell: CellKind) -> usize {
    match cell {
        CellKind::SimpleRnn { .. } => 0,
        CellKind::Gru { reset: ResetGate::AfterProduct, .. } => 1,
        CellKind::Gru { .. } => 2,
        CellKind::Lstm { .. } => 3,
        CellKind::MinGru { .. } => 4,
        CellKind::MinLstm { .. } => 5,
        CellKind::Custom { .. } => 6,
    }
}

/// All that says what the layer's part of a snapshot means.
const fn mix_layer(hash: u32, layer: &Recurrent) -> u32 {
    let direction = match layer.direction {
        Direction::Forward => 0,
        Direction::Reverse => 1,
        Direction::GoBackwards => 2,
        Direction::Bidirectional(Merge::Concat) => 3,
        Direction::Bidirectional(_) => 4,
    };
    let mut hash = mix(mix(hash, cell_bit(layer.cell)), direction);
    let numbers = [layer.cell.gates(), layer.hidden_size, layer.state_size(), layer.memory_size()];
    let mut i = 0;
    while i < numbers.len() {
        hash = mix(hash, numbers[i]);
        i += 1;
    }
    mix(hash, layer.delay.to_bits() as usize)
}

/// FNV-1a (Fowler, Noll, Vo) of 32 bits.
const OFFSET: u32 = 0x811C_9DC5;

/// The hash with the four low bytes of one number more; sizes are smaller than that.
#[expect(clippy::cast_possible_truncation, reason = "a byte at a time")]
const fn mix(mut hash: u32, number: usize) -> u32 {
    let mut byte = 0;
    while byte < 4 {
        hash ^= (number >> (8 * byte)) as u32 & 0xFF;
        hash = hash.wrapping_mul(0x0100_0193);
        byte += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::{CELLS, StateMark, cell_bit};
    use crate::kind::{CellKind, LayerKind, Recurrent, ResetGate};
    use crate::spec::{LayerSpec, Spec};
    use std::collections::BTreeMap;
    use std::string::ToString;

    fn of(input_size: usize, kinds: &[LayerKind]) -> StateMark {
        let layers: std::vec::Vec<_> = kinds.iter().map(|&kind| LayerSpec { name: "any", kind }).collect();
        StateMark::of(&Spec { input_size, layers: &layers })
    }

    #[test]
    fn floats_hold_a_mark_and_nothing_else_is_one() {
        let mark = of(3, &[LayerKind::lstm(65_536), LayerKind::dense(2)]);
        let floats = mark.to_floats();
        assert_eq!(StateMark::from_floats(floats), Some(mark));
        assert!(floats.iter().all(|float| *float == 0.0 || float.is_normal()));
        for index in 0..StateMark::LEN {
            for wrong in [f32::NAN, -1.0, 0.5, f32::INFINITY, 16_777_216.0, -0.0, 1e-40] {
                let mut floats = floats;
                floats[index] = wrong;
                assert_eq!(StateMark::from_floats(floats), None, "{wrong} at {index}");
            }
        }
        assert_eq!(StateMark::from_floats([0.0; 5]), None, "a fresh buffer");
    }

    #[test]
    fn a_mark_says_what_it_is_of() {
        assert_eq!(of(1, &[LayerKind::lstm(8)]).to_string(), "1 layer of Lstm, n_i=1, n_h=8");
        let mixed = of(2, &[LayerKind::gru(4, ResetGate::AfterProduct), LayerKind::simple_rnn(5)]);
        assert_eq!(mixed.to_string(), "2 layers of SimpleRnn and Gru (reset after), n_i=2, n_h=4");
        assert_eq!(of(2, &[LayerKind::dense(5)]).to_string(), "no recurrent layer, n_i=2");
    }

    /// Each of some thousand shapes has a mark of its own.
    #[test]
    fn shapes_differ_in_their_marks() {
        let mut seen = BTreeMap::new();
        let mut add = |what: std::string::String, mark: StateMark| {
            if let Some(other) = seen.insert(mark.to_floats().map(f32::to_bits), what.clone()) {
                panic!("{what} and {other} have one mark");
            }
        };
        for n in 1..=130 {
            let kinds = [
                LayerKind::simple_rnn(n),
                LayerKind::gru(n, ResetGate::AfterProduct),
                LayerKind::gru(n, ResetGate::BeforeProduct),
                LayerKind::lstm(n),
                LayerKind::lstm(n).with_projection(131),
                LayerKind::min_gru(n),
                LayerKind::min_lstm(n),
                LayerKind::lstm(n).with_delay(2.0),
                LayerKind::lstm(n).with_delay(1.5),
                LayerKind::Recurrent(Recurrent::new(CellKind::Custom { gates: 2, memory: false }, n)),
            ];
            for kind in kinds {
                add(std::format!("1x {kind:?}"), of(1, &[kind, LayerKind::dense(1)]));
                add(std::format!("2x {kind:?}"), of(1, &[kind, kind, LayerKind::dense(1)]));
                add(std::format!("n_i=2 {kind:?}"), of(2, &[kind, LayerKind::dense(1)]));
            }
        }
    }

    #[test]
    fn what_is_no_shape_changes_no_mark() {
        use crate::activation::Activation;
        let plain = of(1, &[LayerKind::lstm(8), LayerKind::dense(1)]);
        let other = LayerKind::lstm(8).with_peephole().with_clip(3.0).with_bias(false);
        let head = LayerKind::dense(1).with_activation(Activation::Relu).with_bias(false);
        assert_eq!(of(1, &[other, head]), plain);
    }

    #[test]
    fn every_cell_has_a_name() {
        let last = CellKind::Custom { gates: 1, memory: false };
        assert_eq!(cell_bit(last) + 1, CELLS.len());
    }
}
