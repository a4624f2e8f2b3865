//! Weights, inputs and states that are no numbers, and zeros of either sign: every path gives the same.
//!
//! From h = 0 the first recurrent product may be left out where that changes nothing: not with an infinity or NaN among
//! the weights, for 0 times those is NaN. Then every path must compute it.

use crate::batches::batch;
use crate::cases::check;
use crate::forms::{assert_one_answer, poison, steps_from};
use crate::kinds;
use crate::network::{Case, Weights, case};
use crate::sizes;
use proptest::prelude::*;
use rnn_core::{Activation, LayerKind, Network, Outputs, Recurrent};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;

const BAD: [f32; 5] = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, 1e-42];

/// One answer from h = 0 as nothing said, as a state of zeros, and as a batch with states of zeros.
fn assert_from_zero(net: &dyn Network, x: &[f32], what: &str) -> Vec<f32> {
    let want = assert_one_answer(net, x, what);
    let mut state = poison(net.state_len());
    net.restore(&mut state, &vec![0.0; net.snapshot_len()]).expect("lengths fit");
    assert_bits_equal(&steps_from(net, &mut state, x), &want, format_args!("{what}: a state of zeros"));
    let mut states = vec![0.0; 2 * net.snapshot_len()];
    let ys = batch(net, &x.repeat(2), 2, Outputs::All, Some(&mut states));
    assert_bits_equal(&ys[want.len()..], &want, format_args!("{what}: a batch with states of zeros"));
    want
}

#[test]
fn bad_weights() {
    let bad = prop::sample::select(BAD.to_vec());
    let cases = (case(), 1_usize..6, any::<[prop::sample::Index; 3]>(), bad);
    check(file!(), "bad weights", 1, cases, |(case, steps, [layer, tensor, at], bad)| {
        let mut weights = case.weights();
        let mut tensors = layer.get_mut(&mut weights).tensors();
        let index = tensor.index(tensors.len());
        *at.get_mut(tensors[index].as_mut_slice()) = bad;
        drop(tensors);
        let x = case.inputs(steps);
        for backend in backends::all() {
            assert_from_zero(&case.network_of(&weights, backend), &x, "bad weights");
        }
    });
}

#[test]
fn bad_inputs() {
    let bad = prop::sample::select(BAD.to_vec());
    let cases = (case(), 1_usize..8, any::<prop::sample::Index>(), bad);
    check(file!(), "bad inputs", 1, cases, |(case, steps, at, bad)| {
        let mut x = case.inputs(steps);
        *at.get_mut(x.as_mut_slice()) = bad;
        for backend in backends::all() {
            assert_from_zero(&case.network(backend), &x, "bad inputs");
        }
    });
}

/// 0 times an infinity is NaN, from the first step on and in that unit alone: no path leaves the product out.
#[test]
fn an_infinite_weight_is_never_skipped() {
    check(file!(), "an infinite weight is never skipped", 4, (1_usize..70, any::<u64>()), |(n_h, seed)| {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            for f in [Activation::Tanh, Activation::Linear, Activation::Sigmoid] {
                let case = Case::single(2, LayerKind::simple_rnn(n_h).with_activation(f), seed);
                let unit = usize::try_from(seed % n_h as u64).unwrap_or(0);
                let mut weights = case.weights();
                weights[0].recurrent[unit * n_h + n_h / 2] = bad;
                let x = case.inputs(1);
                for backend in backends::all() {
                    let ys = assert_from_zero(&case.network_of(&weights, backend), &x, "an infinite weight");
                    for (at, y) in ys.iter().enumerate() {
                        assert_eq!(
                            y.is_nan(),
                            at == unit,
                            "{backend}, {f}, unit {at}, bad is {bad} in {unit}"
                        );
                    }
                }
            }
        }
    });
}

