//! The matrix-vector product of one step, sums kept in registers.
//!
//! ```text
//! for each group of panels:                       (eight sums hide the multiply-add's latency)
//!     acc = what the caller starts from
//!     for k: acc[panel][gate] += x[k] * row[panel][k][gate]
//!     the caller's arithmetic on acc, still in registers
//! ```

use super::{array, widths};
use crate::dims::Dims;
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

/// Whether [`walk`] may come to groups of `panels` where the most side by side are `most` and the compiler knows the units,
/// if not 0.
const fn comes(panels: usize, most: usize, units: usize) -> bool {
    let full = widths(units).0;
    panels <= most
        && if units == 0 {
            true
        } else if 2 * panels > most {
            full >= panels
        } else {
            full % (2 * panels) >= panels
        }
}

/// Visits all units: groups of panels of sixteen as wide as the registers allow, then the narrow panel if any.
#[inline(always)]
pub(crate) fn walk<S: Simd, D: Dims, const G: usize, const C: usize>(
    s: S,
    units: usize,
    body: &mut impl Group,
) {
    let (full, tail) = widths(units);
    let mut panel = 0;
    macro_rules! groups {
        ($r:literal) => {
            if const { comes($r, side_by_side(S::STEP_SUMS, G, C), D::UNITS) } {
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
    macro_rules! narrow {
        ($lanes:literal $vector:ident) => {
            if const { D::UNITS == 0 || widths(D::UNITS).1 == $lanes } && tail == $lanes {
                apart(
                    s,
                    #[inline(always)]
                    || body.group::<S::$vector, 1, C>(s, full * 16),
                );
            }
        };
    }
    narrow!(8 V8);
    narrow!(4 V4);
}

/// Whether [`walk`] makes one group of all units: then a state may be overwritten in place.
#[inline(always)]
pub(crate) fn is_one_group<S: Simd, const G: usize, const C: usize>(units: usize) -> bool {
    let (full, tail) = widths(units);
    let most = side_by_side(S::STEP_SUMS, G, C);
    full == 0 || tail == 0 && full <= most && full.is_power_of_two()
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

#[cfg(test)]
mod tests {
    use super::{comes, widths};

    /// A group that was left out would leave its units without a value.
    #[test]
    fn groups_that_come_are_those_of_the_walk() {
        for units in 1..=300 {
            for most in 1..=8 {
                let mut left = widths(units).0;
                for panels in [8, 4, 2, 1].into_iter().filter(|&panels| panels <= most) {
                    assert_eq!(
                        comes(panels, most, units),
                        left >= panels,
                        "{panels} of {most}, {units} units"
                    );
                    left %= panels;
                }
                assert_eq!(left, 0, "{most}, {units} units");
            }
        }
        assert!(comes(4, 4, 0) && !comes(8, 4, 0), "any, if the units are not known");
    }
}
