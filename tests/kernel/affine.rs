//! `Affine`: against the reference, one row against many, both layouts, against a linear `Dense`, and its errors.

use crate::{SIZES, assert_one_answer};
use rnn_core::kernel::{Affine, AffineWeights, Layout, Strided, StridedMut};
use rnn_core::{Activation, Backend, LayerKind, LayerWeights, Network, Outputs, RuntimeNetwork, ShapeError};
use rnn_reference::Dense;
use rnn_support::bits::assert_bits_equal;
use rnn_support::rng::Rng;
use rnn_support::{backends, tolerance};

struct Case {
    n_i: usize,
    n_o: usize,
    v: Vec<f32>,
    c: Option<Vec<f32>>,
}

impl Case {
    fn new(n_i: usize, n_o: usize, bias: bool) -> Self {
        let mut rng = Rng::new((n_i * 1000 + n_o) as u64);
        Self { n_i, n_o, v: rng.weights(n_o * n_i, n_i), c: bias.then(|| rng.biases(n_o)) }
    }

    fn pack(&self, backend: Backend) -> (Affine, Vec<f32>) {
        let affine = Affine::new(self.n_i, self.n_o, backend).expect("sizes above zero");
        let mut packed = vec![f32::NAN; affine.packed_len()];
        let weights = AffineWeights { weight: &self.v, layout: Layout::OutputInput, bias: self.c.as_deref() };
        affine.pack(&weights, &mut packed).expect("the weights fit");

        let transposed: Vec<f32> =
            (0..self.n_i * self.n_o).map(|at| self.v[at % self.n_o * self.n_i + at / self.n_o]).collect();
        let weights = AffineWeights { weight: &transposed, layout: Layout::InputOutput, ..weights };
        let mut again = vec![f32::NAN; affine.packed_len()];
        affine.pack(&weights, &mut again).expect("the weights fit");
        assert_bits_equal(&again, &packed, "the other layout");
        (affine, packed)
    }

    fn reference(&self) -> Dense {
        let wide = |x: &[f32]| x.iter().copied().map(f64::from).collect();
        Dense {
            input_size: self.n_i,
            output_size: self.n_o,
            v: wide(&self.v),
            c: self.c.as_deref().map_or(vec![0.0; self.n_o], wide),
            activation: rnn_reference::Activation::Linear,
        }
    }

    fn network(&self, backend: Backend) -> RuntimeNetwork {
        let bias = self.c.is_some();
        let kind = LayerKind::Dense { output_size: self.n_o, activation: Activation::Linear, bias };
        let weights = [LayerWeights::Dense { weight: &self.v, bias: self.c.as_deref() }];
        RuntimeNetwork::builder(self.n_i)
            .layer("dense", kind)
            .backend(backend)
            .from_slices(&weights)
            .expect("the weights fit")
    }
}

/// The places of y that no row covers.
const GAP: f32 = 1234.5;

#[test]
fn one_row_many_rows_and_the_reference() {
    let mut worst = 0.0_f64;
    for n_i in SIZES {
        for n_o in SIZES {
            let case = Case::new(n_i, n_o, (n_i + n_o) % 2 == 0);
            let reference = case.reference();
            let rows = 1 + (n_i + n_o) % 10;
            // Rows apart, and rows that overlap.
            for (x_stride, y_stride) in [(n_i, n_o), (n_i + 3, n_o + 2), (1, n_o)] {
                let x = Rng::new(n_o as u64).inputs((rows - 1) * x_stride + n_i);
                let mut results = Vec::new();
                for backend in backends::all() {
                    let (affine, packed) = case.pack(backend);
                    let mut many = vec![GAP; (rows - 1) * y_stride + n_o];
                    let (from, to) = (
                        Strided { data: &x, stride: x_stride },
                        StridedMut { data: &mut many, stride: y_stride },
                    );
                    affine.gemm_into(&packed, rows, from, to).expect("lengths fit");
                    for row in 0..rows {
                        let x = &x[row * x_stride..][..n_i];
                        let got = &many[row * y_stride..][..n_o];
                        let mut one = vec![f32::NAN; n_o];
                        affine.gemv_into(&packed, x, &mut one).expect("lengths fit");
                        assert_bits_equal(got, &one, format!("row {row} of {n_o}x{n_i} on {backend}"));
                        let wide: Vec<f64> = x.iter().copied().map(f64::from).collect();
                        let bound =
                            tolerance::one_step(tolerance::terms(n_i, 0), reference.largest_row_sum(&wide));
                        let found = tolerance::check(&one, &reference.apply(&wide), |_| bound);
                        worst = worst.max(found.unwrap_or_else(|e| panic!("{n_o}x{n_i} on {backend}: {e}")));
                        let gap = many[row * y_stride + n_o..].iter().take(y_stride - n_o);
                        assert!(gap.copied().all(|y| y.to_bits() == GAP.to_bits()), "written between rows");
                    }
                    if x_stride == n_i && y_stride == n_o {
                        let dense = case.network(backend).forward(&x, Outputs::All).expect("lengths fit");
                        assert_bits_equal(&many, &dense, format!("dense {n_o}x{n_i} on {backend}"));
                    }
                    results.push((backend, many));
                }
                assert_one_answer(&results, "affine");
            }
        }
    }
    assert!(worst > 1e-3, "a bound that nothing comes near is wrong: {worst}");
}

