//! One step of one layer from a given state: output and new state against the reference, within the bound of its cell.

use crate::batches::batch;
use crate::forms::poison;
use crate::kinds;
use crate::network::{Case, Shape, Weights, cell, dense, recurrence, wide};
use rnn_core::{
    Activation, Backend, CellKind, LayerKind, Network, Outputs, Recurrent, ResetGate, RuntimeNetwork,
};
use rnn_reference::{Memory, State};
use rnn_support::rng::Rng;
use rnn_support::tolerance::{self, Bounds, Magnitudes, Mismatch};

/// One layer with weights in [-1, 1] and inputs for one step.
pub(crate) struct OneStep {
    pub(crate) case: Case,
    pub(crate) weights: Vec<Weights>,
    x: Vec<f32>,
    /// A snapshot.
    state: Vec<f32>,
}

impl OneStep {
    /// From weights that leave activations nothing to do to such that saturate them.
    pub(crate) fn new(n_i: usize, kind: LayerKind, seed: u64) -> Self {
        Self::scaled(n_i, kind, seed, [1.0, 0.3, 0.01][usize::try_from(seed % 3).unwrap_or(0)])
    }

    /// With weights six times as large as frameworks start them: of a state that goes through them grows what rounding
    /// changed, three times a step.
    pub(crate) fn chaotic(n_i: usize, kind: LayerKind, seed: u64) -> Self {
        let terms = n_i.max(kind.recurrent().map_or(0, |layer| layer.state_size()));
        Self::scaled(n_i, kind, seed, 6.0 / (terms as f32).sqrt())
    }

    fn scaled(n_i: usize, kind: LayerKind, seed: u64, scale: f32) -> Self {
        let mut rng = Rng::new(seed);
        let shape = Shape::of(n_i, kind);
        let second = shape.second && rng.bits() & 1 == 0;
        let mut uniform =
            |len: usize, scale: f32| -> Vec<f32> { (0..len).map(|_| rng.uniform(-scale..=scale)).collect() };
        let weights = Weights {
            input: uniform(shape.input, scale),
            recurrent: uniform(shape.recurrent, scale),
            bias: kind.bias().then(|| uniform(shape.rows, 0.5)),
            second: second.then(|| uniform(shape.rows, 0.5)),
            peephole: shape.peephole.map(|len| uniform(len, scale)),
            projection: shape.projection.map(|len| uniform(len, scale)),
        };
        let (x, state) = (uniform(n_i, 4.0), uniform(kind.state_len(), 1.0));
        Self { case: Case::single(n_i, kind, seed), weights: vec![weights], x, state }
    }

    pub(crate) fn network(&self, backend: Backend) -> RuntimeNetwork {
        self.case.network_of(&self.weights, backend)
    }

    fn kind(&self) -> LayerKind {
        self.case.layers[0]
    }

    /// The past states in f64.
    fn memory(&self, layer: &Recurrent) -> Memory {
        let (n, m) = (layer.state_size(), layer.memory_size());
        let states = self.state.chunks_exact(n + m);
        states.map(|state| State { h: wide(&state[..n]), c: wide(&state[n..]) }).collect()
    }

    /// y and the new past states of the reference.
    fn want(&self, kind: LayerKind) -> (Vec<f64>, Memory) {
        let (n_i, x, weights) = (self.case.n_i, wide(&self.x), &self.weights[0]);
        let Some(layer) = kind.recurrent() else {
            return (dense(n_i, kind, weights).apply(&x), Memory::new());
        };
        let mut memory = self.memory(&layer);
        let y = recurrence(n_i, kind, weights).step(&x, &mut memory);
        (y, memory)
    }

    /// What the bound is made of. Of a delayed state the magnitudes are those of its parts: what cancels between them
    /// has rounded before.
    fn magnitudes(&self, layer: &Recurrent) -> Magnitudes {
        let (n_i, weights, x) = (self.case.n_i, &self.weights[0], wide(&self.x));
        let mut memory = self.memory(layer);
        memory.iter_mut().flat_map(|state| state.h.iter_mut().chain(&mut state.c)).for_each(|v| *v = v.abs());
        let kind = LayerKind::Recurrent(*layer);
        let read = recurrence(n_i, kind, weights).read(&memory);
        // The candidate with all of R h, as if r were 1.
        let kind = match layer.cell {
            CellKind::Gru { gate, candidate, .. } => {
                let cell = CellKind::Gru { reset: ResetGate::AfterProduct, gate, candidate };
                LayerKind::Recurrent(Recurrent { cell, ..*layer })
            }
            _ => kind,
        };
        let largest = |values: &[f64]| values.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
        let peepholes = weights.peephole.as_deref().map_or_else(Vec::new, wide);
        let row = |row: &[f32]| row.iter().map(|w| f64::from(w.abs())).sum();
        let rows = weights.projection.iter().flat_map(|w| w.chunks(layer.hidden_size));
        Magnitudes {
            a: cell(n_i, kind, weights).row_sum(&x, &read),
            h: largest(&read.h),
            c: largest(&read.c),
            peephole: largest(&peepholes),
            projection: rows.map(row).fold(0.0, f64::max),
        }
    }

