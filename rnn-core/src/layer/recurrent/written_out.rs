//! One step of one stream where the compiler knows every size: trip counts, offsets and tails are constants, and all that
//! could go wrong is asked before the first product, for a branch between two products parts what should run side by side.
//!
//! ```text
//! for each group of panels, most often one of them all:
//!     gates = b + U x + W h                 all panels and the narrow one side by side, sums in registers
//!     c, the new h = the cell over them
//! h = the new h                             from registers
//! ```

use super::gated::{Gated, Matrices};
use super::{Input, Recurrent};
use crate::cell::{Cell, State, Sums};
use crate::dims::Dims;
use crate::gemm::gemv::accumulate_both;
use crate::gemm::{load_at, store_at, widths};
use crate::simd::{Simd, Vector};
use core::marker::PhantomData;

/// The step of a cell whose activations are compiled in, without projection or delay.
#[inline(always)]
pub(super) fn step<S: Simd, C: Cell<G>, D: Dims, const G: usize, const CHAINS: usize>(
    layer: &Recurrent<Gated<C, G>, D>,
    s: S,
    weights: &[f32],
    input: Input<'_>,
    h: &mut [f32],
    c: &mut [f32],
    y: Option<&mut [f32]>,
) {
    macro_rules! choose {
        ($($full:literal)*) => {$(
            if const { widths(D::UNITS).0 == $full } {
                if const { widths(D::UNITS).1 == 4 } {
                    return all::<S, C, D, S::V4, G, CHAINS, $full, 1>(layer, s, weights, input, h, c, y);
                }
                if const { widths(D::UNITS).1 == 8 } {
                    return all::<S, C, D, S::V8, G, CHAINS, $full, 1>(layer, s, weights, input, h, c, y);
                }
                return all::<S, C, D, S::V4, G, CHAINS, $full, 0>(layer, s, weights, input, h, c, y);
            }
        )*};
    }
    choose!(0 1 2 3 4);
}

/// Whether the sums of `full` panels and `narrow` narrow ones stay in registers.
const fn fit<S: Simd>(sums: usize, full: usize, narrow: usize) -> bool {
    sums * (full * S::V16::REGISTERS + narrow) <= S::STEP_REGISTERS
}

/// Where `R` panels of sixteen units and `N` narrow ones of `T::WIDTH` make all units.
#[inline(always)]
fn all<
    S: Simd,
    C: Cell<G>,
    D: Dims,
    T: Vector<Token = S>,
    const G: usize,
    const CHAINS: usize,
    const R: usize,
    const N: usize,
>(
    layer: &Recurrent<Gated<C, G>, D>,
    s: S,
    weights: &[f32],
    input: Input<'_>,
    h: &mut [f32],
    c: &mut [f32],
    y: Option<&mut [f32]>,
) {
    let hidden = layer.hidden();
    let (h, c) = (&mut h[..hidden], if C::MEMORY { &mut c[..hidden] } else { &mut [] });
    let y = match y {
        Some(y) => Some(&mut y[..hidden]),
        None => None,
    };
    let input = match input {
        Input::X(x) => Input::X(&x[..layer.dims.input()]),
        Input::Shared(p) => Input::Shared(&p[..G * hidden]),
    };
    let step = Step::<C, D, G> {
        cell: layer.advance.0,
        sizes: PhantomData,
        matrices: layer.matrices(weights),
        input,
        h: &*h,
    };
    let (mut wide, mut narrow) = ([S::V16::splat(s, 0.0); R], [T::splat(s, 0.0); N]);
    if const { fit::<S>(G * CHAINS, R, N) } {
        (wide, narrow) = step.group::<S, T, CHAINS, R, N>(s, 0, c);
    } else {
        let together = const { fit::<S>(G * CHAINS, 1, N) };
        for panel in 0..R {
            if together && N > 0 && panel + 1 == R {
                let last;
                (last, narrow) = step.group::<S, T, CHAINS, 1, N>(s, panel * 16, c);
                wide[panel] = last[0];
            } else {
                wide[panel] = step.group::<S, T, CHAINS, 1, 0>(s, panel * 16, c).0[0];
            }
        }
        if !together {
            narrow = step.group::<S, T, CHAINS, 0, N>(s, R * 16, c).1;
        }
    }
    write_all(s, &wide, &narrow, h);
    if let Some(y) = y {
        write_all(s, &wide, &narrow, y);
    }
}

/// All units to memory.
#[inline(always)]
fn write_all<S: Simd, T: Vector<Token = S>, const R: usize, const N: usize>(
    s: S,
    wide: &[S::V16; R],
    narrow: &[T; N],
    out: &mut [f32],
) {
    let len = out.len();
    for panel in 0..R {
        write(s, wide[panel], out, panel * 16);
    }
    for panel in 0..N {
        store_at(narrow[panel], out, R * 16, len);
    }
}

