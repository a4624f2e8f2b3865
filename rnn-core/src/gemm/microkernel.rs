//! The register tile: `MR` rows of the batch by `R` panels of the packed matrix, all `G` gates of each.
//!
//! Per term it loads `R * G` vectors of weights, broadcasts `MR` values and issues `MR * R * G` multiply-adds. The fewer of
//! the two stay in registers while the others pass one by one; the caller chooses the shape so that these, the sums and one of
//! the others fit the register file.
//!
//! How the sums are made to stay in registers: the compiler promotes an array only if every index into it is a
//! constant from the beginning, so rows, panels and gates are written out by [`unrolled`] and not looped over, and
//! the sums of the loop are a local copy that nothing else touches. The loop over terms must not be unrolled by
//! hand: LLVM then loads all broadcasts of a round first and spills them.

use super::array;
use crate::simd::Vector;

/// The sums of a tile, `[row][panel][gate]`.
pub(super) type Sums<V, const G: usize, const R: usize, const MR: usize> = [Row<V, G, R>; MR];

/// The sums of a row of the tile, `[panel][gate]`.
type Row<V, const G: usize, const R: usize> = [[V; G]; R];

/// The body once for each index below `$n`, which is a constant of at most 8, or `R`, of at most 2. Two levels deep at most,
/// for what is not below `$n` is an empty block to the compiler, and 512 of them a kernel were most of its work.
macro_rules! unrolled {
    ($i:ident < R => $body:block) => {
        unrolled!(@ $i R $body 0 1)
    };
    ($i:ident < $n:ident => $body:block) => {
        unrolled!(@ $i $n $body 0 1 2 3 4 5 6 7)
    };
    (@ $i:ident $n:ident $body:block $($at:literal)*) => {{
        $(if const { $at < $n } {
            let $i: usize = $at;
            $body
        })*
    }};
}

/// `sums[i][r][g] += sum over k of a[i][k] * panels[r][k][g]`, k ascending: continued from `sums`, or, with `CHAIN`,
/// started from +0 and joined to them. Every slice is as long as `a[0]` at least. A row of a panel has `W` vectors: one
/// a gate, or two, of which the sums are those of the first or, with `HIGH`, of the second.
#[inline(always)]
pub(super) fn tile<
    V: Vector,
    const G: usize,
    const W: usize,
    const HIGH: bool,
    const R: usize,
    const MR: usize,
    const CHAIN: bool,
>(
    t: V::Token,
    a: [&[f32]; MR],
    panels: [&[[V::Array; W]]; R],
    sums: &mut Sums<V, G, R, MR>,
) {
    const { assert!(MR <= 8 && R <= 2 && G <= 8, "as far as `unrolled` counts") };
    // Not a constant assertion: those are evaluated for branches that are never taken, too.
    debug_assert!(W == G && !HIGH || W == 2 * G, "whole vectors or halves");
    let terms = a[0].len();
    // Checked once: the loop has no bound left to check.
    let a: [&[f32]; MR] = array(
        #[inline(always)]
        |i| &a[i][..terms],
    );
    let panels: [&[[V::Array; W]]; R] = array(
        #[inline(always)]
        |r| &panels[r][..terms],
    );
    let zero = V::splat(t, 0.0);
    let mut own = [[[zero; G]; R]; MR];
    if !CHAIN {
        unrolled!(i < MR => { assign(&mut own[i], &sums[i]) });
    }
    for k in 0..terms {
        if const { MR < R * G } {
            let mut x = [zero; MR];
            unrolled!(i < MR => { x[i] = V::splat(t, a[i][k]); });
            unrolled!(r < R => { unrolled!(g < G => {
                let weights = V::load(t, &panels[r][k][g * (W / G) + usize::from(HIGH)]);
                add_column(&x, weights, &mut own, r, g);
            }); });
        } else {
            let mut weights = [[zero; G]; R];
            unrolled!(r < R => { unrolled!(g < G => {
                weights[r][g] = V::load(t, &panels[r][k][g * (W / G) + usize::from(HIGH)]);
            }); });
            unrolled!(i < MR => { add_row(V::splat(t, a[i][k]), &weights, &mut own[i]) });
        }
    }
    unrolled!(i < MR => {
        if CHAIN {
            join(&mut sums[i], &own[i]);
        } else {
            assign(&mut sums[i], &own[i]);
        }
    });
}

#[inline(always)]
fn assign<V: Vector, const G: usize, const R: usize>(to: &mut Row<V, G, R>, from: &Row<V, G, R>) {
    unrolled!(r < R => { unrolled!(g < G => { to[r][g] = from[r][g]; }) });
}

#[inline(always)]
fn join<V: Vector, const G: usize, const R: usize>(to: &mut Row<V, G, R>, from: &Row<V, G, R>) {
    unrolled!(r < R => { unrolled!(g < G => { to[r][g] = to[r][g] + from[r][g]; }) });
}

#[inline(always)]
fn add_row<V: Vector, const G: usize, const R: usize>(x: V, weights: &Row<V, G, R>, sums: &mut Row<V, G, R>) {
    unrolled!(r < R => { unrolled!(g < G => { sums[r][g] = x.mul_add(weights[r][g], sums[r][g]); }) });
}

#[inline(always)]
fn add_column<V: Vector, const G: usize, const R: usize, const MR: usize>(
    x: &[V; MR],
    weights: V,
    sums: &mut Sums<V, G, R, MR>,
    r: usize,
    g: usize,
) {
    unrolled!(i < MR => { sums[i][r][g] = x[i].mul_add(weights, sums[i][r][g]); });
}
