//! Ours against the roofs of the core it runs on, measured in the same run: cycles of a step, and the share of the
//! multiply-add peak that a batch and windows reach.
//!
//! `taskset -c 1 cargo bench -p rnn-benches --bench ceilings`, on a machine at rest. A line is the least of many repeats;
//! the goals are printed beside it and decide nothing. `-- avx512 batch windows` limits tiers and parts.

#[cfg(target_arch = "x86_64")]
#[expect(
    unsafe_code,
    reason = "intrinsics in frames of their own: a roof must not be made of what it judges"
)]
mod roof;

#[cfg(target_arch = "x86_64")]
mod ours;

#[cfg(target_arch = "x86_64")]
const TIERS: [&str; 2] = ["avx512", "avx2"];

fn main() {
    let (options, words): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|a| a.starts_with('-'));
    let quick = options.iter().any(|option| option == "--test");
    #[cfg(target_arch = "x86_64")]
    for tier in TIERS
        .into_iter()
        .filter(|tier| words.iter().all(|word| !TIERS.contains(&word.as_str()) || word == tier))
    {
        let wanted = |part: &str| {
            words.iter().all(|word| TIERS.contains(&word.as_str())) || words.iter().any(|w| w == part)
        };
        match roof::roof(tier, if quick { 1 } else { 50 }) {
            Some(_) => ours::report(tier, quick, wanted),
            None => println!("{tier}: skipped, this CPU has none"),
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    println!("skipped: roofs are measured on x86-64 only (quick: {quick})");
}
