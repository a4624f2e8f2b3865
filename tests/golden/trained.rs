//! The networks of the example `load_pytorch`: every window within 2e-6 of PyTorch, which trained them, and the errors of
//! its forecasts, by networks built at run time and made by the attribute.

use crate::sunspots::{LIMIT, close, read, worst};
use rnn_core::prelude::*;
use rnn_core::{LayerKind, LoadOptions, ResetGate, read_f32};
use rnn_support::{backends, report};

#[rnn(input_size = 1)]
struct Co2 {
    rnn: Lstm<40>,
    head: Dense<1>,
}

#[rnn(input_size = 1)]
struct Co2Stacked {
    first: Lstm<20>,
    second: Lstm<20>,
    head: Dense<1>,
}

#[rnn(input_size = 1)]
struct Gru24 {
    #[rnn(reset = after_product)]
    rnn: Gru<24>,
    head: Dense<1>,
}

/// A trained network and what is known of it.
struct Trained {
    name: &'static str,
    series: &'static str,
    differences: bool,
    layers: &'static [LayerKind],
    /// The attribute's network of this file and its forecasts: not a `dyn Network`, of which all calls would be compiled.
    made: fn(&[u8], Backend, &[f32], Windows) -> Vec<f32>,
    /// Test MSE, persistence, to three digits.
    figures: [f64; 2],
}

fn made<N: Network + Load>(file: &[u8], backend: Backend, series: &[f32], windows: Windows) -> Vec<f32> {
    let net =
        N::from_safetensors_with(file, &LoadOptions::default().backend(backend)).expect("the file fits");
    net.windows(series, windows).expect("windows fit")
}

const ALL: [Trained; 3] = [
    Trained {
        name: "co2_lstm",
        series: "co2_monthly.csv",
        differences: true,
        layers: &[LayerKind::lstm(40)],
        made: made::<Co2>,
        figures: [0.073, 0.670],
    },
    Trained {
        name: "co2_lstm_stacked",
        series: "co2_monthly.csv",
        differences: true,
        layers: &[LayerKind::lstm(20), LayerKind::lstm(20)],
        made: made::<Co2Stacked>,
        figures: [0.074, 0.670],
    },
    Trained {
        name: "sunspots_gru",
        series: "sunspots.csv",
        differences: false,
        layers: &[LayerKind::gru(24, ResetGate::AfterProduct)],
        made: made::<Gru24>,
        figures: [0.285, 0.954],
    },
];

/// What stands behind a key in the file of facts.
fn fact(facts: &str, key: &str) -> f64 {
    let (_, rest) = facts.split_once(&format!("\"{key}\": ")).expect("a fact");
    rest.split([',', '\n']).next().and_then(|number| number.parse().ok()).expect("a number")
}

fn mse(forecast: &[f32], truth: &[f32]) -> f64 {
    assert_eq!(forecast.len(), truth.len());
    forecast.iter().zip(truth).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>() / truth.len() as f64
}

impl Trained {
    fn facts(&self) -> String {
        String::from_utf8(read(&format!("{}.json", self.name))).expect("text")
    }

    /// Tau, and the index of the first window whose target is none of the training part.
    fn tau_and_test(&self) -> (usize, usize) {
        let facts = self.facts();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small counts")]
        let count = |key| fact(&facts, key) as usize;
        (count("tau"), count("train_windows"))
    }

    /// From the file, standardised as the facts say.
    fn series(&self) -> Vec<f32> {
        let text = String::from_utf8(read(self.series)).expect("text");
        let number =
            |line: &str| line.split_once(',').and_then(|(_, value)| value.trim().parse::<f64>().ok());
        let mut values: Vec<f64> = text.lines().skip(1).map(|line| number(line).expect("a number")).collect();
        if self.differences {
            values = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
        }
        let (facts, train) = (self.facts(), &values[..values.len() * 4 / 5]);
        let (mean, std) = (fact(&facts, "mean"), fact(&facts, "std"));
        let own = train.iter().sum::<f64>() / train.len() as f64;
        let variance = train.iter().map(|x| (x - own).powi(2)).sum::<f64>() / train.len() as f64;
        assert!((own - mean).abs() <= 1e-12 * mean && (variance.sqrt() - std).abs() <= 1e-12 * std);
        #[expect(clippy::cast_possible_truncation, reason = "networks compute in f32")]
        values.iter().map(|x| ((x - mean) / std) as f32).collect()
    }

