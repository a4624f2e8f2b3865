//! Networks trained by PyTorch, loaded from its files as they are: an LSTM, an LSTM of two layers, a GRU.
//!
//! `cargo run --release --example load_pytorch`: each file is loaded into a network built at run time and into one of the
//! `#[rnn]` attribute, by PyTorch's own tensor names (`rnn.weight_ih_l0`, .., `head.weight`). Every window of the series
//! is predicted and compared with what PyTorch predicted; an error is the end.

#[path = "common/series.rs"]
mod series;
#[path = "common/yardstick.rs"]
mod yardstick;

use rnn_core::prelude::*;
use rnn_core::{LayerKind, ResetGate, read_f32};
use std::error::Error;

/// `nn.LSTM(1, 40)` and `nn.Linear(40, 1)`.
#[rnn(input_size = 1)]
pub struct Co2 {
    /// Two biases in the file, added when they are loaded.
    rnn: Lstm<40>,
    /// The next value, standardised.
    head: Dense<1>,
}

/// `nn.LSTM(1, 20, num_layers=2)` and `nn.Linear(20, 1)`: a field for each layer.
#[rnn(input_size = 1)]
pub struct Co2Stacked {
    /// `_l0` in the file.
    first: Lstm<20>,
    /// `_l1`.
    second: Lstm<20>,
    /// The next value, standardised.
    head: Dense<1>,
}

/// `nn.GRU(1, 24)` and `nn.Linear(24, 1)`.
#[rnn(input_size = 1)]
pub struct Sunspots {
    /// PyTorch's GRU resets after the product.
    #[rnn(reset = after_product)]
    rnn: Gru<24>,
    /// The next value, standardised.
    head: Dense<1>,
}

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/");

fn main() -> Result<(), Box<dyn Error>> {
    let co2 = Series::read("co2_monthly.csv", 24, true)?;
    let sunspots = Series::read("sunspots.csv", 12, false)?;
    let builder = || RuntimeNetwork::builder(1);

    // As on a server that reads what it is to run: the layers are described, sizes are checked against the file.
    let built = builder().layer("rnn", LayerKind::lstm(40)).dense("head", 1);
    co2.compare("co2_lstm", &built.load(weights("co2_lstm"))?, &Co2::load(weights("co2_lstm"))?)?;

    let built = builder()
        .layer("a", LayerKind::lstm(20))
        .layer("b", LayerKind::lstm(20))
        .dense("head", 1)
        .from_safetensors(&std::fs::read(weights("co2_lstm_stacked"))?)?;
    co2.compare("co2_lstm_stacked", &built, &Co2Stacked::load(weights("co2_lstm_stacked"))?)?;

    let built = builder().layer("rnn", LayerKind::gru(24, ResetGate::AfterProduct)).dense("head", 1);
    sunspots.compare(
        "sunspots_gru",
        &built.load(weights("sunspots_gru"))?,
        &Sunspots::load(weights("sunspots_gru"))?,
    )
}

fn weights(name: &str) -> String {
    format!("{DATA}{name}.safetensors")
}

/// A series as the networks were trained on it.
struct Series {
    /// Standardised with mean and standard deviation of the training part.
    values: Vec<f32>,
    tau: usize,
    /// Points before this index, 80 %, trained the networks.
    train: usize,
}

impl Series {
    fn read(file: &str, tau: usize, differences: bool) -> Result<Self, Box<dyn Error>> {
        let (_, mut values) = series::read_csv(&std::fs::read_to_string(format!("{DATA}{file}"))?)?;
        if differences {
            values = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
        }
        let train = values.len() * 4 / 5;
        let values = series::standardised(&values, series::scaler(&values[..train]));
        Ok(Self { values, tau, train })
    }

    /// What a network predicts: one window for each point that has tau before it.
    ///
    /// Generic, for the compiler makes every call of a `dyn Network` for every size.
    fn predict(&self, network: &impl Network) -> Result<Vec<f32>, Box<dyn Error>> {
        Ok(network.windows(&self.values, Windows::new(self.tau).end(self.values.len() - 1))?)
    }

    /// The forecasts of both networks, compared with PyTorch's, the truth and two yardsticks.
    fn compare(&self, name: &str, built: &RuntimeNetwork, made: &impl Network) -> Result<(), Box<dyn Error>> {
        let Self { values, tau, train } = self;
        let (tau, train) = (*tau, *train);
        println!("{name}\n{}", built.summary());

        let expected = std::fs::read(format!("{DATA}{name}.expected.safetensors"))?;
        let (_, expected) = read_f32(&expected, "prediction")?;
        let (targets, test) = (&values[tau..], train - tau);
        for (what, predictions) in
            [("built at run time", self.predict(built)?), ("#[rnn]", self.predict(made)?)]
        {
            let worst = predictions.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            let finite = predictions.iter().all(|y| y.is_finite());
            println!(
                "{what}: {} windows of {tau}, largest difference from PyTorch {worst:.1e}, test MSE {:.3}",
                predictions.len(),
                yardstick::mse(&predictions[test..], &targets[test..])
            );
            if !(worst <= 2e-6 && finite && predictions.len() == expected.len()) {
                return Err(format!("{name}, {what}: the predictions differ from PyTorch's").into());
            }
        }
        let persistence = yardstick::mse(&values[train - 1..values.len() - 1], &targets[test..]);
        let linear = yardstick::mse(&yardstick::autoregression(values, tau, train), &targets[test..]);
        println!("persistence {persistence:.3}, linear AR({tau}) {linear:.3}\n");
        Ok(())
    }
}
