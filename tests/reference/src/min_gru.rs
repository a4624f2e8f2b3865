//! The minimal GRU of Feng et al. 2024, "Were RNNs All We Needed?", arXiv:2410.01201.
//!
//! ```text
//! z  = s(W_z x + b_z)
//! n  = t(W_h x + b_h)                             the identity in the paper
//! h' = (1 - z) * h + z * n                        z lets the new in, where a GRU's keeps the old
//! ```

use crate::Activation;
use crate::cell::{Cell, State, check_arguments};
use crate::product::{clipped, largest, magnitudes, product};

/// A minGRU cell. Gate order z, h.
#[derive(Clone, Debug)]
pub struct MinGru {
    /// `n_i`: length of `x_t`.
    pub input_size: usize,
    /// `n_h`: length of `h_t`.
    pub hidden_size: usize,
    /// W, `(2 n_h, n_i)`.
    pub weight_ih: Vec<f64>,
    /// b, `(2 n_h)`; zeros for a layer without bias.
    pub bias: Vec<f64>,
    /// s.
    pub gate: Activation,
    /// t.
    pub candidate: Activation,
    /// The pre-activations of z and n are clamped to +- this.
    pub clip: Option<f64>,
}

impl Cell for MinGru {
    fn input_size(&self) -> usize {
        self.input_size
    }

    fn output_size(&self) -> usize {
        self.hidden_size
    }

    fn next(&self, x: &[f64], past: &State) -> State {
        check_arguments(self, x, past);
        let (n_h, h) = (self.hidden_size, &past.h);
        assert_eq!(self.bias.len(), 2 * n_h, "b is (2 n_h)");
        let wx = product(&self.weight_ih, 2 * n_h, x);
        let mut next = vec![0.0; n_h];
        for j in 0..n_h {
            let z = self.gate.apply(clipped(wx[j] + self.bias[j], self.clip));
            let n = self.candidate.apply(clipped(wx[n_h + j] + self.bias[n_h + j], self.clip));
            next[j] = (1.0 - z) * h[j] + z * n;
        }
        State { h: next, c: Vec::new() }
    }

    fn row_sum(&self, x: &[f64], past: &State) -> f64 {
        check_arguments(self, x, past);
        let wx = magnitudes(&self.weight_ih, 2 * self.hidden_size, x);
        largest((0..2 * self.hidden_size).map(|row| wx[row] + self.bias[row].abs()))
    }
}
