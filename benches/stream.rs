//! What does a stream cost: one step, a buffer of steps, a whole sequence?

use criterion::Criterion;
use rnn_benches::case::{Case, FromLine};
use rnn_benches::contest::{Contest, criterion};
use rnn_benches::naive::Naive;
use rnn_benches::sgemm::Sgemm;
use rnn_benches::{Baseline, Grid};
use rnn_core::prelude::*;
use rnn_core::{Activation, kernel};
use rnn_support::backends;
use std::hint::black_box;

/// A layer alone and one input: the real-time cases.
#[rnn(input_size = 1)]
struct Cell16 {
    hidden: SimpleRnn<16>,
}

/// As above.
#[rnn(input_size = 1)]
struct Cell64 {
    hidden: SimpleRnn<64>,
}

/// As above.
#[rnn(input_size = 1)]
struct Cell256 {
    hidden: SimpleRnn<256>,
}

/// Four values in, one out.
#[rnn(input_size = 4)]
struct Small {
    hidden: SimpleRnn<32>,
    output: Dense<1>,
}

/// Eight values in, one out.
#[rnn(input_size = 8)]
struct Large {
    hidden: SimpleRnn<128>,
    output: Dense<1>,
}

/// One step of a stream, the state carried on, on the kernel layer, a run-time network and one of the attribute.
fn step<N, const H: usize>(c: &mut Criterion)
where
    N: FixedNetwork<Input = [f32; 1], Output = [f32; H]> + Network + Load,
{
    let case = Case::new(1, H, 0);
    let (x, h) = (case.inputs(1), case.state());
    let mut naive = Naive::new(&case);
    naive.set_state(&h);
    let mut want = vec![0.0; H];
    naive.process(&x, &mut want);
    let mut group = c.benchmark_group("step");
    let mut contest = Contest::new(&mut group, format!("1x{H}"), case.flop(), want, case.bound(1));
    for backend in backends::all() {
        let cell = kernel::SimpleRnn::new(1, H, Activation::Tanh, backend).expect("sizes above zero");
        let mut packed = FromLine::zeroed(cell.packed_len());
        let weights = kernel::Weights { weight_ih: &case.u, weight_hh: &case.w, bias: Some(&case.b) };
        cell.pack(&weights, &mut packed).expect("the weights fit");
        let (mut state, mut scratch) =
            (FromLine::zeroed(H), FromLine::zeroed(cell.scratch_len(1).expect("the length fits")));
        state.copy_from_slice(&h);
        contest.enter(&format!("kernel {backend}"), |y| {
            cell.step(&packed, black_box(&x), &mut state, &mut scratch).expect("lengths fit");
            y.copy_from_slice(&state);
        });

        let net = case.runtime(backend);
        let mut state = net.initial_state();
        net.restore(&mut state, &h).expect("lengths fit");
        contest.enter(&format!("runtime {backend}"), |y| {
            net.step_into(&mut state, black_box(&x), y).expect("lengths fit");
        });

        let net: N = case.fixed(backend);
        let mut state = net.initial_state();
        net.restore(&mut state, &h).expect("lengths fit");
        contest.enter(&format!("macro {backend}"), |y| {
            let y: &mut [f32; H] = y.try_into().expect("as long as the output");
            *y = net.step(&mut state, black_box(&[x[0]]));
        });
    }
    naive.set_state(&h);
    contest.enter("naive", |y| naive.process(black_box(&x), y));
    let mut sgemm = Sgemm::new(&case);
    sgemm.set_state(&h);
    contest.enter("matrixmultiply", |y| sgemm.process(black_box(&x), y));
    group.finish();
}

/// A buffer of steps, every output, the state carried on.
fn process<N: Network + Load + HasState>(c: &mut Criterion, case: &Case) {
    const STEPS: usize = 256;
    let (xs, h) = (case.inputs(STEPS), case.state());
    let mut naive = Naive::new(case);
    naive.set_state(&h);
    let mut want = vec![0.0; STEPS * case.width()];
    naive.process(&xs, &mut want);
    let mut group = c.benchmark_group("process");
    let shape = format!("T={STEPS} {}x{}x{}", case.n_i, case.n_h, case.n_o);
    let mut contest = Contest::new(&mut group, shape, STEPS * case.flop(), want, case.bound(STEPS));
    for backend in backends::all() {
        enter_process(&mut contest, &format!("runtime {backend}"), &case.runtime(backend), &xs, &h);
        enter_process(&mut contest, &format!("macro {backend}"), &case.fixed::<N>(backend), &xs, &h);
    }
    naive.set_state(&h);
    contest.enter("naive", |ys| naive.process(black_box(&xs), ys));
    let mut sgemm = Sgemm::new(case);
    sgemm.set_state(&h);
    contest.enter("matrixmultiply", |ys| sgemm.process(black_box(&xs), ys));
    group.finish();
}

fn enter_process<N: Network + HasState>(
    contest: &mut Contest<'_, '_>,
    name: &str,
    net: &N,
    xs: &[f32],
    h: &[f32],
) {
    let mut state = net.initial_state();
    net.restore(&mut state, h).expect("lengths fit");
    contest.enter(name, |ys| net.process_into(&mut state, black_box(xs), ys).expect("lengths fit"));
}

/// A sequence from h = 0, its last output.
fn sequence<N: Network + Load>(c: &mut Criterion, case: &Case) {
    const STEPS: usize = 128;
    let xs = case.inputs(STEPS);
    let grid = Grid { rows: 1, stride: 0, steps: STEPS };
    let mut naive = Naive::new(case);
    let mut want = vec![0.0; case.width()];
    naive.last(&xs, grid, &mut want);
    let mut group = c.benchmark_group("sequence");
    let shape = format!("T={STEPS} {}x{}x{}", case.n_i, case.n_h, case.n_o);
    let flop = STEPS * (case.flop_input() + case.flop_recurrent()) + case.flop_head();
    let mut contest = Contest::new(&mut group, shape, flop, want, case.bound(STEPS));
    for backend in backends::all() {
        enter_sequence(&mut contest, &format!("runtime {backend}"), &case.runtime(backend), &xs);
        enter_sequence(&mut contest, &format!("macro {backend}"), &case.fixed::<N>(backend), &xs);
    }
    contest.enter("naive", |y| naive.last(black_box(&xs), grid, y));
    let mut sgemm = Sgemm::new(case);
    contest.enter("matrixmultiply", |y| sgemm.last(black_box(&xs), grid, y));
    group.finish();
}

fn enter_sequence<N: Network>(contest: &mut Contest<'_, '_>, name: &str, net: &N, xs: &[f32]) {
    let mut scratch =
        vec![0.0; net.forward_scratch_len(xs.len() / net.input_size()).expect("the length fits")];
    contest.enter(name, |y| {
        net.forward_into(black_box(xs), Outputs::Last, y, &mut scratch).expect("lengths fit");
    });
}

fn main() {
    let mut criterion = criterion();
    step::<Cell16, 16>(&mut criterion);
    step::<Cell64, 64>(&mut criterion);
    step::<Cell256, 256>(&mut criterion);
    let (small, large) = (Case::new(4, 32, 1), Case::new(8, 128, 1));
    process::<Small>(&mut criterion, &small);
    process::<Large>(&mut criterion, &large);
    sequence::<Small>(&mut criterion, &small);
    sequence::<Large>(&mut criterion, &large);
    criterion.final_summary();
}
