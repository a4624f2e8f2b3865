//! The product of many rows with a packed matrix: blocked for caches and registers.
//!
//! ```text
//! LOOP 3  panels, a register tile's worth at a time         (they stay in cache)
//! LOOP 2    blocks of K                                     (sums resume from memory)
//! LOOP 1      tiles of rows
//! TILE          microkernel, then the cell's arithmetic on its sums
//! ```
//!
//! A step of a recurrence is two products into the same sums, input then state, each continuing where the other
//! stopped; they are passed together so that a tile's sums leave the registers once. What follows the product, the
//! cell's arithmetic, is an [`Epilogue`].

use super::epilogue::{Epilogue, Finish, Here};
use super::microkernel::{Sums, tile};
use super::{Matrix, Rows, RowsMut, array, load_at, store_at, widths};
use crate::simd::{Simd, Vector};
use rnn_format::{Panels, longest_pass};

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

/// A product of many rows.
pub(crate) struct Gemm<'a, E, const G: usize> {
    /// M.
    pub(crate) rows: usize,
    /// Columns of one gate.
    pub(crate) units: usize,
    /// What the sums start from.
    pub(crate) start: Start<'a>,
    /// `sums[m] = start + sum of the products' rows m`.
    pub(crate) products: [Option<Product<'a>>; 2],
    /// Rows `[gate][unit]` where the sums go, or only wait between two blocks of K if there is an epilogue.
    pub(crate) out: RowsMut<'a>,
    /// What is done with them.
    pub(crate) epilogue: E,
}

/// Most panels of a tile.
const PANELS: usize = 2;

/// One pass over the rows: some terms of each product.
#[derive(Clone, Copy)]
struct Pass<'a> {
    /// Whether sums continue from `out`.
    resume: bool,
    /// Whether they are finished after it.
    done: bool,
    /// Before which part the recurrent segment starts; past both if not in this pass.
    between: usize,
    /// The products and the first and last of their terms.
    parts: [Option<(Product<'a>, usize, usize)>; 2],
}

/// Rows of a tile of `columns` vectors, as the registers allow: a height that [`Gemm::tiles`] has. The narrow panel at the
/// end has one only.
const fn tile_rows<V: Vector>(columns: usize, halves: bool) -> usize {
    if halves {
        return <V::Token as Simd>::HALF_ROWS[columns];
    }
    if V::WIDTH < Panels::WIDTH {
        return 4;
    }
    match <V::Token as Simd>::TILE_SUMS / columns {
        8.. => 8,
        6 | 7 => 6,
        4 | 5 => 4,
        3 => 3,
        2 => 2,
        _ => 1,
    }
}

impl<E: Epilogue<G>, const G: usize> Gemm<'_, E, G> {
    /// Runs it.
    pub(crate) fn run<S: Simd>(self, s: S) {
        let Self { rows, units, start, products, out, mut epilogue } = self;
        let mut sums = Tiles { rows, units, start, products, out };
        macro_rules! blocks {
            ($v:ty, $panels:expr, $w:expr, $high:literal, $unit:expr) => {
                if const { E::HERE } {
                    sums.blocks::<$v, $panels, $w, $high, _>(s, $unit, &mut Here(&mut epilogue));
                } else {
                    let then: &mut dyn Finish<$v, G> = &mut epilogue;
                    sums.blocks::<$v, $panels, $w, $high, _>(s, $unit, then);
                }
            };
        }
        let (full, tail) = widths(units);
        let mut panel = 0;
        if const { G == 1 && S::TILE_PANELS == PANELS } {
            while panel + PANELS <= full {
                blocks!(S::V16, PANELS, G, false, panel * Panels::WIDTH);
                panel += PANELS;
            }
        }
        // Sums of several gates of sixteen units are too many for few registers: half of the units, then the others.
        macro_rules! halves {
            ($w:literal) => {
                while panel < full {
                    let unit = panel * Panels::WIDTH;
                    blocks!(S::V8, 1, $w, false, unit);
                    blocks!(S::V8, 1, $w, true, unit + S::V8::WIDTH);
                    panel += 1;
                }
            };
        }
        if const { G == 2 && S::HALF_ROWS[2] > 0 } {
            halves!(4);
        }
        if const { G == 3 && S::HALF_ROWS[3] > 0 } {
            halves!(6);
        }
        if const { G == 4 && S::HALF_ROWS[4] > 0 } {
            halves!(8);
        }
        while panel < full {
            blocks!(S::V16, 1, G, false, panel * Panels::WIDTH);
            panel += 1;
        }
        let unit = full * Panels::WIDTH;
        match tail {
            8 => blocks!(S::V8, 1, G, false, unit),
            4 => blocks!(S::V4, 1, G, false, unit),
            _ => {}
        }
    }
}

