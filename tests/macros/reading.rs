//! How the attribute reads a file: the same options as a program's, with the same result.

use rnn_core::prelude::*;
use rnn_core::{Assume, LoadOptions, Mapping};

/// The average of the weights, of F16, its head under names of its own.
#[rnn(
    weights = "copies.safetensors",
    prefix = "ema",
    mapping = ["head.weight" => "out.V", "head.bias" => "out.c"],
    ignore_extra = true
)]
struct Averaged {
    rnn: SimpleRnn<2>,
    head: Dense<1>,
}

/// The weights themselves, of F64; their kernels stand as in the file.
#[rnn(
    input_size = 1,
    weights = "copies.safetensors",
    prefix = "model.",
    round_f64 = true,
    header_limit = 4_096,
    ignore_extra = true,
    mapping = ["head.weight" => "out.V", "head.bias" => "out.c", "rnn.weight_hh" => transposed("rnn.weight_hh_l0")]
)]
struct Turned {
    rnn: SimpleRnn<2>,
    head: Dense<1>,
}

/// A third copy, of BF16, which tells what it is.
#[rnn(weights = "copies.safetensors", prefix = "plain", order = [rnn, fc], ignore_extra = true)]
struct Told;

/// The layers of that, but their weights come when the program runs.
#[rnn(from = "copies.safetensors", prefix = "plain", order = [rnn, fc], ignore_extra = true, ignore_metadata = true)]
struct Shape;

fn file() -> Vec<u8> {
    std::fs::read(format!("{}/copies.safetensors", env!("CARGO_MANIFEST_DIR")))
        .expect("a file of the repository")
}

const XS: [f32; 4] = [0.5, -1.0, 2.0, 0.25];

/// y = V h + c, h = tanh(U x + W h + b), in f64; all other weights are those of the scale.
fn expected(scale: f64, w: [[f64; 2]; 2]) -> Vec<f64> {
    let mut h = [0.0; 2];
    let mut ys = Vec::new();
    for x in XS.map(f64::from) {
        let b = [0.125 + 0.125, 0.0625 + 0.0625 * scale];
        let sum = |i: usize| [0.5 * scale, -scale][i] * x + w[i][0] * h[0] + w[i][1] * h[1] + b[i];
        h = [sum(0).tanh(), sum(1).tanh()];
        ys.push(h[0] - 0.5 * scale * h[1] + 0.0625);
    }
    ys
}

fn outputs(net: &impl Network) -> Vec<f32> {
    net.forward(&XS, Outputs::All).expect("whole steps")
}

fn assert_near(net: &impl Network, expected: &[f64]) {
    for (y, expected) in outputs(net).iter().zip(expected) {
        assert!((f64::from(*y) - expected).abs() <= 1e-6, "{y}, {expected}");
    }
}

#[test]
fn a_prefix_and_a_mapping() {
    let net = Averaged::embedded();
    assert_near(&net, &expected(1.0, [[0.0, 0.25], [0.25, 0.0]]));
    let mapping = Mapping::new().tensor("head.weight", "out.V").tensor("head.bias", "out.c");
    let options = LoadOptions::default().prefix("ema").mapping(mapping).ignore_extra();
    let loaded = Averaged::from_safetensors_with(&file(), &options).expect("the same options");
    assert_eq!(outputs(&loaded), outputs(&net));
    let path = format!("{}/copies.safetensors", env!("CARGO_MANIFEST_DIR"));
    assert_eq!(outputs(&Averaged::load_with(path, &options).expect("the same options")), outputs(&net));
}

#[test]
fn doubles_and_a_layout() {
    assert_near(&Turned::embedded(), &expected(-0.5, [[0.0, -0.125], [0.25, 0.0]]));
}

#[test]
fn a_struct_without_fields() {
    let net = Told::embedded();
    assert_near(&net, &expected(2.0, [[0.0, 0.25], [0.5, 0.0]]));
    let options = LoadOptions::default().prefix("plain").ignore_extra();
    let inferred = RuntimeNetwork::infer_with(&file(), &Assume::framework_defaults().dense_last(), &options);
    assert_eq!(outputs(&inferred.expect("one network")), outputs(&net));
    let loaded = Shape::from_safetensors_with(&file(), &options).expect("the file's own layers");
    assert_eq!(outputs(&loaded), outputs(&net));
}
