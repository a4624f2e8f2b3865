//! The order of a sum, term by term: what the arithmetic contract says, as scalar code, has the bits of every fused
//! backend.
//!
//! ```text
//! P = b, then x_i u_i for i ascending, each by one fused multiply-add
//! a = P, then h_k w_k for k ascending, in one chain or several contiguous ones joined left to right
//! ```

use crate::cases::check;
use crate::network::{Case, Weights};
use crate::sizes;
use proptest::prelude::*;
use rnn_core::{Activation, LayerKind, Network};
use rnn_support::bits::compare;
use rnn_support::rng::Rng;
use rnn_support::{backends, bits};

/// A sum in `chains` contiguous ranges of equal length but for the last: the first starts at `start`, the others at +0.
pub(crate) fn chained(start: f32, w: &[f32], x: &[f32], chains: usize) -> f32 {
    let len = x.len().div_ceil(chains).max(1);
    let (mut w, mut x) = (w.chunks(len), x.chunks(len));
    let mut next = |start: f32| {
        let terms = w.next().unwrap_or_default().iter().zip(x.next().unwrap_or_default());
        terms.fold(start, |sum, (&w, &x)| x.mul_add(w, sum))
    };
    let first = next(start);
    (1..chains).fold(first, |sum, _| sum + next(0.0))
}

/// A linear layer's step by the contract, with `chains` chains in the recurrent segment.
fn by_contract(weights: &Weights, x: &[f32], h: &[f32], chains: usize) -> Vec<f32> {
    let bias = weights.one_bias();
    (0..h.len())
        .map(|unit| {
            let bias = bias.as_ref().map_or(0.0, |bias| bias[unit]);
            let p = chained(bias, &weights.input[unit * x.len()..][..x.len()], x, 1);
            chained(p, &weights.recurrent[unit * h.len()..][..h.len()], h, chains)
        })
        .collect()
}

fn linear(n_i: usize, n_h: usize, seed: u64) -> Case {
    Case::single(
        n_i,
        LayerKind::simple_rnn(n_h).with_activation(Activation::Linear).with_bias(seed.is_multiple_of(2)),
        seed,
    )
}

/// A step from a snapshot.
pub(crate) fn step(net: &dyn Network, x: &[f32], state: &[f32]) -> Vec<f32> {
    let (snapshot, mut y) = (state, vec![f32::NAN; net.output_size()]);
    let mut state = vec![f32::NAN; net.state_len()];
    net.restore(&mut state, snapshot).expect("lengths fit");
    net.step_into(&mut state, x, &mut y).expect("lengths fit");
    y
}

/// The number of chains of this size, if the bits are those of the contract at all.
fn chains_of(net: &dyn Network, case: &Case, seed: u64) -> Vec<usize> {
    let n_h = net.output_size();
    let mut rng = Rng::new(seed);
    let (x, h, weights) = (rng.inputs(case.n_i), rng.states(n_h), case.weights());
    let y = step(net, &x, &h);
    [1, 2, 4].into_iter().filter(|&n| compare(&y, &by_contract(&weights[0], &x, &h, n)).is_ok()).collect()
}

#[test]
fn terms_are_added_in_the_contracts_order() {
    check(
        file!(),
        "terms in the contract's order",
        2,
        (sizes::size(), sizes::size(), any::<u64>()),
        |(n_i, n_h, seed)| {
            let case = linear(n_i, n_h, seed);
            let mut known: Option<Vec<usize>> = None;
            for backend in backends::fused() {
                let net = case.network(backend);
                // One number of chains explains every input, on every backend.
                for seed in 0..3 {
                    let chains = chains_of(&net, &case, seed);
                    let known = known.get_or_insert(vec![1, 2, 4]);
                    known.retain(|n| chains.contains(n));
                    assert!(
                        !known.is_empty(),
                        "{backend}: no number of chains explains n_i={n_i}, n_h={n_h}"
                    );
                }
            }
        },
    );
}

/// Terms added in another order are found: descending, and with two neighbours exchanged.
#[test]
fn another_order_is_found() {
    let (n_i, n_h) = (9, 40);
    let (mut descending, mut exchanged) = (0, 0);
    for seed in 0..20 {
        let case = linear(n_i, n_h, seed);
        let mut rng = Rng::new(seed);
        let (x, h, weights) = (rng.inputs(n_i), rng.states(n_h), &case.weights()[0]);
        let right = by_contract(weights, &x, &h, 2);
        let reordered = |order: &dyn Fn(usize) -> usize| {
            let h: Vec<f32> = (0..n_h).map(|k| h[order(k)]).collect();
            let recurrent =
                (0..n_h * n_h).map(|at| weights.recurrent[at / n_h * n_h + order(at % n_h)]).collect();
            let weights = Weights { recurrent, ..weights.clone() };
            by_contract(&weights, &x, &h, 2)
        };
        assert!(compare(&reordered(&|k| k), &right).is_ok());
        descending += usize::from(compare(&reordered(&|k| n_h - 1 - k), &right).is_err());
        // Two first terms of a sum commute unless something stands before them.
        exchanged +=
            usize::from(compare(&reordered(&|k| if k == 4 || k == 5 { 9 - k } else { k }), &right).is_err());
    }
    // Two neighbours exchanged need not round to anything else, but in most layers of 40 units one does.
    assert!(descending == 20 && exchanged >= 10, "found {descending} and {exchanged} of 20 other orders");
}

/// A multiply-add that rounds twice is found, and so is an unfused backend.
#[test]
fn a_second_rounding_is_found() {
    let case = linear(9, 40, 2);
    let mut rng = Rng::new(7);
    let (x, h, weights) = (rng.inputs(9), rng.states(40), &case.weights()[0]);
    let twice = |start: f32, w: &[f32], x: &[f32]| w.iter().zip(x).fold(start, |sum, (w, x)| sum + w * x);
    let bias = weights.one_bias();
    let rounded: Vec<f32> = (0..40)
        .map(|unit| {
            let bias = bias.as_ref().map_or(0.0, |bias| bias[unit]);
            let p = twice(bias, &weights.input[unit * 9..][..9], &x);
            twice(p, &weights.recurrent[unit * 40..][..40], &h)
        })
        .collect();
    assert!((1..=4).all(|chains| compare(&rounded, &by_contract(weights, &x, &h, chains)).is_err()));
    for backend in backends::all().into_iter().filter(|backend| !backend.is_fused()) {
        assert!(
            chains_of(&case.network(backend), &case, 7).is_empty(),
            "{backend} says that it does not fuse"
        );
    }
}

/// The activation inside the kernels is the public one, bit for bit.
#[test]
fn activations_in_layers_are_the_public_ones() {
    check(
        file!(),
        "activations in layers are the public ones",
        2,
        (sizes::size(), any::<u64>()),
        |(n_h, seed)| {
            let mut rng = Rng::new(seed);
            let (x, h) = (rng.inputs(3), rng.states(n_h));
            for backend in backends::all() {
                let sums = step(&linear(3, n_h, seed).network(backend), &x, &h);
                for f in rnn_support::accuracy::ACTIVATIONS {
                    let case = linear(3, n_h, seed);
                    let kind = case.layers[0].with_activation(f);
                    let net =
                        Case { layers: vec![kind], ..case.clone() }.network_of(&case.weights(), backend);
                    let mut want = sums.clone();
                    rnn_core::activation::apply(f, backend, &mut want);
                    bits::assert_bits_equal(&step(&net, &x, &h), &want, format_args!("{f} on {backend}"));
                }
            }
        },
    );
}
