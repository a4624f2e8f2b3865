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
//!
//! What follows the product, the cell's arithmetic, is an [`Epilogue`]. Run after the product it would leave the
//! multiply-add units idle for 6 to 25 % of a step; so a finished tile waits, and its vectors are done one at a time while
//! the next tile is being summed.

use super::microkernel::{Column, tile};
use super::{Chains, Matrix, Rows, RowsMut, array, load_at, store_at, widths};
use crate::simd::{Simd, Vector};
use rnn_format::Panels;

/// Longest run of K one pass makes: 1024 terms of two panels are 128 KiB, half of a small second-level cache.
const KC: usize = 1024;

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

/// What is done with finished sums, one vector of units of one row at a time.
pub(crate) trait Epilogue {
    /// Whether there is anything to do.
    const SOME: bool;
    /// The units from `unit` on of one row: `sums` is the whole row, `[gate][unit]`.
    fn vector<V: Vector>(&mut self, t: V::Token, row: usize, unit: usize, sums: &[f32]);
}

/// The sums are the result.
pub(crate) struct Plain;

impl Epilogue for Plain {
    const SOME: bool = false;
    #[inline(always)]
    fn vector<V: Vector>(&mut self, _: V::Token, _: usize, _: usize, _: &[f32]) {}
}

/// A product's terms `from..to`.
#[derive(Clone, Copy)]
struct Part<'a> {
    product: Product<'a>,
    from: usize,
    to: usize,
}

/// One pass over the rows.
#[derive(Clone, Copy)]
struct Pass<'a> {
    /// Whether the sums continue from `out`.
    resume: bool,
    /// Whether they are finished after it.
    done: bool,
    /// The terms it adds, in this order; only the second may have chains.
    parts: [Option<Part<'a>>; 2],
}

/// A product of many rows.
pub(crate) struct Gemm<'a, E, const G: usize> {
    /// M.
    pub(crate) rows: usize,
    /// Columns of one gate.
    pub(crate) units: usize,
    /// What the sums start from.
    pub(crate) start: Start<'a>,
    /// `out[m] = start + sum of the products' rows m`. Only the last may have chains.
    pub(crate) products: [Option<Product<'a>>; 2],
    /// Rows `[gate][unit]`.
    pub(crate) out: RowsMut<'a>,
    /// What is done with them.
    pub(crate) epilogue: E,
}

/// Rows of a tile of `columns` vectors whose sums have `chains` chains, as the registers allow. The narrow panel at the
/// end has one height only.
const fn tile_rows<V: Vector>(columns: usize, chains: usize) -> usize {
    if V::WIDTH < Panels::WIDTH {
        return 4;
    }
    match <V::Token as Simd>::TILE_SUMS / (columns * chains) {
        0 => 1,
        8.. => 8,
        rows => rows,
    }
}

impl<'a, E: Epilogue, const G: usize> Gemm<'a, E, G> {
    /// Runs it; the last product's sums have `C` chains.
    pub(crate) fn run<S: Simd, const C: usize>(mut self, s: S) {
        let (full, tail) = widths(self.units);
        let columns = full * G;
        let mut waiting = Waiting::default();
        let mut column = 0;
        if const { S::TILE_COLUMNS == 2 } {
            while column + 2 <= columns {
                self.blocks::<S::V16, 2, C>(s, [at::<G>(column), at::<G>(column + 1)], &mut waiting);
                column += 2;
            }
        }
        while column < columns {
            self.blocks::<S::V16, 1, C>(s, [at::<G>(column)], &mut waiting);
            column += 1;
        }
        waiting.finish::<S::V16, E, G>(s, &mut self);
        let unit = full * Panels::WIDTH;
        match tail {
            8 => self.tail::<S::V8, C>(s, unit),
            4 => self.tail::<S::V4, C>(s, unit),
            _ => {}
        }
    }

    /// The last, narrow panel.
    fn tail<V: Vector, const C: usize>(&mut self, t: V::Token, unit: usize) {
        let mut waiting = Waiting::default();
        for gate in 0..G {
            self.blocks::<V, 1, C>(t, [(unit, gate)], &mut waiting);
        }
        if E::SOME {
            waiting.jobs[0] = Job { unit, row: 0, end: self.rows };
            waiting.len = 1;
            waiting.finish::<V, E, G>(t, self);
        }
    }

