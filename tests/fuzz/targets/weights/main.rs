//! Files of weights: every call that reads one.
//!
//! A case is the file of a network, named as ours, PyTorch's or Keras', with some of it changed: names, shapes, types,
//! offsets, metadata, header, bytes. No call panics, none allocates out of proportion to the file, each comes back soon,
//! each error says something, and what loads is saved as bytes that load again to the same bits.
#![no_main]
#![forbid(unsafe_code)]

mod foreign;
mod reading;
mod text;

use rnn_fuzz::choices::Choices;
use rnn_fuzz::file::{self, change};
use rnn_fuzz::{case, say};
use rnn_support::alloc::Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    case::begin();
    let c = &mut Choices::new(data);
    match c.below(16) {
        0 => text::run(c),
        1 => {
            let bytes = foreign::file(c);
            say!("let bytes = {};", file::literal(&bytes));
            let described = file::described(c);
            reading::all(c, &bytes, &described);
        }
        _ => {
            let (mut made, described) = file::File::new(c);
            change::change(c, &mut made);
            let mut bytes = made.to_bytes();
            change::change_bytes(c, &mut bytes);
            say!("let bytes = {};", file::literal(&bytes));
            reading::all(c, &bytes, &described);
        }
    }
});
