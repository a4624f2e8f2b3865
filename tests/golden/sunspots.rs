//! The example's network: every window within 2e-6 of the framework that trained it, through three calls.

use rnn_core::prelude::*;
use rnn_core::{LoadOptions, read_f32};
use rnn_support::backends;
use std::fs;

/// The example's network.
#[rnn(input_size = 1)]
struct Forecaster {
    hidden: SimpleRnn<32>,
    output: Dense<1>,
}

const TAU: usize = 12;

/// How far a prediction may be from the framework's.
pub(crate) const LIMIT: f32 = 2e-6;

pub(crate) fn read(file: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../rnn-core/examples/data/");
    fs::read(format!("{folder}{file}")).expect("the example's data")
}

/// x (M, tau, 1), the predictions (M, 1), and the series the windows were cut from.
fn expected() -> (Vec<f32>, Vec<f32>, Vec<f32>) {
    let file = read("sunspots_simple_rnn.expected.safetensors");
    let (shape, x) = read_f32(&file, "x").expect("x");
    let (_, predictions) = read_f32(&file, "prediction").expect("prediction");
    assert_eq!((&shape[..], predictions.len()), (&[297, TAU, 1][..], 297));
    let mut series = x[..TAU].to_vec();
    series.extend(x.chunks(TAU).skip(1).map(|window| window[TAU - 1]));
    // The windows overlap as ours do.
    for (m, window) in x.chunks(TAU).enumerate() {
        assert_eq!(window, &series[m..m + TAU]);
    }
    (x, predictions, series)
}

/// Largest difference; NaN if there is one.
pub(crate) fn worst(got: &[f32], want: &[f32]) -> f32 {
    assert_eq!(got.len(), want.len());
    got.iter().zip(want).map(|(a, b)| (a - b).abs()).fold(0.0, f32::maximum_or_nan)
}

trait MaximumOrNan {
    fn maximum_or_nan(self, other: Self) -> Self;
}

impl MaximumOrNan for f32 {
    fn maximum_or_nan(self, other: Self) -> Self {
        if self.is_nan() || other.is_nan() { Self::NAN } else { self.max(other) }
    }
}

pub(crate) fn close(what: &str, backend: Backend, got: &[f32], want: &[f32]) {
    let worst = worst(got, want);
    assert!(worst <= LIMIT, "{what} on {backend}: {worst:e}");
}

#[test]
fn every_window_on_every_backend() {
    let (x, want, series) = expected();
    let file = read("sunspots_simple_rnn.safetensors");
    for backend in backends::all() {
        let model = Forecaster::from_safetensors_with(&file, &LoadOptions::default().backend(backend))
            .expect("the file fits");
        close("windows", backend, &model.windows(&series, Windows::new(TAU)).expect("windows fit"), &want);
        let batch = model.forward_batch(&x, want.len(), Outputs::Last).expect("lengths fit");
        close("forward_batch", backend, &batch, &want);
        let mut steps = Vec::new();
        for window in x.chunks(TAU) {
            let mut state = model.initial_state();
            let last = window.iter().map(|&x| model.step(&mut state, &[x])).last();
            steps.extend(last.expect("a window has steps"));
        }
        close("step", backend, &steps, &want);

        let built = RuntimeNetwork::builder(1).simple_rnn("hidden", 32).dense("output", 1).backend(backend);
        let built = built.from_safetensors(&file).expect("the file fits");
        close("windows", backend, &built.windows(&series, Windows::new(TAU)).expect("windows fit"), &want);
    }
}

#[test]
fn a_perturbed_weight_is_noticed() {
    let (_, want, series) = expected();
    let mut file = read("sunspots_simple_rnn.safetensors");
    let model = |file: &[u8]| {
        let model = Forecaster::from_safetensors(file).expect("the file fits");
        model.windows(&series, Windows::new(TAU)).expect("windows fit")
    };
    assert!(worst(&model(&file), &want) <= LIMIT);
    // The last value of the file is one of W.
    let at = file.len() - 4;
    let value = f32::from_le_bytes(file[at..].try_into().expect("four bytes"));
    file[at..].copy_from_slice(&(value + 1.0 / 1024.0).to_le_bytes());
    let worst = worst(&model(&file), &want);
    assert!(worst > LIMIT, "{worst:e}");
    file[at..].copy_from_slice(&f32::NAN.to_le_bytes());
    assert!(self::worst(&model(&file), &want).is_nan());
}