    /// The epilogue of one vector.
    #[inline(always)]
    fn vector<V: Vector>(&mut self, t: V::Token, row: usize, unit: usize) {
        let sums = self.out.shared().row(row, G * self.units);
        self.epilogue.vector::<V>(t, row, unit, sums);
    }

    /// LOOP 2: one pass if all terms fit, else a pass a block.
    fn blocks<V: Vector, const NC: usize, const C: usize>(
        &mut self,
        t: V::Token,
        columns: [(usize, usize); NC],
        waiting: &mut Waiting,
    ) {
        let terms = |p: Option<Product<'_>>| p.map_or(0, |p| p.matrix.terms);
        let [first, second] = self.products;
        if terms(first) + terms(second) <= KC {
            let whole = |p: Product<'a>| Part { product: p, from: 0, to: p.matrix.terms };
            let chained = first.is_some_and(|p| p.matrix.chains != Chains::One);
            let parts = if chained { [second, first] } else { [first, second] };
            let pass = Pass { resume: false, done: true, parts: parts.map(|product| product.map(whole)) };
            return self.tiles::<V, NC, C>(t, columns, pass, waiting);
        }
        let mut resume = false;
        for (index, product) in [first, second].into_iter().enumerate() {
            let Some(product) = product else { continue };
            let terms = product.matrix.terms;
            // A sum in several chains is never cut: its chains would not be the same.
            let block = if product.matrix.chains == Chains::One { KC } else { terms.max(1) };
            for from in (0..terms).step_by(block) {
                let part = Some(Part { product, from, to: terms.min(from + block) });
                let done = terms.min(from + block) == terms && (index == 1 || second.is_none());
                let parts = if product.matrix.chains == Chains::One { [part, None] } else { [None, part] };
                self.tiles::<V, NC, C>(t, columns, Pass { resume, done, parts }, waiting);
                resume = true;
            }
        }
    }

    /// LOOP 1: tiles of the tier's height, then smaller ones. A function of its own, in a frame of its own: all shapes
    /// of tile in one function cost the compiler minutes.
    #[inline(never)]
    fn tiles<V: Vector, const NC: usize, const C: usize>(
        &mut self,
        t: V::Token,
        columns: [(usize, usize); NC],
        pass: Pass<'_>,
        waiting: &mut Waiting,
    ) {
        t.vectorize(
            #[inline(always)]
            || {
                let mut row = 0;
                macro_rules! tiles {
                    ($mr:literal) => {
                        while row + $mr <= self.rows {
                            self.tile::<V, $mr, NC, C>(t, row, columns, pass, waiting);
                            if pass.done && E::SOME && V::WIDTH == Panels::WIDTH {
                                waiting.add::<V, E, NC, G>(t, self, columns, row..row + $mr);
                            }
                            row += $mr;
                        }
                    };
                }
                match const { tile_rows::<V>(NC, C) } {
                    8 => {
                        tiles!(8);
                        tiles!(4);
                    }
                    6 => {
                        tiles!(6);
                        tiles!(2);
                    }
                    4 => tiles!(4),
                    3 => tiles!(3),
                    2 => tiles!(2),
                    _ => {}
                }
                tiles!(1);
            },
        );
    }

    /// One waiting vector beside the sums of a tall tile; a small one has too few to hide it.
    #[inline(always)]
    fn aside<V: Vector, const MR: usize>(&mut self, t: V::Token, waiting: &mut Waiting) {
        if E::SOME && MR > 2 && V::WIDTH == Panels::WIDTH {
            waiting.one::<V, E, G>(t, self);
        }
    }

