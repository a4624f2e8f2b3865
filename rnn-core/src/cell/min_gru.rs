//! The minimal gated recurrent unit (Feng et al. 2024, "Were RNNs All We Needed?", arXiv:2410.01201, section 3.1):
//!
//! ```text
//! z = s(U_z x + b_z)
//! n = t(U_n x + b_n)              linear as published
//! h' = (1 - z) * h + z * n
//! ```
//!
//! The rows of `weight_ih` are z, n. No gate sees the state, so there is no W: the products of a whole sequence can be made at
//! once, and what remains of a step is elementwise. z is here the share of the new value, not of the old one as in a GRU.

use super::functions::clamp;
use super::{Cell, Functions, Named, State, Sums};
use crate::activation::{Activate, Sigmoid};
use crate::simd::{Simd, Vector};
use rnn_format::Recurrent;

/// Gates z, n.
#[derive(Clone, Copy, Debug)]
pub struct MinGru {
    names: Named,
    clip: Option<f32>,
    published: bool,
}

impl MinGru {
    /// The cell with a layer's options.
    pub(crate) const fn new(layer: &Recurrent) -> Self {
        Self { names: Named::new(layer.cell), clip: layer.clip, published: layer.is_usual() }
    }
}

impl Cell<2> for MinGru {
    const READS_H: bool = true;
    const RECURRENT: bool = false;

    #[inline(always)]
    fn is_usual(self) -> bool {
        self.published
    }

    #[inline(always)]
    fn update<V: Vector>(self, t: V::Token, sums: &Sums<'_, V, 2>, old: State<V>) -> State<V> {
        let [z, n] = sums.gates;
        mix(Sigmoid.apply(t, z), n, old)
    }

    #[cold]
    #[inline(never)]
    fn unusual<V: Vector>(self, t: V::Token, sums: &Sums<'_, V, 2>, old: State<V>) -> State<V> {
        t.vectorize(
            #[inline(always)]
            || {
                let mut gates = sums.gates;
                if let Some(limit) = self.clip {
                    gates = [clamp(t, limit, gates[0]), clamp(t, limit, gates[1])];
                }
                let [z, n] = gates;
                mix(self.names.gate(t, z), self.names.candidate(t, n), old)
            },
        )
    }
}

/// `(1 - z) * h + z * n`.
#[inline(always)]
fn mix<V: Vector>(z: V, n: V, old: State<V>) -> State<V> {
    State { h: z.mul_add(n - old.h, old.h), c: old.c }
}
