//! Cells of your own: you write the gate arithmetic, the library feeds it in every way it feeds its own.
//!
//! A [`Cell`] sees neither matrices nor time. At each step the library accumulates the pre-activations
//! `a = b + U x + W h` of all gates, for some units at a time, and hands them over with the old state of these units
//! as [`Lanes`]: vectors on which arithmetic works unit by unit. The cell gives the new state. Packing, the products, steps,
//! sequences, batches, windows, directions, delays, files and threads are those of all other cells, and so are
//! the promises: the same bits in whichever way a sequence is fed.
//!
//! The minimal gated unit (Zhou et al. 2016, arXiv:1603.09420, with the reset after the product left out), in two directions:
//!
#![cfg_attr(feature = "std", doc = "```")]
#![cfg_attr(not(feature = "std"), doc = "```ignore")]
//! use rnn_core::custom::{Cell, CustomNetwork, Lanes, State};
//! use rnn_core::{Backend, Direction, LayerWeights, Merge, Network, Outputs, RecurrentWeights};
//!
//! /// f = sigmoid(a_f), n = tanh(a_n), h' = (1 - f) * h + f * n.
//! #[derive(Clone, Copy, Debug)]
//! struct Mgu;
//!
//! impl Cell<2> for Mgu {
//!     const MEMORY: bool = false;
//!     #[inline(always)]
//!     fn update<L: Lanes>(&self, [f, n]: [L; 2], old: State<L>) -> State<L> {
//!         let (f, n) = (f.sigmoid(), n.tanh());
//!         State { h: f.mul_add(n - old.h, old.h), c: old.c }
//!     }
//! }
//!
//! // n_i = 1, n_h = 3: weight_ih is (2 * 3, 1), the rows of f and then those of n; weight_hh is (2 * 3, 3).
//! let weights = RecurrentWeights::new(&[0.5; 6], &[0.25; 18], Some(&[0.1; 6]));
//! let both = Direction::Bidirectional(Merge::Concat);
//! let net = CustomNetwork::new(Mgu, 1, 3).direction(both).dense(1).build(
//!     Backend::detect(),
//!     &[
//!         LayerWeights::Bidirectional { forward: weights, backward: weights },
//!         LayerWeights::Dense { weight: &[1.0; 6], bias: Some(&[0.0]) },
//!     ],
//! )?;
//! let ys = net.forward(&[1.0, -1.0, 0.5], Outputs::All)?;
//! assert_eq!(ys.len(), 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod lanes;
mod network;

pub use lanes::Lanes;
pub use network::{CustomBuilder, CustomNetwork, DenseHead, NoHead};

use crate::cell::{self, Sums};
use crate::layer::{Gated, Kernels};
use crate::simd::Vector;
use core::fmt::Debug;
use lanes::Lane;

/// The gate arithmetic of a cell with `GATES` gates, 1 to 8.
///
/// The rows of `weight_ih` and `weight_hh` are those of gate 0, then of gate 1, and so on.
pub trait Cell<const GATES: usize>: Copy + Send + Sync + Debug + 'static {
    /// Whether a unit carries a second value c beside h; without, c is zero and stays so.
    const MEMORY: bool;

    /// The new state of some units, from the pre-activations of their gates and their old state. h is also the output.
    ///
    /// Write `#[inline(always)]` above it: it is compiled into the loops of each CPU's instructions. What one lane gives must
    /// depend on that lane alone, which all operations of [`Lanes`] see to.
    fn update<L: Lanes>(&self, gates: [L; GATES], old: State<L>) -> State<L>;
}

/// The state of some units.
#[derive(Clone, Copy, Debug)]
pub struct State<L> {
    /// h, fed back through W and given as output.
    pub h: L,
    /// c, of a cell with [`Cell::MEMORY`].
    pub c: L,
}

/// A user's cell as one of ours.
#[derive(Clone, Copy, Debug)]
pub struct Custom<C> {
    cell: C,
    clip: Option<f32>,
}

impl<C: Cell<G>, const G: usize> cell::Cell<G> for Custom<C> {
    const MEMORY: bool = C::MEMORY;
    const READS_H: bool = true;

    #[inline(always)]
    fn is_usual(self) -> bool {
        self.clip.is_none()
    }

    #[inline(always)]
    fn update<V: Vector>(self, t: V::Token, sums: &Sums<'_, V, G>, old: cell::State<V>) -> cell::State<V> {
        let gates = crate::gemm::array(
            #[inline(always)]
            |g| Lane::new(t, sums.gates[g]),
        );
        let new = self.cell.update(gates, State { h: Lane::new(t, old.h), c: Lane::new(t, old.c) });
        cell::State { h: new.h.value(), c: new.c.value() }
    }

    #[inline(always)]
    fn unusual<V: Vector>(self, t: V::Token, sums: &Sums<'_, V, G>, old: cell::State<V>) -> cell::State<V> {
        let mut gates = sums.gates;
        if let Some(limit) = self.clip {
            for gate in &mut gates {
                *gate = cell::clamp(t, limit, *gate);
            }
        }
        self.update(t, &Sums { gates, ..*sums }, old)
    }
}

// Compiled where the cell is used, for it is generic.
impl<C: Cell<G>, const G: usize> Kernels for Gated<Custom<C>, G> {}
