//! Rows of equal length in one slice, a stride apart: the operands of a product of many rows.

/// Rows to read.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// Row 0 starts here.
    pub(crate) data: &'a [f32],
    /// From one row's start to the next.
    pub(crate) stride: usize,
}

impl<'a> Rows<'a> {
    /// The first `len` values of row `i`.
    #[inline(always)]
    pub(crate) fn row(self, i: usize, len: usize) -> &'a [f32] {
        &self.data[i * self.stride..][..len]
    }
}

/// Rows to write.
pub struct RowsMut<'a> {
    /// Row 0 starts here.
    pub(crate) data: &'a mut [f32],
    /// From one row's start to the next.
    pub(crate) stride: usize,
}

impl RowsMut<'_> {
    /// The first `len` values of row `i`.
    #[inline(always)]
    pub(crate) fn row(&mut self, i: usize, len: usize) -> &mut [f32] {
        &mut self.data[i * self.stride..][..len]
    }
    /// The same rows for a shorter time.
    #[inline(always)]
    pub(crate) fn reborrow(&mut self) -> RowsMut<'_> {
        RowsMut { data: self.data, stride: self.stride }
    }
    /// The same rows, to read for a time.
    #[inline(always)]
    pub(crate) fn shared(&self) -> Rows<'_> {
        Rows { data: self.data, stride: self.stride }
    }
}