    /// TILE: load or start the sums, add the parts, store.
    #[inline(always)]
    fn tile<V: Vector, const MR: usize, const NC: usize, const C: usize>(
        &mut self,
        t: V::Token,
        row: usize,
        columns: [(usize, usize); NC],
        pass: Pass<'_>,
        waiting: &mut Waiting,
    ) {
        let units = self.units;
        let mut acc = [[V::splat(t, 0.0); NC]; MR];
        for (j, &(unit, gate)) in columns.iter().enumerate() {
            let (at, end) = (gate * units + unit, (gate + 1) * units);
            if pass.resume {
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
                    // No closures: the compiler left one out of line.
                    if let Some(first) = self.products[0]
                        && let Some(bias) = first.matrix.panel::<V, G>(unit).bias
                    {
                        let bias = V::load(t, &bias[gate]);
                        for acc in &mut acc {
                            acc[j] = bias;
                        }
                    }
                }
            }
        }
        // Of two products only the second has chains; if none has, one copy of the loop serves both.
        let [first, second] = pass.parts;
        let (unchained, chained) = if C == 1 { ([first, second], None) } else { ([first, None], second) };
        for part in unchained.into_iter().flatten() {
            let (a, panels) = part.operands::<V, G, MR, NC>(row, columns);
            tile::<V, G, MR, NC, 1>(
                t,
                a,
                panels,
                &mut acc,
                #[inline(always)]
                || self.aside::<V, MR>(t, waiting),
            );
        }
        if let Some(part) = chained {
            let (a, panels) = part.operands::<V, G, MR, NC>(row, columns);
            tile::<V, G, MR, NC, C>(
                t,
                a,
                panels,
                &mut acc,
                #[inline(always)]
                || self.aside::<V, MR>(t, waiting),
            );
        }
        for (i, acc) in acc.iter().enumerate() {
            let out = self.out.row(row + i, G * units);
            for (j, &(unit, gate)) in columns.iter().enumerate() {
                store_at(acc[j], out, gate * units + unit, (gate + 1) * units);
            }
        }
    }
}

/// Finished tiles whose epilogue is still to be done: at most two columns of some rows.
#[derive(Clone, Copy, Default)]
struct Waiting {
    jobs: [Job; 2],
    len: usize,
}

/// The units from `unit` on, of the rows `row..end`.
#[derive(Clone, Copy, Default)]
struct Job {
    unit: usize,
    row: usize,
    end: usize,
}

impl Waiting {
    /// Does one vector, if any is left.
    #[inline(always)]
    fn one<V: Vector, E: Epilogue, const G: usize>(&mut self, t: V::Token, gemm: &mut Gemm<'_, E, G>) {
        let Some(job) = self.jobs[..self.len].last_mut() else { return };
        gemm.vector::<V>(t, job.row, job.unit);
        job.row += 1;
        self.len -= usize::from(job.row == job.end);
    }

    /// Does all that is left.
    #[inline(never)]
    fn finish<V: Vector, E: Epilogue, const G: usize>(&mut self, t: V::Token, gemm: &mut Gemm<'_, E, G>) {
        t.vectorize(
            #[inline(always)]
            || {
                for job in &self.jobs[..self.len] {
                    for row in job.row..job.end {
                        gemm.vector::<V>(t, row, job.unit);
                    }
                }
            },
        );
        self.len = 0;
    }

    /// Does what is left and takes on a tile: of its columns, those that complete a panel.
    #[inline(always)]
    fn add<V: Vector, E: Epilogue, const NC: usize, const G: usize>(
        &mut self,
        t: V::Token,
        gemm: &mut Gemm<'_, E, G>,
        columns: [(usize, usize); NC],
        rows: core::ops::Range<usize>,
    ) {
        if self.len > 0 {
            self.finish::<V, E, G>(t, gemm);
        }
        for (unit, gate) in columns {
            if gate + 1 == G {
                self.jobs[self.len] = Job { unit, row: rows.start, end: rows.end };
                self.len += 1;
            }
        }
    }
}

/// First unit and gate of a column of sixteen lanes.
#[inline(always)]
const fn at<const G: usize>(column: usize) -> (usize, usize) {
    (column / G * 16, column % G)
}

impl<'a> Part<'a> {
    /// The rows of both sides that a tile multiplies.
    #[inline(always)]
    fn operands<V: Vector, const G: usize, const MR: usize, const NC: usize>(
        self,
        row: usize,
        columns: [(usize, usize); NC],
    ) -> ([&'a [f32]; MR], [Column<'a, V, G>; NC]) {
        let Self { product: Product { a, matrix }, from, to } = self;
        let a = array(
            #[inline(always)]
            |i| &a.row(row + i, matrix.terms)[from..to],
        );
        let panels = array(
            #[inline(always)]
            |j| (&matrix.panel::<V, G>(columns[j].0).rows[from..to], columns[j].1),
        );
        (a, panels)
    }
}
