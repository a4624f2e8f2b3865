//! One step of one stream where the compiler knows every size: trip counts, offsets and tails are constants, and all that
//! could go wrong is asked before the first product, for a branch between two products parts what should run side by side.
//!
//! ```text
//! for each group of panels, most often one of them all:
//!     gates = b + U x + W h                 full panels and the narrow one side by side, sums in registers
//!     c, the new h = the cell over them
//! h = the new h                             from registers
//! ```

use super::gated::{Gated, Matrices};
use super::{Input, Next, Recurrent, Stream};
use crate::cell::{Cell, State, Sums};
use crate::dims::Dims;
use crate::gemm::beside::{Both, accumulate};
use crate::gemm::{load_at, store_at, widths};
use crate::simd::{Narrow, Simd, Vector, Wide};

/// Sums of sixteen lanes up to which a step waits for results rather than for its turn, so that vectors of low latency gain
/// more than wide ones.
const WAITING: usize = 4;

/// The step of a cell whose activations are compiled in.
#[inline(always)]
pub(super) fn step<S: Simd, C: Cell<G>, D: Dims, const G: usize, const CHAINS: usize>(
    layer: &Recurrent<Gated<C, G>, D>,
    s: S,
    weights: &[f32],
    input: Input<'_>,
    stream: &mut Stream<'_>,
) {
    let (hidden, state) = (layer.hidden(), layer.state_size());
    let Stream { h, c, next, y, .. } = stream;
    let (h, c) = (&mut h[..state], if C::MEMORY { &mut c[..hidden] } else { &mut [] });
    let y = y.as_deref_mut().map(
        #[inline(always)]
        |y| &mut y[..hidden],
    );
    let next = match next {
        // From registers, when all that reads the old one is done.
        Next::Replace(_) => None,
        Next::Write(next) => Some(&mut next[..hidden]),
    };
    let input = match input {
        Input::X(x) => Input::X(&x[..layer.dims.input()]),
        Input::Shared(p) => Input::Shared(&p[..G * hidden]),
    };
    let step = Step { cell: layer.advance.0, dims: layer.dims, matrices: layer.matrices(weights), input };
    let places = Places { h, next, c, y };
    macro_rules! choose {
        ($($full:literal)*) => {$(
            if const { widths(D::UNITS).0 == $full } {
                match const { widths(D::UNITS).1 } {
                    4 => return step.all::<S, S::V4, CHAINS, $full, 1>(s, places),
                    8 => return step.all::<S, S::V8, CHAINS, $full, 1>(s, places),
                    _ => return step.all::<S, S::V4, CHAINS, $full, 0>(s, places),
                }
            }
        )*};
    }
    choose!(0 1 2 3 4);
    unreachable!("a layer of more units is not written out: `LayerKind::is_written_out` in the format");
}

/// Whether the sums of `full` panels and `narrow` narrow ones stay in registers.
const fn fit<W: Wide>(sums: usize, full: usize, narrow: usize) -> bool {
    sums * (full * W::REGISTERS + narrow) <= <W::Token as Simd>::STEP_REGISTERS
}

/// Whether the narrow panel goes with a full one, where all at once do not.
const fn joins<W: Wide, const N: usize>(sums: usize) -> bool {
    N > 0 && fit::<W>(sums, 1, N)
}

/// What a step reads besides its state.
#[derive(Clone, Copy)]
struct Step<'a, C, D, const G: usize> {
    cell: C,
    dims: D,
    matrices: Matrices<'a>,
    input: Input<'a>,
}

/// The state, and where the new one goes.
struct Places<'a> {
    h: &'a mut [f32],
    /// Where the new h goes, if not to the place of the old one.
    next: Option<&'a mut [f32]>,
    /// Replaced.
    c: &'a mut [f32],
    /// A copy of the new h.
    y: Option<&'a mut [f32]>,
}

