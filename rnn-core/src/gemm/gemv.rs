//! The matrix-vector product of one step, sums kept in registers.
//!
//! ```text
//! for each group of up to four panels:            (four sums or more hide the multiply-add's latency)
//!     acc = what the caller starts from
//!     for k: acc[panel][gate] += x[k] * row[panel][k][gate]
//!     the caller's arithmetic on acc, still in registers
//! ```

use super::{Chains, array, widths};
use crate::simd::{Simd, Vector};

/// What is done with each group of panels; [`walk`] chooses the groups.
pub(crate) trait Group {
    /// `R` panels of `V::WIDTH` units each, the first starting at `unit`.
    fn group<V: Vector, const R: usize>(&mut self, t: V::Token, unit: usize)
    where
        V::Token: Simd;
}

/// Visits all units in groups of four, three, two or one panels of sixteen, then the narrow panel if any.
#[inline(always)]
pub(crate) fn walk<S: Simd>(s: S, units: usize, body: &mut impl Group) {
    let (full, tail) = widths(units);
    let mut panel = 0;
    while panel + 4 <= full {
        body.group::<S::V16, 4>(s, panel * 16);
        panel += 4;
    }
    match full - panel {
        3 => body.group::<S::V16, 3>(s, panel * 16),
        2 => body.group::<S::V16, 2>(s, panel * 16),
        1 => body.group::<S::V16, 1>(s, panel * 16),
        _ => {}
    }
    match tail {
        8 => body.group::<S::V8, 1>(s, full * 16),
        4 => body.group::<S::V4, 1>(s, full * 16),
        _ => {}
    }
}

/// Whether [`walk`] makes one group of all units: then a state may be overwritten in place.
#[inline(always)]
pub(crate) fn is_one_group(units: usize) -> bool {
    let (full, tail) = widths(units);
    (full <= 4 && tail == 0) || full == 0
}

/// `acc[r][g] += sum over k of x[k] * rows[r][k][g]`, cut into `chains`.
#[inline(always)]
pub(crate) fn accumulate<V: Vector, const G: usize, const R: usize>(
    t: V::Token,
    rows: [&[[V::Array; G]]; R],
    x: &[f32],
    chains: Chains,
    acc: [[V; G]; R],
) -> [[V; G]; R] {
    match chains {
        Chains::One => in_chains::<V, G, R, 1>(t, rows, x, acc),
        Chains::Two => in_chains::<V, G, R, 2>(t, rows, x, acc),
        Chains::Four => in_chains::<V, G, R, 4>(t, rows, x, acc),
    }
}

/// All chains run side by side as far as the shortest goes, then each to its end.
#[inline(always)]
fn in_chains<V: Vector, const G: usize, const R: usize, const C: usize>(
    t: V::Token,
    rows: [&[[V::Array; G]]; R],
    x: &[f32],
    acc: [[V; G]; R],
) -> [[V; G]; R] {
    let terms = x.len();
    let length = terms.div_ceil(C);
    let mut sums = [[[V::splat(t, 0.0); G]; R]; C];
    sums[0] = acc;
    let common = terms.min(C * length) - terms.min((C - 1) * length);
    let lead: [&[f32]; C] = array(
        #[inline(always)]
        |j| &x[terms.min(j * length)..][..common],
    );
    let lead_rows: [[&[[V::Array; G]]; R]; C] = array(
        #[inline(always)]
        |j| {
            array(
                #[inline(always)]
                |r| &rows[r][terms.min(j * length)..][..common],
            )
        },
    );
    for k in 0..common {
        for j in 0..C {
            let xk = V::splat(t, lead[j][k]);
            for r in 0..R {
                for g in 0..G {
                    sums[j][r][g] = xk.mul_add(V::load(t, &lead_rows[j][r][k][g]), sums[j][r][g]);
                }
            }
        }
    }
    if C > 1 {
        for j in 0..C {
            for k in terms.min(j * length) + common..terms.min((j + 1) * length) {
                let xk = V::splat(t, x[k]);
                for r in 0..R {
                    for g in 0..G {
                        sums[j][r][g] = xk.mul_add(V::load(t, &rows[r][k][g]), sums[j][r][g]);
                    }
                }
            }
        }
    }

    let mut acc = sums[0];
    for sum in &sums[1..] {
        for r in 0..R {
            for g in 0..G {
                acc[r][g] = acc[r][g] + sum[r][g];
            }
        }
    }
    acc
}
