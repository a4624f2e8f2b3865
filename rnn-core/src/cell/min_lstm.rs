//! The minimal long short-term memory (Feng et al. 2024, "Were RNNs All We Needed?", arXiv:2410.01201, section 3.2):
//!
//! ```text
//! f = s(U_f x + b_f)
//! i = s(U_i x + b_i)
//! n = t(U_n x + b_n)              linear as published
//! h' = f' * h + i' * n            with f' = f / (f + i), i' = i / (f + i)
//! ```
//!
//! The rows of `weight_ih` are f, i, n. The state is h alone; no gate sees it, so there is no W. The common divisor is taken out of
//! the sum: `(f * h + i * n) / (f + i)`.

use super::functions::clamp;
use super::{Cell, Functions, Named, State, Sums};
use crate::activation::{Activate, Sigmoid};
use crate::simd::{Simd, Vector};
use rnn_format::Recurrent;

/// Gates f, i, n.
#[derive(Clone, Copy, Debug)]
pub struct MinLstm {
    names: Named,
    clip: Option<f32>,
    published: bool,
}

impl MinLstm {
    /// The cell with a layer's options.
    pub(crate) const fn new(layer: &Recurrent) -> Self {
        Self { names: Named::new(layer.cell), clip: layer.clip, published: layer.is_usual() }
    }
}

impl Cell<3> for MinLstm {
    const READS_H: bool = true;
    const RECURRENT: bool = false;

    #[inline(always)]
    fn is_usual(self) -> bool {
        self.published
    }

    #[inline(always)]
    fn update<V: Vector>(self, t: V::Token, sums: &Sums<'_, V, 3>, old: State<V>) -> State<V> {
        let [f, i, n] = sums.gates;
        mix(Sigmoid.apply(t, f), Sigmoid.apply(t, i), n, old)
    }

    #[cold]
    #[inline(never)]
    fn unusual<V: Vector>(self, t: V::Token, sums: &Sums<'_, V, 3>, old: State<V>) -> State<V> {
        t.vectorize(
            #[inline(always)]
            || {
                let [mut f, mut i, mut n] = sums.gates;
                if let Some(limit) = self.clip {
                    (f, i, n) = (clamp(t, limit, f), clamp(t, limit, i), clamp(t, limit, n));
                }
                mix(self.names.gate(t, f), self.names.gate(t, i), self.names.candidate(t, n), old)
            },
        )
    }
}

/// `(f * h + i * n) / (f + i)`.
#[inline(always)]
fn mix<V: Vector>(f: V, i: V, n: V, old: State<V>) -> State<V> {
    State { h: f.mul_add(old.h, i * n) / (f + i), c: old.c }
}
