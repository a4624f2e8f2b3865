//! The long short-term memory (Hochreiter and Schmidhuber 1997), with the peepholes of Gers et al. 2002, the coupled
//! gates of Greff et al. 2017 and the projection of Sak et al. 2014 (arXiv:1402.1128).
//!
//! ```text
//! i  = s(W_i x + R_i h + b_i + p_i * c)
//! f  = s(W_f x + R_f h + b_f + p_f * c)           coupled: f = 1 - i, its rows are not read
//! g  = t(W_g x + R_g h + b_g)
//! c' = f * c + i * g
//! o  = s(W_o x + R_o h + b_o + p_o * c')          it sees the new c
//! h' = o * u(c')                                  projection: h' = W_hr (o * u(c'))
//! ```
//!
//! The clip is of what s and t are applied to, peephole terms among them; u sees c' as it is, as in ONNX Runtime.

use crate::Activation;
use crate::cell::{Cell, State, check_arguments};
use crate::product::{clipped, largest, magnitudes, product};

/// An LSTM cell. Gate order i, f, g, o.
#[derive(Clone, Debug)]
pub struct Lstm {
    /// `n_i`: length of `x_t`.
    pub input_size: usize,
    /// `n_h`: length of `c_t`, and of `h_t` unless it is projected.
    pub hidden_size: usize,
    /// W, `(4 n_h, n_i)`.
    pub weight_ih: Vec<f64>,
    /// R, `(4 n_h, length of h)`.
    pub weight_hh: Vec<f64>,
    /// b, `(4 n_h)`; zeros for a layer without bias, the sum of both where a framework keeps two.
    pub bias: Vec<f64>,
    /// `p_i`, `p_f`, `p_o`, `(3 n_h)`.
    pub peephole: Option<Vec<f64>>,
    /// `W_hr`, `(length of h, n_h)`.
    pub weight_hr: Option<Vec<f64>>,
    /// f = 1 - i.
    pub coupled: bool,
    /// s, of i, f and o.
    pub gate: Activation,
    /// t, of g.
    pub candidate: Activation,
    /// u, of c'.
    pub output: Activation,
    /// The pre-activations of i, f, g and o are clamped to +- this.
    pub clip: Option<f64>,
}

/// All of one step.
struct Step {
    /// c'.
    c: Vec<f64>,
    /// o * u(c'), before any projection.
    h: Vec<f64>,
}

impl Lstm {
    /// `p_i`, `p_f` and `p_o` of a unit, zeros where there are none.
    fn peepholes(&self, j: usize) -> (f64, f64, f64) {
        let n_h = self.hidden_size;
        self.peephole.as_ref().map_or((0.0, 0.0, 0.0), |p| {
            assert_eq!(p.len(), 3 * n_h, "p is (3 n_h)");
            (p[j], p[n_h + j], p[2 * n_h + j])
        })
    }

    fn step(&self, x: &[f64], past: &State) -> Step {
        check_arguments(self, x, past);
        let n_h = self.hidden_size;
        assert_eq!(self.bias.len(), 4 * n_h, "b is (4 n_h)");
        let wx = product(&self.weight_ih, 4 * n_h, x);
        let rh = product(&self.weight_hh, 4 * n_h, &past.h);
        let before = |gate: usize, j: usize| {
            let row = gate * n_h + j;
            wx[row] + rh[row] + self.bias[row]
        };
        let mut step = Step { c: vec![0.0; n_h], h: vec![0.0; n_h] };
        for j in 0..n_h {
            let c = past.c[j];
            // Without peepholes there is no term: p = 0 times an infinite c would be NaN.
            let seen = |p: f64, c: f64| if self.peephole.is_some() { p * c } else { 0.0 };
            let (p_i, p_f, p_o) = self.peepholes(j);
            let i = self.gate.apply(clipped(before(0, j) + seen(p_i, c), self.clip));
            let f = if self.coupled {
                1.0 - i
            } else {
                self.gate.apply(clipped(before(1, j) + seen(p_f, c), self.clip))
            };
            let g = self.candidate.apply(clipped(before(2, j), self.clip));
            let next = f * c + i * g;
            let o = self.gate.apply(clipped(before(3, j) + seen(p_o, next), self.clip));
            step.c[j] = next;
            step.h[j] = o * self.output.apply(next);
        }
        step
    }
}

impl Cell for Lstm {
    fn input_size(&self) -> usize {
        self.input_size
    }

    fn output_size(&self) -> usize {
        self.weight_hr.as_ref().map_or(self.hidden_size, |weight| {
            assert_eq!(weight.len() % self.hidden_size, 0, "W_hr is (length of h, n_h)");
            weight.len() / self.hidden_size
        })
    }

    fn memory_size(&self) -> usize {
        self.hidden_size
    }

    fn next(&self, x: &[f64], past: &State) -> State {
        let step = self.step(x, past);
        let h = match &self.weight_hr {
            Some(weight) => product(weight, self.output_size(), &step.h),
            None => step.h,
        };
        State { h, c: step.c }
    }

    /// The rows of the four gates and of the projection.
    fn row_sum(&self, x: &[f64], past: &State) -> f64 {
        let (n_h, step) = (self.hidden_size, self.step(x, past));
        let wx = magnitudes(&self.weight_ih, 4 * n_h, x);
        let rh = magnitudes(&self.weight_hh, 4 * n_h, &past.h);
        let mut sums = Vec::new();
        for j in 0..n_h {
            let (p_i, p_f, p_o) = self.peepholes(j);
            let peephole = [p_i * past.c[j], p_f * past.c[j], 0.0, p_o * step.c[j]];
            for gate in 0..4 {
                // The rows of a coupled f are not read.
                if !(self.coupled && gate == 1) {
                    let row = gate * n_h + j;
                    sums.push(wx[row] + rh[row] + self.bias[row].abs() + peephole[gate].abs());
                }
            }
        }
        if let Some(weight) = &self.weight_hr {
            sums.extend(magnitudes(weight, self.output_size(), &step.h));
        }
        largest(sums)
    }
}
