//! Every f32 through every activation on every backend, against f64: the table of `accuracy.md`.
//!
//! `cargo test -p rnn-tests --test certify -- --sweep` (many minutes) checks all of them and rewrites the table; names of
//! activations after it (`gelu silu`) choose some. Without the argument one float in 509 and the neighbourhood of every
//! power of two are checked, and must keep to the table.
//!
//! The oracle is libm in f64 and a normal distribution of our own, wrong by some ULP of f64: under 1e-5 ULP of f32. It is
//! checked itself, against the same functions by another way: tanh from `exp_m1`, the sigmoid from tanh.

mod normal;
mod oracle;
mod worst;

use oracle::Function;
use rnn_core::{Activation, Backend};
use rnn_support::accuracy::{self, Row};
use rnn_support::every_float::{self, BLOCK};
use rnn_support::{backends, report};
use std::process::ExitCode;
use worst::Worst;

/// What is found of an activation on a backend.
#[derive(Clone, Copy, Default)]
struct Found {
    worst: Worst,
    hash: u64,
}

/// The activations of a function on each backend, with whether errors are measured: where backends share all bits, which
/// the hashes tell, one measures for all.
fn tasks(function: Function, backends: &[Backend]) -> Vec<(Activation, Backend, bool)> {
    let first = |backend: Backend| backends.iter().find(|b| b.is_fused() == backend.is_fused());
    let on = |f| backends.iter().map(move |&backend| (f, backend, first(backend) == Some(&backend)));
    function.activations().flat_map(on).collect()
}

/// One block of floats: the truth once, then each task.
fn block(function: Function, tasks: &[(Activation, Backend, bool)], found: &mut Vec<Found>, block: u32) {
    let mut x = [0.0; BLOCK];
    every_float::fill(block, &mut x);
    let truth: Vec<f64> = x.iter().map(|&x| function.of(f64::from(x))).collect();
    found.resize(tasks.len(), Found::default());
    for (found, &(f, backend, measured)) in found.iter_mut().zip(tasks) {
        let mut y = x;
        rnn_core::activation::apply(f, backend, &mut y);
        if every_float::is_hashed(f, block) {
            found.hash = found.hash.wrapping_add(every_float::hash(block, &y));
        }
        if measured {
            for ((&x, &y), &truth) in x.iter().zip(&y).zip(&truth) {
                found.worst.add(function, x, y, truth);
            }
        }
    }
}

/// The functions to check: all, or those whose names are arguments.
fn functions() -> impl Iterator<Item = Function> {
    let is_named = |f: Function| std::env::args().any(|argument| argument == f.0.name());
    let some = Function::all().any(is_named);
    Function::all().filter(move |&f| !some || is_named(f))
}

/// Checks every float of one function and returns a row for each activation and each group of backends.
fn sweep(function: Function, backends: &[Backend]) -> Result<Vec<(Activation, bool, Row)>, String> {
    let tasks = tasks(function, backends);
    let mut all = vec![Found::default(); tasks.len()];
    for part in every_float::for_all(|found, at| block(function, &tasks, found, at)) {
        for (all, part) in all.iter_mut().zip(&part) {
            all.worst.join(&part.worst);
            all.hash = all.hash.wrapping_add(part.hash);
        }
    }
    let mut rows: Vec<(Activation, bool, Row)> = Vec::new();
    for (&(f, backend, measured), found) in tasks.iter().zip(&all) {
        let fused = backend.is_fused();
        if measured {
            let row = found.worst.row(f, fused, found.hash);
            println!("{}", accuracy::line(f, fused, &row));
            found.worst.promises(f, fused)?;
            rows.push((f, fused, row));
        } else if rows.iter().any(|row| (row.0, row.1) == (f, fused) && row.2.hash != found.hash) {
            return Err(format!("{f} on {backend} has other bits than a backend it shares them with"));
        } else {
            println!("{f} on {backend}: the same bits");
        }
    }
    Ok(rows)
}

/// The lines of the new table: what was found, and of backends that this CPU lacks what was known.
fn lines(old: &str, backends: &[Backend]) -> Result<Vec<String>, String> {
    let mut rows = Vec::new();
    for function in functions() {
        rows.extend(sweep(function, backends)?);
    }
    let groups = accuracy::ACTIVATIONS.into_iter().flat_map(|f| [(f, true), (f, false)]);
    let line = |(f, fused)| {
        if let Some((.., row)) = rows.iter().find(|row| (row.0, row.1) == (f, fused)) {
            return Ok(accuracy::line(f, fused, row));
        }
        let start = format!("| {f} | {} |", accuracy::group(fused));
        let known = old.lines().find(|line| line.starts_with(&start));
        known.map(String::from).ok_or_else(|| format!("neither this CPU nor the table knows: {start}"))
    };
    groups.map(line).collect()
}

