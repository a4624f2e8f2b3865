//! Layers that are a constant of a type, as a value without size.
//!
//! A frame ([`crate::simd::Simd::vectorize`]) is a function of its own: a description passed into it is memory to the compiler, sizes
//! in its type are not. Options (a projection, a delay, an activation) are not in the type, so a network that has them as
//! a constant says so by its type: inside the frame the constant is written down again, and what a layer does not have costs
//! nothing (a step of 16 units takes 92 cycles so, 147 otherwise, Zen 4).

use super::run::{Grid, GridMut, Run};
use super::{Input, InputRows, Layer, RowPlace, StepRows, Tier};
use crate::gemm::{Rows, RowsMut};
use core::marker::PhantomData;

/// A type with a constant.
pub trait Constant<L> {
    /// The constant.
    const VALUE: L;
}

/// The layers `L` that `N` has as a constant.
#[derive(Debug)]
pub struct Known<L, N>(PhantomData<fn() -> (L, N)>);

impl<L, N> Known<L, N> {
    /// The value.
    pub(crate) const NEW: Self = Self(PhantomData);
}

impl<L, N> Clone for Known<L, N> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<L, N> Copy for Known<L, N> {}

macro_rules! sizes {
    ($($name:ident($($argument:ident),*);)*) => {$(
        #[inline(always)]
        fn $name(&self, $($argument: usize),*) -> usize {
            N::VALUE.$name($($argument),*)
        }
    )*};
}

impl<L: Layer, N: Constant<L>> Layer for Known<L, N> {
    const INPUT_SIZE: usize = L::INPUT_SIZE;

    sizes! {
        input_size();
        output_size();
        state_len();
        packed_len();
        scratch_len();
        rows_state_len(rows);
        rows_scratch_len(rows);
        shared_len();
        run_scratch_len(rows, steps);
    }

    #[inline(always)]
    fn is_causal(&self) -> bool {
        N::VALUE.is_causal()
    }
    fn set_row(&self, at: RowPlace, snapshot: &[f32], state: &mut [f32]) {
        N::VALUE.set_row(at, snapshot, state);
    }
    fn get_row(&self, at: RowPlace, state: &[f32], snapshot: &mut [f32]) {
        N::VALUE.get_row(at, state, snapshot);
    }

    #[inline(always)]
    fn share<S: Tier>(&self, s: S, weights: &[f32], rows: usize, x: Rows<'_>, shared: RowsMut<'_>) {
        N::VALUE.share(s, weights, rows, x, shared);
    }

    #[inline(always)]
    fn step<S: Tier>(
        &self,
        s: S,
        weights: &[f32],
        input: Input<'_>,
        state: &mut [f32],
        scratch: &mut [f32],
        y: Option<&mut [f32]>,
    ) {
        N::VALUE.step(s, weights, input, state, scratch, y);
    }

    #[inline(always)]
    fn step_rows<S: Tier>(
        &self,
        s: S,
        weights: &[f32],
        at: StepRows<'_>,
        input: InputRows<'_>,
        state: &mut [f32],
        scratch: &mut [f32],
        y: Option<RowsMut<'_>>,
    ) {
        N::VALUE.step_rows(s, weights, at, input, state, scratch, y);
    }

    #[inline(always)]
    fn run<S: Tier>(
        &self,
        s: S,
        weights: &[f32],
        run: &Run<'_>,
        x: Grid<'_>,
        state: &mut [f32],
        scratch: &mut [f32],
        y: Option<GridMut<'_>>,
    ) {
        N::VALUE.run(s, weights, run, x, state, scratch, y);
    }
}
