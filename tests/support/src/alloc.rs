//! A global allocator that counts the calls of each thread, for "allocates nothing".
//!
//! A test binary installs it: `#[global_allocator] static ALLOCATOR: Counting = Counting;`.

use core::cell::Cell;
use core::hint::black_box;
use std::alloc::{GlobalAlloc, Layout, System};

thread_local! {
    // Const and without a destructor: touching it allocates nothing.
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counting;

fn note() {
    CALLS.with(|calls| calls.set(calls.get() + 1));
}

// SAFETY: every call is handed to the system's allocator unchanged; counting touches a plain thread-local cell, which
// neither allocates nor unwinds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note();
        // SAFETY: the caller's promise about `layout`.
        unsafe { System.alloc(layout) }
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note();
        // SAFETY: the caller's promise about `layout`.
        unsafe { System.alloc_zeroed(layout) }
    }
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note();
        // SAFETY: the caller's promise: `block` came from here, that is from the system, with this layout.
        unsafe { System.realloc(block, layout, size) }
    }
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        note();
        // SAFETY: as for `realloc`.
        unsafe { System.dealloc(block, layout) }
    }
}

/// Runs f; its result, and how often this thread allocated, grew or freed meanwhile.
///
/// # Panics
/// If [`Counting`] is not this program's allocator: every count would be 0.
pub fn count<R>(f: impl FnOnce() -> R) -> (R, usize) {
    let calls = || CALLS.with(Cell::get);
    let before = calls();
    drop(black_box(Box::new(1_u8)));
    assert!(
        calls() > before,
        "install rnn_support::alloc::Counting as #[global_allocator] in this test binary"
    );
    let before = calls();
    let result = f();
    (result, calls() - before)
}
