//! The gated recurrent unit (Cho et al. 2014; Keras, PyTorch and ONNX `GRU`):
//!
//! ```text
//! r = s(U_r x + W_r h + b_r)                        reset gate
//! z = s(U_z x + W_z h + b_z)                        update gate
//! n = t(U_n x + b_in + r * (W_n h + b_hn))          candidate, reset after the product, or
//! n = t(U_n x + b_n + W_n (r * h))                  reset before it
//! h' = (1 - z) * n + z * h
//! ```
//!
//! The rows of `weight_ih` and `weight_hh` are r, z, n, as in PyTorch; Keras and ONNX have z, r, h. s = sigmoid, t = tanh.
//! After the product is PyTorch's only form, Keras' `reset_after=True` and ONNX' `linear_before_reset=1`; before it
//! is that of the paper's last version, Keras' `reset_after=False` and ONNX' default. The first keeps the two products
//! of n apart; the second needs r before the product of n can begin, so that a step is two products one after the other.

use super::functions::clamp;
use super::{Cell, Fast, Functions, Named, Precise, State, Style, Sums};
use crate::dims::Dims;
use crate::simd::{Simd, Vector};
use rnn_format::Recurrent;

/// What both forms have in common.
#[derive(Clone, Copy, Debug)]
struct Options {
    style: Style,
    names: Named,
    clip: Option<f32>,
}

impl Options {
    const fn new(layer: &Recurrent) -> Self {
        Self { style: Style::of(layer), names: Named::new(layer.cell), clip: layer.clip }
    }

    /// x as an activation is given it.
    #[inline(always)]
    fn limited<V: Vector>(clip: Option<f32>, t: V::Token, x: V) -> V {
        match clip {
            Some(limit) => clamp(t, limit, x),
            None => x,
        }
    }
}

/// Gates r, z, n, the products of n apart.
#[derive(Clone, Copy, Debug)]
pub struct GruAfter(Options);

impl GruAfter {
    /// The cell with a layer's options.
    pub(crate) const fn new(layer: &Recurrent) -> Self {
        Self(Options::new(layer))
    }
}

impl Cell<3> for GruAfter {
    const READS_H: bool = true;
    const APART: bool = true;

    #[inline(always)]
    fn is_usual(self) -> bool {
        self.0.style != Style::Named
    }

    #[inline(always)]
    fn update<V: Vector>(self, t: V::Token, sums: &Sums<'_, V, 3>, old: State<V>) -> State<V> {
        match self.0.style {
            Style::Fast => after(Fast, t, sums, old, None),
            _ => after(Precise, t, sums, old, None),
        }
    }

    #[inline(always)]
    fn written_out<V: Vector, D: Dims>(self, t: V::Token, sums: &Sums<'_, V, 3>, old: State<V>) -> State<V> {
        if const { D::FAST } { after(Fast, t, sums, old, None) } else { after(Precise, t, sums, old, None) }
    }

    #[cold]
    #[inline(never)]
    fn unusual<V: Vector>(self, t: V::Token, sums: &Sums<'_, V, 3>, old: State<V>) -> State<V> {
        t.vectorize(
            #[inline(always)]
            || after(self.0.names, t, sums, old, self.0.clip),
        )
    }
}

#[inline(always)]
fn after<V: Vector, F: Functions>(
    functions: F,
    t: V::Token,
    sums: &Sums<'_, V, 3>,
    old: State<V>,
    clip: Option<f32>,
) -> State<V> {
    let [r, z, n] = sums.gates;
    let r = functions.gate(t, Options::limited(clip, t, r));
    let z = functions.gate(t, Options::limited(clip, t, z));
    let n = functions.candidate(t, Options::limited(clip, t, r.mul_add(n, sums.apart)));
    State { h: mix(z, n, old.h), c: old.c }
}

/// `(1 - z) * n + z * h`.
#[inline(always)]
fn mix<V: Vector>(z: V, n: V, h: V) -> V {
    z.mul_add(h - n, n)
}

/// The arithmetic of the form that resets before the product, in its two halves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GruBefore(Options);

impl GruBefore {
    /// The cell with a layer's options.
    pub(crate) const fn new(layer: &Recurrent) -> Self {
        Self(Options::new(layer))
    }

    /// As [`Cell::is_usual`].
    #[inline(always)]
    pub(crate) fn is_usual(self) -> bool {
        self.0.style != Style::Named
    }

    /// `r * h` and z.
    #[inline(always)]
    pub(crate) fn gates<V: Vector>(self, t: V::Token, [r, z]: [V; 2], h: V) -> [V; 2] {
        match self.0.style {
            Style::Fast => [Fast.gate(t, r) * h, Fast.gate(t, z)],
            _ => [Precise.gate(t, r) * h, Precise.gate(t, z)],
        }
    }

    /// The same with any activation and clip.
    #[cold]
    #[inline(never)]
    pub(crate) fn unusual_gates<V: Vector>(self, t: V::Token, [r, z]: [V; 2], h: V) -> [V; 2] {
        t.vectorize(
            #[inline(always)]
            || {
                let [r, z] = [Options::limited(self.0.clip, t, r), Options::limited(self.0.clip, t, z)];
                [self.0.names.gate(t, r) * h, self.0.names.gate(t, z)]
            },
        )
    }

    /// h' from the pre-activation of n.
    #[inline(always)]
    pub(crate) fn update<V: Vector>(self, t: V::Token, n: V, z: V, h: V) -> V {
        let n = match self.0.style {
            Style::Fast => Fast.candidate(t, n),
            _ => Precise.candidate(t, n),
        };
        mix(z, n, h)
    }

    /// The same with any activation and clip.
    #[cold]
    #[inline(never)]
    pub(crate) fn unusual_update<V: Vector>(self, t: V::Token, n: V, z: V, h: V) -> V {
        t.vectorize(
            #[inline(always)]
            || mix(z, self.0.names.candidate(t, Options::limited(self.0.clip, t, n)), h),
        )
    }
}
