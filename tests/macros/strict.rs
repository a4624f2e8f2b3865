//! The attribute where documentation is asked of everything: rustc's lint of missing documentation sleeps in tests, so this is
//! none, but a program with a `main`.
//!
//! Every form of a network stands here as part of a public interface, without a word of documentation, which it gets from its
//! expansion. That the lints are awake is expected, literally: an expectation that nothing fulfils is an error here.
//! `tests/editions` builds it in editions 2018 and 2021 as well.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unused_qualifications, unreachable_pub, clippy::all, clippy::pedantic)]
#![deny(future_incompatible, nonstandard_style, rust_2018_idioms, missing_debug_implementations)]

use rnn_core::prelude::*;

#[expect(missing_docs, reason = "it is awake")]
#[derive(Debug)]
pub struct Undocumented;

/// Clippy's pedantic lints are awake.
#[cfg(clippy)]
#[expect(clippy::must_use_candidate, reason = "they are awake")]
pub fn candidate() -> u8 {
    1
}

#[rnn(input_size = 1)]
#[derive(Clone, Debug)]
pub struct Fields {
    hidden: SimpleRnn<2>,
    output: Dense<1>,
}

#[rnn(weights = "../tiny.safetensors")]
#[derive(Clone, Debug)]
pub struct Weighted {
    hidden: SimpleRnn<2>,
    output: Dense<1>,
}

#[rnn(from = "../tiny.safetensors")]
#[derive(Clone, Debug)]
pub struct Shape;

#[rnn(weights = "../tiny.safetensors")]
#[derive(Clone, Debug)]
pub struct Told;

#[rnn(input_size = 1, sizes = [1x2, 2x2])]
#[derive(Clone, Debug)]
pub struct Sized {
    hidden: SimpleRnn<_>,
    output: Dense<1>,
}

/// What a crate offers.
pub mod offered {
    use rnn_core::prelude::*;

    #[rnn(input_size = 1)]
    #[derive(Clone, Debug)]
    pub struct Ahead {
        #[rnn(direction = bidirectional)]
        hidden: Lstm<2>,
        output: Dense<1>,
    }
}

/// The first output of a network of these weights.
fn first<N: Network>(net: &N) -> f32 {
    net.forward(&[0.5], Outputs::Last).expect("one value a step")[0]
}

fn main() {
    let expected = first(&Weighted::embedded());
    let file =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../tiny.safetensors")).expect("it is there");
    let bits = [
        first(&Told::embedded()),
        first(&Shape::from_safetensors(&file).expect("it is of this network")),
        first(&Fields::from_safetensors(&file).expect("it is of this network")),
        first(&Sized::from_safetensors(&file).expect("it is of this network")),
    ]
    .map(f32::to_bits);
    assert_eq!(bits, [expected.to_bits(); 4]);
    assert!(offered::Ahead::from_safetensors(&file).is_err());
}
