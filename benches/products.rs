//! What does a product with a packed matrix reach, for one row and for many?
//!
//! `matrixmultiply` packs both operands at every call; ours packed V once, outside the measurement, as a network does.

use criterion::Criterion;
use rnn_benches::case::FromLine;
use rnn_benches::contest::{Contest, criterion};
use rnn_benches::{naive, sgemm};
use rnn_core::Backend;
use rnn_core::kernel::{Affine, AffineWeights, Layout, Strided, StridedMut};
use rnn_support::rng::Rng;
use rnn_support::{backends, tolerance};
use std::hint::black_box;

/// y = V x + c of some rows.
struct Product {
    rows: usize,
    n_i: usize,
    n_o: usize,
    v: Vec<f32>,
    c: Vec<f32>,
    x: Vec<f32>,
}

impl Product {
    fn new([rows, n_i, n_o]: [usize; 3]) -> Self {
        let mut rng = Rng::new((rows * n_i * n_o) as u64);
        let (v, c, x) = (rng.weights(n_o * n_i, n_i), rng.biases(n_o), rng.inputs(rows * n_i));
        Self { rows, n_i, n_o, v, c, x }
    }

    fn naive(&self, y: &mut [f32]) {
        for (x, y) in black_box(&self.x).chunks(self.n_i).zip(y.chunks_mut(self.n_o)) {
            naive::affine(&self.v, &self.c, x, y);
        }
    }

    fn pack(&self, backend: Backend) -> (Affine, FromLine) {
        let affine = Affine::new(self.n_i, self.n_o, backend).expect("sizes above zero");
        let mut packed = FromLine::zeroed(affine.packed_len());
        let weights = AffineWeights { weight: &self.v, layout: Layout::OutputInput, bias: Some(&self.c) };
        affine.pack(&weights, &mut packed).expect("the weights fit");
        (affine, packed)
    }

    /// How far two products may lie apart: each within one step's bound of the truth.
    fn bound(&self) -> f64 {
        let abs = |x: f32| f64::from(x).abs();
        let x_max = self.x.iter().copied().map(abs).fold(0.0, f64::max);
        let sum = |(row, &c): (&[f32], &f32)| row.iter().copied().map(abs).sum::<f64>() * x_max + abs(c);
        let a = self.v.chunks(self.n_i).zip(&self.c).map(sum).fold(0.0, f64::max);
        2.0 * tolerance::one_step(tolerance::terms(self.n_i, 0), a)
    }

    /// Enters all contenders, ours as `ours` calls it.
    fn run(
        &self,
        c: &mut Criterion,
        name: &str,
        shape: String,
        ours: impl Fn(&Affine, &[f32], &[f32], &mut [f32]),
    ) {
        let mut want = vec![0.0; self.rows * self.n_o];
        self.naive(&mut want);
        let mut group = c.benchmark_group(name);
        let flop = 2 * self.rows * self.n_i * self.n_o;
        let mut contest = Contest::new(&mut group, shape, flop, want, self.bound());
        for backend in backends::all() {
            let (affine, packed) = self.pack(backend);
            contest.enter(backend.name(), |y| ours(&affine, &packed, black_box(&self.x), y));
        }
        contest.enter("naive", |y| self.naive(y));
        contest.enter("matrixmultiply", |y| {
            sgemm::affine(self.rows, &self.v, &self.c, black_box(&self.x), y);
        });
        group.finish();
    }
}

/// One row: what a step of a stream does. The last matrix, 4 MiB, is beyond most second cache levels.
fn gemv(c: &mut Criterion) {
    for [n_i, n_o] in [[16, 16], [64, 1], [64, 64], [256, 256], [1024, 1024]] {
        Product::new([1, n_i, n_o]).run(c, "gemv", format!("{n_o}x{n_i}"), |affine, packed, x, y| {
            affine.gemv_into(packed, x, y).expect("lengths fit");
        });
    }
}

/// Many rows: what a step of a batch does.
fn gemm(c: &mut Criterion) {
    for [rows, n_i, n_o] in [[4, 64, 64], [64, 64, 64], [64, 256, 256], [64, 512, 512]] {
        let shape = format!("{rows}x{n_i}x{n_o}");
        Product::new([rows, n_i, n_o]).run(c, "gemm", shape, |affine, packed, x, y| {
            let x = Strided { data: x, stride: n_i };
            affine.gemm_into(packed, rows, x, StridedMut { data: y, stride: n_o }).expect("lengths fit");
        });
    }
}

fn main() {
    let mut criterion = criterion();
    gemv(&mut criterion);
    gemm(&mut criterion);
    criterion.final_summary();
}
