//! The attribute's expansion, on anything.
//!
//! A case is a struct described in full, with some of its text or tokens changed, or any text. The expansion never
//! panics and comes back soon; it is a list of items, or says `compile_error!`; of a struct without a mistake it is the
//! first and says nothing; twice it is the same.
#![no_main]
#![forbid(unsafe_code)]

mod described;
mod expansion;
mod grammar;
mod tokens;

// The attribute's sources as they stand: a crate of procedural macros gives nothing else to others.
include!(concat!(env!("OUT_DIR"), "/attribute.rs"));

use rnn_fuzz::case;
use rnn_fuzz::choices::Choices;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    case::begin();
    let c = &mut Choices::new(data);
    match c.below(8) {
        0 => expansion::any_text(c),
        1 | 2 => described::run(c),
        3 => described::with_file(c),
        _ => grammar::run(c),
    }
});
