//! What the core can do at best, measured: a cycle, the multiply-add peak, the read bandwidth.
//!
//! Assembler and intrinsics inside `#[target_feature]` frames, because a roof measured through the library's own vectors
//! would move with what it is to judge. The only `unsafe` of this package: entering the frames, the assembler, and loads
//! from arrays.

use crate::sample::{Times, measure};
use core::arch::asm;
use core::arch::x86_64::*;
use std::hint::black_box;
use std::time::Instant;

/// What a cycle is counted by: multiply-adds of which each needs the result of the one before.
///
/// A cycle is a quarter of one on Intel from Skylake and on AMD from Zen on. On Haswell and Broadwell a multiply-add takes
/// five cycles: there every count of cycles comes out a fifth too small. What is divided by a roof, a share of the peak or a
/// ratio of two lines, is right there too.
///
/// In assembler, because LLVM adds a blend to the loop of the intrinsic, which came out 3 % too long.
#[derive(Clone, Copy, Debug)]
pub struct Yardstick(());

impl Yardstick {
    /// Rounds of the loop, of sixteen multiply-adds each: 18 microseconds at 3.6 GHz, so that reading the clock, 30 ns, is
    /// a five hundredth of it.
    const ROUNDS: usize = 1024;

    /// `None` where the CPU has no multiply-add.
    #[must_use]
    pub fn detect() -> Option<Self> {
        is_x86_feature_detected!("fma").then_some(Self(()))
    }

    /// Seconds of a cycle now.
    #[must_use]
    pub fn cycle(self) -> f64 {
        let start = Instant::now();
        // SAFETY: `detect`, which alone makes a yardstick, has found the feature.
        unsafe { dependent(Self::ROUNDS) };
        start.elapsed().as_secs_f64() / (4 * 16 * Self::ROUNDS) as f64
    }
}

/// `rounds` (at least one) of sixteen multiply-adds `x = a x + b`.
#[target_feature(enable = "fma")]
fn dependent(rounds: usize) {
    // SAFETY: the instructions are those of this frame's feature; they read and write the registers named. They touch neither
    // memory nor stack. The loop ends, because its counter goes down to zero.
    unsafe {
        asm!(
            "2:",
            ".rept 16",
            "vfmadd213ss {x}, {a}, {b}",
            ".endr",
            "dec {rounds}",
            "jnz 2b",
            x = inout(xmm_reg) 1.0_f32 => _,
            a = in(xmm_reg) 0.5_f32,
            b = in(xmm_reg) 1.0_f32,
            rounds = inout(reg) rounds.max(1) => _,
            options(nomem, nostack),
        );
    }
}

/// The roofs of one tier on this core. Each is the 2nd percentile of many samples: what can be reached.
#[derive(Clone, Copy, Debug)]
pub struct Roof {
    /// Seconds of a [cycle](Yardstick) while the multiply-adds between registers ran.
    pub cycle: f64,
    /// Multiply-adds a cycle, each lane being one, between registers alone.
    pub multiply_adds: f64,
    /// Seconds of a cycle while those with loads ran: on some Intel cores the clock falls by 3 to 7 %.
    pub loaded_cycle: f64,
    /// Multiply-adds a cycle with the loads of a product beside them, all from the first cache level.
    pub loaded_multiply_adds: f64,
    /// Bytes a cycle out of the first cache level (16 KiB read again and again).
    pub l1: f64,
    /// Bytes a cycle out of the second level (256 KiB).
    pub l2: f64,
}

/// A cache line of floats.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line([f32; 16]);

/// Terms of the product that is measured with its loads.
const TERMS: usize = 64;

