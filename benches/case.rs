//! Networks to time: a SimpleRNN and, if wished, a dense head, with weights as frameworks start them.

use rnn_core::prelude::*;
use rnn_core::{LayerKind, LayerWeights};
use rnn_support::rng::Rng;
use rnn_support::tolerance::{one_step, sequence, terms};
use std::ops::{Deref, DerefMut};

/// One network's sizes and weights, in PyTorch's layout.
#[derive(Clone, Debug)]
pub struct Case {
    /// Values a step takes.
    pub n_i: usize,
    /// Units.
    pub n_h: usize,
    /// Outputs of the head; 0 without one.
    pub n_o: usize,
    /// U (n_h, n_i).
    pub u: Vec<f32>,
    /// W (n_h, n_h).
    pub w: Vec<f32>,
    /// b (n_h).
    pub b: Vec<f32>,
    /// V (n_o, n_h).
    pub v: Vec<f32>,
    /// c (n_o).
    pub c: Vec<f32>,
}

impl Case {
    /// The case of these sizes: always the same weights.
    #[must_use]
    pub fn new(n_i: usize, n_h: usize, n_o: usize) -> Self {
        let mut rng = Rng::new((n_i * 10_000 + n_h * 10 + n_o) as u64);
        let (u, w, b) = (rng.weights(n_h * n_i, n_h), rng.weights(n_h * n_h, n_h), rng.weights(n_h, n_h));
        Self { n_i, n_h, n_o, u, w, b, v: rng.weights(n_o * n_h, n_h), c: rng.biases(n_o) }
    }

    /// Values a step gives.
    #[must_use]
    pub const fn width(&self) -> usize {
        if self.n_o == 0 { self.n_h } else { self.n_o }
    }

    /// Inputs of `steps` steps.
    #[must_use]
    pub fn inputs(&self, steps: usize) -> Vec<f32> {
        Rng::new(steps as u64).inputs(steps * self.n_i)
    }

    /// A state somewhere in the middle of a stream.
    #[must_use]
    pub fn state(&self) -> Vec<f32> {
        Rng::new(self.n_h as u64).states(self.n_h)
    }

    /// Operations of one step that depend on x alone.
    #[must_use]
    pub const fn flop_input(&self) -> usize {
        2 * self.n_h * self.n_i
    }

    /// Operations of one step that depend on h.
    #[must_use]
    pub const fn flop_recurrent(&self) -> usize {
        2 * self.n_h * self.n_h
    }

    /// Operations of one output of the head.
    #[must_use]
    pub const fn flop_head(&self) -> usize {
        2 * self.n_o * self.n_h
    }

    /// Operations of one step and its output.
    #[must_use]
    pub const fn flop(&self) -> usize {
        self.flop_input() + self.flop_recurrent() + self.flop_head()
    }

    /// How far two outputs after at most `steps` steps may lie apart: each within the table's bound of the truth.
    #[must_use]
    pub fn bound(&self, steps: usize) -> f64 {
        let hidden = sequence(terms(self.n_i, self.n_h), steps, 1.0);
        if self.n_o == 0 {
            return 2.0 * hidden;
        }
        // The head passes on the error of h and adds that of its own sum.
        let row = |row: &[f32]| row.iter().map(|&v| f64::from(v).abs()).sum::<f64>();
        let v = self.v.chunks(self.n_h).map(row).fold(0.0, f64::max);
        let c = self.c.iter().map(|&c| f64::from(c).abs()).fold(0.0, f64::max);
        2.0 * (v * hidden + one_step(terms(self.n_h, 0), v + c))
    }

    fn layers(&self) -> Vec<LayerWeights<'_>> {
        let mut layers = vec![LayerWeights::recurrent(&self.u, &self.w, Some(&self.b))];
        if self.n_o > 0 {
            layers.push(LayerWeights::Dense { weight: &self.v, bias: Some(&self.c) });
        }
        layers
    }

    /// The network built at run time.
    ///
    /// # Panics
    /// Never: the weights are of the right sizes.
    #[must_use]
    pub fn runtime(&self, backend: Backend) -> RuntimeNetwork {
        let mut builder = RuntimeNetwork::builder(self.n_i).simple_rnn("hidden", self.n_h);
        if self.n_o > 0 {
            let kind = LayerKind::Dense { output_size: self.n_o, activation: Activation::Linear, bias: true };
            builder = builder.layer("output", kind);
        }
        builder.backend(backend).from_slices(&self.layers()).expect("the weights fit")
    }

    /// The network of the `#[rnn]` attribute.
    ///
    /// # Panics
    /// If `N` has other sizes.
    #[must_use]
    pub fn fixed<N: Load>(&self, backend: Backend) -> N {
        N::from_slices(backend, &self.layers()).expect("a network of these sizes")
    }
}

/// Zeros that start on a cache line, as the weights of a network do.
#[derive(Debug)]
pub struct FromLine {
    buffer: Vec<f32>,
    start: usize,
}

impl FromLine {
    /// `len` zeros.
    #[must_use]
    pub fn zeroed(len: usize) -> Self {
        let mut buffer = vec![0.0; len + 15];
        let start = buffer.as_ptr().align_offset(64).min(15);
        buffer.truncate(start + len);
        Self { buffer, start }
    }
}

impl Deref for FromLine {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        &self.buffer[self.start..]
    }
}

impl DerefMut for FromLine {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.buffer[self.start..]
    }
}
