//! A batch of sequences and how it is handed over: valid, or with some numbers changed to any.

use crate::subject::Subject;
use rnn_core::{Outputs, Sequences};
use rnn_fuzz::built::inputs;
use rnn_fuzz::choices::Choices;
use rnn_fuzz::say;
use rnn_fuzz::stepped::Which;
use rnn_support::rng::Rng;

/// Which steps count.
#[derive(Clone, Debug)]
pub(crate) enum Valid {
    All,
    Lengths(Vec<usize>),
    Mask { mask: Vec<bool>, zero: bool },
}

/// What a call is given.
#[derive(Clone, Debug)]
pub(crate) struct Feed {
    pub(crate) batch: usize,
    pub(crate) steps: usize,
    pub(crate) outputs: Outputs,
    pub(crate) time_major: bool,
    pub(crate) x: Option<(usize, usize)>,
    pub(crate) y: Option<(usize, usize)>,
    pub(crate) valid: Valid,
    pub(crate) seed: u64,
    pub(crate) xs: Vec<f32>,
    pub(crate) ys_len: usize,
    pub(crate) states: Option<Vec<f32>>,
}

/// A grid of rows and steps.
type Grid = [(usize, usize); 2];

/// Floats from the first of a grid to the end of the last; `None` if there is no row.
fn extent(grid: Grid, n: usize) -> Option<u128> {
    let wide = |(count, stride): (usize, usize)| (count as u128 - 1) * stride as u128;
    (grid[0].0 > 0 && grid[1].0 > 0)
        .then(|| wide(grid[0]).saturating_add(wide(grid[1])).saturating_add(n as u128))
}

/// Whether so many floats have an address each.
fn fits(factors: [usize; 3]) -> bool {
    let product = factors.iter().fold(1_u128, |product, &factor| product.saturating_mul(factor as u128));
    product <= isize::MAX as u128 / 4
}

impl Feed {
    /// A valid one.
    pub(crate) fn new(c: &mut Choices<'_>, of: &Subject) -> Self {
        let batch = if c.one_in(12) { c.pick(&[63, 64, 65, 66, 129]) } else { c.between(0, 6) };
        let most = if c.one_in(8) { 66 } else { 9 };
        let steps = of.steps(c, batch, most);
        let outputs = c.pick(&[Outputs::All, Outputs::All, Outputs::Last, Outputs::Last, Outputs::States]);
        // Of no step there is no last output.
        let steps = if outputs == Outputs::Last { steps.max(1) } else { steps };
        let time_major = c.one_in(3);
        let mut rng = Rng::new(c.seed());
        let valid = match c.below(4) {
            0 => Valid::Lengths((0..batch).map(|_| rng.below(steps + 1)).collect()),
            1 => {
                let share = rng.below(9);
                let mask = (0..batch * steps).map(|_| rng.below(8) < share).collect();
                Valid::Mask { mask, zero: c.flip() }
            }
            _ => Valid::All,
        };
        let given = given(outputs, steps);
        let between = [c.between(0, 3), c.between(0, 3)];
        let (n_i, n_o) = (of.n_i, of.n_o);
        let x = match c.below(8) {
            0 => Some((steps * (n_i + between[0]) + between[1], n_i + between[0])),
            1 => Some((n_i + between[0], batch * (n_i + between[0]) + between[1])),
            // Rows that overlap.
            2 => Some((between[0], between[1])),
            3 => Some((0, n_i)),
            _ => None,
        };
        let y = match c.below(6) {
            0 => Some((given * (n_o + between[1]) + between[0], n_o + between[1])),
            1 => Some((n_o + between[1], batch * (n_o + between[1]) + between[0])),
            _ => None,
        };
        let mut feed = Self {
            batch,
            steps,
            outputs,
            time_major,
            x,
            y,
            valid,
            seed: c.seed(),
            xs: Vec::new(),
            ys_len: 0,
            states: c.flip().then(|| rng.states(batch * of.snapshot)),
        };
        let len = |grid, n| extent(grid, n).map_or(0, |len| usize::try_from(len).expect("a small feed"));
        let more = if x.is_some() { between[1] } else { 0 };
        feed.xs = inputs(feed.seed, len(feed.x_grid(n_i), n_i) + more);
        feed.ys_len = len(feed.y_grid(n_o), n_o) + if y.is_some() { between[0] } else { 0 };
        feed
    }