macro_rules! roof {
    ($name:ident, $features:literal, $lanes:literal, $rows:literal x $columns:literal,
     $add:ident, $fma:ident, $load:ident, $splat:ident) => {
        mod $name {
            use super::*;

            /// `n` rounds of twelve independent multiply-adds.
            #[target_feature(enable = $features)]
            pub(super) fn throughput(n: usize) {
                let (a, b) = ($splat(black_box(0.5)), $splat(black_box(1.0)));
                let mut x = [b; 12];
                for _ in 0..n {
                    for x in &mut x {
                        *x = $fma(*x, a, b);
                    }
                }
                black_box(x);
            }

            /// A tile of a product, `n` times: at each term weights are loaded and inputs broadcast, each for several
            /// sums.
            #[target_feature(enable = $features)]
            pub(super) fn loaded(weights: &[[f32; $lanes * $columns]], inputs: &[[f32; $rows]], n: usize) {
                let mut sums = [[$splat(0.0); $columns]; $rows];
                for _ in 0..n {
                    for (weights, inputs) in black_box(weights).iter().zip(black_box(inputs)) {
                        let lanes = weights.as_chunks::<$lanes>().0;
                        let weights: [_; $columns] = core::array::from_fn(|column| {
                            // SAFETY: the array has exactly the lanes the load reads.
                            unsafe { $load(lanes[column].as_ptr()) }
                        });
                        for row in 0..$rows {
                            let input = $splat(inputs[row]);
                            for column in 0..$columns {
                                sums[row][column] = $fma(weights[column], input, sums[row][column]);
                            }
                        }
                    }
                }
                black_box(sums);
            }

            /// Adds up all of `lines`, `n` times.
            #[target_feature(enable = $features)]
            pub(super) fn read(lines: &[Line], n: usize) {
                let mut sums = [$splat(0.0); 8];
                for _ in 0..n {
                    for eight in black_box(lines).as_chunks::<8>().0 {
                        for (sum, line) in sums.iter_mut().zip(eight) {
                            for lanes in line.0.as_chunks::<$lanes>().0 {
                                // SAFETY: the array has exactly the lanes the load reads.
                                *sum = $add(*sum, unsafe { $load(lanes.as_ptr()) });
                            }
                        }
                    }
                }
                black_box(sums);
            }

            pub(super) fn roof(yardstick: Yardstick, repeats: usize) -> Roof {
                let (n, per_round) = (10_000, 12 * $lanes);
                // SAFETY: the caller of `roof` has detected the features of the frames.
                let registers = measure(yardstick, repeats, || unsafe { throughput(n) });
                let rate = |count: usize, times: &Times| count as f64 / times.low;

                let weights = vec![[0.25; $lanes * $columns]; TERMS];
                let inputs = vec![[0.5; $rows]; TERMS];
                let (tiles, per_tile) = (100, TERMS * $rows * $columns * $lanes);
                // SAFETY: as above.
                let loaded = measure(yardstick, repeats, || unsafe { loaded(&weights, &inputs, tiles) });

                let lines = vec![Line([0.25; 16]); 256 * 1024 / 64];
                let read = |lines: &[Line]| {
                    let rounds = 2 * 1024 * 1024 / size_of_val(lines);
                    // SAFETY: as above.
                    let times = measure(yardstick, repeats, || unsafe { read(lines, rounds) });
                    rate(rounds * size_of_val(lines), &times)
                };
                Roof {
                    cycle: registers.cycle,
                    multiply_adds: rate(n * per_round, &registers),
                    loaded_cycle: loaded.cycle,
                    loaded_multiply_adds: rate(tiles * per_tile, &loaded),
                    l1: read(&lines[..256]),
                    l2: read(&lines),
                }
            }
        }
    };
}
// Tiles that leave registers for weights and an input: 24 sums of 32 registers, 12 of 16.
roof!(zmm, "avx512f", 16, 8 x 3, _mm512_add_ps, _mm512_fmadd_ps, _mm512_loadu_ps, _mm512_set1_ps);
roof!(ymm, "avx2,fma", 8, 6 x 2, _mm256_add_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps);

/// The roofs of `avx512` or `avx2`; `None` where the CPU lacks it.
#[must_use]
pub fn roof(tier: &str, yardstick: Yardstick, repeats: usize) -> Option<Roof> {
    match tier {
        "avx512" if is_x86_feature_detected!("avx512f") => Some(zmm::roof(yardstick, repeats)),
        "avx2" if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") => {
            Some(ymm::roof(yardstick, repeats))
        }
        _ => None,
    }
}