/// One float in 509, a prime, and sixteen around each power of two: each within the table.
fn sample(backends: &[Backend]) -> Result<usize, String> {
    let table = accuracy::read();
    let mut x: Vec<f32> = (0..=u32::MAX).step_by(509).map(f32::from_bits).collect();
    for exponent in 0..512_u32 {
        x.extend((0..16).map(|near| f32::from_bits((exponent << 23).wrapping_add(near).wrapping_sub(8))));
    }
    for function in functions() {
        let truth: Vec<f64> = x.iter().map(|&x| function.of(f64::from(x))).collect();
        for (&x, &truth) in x.iter().zip(&truth).step_by(97) {
            function.check_oracle(f64::from(x), truth)?;
        }
        for &backend in backends {
            for f in function.activations() {
                let mut y = x.clone();
                rnn_core::activation::apply(f, backend, &mut y);
                let mut worst = Worst::default();
                for ((&x, &y), &truth) in x.iter().zip(&y).zip(&truth) {
                    worst.add(function, x, y, truth);
                }
                worst.promises(f, backend.is_fused())?;
                let (found, known) = (worst.row(f, backend.is_fused(), 0), accuracy::row(&table, f, backend));
                let within = |found: f64, known: f64| found <= known;
                if !(within(found.ulp, known.ulp)
                    && within(found.ulp_negative, known.ulp_negative)
                    && within(found.absolute, known.absolute))
                {
                    return Err(format!("{f} on {backend}: {found:?} is worse than the table's {known:?}"));
                }
            }
        }
    }
    Ok(x.len())
}

/// What is planted here must be found: a check that cannot fail proves nothing.
fn checks_can_fail() -> Result<(), String> {
    for (f, x, y) in [
        (Activation::Tanh, 0.5, 0.462_117_3),
        (Activation::Tanh, f32::NAN, 0.0),
        (Activation::Tanh, 1.0, f32::NAN),
        (Activation::Tanh, -0.0, 0.0),
        (Activation::Tanh, 20.0, 1.0_f32.next_up()),
        (Activation::Sigmoid, f32::NEG_INFINITY, f32::from_bits(1)),
        (Activation::Sigmoid, 0.0, 0.500_000_2),
        (Activation::Relu, -1.0, -1.0),
        (Activation::Linear, 1.0, 1.0_f32.next_up()),
        (Activation::Affine { alpha: 2.0, beta: 0.5 }, 1.0, 2.5_f32.next_down()),
        (Activation::HardSigmoid { alpha: 0.2, beta: 0.5 }, 2.6, 1.0_f32.next_up()),
        (Activation::Elu { alpha: 1.0 }, -1.0, -0.632_120_8),
        (Activation::Softplus, -100.0, 0.0),
        (Activation::Silu, f32::NEG_INFINITY, 0.0),
        (Activation::Silu, f32::NEG_INFINITY, f32::NAN),
        (Activation::Gelu, -5.0, -1.433_26e-6),
        (Activation::Exponential, 89.0, f32::MAX),
        (Activation::Exponential, 88.0, f32::INFINITY),
        (Activation::Exponential, -104.0, f32::from_bits(3)),
    ] {
        let (function, mut worst) = (Function(f), Worst::default());
        worst.add(function, x, y, function.of(f64::from(x)));
        if worst.promises(f, true).is_ok() {
            return Err(format!("f({x}) = {y} passed as {f}"));
        }
    }
    Ok(())
}

fn run() -> Result<(), String> {
    checks_can_fail()?;
    let backends = backends::all();
    if !std::env::args().any(|argument| argument == "--sweep") {
        let floats = sample(&backends)?;
        report::line(format_args!(
            "certify: {floats} floats on each backend are within the table; --sweep checks all and rewrites it"
        ));
        return Ok(());
    }
    let old = accuracy::read();
    let new = accuracy::replace_rows(&old, &lines(&old, &backends)?);
    if new == old {
        println!("certify: the table stands as it is");
        return Ok(());
    }
    println!("certify: the table is rewritten");
    std::fs::write(accuracy::path(), new).map_err(|error| error.to_string())
}

fn main() -> ExitCode {
    // Tools that ask a suite for its tests.
    if std::env::args().any(|argument| argument == "--list") {
        return ExitCode::SUCCESS;
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("certify: {what}");
            ExitCode::FAILURE
        }
    }
}
