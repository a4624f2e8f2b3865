//! What the fuzz targets share.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`choices`] | a random case from the fuzzer's bytes |
//! | [`case`] | the case as Rust, printed when something is found |
//! | [`describe`] | random architectures |
//! | [`built`] | a network of an architecture and a seed, and its weights |
//! | [`file`] | a file of weights, and what may be wrong with it |
//! | [`stepped`] | what a network must give: each layer and direction alone, step by step |
//!
//! `README.md` beside this package tells how to run the targets.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod built;
pub mod case;
pub mod choices;
pub mod describe;
pub mod file;
pub mod stepped;
