//! The simple (Elman) recurrent layer.

use crate::Activation;
use crate::cell::{Cell, State, check_arguments};
use crate::product::clipped;

/// `h_t = f(U x_t + W h_{t-1} + b)`.
#[derive(Clone, Debug)]
pub struct SimpleRnn {
    /// `n_i`: length of `x_t`.
    pub input_size: usize,
    /// `n_h`: length of `h_t`.
    pub hidden_size: usize,
    /// U, `(n_h, n_i)`.
    pub u: Vec<f64>,
    /// W, `(n_h, n_h)`: row j makes unit j.
    pub w: Vec<f64>,
    /// b, `(n_h)`; zeros for a layer without bias, the sum of both where a framework keeps two.
    pub b: Vec<f64>,
    /// f.
    pub activation: Activation,
    /// What f is applied to is clamped to +- this.
    pub clip: Option<f64>,
}

impl SimpleRnn {
    /// `h_t`, `(n_h)`, of `x_t`, `(n_i)`, and `h_{t-1}`, `(n_h)`.
    ///
    /// # Panics
    /// If a length is wrong.
    #[must_use]
    pub fn step(&self, x: &[f64], h: &[f64]) -> Vec<f64> {
        assert_eq!(x.len(), self.input_size, "x_t is (n_i)");
        assert_eq!(h.len(), self.hidden_size, "h_t-1 is (n_h)");
        assert_eq!(self.u.len(), self.hidden_size * self.input_size, "U is (n_h, n_i)");
        assert_eq!(self.w.len(), self.hidden_size * self.hidden_size, "W is (n_h, n_h)");
        assert_eq!(self.b.len(), self.hidden_size, "b is (n_h)");
        let mut next = vec![0.0; self.hidden_size];
        for j in 0..self.hidden_size {
            let mut z = self.b[j];
            for i in 0..self.input_size {
                z += self.u[j * self.input_size + i] * x[i];
            }
            for k in 0..self.hidden_size {
                z += self.w[j * self.hidden_size + k] * h[k];
            }
            next[j] = self.activation.apply(clipped(z, self.clip));
        }
        next
    }

    /// All `h_t` of a sequence, `(T, n_h)`, from xs, `(T, n_i)`, and the state before it, `h_0`, `(n_h)`.
    ///
    /// # Panics
    /// If a length is wrong.
    #[must_use]
    pub fn sequence(&self, xs: &[f64], h0: &[f64]) -> Vec<f64> {
        assert_eq!(xs.len() % self.input_size, 0, "xs is (T, n_i)");
        let mut h = h0.to_vec();
        let mut hs = Vec::new();
        for x in xs.chunks(self.input_size) {
            h = self.step(x, &h);
            hs.extend(&h);
        }
        hs
    }

    /// h = 0, `(n_h)`.
    #[must_use]
    pub fn zero_state(&self) -> Vec<f64> {
        vec![0.0; self.hidden_size]
    }

    /// The largest over the units of sum |U x| + sum |W h| + |b|: the A of the tolerance table.
    #[must_use]
    pub fn largest_row_sum(&self, x: &[f64], h: &[f64]) -> f64 {
        let mut largest = 0.0;
        for j in 0..self.hidden_size {
            let mut sum = self.b[j].abs();
            for i in 0..self.input_size {
                sum += (self.u[j * self.input_size + i] * x[i]).abs();
            }
            for k in 0..self.hidden_size {
                sum += (self.w[j * self.hidden_size + k] * h[k]).abs();
            }
            if sum > largest {
                largest = sum;
            }
        }
        largest
    }
}

impl Cell for SimpleRnn {
    fn input_size(&self) -> usize {
        self.input_size
    }

    fn output_size(&self) -> usize {
        self.hidden_size
    }

    fn next(&self, x: &[f64], past: &State) -> State {
        check_arguments(self, x, past);
        State { h: self.step(x, &past.h), c: Vec::new() }
    }

    fn row_sum(&self, x: &[f64], past: &State) -> f64 {
        check_arguments(self, x, past);
        self.largest_row_sum(x, &past.h)
    }
}
