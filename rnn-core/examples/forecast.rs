//! A forecast on real data, end to end: twelve yearly sunspot numbers in, the next year's out.
//!
//! `cargo run --release --example forecast`: reads the series, loads weights with Keras' names, predicts every window, compares
//! with the truth and with two yardsticks, rolls the forecast forward on its own predictions and draws
//! `forecast.svg`.

#[path = "forecast/plot.rs"]
mod plot;
#[path = "common/series.rs"]
mod series;
#[path = "common/yardstick.rs"]
mod yardstick;

use rnn_core::prelude::*;
use rnn_core::read_f32;
use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

/// Twelve yearly sunspot numbers in, next year's out.
#[rnn(input_size = 1)]
pub struct Forecaster {
    /// 32 tanh units; a window starts from h = 0.
    hidden: SimpleRnn<32>,
    /// The next value, standardised.
    output: Dense<1>,
}

/// Years of a window.
const TAU: usize = 12;
/// Points before this index trained the network.
const TRAIN: usize = 247;

fn main() -> Result<(), Box<dyn Error>> {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/");
    let (years, sunspots) = series::read_csv(&std::fs::read_to_string(format!("{data}sunspots.csv"))?)?;
    let years = years.iter().map(|year| year.parse()).collect::<Result<Vec<i32>, _>>()?;
    let (mean, std) = series::scaler(&sunspots[..TRAIN]);
    let series = series::standardised(&sunspots, (mean, std));

    let model = Forecaster::load(format!("{data}sunspots_simple_rnn.safetensors"))?;
    println!("{}\n", model.summary());

    // One window for each year that has twelve before it and a truth to compare with.
    let windows = Windows::new(TAU).end(series.len() - 1);
    let predictions = model.windows(&series, windows)?;
    let targets = &series[TAU..];

    let expected = std::fs::read(format!("{data}sunspots_simple_rnn.expected.safetensors"))?;
    let (_, expected) = read_f32(&expected, "prediction")?;
    let worst = predictions.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    println!(
        "{} windows of {TAU} years; largest difference from the framework that trained the network: {worst:.1e}",
        predictions.len()
    );
    // Written so that NaN fails.
    if !(worst <= 2e-6 && predictions.len() == expected.len()) {
        return Err("the predictions differ from the expected ones".into());
    }

    let test = TRAIN - TAU;
    println!("\n{:>6} {:>10} {:>10}", "year", "truth", "forecast");
    for index in series.len() - 10..series.len() {
        let forecast = f64::from(predictions[index - TAU]) * std + mean;
        println!("{:>6} {:>10.1} {:>10.1}", years[index], sunspots[index], forecast);
    }

    println!("\ntest MSE {:.3}", yardstick::mse(&predictions[test..], &targets[test..]));
    println!("persistence {:.3}", yardstick::mse(&series[TRAIN - 1..series.len() - 1], &targets[test..]));
    let autoregression = yardstick::autoregression(&series, TAU, TRAIN);
    println!("linear AR({TAU}) {:.3}", yardstick::mse(&autoregression, &targets[test..]));
    println!("{:.0} ns a window (least of 200 runs over the series)", nanoseconds(&model, &series, windows)?);

    let rolled = roll(&model, &series)?;
    let back = |x: f32| f64::from(x) * std + mean;
    plot::draw(
        "forecast.svg",
        &plot::Lines {
            years: &years[TRAIN - 40..],
            truth: &sunspots[TRAIN - 40..],
            first: years[TRAIN],
            one_step: &predictions[test..].iter().copied().map(back).collect::<Vec<_>>(),
            rolled: &rolled.into_iter().map(back).collect::<Vec<_>>(),
        },
    )?;
    println!(
        "\nwrote forecast.svg: the truth, the forecast a year ahead, and the forecast rolled forward from {}",
        years[TRAIN]
    );
    Ok(())
}

/// Forecasts the test years one after the other, each from the forecasts before it.
fn roll(model: &Forecaster, series: &[f32]) -> Result<Vec<f32>, Box<dyn Error>> {
    let mut known = series[..TRAIN].to_vec();
    while known.len() < series.len() {
        let window = &known[known.len() - TAU..];
        let next = model.forward(window, Outputs::Last)?;
        known.extend(next);
    }
    Ok(known.split_off(TRAIN))
}

/// Least time of a window over many runs, nothing allocated.
fn nanoseconds(model: &Forecaster, series: &[f32], windows: Windows) -> Result<f64, Box<dyn Error>> {
    let count = windows.count(series.len())?;
    let mut ys = vec![0.0; count];
    let mut scratch = vec![0.0; model.windows_scratch_len(series.len(), windows)?];
    let mut least = f64::INFINITY;
    for _ in 0..200 {
        let start = Instant::now();
        model.windows_into(black_box(series), windows, &mut ys, &mut scratch)?;
        black_box(&ys);
        least = least.min(start.elapsed().as_secs_f64());
    }
    Ok(least * 1e9 / f64::from(u32::try_from(count)?))
}
