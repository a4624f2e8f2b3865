//! What follows a product of many rows: the cell's arithmetic on the sums of each tile.
//!
//! An [`Epilogue`] works on one vector of units of one row. [`Finish`] takes it through a tile, called once a tile so that tiles
//! are compiled once for each number of gates and not once a cell; [`Here`] is the epilogue compiled into them.

use super::blocked::Tiles;
use crate::simd::{Simd, Vector};

/// What is done with sums, one vector of units of one row at a time.
pub(crate) trait Epilogue<const G: usize> {
    /// Whether there is anything to do with finished sums, else they are the result.
    const SOME: bool;
    /// Whether there is something to do between what is the input's and what is the state's.
    const BETWEEN: bool = false;
    /// Whether it is compiled into the tiles, else called for each. A tile of few multiply-adds feels the call (windows of a
    /// simple cell of 64 units reach 67 % of the peak with it, 70 % without, Zen 4); but each epilogue compiled in has
    /// its own copy of all tiles.
    const HERE: bool = false;
    /// The sums with which the recurrent segment starts, of those the input segment ended with.
    #[inline(always)]
    fn between<V: Vector>(&mut self, t: V::Token, row: usize, unit: usize, sums: [V; G]) -> [V; G] {
        let _ = (t, row, unit);
        sums
    }
    /// Whether [`Epilogue::vector`] takes its short way; asked once a tile.
    #[inline(always)]
    fn is_usual(&self) -> bool {
        true
    }
    /// The units from `unit` on of one row, all gates.
    fn vector<V: Vector, const USUAL: bool>(&mut self, t: V::Token, row: usize, unit: usize, sums: [V; G]);
}

/// The sums are the result.
pub(crate) struct Plain;

impl<const G: usize> Epilogue<G> for Plain {
    const SOME: bool = false;
    #[inline(always)]
    fn vector<V: Vector, const USUAL: bool>(&mut self, _: V::Token, _: usize, _: usize, _: [V; G]) {}
}

/// What is done with the sums of a tile: one call a tile, which costs nothing beside its multiply-adds. A tile stands at
/// (row, unit, panels side by side); its sums are those of row after row.
pub(super) trait Finish<V: Vector, const G: usize> {
    /// Whether [`Finish::between`] does anything.
    fn is_between(&self) -> bool;
    /// [`Epilogue::between`].
    fn between(&mut self, t: V::Token, place: (usize, usize, usize), sums: &mut [[V; G]]);
    /// [`Epilogue::vector`], or the sums to memory.
    fn finish(
        &mut self,
        t: V::Token,
        place: (usize, usize, usize),
        sums: &[[V; G]],
        tiles: &mut Tiles<'_, G>,
    );
}

impl<V: Vector, E: Epilogue<G>, const G: usize> Finish<V, G> for E {
    fn is_between(&self) -> bool {
        E::BETWEEN
    }

    fn between(&mut self, t: V::Token, place: (usize, usize, usize), sums: &mut [[V; G]]) {
        t.vectorize(
            #[inline(always)]
            || between(self, t, place, sums),
        );
    }

    fn finish(
        &mut self,
        t: V::Token,
        place: (usize, usize, usize),
        sums: &[[V; G]],
        tiles: &mut Tiles<'_, G>,
    ) {
        t.vectorize(
            #[inline(always)]
            || finish(self, t, place, sums, tiles),
        );
    }
}

/// An epilogue compiled into the tiles.
pub(super) struct Here<'a, E>(pub(super) &'a mut E);

impl<V: Vector, E: Epilogue<G>, const G: usize> Finish<V, G> for Here<'_, E> {
    #[inline(always)]
    fn is_between(&self) -> bool {
        E::BETWEEN
    }

    #[inline(always)]
    fn between(&mut self, t: V::Token, place: (usize, usize, usize), sums: &mut [[V; G]]) {
        between(self.0, t, place, sums);
    }

    #[inline(always)]
    fn finish(
        &mut self,
        t: V::Token,
        place: (usize, usize, usize),
        sums: &[[V; G]],
        tiles: &mut Tiles<'_, G>,
    ) {
        finish(self.0, t, place, sums, tiles);
    }
}

#[inline(always)]
fn between<V: Vector, E: Epilogue<G>, const G: usize>(
    epilogue: &mut E,
    t: V::Token,
    (row, unit, panels): (usize, usize, usize),
    sums: &mut [[V; G]],
) {
    for (i, sums) in sums.chunks_exact_mut(panels).enumerate() {
        for (r, sums) in sums.iter_mut().enumerate() {
            *sums = epilogue.between(t, row + i, unit + r * V::WIDTH, *sums);
        }
    }
}

#[inline(always)]
fn finish<V: Vector, E: Epilogue<G>, const G: usize>(
    epilogue: &mut E,
    t: V::Token,
    (row, unit, panels): (usize, usize, usize),
    sums: &[[V; G]],
    tiles: &mut Tiles<'_, G>,
) {
    if !E::SOME {
        return tiles.store(t, (row, unit, panels), sums);
    }
    let usual = epilogue.is_usual();
    for (i, sums) in sums.chunks_exact(panels).enumerate() {
        if usual {
            for (r, &sums) in sums.iter().enumerate() {
                epilogue.vector::<V, true>(t, row + i, unit + r * V::WIDTH, sums);
            }
        } else {
            for (r, &sums) in sums.iter().enumerate() {
                epilogue.vector::<V, false>(t, row + i, unit + r * V::WIDTH, sums);
            }
        }
    }
}
