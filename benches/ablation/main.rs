//! What does the attribute gain? The same small network in three forms: made by the attribute, its sizes values, and as plain
//! Rust with const generics ([`plain`]), in cycles of a step called alone and of one in a buffer.
//!
//! `taskset -c 1 cargo bench -p rnn-benches --features every-shape --bench ablation`, on a machine at rest. `-- avx512 lstm 8`
//! limits backends, cells and sizes. A figure is the median of many samples (`rnn_benches::sample`). The competitor runs
//! on what this program was compiled for: SSE2 as users build, everything this CPU has with
//! `RUSTFLAGS="-C target-cpu=native"` and a `--target-dir` of its own. Every form is compared with the generated one before
//! it is timed.

#[cfg(target_arch = "x86_64")]
mod contest;
#[cfg(target_arch = "x86_64")]
mod plain;
#[cfg(target_arch = "x86_64")]
mod shapes;
#[cfg(target_arch = "x86_64")]
mod table;

#[cfg(target_arch = "x86_64")]
fn main() {
    let (options, words): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with('-'));
    let quick = options.iter().any(|option| option == "--test");
    let has = |known: &dyn Fn(&str) -> bool| words.iter().any(|word| known(word));
    // A kind of word that is not among the arguments limits nothing.
    let among = |word: &str, known: &dyn Fn(&str) -> bool| !has(known) || words.iter().any(|w| w == word);
    let is_backend = |word: &str| rnn_core::Backend::names().any(|name| name == word);
    let is_cell = |word: &str| ["simple_rnn", "gru", "lstm"].contains(&word);
    let is_size = |word: &str| word.parse().is_ok_and(|size| shapes::SIZES.contains(&size));
    if let Some(word) = words.iter().find(|word| !(is_backend(word) || is_cell(word) || is_size(word))) {
        println!("no backend, cell or size is called {word}");
        std::process::exit(1);
    }
    let backends: Vec<_> = rnn_support::backends::all()
        .into_iter()
        .filter(|backend| among(backend.name(), &is_backend))
        .collect();
    let Some(yardstick) = rnn_benches::roof::Yardstick::detect() else {
        println!("skipped: without a fused multiply-add there is no cycle to count by");
        return;
    };
    let (repeats, buffers) = if quick { (1, 1) } else { (100, 16) };
    let effort = contest::Effort { yardstick, repeats, buffers };
    let wanted = |cell: &str, hidden: usize| among(cell, &is_cell) && among(&hidden.to_string(), &is_size);
    let mut lines = Vec::new();
    shapes::measure(&wanted, &backends, effort, &mut lines);
    for backend in backends {
        table::print(backend, &lines);
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn main() {
    println!("skipped: cycles are measured on x86-64 only");
}
