//! What must hold for every cell, delay and direction, whatever the numbers are.

use super::close;
use super::random::{Numbers, every_cell};
use crate::{Activation, ResetGate};
use crate::{Dense, Direction, Layer, Memory, Merge, Network, Recurrence, Recurrent, Sequence, Steps};

const N_I: usize = 2;
const T: usize = 9;

fn xs(seed: u64) -> Vec<f64> {
    Numbers::new(seed).take(T * N_I)
}

/// Rows in the opposite order.
fn turned(rows: &[f64], width: usize) -> Vec<f64> {
    rows.rchunks(width).flatten().copied().collect()
}

/// Every cell at every delay.
fn each_cell(mut f: impl FnMut(Recurrence, u64)) {
    for delay in [1.0, 1.5, 2.0, 3.25] {
        for (index, cell) in every_cell(N_I, delay, 77).into_iter().enumerate() {
            f(cell, 1000 + index as u64);
        }
    }
}

/// Every cell in every direction at every delay, with random past states.
fn each_layer(mut f: impl FnMut(&Recurrent, Vec<Memory>, &[f64])) {
    for delay in [1.0, 1.5, 3.0] {
        let cells = every_cell(N_I, delay, 5).into_iter().zip(every_cell(N_I, delay, 6));
        for (index, (cell, other)) in cells.enumerate() {
            let mut layers: Vec<Recurrent> = [Direction::Forward, Direction::Reverse, Direction::GoBackwards]
                .map(|direction| Recurrent::new(direction, cell.clone()))
                .into();
            for merge in [Merge::Concat, Merge::Sum, Merge::Product, Merge::Average] {
                layers.push(Recurrent::bidirectional(cell.clone(), other.clone(), merge));
            }
            for layer in layers {
                let network = Network { layers: vec![Layer::Recurrent(layer.clone())] };
                let numbers = Network::flatten(&network.zero()).len();
                let past = network.unflatten(&Numbers::new(31 + index as u64).take(numbers));
                f(&layer, past, &xs(index as u64));
            }
        }
    }
}

#[test]
fn a_delay_of_one_is_none() {
    for cell in every_cell(N_I, 1.0, 3) {
        let xs = xs(3);
        let mut state = cell.cell.zero();
        let mut memory = cell.zero();
        for x in xs.chunks(N_I) {
            state = cell.cell.next(x, &state);
            assert_eq!(cell.step(x, &mut memory), state.h);
            assert_eq!(memory, [state.clone()]);
        }
    }
}

/// A delay of d whole steps is d interleaved sequences that know nothing of each other.
#[test]
fn a_whole_delay_interleaves() {
    for d in [2, 3] {
        let cells = every_cell(N_I, d as f64, 8).into_iter().zip(every_cell(N_I, 1.0, 8));
        for (delayed, plain) in cells {
            let xs = xs(4);
            let (mut memory, mut apart) = (delayed.zero(), vec![plain.zero(); d]);
            for (t, x) in xs.chunks(N_I).enumerate() {
                assert_eq!(delayed.step(x, &mut memory), plain.step(x, &mut apart[t % d]));
            }
        }
    }
}

#[test]
fn backwards_is_forwards_over_the_turned_sequence() {
    each_cell(|cell, seed| {
        let (xs, n_o) = (xs(seed), cell.cell.output_size());
        let run = |direction, xs: &[f64]| {
            let layer = Recurrent::new(direction, cell.clone());
            layer.run(xs, &Steps::default(), layer.zero())
        };
        let forward = run(Direction::Forward, &turned(&xs, N_I));
        assert_eq!(run(Direction::GoBackwards, &xs), forward);
        let reverse = run(Direction::Reverse, &xs);
        assert_eq!(turned(&reverse.all, n_o), forward.all);
        assert_eq!((reverse.last, reverse.memories), (forward.last, forward.memories));
    });
}

#[test]
fn both_directions_are_one_and_the_other() {
    for (forward, backward) in every_cell(N_I, 1.5, 1).into_iter().zip(every_cell(N_I, 1.5, 2)) {
        let (xs, n_o) = (xs(9), forward.cell.output_size());
        let alone = |direction, cell: &Recurrence| {
            let layer = Recurrent::new(direction, cell.clone());
            layer.run(&xs, &Steps::default(), layer.zero())
        };
        let (f, b) = (alone(Direction::Forward, &forward), alone(Direction::Reverse, &backward));
        let layer = Recurrent::bidirectional(forward, backward, Merge::Concat);
        let got = layer.run(&xs, &Steps::default(), layer.zero());
        for t in 0..T {
            let row = [&f.all[t * n_o..(t + 1) * n_o], &b.all[t * n_o..(t + 1) * n_o]].concat();
            assert_eq!(got.all[2 * t * n_o..2 * (t + 1) * n_o], row);
        }
        assert_eq!(got.last, [f.last, b.last].concat());
        assert_eq!(got.memories, [f.memories, b.memories].concat());
    }
}