/// The sums of a product, without what is done with them: compiled once for each number of gates, not once a cell.
pub(super) struct Tiles<'a, const G: usize> {
    rows: usize,
    units: usize,
    start: Start<'a>,
    products: [Option<Product<'a>>; 2],
    out: RowsMut<'a>,
}

impl<'a, const G: usize> Tiles<'a, G> {
    /// LOOP 2: one pass if all terms fit, else a pass a block.
    fn blocks<V: Vector, const R: usize, const W: usize, const HIGH: bool, F: Finish<V, G> + ?Sized>(
        &mut self,
        t: V::Token,
        unit: usize,
        then: &mut F,
    ) {
        let whole = |p: Product<'a>| (p, 0, p.matrix.terms);
        // The bias begins an input segment, a caller's rows are a finished one.
        let first = usize::from(matches!(self.start, Start::Bias));
        let all = self.products.map(|p| p.map(whole));
        let longest = const { longest_pass(G, W > G) };
        if all.iter().flatten().map(|&(_, _, to)| to).sum::<usize>() <= longest {
            return self.tiles::<V, R, W, HIGH, F>(
                t,
                unit,
                then,
                Pass { resume: false, done: true, between: first, parts: all },
            );
        }
        let mut resume = false;
        let last = usize::from(all[1].is_some());
        for (index, part) in all.into_iter().enumerate() {
            let Some((product, _, terms)) = part else { continue };
            // A sum in several chains is never cut: its chains would not be the same. Others are cut evenly.
            let blocks = if product.matrix.chains.count() == 1 { terms.div_ceil(longest) } else { 1 };
            let block = terms.div_ceil(blocks.max(1)).max(1);
            for from in (0..terms).step_by(block) {
                let to = terms.min(from + block);
                let done = index == last && to == terms;
                let between = match (first, index) {
                    (0, 0) if from == 0 => 0,
                    (1, 0) if to == terms => 1,
                    _ => 2,
                };
                let parts = [Some((product, from, to)), None];
                self.tiles::<V, R, W, HIGH, F>(t, unit, then, Pass { resume, done, between, parts });
                resume = true;
            }
        }
    }

