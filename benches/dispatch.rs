//! What does the choice of a backend cost? A cell so small that its step is hardly longer than the call, eight units of
//! one input, called in ever looser ways.

use criterion::Criterion;
use rnn_benches::Baseline;
use rnn_benches::case::{Case, FromLine};
use rnn_benches::contest::{Contest, criterion};
use rnn_benches::naive::Naive;
use rnn_benches::sgemm::Sgemm;
use rnn_core::prelude::*;
use rnn_core::{Activation, ShapeError, kernel};
use rnn_support::backends;
use std::hint::black_box;

const UNITS: usize = 8;
const STEPS: usize = 64;

#[rnn(input_size = 1)]
struct Tiny {
    hidden: SimpleRnn<8>,
}

/// A network behind a table of functions, as `dyn Network` is; with one call in the table the compiler need not make all
/// the others for this bench.
trait Step {
    fn step_into(&self, state: &mut [f32], x: &[f32], y: &mut [f32]) -> Result<(), ShapeError>;
}

impl Step for RuntimeNetwork {
    fn step_into(&self, state: &mut [f32], x: &[f32], y: &mut [f32]) -> Result<(), ShapeError> {
        Network::step_into(self, state, x, y)
    }
}

/// A run of steps, one call each unless said otherwise: the time of an element is that of a step.
///
/// - `buffer`: one choice for all steps, in a network whose sizes the compiler knows;
/// - `macro`: the choice is kept in the network, one branch a step;
/// - `runtime`: as well, and its sizes are values;
/// - `dyn`: a call through a `dyn` reference besides;
/// - `kernel known` and `kernel asked`: a cell of the kernel layer made at every call, for a known backend or for the one
///   that the CPU is asked for each time.
fn calls(c: &mut Criterion) {
    let case = Case::new(1, UNITS, 0);
    let (xs, h) = (case.inputs(STEPS), case.state());
    let mut naive = Naive::new(&case);
    naive.set_state(&h);
    let mut want = vec![0.0; STEPS * UNITS];
    naive.process(&xs, &mut want);
    let mut group = c.benchmark_group("dispatch");
    let shape = format!("1x{UNITS}");
    let mut contest = Contest::new(&mut group, shape, STEPS, want, case.bound(STEPS));

    for backend in backends::all() {
        let fixed: Tiny = case.fixed(backend);
        let runtime = case.runtime(backend);
        let mut state = fixed.initial_state();
        fixed.restore(&mut state, &h).expect("lengths fit");
        let start = state;
        contest.enter(&format!("buffer {backend}"), |ys| {
            fixed.process_into(&mut state, black_box(&xs), ys).expect("lengths fit");
        });
        state = start;
        contest.enter(&format!("macro {backend}"), |ys| {
            let (ys, _) = ys.as_chunks_mut::<UNITS>();
            for (x, y) in black_box(&xs).as_chunks::<1>().0.iter().zip(ys) {
                *y = fixed.step(&mut state, x);
            }
        });
        let mut state = runtime.initial_state();
        runtime.restore(&mut state, &h).expect("lengths fit");
        let start = state.clone();
        contest.enter(&format!("runtime {backend}"), |ys| {
            for (x, y) in black_box(&xs).chunks(1).zip(ys.chunks_mut(UNITS)) {
                Network::step_into(&runtime, &mut state, x, y).expect("lengths fit");
            }
        });
        state = start;
        let unknown: &dyn Step = black_box(&runtime);
        contest.enter(&format!("dyn {backend}"), |ys| {
            for (x, y) in black_box(&xs).chunks(1).zip(ys.chunks_mut(UNITS)) {
                unknown.step_into(&mut state, x, y).expect("lengths fit");
            }
        });
        enter_kernel(&mut contest, &format!("kernel known {backend}"), &case, &xs, || backend);
        if backend == Backend::detect() {
            enter_kernel(&mut contest, "kernel asked", &case, &xs, Backend::detect);
        }
    }
    naive.set_state(&h);
    contest.enter("naive", |ys| naive.process(black_box(&xs), ys));
    let mut sgemm = Sgemm::new(&case);
    sgemm.set_state(&h);
    contest.enter("matrixmultiply", |ys| sgemm.process(black_box(&xs), ys));
    group.finish();
}

/// The kernel layer, a cell made at every call for the backend that `choose` tells.
fn enter_kernel(
    contest: &mut Contest<'_, '_>,
    name: &str,
    case: &Case,
    xs: &[f32],
    choose: impl Fn() -> Backend,
) {
    let cell = || kernel::SimpleRnn::new(1, UNITS, Activation::Tanh, choose()).expect("sizes above zero");
    let mut packed = FromLine::zeroed(cell().packed_len());
    let weights = kernel::Weights { weight_ih: &case.u, weight_hh: &case.w, bias: Some(&case.b) };
    cell().pack(&weights, &mut packed).expect("the weights fit");
    let (mut h, mut scratch) =
        (FromLine::zeroed(UNITS), FromLine::zeroed(cell().scratch_len(1).expect("the length fits")));
    h.copy_from_slice(&case.state());
    contest.enter(name, |ys| {
        for (x, y) in black_box(xs).chunks(1).zip(ys.chunks_mut(UNITS)) {
            cell().step(&packed, x, &mut h, &mut scratch).expect("lengths fit");
            y.copy_from_slice(&h);
        }
    });
}

/// Asking alone.
fn detect(c: &mut Criterion) {
    c.bench_function("dispatch/detect", |bencher| bencher.iter(Backend::detect));
}

fn main() {
    let mut criterion = criterion();
    calls(&mut criterion);
    detect(&mut criterion);
    criterion.final_summary();
}
