//! The structs that the page of the macro shows, and that they are the network it says.

use crate::readme::co2;
use rnn_core::prelude::*;
use rnn_support::bits::assert_bits_equal;
use std::error::Error;
use std::path::Path;

/// A first step, of the file's LSTM.
fn a_trained_network() -> f32 {
    /// A month's change of CO2 in, the next month's out.
    #[rnn(weights = "../rnn-core/examples/data/co2_lstm.safetensors")]
    pub struct Co2 {
        rnn: Lstm<40>,
        head: Dense<1>,
    }

    let model = Co2::embedded(); // a handle of a few words; cannot fail
    let mut state = model.initial_state();
    let [y] = model.step(&mut state, &[0.4]);

    y
}

/// The same of weights that are loaded.
fn loaded(path: &Path) -> Result<f32, Box<dyn Error>> {
    #[rnn(input_size = 1)]
    pub struct Loaded {
        rnn: Lstm<40>,
        head: Dense<1>,
    }

    let model = Loaded::load(path)?;

    Ok(model.step(&mut model.initial_state(), &[0.4])[0])
}

#[rnn(weights = "../rnn-core/examples/data/co2_lstm.safetensors", order = [rnn, head])]
pub struct Told;

#[rnn(from = "../rnn-core/examples/data/co2_lstm.safetensors", order = [rnn, head])]
pub struct Shape; // the layers alone: weights are loaded when the program runs

/// The same of the network that its file picks.
fn of_many_sizes(path: &Path) -> Result<f32, Box<dyn Error>> {
    #[rnn(input_size = 1, sizes = [1x8, 1x16, 1x40, 2x8])] // layers x hidden_size
    pub struct Amp {
        rnn: Lstm<_>,
        head: Dense<1>,
    }

    let amp = Amp::load(path)?;
    println!("{}", amp.summary()); // the last line: `compiled for 1x40`

    assert!(amp.summary().to_string().ends_with("\ncompiled for 1x40"));
    Ok(amp.step(&mut amp.initial_state(), &[0.4])[0])
}

#[test]
fn every_struct_of_the_page_is_the_same_network() -> Result<(), Box<dyn Error>> {
    let path = co2();
    let expected = crate::readme::inferred(&path)?.forward(&[0.4], Outputs::All)?;
    let told = Told::embedded();
    let shape = Shape::load(&path)?;
    for (y, name) in [
        (a_trained_network(), "Co2"),
        (loaded(&path)?, "Loaded"),
        (told.step(&mut told.initial_state(), &[0.4])[0], "Told"),
        (shape.step(&mut shape.initial_state(), &[0.4])[0], "Shape"),
        (of_many_sizes(&path)?, "Amp"),
    ] {
        assert_bits_equal(&[y], &expected, name);
    }
    Ok(())
}

/// What the page says of the steps that are written out.
#[test]
fn the_sizes_that_are_written_out_are_those_of_the_page() {
    use rnn_core::{LayerKind, ResetGate};

    let gru = |size| LayerKind::gru(size, ResetGate::AfterProduct);
    for (kind, input_size, is) in [
        (LayerKind::lstm(64), 64, true),
        (LayerKind::lstm(65), 1, false),
        (LayerKind::lstm(64), 65, false),
        (LayerKind::lstm(8).with_peephole(), 1, false),
        (LayerKind::lstm(8).with_clip(3.0), 1, false),
        (gru(64), 1, true),
        (gru(65), 1, false),
        (LayerKind::simple_rnn(64), 1, true),
        (LayerKind::dense(64), 64, true),
        (LayerKind::dense(65), 1, false),
    ] {
        assert_eq!(kind.is_written_out(input_size), is, "{kind:?} of {input_size}");
    }
}
