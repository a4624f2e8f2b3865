//! The loops a plain program would write: the equations, one sum after the other, and the system's functions.

use crate::case::Case;
use crate::{Baseline, Grid};

/// The system's tanh.
#[must_use]
#[inline]
#[expect(clippy::disallowed_methods, reason = "what a plain program calls")]
pub fn tanh(x: f32) -> f32 {
    x.tanh()
}

/// 1 / (1 + e^-x) with the system's exponential.
#[must_use]
#[inline]
#[expect(clippy::disallowed_methods, reason = "what a plain program calls")]
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// max(x, 0).
#[must_use]
#[inline]
pub fn relu(x: f32) -> f32 {
    x.max(0.0)
}

/// y = f(x) of each value.
#[inline]
pub fn map(f: impl Fn(f32) -> f32, x: &[f32], y: &mut [f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y = f(*x);
    }
}

/// y = V x + c.
pub fn affine(v: &[f32], c: &[f32], x: &[f32], y: &mut [f32]) {
    let n_i = x.len();
    for (o, y) in y.iter_mut().enumerate() {
        let mut sum = c[o];
        for (i, x) in x.iter().enumerate() {
            sum += v[o * n_i + i] * x;
        }
        *y = sum;
    }
}

/// The network, a step at a time.
#[derive(Clone, Debug)]
pub struct Naive<'a> {
    case: &'a Case,
    h: Vec<f32>,
    next: Vec<f32>,
}

impl<'a> Naive<'a> {
    /// The network of this case at h = 0.
    #[must_use]
    pub fn new(case: &'a Case) -> Self {
        Self { case, h: vec![0.0; case.n_h], next: vec![0.0; case.n_h] }
    }

    /// h = tanh(U x + W h + b).
    fn step(&mut self, x: &[f32]) {
        let Case { n_i, n_h, u, w, b, .. } = self.case;
        for (j, next) in self.next.iter_mut().enumerate() {
            let mut sum = b[j];
            for (i, x) in x.iter().enumerate() {
                sum += u[j * n_i + i] * x;
            }
            for (i, h) in self.h.iter().enumerate() {
                sum += w[j * n_h + i] * h;
            }
            *next = tanh(sum);
        }
        std::mem::swap(&mut self.h, &mut self.next);
    }

    /// y = V h + c, or h without a head.
    fn output(&self, y: &mut [f32]) {
        if self.case.n_o == 0 {
            y.copy_from_slice(&self.h);
        } else {
            affine(&self.case.v, &self.case.c, &self.h, y);
        }
    }
}

impl Baseline for Naive<'_> {
    fn set_state(&mut self, h: &[f32]) {
        self.h.copy_from_slice(h);
    }

    fn process(&mut self, xs: &[f32], ys: &mut [f32]) {
        for (x, y) in xs.chunks(self.case.n_i).zip(ys.chunks_mut(self.case.width())) {
            self.step(x);
            self.output(y);
        }
    }

    fn last(&mut self, series: &[f32], grid: Grid, ys: &mut [f32]) {
        let n_i = self.case.n_i;
        for (row, y) in ys.chunks_mut(self.case.width()).enumerate() {
            self.h.fill(0.0);
            for x in series[row * grid.stride * n_i..][..grid.steps * n_i].chunks(n_i) {
                self.step(x);
            }
            self.output(y);
        }
    }
}
