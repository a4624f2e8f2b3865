//! Every f32 through every activation on every backend, against f64. Opt-in:
//! `cargo test --release -p rnn-tests --test certify -- --sweep`; prints the table of `accuracy.md`.
//!
//! The oracle is libm in f64, wrong by a few ULP of f64: under 1e-8 ULP of f32. The sigmoid is 1 / (1 + e^-x), a sum of
//! positive terms, so nothing cancels.

use rnn_core::{Activation, Backend, activation};

/// 2^16 inputs at a time.
const BLOCK: usize = 1 << 16;

#[derive(Clone, Copy, Default)]
struct Found {
    ulp: f64,
    ulp_negative: f64,
    absolute: f64,
    wrong: u64,
    hash: u64,
}

fn oracle(f: Activation, x: f64) -> f64 {
    match f {
        Activation::Tanh | Activation::FastTanh => x.tanh(),
        _ => 1.0 / (1.0 + (-x).exp()),
    }
}

/// The spacing of floats at `y`, subnormals included.
fn spacing(y: f64) -> f64 {
    let exponent = i32::try_from((y.abs().to_bits() >> 52) & 0x7FF).expect("11 bits") - 1023;
    f64::from_bits(u64::try_from(exponent.max(-126) - 23 + 1023).expect("in range") << 52)
}

/// Mixes a block's results, in order; a NaN counts as one value.
fn hash(block: u32, y: &[f32]) -> u64 {
    let mut lanes = [0_u64; 8];
    for y in y.chunks_exact(8) {
        for (lane, y) in lanes.iter_mut().zip(y) {
            let bits = if y.is_nan() { 0x7FC0_0000 } else { y.to_bits() };
            *lane = (*lane ^ u64::from(bits)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
        }
    }
    let start = u64::from(block).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    lanes.iter().fold(start, |h, l| (h ^ l).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31))
}

fn check(f: Activation, x: f32, y: f32, found: &mut Found) {
    if x.is_nan() {
        found.wrong += u64::from(!y.is_nan());
        return;
    }
    let truth = oracle(f, f64::from(x));
    let error = (f64::from(y) - truth).abs();
    let ulp = if error == 0.0 { 0.0 } else { error / spacing(truth) };
    let lowest = if matches!(f, Activation::Tanh | Activation::FastTanh) { -1.0 } else { 0.0 };
    // A NaN result is in no range.
    found.wrong += u64::from(!(lowest..=1.0).contains(&y));
    found.wrong += u64::from(x.is_infinite() && f64::from(y) != truth);
    found.wrong += u64::from(lowest < 0.0 && x == 0.0 && x.to_bits() != y.to_bits());
    found.absolute = found.absolute.max(error);
    if x < 0.0 { found.ulp_negative = found.ulp_negative.max(ulp) } else { found.ulp = found.ulp.max(ulp) }
}

fn sweep(f: Activation, backend: Backend, first: u32, step: usize) -> Found {
    let mut found = Found::default();
    let mut y = vec![0.0; BLOCK];
    for block in (first..1 << 16).step_by(step) {
        let start = block << 16;
        for (i, y) in (0..).zip(&mut y) {
            *y = f32::from_bits(start + i);
        }
        activation::apply(f, backend, &mut y);
        found.hash = found.hash.wrapping_add(hash(block, &y));
        for (i, &y) in (0..).zip(&y) {
            check(f, f32::from_bits(start + i), y, &mut found);
        }
    }
    found
}

fn main() {
    if !std::env::args().any(|a| a == "--sweep") {
        println!("certify: skipped; pass --sweep to check every f32 on every backend");
        return;
    }
    println!("| function | backend | max ULP, x >= 0 | max ULP, x < 0 | max absolute | hash |");
    println!("|---|---|---|---|---|---|");
    let mut wrong = 0;
    for f in [Activation::Tanh, Activation::Sigmoid, Activation::FastTanh, Activation::FastSigmoid] {
        for backend in Backend::available() {
            let other = std::thread::spawn(move || sweep(f, backend, 1, 2));
            let (a, b) = (sweep(f, backend, 0, 2), other.join().expect("the sweep does not panic"));
            wrong += a.wrong + b.wrong;
            println!(
                "| {f} | {backend} | {:.4} | {:.4} | {:.2e} | `{:016x}` |",
                a.ulp.max(b.ulp),
                a.ulp_negative.max(b.ulp_negative),
                a.absolute.max(b.absolute),
                a.hash.wrapping_add(b.hash)
            );
        }
    }
    assert_eq!(wrong, 0, "NaN lost, out of range, inexact saturation or a lost -0");
}
