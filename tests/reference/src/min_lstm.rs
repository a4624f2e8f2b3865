//! The minimal LSTM of Feng et al. 2024, "Were RNNs All We Needed?", arXiv:2410.01201, its gates made to sum to one.
//!
//! ```text
//! f  = s(W_f x + b_f)
//! i  = s(W_i x + b_i)
//! n  = t(W_h x + b_h)                             the identity in the paper
//! h' = f / (f + i) * h + i / (f + i) * n
//! ```

use crate::Activation;
use crate::cell::{Cell, State, check_arguments};
use crate::product::{clipped, largest, magnitudes, product};

/// A minLSTM cell. Gate order f, i, h.
#[derive(Clone, Debug)]
pub struct MinLstm {
    /// `n_i`: length of `x_t`.
    pub input_size: usize,
    /// `n_h`: length of `h_t`.
    pub hidden_size: usize,
    /// W, `(3 n_h, n_i)`.
    pub weight_ih: Vec<f64>,
    /// b, `(3 n_h)`; zeros for a layer without bias.
    pub bias: Vec<f64>,
    /// s, of f and i.
    pub gate: Activation,
    /// t.
    pub candidate: Activation,
    /// The pre-activations of f, i and n are clamped to +- this.
    pub clip: Option<f64>,
}

impl Cell for MinLstm {
    fn input_size(&self) -> usize {
        self.input_size
    }

    fn output_size(&self) -> usize {
        self.hidden_size
    }

    fn next(&self, x: &[f64], past: &State) -> State {
        check_arguments(self, x, past);
        let (n_h, h) = (self.hidden_size, &past.h);
        assert_eq!(self.bias.len(), 3 * n_h, "b is (3 n_h)");
        let wx = product(&self.weight_ih, 3 * n_h, x);
        let before =
            |gate: usize, j: usize| clipped(wx[gate * n_h + j] + self.bias[gate * n_h + j], self.clip);
        let mut next = vec![0.0; n_h];
        for j in 0..n_h {
            let f = self.gate.apply(before(0, j));
            let i = self.gate.apply(before(1, j));
            let n = self.candidate.apply(before(2, j));
            next[j] = f / (f + i) * h[j] + i / (f + i) * n;
        }
        State { h: next, c: Vec::new() }
    }

    fn row_sum(&self, x: &[f64], past: &State) -> f64 {
        check_arguments(self, x, past);
        let wx = magnitudes(&self.weight_ih, 3 * self.hidden_size, x);
        largest((0..3 * self.hidden_size).map(|row| wx[row] + self.bias[row].abs()))
    }
}
