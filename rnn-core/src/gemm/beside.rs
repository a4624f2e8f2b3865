//! The matrix-vector product of sizes the compiler knows: the sums of full panels and of a narrow one side by side, so that
//! the few sums of the one wait beside those of the other.
//!
//! The order of each sum is that of [`gemv`](super::gemv).

use crate::simd::{Narrow, Simd, Vector, Wide};

/// Something for each of `R` panels sixteen wide and of `N` narrow ones.
pub(crate) type Both<A, B, const R: usize, const N: usize> = ([A; R], [B; N]);

/// Rows of the panels' weights.
pub(crate) type BothRows<'w, W, T, const G: usize, const R: usize, const N: usize> =
    Both<&'w [[<W as Vector>::Array; G]], &'w [[<T as Vector>::Array; G]], R, N>;

/// `sums += sum over k of x[k] * rows[k]` in `C` chains: all run side by side as far as the shortest goes, then each to its
/// end.
#[inline(always)]
pub(crate) fn accumulate<
    S: Simd,
    W: Wide<Token = S>,
    T: Narrow<Token = S>,
    const G: usize,
    const R: usize,
    const N: usize,
    const C: usize,
>(
    s: S,
    (mut wide_rows, mut narrow_rows): BothRows<'_, W, T, G, R, N>,
    x: &[f32],
    sums: Both<[W; G], [T; G], R, N>,
) -> Both<[W; G], [T; G], R, N> {
    let terms = x.len();
    let length = terms.div_ceil(C);
    for rows in &mut wide_rows {
        *rows = &rows[..terms];
    }
    for rows in &mut narrow_rows {
        *rows = &rows[..terms];
    }
    let rows = (wide_rows, narrow_rows);
    let (mut wide, mut narrow) = ([[[W::splat(s, 0.0); G]; R]; C], [[[T::splat(s, 0.0); G]; N]; C]);
    (wide[0], narrow[0]) = sums;
    let common = terms.min(C * length) - terms.min((C - 1) * length);
    for k in 0..common {
        for j in 0..C {
            let k = terms.min(j * length) + k;
            add::<S, W, T, G, R, N>(s, x[k], rows, k, &mut wide[j], &mut narrow[j]);
        }
    }
    if C > 1 {
        for j in 0..C {
            for k in terms.min(j * length) + common..terms.min((j + 1) * length) {
                add::<S, W, T, G, R, N>(s, x[k], rows, k, &mut wide[j], &mut narrow[j]);
            }
        }
    }
    W::together(wide.as_flattened_mut().as_flattened_mut());
    T::together(narrow.as_flattened_mut().as_flattened_mut());
    let mut sums = (wide[0], narrow[0]);
    for j in 1..C {
        for g in 0..G {
            for r in 0..R {
                sums.0[r][g] = sums.0[r][g] + wide[j][r][g];
            }
            for n in 0..N {
                sums.1[n][g] = sums.1[n][g] + narrow[j][n][g];
            }
        }
    }
    sums
}

/// Term `k` into the sums of a chain.
#[inline(always)]
fn add<S: Simd, W: Wide<Token = S>, T: Narrow<Token = S>, const G: usize, const R: usize, const N: usize>(
    s: S,
    x: f32,
    (wide_rows, narrow_rows): BothRows<'_, W, T, G, R, N>,
    k: usize,
    wide: &mut [[W; G]; R],
    narrow: &mut [[T; G]; N],
) {
    let x = W::splat(s, x);
    for r in 0..R {
        for g in 0..G {
            wide[r][g] = x.mul_add(W::load(s, &wide_rows[r][k][g]), wide[r][g]);
        }
    }
    if const { N > 0 } {
        // The lanes of the other, for loading them again would be a broadcast more.
        let x = T::first(x.halves().0);
        for n in 0..N {
            for g in 0..G {
                narrow[n][g] = x.mul_add(T::load(s, &narrow_rows[n][k][g]), narrow[n][g]);
            }
        }
    }
}
