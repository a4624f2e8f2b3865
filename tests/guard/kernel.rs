//! The kernel layer: weights, inputs, projections, states, outputs and scratch are all the caller's.

use crate::arena::{Arena, Place, places};
use crate::{SIZES, beside, weights};
use rnn_core::kernel::{Inputs, Run, SimpleRnn, Weights};
use rnn_core::{Activation, Backend};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;
use rnn_support::rng::Rng;

/// A cell with its weights, packed in ordinary memory.
struct Loaded {
    cell: SimpleRnn,
    packed: Vec<f32>,
    rng: Rng,
}

impl Loaded {
    fn new(n_i: usize, n_h: usize, backend: Backend) -> Self {
        let mut rng = Rng::new((n_i * 1000 + n_h) as u64);
        // One of the functions that run as a pass of their own, and the one inside the kernel.
        let activation = if n_h.is_multiple_of(5) { Activation::Sigmoid } else { Activation::Tanh };
        let cell = SimpleRnn::new(n_i, n_h, activation, backend).expect("sizes are not zero");
        let (u, bias) = weights(&mut rng, n_h, n_i);
        let (w, _) = weights(&mut rng, n_h, n_h);
        let mut packed = vec![0.0; cell.packed_len()];
        let weights = Weights { weight_ih: &u, weight_hh: &w, bias: Some(&bias) };
        cell.pack(&weights, &mut packed).expect("the weights fit");
        Self { cell, packed, rng }
    }
}

/// One arena for each argument.
struct Arenas {
    packed: Arena,
    input: Arena,
    h: Arena,
    y: Arena,
    scratch: Arena,
}

impl Arenas {
    fn new() -> Self {
        let most = *SIZES.end();
        let many = Arena::new(ROWS * STEPS * (most + 16));
        Self {
            packed: Arena::new(2 * (most + 16) * (most + 16)),
            input: many,
            h: Arena::new(ROWS * most),
            y: Arena::new(ROWS * STEPS * most),
            scratch: Arena::new(4 * ROWS * (most + 16) + 64),
        }
    }

    fn check(&self, what: std::fmt::Arguments<'_>) {
        let all = [&self.packed, &self.input, &self.h, &self.y, &self.scratch];
        for (arena, name) in all.into_iter().zip(["packed", "input", "h", "y", "scratch"]) {
            assert_eq!(arena.check(), Ok(()), "{name}, {what}");
        }
    }
}

/// Most rows of a run: a tall tile, smaller ones, and one row alone.
const ROWS: usize = 15;

/// Most steps of a run.
const STEPS: usize = 3;

#[test]
fn pack() {
    let most = *SIZES.end();
    let (mut u, mut w, mut b) = (Arena::new(most * most), Arena::new(most * most), Arena::new(most));
    let mut packed = Arena::new(2 * (most + 16) * (most + 16));
    for n_h in SIZES {
        let n_i = beside(n_h);
        let cell = SimpleRnn::new(n_i, n_h, Activation::Tanh, Backend::PORTABLE).expect("sizes are not zero");
        let mut rng = Rng::new(n_h as u64);
        let (weight_ih, bias) = weights(&mut rng, n_h, n_i);
        let (weight_hh, _) = weights(&mut rng, n_h, n_h);
        let mut want = vec![0.0; cell.packed_len()];
        let given = Weights { weight_ih: &weight_ih, weight_hh: &weight_hh, bias: Some(&bias) };
        cell.pack(&given, &mut want).expect("the weights fit");
        for place in places() {
            let given = Weights {
                weight_ih: u.put(place, &weight_ih),
                weight_hh: w.put(place.of_argument(1), &weight_hh),
                bias: Some(b.put(place.of_argument(2), &bias)),
            };
            cell.pack(&given, packed.take(place.of_argument(3), want.len())).expect("the weights fit");
            assert_bits_equal(packed.slice(), &want, format_args!("packed {n_i} to {n_h} at {place:?}"));
            assert_eq!(packed.check(), Ok(()), "{n_i} to {n_h} at {place:?}");
        }
    }
}