/// Long sums are cut into blocks of K where there are many rows, and in one row they are not.
#[test]
fn a_long_sum() {
    let case = Case::new(2500, 20, true);
    let x = Rng::new(1).inputs(3 * 2500);
    for backend in backends::all() {
        let (affine, packed) = case.pack(backend);
        let (mut many, mut one) = (vec![f32::NAN; 60], vec![f32::NAN; 20]);
        let to = StridedMut { data: &mut many, stride: 20 };
        affine.gemm_into(&packed, 3, Strided { data: &x, stride: 2500 }, to).expect("lengths fit");
        for (x, many) in x.chunks(2500).zip(many.chunks(20)) {
            affine.gemv_into(&packed, x, &mut one).expect("lengths fit");
            assert_bits_equal(many, &one, format!("blocks of K on {backend}"));
        }
    }
}

#[test]
fn sizes_that_cannot_be() {
    let new = |n_i, n_o| Affine::new(n_i, n_o, Backend::PORTABLE).map(|affine| affine.packed_len());
    assert_eq!(new(0, 1).unwrap_err().to_string(), "n_i is 0, but must be at least 1");
    assert_eq!(new(1, 0).unwrap_err().to_string(), "n_o is 0, but must be at least 1");
    for (n_i, n_o) in [(usize::MAX, 1), (1, usize::MAX), (usize::MAX, usize::MAX), (1 << 40, 1 << 30)] {
        assert!(matches!(new(n_i, n_o), Err(ShapeError::Overflow { .. })), "{n_i} {n_o}");
    }
    assert_eq!(new(1, 1), Ok(16));
}

#[test]
fn lengths_that_do_not_fit() {
    let case = Case::new(3, 2, true);
    let (affine, mut packed) = case.pack(Backend::detect());
    let good = AffineWeights { weight: &case.v, layout: Layout::InputOutput, bias: None };
    let before = packed.clone();
    for (weights, len, message) in [
        (
            AffineWeights { weight: &case.v[1..], ..good },
            packed.len(),
            "weight has 5 values, but this call takes 6: V (n_i, n_o)",
        ),
        (
            AffineWeights { bias: Some(&[0.0; 3]), ..good },
            packed.len(),
            "bias has 3 values, but this call takes 2: c (n_o)",
        ),
        (good, packed.len() - 1, "packed has 15 values, but this call takes 16: packed_len() floats"),
    ] {
        assert_eq!(affine.pack(&weights, &mut packed[..len]).unwrap_err().to_string(), message);
    }
    assert_bits_equal(&packed, &before, "nothing is written");

    let mut y = [GAP; 6];
    let gemv =
        |packed: &[f32], x: &[f32], y: &mut [f32]| affine.gemv_into(packed, x, y).unwrap_err().to_string();
    assert_eq!(
        gemv(&packed[1..], &[0.0; 3], &mut y[..2]),
        "packed has 15 values, but this call takes 16: packed_len() floats"
    );
    assert_eq!(gemv(&packed, &[0.0; 4], &mut y[..2]), "x has 4 values, but this call takes 3: (n_i)");
    assert_eq!(gemv(&packed, &[0.0; 3], &mut y[..3]), "y has 3 values, but this call takes 2: (n_o)");

    let x = [1.0; 9];
    let mut gemm = |rows, x_len: usize, x_stride, y_len: usize, y_stride| {
        let (x, y) = (
            Strided { data: &x[..x_len], stride: x_stride },
            StridedMut { data: &mut y[..y_len], stride: y_stride },
        );
        affine.gemm_into(&packed, rows, x, y).map_err(|error| error.to_string())
    };
    let message = |text: &str| Err(text.to_owned());
    let end = "at least to the end of the last row";
    assert_eq!(gemm(3, 8, 3, 6, 2), message(&format!("x has 8 values, but this call takes 9: {end}")));
    assert_eq!(gemm(3, 9, 3, 5, 2), message(&format!("y has 5 values, but this call takes 6: {end}")));
    assert_eq!(
        gemm(3, 9, 3, 6, 1),
        message(
            "a row of y has 1 values, but this call takes 2: a stride of at least n_o, or rows would overlap"
        )
    );
    assert_eq!(gemm(usize::MAX, 9, 3, 6, 2), message("strides overflows the address space"));
    assert_eq!(gemm(2, 9, usize::MAX, 6, 2), message("strides overflows the address space"));
    assert_eq!(gemm(0, 0, 0, 0, 0), Ok(()));
    assert_bits_equal(&y, &[GAP; 6], "nothing is written");
}
