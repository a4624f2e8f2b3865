//! One shape: its weights, what each form makes of them, and the cycles each takes, once all were found to agree.

use crate::plain::{self, Output, State, Tensors};
use rnn_benches::roof::Yardstick;
use rnn_benches::sample::{Times, measure};
use rnn_core::prelude::*;
use rnn_core::{LayerKind, LayerWeights, RecurrentWeights};
use rnn_support::rng::Rng;
use rnn_support::tolerance::{check, one_step, terms, two_sequences};
use std::hint::black_box;

/// Steps of a buffer.
pub(crate) const STEPS: usize = 64;

/// Values for a recurrent layer of one input and a head of one output.
pub(crate) struct Weights {
    kind: LayerKind,
    ih: Vec<f32>,
    hh: Vec<f32>,
    bias_ih: Vec<f32>,
    bias_hh: Vec<f32>,
    v: Vec<f32>,
    c: Vec<f32>,
}

impl Weights {
    pub(crate) fn new(kind: LayerKind) -> Self {
        let mut rng = Rng::new(1);
        let hidden = kind.size();
        let rows = kind.recurrent().map_or(1, |layer| layer.cell.gates()) * hidden;
        Self {
            kind,
            ih: rng.weights(rows, hidden),
            hh: rng.weights(hidden * rows, hidden),
            bias_ih: rng.biases(rows),
            bias_hh: rng.biases(rows),
            v: rng.weights(hidden, hidden),
            c: rng.biases(1),
        }
    }

    fn lend(&self, head: bool) -> Vec<LayerWeights<'_>> {
        let recurrent = LayerWeights::Recurrent(RecurrentWeights {
            bias_hh: Some(&self.bias_hh),
            ..RecurrentWeights::new(&self.ih, &self.hh, Some(&self.bias_ih))
        });
        let dense = LayerWeights::Dense { weight: &self.v, bias: Some(&self.c) };
        if head { vec![recurrent, dense] } else { vec![recurrent] }
    }

    fn tensors(&self) -> Tensors<'_> {
        Tensors { weight_ih: &self.ih, weight_hh: &self.hh, bias_ih: &self.bias_ih, bias_hh: &self.bias_hh }
    }

    /// Name of the cell.
    pub(crate) const fn cell(&self) -> &'static str {
        self.kind.name()
    }

    /// The head of the competitor.
    pub(crate) fn head<const H: usize>(&self) -> plain::Head<H> {
        plain::Head::new(&self.v, self.c[0])
    }

    /// How far two forms may lie apart after a buffer.
    fn bound(&self, head: bool) -> f64 {
        let k = terms(1, self.kind.size());
        let hidden = two_sequences(k, STEPS, 1.0);
        if !head {
            return hidden;
        }
        let sum = self.v.iter().map(|&v| f64::from(v).abs()).sum::<f64>();
        sum * hidden + 2.0 * one_step(k, sum + f64::from(self.c[0]).abs())
    }
}

/// Cycles a step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// One call a step.
    pub(crate) step: Times,
    /// In a buffer.
    pub(crate) process: Times,
}

/// How often things are repeated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// What cycles are counted by.
    pub(crate) yardstick: Yardstick,
    /// Samples of which the median counts.
    pub(crate) repeats: usize,
    /// Buffers of a run.
    pub(crate) buffers: usize,
}

impl Effort {
    /// The cost of `step`, which writes the output of one step, and of `process`, which writes those of a buffer.
    fn cost<const O: usize>(
        self,
        mut step: impl FnMut(&[f32; 1]) -> [f32; O],
        mut process: impl FnMut(&[f32], &mut [f32]),
    ) -> Cost {
        let steps = self.buffers * STEPS;
        let single = measure(self.yardstick, self.repeats, || {
            for _ in 0..steps {
                black_box(step(black_box(&[0.25])));
            }
        });
        let (xs, mut ys) = (Rng::new(2).inputs(STEPS), vec![0.0; STEPS * O]);
        let buffer = measure(self.yardstick, self.repeats, || {
            for _ in 0..self.buffers {
                process(black_box(&xs), black_box(&mut ys));
            }
        });
        Cost { step: single.each(steps), process: buffer.each(steps) }
    }
}

/// What the steps of a fresh stream give.
fn outputs<const O: usize>(mut step: impl FnMut(&[f32; 1]) -> [f32; O]) -> Vec<f32> {
    Rng::new(3).inputs(STEPS).iter().flat_map(|&x| step(&[x])).collect()
}

/// The network the attribute made.
pub(crate) fn generated<N, const O: usize>(
    weights: &Weights,
    head: bool,
    backend: Backend,
    effort: Effort,
) -> (Cost, Vec<f32>)
where
    N: FixedNetwork<Input = [f32; 1], Output = [f32; O]> + Network + Load,
{
    let net = N::from_slices(backend, &weights.lend(head)).expect("a network of these sizes");
    let mut state = net.initial_state();
    let got = outputs(|x| net.step(&mut state, x));
    let (mut one, mut other) = (net.initial_state(), net.initial_state());
    let cost = effort
        .cost(|x| net.step(&mut one, x), |xs, ys| net.process_into(&mut other, xs, ys).expect("lengths fit"));
    (cost, got)
}

/// The network whose sizes are values.
pub(crate) fn run_time<const O: usize>(
    weights: &Weights,
    head: bool,
    backend: Backend,
    effort: Effort,
    want: &[f32],
) -> Cost {
    let mut builder = RuntimeNetwork::builder(1).backend(backend).layer("hidden", weights.kind);
    if head {
        builder = builder.dense("head", 1);
    }
    let net = builder.from_slices(&weights.lend(head)).expect("the weights fit");
    let step = |state: &mut [f32], x: &[f32; 1]| {
        let mut y = [0.0; O];
        net.step_into(state, x, &mut y).expect("lengths fit");
        y
    };
    let mut state = net.initial_state();
    rnn_support::bits::assert_bits_equal(&outputs(|x| step(&mut state, x)), want, backend);
    let (mut one, mut other) = (net.initial_state(), net.initial_state());
    effort.cost(|x| step(&mut one, x), |xs, ys| net.process_into(&mut other, xs, ys).expect("lengths fit"))
}

/// The competitor, which must give what ours gives.
pub(crate) fn plain<C, Y, const H: usize, const O: usize>(
    weights: &Weights,
    output: Y,
    effort: Effort,
    want: &[f32],
) -> Cost
where
    C: plain::Cell<1, H>,
    Y: Output<H, O>,
{
    let mut net = plain::Network { cell: C::new(weights.tensors()), output };
    let want: Vec<f64> = want.iter().copied().map(f64::from).collect();
    let agrees = |net: &plain::Network<C, Y>| {
        let mut state = State::default();
        check(&outputs(|x| net.step(&mut state, x)), &want, |_| weights.bound(O != H))
    };
    if let Err(mismatch) = agrees(&net) {
        panic!("the competitor of {} {H}: {mismatch}", weights.kind.name());
    }
    // The comparison can fail: one wrong weight, of the last gate's last unit, shows.
    let mut wrong = weights.hh.clone();
    let last = wrong.len() - H;
    wrong[last] += 0.5;
    let cell = std::mem::replace(&mut net.cell, C::new(Tensors { weight_hh: &wrong, ..weights.tensors() }));
    assert!(agrees(&net).is_err(), "a wrong weight of {} {H} is not seen", weights.kind.name());
    net.cell = cell;

    let (mut one, mut other) = (State::default(), State::default());
    effort.cost(|x| net.step(&mut one, x), |xs, ys| net.process(&mut other, xs, ys))
}
