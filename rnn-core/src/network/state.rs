//! What a stream carries from step to step: a buffer of floats that borrows nothing.
//!
//! The first [`super::Network::snapshot_len`] values are the snapshot: the state of each layer in order, of
//! each direction, h then (for cells that have one) c, with a delay as many of them as it asks, newest first; unpadded, the
//! same on every backend. The step's scratch follows, and at the end stands the mark of the network the state belongs to
//! (`mark.rs`). All zeros is the initial state of any network.

#[cfg(feature = "alloc")]
use crate::buffer::Aligned;
use crate::buffer::AlignedArray;
use core::fmt;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};

/// A state of `N` floats in place, of the network `M`: what networks of the `#[rnn]` attribute use up to 64 KiB.
pub struct InlineState<M, const N: usize> {
    floats: AlignedArray<N>,
    of: PhantomData<fn() -> M>,
}

impl<M, const N: usize> InlineState<M, N> {
    /// The initial state.
    #[must_use]
    pub const fn new() -> Self {
        Self { floats: AlignedArray([0.0; N]), of: PhantomData }
    }
}

impl<M, const N: usize> Clone for InlineState<M, N> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, const N: usize> Copy for InlineState<M, N> {}

impl<M, const N: usize> Default for InlineState<M, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M, const N: usize> Deref for InlineState<M, N> {
    type Target = [f32];
    #[inline(always)]
    fn deref(&self) -> &[f32] {
        &self.floats.0
    }
}

impl<M, const N: usize> DerefMut for InlineState<M, N> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.floats.0
    }
}

/// A state on the heap, of a network of type `M`: what networks built at run time use. Two of them may be of one type and
/// of different shapes: a mark in the state tells.
#[cfg(feature = "alloc")]
pub struct HeapState<M> {
    floats: Aligned,
    of: PhantomData<fn() -> M>,
}

#[cfg(feature = "alloc")]
impl<M> HeapState<M> {
    /// The initial state of `len` floats; `network.state_len()` tells how many.
    #[must_use]
    pub fn new(len: usize) -> Self {
        Self { floats: Aligned::zeroed(len), of: PhantomData }
    }
}

#[cfg(feature = "alloc")]
impl<M> Clone for HeapState<M> {
    fn clone(&self) -> Self {
        Self { floats: self.floats.clone(), of: PhantomData }
    }
}

#[cfg(feature = "alloc")]
impl<M> Deref for HeapState<M> {
    type Target = [f32];
    #[inline(always)]
    fn deref(&self) -> &[f32] {
        &self.floats
    }
}

#[cfg(feature = "alloc")]
impl<M> DerefMut for HeapState<M> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.floats
    }
}

macro_rules! of_both {
    ($($(#[$when:meta])? $name:ident<M $(, $n:ident)?>;)*) => {$(
        $(#[$when])?
        impl<M $(, const $n: usize)?> $name<M $(, $n)?> {
            /// Back to the initial state.
            pub fn reset(&mut self) {
                self.fill(0.0);
            }
        }

        $(#[$when])?
        impl<M $(, const $n: usize)?> fmt::Debug for $name<M $(, $n)?> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&&**self).finish()
            }
        }
    )*};
}
of_both! {
    InlineState<M, N>;
    #[cfg(feature = "alloc")] HeapState<M>;
}

/// A state that the macro can name before it knows which kind a network needs.
pub trait NewState {
    /// The initial state of `len` floats.
    fn new_state(len: usize) -> Self;
}

impl<M, const N: usize> NewState for InlineState<M, N> {
    fn new_state(_: usize) -> Self {
        Self::new()
    }
}

#[cfg(feature = "alloc")]
impl<M> NewState for HeapState<M> {
    fn new_state(len: usize) -> Self {
        Self::new(len)
    }
}
