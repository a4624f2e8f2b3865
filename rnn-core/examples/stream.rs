//! The real-time loop: a model shared by all streams, a state for each, one call a sample.
//!
//! `cargo run --release --example stream`

use rnn_core::LayerWeights;
use rnn_core::prelude::*;
use std::error::Error;
use std::time::Instant;

/// One sample in, one out: the shape of a small audio effect.
#[rnn(input_size = 1)]
pub struct Effect {
    /// Sixteen units of memory.
    hidden: SimpleRnn<16>,
    /// The sample to play.
    output: Dense<1>,
}

fn main() -> Result<(), Box<dyn Error>> {
    // A smoothing effect set by hand; a real one is loaded from a file.
    let decay: Vec<f32> = (0..256).map(|i| if i / 16 == i % 16 { 0.5 } else { 0.0 }).collect();
    let weights = [
        LayerWeights::recurrent(&[0.25; 16], &decay, Some(&[0.0; 16])),
        LayerWeights::Dense { weight: &[0.125; 16], bias: Some(&[0.0]) },
    ];
    let model = Effect::from_slices(Backend::detect(), &weights)?;
    println!("{}\n", model.summary());

    // Everything is allocated before the loop; inside it nothing is.
    let rate = 48_000_u16;
    let samples: Vec<f32> =
        (0..rate).map(|n| (f32::from(n) * 440.0 * std::f32::consts::TAU / f32::from(rate)).sin()).collect();
    let mut played = vec![0.0; samples.len()];
    let (mut left, mut right) = (model.initial_state(), model.initial_state());

    let start = Instant::now();
    for (x, y) in samples.iter().zip(&mut played) {
        // Sample by sample, as a voice that feeds back would.
        [*y] = model.step(&mut left, &[*x]);
    }
    let step = start.elapsed();

    let start = Instant::now();
    let mut buffered = vec![0.0; samples.len()];
    for (xs, ys) in samples.chunks(64).zip(buffered.chunks_mut(64)) {
        // Buffer by buffer, as a host hands them out: the same bits.
        model.process_into(&mut right, xs, ys)?;
    }
    let buffer = start.elapsed();
    assert_eq!(played, buffered);

    let share = |time: std::time::Duration| 100.0 * time.as_secs_f64();
    println!(
        "one second of sound at {rate} Hz: {step:.2?} in steps ({:.2} % of real time), {buffer:.2?} in buffers of 64 ({:.2} %)",
        share(step),
        share(buffer)
    );
    println!("peak in {:.3}, peak out {:.3}", peak(&samples), peak(&played));
    Ok(())
}

fn peak(x: &[f32]) -> f32 {
    x.iter().fold(0.0, |peak, x| peak.max(x.abs()))
}
