//! Ours against the roofs of the core it runs on, measured in the same run: cycles of a step, and the share of the
//! multiply-add peak that a batch and windows reach.
//!
//! `taskset -c 1 cargo bench -p rnn-benches --bench ceilings`, on a machine at rest. A line is the least of many repeats;
//! the goals are printed beside it and decide nothing. `-- avx512 batch windows` limits tiers and parts.

#[cfg(target_arch = "x86_64")]
mod ours;

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
    for tier in TIERS.into_iter().filter(|tier| among(&tiers, tier)) {
        match rnn_benches::roof::roof(tier, if quick { 1 } else { 50 }) {
            Some(roof) => ours::report(tier, roof, quick, |part| among(&parts, part)),
            None => println!("{tier}: skipped, this CPU has none"),
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn main() {
    println!("skipped: roofs are measured on x86-64 only");
}