    /// What PyTorch predicted.
    fn expected(&self, name: &str) -> Vec<f32> {
        let file = read(&format!("{}.expected.safetensors", self.name));
        read_f32(&file, name).expect("a tensor").1
    }

    fn built(&self, file: &[u8], backend: Backend) -> RuntimeNetwork {
        let mut builder = RuntimeNetwork::builder(1).backend(backend);
        for (index, kind) in self.layers.iter().enumerate() {
            builder = builder.layer(format!("layer_{index}"), *kind);
        }
        builder.dense("last", 1).from_safetensors(file).expect("the file fits")
    }

    /// The forecasts of the network built at run time, and of the attribute's.
    fn forecasts(&self, file: &[u8], backend: Backend, series: &[f32]) -> [(&'static str, Vec<f32>); 2] {
        let windows = Windows::new(self.tau_and_test().0).end(series.len() - 1);
        let built = self.built(file, backend).windows(series, windows).expect("windows fit");
        [("built at run time", built), ("#[rnn]", (self.made)(file, backend, series, windows))]
    }
}

#[test]
fn every_window_on_every_backend() {
    for trained in ALL {
        let (series, facts) = (trained.series(), trained.facts());
        let (tau, test) = trained.tau_and_test();
        let targets = &series[tau..];
        // The windows the framework saw are ours.
        let x: Vec<f32> = series[..series.len() - 1].windows(tau).flatten().copied().collect();
        assert!(worst(&x, &trained.expected("x")) <= f32::EPSILON, "{}: x", trained.name);
        assert!(worst(targets, &trained.expected("target")) <= f32::EPSILON, "{}: target", trained.name);
        let persistence = mse(&series[tau + test - 1..series.len() - 1], &targets[test..]);

        let (file, want) = (read(&format!("{}.safetensors", trained.name)), trained.expected("prediction"));
        let mut furthest = 0.0_f32;
        for backend in backends::all() {
            let batch = trained.built(&file, backend).forward_batch(&x, want.len(), Outputs::Last);
            close(trained.name, backend, &batch.expect("lengths fit"), &want);
            for (what, got) in trained.forecasts(&file, backend, &series) {
                close(&format!("{}, {what}", trained.name), backend, &got, &want);
                furthest = furthest.max(worst(&got, &want));
                let errors = [mse(&got[test..], &targets[test..]), persistence];
                for (index, key) in ["test_mse", "persistence_test_mse"].into_iter().enumerate() {
                    let (error, framework) = (errors[index], fact(&facts, key));
                    assert!((error - framework).abs() <= 1e-6, "{} {key}: {error}", trained.name);
                    assert_eq!(format!("{error:.3}"), format!("{:.3}", trained.figures[index]));
                }
            }
        }
        report::line(format_args!(
            "{}: {} windows, at most {furthest:.1e} from PyTorch, allowed {LIMIT:.0e}",
            trained.name,
            want.len()
        ));
    }
}

#[test]
fn a_perturbed_weight_is_noticed() {
    for trained in ALL {
        let (series, want) = (trained.series(), trained.expected("prediction"));
        let mut file = read(&format!("{}.safetensors", trained.name));
        // The last value of the file is one of `weight_ih`'s last rows.
        let at = file.len() - 4;
        let value = f32::from_le_bytes(file[at..].try_into().expect("four bytes"));
        file[at..].copy_from_slice(&(value + 1.0 / 1024.0).to_le_bytes());
        for (what, got) in trained.forecasts(&file, Backend::PORTABLE, &series) {
            let worst = worst(&got, &want);
            assert!(worst > LIMIT, "{}, {what}: {worst:e}", trained.name);
        }
    }
}
