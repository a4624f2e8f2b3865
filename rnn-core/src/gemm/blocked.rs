//! The product of many rows with a packed matrix: blocked for caches and registers.
//!
//! ```text
//! LOOP 3  columns, a register tile's worth at a time       (their panels stay in cache)
//! LOOP 2    blocks of K                                     (sums resume from memory)
//! LOOP 1      tiles of rows
//! TILE          microkernel
//! ```
//!
//! A step of a recurrence is two products into the same sums, input then state, each continuing where the other
//! stopped; they are passed together so that a tile's sums leave the registers once.

use super::microkernel::{Column, tile};
use super::{Chains, Matrix, array, load_at, store_at, widths};
use crate::simd::{Simd, Tile, Vector};

/// Longest run of K one pass makes: 1024 terms of two panels are 128 KiB, half of a small second-level cache.
const KC: usize = 1024;

/// Rows of equal length in one slice, `stride` floats apart.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// Row 0 starts here.
    pub(crate) data: &'a [f32],
    /// From one row's start to the next.
    pub(crate) stride: usize,
}

impl<'a> Rows<'a> {
    /// The first `len` values of row `i`.
    #[inline(always)]
    pub(crate) fn row(self, i: usize, len: usize) -> &'a [f32] {
        &self.data[i * self.stride..][..len]
    }
}

/// Rows to write, `stride` floats apart.
pub struct RowsMut<'a> {
    /// Row 0 starts here.
    pub(crate) data: &'a mut [f32],
    /// From one row's start to the next.
    pub(crate) stride: usize,
}

impl RowsMut<'_> {
    /// The first `len` values of row `i`.
    #[inline(always)]
    pub(crate) fn row(&mut self, i: usize, len: usize) -> &mut [f32] {
        &mut self.data[i * self.stride..][..len]
    }
    /// The same rows for a shorter time.
    #[inline(always)]
    pub(crate) fn reborrow(&mut self) -> RowsMut<'_> {
        RowsMut { data: self.data, stride: self.stride }
    }
}

/// One product: rows times a packed matrix.
#[derive(Clone, Copy)]
pub(crate) struct Product<'a> {
    /// The left operand, `matrix.terms` values a row.
    pub(crate) a: Rows<'a>,
    /// The right operand.
    pub(crate) matrix: Matrix<'a>,
}

/// What the sums start from.
#[derive(Clone, Copy)]
pub(crate) enum Start<'a> {
    /// The bias row of the first product's matrix.
    Bias,
    /// A row of values for each row of the batch, `[gate][unit]`.
    Rows(Rows<'a>),
}

/// A product's terms `from..to`.
#[derive(Clone, Copy)]
struct Part<'a> {
    product: Product<'a>,
    from: usize,
    to: usize,
}