impl<C: Cell<G>, D: Dims, const G: usize> Step<'_, C, D, G> {
    /// Where `R` full panels and `N` narrow ones are all units.
    #[inline(always)]
    fn all<S: Simd, T: Narrow<Token = S>, const CHAINS: usize, const R: usize, const N: usize>(
        self,
        s: S,
        places: Places<'_>,
    ) {
        if const { G * CHAINS * (R + N) <= WAITING } {
            self.in_vectors::<S, S::Two8, T, CHAINS, R, N>(s, places);
        } else {
            self.in_vectors::<S, S::V16, T, CHAINS, R, N>(s, places);
        }
    }

    #[inline(always)]
    fn in_vectors<
        S: Simd,
        W: Wide<Token = S>,
        T: Narrow<Token = S>,
        const CHAINS: usize,
        const R: usize,
        const N: usize,
    >(
        self,
        s: S,
        places: Places<'_>,
    ) {
        let Places { h, next, c, y } = places;
        let mut new = ([W::splat(s, 0.0); R], [T::splat(s, 0.0); N]);
        if const { fit::<W>(G * CHAINS, R, N) } {
            new = self.group::<S, W, T, CHAINS, R, N>(s, 0, h, c);
        } else {
            // Panel by panel, the narrow one with the last if that goes.
            let alone = const { R.saturating_sub(joins::<W, N>(G * CHAINS) as usize) };
            for panel in 0..alone {
                new.0[panel] = self.group::<S, W, T, CHAINS, 1, 0>(s, panel * 16, h, c).0[0];
            }
            if const { joins::<W, N>(G * CHAINS) } {
                let last;
                (last, new.1) = self.group::<S, W, T, CHAINS, 1, N>(s, alone * 16, h, c);
                new.0[alone] = last[0];
            }
            if const { N > 0 && !joins::<W, N>(G * CHAINS) } {
                new.1 = self.group::<S, W, T, CHAINS, 0, N>(s, R * 16, h, c).1;
            }
        }
        write_all(s, &new, next.unwrap_or(h));
        if let Some(y) = y {
            write_all(s, &new, y);
        }
    }

    /// The new h of some panels from `unit` on and of the narrow one behind them; c is replaced.
    #[inline(always)]
    fn group<
        S: Simd,
        W: Wide<Token = S>,
        T: Narrow<Token = S>,
        const CHAINS: usize,
        const R: usize,
        const N: usize,
    >(
        self,
        s: S,
        unit: usize,
        h: &[f32],
        c: &mut [f32],
    ) -> Both<W, T, R, N> {
        let (behind, hidden) = (unit + R * 16, self.dims.output());
        let mut p = ([[W::splat(s, 0.0); G]; R], [[T::splat(s, 0.0); G]; N]);
        match self.input {
            Input::X(x) => {
                let (wide, wide_bias) = self.matrices.input.panels::<W, G, R>(s, unit);
                let (narrow, narrow_bias) = self.matrices.input.panels::<T, G, N>(s, behind);
                p = accumulate::<S, W, T, G, R, N, 1>(s, (wide, narrow), x, (wide_bias, narrow_bias));
            }
            Input::Shared(shared) => {
                for gate in 0..G {
                    let (from, end) = (gate * hidden + unit, (gate + 1) * hidden);
                    for r in 0..R {
                        p.0[r][gate] = load_at(s, shared, from + r * 16, end);
                    }
                    for n in 0..N {
                        p.1[n][gate] = load_at(s, shared, from + R * 16, end);
                    }
                }
            }
        }
        let mut gates = p;
        if C::RECURRENT {
            let (wide, wide_bias) = self.matrices.recurrent.panels::<W, G, R>(s, unit);
            let (narrow, narrow_bias) = self.matrices.recurrent.panels::<T, G, N>(s, behind);
            if C::APART {
                for r in 0..R {
                    gates.0[r][G - 1] = wide_bias[r][G - 1];
                }
                for n in 0..N {
                    gates.1[n][G - 1] = narrow_bias[n][G - 1];
                }
            }
            gates = accumulate::<S, W, T, G, R, N, CHAINS>(s, (wide, narrow), h, gates);
        }
        let mut new = ([W::splat(s, 0.0); R], [T::splat(s, 0.0); N]);
        if const { R > 0 } {
            for r in 0..R {
                let unit = unit + r * 16;
                let old = State {
                    h: if C::READS_H { read(s, h, unit) } else { new.0[r] },
                    c: if C::MEMORY { read(s, c, unit) } else { new.0[r] },
                };
                let state = self.update(s, unit, gates.0[r], p.0[r][G - 1], old);
                if C::MEMORY {
                    write(s, state.c, c, unit);
                }
                new.0[r] = state.h;
            }
        }
        if const { N > 0 } {
            for n in 0..N {
                let old = State {
                    h: if C::READS_H { load_at(s, h, behind, hidden) } else { new.1[n] },
                    c: if C::MEMORY { load_at(s, c, behind, hidden) } else { new.1[n] },
                };
                let state = self.update(s, behind, gates.1[n], p.1[n][G - 1], old);
                if C::MEMORY {
                    store_at(state.c, c, behind, hidden);
                }
                new.1[n] = state.h;
            }
        }
        new
    }

    #[inline(always)]
    fn update<V: Vector>(self, t: V::Token, unit: usize, gates: [V; G], apart: V, old: State<V>) -> State<V> {
        let sums = Sums { gates, apart, peephole: self.matrices.peephole, unit };
        self.cell.written_out::<V, D>(t, &sums, old)
    }
}

/// All units to memory.
#[inline(always)]
fn write_all<S: Simd, W: Wide<Token = S>, T: Vector<Token = S>, const R: usize, const N: usize>(
    s: S,
    units: &Both<W, T, R, N>,
    out: &mut [f32],
) {
    let len = out.len();
    for panel in 0..R {
        write(s, units.0[panel], out, panel * 16);
    }
    for panel in 0..N {
        store_at(units.1[panel], out, R * 16, len);
    }
}

/// Units that are left of a panel and fill a vector of eight and one of four.
const TWELVE: usize = 12;

/// The units of one panel to memory. What is left of a panel goes in whole vectors if it fills some: the next step reads
/// value by value, and a value that a masked write has just written is not to be had before it has reached the cache.
#[inline(always)]
fn write<S: Simd, W: Wide<Token = S>>(_: S, units: W, out: &mut [f32], at: usize) {
    let len = out.len();
    if len - at == TWELVE {
        let (low, high) = units.halves();
        store_at(low, out, at, at + 8);
        store_at(S::V4::first(high), out, at + 8, len);
    } else {
        store_at(units, out, at, len);
    }
}

/// What [`write`] wrote, by reads of the same widths.
#[inline(always)]
fn read<S: Simd, W: Wide<Token = S>>(s: S, from: &[f32], at: usize) -> W {
    let len = from.len();
    if len - at == TWELVE {
        let high = load_at::<S::V4>(s, from, at + 8, len).widened(s);
        W::join(load_at(s, from, at, at + 8), high)
    } else {
        load_at(s, from, at, len)
    }
}