/// The units of one panel to memory. What is left of a panel goes in whole vectors as far as they reach: the next step reads
/// value by value, and a value that a masked write has just written is not to be had before it has reached the cache.
#[inline(always)]
fn write<S: Simd>(s: S, units: S::V16, out: &mut [f32], at: usize) {
    let len = out.len();
    if len - at == TWELVE {
        let (low, high) = s.halves(units);
        store_at(low, out, at, at + 8);
        store_at(s.quarters(high).0, out, at + 8, len);
    } else {
        store_at(units, out, at, len);
    }
}

/// What [`write`] wrote, by reads of the same widths.
#[inline(always)]
fn read<S: Simd>(s: S, from: &[f32], at: usize) -> S::V16 {
    let len = from.len();
    if len - at == TWELVE {
        let high = s.join_quarters(load_at(s, from, at + 8, len), S::V4::splat(s, 0.0));
        s.join_halves(load_at(s, from, at, at + 8), high)
    } else {
        load_at(s, from, at, len)
    }
}

/// Units that are left of a panel and fill two vectors.
const TWELVE: usize = 12;

/// What a step reads.
#[derive(Clone, Copy)]
struct Step<'a, C, D, const G: usize> {
    cell: C,
    sizes: PhantomData<D>,
    matrices: Matrices<'a>,
    input: Input<'a>,
    h: &'a [f32],
}

impl<C: Cell<G>, D: Dims, const G: usize> Step<'_, C, D, G> {
    /// The new h of some panels and of the narrow one behind them; c is replaced.
    #[inline(always)]
    fn group<S: Simd, T: Vector<Token = S>, const CHAINS: usize, const R: usize, const N: usize>(
        self,
        s: S,
        unit: usize,
        c: &mut [f32],
    ) -> ([S::V16; R], [T; N]) {
        let (behind, hidden) = (unit + R * 16, self.matrices.recurrent.units);
        let mut p = ([[S::V16::splat(s, 0.0); G]; R], [[T::splat(s, 0.0); G]; N]);
        match self.input {
            Input::X(x) => {
                let (rows, bias) = self.matrices.input.panels::<S::V16, G, R>(s, unit);
                let (narrow_rows, narrow_bias) = self.matrices.input.panels::<T, G, N>(s, behind);
                p = accumulate_both::<S, T, G, R, N, 1>(s, (rows, narrow_rows), x, (bias, narrow_bias));
            }
            Input::Shared(shared) => {
                for gate in 0..G {
                    for r in 0..R {
                        p.0[r][gate] =
                            load_at(s, shared, gate * hidden + unit + r * 16, (gate + 1) * hidden);
                    }
                    for n in 0..N {
                        p.1[n][gate] = load_at(s, shared, gate * hidden + behind, (gate + 1) * hidden);
                    }
                }
            }
        }
        let mut gates = p;
        if C::RECURRENT {
            let (rows, second) = self.matrices.recurrent.panels::<S::V16, G, R>(s, unit);
            let (narrow_rows, narrow_second) = self.matrices.recurrent.panels::<T, G, N>(s, behind);
            if C::APART {
                for r in 0..R {
                    gates.0[r][G - 1] = second[r][G - 1];
                }
                for n in 0..N {
                    gates.1[n][G - 1] = narrow_second[n][G - 1];
                }
            }
            gates = accumulate_both::<S, T, G, R, N, CHAINS>(s, (rows, narrow_rows), self.h, gates);
        }
        let (mut wide, mut narrow) = ([S::V16::splat(s, 0.0); R], [T::splat(s, 0.0); N]);
        for r in 0..R {
            let unit = unit + r * 16;
            let old = State {
                h: if C::READS_H { read(s, self.h, unit) } else { wide[r] },
                c: if C::MEMORY { read(s, c, unit) } else { wide[r] },
            };
            let sums = Sums { gates: gates.0[r], apart: p.0[r][G - 1], peephole: self.matrices.peephole, unit };
            let new = self.cell.update(s, &sums, old);
            if C::MEMORY {
                write(s, new.c, c, unit);
            }
            wide[r] = new.h;
        }
        for n in 0..N {
            let old = State {
                h: if C::READS_H { load_at(s, self.h, behind, hidden) } else { narrow[n] },
                c: if C::MEMORY { load_at(s, c, behind, hidden) } else { narrow[n] },
            };
            let (gates, apart) = (gates.1[n], p.1[n][G - 1]);
            let sums = Sums { gates, apart, peephole: self.matrices.peephole, unit: behind };
            let new = self.cell.update(s, &sums, old);
            if C::MEMORY {
                store_at(new.c, c, behind, hidden);
            }
            narrow[n] = new.h;
        }
        (wide, narrow)
    }
}
