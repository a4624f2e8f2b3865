//! The results of every activation, held for ever: their hash on each backend of this CPU is the one that the accuracy table of
//! the docs has. It is over all 2^32 inputs of the functions most cells use, over blocks all over the range of the others
//! (`rnn_support::every_float::stride`).
//!
//! An intended change of an activation is certified anew: `cargo test -p rnn-tests --test certify -- --sweep`.

use rnn_core::Activation;
use rnn_support::{accuracy, backends, every_float, report};
use std::time::Instant;

/// One test, for each sweep takes all threads.
#[test]
fn every_result_is_the_certified_one() {
    let table = accuracy::read();
    let mut wrong = Vec::new();
    for backend in backends::all() {
        for f in accuracy::ACTIVATIONS {
            let want = accuracy::row(&table, f, backend).hash;
            let start = Instant::now();
            let hash = every_float::hash_of_all(f, backend);
            let seconds = start.elapsed().as_secs_f64();
            report::line(format_args!("hash: {f} on {backend}: {hash:016x}, {seconds:.1} s"));
            if hash != want {
                wrong.push(format!("{f} on {backend}: {hash:016x}, certified {want:016x}"));
            }
        }
    }
    assert!(wrong.is_empty(), "results have changed: {wrong:#?}");
}

/// Whatever else two activations have in common, the hash tells them apart.
#[test]
fn no_two_activations_share_a_hash() {
    let table = accuracy::read();
    for backend in backends::all() {
        let mut hashes = accuracy::ACTIVATIONS.map(|f| accuracy::row(&table, f, backend).hash);
        hashes.sort_unstable();
        assert!(hashes.is_sorted_by(|a, b| a < b), "two activations of {backend} share a hash");
    }
    assert_eq!(Activation::Tanh.to_string(), "tanh", "the table's names are the activations'");
}
