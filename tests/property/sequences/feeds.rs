//! Random ways to feed a batch of sequences: which steps count, which outputs are wanted, where everything stands.
//!
//! Every value of x that no step reads is NaN or an infinity; results are full of one NaN, whose bits must still be
//! there between strided outputs afterwards.

use super::stacks::Stack;
use crate::forms::poison;
use crate::network::wide;
use proptest::prelude::*;
use proptest::sample::select;
use rnn_core::{Network, Outputs, Sequences};
use rnn_reference as reference;
use rnn_support::rng::Rng;

/// What stands in results beforehand.
const UNTOUCHED: u32 = 0x7FC0_BEEF;

/// Which steps count.
#[derive(Clone, Debug)]
pub(crate) enum Which {
    All,
    Lengths(Vec<usize>),
    Mask { mask: Vec<Vec<bool>>, zero: bool },
}

/// The same, before there are rows and steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counts {
    All,
    Lengths,
    Mask,
    ZeroMask,
}

impl Which {
    pub(crate) fn new(counts: Counts, rows: usize, steps: usize, rng: &mut Rng) -> Self {
        match counts {
            Counts::All => Self::All,
            Counts::Lengths => Self::Lengths((0..rows).map(|_| rng.below(steps + 1)).collect()),
            Counts::Mask | Counts::ZeroMask => {
                let mut row = |_| {
                    // Of eight steps, this many count.
                    let share = [0, 2, 4, 6, 8][rng.below(5)];
                    (0..steps).map(|_| rng.below(8) < share).collect()
                };
                Self::Mask { mask: (0..rows).map(&mut row).collect(), zero: counts == Counts::ZeroMask }
            }
        }
    }

    pub(crate) fn counts(&self, row: usize, t: usize) -> bool {
        match self {
            Self::All => true,
            Self::Lengths(lengths) => t < lengths[row],
            Self::Mask { mask, .. } => mask[row][t],
        }
    }

    /// Of one row alone.
    pub(crate) fn of_row(&self, row: usize) -> Self {
        match self {
            Self::All => Self::All,
            Self::Lengths(lengths) => Self::Lengths(vec![lengths[row]]),
            Self::Mask { mask, zero } => Self::Mask { mask: vec![mask[row].clone()], zero: *zero },
        }
    }

    fn reference(&self, row: usize) -> reference::Steps {
        let mut steps = reference::Steps::default();
        match self {
            Self::All => {}
            Self::Lengths(lengths) => steps.length = Some(lengths[row]),
            Self::Mask { mask, zero } => {
                (steps.mask, steps.zero_output_for_mask) = (Some(mask[row].clone()), *zero);
            }
        }
        steps
    }
}

/// B sequences and how they are handed over.
#[derive(Clone, Debug)]
pub(crate) struct Fed {
    /// (T, `n_i`) each.
    pub(crate) rows: Vec<Vec<f32>>,
    pub(crate) steps: usize,
    pub(crate) which: Which,
    pub(crate) outputs: Outputs,
    /// (B, snapshot), if they are handed over.
    pub(crate) states: Option<Vec<f32>>,
    pub(crate) xs: Vec<f32>,
    pub(crate) time_major: bool,
    pub(crate) x: Option<(usize, usize)>,
    pub(crate) y: Option<(usize, usize)>,
}

/// What [`Fed`] is made of, for a network that is not known yet.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) rows: usize,
    pub(crate) steps: usize,
    pub(crate) counts: Counts,
    pub(crate) outputs: Outputs,
    pub(crate) states: bool,
    pub(crate) time_major: bool,
    pub(crate) x: u8,
    pub(crate) y: u8,
    pub(crate) seed: u64,
}

pub(crate) fn outputs() -> impl Strategy<Value = Outputs> {
    prop_oneof![3 => Just(Outputs::All), 2 => Just(Outputs::Last), 1 => Just(Outputs::States)]
}

pub(crate) fn counts() -> impl Strategy<Value = Counts> {
    select(vec![Counts::All, Counts::Lengths, Counts::Lengths, Counts::Mask, Counts::Mask, Counts::ZeroMask])
}

/// B around blocks and tiles.
pub(crate) fn rows() -> impl Strategy<Value = usize> {
    prop_oneof![8 => 1_usize..=5, 3 => 6_usize..=13, 2 => select(vec![63_usize, 64, 65, 66, 129]), 1 => Just(0)]
}

