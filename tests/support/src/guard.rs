//! Buffers between two pages that must not be touched: a read or write past either end kills the process.
//!
//! Only this sees every access at full speed, masked vector loads included. Values lie flush with one of the pages,
//! or a number of floats away from it to vary the alignment.

use core::ops::{Deref, DerefMut};
use core::ptr::{self, NonNull};

/// Floats of their own pages, an inaccessible page before and one after.
#[derive(Debug)]
pub struct Guarded {
    map: NonNull<u8>,
    map_len: usize,
    /// Bytes from `map` to the first float.
    offset: usize,
    len: usize,
}

fn page() -> usize {
    // SAFETY: asks for a constant of the system.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).expect("a page has a size")
}

impl Guarded {
    /// A copy whose last float ends where the page after begins.
    #[must_use]
    pub fn at_end(values: &[f32]) -> Self {
        Self::before_end(values, 0)
    }

    /// A copy whose first float starts where the page before ends: aligned to a page.
    #[must_use]
    pub fn at_start(values: &[f32]) -> Self {
        Self::after_start(values, 0)
    }

    /// A copy that ends `floats` floats before the page after.
    #[must_use]
    pub fn before_end(values: &[f32], floats: usize) -> Self {
        Self::place(values, floats, true)
    }

    /// A copy that starts `floats` floats after the page before.
    #[must_use]
    pub fn after_start(values: &[f32], floats: usize) -> Self {
        Self::place(values, floats, false)
    }

    fn place(values: &[f32], gap: usize, from_end: bool) -> Self {
        let page = page();
        // Checked, for the proofs below rest on it and a wrapped sum would place the floats outside the mapping.
        let bytes = values.len().checked_add(gap).and_then(|floats| floats.checked_mul(size_of::<f32>()));
        let bytes = bytes.expect("floats that fit the address space");
        let inner = bytes.checked_next_multiple_of(page).expect("pages that fit the address space").max(page);
        let map_len = inner.checked_add(2 * page).expect("pages that fit the address space");
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: a fresh anonymous mapping at an address of the system's choice touches nothing that exists.
        let map = unsafe { libc::mmap(ptr::null_mut(), map_len, libc::PROT_NONE, flags, -1, 0) };
        assert_ne!(map, libc::MAP_FAILED, "mmap: {}", std::io::Error::last_os_error());
        let map = NonNull::new(map.cast::<u8>()).expect("a mapping is not at address 0");
        let offset = if from_end { page + inner - bytes } else { page + gap * size_of::<f32>() };
        let mut guarded = Self { map, map_len, offset, len: values.len() };
        let first = map.as_ptr().wrapping_add(page).cast();
        // SAFETY: the pages from the second to the last but one are ours and not yet in use.
        let opened = unsafe { libc::mprotect(first, inner, libc::PROT_READ | libc::PROT_WRITE) };
        assert_eq!(opened, 0, "mprotect: {}", std::io::Error::last_os_error());
        guarded.copy_from_slice(values);
        guarded
    }

    fn first(&self) -> *mut f32 {
        // Both the map and the offset are multiples of 4, so the floats are aligned.
        self.map.as_ptr().wrapping_add(self.offset).cast()
    }

    /// Reads the float `index` places from the first one, where there may be none: for showing that the pages guard.
    /// Does not return if it lies on one of the two pages.
    ///
    /// # Panics
    /// If it lies outside the mapping, where something else may be.
    #[must_use]
    pub fn touch(&self, index: isize) -> f32 {
        let at = self.offset.checked_add_signed(index * 4).expect("inside the mapping");
        assert!(at + size_of::<f32>() <= self.map_len, "inside the mapping");
        let place: *const f32 = self.map.as_ptr().wrapping_add(at).cast();
        // SAFETY: the address lies in this mapping and is a multiple of 4. Open pages hold zeros or floats; a guarding
        // page traps, which is the purpose: the system then ends the process. Volatile, so that the read happens.
        unsafe { place.read_volatile() }
    }
}

impl Deref for Guarded {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        // SAFETY: `len` floats from `first` lie in the open pages, aligned, initialised by the system to zero and
        // then by `place`; they live as long as self and are borrowed with it.
        unsafe { core::slice::from_raw_parts(self.first(), self.len) }
    }
}

impl DerefMut for Guarded {
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: as for `deref`; self is borrowed mutably, so nothing else sees them.
        unsafe { core::slice::from_raw_parts_mut(self.first(), self.len) }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: the whole mapping `place` made, unmapped once; no borrow outlives self.
        let unmapped = unsafe { libc::munmap(self.map.as_ptr().cast(), self.map_len) };
        debug_assert_eq!(unmapped, 0);
    }
}
