//! One plug-in, any amplifier: the sizes that people train run as compiled networks, all others too.
//!
//! `cargo run --release --example amp`: files of several sizes are written to a temporary directory and loaded into one
//! type; each tells which network was picked, and what a buffer of 64 samples at 48 kHz takes. There are no trained amplifiers
//! in this repository. These files have random weights, small enough that no state runs away; two more, of the same
//! layers, were trained by PyTorch on a series that is no sound, and are loaded as PyTorch left them.

use rnn_core::prelude::*;
use rnn_core::{LayerKind, LayerWeights};
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

/// Any LSTM amplifier: one sample in, one out.
#[rnn(input_size = 1, sizes = [1x8, 1x12, 1x16, 1x24, 1x40, 2x8, 2x16])]
pub struct Amp {
    /// As many layers, and as wide, as a size says.
    rnn: Lstm<_>,
    /// The sample to play.
    head: Dense<1>,
}

/// Samples in a second, and in a buffer, as a host hands them out.
const RATE: u32 = 48_000;
const BUFFER: usize = 64;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/");

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::temp_dir().join(format!("rnn-core-amp-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    let result = all(&directory);
    std::fs::remove_dir_all(&directory)?;
    result
}

fn all(directory: &Path) -> Result<(), Box<dyn Error>> {
    println!("{:<24} {:<10} {:>14} {:>14}  picked", "file", "parameters", "ns per sample", "of real time");
    for (layers, hidden_size) in
        [(1, 8), (1, 12), (1, 16), (1, 24), (1, 40), (2, 8), (2, 16), (1, 20), (3, 8)]
    {
        let path = directory.join(format!("lstm_{layers}x{hidden_size}.safetensors"));
        random(layers, hidden_size)?.save(&path)?;
        play(&path)?;
    }
    for name in ["co2_lstm", "co2_lstm_stacked"] {
        play(Path::new(&format!("{DATA}{name}.safetensors")))?;
    }
    println!("\n{}", Amp::load(format!("{DATA}co2_lstm.safetensors"))?.summary());
    Ok(())
}

/// Loads a file, runs a second of sound through it, and prints a line.
fn play(path: &Path) -> Result<(), Box<dyn Error>> {
    let amp = Amp::load(path)?;
    let summary = amp.summary();
    let picked = summary.picked().unwrap_or_default();

    // All memory is here before the first buffer comes.
    let mut state = amp.initial_state();
    let (mut buffer, mut played) = ([0.0; BUFFER], [0.0; BUFFER]);
    let mut best = Duration::MAX;
    for start in (0..RATE).step_by(BUFFER) {
        for (x, n) in buffer.iter_mut().zip(start..) {
            *x = 0.5 * (n as f32 * 110.0 * std::f32::consts::TAU / RATE as f32).sin();
        }
        let start = Instant::now();
        amp.process_into(&mut state, &buffer, &mut played)?;
        best = best.min(start.elapsed());
        if !played.iter().all(|y| y.is_finite()) {
            return Err(format!("{} plays what is no sound", path.display()).into());
        }
    }
    // One sample alone, for a voice that feeds back: the same network, on arrays.
    let [_] = amp.step(&mut state, &[0.25]);

    let sample = best.as_secs_f64() / BUFFER as f64;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    println!(
        "{name:<24} {:<10} {:>14.1} {:>12.2} %  {picked}",
        summary.parameters(),
        sample * 1e9,
        100.0 * sample * f64::from(RATE)
    );
    Ok(())
}

/// A network of this size whose weights are random and in [-1/4, 1/4), divided by the root of the hidden size: a stack of any
/// depth keeps to small values.
fn random(layers: usize, hidden_size: usize) -> Result<RuntimeNetwork, Box<dyn Error>> {
    let mut seed = 1_u32;
    let mut values = |len: usize, scale: f32| -> Vec<f32> {
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((seed >> 8) as f32 / 8_388_608.0 - 1.0) * scale
        };
        (0..len).map(|_| next()).collect()
    };
    let scale = 0.25 / (hidden_size as f32).sqrt();
    let mut stack = Vec::new();
    for level in 0..layers {
        let n_i = if level == 0 { 1 } else { hidden_size };
        let rows = 4 * hidden_size;
        stack.push([values(rows * n_i, scale), values(rows * hidden_size, scale), values(rows, scale)]);
    }
    let head = values(hidden_size, scale);

    let mut builder = RuntimeNetwork::builder(1);
    let mut weights = Vec::new();
    for (level, [weight_ih, weight_hh, bias]) in stack.iter().enumerate() {
        builder = builder.layer(format!("layer{level}"), LayerKind::lstm(hidden_size));
        weights.push(LayerWeights::recurrent(weight_ih, weight_hh, Some(bias)));
    }
    weights.push(LayerWeights::Dense { weight: &head, bias: Some(&[0.0]) });
    Ok(builder.dense("head", 1).from_slices(&weights)?)
}
