//! What does an activation cost an element? Ours on every backend against the system's functions in a loop.

use criterion::Criterion;
use rnn_benches::contest::{Contest, criterion};
use rnn_benches::naive;
use rnn_core::{Activation, Backend, ShapeError, activation};
use rnn_support::rng::Rng;
use rnn_support::{backends, tolerance};
use std::hint::black_box;

type Ours = fn(Backend, &[f32], &mut [f32]) -> Result<(), ShapeError>;
type Plain = fn(&[f32], &mut [f32]);

/// Each function with the loop it is compared with; the fast ones with the loop of the precise function.
const FUNCTIONS: [(Activation, Ours, Plain); 5] = [
    (Activation::Tanh, activation::tanh_into, |x, y| naive::map(naive::tanh, x, y)),
    (Activation::Sigmoid, activation::sigmoid_into, |x, y| naive::map(naive::sigmoid, x, y)),
    (Activation::Relu, activation::relu_into, |x, y| naive::map(naive::relu, x, y)),
    (Activation::FastTanh, activation::fast_tanh_into, |x, y| naive::map(naive::tanh, x, y)),
    (Activation::FastSigmoid, activation::fast_sigmoid_into, |x, y| naive::map(naive::sigmoid, x, y)),
];

/// A few values, which is what a small layer has, and as many as the first cache level holds twice.
const LENGTHS: [usize; 2] = [20, 2048];

/// The largest |x| of the inputs.
const RANGE: f32 = 4.0;

fn functions(c: &mut Criterion) {
    let mut group = c.benchmark_group("activation");
    for len in LENGTHS {
        let mut rng = Rng::new(len as u64);
        let x: Vec<f32> = (0..len).map(|_| rng.uniform(-RANGE..=RANGE)).collect();
        for (activation, ours, plain) in FUNCTIONS {
            let mut want = vec![0.0; len];
            plain(&x, &mut want);
            // The system's function has errors as well: a step of one term, then the activation.
            let bound = tolerance::one_step(tolerance::terms(0, 0), f64::from(RANGE))
                + tolerance::activation(activation, 1.0);
            let shape = format!("{activation}/{len}");
            let mut contest = Contest::new(&mut group, shape, len, want, bound);
            for backend in backends::all() {
                contest
                    .enter(backend.name(), |y| ours(backend, black_box(&x), y).expect("y is as long as x"));
            }
            contest.enter("naive", |y| plain(black_box(&x), y));
        }
    }
    group.finish();
}

fn main() {
    let mut criterion = criterion();
    functions(&mut criterion);
    criterion.final_summary();
}
