//! What the test suites share: how close is close enough, which backends to run, memory that catches stray accesses, an
//! allocator that counts, and random cases.
//!
//! | module | question it answers |
//! | --- | --- |
//! | [`tolerance`] | is this output right? the one table of bounds |
//! | [`bits`] | are these the very same results? |
//! | [`accuracy`] | what do the docs promise of an activation? |
//! | [`every_float`] | does an activation still give all of its 2^32 results? |
//! | [`backends`] | on which tiers does this test run? |
//! | [`guard`] | does a kernel touch memory outside its slices? |
//! | [`alloc`] | does a call allocate? |
//! | [`rng`] | random numbers that are the same everywhere |
//! | [`report`] | how does a passing test say what it skipped? |
//! | [`process`] | how does a test run a tool? |
//!
//! A harness that cannot fail proves nothing: each has tests that plant the fault it is there to find.
#![deny(unsafe_code)]

pub mod accuracy;
#[expect(unsafe_code, reason = "a global allocator is an unsafe trait")]
pub mod alloc;
pub mod backends;
pub mod bits;
pub mod every_float;
#[cfg(unix)]
#[expect(unsafe_code, reason = "maps pages without access around a slice")]
pub mod guard;
pub mod process;
pub mod report;
pub mod rng;
pub mod tolerance;
