//! What the benches share: cases, baselines, and the contest that times only what was found to agree.
//!
//! | module | what |
//! | --- | --- |
//! | [`case`] | a network's weights and inputs, seeded, and the networks made of them |
//! | [`naive`] | the loops a plain program would write |
//! | [`sgemm`] | the same recurrence on `matrixmultiply` |
//! | [`contest`] | check, then measure |
//! | `sample` | times in cycles, of steady samples, on x86-64 |
//! | `roof` | what the core can do at best, on x86-64 |
//!
//! `cargo bench` runs all of them in under five minutes on one core; `cargo bench -- step` or `cargo bench -- avx2` those
//! whose name has that part, `cargo bench -- --test` each once. Where a product is timed, an "element" of the printed
//! throughput is one floating-point operation, a multiply and an add being two, and activations none.
//!
//! # The rule for a change of speed
//!
//! A difference under 4 % is noise, because the place where the linker puts a small kernel changes its time by as much. It
//! counts if three builds show it, each linked in another order.
//!
//! 1. Build the benches of both commits, each into its own target folder.
//! 2. Run them in turn, several times, on one machine in one sitting.
//! 3. Where a line differs, link both again in two other orders, which takes a minute. Run those too:
//!
//! ```sh
//! cargo rustc --release -p rnn-benches --bench ceilings -- -C link-arg=-Wl,--shuffle-sections=.text*=1 # then 2
//! ```
//!
//! Cargo leaves the program in `target/release/deps`. The option is one of LLVM's linker, which is Rust's own on x86-64 Linux.
//!
//! The word "unsteady" behind a figure means that other programs disturbed the run. Such a figure proves nothing.
#![deny(unsafe_code)]

pub mod case;
pub mod contest;
pub mod naive;
#[cfg(target_arch = "x86_64")]
#[expect(
    unsafe_code,
    reason = "assembler and intrinsics in frames of their own: a roof must not be made of what it judges"
)]
pub mod roof;
#[cfg(target_arch = "x86_64")]
pub mod sample;
#[expect(unsafe_code, reason = "matrixmultiply takes raw pointers")]
pub mod sgemm;

/// A recurrent network by other means, to compare ours with.
pub trait Baseline {
    /// Continues from this h (n_h).
    fn set_state(&mut self, h: &[f32]);
    /// Steps on from the current h: ys (T, width) from xs (T, n_i).
    fn process(&mut self, xs: &[f32], ys: &mut [f32]);
    /// The last outputs (rows, width) of sequences from h = 0 that lie in `series` as `grid` says.
    fn last(&mut self, series: &[f32], grid: Grid, ys: &mut [f32]);
}

/// Sequences in a series: row r is the `steps` steps from step `r * stride` on.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    /// Number of sequences.
    pub rows: usize,
    /// Steps from one sequence's start to the next: T in a batch, 1 in windows.
    pub stride: usize,
    /// Steps of each.
    pub steps: usize,
}