    /// Changes one to three of its numbers to any.
    pub(crate) fn spoil(&mut self, c: &mut Choices<'_>) {
        for _ in 0..c.between(1, 3) {
            let number = c.number();
            // One off, or any.
            let near = c.flip();
            let up = c.flip();
            let off = |usual: usize| match (near, up) {
                (false, _) => number,
                (true, true) => usual.saturating_add(1),
                (true, false) => usual.saturating_sub(1),
            };
            let len = c.place(self.xs.len() + 2);
            let [x, y] = [self.x.unwrap_or_default(), self.y.unwrap_or_default()];
            match c.below(12) {
                0 => self.batch = off(self.batch),
                1 => self.steps = off(self.steps),
                2 => self.x = Some((off(x.0), x.1)),
                3 => self.x = Some((x.0, off(x.1))),
                4 => self.y = Some((off(y.0), y.1)),
                5 => self.y = Some((y.0, off(y.1))),
                6 => self.xs.resize(if near { off(self.xs.len()) } else { len }, 0.5),
                7 => self.ys_len = if near { off(self.ys_len) } else { c.place(self.ys_len + 2) },
                8 => match &mut self.valid {
                    Valid::Lengths(lengths) if !lengths.is_empty() => {
                        let index = c.below(lengths.len());
                        lengths[index] = off(self.steps);
                    }
                    _ => {
                        let count = if near { self.batch.min(1 << 12) } else { c.below(4) };
                        self.valid = Valid::Lengths(vec![c.below(2); count]);
                    }
                },
                9 => {
                    let len = if near { off(self.batch.saturating_mul(self.steps)) } else { c.below(9) };
                    self.valid = Valid::Mask { mask: vec![true; len.min(1 << 12)], zero: false };
                }
                10 => {
                    let len = self.states.as_ref().map_or(0, Vec::len);
                    let len = if near { off(len) } else { c.below(64) };
                    self.states = Some(vec![0.25; len]);
                }
                _ => self.outputs = c.pick(&[Outputs::All, Outputs::Last, Outputs::States]),
            }
            // One input for all of any number of rows and steps.
            if c.one_in(6) {
                (self.batch, self.steps) = (c.pick(&[0, 1, 2, number]), c.number());
                self.x = Some((0, 0));
                self.xs.resize(64, 0.5);
            }
        }
    }