#[test]
fn step() {
    let mut arenas = Arenas::new();
    for backend in backends::all() {
        for n_h in SIZES {
            // Run the second size over all of its values too, beside the same ones.
            for (n_i, n_h) in [(beside(n_h), n_h), (n_h, beside(n_h))] {
                let mut case = Loaded::new(n_i, n_h, backend);
                let (x, h) = (case.rng.inputs(n_i), case.rng.states(n_h));
                let mut want = h.clone();
                let mut scratch = vec![0.0; case.cell.scratch_len(1).expect("the length fits")];
                case.cell.step(&case.packed, &x, &mut want, &mut scratch).expect("the lengths fit");
                for place in places() {
                    let packed = arenas.packed.put(place, &case.packed);
                    let x = arenas.input.put(place.of_argument(1), &x);
                    let h = arenas.h.put(place.of_argument(2), &h);
                    let scratch = arenas.scratch.take(place.of_argument(3), scratch.len());
                    case.cell.step(packed, x, h, scratch).expect("the lengths fit");
                    let what = format_args!("step {n_i} to {n_h} on {backend} at {place:?}");
                    assert_bits_equal(arenas.h.slice(), &want, what);
                    arenas.check(what);
                }
            }
        }
    }
}

/// What a run reads: x, or projections of the caller's.
#[derive(Clone, Copy, Debug)]
enum Reads {
    X,
    Projected,
}

/// Runs of 1 to [`ROWS`] rows with strides beyond their values, the last of which ends its slice.
fn runs(reads: Reads, sizes: impl Fn(usize) -> (usize, usize)) {
    let mut arenas = Arenas::new();
    for backend in backends::all() {
        for size in SIZES {
            let (n_i, n_h) = sizes(size);
            let mut case = Loaded::new(n_i, n_h, backend);
            let (rows, steps) = (size % ROWS + 1, size % STEPS + 1);
            let width = match reads {
                Reads::X => n_i,
                Reads::Projected => n_h,
            };
            let step_stride = width + size % 4;
            let row_stride = (steps - 1) * step_stride + width + size % 3;
            let input = case.rng.inputs((rows - 1) * row_stride + (steps - 1) * step_stride + width);
            let h = case.rng.states(rows * n_h);
            let lengths: Vec<usize> = (0..rows).map(|row| (row + size) % (steps + 1)).collect();
            let lengths = (size % 2 == 0).then_some(&lengths[..]);
            let run = |place: Option<(Place, &mut Arenas)>| {
                let cell = &case.cell;
                let scratch_len = cell.scratch_len(rows).expect("the length fits");
                let of = |input| {
                    let inputs = match reads {
                        Reads::X => Inputs::X { x: input, row_stride, step_stride },
                        Reads::Projected => Inputs::Projected { p: input, row_stride, step_stride },
                    };
                    Run { rows, steps, inputs, lengths }
                };
                let Some((place, arenas)) = place else {
                    let (mut h, mut y) = (h.clone(), vec![0.0; rows * steps * n_h]);
                    let mut scratch = vec![0.0; scratch_len];
                    cell.run(&case.packed, &of(&input), &mut h, Some(&mut y), &mut scratch)
                        .expect("the lengths fit");
                    return (h, y);
                };
                let packed = arenas.packed.put(place, &case.packed);
                let run = of(arenas.input.put(place.of_argument(1), &input));
                let h = arenas.h.put(place.of_argument(2), &h);
                let y = arenas.y.take(place.of_argument(3), rows * steps * n_h);
                let scratch = arenas.scratch.take(place.of_argument(4), scratch_len);
                cell.run(packed, &run, h, Some(y), scratch).expect("the lengths fit");
                (h.to_vec(), y.to_vec())
            };
            let want = run(None);
            for place in places() {
                let got = run(Some((place, &mut arenas)));
                let what = format_args!("{reads:?} of {rows} rows, {n_i} to {n_h} on {backend} at {place:?}");
                assert_bits_equal(&got.0, &want.0, what);
                assert_bits_equal(&got.1, &want.1, what);
                arenas.check(what);
            }
        }
    }
}

#[test]
fn run_over_inputs() {
    runs(Reads::X, |size| (beside(size), size));
}

#[test]
fn run_over_inputs_of_every_size() {
    runs(Reads::X, |size| (size, beside(size)));
}

#[test]
fn run_over_projections() {
    runs(Reads::Projected, |size| (beside(size), size));
}
