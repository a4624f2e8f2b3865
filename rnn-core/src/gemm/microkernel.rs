//! The register tile: `MR` rows of the batch by `NC` columns of the packed matrix, each sum in `C` chains.
//!
//! Per term it loads `NC` vectors of weights, broadcasts `MR` values and issues `MR * NC` multiply-adds; the
//! caller chooses the shape so that sums, weights and a broadcast fit the register file. Chains run side by side, for
//! a chain apart would need its sums twice. All slices of a chain have the same length, checked once before the
//! loop, so the loop itself has no bound to check and needs no `unsafe`.
//!
//! Every [`EVERY`] terms the tile calls `aside`, which does a vector's worth of other work (the activation of an
//! earlier tile): its shuffles and integer operations run beside the multiply-adds instead of after them.

use super::array;
use crate::simd::Vector;

/// One column of the tile: a panel's rows and the gate to read in each.
pub(super) type Column<'w, V, const G: usize> = (&'w [[<V as Vector>::Array; G]], usize);

/// Terms from one call of `aside` to the next: 64 multiply-adds of the largest tile, several times the work of one call.
const EVERY: usize = 4;

/// `acc[i][j] += sum over k of a[i][k] * columns[j].0[k][columns[j].1]`, k ascending in each chain; chain 0 starts from
/// `acc`, the others from +0, and they are joined left to right.
#[inline(always)]
pub(super) fn tile<V: Vector, const G: usize, const MR: usize, const NC: usize, const C: usize>(
    t: V::Token,
    a: [&[f32]; MR],
    columns: [Column<'_, V, G>; NC],
    acc: &mut [[V; NC]; MR],
    mut aside: impl FnMut(),
) {
    let terms = a[0].len();
    let length = terms.div_ceil(C);
    // The last chain may be shorter than the others: all run side by side as far as it goes.
    let lead = terms - terms.min((C - 1) * length);
    let a_at: [[&[f32]; MR]; C] = array(
        #[inline(always)]
        |c| {
            array(
                #[inline(always)]
                |i| &a[i][terms.min(c * length)..terms.min((c + 1) * length)],
            )
        },
    );
    let w_at: [[&[[V::Array; G]]; NC]; C] = array(
        #[inline(always)]
        |c| {
            array(
                #[inline(always)]
                |j| &columns[j].0[terms.min(c * length)..terms.min((c + 1) * length)],
            )
        },
    );
    let gates: [usize; NC] = array(
        #[inline(always)]
        |j| columns[j].1,
    );
    for gate in gates {
        assert!(gate < G, "a gate of the matrix");
    }

    let mut sums = [[[V::splat(t, 0.0); NC]; MR]; C];
    sums[0] = *acc;
    let blocks = lead / EVERY;
    let a_blocks: [[&[[f32; EVERY]]; MR]; C] = array(
        #[inline(always)]
        |c| {
            array(
                #[inline(always)]
                |i| &a_at[c][i].as_chunks().0[..blocks],
            )
        },
    );
    let w_blocks: [[&[[[V::Array; G]; EVERY]]; NC]; C] = array(
        #[inline(always)]
        |c| {
            array(
                #[inline(always)]
                |j| &w_at[c][j].as_chunks().0[..blocks],
            )
        },
    );
    for block in 0..blocks {
        for k in 0..EVERY {
            for c in 0..C {
                let weights: [V; NC] = array(
                    #[inline(always)]
                    |j| V::load(t, &w_blocks[c][j][block][k][gates[j]]),
                );
                for i in 0..MR {
                    let x = V::splat(t, a_blocks[c][i][block][k]);
                    for j in 0..NC {
                        sums[c][i][j] = x.mul_add(weights[j], sums[c][i][j]);
                    }
                }
            }
        }
        aside();
    }
    for c in 0..C {
        let end = w_at[c][0].len();
        let a: [&[f32]; MR] = array(
            #[inline(always)]
            |i| &a_at[c][i][..end],
        );
        let w: [&[[V::Array; G]]; NC] = array(
            #[inline(always)]
            |j| &w_at[c][j][..end],
        );
        for k in blocks * EVERY..end {
            let weights: [V; NC] = array(
                #[inline(always)]
                |j| V::load(t, &w[j][k][gates[j]]),
            );
            for i in 0..MR {
                let x = V::splat(t, a[i][k]);
                for j in 0..NC {
                    sums[c][i][j] = x.mul_add(weights[j], sums[c][i][j]);
                }
            }
        }
    }

    *acc = sums[0];
    for sum in &sums[1..] {
        for i in 0..MR {
            for j in 0..NC {
                acc[i][j] = acc[i][j] + sum[i][j];
            }
        }
    }
}
