//! The calls the pages show, as they stand there, and that they do what the pages say.

use rnn_core::custom::{Cell, CustomNetwork, Lanes, State};
use rnn_core::prelude::*;
use rnn_core::{
    Direction, LayerKind, LayerWeights, Merge, RecurrentWeights, ResetGate, Sequences, ShapeError,
    StreamBatch, WeightError,
};
use rnn_support::bits::assert_bits_equal;

const U: [f32; 4] = [0.5, -1.0, 0.25, 0.75];
const W: [f32; 4] = [0.125, 0.5, -0.5, 0.25];

/// Two units in this direction over two values.
fn simple(direction: Direction) -> RuntimeNetwork {
    let weights = LayerWeights::recurrent(&U, &W, Some(&[0.1, -0.2]));
    RuntimeNetwork::builder(2)
        .layer("hidden", LayerKind::simple_rnn(2).with_direction(direction))
        .from_slices(&[weights])
        .expect("the weights fit")
}

/// Numbers within [-1, 1], no two alike.
fn numbers(len: usize) -> Vec<f32> {
    (0..len).map(|i| (i as f32 * 0.7).sin()).collect()
}

/// (B, T) turned into (T, B), values of two.
fn turned(xs: &[f32], batch: usize) -> Vec<f32> {
    let steps = xs.len() / 2 / batch;
    (0..steps * batch)
        .flat_map(|i| {
            let at = (i % batch * steps + i / batch) * 2;
            [xs[at], xs[at + 1]]
        })
        .collect()
}

#[test]
fn calls() -> Result<(), ShapeError> {
    let model = simple(Direction::Forward);
    let (x, xs, series, batch_xs) = (numbers(2), numbers(10), numbers(16), numbers(30));
    let (mut y, mut ys) = ([0.0; 2], [0.0; 10]);

    let mut state = model.initial_state();
    model.step_into(&mut state, &x, &mut y)?; // x (n_i), y (n_o)
    model.process_into(&mut state, &xs, &mut ys)?; // xs (T, n_i), ys (T, n_o)
    let all = model.forward(&xs, Outputs::All)?; // (T, n_o)
    let last = model.forward(&xs, Outputs::Last)?; // (n_o)
    let rows = model.forward_batch(&batch_xs, 3, Outputs::All)?; // (B, T, n_i) to (B, T, n_o)
    let each = model.windows(&series, Windows::new(4))?; // (M, n_o)

    assert_bits_equal(&y, &all[..2], "the first step");
    assert_bits_equal(&last, &all[8..], "the last output");
    assert_bits_equal(&rows[..10], &all, "the first row");
    assert_eq!(each.len(), 5 * 2, "N + 2 - tau windows of N + 1 = 8 points");
    Ok(())
}

#[test]
fn states() -> Result<(), ShapeError> {
    let (model, batch_xs) = (simple(Direction::Forward), numbers(30));

    let mut states = vec![0.0; 3 * model.snapshot_len()]; // (B, snapshot), in and out
    let sequences = Sequences::new(3, 5).outputs(Outputs::States);
    model.run(&batch_xs, &sequences, Some(&mut states))?;

    let last = model.forward_batch(&batch_xs, 3, Outputs::Last)?;
    assert_bits_equal(&states, &last, "the final states, which are the outputs of this cell");
    Ok(())
}

#[test]
fn streams() -> Result<(), ShapeError> {
    let (model, xs, mut ys) = (simple(Direction::Forward), numbers(4), [0.0; 4]);

    let mut streams = StreamBatch::new(&model, 8)?; // room for 8: all memory is asked for here
    let (left, right) = (streams.join().unwrap(), streams.join().unwrap()); // from h = 0, rows 0 and 1
    streams.step_into(&xs, &mut ys)?; // xs (streams, n_i), ys (streams, n_o)
    streams.leave(left); // the last row takes its place: `right` is now row 0
    streams.reset(right); // back to h = 0

    assert_bits_equal(&ys[2..], &model.forward(&xs[2..], Outputs::All)?, "a stream and its step alone");
    assert_eq!((streams.row(left), streams.row(right), streams.len()), (None, Some(0), 1));
    streams.step_into(&xs[2..], &mut ys[..2])?;
    assert_bits_equal(&ys[..2], &ys[2..], "the first step again");
    let looks_ahead = simple(Direction::Reverse);
    assert_eq!(StreamBatch::new(&looks_ahead, 8).err(), Some(ShapeError::NotCausal));
    Ok(())
}

