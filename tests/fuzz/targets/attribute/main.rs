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
#[path = "../../../../rnn-macros/src/check.rs"]
mod check;
#[path = "../../../../rnn-macros/src/docs.rs"]
mod docs;
#[path = "../../../../rnn-macros/src/embed.rs"]
mod embed;
#[path = "../../../../rnn-macros/src/expand.rs"]
mod expand;
#[path = "../../../../rnn-macros/src/field.rs"]
mod field;
#[path = "../../../../rnn-macros/src/file.rs"]
mod file;
#[path = "../../../../rnn-macros/src/from.rs"]
mod from;
#[path = "../../../../rnn-macros/src/layer.rs"]
mod layer;
#[path = "../../../../rnn-macros/src/layer_options.rs"]
mod layer_options;
#[path = "../../../../rnn-macros/src/mistakes.rs"]
mod mistakes;
#[path = "../../../../rnn-macros/src/options.rs"]
mod options;
#[path = "../../../../rnn-macros/src/parse.rs"]
mod parse;
#[path = "../../../../rnn-macros/src/plan.rs"]
mod plan;
#[path = "../../../../rnn-macros/src/registry.rs"]
mod registry;
#[path = "../../../../rnn-macros/src/sizes.rs"]
mod sizes;
#[path = "../../../../rnn-macros/src/spec.rs"]
mod spec;
#[path = "../../../../rnn-macros/src/stub.rs"]
mod stub;
#[path = "../../../../rnn-macros/src/unfit.rs"]
mod unfit;
#[path = "../../../../rnn-macros/src/value.rs"]
mod value;
#[path = "../../../../rnn-macros/src/words.rs"]
mod words;

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