    /// LOOP 1: tiles of the tier's height, then smaller ones. A function of its own, in a frame of its own: all shapes
    /// of tile in one function cost the compiler minutes.
    #[inline(never)]
    fn tiles<V: Vector, const R: usize, const W: usize, const HIGH: bool, F: Finish<V, G> + ?Sized>(
        &mut self,
        t: V::Token,
        unit: usize,
        then: &mut F,
        pass: Pass<'_>,
    ) {
        t.vectorize(
            #[inline(always)]
            || {
                let mut row = 0;
                macro_rules! tiles {
                    ($mr:literal) => {
                        while row + $mr <= self.rows {
                            self.tile::<V, R, $mr, W, HIGH, F>(t, row, unit, then, pass);
                            row += $mr;
                        }
                    };
                }
                match const { tile_rows::<V>(R * G, W > G) } {
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

    /// TILE: start the sums or take them up, add the parts, finish or hold them.
    #[inline(always)]
    fn tile<
        V: Vector,
        const R: usize,
        const MR: usize,
        const W: usize,
        const HIGH: bool,
        F: Finish<V, G> + ?Sized,
    >(
        &mut self,
        t: V::Token,
        row: usize,
        unit: usize,
        then: &mut F,
        pass: Pass<'_>,
    ) {
        let mut sums = match self.start {
            Start::Bias if !pass.resume => self.biases::<V, R, MR>(t, unit),
            Start::Rows(start) if !pass.resume => load::<V, G, R, MR>(t, start, row, unit, self.units),
            _ => load::<V, G, R, MR>(t, self.out.shared(), row, unit, self.units),
        };
        if pass.between == 0 && then.is_between() {
            then.between(t, (row, unit, R), sums.as_flattened_mut());
        }
        if let Some(part) = pass.parts[0] {
            add::<V, G, W, HIGH, R, MR>(t, part, row, unit, &mut sums);
        }
        if pass.between == 1 && then.is_between() {
            then.between(t, (row, unit, R), sums.as_flattened_mut());
        }
        if let Some(part) = pass.parts[1] {
            add::<V, G, W, HIGH, R, MR>(t, part, row, unit, &mut sums);
        }
        let place = (row, unit, R);
        let sums = sums.as_flattened();
        if pass.done { then.finish(t, place, sums, self) } else { self.store(t, place, sums) }
    }

    /// Sums to memory: the result, or to wait for the next block of K.
    #[inline(always)]
    pub(super) fn store<V: Vector>(
        &mut self,
        _: V::Token,
        (row, unit, panels): (usize, usize, usize),
        sums: &[[V; G]],
    ) {
        for (i, sums) in sums.chunks_exact(panels).enumerate() {
            let out = self.out.row(row + i, G * self.units);
            for (r, sums) in sums.iter().enumerate() {
                for (g, &sum) in sums.iter().enumerate() {
                    store_at(sum, out, g * self.units + unit + r * V::WIDTH, (g + 1) * self.units);
                }
            }
        }
    }

    /// The bias in every row.
    #[inline(always)]
    fn biases<V: Vector, const R: usize, const MR: usize>(
        &self,
        t: V::Token,
        unit: usize,
    ) -> Sums<V, G, R, MR> {
        match self.products[0] {
            Some(Product { matrix, .. }) => {
                [array(
                    #[inline(always)]
                    |r| matrix.bias_of::<V, G>(t, unit + r * V::WIDTH),
                ); MR]
            }
            None => [[[V::splat(t, 0.0); G]; R]; MR],
        }
    }
}

/// A tile of rows `[gate][unit]`.
#[inline(always)]
fn load<V: Vector, const G: usize, const R: usize, const MR: usize>(
    t: V::Token,
    rows: Rows<'_>,
    row: usize,
    unit: usize,
    units: usize,
) -> Sums<V, G, R, MR> {
    let mut sums = [[[V::splat(t, 0.0); G]; R]; MR];
    if G == 1 && unit + R * V::WIDTH <= units {
        for i in 0..MR {
            let (lanes, _) = V::chunks(&rows.row(row + i, units)[unit..unit + R * V::WIDTH]);
            for r in 0..R {
                sums[i][r][0] = V::load(t, &lanes[r]);
            }
        }
        return sums;
    }
    for (i, sums) in sums.iter_mut().enumerate() {
        let lanes = rows.row(row + i, G * units);
        for (r, sums) in sums.iter_mut().enumerate() {
            for (gate, sum) in sums.iter_mut().enumerate() {
                *sum = load_at(t, lanes, gate * units + unit + r * V::WIDTH, (gate + 1) * units);
            }
        }
    }
    sums
}

/// Adds some terms of one product to a tile, in the matrix's chains.
#[inline(always)]
fn add<V: Vector, const G: usize, const W: usize, const HIGH: bool, const R: usize, const MR: usize>(
    t: V::Token,
    (product, from, to): (Product<'_>, usize, usize),
    row: usize,
    unit: usize,
    sums: &mut Sums<V, G, R, MR>,
) {
    let Product { a, matrix } = product;
    let a: [&[f32]; MR] = array(
        #[inline(always)]
        |i| &a.row(row + i, matrix.terms)[from..to],
    );
    let panels: [&[[V::Array; W]]; R] = array(
        #[inline(always)]
        |r| &matrix.rows::<V, G, W>(unit + r * V::WIDTH)[from..to],
    );
    // Several gates are sums enough side by side: only one gate alone asks for more chains.
    if const { G > 1 } {
        return tile::<V, G, W, HIGH, R, MR, false>(t, a, panels, sums);
    }
    let chains = matrix.chains.count();
    if chains == 1 {
        return tile::<V, G, W, HIGH, R, MR, false>(t, a, panels, sums);
    }
    let (terms, length) = (to - from, (to - from).div_ceil(chains));
    for chain in 0..chains {
        let range = terms.min(chain * length)..terms.min((chain + 1) * length);
        let a = array(
            #[inline(always)]
            |i| &a[i][range.clone()],
        );
        let panels = array(
            #[inline(always)]
            |r| &panels[r][range.clone()],
        );
        if chain == 0 {
            tile::<V, G, W, HIGH, R, MR, false>(t, a, panels, sums);
        } else {
            tile::<V, G, W, HIGH, R, MR, true>(t, a, panels, sums);
        }
    }
}