#[test]
fn directions() -> Result<(), ShapeError> {
    let xs = numbers(10);
    let flipped = |ys: &[f32]| -> Vec<f32> { ys.chunks(2).rev().flatten().copied().collect() };
    let forward = simple(Direction::Forward);
    let at_time = simple(Direction::Reverse).forward(&xs, Outputs::All)?;
    let as_computed = simple(Direction::GoBackwards).forward(&xs, Outputs::All)?;
    assert_bits_equal(&as_computed, &flipped(&at_time), "outputs of go_backwards, flipped");
    let turned_input = forward.forward(&flipped(&xs), Outputs::All)?;
    assert_bits_equal(&as_computed, &turned_input, "the input flipped");
    let last = simple(Direction::Reverse).forward(&xs, Outputs::Last)?;
    assert_bits_equal(&last, &at_time[..2], "the last output of reverse is that of step 0");
    Ok(())
}

#[test]
fn lengths() -> Result<(), ShapeError> {
    let model = simple(Direction::Forward);
    let mut batch_xs = numbers(30);
    let all = model.forward_batch(&batch_xs, 3, Outputs::All)?;
    batch_xs[14..].fill(f32::NAN);
    let mut states = vec![0.25; 3 * model.snapshot_len()];
    states[..4].fill(0.0);

    let lengths = [5, 2, 0];
    let sequences = Sequences::new(3, 5).lengths(&lengths);
    let ys = model.run(&batch_xs, &sequences, Some(&mut states))?;

    assert_bits_equal(&ys[..14], &all[..14], "outputs before the end of a row");
    assert_bits_equal(&ys[14..], &[0.0; 16], "outputs past it");
    assert_bits_equal(&states, &[&all[8..10], &all[12..14], &[0.25; 2]].concat(), "final states");
    Ok(())
}

#[test]
fn masks() -> Result<(), ShapeError> {
    let model = simple(Direction::Forward);
    let mut batch_xs = numbers(30);

    let mask = [true, false, true, true, false, true, true, true, true, true, false, true, false, true, true];
    let sequences = Sequences::new(3, 5).mask(&mask).zero_output_for_mask();
    let ys = model.run(&batch_xs, &sequences, None)?;

    for (x, counts) in batch_xs.chunks_mut(2).zip(mask) {
        if !counts {
            x.fill(f32::NAN);
        }
    }
    let repeated = model.run(&batch_xs, &Sequences::new(3, 5).mask(&mask), None)?;
    for row in 0..3 {
        let marks = row * 5..row * 5 + 5;
        let counted: Vec<f32> =
            marks.clone().filter(|&i| mask[i]).flat_map(|i| [batch_xs[2 * i], batch_xs[2 * i + 1]]).collect();
        let outputs = model.forward(&counted, Outputs::All)?;
        let mut done = 0;
        for i in marks {
            done += usize::from(mask[i]);
            let held = if done == 0 { &[0.0; 2] } else { &outputs[2 * done - 2..2 * done] };
            assert_bits_equal(&repeated[2 * i..2 * i + 2], held, format_args!("step {i}, repeated"));
            let zeroed = if mask[i] { held } else { &[0.0; 2] };
            assert_bits_equal(&ys[2 * i..2 * i + 2], zeroed, format_args!("step {i}, zero where masked"));
        }
    }
    Ok(())
}

#[test]
fn layouts() -> Result<(), ShapeError> {
    let (model, batch_xs) = (simple(Direction::Forward), numbers(30));
    let time_major_xs = turned(&batch_xs, 3);
    let want = turned(&model.forward_batch(&batch_xs, 3, Outputs::All)?, 3);

    let sequences = Sequences::new(3, 5).time_major();
    let ys = model.run(&time_major_xs, &sequences, None)?;

    assert_bits_equal(&ys, &want, "(T, B, n_o)");
    Ok(())
}

#[test]
fn every_second_point() -> Result<(), ShapeError> {
    let (model, series, n_i, tau) = (simple(Direction::Forward), numbers(32), 2, 4);
    let count = 16 - (tau - 1) * 2;

    let sequences = Sequences::new(count, tau).outputs(Outputs::Last).x_strides(n_i, 2 * n_i);
    let ys = model.run(&series, &sequences, None)?;

    for m in 0..count {
        let window: Vec<f32> =
            (0..tau).flat_map(|k| [series[2 * (m + 2 * k)], series[2 * (m + 2 * k) + 1]]).collect();
        assert_bits_equal(
            &ys[2 * m..2 * m + 2],
            &model.forward(&window, Outputs::Last)?,
            format_args!("window {m}"),
        );
    }
    Ok(())
}

