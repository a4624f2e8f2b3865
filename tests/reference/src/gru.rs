//! The gated recurrent unit (Cho et al. 2014, arXiv:1406.1078), as PyTorch and as ONNX write it.
//!
//! ```text
//! r  = s(W_r x + b_ir + R_r h + b_hr)
//! z  = s(W_z x + b_iz + R_z h + b_hz)
//! n  = t(W_n x + b_in + r * (R_n h + b_hn))      AfterProduct:  PyTorch, Keras reset_after, ONNX linear_before_reset=1
//! n  = t(W_n x + b_in + R_n (r * h) + b_hn)      BeforeProduct: Keras reset_after=False, ONNX linear_before_reset=0
//! h' = (1 - z) * n + z * h
//! ```

use crate::Activation;
use crate::cell::{Cell, State, check_arguments};
use crate::product::{clipped, largest, magnitudes, product};

/// Where the reset gate acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetGate {
    /// On the product `R_n h + b_hn`.
    AfterProduct,
    /// On h, before the product.
    BeforeProduct,
}

/// A GRU cell. Gate order r, z, n.
#[derive(Clone, Debug)]
pub struct Gru {
    /// `n_i`: length of `x_t`.
    pub input_size: usize,
    /// `n_h`: length of `h_t`.
    pub hidden_size: usize,
    /// W, `(3 n_h, n_i)`.
    pub weight_ih: Vec<f64>,
    /// R, `(3 n_h, n_h)`.
    pub weight_hh: Vec<f64>,
    /// `b_i`, `(3 n_h)`; zeros for a layer without bias.
    pub bias_ih: Vec<f64>,
    /// `b_h`, `(3 n_h)`; zeros where there is none.
    pub bias_hh: Vec<f64>,
    /// Where the reset gate acts.
    pub reset: ResetGate,
    /// s, of both gates.
    pub gate: Activation,
    /// t.
    pub candidate: Activation,
    /// The pre-activations of r, z and n are clamped to +- this.
    pub clip: Option<f64>,
}

impl Gru {
    /// r and z.
    fn gates(&self, x: &[f64], h: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let n_h = self.hidden_size;
        assert_eq!(self.bias_ih.len(), 3 * n_h, "b_i is (3 n_h)");
        assert_eq!(self.bias_hh.len(), 3 * n_h, "b_h is (3 n_h)");
        let wx = product(&self.weight_ih, 3 * n_h, x);
        let rh = product(&self.weight_hh, 3 * n_h, h);
        let mut r = vec![0.0; n_h];
        let mut z = vec![0.0; n_h];
        for j in 0..n_h {
            let (r_row, z_row) = (j, n_h + j);
            let before_r = wx[r_row] + self.bias_ih[r_row] + rh[r_row] + self.bias_hh[r_row];
            let before_z = wx[z_row] + self.bias_ih[z_row] + rh[z_row] + self.bias_hh[z_row];
            r[j] = self.gate.apply(clipped(before_r, self.clip));
            z[j] = self.gate.apply(clipped(before_z, self.clip));
        }
        (r, z)
    }

    /// The rows of the candidate.
    fn candidate_rows(&self) -> (&[f64], &[f64]) {
        let n_h = self.hidden_size;
        (&self.weight_ih[2 * n_h * self.input_size..], &self.weight_hh[2 * n_h * n_h..])
    }
}

/// r * h.
fn reset_state(r: &[f64], h: &[f64]) -> Vec<f64> {
    r.iter().zip(h).map(|(r, h)| r * h).collect()
}

impl Cell for Gru {
    fn input_size(&self) -> usize {
        self.input_size
    }

    fn output_size(&self) -> usize {
        self.hidden_size
    }

    fn next(&self, x: &[f64], past: &State) -> State {
        check_arguments(self, x, past);
        let (n_h, h) = (self.hidden_size, &past.h);
        let (r, z) = self.gates(x, h);
        let (w_n, r_n) = self.candidate_rows();
        let (b_in, b_hn) = (&self.bias_ih[2 * n_h..], &self.bias_hh[2 * n_h..]);
        let wx = product(w_n, n_h, x);
        let before = match self.reset {
            ResetGate::AfterProduct => {
                let rh = product(r_n, n_h, h);
                (0..n_h).map(|j| wx[j] + b_in[j] + r[j] * (rh[j] + b_hn[j])).collect::<Vec<_>>()
            }
            ResetGate::BeforeProduct => {
                let rh = product(r_n, n_h, &reset_state(&r, h));
                (0..n_h).map(|j| wx[j] + b_in[j] + rh[j] + b_hn[j]).collect()
            }
        };
        let mut next = vec![0.0; n_h];
        for j in 0..n_h {
            let n = self.candidate.apply(clipped(before[j], self.clip));
            next[j] = (1.0 - z[j]) * n + z[j] * h[j];
        }
        State { h: next, c: Vec::new() }
    }

    /// In the candidate with the reset after the product, what is inside the parentheses counts |r| times where a gate
    /// that is no sigmoid makes that more than once.
    fn row_sum(&self, x: &[f64], past: &State) -> f64 {
        check_arguments(self, x, past);
        let (n_h, h) = (self.hidden_size, &past.h);
        let (r, _) = self.gates(x, h);
        let wx = magnitudes(&self.weight_ih, 3 * n_h, x);
        let rh = magnitudes(&self.weight_hh, 3 * n_h, h);
        let mut sums = Vec::new();
        for row in 0..2 * n_h {
            sums.push(wx[row] + self.bias_ih[row].abs() + rh[row] + self.bias_hh[row].abs());
        }
        let reset = magnitudes(self.candidate_rows().1, n_h, &reset_state(&r, h));
        for j in 0..n_h {
            let row = 2 * n_h + j;
            let (input, b_hn) = (wx[row] + self.bias_ih[row].abs(), self.bias_hh[row].abs());
            sums.push(match self.reset {
                ResetGate::AfterProduct => input + (rh[row] + b_hn) * largest([1.0, r[j].abs()]),
                ResetGate::BeforeProduct => input + reset[j] + b_hn,
            });
        }
        largest(sums)
    }
}
