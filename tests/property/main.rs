//! Optimised against reference, and every way to feed a sequence against every other, over random networks.
//!
//! Sizes straddle lanes (4, 8, 16), tiles (2, 6, 8 rows), panels and groups (16, 32, 64) by one. The number of cases
//! is proptest's `PROPTEST_CASES`; shrunk failures are kept in `proptest-regressions`.

mod agreement;
mod errors;
mod network;
mod reference;