pub(crate) fn plan() -> impl Strategy<Value = Plan> {
    let around_blocks = select(vec![31_usize, 32, 33, 63, 64, 65]);
    let steps = prop_oneof![2 => Just(0_usize), 16 => 1_usize..=9, 1 => 10_usize..=40, 1 => around_blocks];
    let layouts = (any::<bool>(), 0_u8..6, 0_u8..4);
    (rows(), steps, counts(), outputs(), any::<bool>(), layouts, any::<u64>()).prop_map(
        |(rows, steps, counts, outputs, states, (time_major, x, y), seed)| {
            // Of no step there is no last output.
            let steps = if outputs == Outputs::Last { steps.max(1) } else { steps };
            Plan { rows, steps, counts, outputs, states, time_major, x, y, seed }
        },
    )
}

impl Plan {
    /// Every kind of output with every kind of step, from states and back into them.
    pub(crate) fn every() -> impl Iterator<Item = Self> {
        let counts = [Counts::All, Counts::Lengths, Counts::Mask, Counts::ZeroMask].into_iter();
        let outputs = [Outputs::All, Outputs::Last, Outputs::States];
        counts.flat_map(move |counts| outputs.map(|outputs| (counts, outputs))).enumerate().map(
            |(index, (counts, outputs))| {
                let (time_major, seed) = (index % 2 == 1, index as u64);
                Self { rows: 3, steps: 5, counts, outputs, states: true, time_major, x: 0, y: 0, seed }
            },
        )
    }

    /// For this network, with fewer steps where it is large.
    pub(crate) fn feed(&self, stack: &Stack) -> Fed {
        let &Self { rows, counts, outputs, time_major, .. } = self;
        let steps = stack.affordable(rows, self.steps);
        let mut rng = Rng::new(self.seed);
        let which = Which::new(counts, rows, steps, &mut rng);
        let (n_i, n_o) = (stack.n_i, stack.n_o());
        let x = match self.x {
            0 => None,
            1 => Some((steps * (n_i + 3) + 5, n_i + 3)),
            2 => Some((n_i + 2, rows * (n_i + 2) + 1)),
            // Rows that overlap: windows of a series, one value apart, and one series for all.
            3 => Some((n_i, n_i)),
            4 => Some((1, 1)),
            _ => Some((0, n_i)),
        };
        let y = match self.y {
            0 => None,
            1 if outputs == Outputs::Last => Some((n_o + 3, 0)),
            1 => Some((steps * (n_o + 2) + 3, n_o + 2)),
            2 => Some((n_o + 1, rows * (n_o + 1) + 2)),
            _ => Some((steps * n_o, n_o)),
        };
        let (row, step) = x.unwrap_or_else(|| usual(time_major, rows, steps, n_i));
        let len = if rows * steps == 0 { 0 } else { (rows - 1) * row + (steps - 1) * step + n_i };
        let len = len + if x.is_some() { rng.below(4) } else { 0 };
        let mut xs = rng.inputs(len);
        // A network of dense layers alone maps what stands at a masked step.
        let reads_all = stack.state_len() == 0 && matches!(which, Which::Mask { .. });
        let mut read = vec![false; len];
        for (b, t) in (0..rows).flat_map(|b| (0..steps).map(move |t| (b, t))) {
            if reads_all || which.counts(b, t) {
                read[b * row + t * step..][..n_i].fill(true);
            }
        }
        for (index, x) in xs.iter_mut().enumerate().filter(|&(index, _)| !read[index]) {
            *x = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY][index % 3];
        }
        let gather = |b| (0..steps).flat_map(|t| xs[b * row + t * step..][..n_i].to_vec()).collect();
        let states = self.states.then(|| stack.states(rows));
        let gathered = (0..rows).map(gather).collect();
        Fed { rows: gathered, steps, which, outputs, states, xs, time_major, x, y }
    }
}

/// Strides where none are given.
fn usual(time_major: bool, rows: usize, steps: usize, n: usize) -> (usize, usize) {
    if time_major { (n, rows * n) } else { (steps * n, n) }
}

impl Fed {
    /// Rows handed over one after the other.
    pub(crate) fn contiguous(
        rows: Vec<Vec<f32>>,
        steps: usize,
        which: Which,
        outputs: Outputs,
        states: Option<Vec<f32>>,
    ) -> Self {
        let xs = rows.concat();
        Self { rows, steps, which, outputs, states, xs, time_major: false, x: None, y: None }
    }

    /// The same sequences, one after the other.
    pub(crate) fn plain(&self) -> Self {
        let Self { rows, steps, which, outputs, states, .. } = self.clone();
        Self::contiguous(rows, steps, which, outputs, states)
    }

