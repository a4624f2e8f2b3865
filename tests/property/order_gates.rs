//! The order of a sum, of each gate of the cells that have several: one chain a gate, input then state.
//!
//! With linear activations, and all other gates held at 0 or 1 by a bias, a step's output is one gate's sum, or one operation
//! away from it.

use crate::cases::check;
use crate::network::{Case, Shape, Weights};
use crate::order::{chained, step};
use crate::sizes;
use proptest::prelude::*;
use rnn_core::{Activation, LayerKind, ResetGate};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;
use rnn_support::rng::Rng;

/// What the sums of a unit are, by the contract.
struct Sums {
    /// From the bias through the inputs and on through the state.
    whole: f32,
    /// The input segment.
    input: f32,
    /// The recurrent segment from the second bias, where it stands apart.
    apart: f32,
}

/// One gate laid open.
#[derive(Clone, Copy)]
struct Open {
    kind: fn(usize) -> LayerKind,
    gate: usize,
    /// What biases hold the others at; that of the gate itself does not count.
    held: &'static [f32],
    /// The second bias of a candidate that stands apart, where it is not the gate laid open.
    second: f32,
    /// h and c of all units, or random ones.
    state: [Option<f32>; 2],
    /// The output, from the gate's sums and the unit's h.
    output: fn(&Sums, f32) -> f32,
}

fn after(size: usize) -> LayerKind {
    linear(LayerKind::gru(size, ResetGate::AfterProduct))
}

fn before(size: usize) -> LayerKind {
    linear(LayerKind::gru(size, ResetGate::BeforeProduct))
}

fn lstm(size: usize) -> LayerKind {
    linear(LayerKind::lstm(size))
}

fn min_gru(size: usize) -> LayerKind {
    linear(LayerKind::min_gru(size))
}

fn min_lstm(size: usize) -> LayerKind {
    linear(LayerKind::min_lstm(size))
}

fn linear(kind: LayerKind) -> LayerKind {
    kind.with_activation(Activation::Linear).with_gate(Activation::Linear)
}

const ANY: [Option<f32>; 2] = [None, None];
const ZERO: [Option<f32>; 2] = [Some(0.0), None];

const OPEN: [Open; 15] = [
    // r * (0 + 1), z * h, n.
    Open { kind: after, gate: 0, held: &[0.0, 0.0, 0.0], second: 1.0, state: ANY, output: |s, _| s.whole },
    Open {
        kind: after,
        gate: 1,
        held: &[1.0, 0.0, 0.0],
        second: 0.0,
        state: ANY,
        output: |s, h| s.whole * h,
    },
    Open {
        kind: after,
        gate: 2,
        held: &[1.0, 0.0, 0.0],
        second: 0.0,
        state: ANY,
        output: |s, _| s.apart + s.input,
    },
    Open {
        kind: before,
        gate: 0,
        held: &[0.0, 0.0, 0.0],
        second: 0.0,
        state: ANY,
        output: |s, h| s.whole * h,
    },
    Open {
        kind: before,
        gate: 1,
        held: &[1.0, 0.0, 0.0],
        second: 0.0,
        state: ANY,
        output: |s, h| s.whole * h,
    },
    Open { kind: before, gate: 2, held: &[1.0, 0.0, 0.0], second: 0.0, state: ANY, output: |s, _| s.whole },
    // i * 1, f * c, 1 * g, o * 1.
    Open {
        kind: lstm,
        gate: 0,
        held: &[0.0, 0.0, 1.0, 1.0],
        second: 0.0,
        state: ANY,
        output: |s, _| s.whole,
    },
    Open {
        kind: lstm,
        gate: 1,
        held: &[0.0, 0.0, 0.0, 1.0],
        second: 0.0,
        state: [None, Some(1.0)],
        output: |s, _| s.whole,
    },
    Open {
        kind: lstm,
        gate: 2,
        held: &[1.0, 0.0, 0.0, 1.0],
        second: 0.0,
        state: ANY,
        output: |s, _| s.whole,
    },
    Open {
        kind: lstm,
        gate: 3,
        held: &[1.0, 0.0, 1.0, 0.0],
        second: 0.0,
        state: ANY,
        output: |s, _| s.whole,
    },
    // z * 1, 1 * n.
    Open { kind: min_gru, gate: 0, held: &[0.0, 1.0], second: 0.0, state: ZERO, output: |s, _| s.input },
    Open { kind: min_gru, gate: 1, held: &[1.0, 0.0], second: 0.0, state: ZERO, output: |s, _| s.input },
    // 1 / (f + 1), i / (1 + i), n.
    Open {
        kind: min_lstm,
        gate: 0,
        held: &[0.0, 1.0, 1.0],
        second: 0.0,
        state: ZERO,
        output: |s, _| 1.0 / (s.input + 1.0),
    },
    Open {
        kind: min_lstm,
        gate: 1,
        held: &[1.0, 0.0, 1.0],
        second: 0.0,
        state: ZERO,
        output: |s, _| s.input / (1.0 + s.input),
    },
    Open {
        kind: min_lstm,
        gate: 2,
        held: &[0.0, 1.0, 0.0],
        second: 0.0,
        state: ZERO,
        output: |s, _| s.input,
    },
];

