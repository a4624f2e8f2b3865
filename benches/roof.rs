//! What the core can do at best, measured: the cycle, the multiply-add peak, the read bandwidth.
//!
//! Intrinsics inside one `#[target_feature]` frame, because a roof measured through the library's own vectors would move
//! with what it is to judge. The only `unsafe` of this package: entering the frames, and loads from an array.

use core::arch::x86_64::*;
use cpu_time::ThreadTime;
use std::hint::black_box;

/// The roofs of one tier on this core.
#[derive(Clone, Copy, Debug)]
pub struct Roof {
    /// Seconds: a quarter of a dependent fused multiply-add, 4 cycles on every CPU this is meant for.
    pub cycle: f64,
    /// Floating-point operations a second, two a multiply-add and lane.
    pub flops: f64,
    /// Bytes a second out of the first cache level (16 KiB read again and again).
    pub l1: f64,
    /// Bytes a second out of the second level (256 KiB).
    pub l2: f64,
}

/// The least seconds of `repeats` runs, in the time of this thread: what others do on the core does not count.
pub fn least(repeats: usize, mut run: impl FnMut()) -> f64 {
    let mut least = f64::INFINITY;
    for _ in 0..repeats {
        let start = ThreadTime::now();
        run();
        least = least.min(start.elapsed().as_secs_f64());
    }
    least
}

/// A cache line of floats.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line([f32; 16]);

macro_rules! roof {
    ($name:ident, $features:literal, $lanes:literal, $add:ident, $fma:ident, $load:ident, $splat:ident) => {
        mod $name {
            use super::*;

            /// `n` rounds of sixteen dependent multiply-adds.
            #[target_feature(enable = $features)]
            pub(super) fn latency(n: usize) {
                let (a, b) = ($splat(black_box(0.5)), $splat(black_box(1.0)));
                let mut x = b;
                for _ in 0..n {
                    for _ in 0..16 {
                        x = $fma(x, a, b);
                    }
                }
                black_box(x);
            }

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

            pub(super) const LANES: usize = $lanes;
        }
    };
}
roof!(zmm, "avx512f", 16, _mm512_add_ps, _mm512_fmadd_ps, _mm512_loadu_ps, _mm512_set1_ps);
roof!(ymm, "avx2,fma", 8, _mm256_add_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps);

macro_rules! measure {
    ($name:ident, $repeats:expr) => {{
        let n = 20_000;
        // SAFETY: the caller of `measure` has detected the features of the frames.
        let latency = least($repeats, || unsafe { $name::latency(n / 4) });
        // SAFETY: as above.
        let throughput = least($repeats, || unsafe { $name::throughput(n) });
        let lines = vec![Line([0.25; 16]); 256 * 1024 / 64];
        let read = |lines: &[Line]| {
            let rounds = 4 * 1024 * 1024 / size_of_val(lines);
            // SAFETY: as above.
            let seconds = least($repeats, || unsafe { $name::read(lines, rounds) });
            (rounds * size_of_val(lines)) as f64 / seconds
        };
        Roof {
            cycle: latency / (16 * (n / 4)) as f64 / 4.0,
            flops: (2 * 12 * n * $name::LANES) as f64 / throughput,
            l1: read(&lines[..256]),
            l2: read(&lines),
        }
    }};
}

/// The roofs of `avx512` or `avx2`; `None` where the CPU lacks it.
#[must_use]
pub fn roof(tier: &str, repeats: usize) -> Option<Roof> {
    match tier {
        "avx512" if is_x86_feature_detected!("avx512f") => Some(measure!(zmm, repeats)),
        "avx2" if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") => {
            Some(measure!(ymm, repeats))
        }
        _ => None,
    }
}
