//! The softmax: the same bits on every fused backend and wherever it stands, accurate relatively, a NaN never lost.

use rnn_core::activation::apply;
use rnn_core::prelude::*;
use rnn_core::{Activation, Backend, LayerKind, LayerWeights};
use rnn_support::bits::assert_bits_equal;
use rnn_support::rng::Rng;
use rnn_support::{backends, report, tolerance};

fn softmax(backend: Backend, x: &[f32]) -> Vec<f32> {
    let mut y = x.to_vec();
    apply(Activation::Softmax, backend, &mut y);
    y
}

/// In f64, the greatest value subtracted.
fn truth(x: &[f32]) -> Vec<f64> {
    let greatest = x.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let e: Vec<f64> = x.iter().map(|&x| (f64::from(x) - f64::from(greatest)).exp()).collect();
    let sum: f64 = e.iter().sum();
    e.iter().map(|e| e / sum).collect()
}

#[test]
fn near_the_truth_and_the_same_everywhere() {
    let mut worst = 0.0_f64;
    for len in (1..=70).chain([128, 1000, 4096, 5001]) {
        for (seed, range) in [(1, 1.0), (2, 8.0), (3, 60.0), (4, 3e3)] {
            let mut rng = Rng::new(seed * 10_000 + len as u64);
            let x: Vec<f32> = (0..len).map(|_| rng.uniform(-range..=range)).collect();
            let want = truth(&x);
            let mut fused: Option<Vec<f32>> = None;
            for backend in backends::all() {
                let y = softmax(backend, &x);
                let found = tolerance::check(&y, &want, |y| tolerance::softmax(len, y));
                worst = worst.max(found.unwrap_or_else(|wrong| panic!("{len} values on {backend}: {wrong}")));
                // Away from a cache line.
                let mut memory = vec![0.5; len + 3];
                memory[3..].copy_from_slice(&x);
                apply(Activation::Softmax, backend, &mut memory[3..]);
                assert_bits_equal(&memory[3..], &y, format_args!("{len} values elsewhere on {backend}"));
                if backend.is_fused() {
                    let first = fused.get_or_insert_with(|| y.clone());
                    assert_bits_equal(&y, first, format_args!("{len} values on {backend}"));
                }
            }
        }
    }
    report::line(format_args!("property: softmax: {worst:.3} of its tolerance"));
}

#[test]
fn special_values() {
    let inf = f32::INFINITY;
    for backend in backends::all() {
        assert!(softmax(backend, &[]).is_empty());
        for x in [-0.0, 5.0, f32::MAX, f32::MIN, 1e-45] {
            assert_bits_equal(&softmax(backend, &[x]), &[1.0], format_args!("{x} alone on {backend}"));
            assert_bits_equal(&softmax(backend, &[x; 32]), &[1.0 / 32.0; 32], backend);
        }
        let far = [f32::MIN, f32::MAX, -inf, 0.0];
        assert_bits_equal(&softmax(backend, &far), &[0.0, 1.0, 0.0, 0.0], backend);
        for len in [1, 2, 15, 16, 17, 33] {
            for wrong in [f32::NAN, -f32::NAN, inf] {
                for at in 0..len {
                    let mut x = vec![0.5; len];
                    x[at] = wrong;
                    let y = softmax(backend, &x);
                    assert!(y.iter().all(|y| y.is_nan()), "{wrong} at {at} of {len} on {backend}: {y:?}");
                }
            }
            assert!(softmax(backend, &vec![-inf; len]).iter().all(|y| y.is_nan()));
            // Nothing of what fills a register takes part.
            let low = softmax(backend, &vec![-50.0; len]);
            assert_bits_equal(&low, &vec![low[0]; len], format_args!("{len} equal values on {backend}"));
            assert!((low[0] * len as f32 - 1.0).abs() < 1e-6);
        }
    }
}

/// The head of a classifier: by steps, rows and windows, over the outputs of each.
#[test]
fn a_dense_head() {
    for outputs in [1, 3, 10, 16, 37] {
        let mut rng = Rng::new(outputs as u64);
        let (v, c) = (rng.weights(outputs * 5, 5), rng.weights(outputs, 5));
        let xs = rng.inputs(9 * 5);
        let weights = [LayerWeights::Dense { weight: &v, bias: Some(&c) }];
        for backend in backends::all() {
            let build = |activation| {
                RuntimeNetwork::builder(5)
                    .layer("output", LayerKind::dense(outputs).with_activation(activation))
                    .backend(backend)
                    .from_slices(&weights)
                    .expect("the weights fit")
            };
            let plain = build(Activation::Linear).forward(&xs, Outputs::All).expect("lengths fit");
            let want: Vec<f32> = plain.chunks(outputs).flat_map(|row| softmax(backend, row)).collect();
            let net = build(Activation::Softmax);
            let what = format_args!("{outputs} outputs on {backend}");
            assert_bits_equal(&net.forward(&xs, Outputs::All).expect("lengths fit"), &want, what);
            let batch = net.forward_batch(&xs, 3, Outputs::All).expect("lengths fit");
            assert_bits_equal(&batch, &want, what);
            let (mut state, mut y) = (net.initial_state(), vec![0.0; outputs]);
            for (x, want) in xs.chunks(5).zip(want.chunks(outputs)) {
                net.step_into(&mut state, x, &mut y).expect("lengths fit");
                assert_bits_equal(&y, want, what);
            }
        }
    }
}