impl Open {
    /// Weights of the gate alone, and the biases that hold the others.
    fn weights(&self, n_i: usize, n: usize, rng: &mut Rng) -> Weights {
        let shape = Shape::of(n_i, (self.kind)(n));
        let (mut input, mut recurrent) = (vec![0.0; shape.input], vec![0.0; shape.recurrent]);
        let mut bias: Vec<f32> = self.held.iter().flat_map(|&held| vec![held; n]).collect();
        input[self.gate * n * n_i..][..n * n_i].copy_from_slice(&rng.weights(n * n_i, n));
        bias[self.gate * n..][..n].copy_from_slice(&rng.biases(n));
        if !recurrent.is_empty() {
            recurrent[self.gate * n * n..][..n * n].copy_from_slice(&rng.weights(n * n, n));
        }
        let resets = self.held.len() == 3 && self.gate == 0 && (self.kind)(n) == before(n);
        if resets {
            // The identity: R_n (r * h) = r * h.
            (0..n).for_each(|unit| recurrent[(2 * n + unit) * n + unit] = 1.0);
        }
        let second = ((self.kind)(n) == after(n)).then(|| {
            let apart = if self.gate == 2 { rng.biases(n) } else { vec![self.second; n] };
            [vec![0.0; 2 * n], apart].concat()
        });
        Weights { input, recurrent, bias: Some(bias), second, ..Weights::default() }
    }

    fn want(&self, weights: &Weights, x: &[f32], h: &[f32]) -> Vec<f32> {
        let n = h.len();
        let output = |unit: usize| {
            let row = self.gate * n + unit;
            let bias = weights.bias.as_ref().map_or(0.0, |bias| bias[row]);
            let second = weights.second.as_ref().map_or(0.0, |bias| bias[row]);
            let input = chained(bias, &weights.input[row * x.len()..][..x.len()], x, 1);
            let recurrent =
                if weights.recurrent.is_empty() { &[] } else { &weights.recurrent[row * n..][..n] };
            let through = |start| chained(start, recurrent, &h[..recurrent.len()], 1);
            (self.output)(&Sums { whole: through(input), input, apart: through(second) }, h[unit])
        };
        (0..n).map(output).collect()
    }
}

#[test]
fn every_gate_adds_in_the_contracts_order() {
    let cases = (sizes::size(), sizes::size(), any::<u64>());
    check(file!(), "every gate in the contract's order", 4, cases, |(n_i, n, seed)| {
        for open in OPEN {
            let mut rng = Rng::new(seed);
            let kind = (open.kind)(n);
            let case = Case::single(n_i, kind, seed);
            let weights = [open.weights(n_i, n, &mut rng)];
            let x = rng.inputs(n_i);
            let mut state = rng.states(kind.state_len());
            for (part, value) in state.chunks_mut(n).zip(open.state) {
                if let Some(value) = value {
                    part.fill(value);
                }
            }
            let want = open.want(&weights[0], &x, &state[..n]);
            for backend in backends::fused() {
                let got = step(&case.network_of(&weights, backend), &x, &state);
                // A zero's sign is the equations' matter.
                let [got, want] = [&got, &want].map(|ys| ys.iter().map(|y| y + 0.0).collect::<Vec<_>>());
                let what = format_args!("{backend}, gate {} of {kind:?}, n_i={n_i}", open.gate);
                assert_bits_equal(&got, &want, what);
            }
        }
    });
}

/// A peephole's term is the last of its sum; a projection's sum starts at 0 and has one chain.
#[test]
fn peepholes_and_projections() {
    let cases = (sizes::size(), sizes::size(), any::<u64>());
    check(file!(), "peepholes and projections in order", 4, cases, |(n, size, seed)| {
        let mut rng = Rng::new(seed);
        let open = OPEN[6];
        let kind = lstm(n).with_peephole();
        let mut weights = open.weights(2, n, &mut rng);
        let peephole = [rng.weights(n, 1), vec![0.0; 2 * n]].concat();
        weights.peephole = Some(peephole.clone());
        let (x, state) = (rng.inputs(2), rng.states(2 * n));
        let sums = open.want(&weights, &x, &state[..n]);
        let want: Vec<f32> = (0..n).map(|unit| peephole[unit].mul_add(state[n + unit], sums[unit])).collect();
        for backend in backends::fused() {
            let case = Case::single(2, kind, seed);
            let got = step(&case.network_of(std::slice::from_ref(&weights), backend), &x, &state);
            assert_bits_equal(&got, &want, format_args!("{backend}, peepholes of {n}"));
        }

        // o = i = 1: what is projected is the candidate's bias.
        let kind = lstm(n).with_projection(size);
        let candidate = rng.biases(n);
        let bias = [vec![1.0; n], vec![0.0; n], candidate.clone(), vec![1.0; n]].concat();
        let projection = rng.weights(size * n, n);
        let want: Vec<f32> = projection.chunks(n).map(|row| chained(0.0, row, &candidate, 1)).collect();
        let weights = [Weights {
            input: vec![0.0; 8 * n],
            recurrent: vec![0.0; 4 * n * size],
            bias: Some(bias),
            projection: Some(projection),
            ..Weights::default()
        }];
        let state = rng.states(kind.state_len());
        for backend in backends::fused() {
            let got = step(&Case::single(2, kind, seed).network_of(&weights, backend), &[0.5, -1.0], &state);
            assert_bits_equal(&got, &want, format_args!("{backend}, {n} projected to {size}"));
        }
    });
}