    pub(crate) fn sequences(&self) -> Sequences<'_> {
        let mut sequences = Sequences::new(self.batch, self.steps).outputs(self.outputs);
        sequences = match &self.valid {
            Valid::All => sequences,
            Valid::Lengths(lengths) => sequences.lengths(lengths),
            Valid::Mask { mask, zero: false } => sequences.mask(mask),
            Valid::Mask { mask, zero: true } => sequences.mask(mask).zero_output_for_mask(),
        };
        if self.time_major {
            sequences = sequences.time_major();
        }
        if let Some((row, step)) = self.x {
            sequences = sequences.x_strides(row, step);
        }
        if let Some((row, step)) = self.y {
            sequences = sequences.y_strides(row, step);
        }
        sequences
    }

    /// Says it.
    pub(crate) fn say(&self) {
        let Self { seed, xs, ys_len, states, .. } = self;
        say!("let sequences = {:?};", self.sequences());
        let same = inputs(*seed, xs.len()) == *xs;
        say!("let (xs, mut ys) = (rnn_fuzz::built::inputs({seed}, {}), vec![f32::NAN; {ys_len}]);", xs.len());
        if !same && xs.len() <= 64 {
            say!("let xs = vec!{xs:?};");
        }
        say!("let states: Option<Vec<f32>> = {states:?};");
    }

    fn strides(&self, steps: usize, n: usize) -> (usize, usize) {
        if self.time_major { (n, self.batch.saturating_mul(n)) } else { (steps.saturating_mul(n), n) }
    }

    fn x_grid(&self, n_i: usize) -> Grid {
        let (row, step) = self.x.unwrap_or_else(|| self.strides(self.steps, n_i));
        [(self.batch, row), (self.steps, step)]
    }

    fn y_grid(&self, n_o: usize) -> Grid {
        let given = given(self.outputs, self.steps);
        let (row, step) = self.y.unwrap_or_else(|| self.strides(given, n_o));
        [(self.batch, row), (given, step)]
    }

    /// Floats of y without strides of its own, if they fit.
    pub(crate) fn whole_ys(&self, n_o: usize) -> Option<usize> {
        let given = given(self.outputs, self.steps);
        fits([self.batch, given, n_o]).then(|| self.batch * given * n_o)
    }

    /// Whether all but y and scratch fit the network and each other.
    pub(crate) fn inputs_fit(&self, of: &Subject) -> bool {
        let &Self { batch, steps, .. } = self;
        let xs = match self.x {
            None => fits([batch, steps, of.n_i]) && self.xs.len() == batch * steps * of.n_i,
            // Rows and steps may overlap, so there may be more of them than memory holds.
            Some(_) => extent(self.x_grid(of.n_i), of.n_i).is_none_or(|end| end <= self.xs.len() as u128),
        };
        let last = !(self.outputs == Outputs::Last && steps == 0 && batch > 0);
        let valid = match &self.valid {
            Valid::All => true,
            Valid::Lengths(lengths) => lengths.len() == batch && lengths.iter().all(|&len| len <= steps),
            Valid::Mask { mask, .. } => batch.checked_mul(steps) == Some(mask.len()),
        };
        let states = self.states.as_ref().is_none_or(|s| batch.checked_mul(of.snapshot) == Some(s.len()));
        xs && last && valid && states && self.whole_ys(of.n_o).is_some()
    }

    /// Whether y fits.
    pub(crate) fn ys_fit(&self, of: &Subject) -> bool {
        let n_o = of.n_o;
        let grid = self.y_grid(n_o);
        match self.y {
            None => self.whole_ys(n_o) == Some(self.ys_len),
            Some(_) => extent(grid, n_o).is_none_or(|end| end <= self.ys_len as u128 && is_apart(grid, n_o)),
        }
    }

    /// Whether there is something to write or to carry.
    pub(crate) fn asks_for_something(&self) -> bool {
        self.outputs != Outputs::States || self.states.as_ref().is_some_and(|states| !states.is_empty())
    }

    /// Steps to take in all.
    pub(crate) fn steps_in_all(&self) -> u128 {
        match &self.valid {
            _ if !self.asks_for_something() => 0,
            Valid::Lengths(lengths) => lengths.iter().map(|&len| len as u128).sum(),
            _ => self.batch as u128 * self.steps as u128,
        }
    }

    /// The steps of a row that exist, and which of them count.
    pub(crate) fn row(&self, row: usize, n_i: usize) -> (Vec<f32>, Which) {
        let [(_, row_stride), (_, step_stride)] = self.x_grid(n_i);
        let (steps, which) = match &self.valid {
            Valid::All => (self.steps, Which::All),
            Valid::Lengths(lengths) => (lengths[row], Which::Length(lengths[row])),
            Valid::Mask { mask, zero } => {
                let at = |t| if self.time_major { t * self.batch + row } else { row * self.steps + t };
                (
                    self.steps,
                    Which::Mask { mask: (0..self.steps).map(|t| mask[at(t)]).collect(), zero: *zero },
                )
            }
        };
        let at = |t| row * row_stride + t * step_stride;
        ((0..steps).flat_map(|t| &self.xs[at(t)..at(t) + n_i]).copied().collect(), which)
    }

    /// Where the output of a row's step stands.
    pub(crate) fn place(&self, row: usize, t: usize, n_o: usize) -> usize {
        let [(_, row_stride), (_, step_stride)] = self.y_grid(n_o);
        row * row_stride + t * step_stride
    }
}

/// Steps of y.
fn given(outputs: Outputs, steps: usize) -> usize {
    match outputs {
        Outputs::All => steps,
        Outputs::Last => 1,
        Outputs::States => 0,
    }
}

/// Whether rows lie inside steps or steps inside rows.
fn is_apart([rows, steps]: Grid, n: usize) -> bool {
    let span = |(count, stride): (usize, usize)| (count as u128 - 1) * stride as u128 + n as u128;
    let apart = |(count, stride): (usize, usize), len: u128| count < 2 || stride as u128 >= len;
    (apart(steps, n as u128) && apart(rows, span(steps)))
        || (apart(rows, n as u128) && apart(steps, span(rows)))
}
