//! Products with a matrix that is packed once and used at every step.
//!
//! Glossary: M rows of the batch, N columns (units times gates), K terms of each sum. The packed matrix
//! (`rnn_format::Panels`) is `[panel][k][gate][lane]`: a *panel* holds all gates of 16 units, or of 4 or 8 at
//! the end. Nothing here knows what a gate is: it is a further column of the same units.
//!
//! Two entries read the one layout:
//! - [`gemv`]: M = 1. Up to eight sums side by side hide the multiply-add's latency, in registers from the first
//!   term to the cell's arithmetic. [`beside`] is the same where the compiler knows all sizes.
//! - [`blocked`]: M > 1. Panels outer, rows inner: a few panels of the matrix stay in the first cache level
//!   while tiles of rows pass by; the register tile is [`microkernel`]. Long sums are cut into blocks of K that
//!   resume from the stored sums.
//!
//! Neither stores a sum before the cell has done its arithmetic on it, but for those long ones.
//!
//! Order of a sum (the arithmetic contract): one fused multiply-add a term, in ascending k, from the bias or from
//! a caller's value. Every path and shape of tile keeps it, so a result does not depend on which path computed
//! it. A matrix may ask for its terms in several *chains* ([`Chains`]), contiguous ranges whose sums are joined
//! left to right; their number depends on the matrix alone.

pub(crate) mod beside;
pub(crate) mod blocked;
pub(crate) mod epilogue;
pub(crate) mod gemv;
mod microkernel;
mod rows;

pub(crate) use rows::{Rows, RowsMut};

use crate::simd::Vector;
use rnn_format::Panels;

/// Into how many contiguous ranges a sum of K terms is cut.
///
/// Range `j` of `n` covers `[j * ceil(K / n), (j + 1) * ceil(K / n))`; the first starts at the bias, the others
/// at +0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Chains {
    /// All terms in one sum.
    One,
    /// Two ranges.
    Two,
    /// Four ranges.
    Four,
}

impl Chains {
    /// How many.
    #[inline(always)]
    pub(crate) const fn count(self) -> usize {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
        }
    }
}

/// A packed matrix with the vector it multiplies still to come.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'w> {
    /// The panels.
    pub(crate) data: &'w [f32],
    /// Columns of one gate.
    pub(crate) units: usize,
    /// Whether row 0 is a bias.
    pub(crate) bias: bool,
    /// K, the bias row not counted.
    pub(crate) terms: usize,
    /// How a sum is cut.
    pub(crate) chains: Chains,
}

impl<'w> Matrix<'w> {
    /// Rows of a panel in memory.
    #[inline(always)]
    pub(crate) fn depth(self) -> usize {
        self.terms + usize::from(self.bias)
    }

    /// The rows of the panel that starts at `unit`, `V::WIDTH` wide: the bias, if any, apart.
    #[inline(always)]
    pub(crate) fn panel<V: Vector, const G: usize>(self, unit: usize) -> PanelRows<'w, V, G> {
        let depth = self.depth();
        let start = unit * G * depth;
        let (lanes, _) = V::chunks(&self.data[start..start + V::WIDTH * G * depth]);
        let (rows, _) = lanes.as_chunks::<G>();
        let (bias, rows) = rows.split_at(usize::from(self.bias));
        PanelRows { bias: bias.first(), rows: &rows[..self.terms] }
    }

    /// The rows of the panel that `unit` is in, the bias row left out, as `W` vectors each: `G` gates, or `2 * G` halves of
    /// them.
    #[inline(always)]
    pub(crate) fn rows<V: Vector, const G: usize, const W: usize>(self, unit: usize) -> &'w [[V::Array; W]] {
        let depth = self.depth();
        let start = (unit - unit % Panels::WIDTH) * G * depth;
        let (lanes, _) = V::chunks(&self.data[start..start + V::WIDTH * W * depth]);
        let (rows, _) = lanes.as_chunks::<W>();
        &rows[usize::from(self.bias)..][..self.terms]
    }

    /// The bias of the units from `unit` on, which may start a panel or half of one; zero without.
    #[inline(always)]
    pub(crate) fn bias_of<V: Vector, const G: usize>(self, t: V::Token, unit: usize) -> [V; G] {
        let mut bias = [V::splat(t, 0.0); G];
        if self.bias {
            let first = unit - unit % Panels::WIDTH;
            let width = match self.units - first {
                1..=4 => 4,
                5..=8 => 8,
                _ => Panels::WIDTH,
            };
            let row = &self.data[first * G * self.depth()..][..width * G];
            for (gate, bias) in bias.iter_mut().enumerate() {
                *bias = load_at(t, row, gate * width + unit % Panels::WIDTH, (gate + 1) * width);
            }
        }
        bias
    }

    /// The rows of `R` panels from `unit` on, and their biases (zero without).
    #[inline(always)]
    pub(crate) fn panels<V: Vector, const G: usize, const R: usize>(
        self,
        t: V::Token,
        unit: usize,
    ) -> ([&'w [[V::Array; G]]; R], [[V; G]; R]) {
        let mut rows: [&[[V::Array; G]]; R] = [&[]; R];
        let mut biases = [[V::splat(t, 0.0); G]; R];
        for r in 0..R {
            let panel = self.panel::<V, G>(unit + r * V::WIDTH);
            rows[r] = panel.rows;
            if let Some(bias) = panel.bias {
                for g in 0..G {
                    biases[r][g] = V::load(t, &bias[g]);
                }
            }
        }
        (rows, biases)
    }
}

/// One panel: a bias row, if the matrix has one, and `terms` rows of all gates' lanes.
pub(crate) struct PanelRows<'w, V: Vector, const G: usize> {
    pub(crate) bias: Option<&'w [V::Array; G]>,
    pub(crate) rows: &'w [[V::Array; G]],
}

/// Number of panels sixteen wide, and the width of the last narrower one (0, 4 or 8).
#[inline(always)]
pub(crate) const fn widths(units: usize) -> (usize, usize) {
    let full = units / Panels::WIDTH;
    match units % Panels::WIDTH {
        0 => (full, 0),
        1..=4 => (full, 4),
        5..=8 => (full, 8),
        _ => (full + 1, 0),
    }
}

/// An array of `f(0), f(1), ..`. The standard library's `from_fn` and `map` are calls that may stay calls, which
/// would leave the tier's frame; this is inlined, and so must `f` be.
#[inline(always)]
pub(crate) fn array<T: Copy, const N: usize>(f: impl Fn(usize) -> T) -> [T; N] {
    let mut all = [f(0); N];
    // Not an iterator: the compiler would inline three of them at each of some thousand calls.
    let mut i = 1;
    while i < N {
        all[i] = f(i);
        i += 1;
    }
    all
}

/// The lanes of `row` from `at` on that lie before `end`, zeros beyond.
#[inline(always)]
pub(crate) fn load_at<V: Vector>(t: V::Token, row: &[f32], at: usize, end: usize) -> V {
    let lanes = &row[at..end.min(at + V::WIDTH)];
    match V::chunks(lanes).0.first() {
        Some(whole) => V::load(t, whole),
        None => V::load_partial(t, lanes),
    }
}

/// Writes to `row` from `at` on, but nothing at or past `end`.
#[inline(always)]
pub(crate) fn store_at<V: Vector>(v: V, row: &mut [f32], at: usize, end: usize) {
    let lanes = &mut row[at..end.min(at + V::WIDTH)];
    match V::chunks_mut(lanes).0.first_mut() {
        Some(whole) => v.store(whole),
        None => v.store_partial(lanes),
    }
}