#[test]
fn windows_of_a_series() -> Result<(), ShapeError> {
    let (model, series, tau, n) = (simple(Direction::Forward), numbers(24), 4, 11);

    let windows = Windows::new(tau); // (M, tau, n_i) without making it
    let ys = model.windows(&series, windows)?; // (M, n_o): the last output of each, from h = 0

    assert_eq!(windows.count(n + 1)?, n + 2 - tau);
    assert_eq!(Windows::new(tau).end(n).count(n + 1)?, n + 1 - tau);
    for m in 0..n + 2 - tau {
        let window = &series[2 * m..2 * (m + tau)];
        assert_bits_equal(
            &ys[2 * m..2 * m + 2],
            &model.forward(window, Outputs::Last)?,
            format_args!("window {m}"),
        );
    }
    Ok(())
}

/// `f = sigmoid(a_f)`, `n = tanh(a_n)`, `h' = (1 - f) * h + f * n`.
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

#[test]
fn a_cell_of_your_own() -> Result<(), WeightError> {
    let (u, w, b) = (numbers(6), numbers(18), numbers(6));
    let half = RecurrentWeights::new(&u, &w, Some(&b));
    let weights = [
        LayerWeights::Bidirectional { forward: half, backward: half },
        LayerWeights::Dense { weight: &[1.0, 0.0, 0.0, 0.0, 0.0, 0.0], bias: Some(&[0.0]) },
    ];

    let net = CustomNetwork::new(Mgu, 1, 3) // n_i, n_h
        .direction(Direction::Bidirectional(Merge::Concat))
        .dense(1)
        .build(Backend::detect(), &weights)?;

    // The head gives unit 0 of the forward half, here by its equations.
    let (xs, mut h) = ([0.5, -1.0, 0.25], [0.0_f64; 3]);
    let ys = net.forward(&xs, Outputs::All).expect("one value a step");
    let sigmoid = |a: f64| 1.0 / (1.0 + (-a).exp());
    for (t, x) in xs.into_iter().enumerate() {
        let sum = |row: usize| -> f64 {
            let recurrent: f64 = (0..3).map(|k| f64::from(w[3 * row + k]) * h[k]).sum();
            f64::from(b[row]) + f64::from(u[row]) * f64::from(x) + recurrent
        };
        let new: [f64; 3] = std::array::from_fn(|i| h[i] + sigmoid(sum(i)) * (sum(3 + i).tanh() - h[i]));
        h = new;
        let error = (f64::from(ys[t]) - h[0]).abs();
        assert!(error <= 1e-6, "step {t}: {} is not {}", ys[t], h[0]);
    }
    Ok(())
}

#[rnn(input_size = 2)]
struct Net {
    #[rnn(reset = after_product, clip = 3.0)]
    first: Gru<16>,
    #[rnn(direction = bidirectional, merge = sum)]
    second: Lstm<8>,
    output: Dense<1>,
}

#[test]
fn the_two_descriptions_are_one() {
    let first = LayerKind::gru(16, ResetGate::AfterProduct).with_clip(3.0);
    let second = LayerKind::lstm(8).with_direction(Direction::Bidirectional(Merge::Sum));
    let net = RuntimeNetwork::builder(2).layer("first", first).layer("second", second).dense("output", 1);

    let gru = vec![0.25; 48 * 18 + 48];
    let lstm = vec![-0.125; 32 * 24 + 32];
    let half = LayerWeights::recurrent(&lstm[..32 * 16], &lstm[32 * 16..32 * 24], Some(&lstm[32 * 24..]));
    let LayerWeights::Recurrent(half) = half else { unreachable!("it was just made") };
    let weights = [
        LayerWeights::recurrent(&gru[..96], &gru[96..864], Some(&gru[864..])),
        LayerWeights::Bidirectional { forward: half, backward: half },
        LayerWeights::Dense { weight: &[0.5; 8], bias: Some(&[0.0]) },
    ];
    let net = net.from_slices(&weights).expect("the weights fit");
    let fixed = Net::from_slices(Backend::detect(), &weights).expect("the weights fit");
    let xs = numbers(10);
    let [from_words, from_calls] = [
        fixed.forward(&xs, Outputs::All).expect("two values a step"),
        net.forward(&xs, Outputs::All).expect("two values a step"),
    ];
    assert_bits_equal(&from_words, &from_calls, "the network of the attribute and the one of calls");
    assert!(!net.is_causal() && !fixed.is_causal());
}
