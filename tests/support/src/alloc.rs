//! A global allocator that counts the calls and bytes of each thread, for "allocates nothing" and "takes no more than".
//!
//! A test binary installs it: `#[global_allocator] static ALLOCATOR: Counting = Counting;`.

use core::cell::Cell;
use core::hint::black_box;
use std::alloc::{GlobalAlloc, Layout, System};

thread_local! {
    // Const and without a destructor: touching it allocates nothing.
    static CALLS: Cell<usize> = const { Cell::new(0) };
    // Bytes this thread took less those it gave back: below zero where it freed what another took.
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// The system's allocator, counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counting;

fn note(given: usize, taken: usize) {
    CALLS.with(|calls| calls.set(calls.get() + 1));
    // No block is larger than isize::MAX.
    let live = LIVE.get().wrapping_add_unsigned(given).wrapping_sub_unsigned(taken);
    LIVE.set(live);
    PEAK.set(PEAK.get().max(live));
}

// SAFETY: every call is handed to the system's allocator unchanged; counting touches a plain thread-local cell, which
// neither allocates nor unwinds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size(), 0);
        // SAFETY: the caller's promise about `layout`.
        unsafe { System.alloc(layout) }
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(layout.size(), 0);
        // SAFETY: the caller's promise about `layout`.
        unsafe { System.alloc_zeroed(layout) }
    }
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // While it is moved, both blocks may be there.
        note(size, 0);
        note(0, layout.size());
        // SAFETY: the caller's promise: `block` came from here, that is from the system, with this layout.
        unsafe { System.realloc(block, layout, size) }
    }
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        note(0, layout.size());
        // SAFETY: as for `realloc`.
        unsafe { System.dealloc(block, layout) }
    }
}

/// Runs f; its result, and how often this thread allocated, grew or freed meanwhile.
///
/// # Panics
/// If [`Counting`] is not this program's allocator: every count would be 0.
pub fn count<R>(f: impl FnOnce() -> R) -> (R, usize) {
    check_installed();
    let before = CALLS.get();
    let result = f();
    (result, CALLS.get() - before)
}

/// Runs f; its result, and the most bytes this thread held meanwhile beyond those it held before.
///
/// # Panics
/// If [`Counting`] is not this program's allocator.
pub fn peak<R>(f: impl FnOnce() -> R) -> (R, usize) {
    check_installed();
    let before = LIVE.get();
    PEAK.set(before);
    let result = f();
    (result, PEAK.get().abs_diff(before))
}

/// Every count would be 0.
fn check_installed() {
    let before = CALLS.get();
    drop(black_box(Box::new(1_u8)));
    assert!(
        CALLS.get() > before,
        "install rnn_support::alloc::Counting as #[global_allocator] in this test binary"
    );
}
