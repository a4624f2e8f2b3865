//! Ours against the roofs of the core it runs on, measured in the same run: cycles of a step, and the share of the
//! multiply-add peak that a batch and windows reach.
//!
//! `taskset -c 1 cargo bench -p rnn-benches --bench ceilings`, on a machine at rest. A line is the median of many samples of
//! wall time, each in cycles of its own moment (`rnn_benches::sample`); one of samples that others disturbed says so.
//! The bounds are printed beside it and decide nothing. `-- avx512 batch windows` limits tiers and parts; which difference
//! between two runs counts is in the head of `rnn_benches`.

#[cfg(target_arch = "x86_64")]
mod ours;

#[cfg(target_arch = "x86_64")]
use rnn_benches::roof::{Yardstick, roof};

/// The tiers with a roof.
#[cfg(target_arch = "x86_64")]
const TIERS: [&str; 2] = ["avx512", "avx2"];

#[cfg(target_arch = "x86_64")]
fn main() {
    let (options, words): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with('-'));
    let quick = options.iter().any(|option| option == "--test");
    let (tiers, parts): (Vec<String>, Vec<String>) =
        words.into_iter().partition(|word| TIERS.contains(&word.as_str()));
    let among = |list: &[String], word: &str| list.is_empty() || list.iter().any(|listed| listed == word);
    let Some(yardstick) = Yardstick::detect() else {
        println!("skipped: without a fused multiply-add there is no cycle to count by");
        return;
    };
    for tier in TIERS.into_iter().filter(|tier| among(&tiers, tier)) {
        match roof(tier, yardstick, if quick { 1 } else { 500 }) {
            Some(roof) => ours::report(tier, yardstick, roof, quick, |part| among(&parts, part)),
            None => println!("{tier}: skipped, this CPU has none"),
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn main() {
    println!("skipped: roofs are measured on x86-64 only");
}
