//! What a stream carries from step to step: a buffer of floats that borrows nothing.
//!
//! The first [`super::Network::snapshot_len`] values are the snapshot: the state of each layer in order, of
//! each direction, h then (for cells that have one) c, with a delay as many of them as it asks, newest first; unpadded, the
//! same on every backend. The rest is the step's scratch. All zeros is the initial
//! state, so a state is made by the network and otherwise needs none.

#[cfg(feature = "alloc")]
use crate::buffer::Aligned;
use crate::buffer::AlignedArray;
use core::ops::{Deref, DerefMut};

/// A state of `N` floats in place: what networks of the `#[rnn]` attribute use up to 64 KiB.
#[derive(Clone, Copy, Debug)]
pub struct InlineState<const N: usize>(AlignedArray<N>);

impl<const N: usize> InlineState<N> {
    /// The initial state.
    #[must_use]
    pub const fn new() -> Self {
        Self(AlignedArray([0.0; N]))
    }

    /// Back to the initial state.
    pub fn reset(&mut self) {
        self.fill(0.0);
    }
}

impl<const N: usize> Default for InlineState<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Deref for InlineState<N> {
    type Target = [f32];
    #[inline(always)]
    fn deref(&self) -> &[f32] {
        &self.0.0
    }
}

impl<const N: usize> DerefMut for InlineState<N> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.0.0
    }
}

/// A state on the heap: what networks built at run time use.
#[cfg(feature = "alloc")]
#[derive(Clone, Debug)]
pub struct HeapState(Aligned);

#[cfg(feature = "alloc")]
impl HeapState {
    /// The initial state of `len` floats; `network.state_len()` tells how many.
    #[must_use]
    pub fn new(len: usize) -> Self {
        Self(Aligned::zeroed(len))
    }

    /// Back to the initial state.
    pub fn reset(&mut self) {
        self.fill(0.0);
    }
}

#[cfg(feature = "alloc")]
impl Deref for HeapState {
    type Target = [f32];
    #[inline(always)]
    fn deref(&self) -> &[f32] {
        &self.0
    }
}

#[cfg(feature = "alloc")]
impl DerefMut for HeapState {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.0
    }
}

/// A state that the macro can name before it knows which kind a network needs.
pub trait NewState {
    /// The initial state of `len` floats.
    fn new_state(len: usize) -> Self;
}

impl<const N: usize> NewState for InlineState<N> {
    fn new_state(_: usize) -> Self {
        Self::new()
    }
}

#[cfg(feature = "alloc")]
impl NewState for HeapState {
    fn new_state(len: usize) -> Self {
        Self::new(len)
    }
}
