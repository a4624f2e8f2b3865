//! The matrix-vector product of one step, sums kept in registers.
//!
//! ```text
//! for each group of panels:                       (eight sums hide the multiply-add's latency)
//!     acc = what the caller starts from
//!     for k: acc[panel][gate] += x[k] * row[panel][k][gate]
//!     the caller's arithmetic on acc, still in registers
//! ```

use super::{array, widths};
use crate::simd::{Simd, Vector, apart};

/// What is done with each group of panels; [`walk`] chooses the groups.
pub(crate) trait Group {
    /// `R` panels of `V::WIDTH` units each, the first starting at `unit`, with sums of `C` chains.
    fn group<V: Vector, const R: usize, const C: usize>(&mut self, t: V::Token, unit: usize);
}

/// Panels of `gates` gates whose sums of `chains` chains a step keeps in registers side by side.
const fn side_by_side(sums: usize, gates: usize, chains: usize) -> usize {
    match sums / (gates * chains) {
        0 => 1,
        8.. => 8,
        panels => panels,
    }
}

/// Visits all units: groups of panels of sixteen as wide as the registers allow, then the narrow panel if any.
#[inline(always)]
pub(crate) fn walk<S: Simd, const G: usize, const C: usize>(s: S, units: usize, body: &mut impl Group) {
    let (full, tail) = widths(units);
    let mut panel = 0;
    macro_rules! groups {
        ($r:literal) => {
            if const { side_by_side(S::STEP_SUMS, G, C) >= $r } {
                while panel + $r <= full {
                    apart(
                        s,
                        #[inline(always)]
                        || body.group::<S::V16, $r, C>(s, panel * 16),
                    );
                    panel += $r;
                }
            }
        };
    }
    groups!(8);
    groups!(4);
    groups!(2);
    groups!(1);
    match tail {
        8 => apart(
            s,
            #[inline(always)]
            || body.group::<S::V8, 1, C>(s, full * 16),
        ),
        4 => apart(
            s,
            #[inline(always)]
            || body.group::<S::V4, 1, C>(s, full * 16),
        ),
        _ => {}
    }
}

/// Whether [`walk`] makes one group of all units: then a state may be overwritten in place.
#[inline(always)]
pub(crate) fn is_one_group<S: Simd, const G: usize, const C: usize>(units: usize) -> bool {
    let (full, tail) = widths(units);
    let most = side_by_side(S::STEP_SUMS, G, C);
    full == 0 || tail == 0 && full <= most && full.is_power_of_two()
}

/// Rows of `R` panels sixteen wide and of `N` narrow ones.
pub(crate) type BothRows<'w, S, T, const G: usize, const R: usize, const N: usize> = (
    [&'w [[<<S as Simd>::V16 as Vector>::Array; G]]; R],
    [&'w [[<T as Vector>::Array; G]]; N],
);

/// Sums of the same.
pub(crate) type BothSums<S, T, const G: usize, const R: usize, const N: usize> =
    ([[<S as Simd>::V16; G]; R], [[T; G]; N]);

/// [`accumulate`] of panels sixteen wide and of narrow ones side by side.
#[inline(always)]
pub(crate) fn accumulate_both<
    S: Simd,
    T: Vector<Token = S>,
    const G: usize,
    const R: usize,
    const N: usize,
    const C: usize,
>(
    s: S,
    rows: BothRows<'_, S, T, G, R, N>,
    x: &[f32],
    acc: BothSums<S, T, G, R, N>,
) -> BothSums<S, T, G, R, N> {
    let terms = x.len();
    let length = terms.div_ceil(C);
    let mut wide_sums = [[[S::V16::splat(s, 0.0); G]; R]; C];
    let mut narrow_sums = [[[T::splat(s, 0.0); G]; N]; C];
    (wide_sums[0], narrow_sums[0]) = acc;
    let (wide, narrow) = rows;
    let wide: [&[[_; G]]; R] = array_or(
        #[inline(always)]
        |r| &wide[r][..terms],
        &[],
    );
    let narrow: [&[[_; G]]; N] = array_or(
        #[inline(always)]
        |n| &narrow[n][..terms],
        &[],
    );
    let rows = (wide, narrow);
    // All chains run side by side as far as the shortest goes, then each to its end.
    let common = terms.min(C * length) - terms.min((C - 1) * length);
    for k in 0..common {
        for j in 0..C {
            let k = terms.min(j * length) + k;
            add(s, x[k], rows, k, (&mut wide_sums[j], &mut narrow_sums[j]));
        }
    }
    if C > 1 {
        for j in 0..C {
            for k in terms.min(j * length) + common..terms.min((j + 1) * length) {
                add(s, x[k], rows, k, (&mut wide_sums[j], &mut narrow_sums[j]));
            }
        }
    }
    S::V16::together(wide_sums.as_flattened_mut().as_flattened_mut());
    T::together(narrow_sums.as_flattened_mut().as_flattened_mut());
    let (mut wide, mut narrow) = (wide_sums[0], narrow_sums[0]);
    for j in 1..C {
        for g in 0..G {
            for r in 0..R {
                wide[r][g] = wide[r][g] + wide_sums[j][r][g];
            }
            for n in 0..N {
                narrow[n][g] = narrow[n][g] + narrow_sums[j][n][g];
            }
        }
    }
    (wide, narrow)
}

/// Term `k` into the sums of a chain.
#[inline(always)]
fn add<S: Simd, T: Vector<Token = S>, const G: usize, const R: usize, const N: usize>(
    s: S,
    xk: f32,
    (wide, narrow): BothRows<'_, S, T, G, R, N>,
    k: usize,
    (wide_sums, narrow_sums): (&mut [[S::V16; G]; R], &mut [[T; G]; N]),
) {
    let x = S::V16::splat(s, xk);
    for r in 0..R {
        for g in 0..G {
            wide_sums[r][g] = x.mul_add(S::V16::load(s, &wide[r][k][g]), wide_sums[r][g]);
        }
    }
    let x = T::splat(s, xk);
    for n in 0..N {
        for g in 0..G {
            narrow_sums[n][g] = x.mul_add(T::load(s, &narrow[n][k][g]), narrow_sums[n][g]);
        }
    }
}

/// An array of `f(0), f(1), ..`, which may be empty: then `f` is not called.
#[inline(always)]
fn array_or<T: Copy, const N: usize>(f: impl Fn(usize) -> T, none: T) -> [T; N] {
    let mut all = [none; N];
    for (i, item) in all.iter_mut().enumerate() {
        *item = f(i);
    }
    all
}

/// `acc[r][g] += sum over k of x[k] * rows[r][k][g]` in `C` chains: all run side by side as far as the shortest goes,
/// then each to its end.
#[inline(always)]
pub(crate) fn accumulate<V: Vector, const G: usize, const R: usize, const C: usize>(
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
