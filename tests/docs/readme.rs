//! The calls the README shows, as they stand there, with files as a framework or we would write them.

use crate::repository;
use rnn_core::custom::CustomNetwork;
use rnn_core::prelude::*;
use rnn_core::{LayerWeights, RecurrentWeights};
use rnn_support::bits::assert_bits_equal;
use std::error::Error;
use std::path::{Path, PathBuf};

/// The file of PyTorch's LSTM over monthly CO2.
pub(crate) fn co2() -> PathBuf {
    repository().join("rnn-core/examples/data/co2_lstm.safetensors")
}

/// Numbers within [-1, 1], no two alike.
fn numbers(len: usize) -> Vec<f32> {
    (0..len).map(|i| (i as f32 * 0.7).sin()).collect()
}

/// Runs the README's program, which `outside` builds as a package of its own.
fn a_program() {
    use rnn_core::prelude::*;

    /// A month's change of CO2 in, the next month's out: PyTorch's `nn.LSTM(1, 40)` and `nn.Linear(40, 1)`.
    #[rnn(weights = "../rnn-core/examples/data/co2_lstm.safetensors")] // a state_dict, checked and packed when this compiles
    struct Co2 {
        rnn: Lstm<40>,
        head: Dense<1>, // linear unless said otherwise
    }

    fn main() {
        let model = Co2::embedded(); // no file, no heap
        let mut state = model.initial_state();
        for x in [0.4, 0.7, -0.2] {
            let [y] = model.step(&mut state, &[x]); // real time: no allocation, cannot fail
            println!("{y}");
        }
    }

    main();
}

#[rnn(input_size = 1)]
struct Co2 {
    rnn: Lstm<40>,
    head: Dense<1>,
}

/// The differences of what must be the same: a buffer and a sequence; a window, the 24th of it.
fn other_ways(path: &Path, xs: [f32; 40], series: [f32; 40]) -> Result<[f32; 41], Box<dyn Error>> {
    let (mut state, mut ys) = (Co2::load(path)?.initial_state(), [0.0; 40]);

    let model = Co2::load(path)?; // shapes checked, weights packed once
    model.process_into(&mut state, &xs, &mut ys)?; // a buffer, the state carried on
    let all = model.forward(&xs, Outputs::All)?; // a sequence (T, n_i)
    let last = model.windows(&series, Windows::new(24))?; // (M, tau, n_i) without making it

    Ok(std::array::from_fn(|i| if i < 40 { ys[i] - all[i] } else { last[0] - all[23] }))
}

#[test]
fn a_network_is_fed_in_many_ways() -> Result<(), Box<dyn Error>> {
    a_program();
    let xs = std::array::from_fn(|i| (i as f32).sin());
    assert_bits_equal(&other_ways(&co2(), xs, xs)?, &[0.0; 41], "differences");
    Ok(())
}

/// What a file plays through the network of its size, and through the one described.
fn of_any_size(path: &Path, xs: [f32; 40], mut ys: [f32; 40]) -> Result<[Vec<f32>; 2], Box<dyn Error>> {
    #[rnn(input_size = 1, sizes = [1x8, 1x12, 1x16, 1x24, 1x40, 2x8, 2x16])] // layers x hidden_size
    pub struct Amp {
        rnn: Lstm<_>,
        head: Dense<1>,
    }

    let amp = Amp::load(path)?; // the file's shape picks
    println!("{}", amp.summary().picked().unwrap_or_default()); // `compiled for 1x40`
    let mut state = amp.initial_state();
    amp.process_into(&mut state, &xs, &mut ys)?; // one `match`, then the loop of that size

    assert_eq!(amp.summary().picked(), Some("compiled for 1x40"));
    Ok([ys.to_vec(), inferred(path)?.forward(&xs, Outputs::All)?])
}

#[test]
fn a_file_picks_the_network_of_its_size() -> Result<(), Box<dyn Error>> {
    let [picked, inferred] = of_any_size(&co2(), std::array::from_fn(|i| (i as f32).sin()), [0.0; 40])?;
    assert_bits_equal(&picked, &inferred, "the picked network and the inferred one");
    Ok(())
}

/// The last outputs of two rows, and those of each alone.
fn two_rows(path: &Path, xs: [f32; 30]) -> Result<[Vec<f32>; 3], Box<dyn Error>> {
    use rnn_core::{Direction, LayerKind, Merge, ResetGate, Sequences};

    let both = Direction::Bidirectional(Merge::Concat);
    let model = RuntimeNetwork::builder(3)
        .layer("rnn", LayerKind::gru(64, ResetGate::AfterProduct).with_direction(both)) // PyTorch's form
        .layer("top", LayerKind::lstm(32).with_projection(16))
        .dense("head", 2)
        .load(path)?;

    // Two rows of up to five steps, of which the second has three.
    let sequences = Sequences::new(2, 5).lengths(&[5, 3]).outputs(Outputs::Last);
    let ys = model.run(&xs, &sequences, None)?; // xs (B, T, n_i), ys (B, n_o)

    Ok([ys, model.forward(&xs[..15], Outputs::Last)?, model.forward(&xs[15..24], Outputs::Last)?])
}

