//! What do many sequences at once reach: the rows of a batch, the windows of a series?

use criterion::Criterion;
use rnn_benches::case::Case;
use rnn_benches::contest::{Contest, criterion};
use rnn_benches::naive::Naive;
use rnn_benches::sgemm::Sgemm;
use rnn_benches::{Baseline, Grid};
use rnn_core::prelude::*;
use rnn_support::backends;
use std::hint::black_box;

/// The forecaster of the examples.
#[rnn(input_size = 1)]
struct Forecaster {
    hidden: SimpleRnn<32>,
    output: Dense<1>,
}

/// Several series at once.
#[rnn(input_size = 8)]
struct Medium {
    hidden: SimpleRnn<64>,
    output: Dense<1>,
}

/// A layer alone, as large as its input is wide.
#[rnn(input_size = 64)]
struct Wide {
    hidden: SimpleRnn<256>,
}

/// A batch (B, T, n_i) from h = 0, the last output of each row.
fn batch<N: Network + Load>(c: &mut Criterion, case: &Case, [rows, steps]: [usize; 2]) {
    let xs = case.inputs(rows * steps);
    let grid = Grid { rows, stride: steps, steps };
    let flop = rows * (steps * (case.flop_input() + case.flop_recurrent()) + case.flop_head());
    let shape = format!("B={rows} T={steps} {}x{}x{}", case.n_i, case.n_h, case.n_o);
    run(c, "batch", case, shape, flop, (&xs, grid), |contest, backend| {
        enter_batch(contest, &format!("runtime {backend}"), &case.runtime(backend), &xs, rows);
        enter_batch(contest, &format!("macro {backend}"), &case.fixed::<N>(backend), &xs, rows);
    });
}

fn enter_batch<N: Network>(contest: &mut Contest<'_, '_>, name: &str, net: &N, xs: &[f32], rows: usize) {
    let mut scratch = vec![
        0.0;
        net.batch_scratch_len(rows, xs.len() / (rows * net.input_size()))
            .expect("the length fits")
    ];
    contest.enter(name, |ys| {
        net.forward_batch_into(black_box(xs), rows, Outputs::Last, ys, None, &mut scratch)
            .expect("lengths fit");
    });
}

/// Every window of tau steps of a series of `steps` steps, the last output of each. The throughput counts the input
/// segment of each step once, as ours computes it; the naive loop does it tau times.
fn windows<N: Network + Load>(c: &mut Criterion, case: &Case, steps: usize, tau: usize) {
    let series = case.inputs(steps);
    let grid = Grid { rows: steps - tau + 1, stride: 1, steps: tau };
    let flop = steps * case.flop_input() + grid.rows * (tau * case.flop_recurrent() + case.flop_head());
    let shape = format!("N={steps} tau={tau} {}x{}x{}", case.n_i, case.n_h, case.n_o);
    run(c, "windows", case, shape, flop, (&series, grid), |contest, backend| {
        enter_windows(contest, &format!("runtime {backend}"), &case.runtime(backend), &series, tau);
        enter_windows(contest, &format!("macro {backend}"), &case.fixed::<N>(backend), &series, tau);
    });
}

fn enter_windows<N: Network>(contest: &mut Contest<'_, '_>, name: &str, net: &N, series: &[f32], tau: usize) {
    let windows = Windows::new(tau);
    let steps = series.len() / net.input_size();
    let mut scratch = vec![0.0; net.windows_scratch_len(steps, windows).expect("the windows fit")];
    contest.enter(name, |ys| {
        net.windows_into(black_box(series), windows, ys, &mut scratch).expect("lengths fit");
    });
}

/// Ours, as `ours` enters it on each backend, against both baselines.
fn run(
    c: &mut Criterion,
    name: &str,
    case: &Case,
    shape: String,
    flop: usize,
    (series, grid): (&[f32], Grid),
    ours: impl Fn(&mut Contest<'_, '_>, Backend),
) {
    let mut naive = Naive::new(case);
    let mut want = vec![0.0; grid.rows * case.width()];
    naive.last(series, grid, &mut want);
    let mut group = c.benchmark_group(name);
    let mut contest = Contest::new(&mut group, shape, flop, want, case.bound(grid.steps));
    for backend in backends::all() {
        ours(&mut contest, backend);
    }
    contest.enter("naive", |ys| naive.last(black_box(series), grid, ys));
    let mut sgemm = Sgemm::new(case);
    contest.enter("matrixmultiply", |ys| sgemm.last(black_box(series), grid, ys));
    group.finish();
}

fn main() {
    let mut criterion = criterion();
    let (small, medium, wide) = (Case::new(1, 32, 1), Case::new(8, 64, 1), Case::new(64, 256, 0));
    batch::<Medium>(&mut criterion, &medium, [16, 32]);
    batch::<Wide>(&mut criterion, &wide, [64, 16]);
    windows::<Forecaster>(&mut criterion, &small, 309, 12);
    windows::<Medium>(&mut criterion, &medium, 600, 48);
    criterion.final_summary();
}