#[test]
fn a_full_length_and_a_full_mask_are_none() {
    each_layer(|layer, past, xs| {
        let want = layer.run(xs, &Steps::default(), past.clone());
        for steps in [
            Steps { length: Some(T), ..Steps::default() },
            Steps { mask: Some(vec![true; T]), ..Steps::default() },
            Steps { length: Some(T), mask: Some(vec![true; T]), zero_output_for_mask: true },
        ] {
            assert_eq!(layer.run(xs, &steps, past.clone()), want);
        }
    });
}

#[test]
fn a_length_is_a_shorter_sequence() {
    each_layer(|layer, past, xs| {
        for length in 0..T {
            let mut padded = xs.to_vec();
            padded[length * N_I..].fill(f64::NAN);
            let steps = Steps { length: Some(length), ..Steps::default() };
            let got = layer.run(&padded, &steps, past.clone());
            let want = layer.run(&xs[..length * N_I], &Steps::default(), past.clone());
            let end = length * layer.output_size();
            assert_eq!(got.all[..end], want.all);
            assert!(got.all[end..].iter().all(|&y| y == 0.0));
            assert_eq!(
                (got.all.len(), got.last, got.memories),
                (T * layer.output_size(), want.last, want.memories)
            );
        }
    });
}

/// At the steps that count, a mask is a sequence without the others.
#[test]
fn a_mask_leaves_steps_out() {
    each_layer(|layer, past, xs| {
        let masks: [[bool; T]; 3] = [
            std::array::from_fn(|t| t % 3 != 1),
            std::array::from_fn(|t| (2..7).contains(&t)),
            std::array::from_fn(|t| t != 4),
        ];
        for mask in masks {
            let kept: Vec<f64> =
                (0..T).filter(|&t| mask[t]).flat_map(|t| xs[t * N_I..(t + 1) * N_I].to_vec()).collect();
            let want = layer.run(&kept, &Steps::default(), past.clone());
            let mut poisoned = xs.to_vec();
            for t in (0..T).filter(|&t| !mask[t]) {
                poisoned[t * N_I..(t + 1) * N_I].fill(f64::NAN);
            }
            let steps = Steps { mask: Some(mask.to_vec()), ..Steps::default() };
            let got = layer.run(&poisoned, &steps, past.clone());
            assert_eq!((&got.last, &got.memories), (&want.last, &want.memories));
            let n_o = layer.output_size();
            // Outputs in the order of computation are masked in that order.
            let order: Vec<usize> = match layer.direction {
                Direction::GoBackwards => (0..T).rev().collect(),
                _ => (0..T).collect(),
            };
            let rows = order.iter().zip(got.all.chunks(n_o));
            let valid: Vec<f64> = rows.filter(|&(&t, _)| mask[t]).flat_map(|(_, row)| row.to_vec()).collect();
            assert_eq!(valid, want.all);
        }
    });
}

/// A sequence in two parts, the states of the first given to the second.
#[test]
fn a_sequence_may_be_cut() {
    each_layer(|layer, past, xs| {
        let cut = match layer.direction {
            Direction::Forward => 4,
            // The first part is the later one.
            Direction::GoBackwards | Direction::Reverse => T - 4,
            Direction::Bidirectional(_) => return,
        };
        let whole = layer.run(xs, &Steps::default(), past.clone());
        let (early, late) = xs.split_at(cut * N_I);
        let (first, second) =
            if layer.direction == Direction::Forward { (early, late) } else { (late, early) };
        let first = layer.run(first, &Steps::default(), past);
        let second = layer.run(second, &Steps::default(), first.memories);
        let all = match layer.direction {
            Direction::Reverse => [second.all, first.all].concat(),
            _ => [first.all, second.all].concat(),
        };
        assert_eq!(Sequence { all, ..second }, whole);
    });
}

