//! `{:?}` of a network shows its layers, their shapes and the backend, in a line that a log can bear, whatever its size; and no
//! weight. Every kind of network that there is, alone and inside what holds one.

use rnn_core::custom::{Cell, CustomNetwork, Lanes, State};
use rnn_core::prelude::*;
use rnn_core::{Direction, FromStatic, LayerKind, LayerWeights, Merge, StreamBatch};
use std::fmt::Debug;

#[rnn(input_size = 1)]
#[derive(Clone, Debug)]
struct Large {
    rnn: Lstm<40>,
    head: Dense<1>,
}

#[rnn(weights = "../tiny.safetensors")]
#[derive(Clone, Debug)]
struct Embed {
    hidden: SimpleRnn<2>,
    output: Dense<1>,
}

#[rnn(input_size = 1, sizes = [1x40])]
#[derive(Clone, Debug)]
struct Sized {
    rnn: Lstm<_>,
    head: Dense<1>,
}

/// A weight that shows wherever it is printed.
const WEIGHT: f32 = 0.123_456_79;

/// The network of `Large`, of `units` units.
fn run_time(units: usize) -> RuntimeNetwork {
    let [ih, hh, bias, v] = [4 * units, 4 * units * units, 4 * units, units].map(|len| vec![WEIGHT; len]);
    RuntimeNetwork::builder(1)
        .layer("rnn", LayerKind::lstm(units))
        .dense("head", 1)
        .from_slices(&[
            LayerWeights::recurrent(&ih, &hh, Some(&bias)),
            LayerWeights::Dense { weight: &v, bias: Some(&[WEIGHT]) },
        ])
        .expect("the weights fit")
}

/// Both forms of `Debug` name the parts, are short and show no weight.
fn check(network: &impl Debug, parts: &[&str]) {
    for text in [format!("{network:?}"), format!("{network:#?}")] {
        assert!(text.len() < 1000, "{} letters: {text}", text.len());
        assert!(!text.contains("0.1234"), "weights in {text}");
        for part in parts.iter().chain(&["input_size: 1", "Backend("]) {
            assert!(text.contains(part), "no {part} in {text}");
        }
    }
}

const LSTM: [&str; 2] = [r#""rnn": lstm 1 -> 40, tanh"#, r#""head": dense 40 -> 1, linear"#];

#[test]
fn networks_of_the_attribute() {
    let file = run_time(40).to_safetensors().expect("a small file");
    let large = Large::from_safetensors(&file).expect("its network");
    check(&large, &LSTM);
    check(&large, &["Large"]);
    check(&large.clone(), &LSTM);
    check(
        &Embed::embedded(),
        &["Embed", r#""hidden": simple_rnn 1 -> 2, tanh"#, r#""output": dense 2 -> 1, linear"#],
    );
    // A static block, which whoever writes it may show, and the one that the attribute packed.
    let block: &'static mut [f32] = Box::leak(vec![0.0; Large::PACKED_LEN].into_boxed_slice());
    check(&Large::from_static(Backend::detect(), block).expect("its length"), &LSTM);
}

#[test]
fn networks_of_several_sizes() {
    let of = |units| Sized::try_from(run_time(units)).expect("one value in, one out");
    check(&of(40), &LSTM);
    check(&of(40), &["Size1x40"]);
    check(&of(41), &["RunTime", r#""rnn": lstm 1 -> 41, tanh"#]);
}

#[test]
fn networks_of_run_time() {
    check(&run_time(40), &LSTM);
    check(&run_time(40), &["RuntimeNetwork"]);
    check(&StreamBatch::new(&run_time(40), 64).expect("there is memory"), &LSTM);
    check(&StreamBatch::new(&run_time(40), 64).expect("there is memory"), &["capacity: 64", "streams: 0"]);
    let both = LayerKind::simple_rnn(3).with_direction(Direction::Bidirectional(Merge::Concat));
    let back = LayerKind::simple_rnn(2).with_direction(Direction::Reverse);
    let zeros = [0.0; 12];
    let of = |n_i: usize, units: usize| {
        LayerWeights::recurrent(&zeros[..n_i * units], &zeros[..units * units], Some(&zeros[..units]))
    };
    let LayerWeights::Recurrent(half) = of(1, 3) else { unreachable!("it was made so") };
    let network = RuntimeNetwork::builder(1)
        .layer("both", both)
        .layer("back", back)
        .from_slices(&[LayerWeights::Bidirectional { forward: half, backward: half }, of(6, 2)])
        .expect("the weights fit");
    check(&network, &["simple_rnn 1 -> 6, tanh, bidirectional", "simple_rnn 6 -> 2, tanh, reverse"]);
}

#[derive(Clone, Copy, Debug)]
struct Leak;

impl Cell<1> for Leak {
    const MEMORY: bool = false;
    #[inline(always)]
    fn update<L: Lanes>(&self, [a]: [L; 1], old: State<L>) -> State<L> {
        State { h: old.h + a, c: old.c }
    }
}

#[test]
fn networks_of_ones_own_cell() {
    let weights = vec![WEIGHT; 40 * 40];
    let network = CustomNetwork::new(Leak, 1, 40)
        .dense(1)
        .build(
            Backend::detect(),
            &[
                LayerWeights::recurrent(&weights[..40], &weights, Some(&weights[..40])),
                LayerWeights::Dense { weight: &weights[..40], bias: Some(&[WEIGHT]) },
            ],
        )
        .expect("the weights fit");
    check(&network, &["CustomNetwork", r#""cell": custom 1 -> 40"#, r#""head": dense 40 -> 1, linear"#]);
}
