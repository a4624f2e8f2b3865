//! The register tile: `MR` rows of the batch by `NC` columns of the packed matrix, sums in registers.
//!
//! Per term it loads `NC` vectors of weights, broadcasts `MR` values and issues `MR * NC` multiply-adds; the
//! caller chooses the shape so that sums, weights and a broadcast fit the register file. All slices have the
//! same length, checked once before the loop, so the loop itself has no bound to check and needs no `unsafe`.

use super::array;
use crate::simd::Vector;

/// One column of the tile: a panel's rows and the gate to read in each.
pub(super) type Column<'w, V, const G: usize> = (&'w [[<V as Vector>::Array; G]], usize);

/// `acc[i][j] += sum over k of a[i][k] * columns[j].0[k][columns[j].1]`, k ascending.
#[inline(always)]
pub(super) fn tile<V: Vector, const G: usize, const MR: usize, const NC: usize>(
    t: V::Token,
    a: [&[f32]; MR],
    columns: [Column<'_, V, G>; NC],
    acc: &mut [[V; NC]; MR],
) {
    let terms = a[0].len();
    let a: [&[f32]; MR] = array(
        #[inline(always)]
        |i| &a[i][..terms],
    );
    let columns: [Column<'_, V, G>; NC] = array(
        #[inline(always)]
        |j| (&columns[j].0[..terms], columns[j].1),
    );
    for (_, gate) in columns {
        assert!(gate < G, "a gate of the matrix");
    }
    let mut sums = *acc;
    for k in 0..terms {
        let mut weights = [V::splat(t, 0.0); NC];
        for j in 0..NC {
            weights[j] = V::load(t, &columns[j].0[k][columns[j].1]);
        }
        for i in 0..MR {
            let x = V::splat(t, a[i][k]);
            for j in 0..NC {
                sums[i][j] = x.mul_add(weights[j], sums[i][j]);
            }
        }
    }
    *acc = sums;
}
