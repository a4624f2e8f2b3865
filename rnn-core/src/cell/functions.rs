//! The activations of a cell: compiled in where they are the usual ones, called by name otherwise.

use crate::activation::{Activate, FastSigmoid, FastTanh, Sigmoid, Tanh, by_name};
use crate::simd::Vector;
use rnn_format::{Activation, CellKind, Recurrent};

/// The three activations a cell may have.
pub(crate) trait Functions: Copy {
    /// s: of the gates.
    fn gate<V: Vector>(self, t: V::Token, x: V) -> V;
    /// t: of the candidate.
    fn candidate<V: Vector>(self, t: V::Token, x: V) -> V;
    /// u: of an LSTM's memory.
    fn output<V: Vector>(self, t: V::Token, x: V) -> V;
}

macro_rules! compiled {
    ($name:ident, $gate:expr, $candidate:expr) => {
        impl Functions for $name {
            #[inline(always)]
            fn gate<V: Vector>(self, t: V::Token, x: V) -> V {
                $gate.apply(t, x)
            }
            #[inline(always)]
            fn candidate<V: Vector>(self, t: V::Token, x: V) -> V {
                $candidate.apply(t, x)
            }
            #[inline(always)]
            fn output<V: Vector>(self, t: V::Token, x: V) -> V {
                $candidate.apply(t, x)
            }
        }
    };
}

/// sigmoid and tanh.
#[derive(Clone, Copy)]
pub(crate) struct Precise;
compiled!(Precise, Sigmoid, Tanh);

/// `fast_sigmoid` and `fast_tanh`.
#[derive(Clone, Copy)]
pub(crate) struct Fast;
compiled!(Fast, FastSigmoid, FastTanh);

/// Any, by name: a call each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named {
    pub(crate) gate: Activation,
    pub(crate) candidate: Activation,
    pub(crate) output: Activation,
}

impl Named {
    /// The activations of a cell whose output has the candidate's, if any.
    pub(crate) const fn new(cell: CellKind) -> Self {
        let candidate = cell.activation();
        let gate = match cell.gate() {
            Some(gate) => gate,
            None => candidate,
        };
        Self { gate, candidate, output: candidate }
    }
}

impl Functions for Named {
    #[inline(always)]
    fn gate<V: Vector>(self, t: V::Token, x: V) -> V {
        by_name(t, self.gate, x)
    }
    #[inline(always)]
    fn candidate<V: Vector>(self, t: V::Token, x: V) -> V {
        by_name(t, self.candidate, x)
    }
    #[inline(always)]
    fn output<V: Vector>(self, t: V::Token, x: V) -> V {
        by_name(t, self.output, x)
    }
}

/// Which of the three a cell runs: one branch a vector, always taken alike, instead of three copies of every kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// [`Precise`].
    Precise,
    /// [`Fast`].
    Fast,
    /// [`Named`], and every other option.
    Named,
}

impl Style {
    /// The style of a cell of several gates.
    pub(crate) const fn of(layer: &Recurrent) -> Self {
        match layer.cell.gate() {
            _ if !layer.is_usual() => Self::Named,
            Some(Activation::FastSigmoid) => Self::Fast,
            _ => Self::Precise,
        }
    }
}

/// x within [-limit, limit]; a NaN stays.
#[inline(always)]
pub(crate) fn clamp<V: Vector>(t: V::Token, limit: f32, x: V) -> V {
    V::splat(t, -limit).max(V::splat(t, limit).min(x))
}