    fn bounds(&self, layer: &Recurrent) -> Bounds {
        tolerance::cell_step(layer, self.case.n_i, &self.magnitudes(layer))
    }

    /// Whether no argument of an activation that jumps is so near to the jump that rounding may carry it across: the
    /// reference gives the same if the jump is moved by the error of the arguments. And whether the gates of a minimal
    /// LSTM, which it divides by, are far from 0: below -87 a sigmoid is subnormal and loses its digits, below -104 both
    /// are 0.
    pub(crate) fn is_decided(&self) -> bool {
        let kind = self.kind();
        if kind.name() == "min_lstm"
            && let Some(layer) = kind.recurrent()
            && layer.clip.is_none()
            && self.want(kind) != self.want(kind.with_clip(80.0))
        {
            return false;
        }
        if !kinds::roles(kind).iter().flatten().any(|f| matches!(f, Activation::ThresholdedRelu { .. })) {
            return true;
        }
        let off = match kind.recurrent() {
            Some(layer) => self.bounds(&layer).arguments,
            None => self.dense_sum(),
        };
        #[expect(clippy::cast_possible_truncation, reason = "an error bound of f32 arithmetic")]
        let moved = |by: f64| {
            self.want(kinds::with_roles(kind, |f| match f {
                Activation::ThresholdedRelu { alpha } => {
                    Activation::ThresholdedRelu { alpha: (f64::from(alpha) + by) as f32 }
                }
                other => other,
            }))
        };
        // A little more, for the threshold itself rounds.
        moved(1.1 * off + 1e-6) == moved(-1.1 * off - 1e-6)
    }

    /// The bound of a dense layer's sums.
    fn dense_sum(&self) -> f64 {
        let layer = dense(self.case.n_i, self.kind(), &self.weights[0]);
        tolerance::one_step(tolerance::terms(self.case.n_i, 0), layer.largest_row_sum(&wide(&self.x)))
    }

    /// The worst part of the bound, of y then the new state, as [`OneStep::outputs`] gives them.
    pub(crate) fn check(&self, got: &[f32]) -> Result<f64, Mismatch> {
        let kind = self.kind();
        let (want, memory) = self.want(kind);
        let (y, states) = got.split_at(want.len().min(got.len()));
        let own = |y| tolerance::activation(kind.activation(), y);
        let Some(layer) = kind.recurrent() else {
            let sum = self.dense_sum();
            return tolerance::check(y, &want, |y| sum * tolerance::steepness(kind.activation(), y) + own(y));
        };
        let bounds = self.bounds(&layer);
        let is_simple = matches!(layer.cell, CellKind::SimpleRnn { .. });
        let h = |y| bounds.h + if is_simple { own(y) } else { 0.0 };
        let mut worst = tolerance::check(y, &want, h)?;
        let len = layer.state_size() + layer.memory_size();
        for (age, want) in memory.iter().enumerate() {
            let got = states.get(age * len..(age + 1) * len).unwrap_or_default();
            let (got_h, got_c) = got.split_at(got.len().min(layer.state_size()));
            // Older states are handed on as they are.
            let new = |bound: f64| if age == 0 { bound } else { 0.0 };
            worst = worst.max(tolerance::check(got_h, &want.h, |y| new(h(y)))?);
            worst = worst.max(tolerance::check(got_c, &want.c, |_| new(bounds.c))?);
        }
        Ok(worst)
    }

    /// y and the new state as a step gives them, and as a row of a batch from the same state.
    pub(crate) fn outputs(&self, net: &dyn Network) -> [Vec<f32>; 2] {
        let mut state = poison(net.state_len());
        net.restore(&mut state, &self.state).expect("lengths fit");
        let mut y = poison(net.output_size());
        net.step_into(&mut state, &self.x, &mut y).expect("lengths fit");
        y.extend(net.snapshot(&state).expect("lengths fit"));
        let mut states = self.state.repeat(3);
        let ys = batch(net, &self.x.repeat(3), 3, Outputs::Last, Some(&mut states));
        [y, [&ys[ys.len() / 3 * 2..], &states[states.len() / 3 * 2..]].concat()]
    }

    /// Goes on from what a network gave, with another input.
    pub(crate) fn advance(&mut self, got: &[f32], step: u64) {
        self.state = got[self.case.n_o()..].to_vec();
        self.x = Rng::new(self.case.seed ^ (step + 1)).inputs(self.case.n_i);
    }
}
