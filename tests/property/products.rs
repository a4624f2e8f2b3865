//! Batches against `matrixmultiply`: a reference by other people, which packs, tiles and sums in its own way.

use crate::batches::batch;
use crate::cases::check;
use crate::network::{Weights, dense, recurrent, wide};
use crate::sgemm::add_product;
use crate::sizes;
use proptest::prelude::*;
use rnn_core::{Activation, LayerKind, Outputs};
use rnn_support::rng::Rng;
use rnn_support::{backends, tolerance};

/// U x + W h + b of all rows, by two products.
fn sums(rows: usize, n_i: usize, kind: LayerKind, weights: &Weights, x: &[f32], h: &[f32]) -> Vec<f64> {
    let n = kind.output_size();
    let mut z = weights.one_bias().map_or_else(|| vec![0.0; rows * n], |bias| bias.repeat(rows));
    add_product([rows, n_i, n], x, &weights.input, &mut z);
    if !h.is_empty() {
        add_product([rows, n, n], h, &weights.recurrent, &mut z);
    }
    wide(&z)
}

/// M, K and N, and whether there is a second product.
fn shape() -> impl Strategy<Value = (usize, usize, usize, bool, u64)> {
    let deep = prop_oneof![8 => sizes::size(), 1 => 1023_usize..=1026];
    (sizes::rows(), deep, sizes::size(), any::<bool>(), any::<u64>())
}

#[test]
fn batches_against_matrixmultiply() {
    check(file!(), "batches against matrixmultiply", 1, shape(), |(rows, n_i, n, second, seed)| {
        let kind = if second { LayerKind::simple_rnn(n) } else { LayerKind::dense(n) };
        let activation = [Activation::Linear, Activation::Tanh][usize::from(seed % 2 == 0)];
        let kind = kind.with_activation(activation).with_bias(seed % 3 != 0);
        let case = crate::network::Case::single(n_i, kind, seed);
        let weights = &case.weights()[0];
        let mut rng = Rng::new(seed);
        let x = rng.inputs(rows * n_i);
        let n_h = if second { n } else { 0 };
        let h = rng.states(rows * n_h);
        let want: Vec<f64> = sums(rows, n_i, kind, weights, &x, &h)
            .into_iter()
            .map(|z| crate::network::function(activation).apply(z))
            .collect();
        // Each of the two may be one bound away from the truth.
        let mut a = 0.0_f64;
        for row in 0..rows {
            let x = wide(&x[row * n_i..][..n_i]);
            a = a.max(if second {
                recurrent(n_i, kind, weights).largest_row_sum(&x, &wide(&h[row * n..][..n]))
            } else {
                dense(n_i, kind, weights).largest_row_sum(&x)
            });
        }
        let sum = tolerance::one_step(tolerance::terms(n_i, n_h), a);
        for backend in backends::all() {
            let net = case.network(backend);
            let mut states = h.clone();
            let got = batch(&net, &x, rows, Outputs::Last, Some(&mut states));
            let bound = |y| 2.0 * sum + tolerance::activation(activation, y);
            if let Err(mismatch) = tolerance::check(&got, &want, bound) {
                panic!("{backend}: {mismatch}");
            }
        }
    });
}

/// A product with two rows of B exchanged is no longer within the bound.
#[test]
fn a_wrong_product_is_found() {
    let mut rng = Rng::new(3);
    let (a, b) = (rng.inputs(5 * 17), rng.weights(6 * 17, 17));
    let product = |b: &[f32]| {
        let mut c = vec![0.0; 30];
        add_product([5, 17, 6], &a, b, &mut c);
        c
    };
    let want = wide(&product(&b));
    let bound = |_| tolerance::one_step(17, 17.0);
    assert!(tolerance::check(&product(&b), &want, bound).is_ok());
    let mut wrong = b.clone();
    (0..17).for_each(|k| wrong.swap(k, 17 + k));
    assert!(tolerance::check(&product(&wrong), &want, bound).is_err());
}
