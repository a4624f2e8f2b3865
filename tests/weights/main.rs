//! Weights load right or not at all: names, typed errors, hostile files, and the way there and back.

mod errors;
mod every;
mod faults;
mod file;
mod foreign;
mod frameworks;
mod headers;
mod hostile;
mod infer;
mod memory;
mod names;
mod options;
mod parametrised;
mod round_trip;

use rnn_support::alloc::Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;
