//! The dense layer.

use crate::Activation;

/// y = f(V h + c).
#[derive(Clone, Debug)]
pub struct Dense {
    /// `n_i`: length of the layer's input.
    pub input_size: usize,
    /// `n_o`: length of its output.
    pub output_size: usize,
    /// V, `(n_o, n_i)`.
    pub v: Vec<f64>,
    /// c, `(n_o)`; zeros for a layer without bias.
    pub c: Vec<f64>,
    /// f.
    pub activation: Activation,
}

impl Dense {
    /// y, `(n_o)`, of one h, `(n_i)`.
    ///
    /// # Panics
    /// If a length is wrong.
    #[must_use]
    pub fn apply(&self, h: &[f64]) -> Vec<f64> {
        assert_eq!(h.len(), self.input_size, "h is (n_i)");
        assert_eq!(self.v.len(), self.output_size * self.input_size, "V is (n_o, n_i)");
        assert_eq!(self.c.len(), self.output_size, "c is (n_o)");
        let mut y = vec![0.0; self.output_size];
        for o in 0..self.output_size {
            let mut z = self.c[o];
            for i in 0..self.input_size {
                z += self.v[o * self.input_size + i] * h[i];
            }
            y[o] = z;
        }
        self.activation.apply_all(&y)
    }

    /// The layer applied to each of the rows of hs, `(T, n_i)`: `(T, n_o)`.
    ///
    /// # Panics
    /// If a length is wrong.
    #[must_use]
    pub fn apply_to_rows(&self, hs: &[f64]) -> Vec<f64> {
        assert_eq!(hs.len() % self.input_size, 0, "hs is (T, n_i)");
        let mut ys = Vec::new();
        for h in hs.chunks(self.input_size) {
            ys.extend(self.apply(h));
        }
        ys
    }

    /// The largest over the outputs of sum |V h| + |c|: the A of the tolerance table.
    #[must_use]
    pub fn largest_row_sum(&self, h: &[f64]) -> f64 {
        let mut largest = 0.0;
        for o in 0..self.output_size {
            let mut sum = self.c[o].abs();
            for i in 0..self.input_size {
                sum += (self.v[o * self.input_size + i] * h[i]).abs();
            }
            if sum > largest {
                largest = sum;
            }
        }
        largest
    }
}