/// A file of ours for a network of these sizes.
fn file_of_two_layers(path: &Path) -> Result<(), Box<dyn Error>> {
    use rnn_core::{Direction, LayerKind, Merge, ResetGate};

    let (ih, hh, bias) = (numbers(192 * 3), numbers(192 * 64), numbers(192));
    let half = RecurrentWeights { bias_hh: Some(&bias), ..RecurrentWeights::new(&ih, &hh, Some(&bias)) };
    let (ih, hh, bias, hr) = (numbers(128 * 128), numbers(128 * 16), numbers(128), numbers(16 * 32));
    let top = RecurrentWeights { weight_hr: Some(&hr), ..RecurrentWeights::new(&ih, &hh, Some(&bias)) };
    let both = Direction::Bidirectional(Merge::Concat);
    RuntimeNetwork::builder(3)
        .layer("rnn", LayerKind::gru(64, ResetGate::AfterProduct).with_direction(both))
        .layer("top", LayerKind::lstm(32).with_projection(16))
        .dense("head", 2)
        .from_slices(&[
            LayerWeights::Bidirectional { forward: half, backward: half },
            LayerWeights::Recurrent(top),
            LayerWeights::Dense { weight: &numbers(32), bias: Some(&[0.5, -0.5]) },
        ])?
        .save(path)?;
    Ok(())
}

#[test]
fn rows_of_different_lengths_are_what_they_are_alone() -> Result<(), Box<dyn Error>> {
    let path = std::env::temp_dir().join(format!("rnn-readme-{}.safetensors", std::process::id()));
    file_of_two_layers(&path)?;
    let found = two_rows(&path, std::array::from_fn(|i| (i as f32 * 0.3).cos()));
    std::fs::remove_file(&path)?;
    let [rows, first, second] = found?;
    assert_bits_equal(&rows, &[first, second].concat(), "rows");
    Ok(())
}

/// The network that a file's names and shapes tell.
pub(crate) fn inferred(path: &Path) -> Result<RuntimeNetwork, Box<dyn Error>> {
    use rnn_core::Assume;

    let model = RuntimeNetwork::infer(&std::fs::read(path)?, &Assume::framework_defaults().dense_last())?;
    println!("{}", model.summary());

    Ok(model)
}

#[test]
fn an_inferred_network_runs_streams() -> Result<(), Box<dyn Error>> {
    let (model, xs, mut ys) = (inferred(&co2())?, [0.25], [0.0]);
    {
        use rnn_core::StreamBatch;

        let mut streams = StreamBatch::new(&model, 64)?;
        let id = streams.join().expect("there is room for 64");
        streams.step_into(&xs, &mut ys)?; // xs (streams, n_i), ys (streams, n_o)
        streams.leave(id);
    }
    assert_bits_equal(&ys, &model.forward(&xs, Outputs::All)?, "a stream's step and a sequence of one");
    Ok(())
}

mod own {
    use rnn_core::custom::{Cell, Lanes, State};

    /// `f = sigmoid(a_f)`, `n = tanh(a_n)`, `h' = (1 - f) * h + f * n`, with `a = U x + W h + b`.
    #[derive(Clone, Copy, Debug)]
    struct Mgu;

    impl Cell<2> for Mgu {
        const MEMORY: bool = false; // no c beside h
        #[inline(always)]
        fn update<L: Lanes>(&self, [f, n]: [L; 2], old: State<L>) -> State<L> {
            let (f, n) = (f.sigmoid(), n.tanh());
            State { h: f.mul_add(n - old.h, old.h), c: old.c }
        }
    }

    pub(super) fn cell() -> impl Cell<2> {
        Mgu
    }
}

#[test]
fn an_own_cell_runs() -> Result<(), Box<dyn Error>> {
    let weights = LayerWeights::recurrent(&[0.5, 1.0], &[0.25, -0.5], Some(&[0.1, 0.2]));
    let net = CustomNetwork::new(own::cell(), 1, 1).build(Backend::detect(), &[weights])?;
    let ys = net.forward(&[0.5], Outputs::All)?;
    let expected = 0.7_f64.tanh() / (1.0 + (-0.35_f64).exp());
    let error = (f64::from(ys[0]) - expected).abs();
    assert!(error <= 1e-6, "{} is not {expected}", ys[0]);
    Ok(())
}
