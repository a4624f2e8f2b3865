//! Storage aligned to cache lines: what packed weights and states live in.
//!
//! A vector load that straddles two lines costs two; weights are read once a step, so they start on one.

#[cfg(feature = "alloc")]
use alloc::{vec, vec::Vec};

/// Floats of one cache line.
pub(crate) const LINE: usize = 16;

/// Floats [`from_line`] may skip.
pub(crate) const LINE_SLACK: usize = LINE - 1;

/// The part of a caller's buffer that starts on a cache line: a vector that straddles two costs two.
#[inline(always)]
pub(crate) fn from_line(buffer: &mut [f32]) -> &mut [f32] {
    let skip = buffer.as_ptr().align_offset(LINE * size_of::<f32>());
    buffer.get_mut(skip..).unwrap_or_default()
}

/// One cache line.
#[cfg(feature = "alloc")]
#[repr(C, align(64))]
#[derive(Clone, Copy, Debug)]
struct Line([f32; LINE]);

// SAFETY: an all-zero bit pattern is sixteen zero floats.
#[cfg(feature = "alloc")]
unsafe impl bytemuck::Zeroable for Line {}
// SAFETY: `repr(C)` over one array of 64 bytes with alignment 64: no padding, every bit pattern valid, `Copy`,
// `'static`, no interior mutability.
#[cfg(feature = "alloc")]
unsafe impl bytemuck::Pod for Line {}

/// A heap block of floats that starts on a cache line and is zero at first. Its length never changes.
#[cfg(feature = "alloc")]
#[derive(Clone, Debug)]
pub(crate) struct Aligned {
    lines: Vec<Line>,
    len: usize,
}

#[cfg(feature = "alloc")]
impl Aligned {
    /// `len` zeros.
    pub(crate) fn zeroed(len: usize) -> Self {
        Self { lines: vec![Line([0.0; LINE]); len.div_ceil(LINE)], len }
    }
}

#[cfg(feature = "alloc")]
impl core::ops::Deref for Aligned {
    type Target = [f32];
    #[inline(always)]
    fn deref(&self) -> &[f32] {
        &bytemuck::cast_slice(&self.lines)[..self.len]
    }
}

#[cfg(feature = "alloc")]
impl core::ops::DerefMut for Aligned {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut bytemuck::cast_slice_mut(&mut self.lines)[..self.len]
    }
}

/// `N` floats in place, starting on a cache line.
#[repr(C, align(64))]
#[derive(Clone, Copy, Debug)]
pub(crate) struct AlignedArray<const N: usize>(pub(crate) [f32; N]);