/// `out[m] = start + sum of the products' rows m`, rows of `out` being `[gate][unit]`.
///
/// Runs in its own frame, so that the tiles exist once per tier and number of gates.
#[inline(never)]
pub(crate) fn gemm<S: Simd, const G: usize>(
    s: S,
    rows: usize,
    units: usize,
    start: Start<'_>,
    products: [Option<Product<'_>>; 2],
    out: RowsMut<'_>,
) {
    s.vectorize(
        #[inline(always)]
        || Driver::<G> { rows, units, start, products, out }.columns(s),
    );
}

struct Driver<'a, const G: usize> {
    rows: usize,
    units: usize,
    start: Start<'a>,
    products: [Option<Product<'a>>; 2],
    out: RowsMut<'a>,
}

impl<const G: usize> Driver<'_, G> {
    /// LOOP 3.
    #[inline(always)]
    fn columns<S: Simd>(&mut self, s: S) {
        let (full, tail) = widths(self.units);
        let columns = full * G;
        let mut column = 0;
        if S::TILE == Tile::Rows8Cols2 {
            while column + 2 <= columns {
                self.blocks::<S::V16, 2>(s, [self.at(column), self.at(column + 1)]);
                column += 2;
            }
        }
        while column < columns {
            self.blocks::<S::V16, 1>(s, [self.at(column)]);
            column += 1;
        }
        for gate in 0..G {
            match tail {
                8 => self.blocks::<S::V8, 1>(s, [(full * 16, gate)]),
                4 => self.blocks::<S::V4, 1>(s, [(full * 16, gate)]),
                _ => {}
            }
        }
    }

    /// First unit and gate of a column of sixteen lanes.
    #[inline(always)]
    fn at(&self, column: usize) -> (usize, usize) {
        (column / G * 16, column % G)
    }

    /// LOOP 2: one pass if all terms fit, else a pass a block.
    #[inline(always)]
    fn blocks<V: Vector, const NC: usize>(&mut self, t: V::Token, columns: [(usize, usize); NC]) {
        let whole = |p: Product<'_>| p.matrix.terms;
        let [first, second] = self.products;
        if first.map_or(0, whole) + second.map_or(0, whole) <= KC {
            let all = |p| Part { product: p, from: 0, to: p.matrix.terms };
            return self.tiles::<V, NC>(t, columns, false, [first.map(all), second.map(all)]);
        }
        let mut resume = false;
        for product in [first, second].into_iter().flatten() {
            let terms = product.matrix.terms;
            // A sum in several chains is never cut: its chains would not be the same.
            let block = if product.matrix.chains == Chains::One { KC } else { terms.max(1) };
            for from in (0..terms).step_by(block) {
                let part = Part { product, from, to: terms.min(from + block) };
                self.tiles::<V, NC>(t, columns, resume, [Some(part), None]);
                resume = true;
            }
        }
    }

    /// LOOP 1: tiles of the tier's height, then smaller ones.
    #[inline(always)]
    fn tiles<V: Vector, const NC: usize>(
        &mut self,
        t: V::Token,
        columns: [(usize, usize); NC],
        resume: bool,
        parts: [Option<Part<'_>>; 2],
    ) {
        let mut row = 0;
        match <V::Token as Simd>::TILE {
            Tile::Rows8Cols2 => {
                while row + 8 <= self.rows {
                    self.tile::<V, 8, NC>(t, row, columns, resume, parts);
                    row += 8;
                }
            }
            Tile::Rows6Cols1 => {
                while row + 6 <= self.rows {
                    self.tile::<V, 6, NC>(t, row, columns, resume, parts);
                    row += 6;
                }
            }
            Tile::Rows2Cols1 => {}
        }
        if <V::Token as Simd>::TILE != Tile::Rows2Cols1 && row + 4 <= self.rows {
            self.tile::<V, 4, NC>(t, row, columns, resume, parts);
            row += 4;
        }
        while row + 2 <= self.rows {
            self.tile::<V, 2, NC>(t, row, columns, resume, parts);
            row += 2;
        }
        if row < self.rows {
            self.tile::<V, 1, NC>(t, row, columns, resume, parts);
        }
    }

    /// TILE: load or start the sums, add the parts, store.
    #[inline(always)]
    fn tile<V: Vector, const MR: usize, const NC: usize>(
        &mut self,
        t: V::Token,
        row: usize,
        columns: [(usize, usize); NC],
        resume: bool,
        parts: [Option<Part<'_>>; 2],
    ) {
        let units = self.units;
        let mut acc = [[V::splat(t, 0.0); NC]; MR];
        for (j, &(unit, gate)) in columns.iter().enumerate() {
            let (at, end) = (gate * units + unit, (gate + 1) * units);
            if resume {
                for (i, acc) in acc.iter_mut().enumerate() {
                    acc[j] = load_at(t, self.out.row(row + i, G * units), at, end);
                }
                continue;
            }
            match self.start {
                Start::Rows(start) => {
                    for (i, acc) in acc.iter_mut().enumerate() {
                        acc[j] = load_at(t, start.row(row + i, G * units), at, end);
                    }
                }
                Start::Bias => {
                    let bias = self.products[0].and_then(|p| p.matrix.panel::<V, G>(unit).bias);
                    if let Some(bias) = bias {
                        let bias = V::load(t, &bias[gate]);
                        acc.iter_mut().for_each(|acc| acc[j] = bias);
                    }
                }
            }
        }
        for part in parts.into_iter().flatten() {
            add_part::<V, G, MR, NC>(t, part, row, columns, &mut acc);
        }
        for (i, acc) in acc.iter().enumerate() {
            let out = self.out.row(row + i, G * units);
            for (j, &(unit, gate)) in columns.iter().enumerate() {
                store_at(acc[j], out, gate * units + unit, (gate + 1) * units);
            }
        }
    }
}

/// Adds a part's terms, chain by chain: a chain after the first starts at +0 and is joined when it is complete.
#[inline(always)]
fn add_part<V: Vector, const G: usize, const MR: usize, const NC: usize>(
    t: V::Token,
    part: Part<'_>,
    row: usize,
    columns: [(usize, usize); NC],
    acc: &mut [[V; NC]; MR],
) {
    let Part { product, from, to } = part;
    let matrix = product.matrix;
    let a: [&[f32]; MR] = array(
        #[inline(always)]
        |i| &product.a.row(row + i, matrix.terms)[from..to],
    );
    let panels: [Column<'_, V, G>; NC] = array(
        #[inline(always)]
        |j| (&matrix.panel::<V, G>(columns[j].0).rows[from..to], columns[j].1),
    );
    let chains = match matrix.chains {
        Chains::One => return tile(t, a, panels, acc),
        Chains::Two => 2,
        Chains::Four => 4,
    };
    let length = (to - from).div_ceil(chains);
    for chain in 0..chains {
        let range = (chain * length).min(to - from)..((chain + 1) * length).min(to - from);
        let a: [&[f32]; MR] = array(
            #[inline(always)]
            |i| &a[i][range.clone()],
        );
        let panels: [Column<'_, V, G>; NC] = array(
            #[inline(always)]
            |j| (&panels[j].0[range.clone()], panels[j].1),
        );
        if chain == 0 {
            tile(t, a, panels, acc);
        } else {
            let mut sum = [[V::splat(t, 0.0); NC]; MR];
            tile(t, a, panels, &mut sum);
            for (acc, sum) in acc.iter_mut().zip(&sum) {
                for (acc, sum) in acc.iter_mut().zip(sum) {
                    *acc = *acc + *sum;
                }
            }
        }
    }
}