/// Every cell: one bad value in each gate of each tensor. What meets h = 0 is not left out where a gate before it, or the
/// weight itself, is no number.
#[test]
fn bad_values_in_every_gate() {
    for (size, seed) in [(1, 1), (5, 2), (17, 3)] {
        for kind in kinds::each(size) {
            let case = Case::single(3, kind, seed);
            let count = case.weights()[0].tensors().len();
            for tensor in 0..count {
                let gates = kind.recurrent().map_or(1, |layer| layer.cell.gates());
                for gate in 0..gates {
                    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                        let mut weights = case.weights();
                        let mut tensors = weights[0].tensors();
                        let len = tensors[tensor].len();
                        tensors[tensor][gate * (len / gates) + (len / gates) / 2] = bad;
                        drop(tensors);
                        let x = case.inputs(2);
                        for backend in backends::all() {
                            let net = case.network_of(&weights, backend);
                            let what = format!("{kind:?}: {bad} in gate {gate} of tensor {tensor}");
                            assert_from_zero(&net, &x, &what);
                        }
                    }
                }
            }
        }
    }
}

/// The same with gates that may be negative, infinite or no share at all, and zeros of either sign beside them: a reset
/// gate makes -0 of a state of zeros, or NaN.
#[test]
fn gates_that_are_no_shares() {
    let gates = [Activation::Linear, Activation::Tanh, Activation::Exponential, Activation::Relu];
    for kind in [3, 17].into_iter().flat_map(kinds::each) {
        for (gate, signs) in gates.into_iter().flat_map(|gate| (0_u64..4).map(move |signs| (gate, signs))) {
            // A clip would keep the exponential finite.
            let Some(layer) = kind.recurrent() else { continue };
            let kind = LayerKind::Recurrent(Recurrent { clip: None, ..layer });
            let kind = kind.with_gate(gate).with_activation(Activation::Linear);
            let case = Case::single(1, kind, signs);
            let mut weights = case.weights();
            // Gates of 0 times x with -0, or of 200 x, whose exponential is infinite.
            weights[0].input.fill([-0.0, 0.0, 200.0, -200.0][usize::try_from(signs).unwrap_or(0)]);
            weights[0].second = None;
            let Weights { bias, peephole, .. } = &mut weights[0];
            for tensor in [bias, peephole].into_iter().flatten() {
                tensor
                    .iter_mut()
                    .enumerate()
                    .for_each(|(at, b)| *b = if at < kind.size() { -0.5 } else { -0.0 });
            }
            weights[0].recurrent.iter_mut().enumerate().for_each(|(at, w)| *w = [1.0, -0.5, -0.0][at % 3]);
            for backend in backends::all() {
                let net = case.network_of(&weights, backend);
                let what = format!("{kind:?}, {signs}");
                assert_from_zero(&net, &[1.0, -0.0, 0.0], &what);
            }
        }
    }
}

/// Finite weights from h = 0, where the sign of a zero is all that leaving the product out may change: sums that are
/// -0 with weights of every sign.
#[test]
fn zeros_of_either_sign() {
    for n_h in (1..=20).chain([33, 65, 129]) {
        for signs in 0..6 {
            for f in [Activation::Linear, Activation::Tanh, Activation::Relu, Activation::Sigmoid] {
                let case = Case::single(1, LayerKind::simple_rnn(n_h).with_activation(f), 1);
                let mut weights = case.weights();
                weights[0].bias = Some(vec![-0.0; n_h]);
                weights[0].input.fill(if signs < 3 { -0.0 } else { 1.0 });
                weights[0].recurrent.iter_mut().enumerate().for_each(|(at, w)| {
                    *w = [-1.0, 0.0, [1.0, -0.5, -0.0][at % 3]][signs % 3];
                });
                for backend in backends::all() {
                    // One answer, zeros' signs included.
                    assert_from_zero(&case.network_of(&weights, backend), &[0.0, -0.0, 0.0], "zeros");
                }
            }
        }
    }
}

/// Results that are subnormal are computed, not flushed, on every path alike.
#[test]
fn subnormal_states() {
    check(file!(), "subnormal states", 4, (sizes::size(), any::<u64>()), |(n_h, seed)| {
        let case = Case::single(1, LayerKind::simple_rnn(n_h).with_bias(false), seed);
        let mut weights = case.weights();
        weights[0].recurrent.iter_mut().for_each(|w| *w *= 0.1);
        let x: Vec<f32> = (0..6).map(|t| if t == 0 { 1e-37 } else { 0.0 }).collect();
        for backend in backends::all() {
            let ys = assert_from_zero(&case.network_of(&weights, backend), &x, "subnormal states");
            assert!(n_h > 4 || ys.iter().any(|y| y.is_subnormal()), "{backend}: {ys:?}");
        }
    });
}