    /// One row alone.
    pub(crate) fn row(&self, row: usize) -> Self {
        let states = self.states.as_ref().map(|states| part(states, self.rows.len(), row).to_vec());
        Self::contiguous(
            vec![self.rows[row].clone()],
            self.steps,
            self.which.of_row(row),
            self.outputs,
            states,
        )
    }

    /// The steps of one row that count, alone.
    pub(crate) fn left_out(&self, row: usize) -> Self {
        let n_i = self.rows[row].len() / self.steps.max(1);
        let counting: Vec<usize> = (0..self.steps).filter(|&t| self.which.counts(row, t)).collect();
        let x = counting.iter().flat_map(|&t| self.rows[row][t * n_i..][..n_i].to_vec()).collect();
        let outputs = if counting.is_empty() { Outputs::All } else { self.outputs };
        Self {
            outputs,
            ..Self::contiguous(vec![x], counting.len(), Which::All, outputs, self.row(row).states)
        }
    }

    /// Steps of the outputs.
    pub(crate) fn given(&self) -> usize {
        match self.outputs {
            Outputs::All => self.steps,
            Outputs::Last => 1,
            Outputs::States => 0,
        }
    }

    /// ys, (B, given, `n_o`), and the states after it, empty if there were none.
    ///
    /// # Panics
    /// If the call fails, or writes between the outputs.
    #[track_caller]
    pub(crate) fn call(&self, net: &dyn Network) -> (Vec<f32>, Vec<f32>) {
        let (rows, given, n_o) = (self.rows.len(), self.given(), net.output_size());
        let mut sequences = Sequences::new(rows, self.steps).outputs(self.outputs);
        let mut flat: Vec<bool> = Vec::new();
        match &self.which {
            Which::All => {}
            Which::Lengths(lengths) => sequences = sequences.lengths(lengths),
            Which::Mask { mask, zero } => {
                if self.time_major {
                    (0..self.steps).for_each(|t| flat.extend(mask.iter().map(|row| row[t])));
                } else {
                    flat = mask.concat();
                }
                sequences = sequences.mask(&flat);
                if *zero {
                    sequences = sequences.zero_output_for_mask();
                }
            }
        }
        if self.time_major {
            sequences = sequences.time_major();
        }
        if let Some((row, step)) = self.x {
            sequences = sequences.x_strides(row, step);
        }
        let (row, step) = self.y.unwrap_or_else(|| usual(self.time_major, rows, given, n_o));
        let mut len = if rows * given == 0 { 0 } else { (rows - 1) * row + (given - 1) * step + n_o };
        if self.y.is_some() {
            sequences = sequences.y_strides(row, step);
            len += 2;
        }
        let mut ys = vec![f32::from_bits(UNTOUCHED); len];
        let mut states = self.states.clone();
        let mut scratch = poison(net.run_scratch_len(&sequences).expect("the length fits"));
        net.run_into(&self.xs, &sequences, &mut ys, states.as_deref_mut(), &mut scratch)
            .expect("all arguments fit");

        let mut written = vec![false; len];
        let mut result = Vec::with_capacity(rows * given * n_o);
        for place in (0..rows).flat_map(|b| (0..given).map(move |t| b * row + t * step)) {
            result.extend(&ys[place..place + n_o]);
            written[place..place + n_o].fill(true);
        }
        for (index, y) in ys.iter().enumerate().filter(|&(index, _)| !written[index]) {
            assert_eq!(y.to_bits(), UNTOUCHED, "value {index} between the outputs was written");
        }
        (result, states.unwrap_or_default())
    }

    /// The same of the reference.
    pub(crate) fn reference(&self, net: &reference::Network, state_len: usize) -> (Vec<f64>, Vec<f64>) {
        let (mut ys, mut states) = (Vec::new(), Vec::new());
        for (row, x) in self.rows.iter().enumerate() {
            let memories = match &self.states {
                Some(states) => net.unflatten(&wide(&states[row * state_len..][..state_len])),
                None => net.zero(),
            };
            let sequence = net.run(&wide(x), &self.which.reference(row), memories);
            match self.outputs {
                Outputs::All => ys.extend(sequence.all),
                Outputs::Last => ys.extend(sequence.last),
                Outputs::States => {}
            }
            if self.states.is_some() {
                states.extend(reference::Network::flatten(&sequence.memories));
            }
        }
        (ys, states)
    }
}

/// What belongs to one of several rows.
pub(crate) fn part(values: &[f32], rows: usize, row: usize) -> &[f32] {
    let len = values.len() / rows;
    &values[row * len..][..len]
}