fn stack() -> Network {
    let dense = |input_size: usize, output_size: usize, activation, seed| {
        let mut numbers = Numbers::new(seed);
        let (v, c) = (numbers.take(input_size * output_size), numbers.take(output_size));
        Layer::Dense(Dense { input_size, output_size, v, c, activation })
    };
    let cell = |n_i, seed| Recurrence::new(super::random::lstm(n_i, 3, seed));
    let gru = Recurrence::new(super::random::gru(6, 4, ResetGate::BeforeProduct, 3)).with_delay(1.5);
    Network {
        layers: vec![
            Layer::Recurrent(Recurrent::bidirectional(cell(N_I, 1), cell(N_I, 2), Merge::Concat)),
            Layer::Recurrent(Recurrent::new(Direction::GoBackwards, gru)),
            dense(4, 5, Activation::Relu, 4),
            Layer::Recurrent(Recurrent::bidirectional(cell(5, 5), cell(5, 6), Merge::Average)),
            dense(3, 3, Activation::Softmax, 7),
        ],
    }
}

#[test]
fn a_stack_is_its_layers_one_after_the_other() {
    let network = stack();
    let xs = xs(12);
    let mut mask = vec![true; T];
    (mask[0], mask[4], mask[8]) = (false, false, false);
    for steps in [
        Steps::default(),
        Steps { length: Some(6), ..Steps::default() },
        Steps { mask: Some(mask.clone()), ..Steps::default() },
        Steps { length: Some(7), mask: Some(mask), zero_output_for_mask: true },
    ] {
        let got = network.run(&xs, &steps, network.zero());
        let count = steps.count(T);
        let (mut now, mut last, mut memories) = (xs.clone(), Vec::new(), Vec::new());
        for layer in &network.layers {
            match layer {
                Layer::Recurrent(layer) => {
                    let sequence = layer.run(&now, &steps, layer.zero());
                    memories.extend(sequence.memories);
                    (now, last) = (sequence.all, sequence.last);
                }
                Layer::Dense(layer) => {
                    now = layer.apply_to_rows(&now);
                    // Past the end there is nothing, not even a bias.
                    now[count * layer.output_size..].fill(0.0);
                    last = layer.apply(&last);
                }
            }
        }
        assert_eq!(got, Sequence { all: now, last, memories });
        assert_eq!(got.all.len(), 3 * T);
        close(&[got.last.iter().sum()], &[1.0]);
    }
    // No step at all: nothing comes out, not even a bias.
    let none = network.run(&xs, &Steps { length: Some(0), ..Steps::default() }, network.zero());
    assert_eq!(none, Sequence { all: vec![0.0; 3 * T], last: vec![0.0; 3], memories: network.zero() });
}

#[test]
fn snapshots() {
    let network = stack();
    // Two LSTMs of 3 + 3, two past states of 4, two LSTMs of 3 + 3.
    let numbers: Vec<f64> = (0..32).map(f64::from).collect();
    let memories = network.unflatten(&numbers);
    assert_eq!(memories.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 2, 1, 1]);
    // Layer 0 forward: h = 0 1 2, c = 3 4 5; backward from 6; layer 1 newest from 12, then 16; layer 3 from 20.
    assert_eq!((memories[0][0].h.as_slice(), memories[0][0].c.as_slice()), (&numbers[..3], &numbers[3..6]));
    assert_eq!(memories[1][0].h, numbers[6..9]);
    assert_eq!((&memories[2][0].h[..], &memories[2][1].h[..]), (&numbers[12..16], &numbers[16..20]));
    assert_eq!(memories[4][0].c, numbers[29..]);
    assert_eq!(Network::flatten(&memories), numbers);
    assert_eq!(Network::flatten(&network.zero()), [0.0; 32]);
}

/// A network of dense layers alone.
#[test]
fn without_a_recurrent_layer() {
    let dense = Dense {
        input_size: 2,
        output_size: 1,
        v: vec![1.0, 10.0],
        c: vec![0.5],
        activation: Activation::Linear,
    };
    let network = Network { layers: vec![Layer::Dense(dense)] };
    let xs = [1.0, 2.0, 3.0, 4.0, f64::NAN, f64::NAN];
    let steps = Steps { length: Some(2), ..Steps::default() };
    // 1 + 20 + 0.5, 3 + 40 + 0.5.
    let want = Sequence { all: vec![21.5, 43.5, 0.0], last: vec![43.5], memories: Vec::new() };
    assert_eq!(network.run(&xs, &steps, Vec::new()), want);
}
