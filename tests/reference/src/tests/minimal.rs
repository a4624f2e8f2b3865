//! minGRU and minLSTM, and the clip of the simple cell.

use super::random::{Numbers, min_gru, min_lstm, simple_rnn};
use super::{close, outputs};
use crate::{Activation, Cell, MinGru, MinLstm, SimpleRnn, State};

fn h(values: &[f64]) -> State {
    State { h: values.to_vec(), c: Vec::new() }
}

#[test]
fn min_gru_by_hand() {
    let cell = MinGru {
        input_size: 1,
        hidden_size: 1,
        weight_ih: vec![0.5, 3.0],
        bias: vec![0.25, 1.0],
        gate: Activation::Linear,
        candidate: Activation::Linear,
        clip: None,
    };
    // x = 1, h = 2: z = 0.75, n = 4, h' = 0.25 * 2 + 0.75 * 4 = 3.5.
    close(&cell.next(&[1.0], &h(&[2.0])).h, &[3.5]);
    // The larger of |0.5| + |0.25| and |3| + |1|; h does not enter.
    close(&[cell.row_sum(&[1.0], &h(&[2.0]))], &[4.0]);
    // n = 4 becomes 2: h' = 0.5 + 1.5.
    close(&MinGru { clip: Some(2.0), ..cell.clone() }.next(&[1.0], &h(&[2.0])).h, &[2.0]);
    // t = relu, x = -1: z = -0.25, n = relu(-2) = 0, h' = 1.25 * 2.
    close(&MinGru { candidate: Activation::Relu, ..cell }.next(&[-1.0], &h(&[2.0])).h, &[2.5]);
}

#[test]
fn min_lstm_by_hand() {
    let cell = MinLstm {
        input_size: 1,
        hidden_size: 1,
        weight_ih: vec![3.0, 1.0, 2.0],
        bias: vec![0.0, 0.0, 0.5],
        gate: Activation::Linear,
        candidate: Activation::Linear,
        clip: None,
    };
    // x = 1, h = 2: f = 3, i = 1, n = 2.5, h' = 3/4 * 2 + 1/4 * 2.5 = 2.125.
    close(&cell.next(&[1.0], &h(&[2.0])).h, &[2.125]);
    close(&[cell.row_sum(&[1.0], &h(&[2.0]))], &[3.0]);
    // f = 1, i = 1, n = 1: h' = 1/2 * 2 + 1/2 * 1.
    close(&MinLstm { clip: Some(1.0), ..cell.clone() }.next(&[1.0], &h(&[2.0])).h, &[1.5]);
    // t = affine: n = 2 * 2.5 - 1 = 4, h' = 1.5 + 1.
    let affine = MinLstm { candidate: Activation::Affine { a: 2.0, b: -1.0 }, ..cell };
    close(&affine.next(&[1.0], &h(&[2.0])).h, &[2.5]);
}

/// Two inputs and two units, all numbers different: rows and columns.
#[test]
fn rows_and_columns() {
    let cell = MinGru {
        input_size: 2,
        hidden_size: 2,
        weight_ih: vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
        bias: vec![0.5, 0.25, -1.0, -2.0],
        gate: Activation::Linear,
        candidate: Activation::Linear,
        clip: None,
    };
    // x = (1, -1): z = (1 - 2 + 0.5, 3 - 4 + 0.25) = (-0.5, -0.75), n = (5 - 6 - 1, 7 - 8 - 2) = (-2, -3).
    // h = (4, 8): h' = (1.5 * 4 + 1, 1.75 * 8 + 2.25).
    close(&cell.next(&[1.0, -1.0], &h(&[4.0, 8.0])).h, &[7.0, 16.25]);
    // 7 + 8 + 2.
    close(&[cell.row_sum(&[1.0, -1.0], &h(&[4.0, 8.0]))], &[17.0]);
}

/// A gate far down or far up holds the state or replaces it: the order of the rows.
#[test]
fn gate_order() {
    let xs = Numbers::new(5).take(2);
    let past = h(&[0.5, -0.25, 2.0]);
    let cell = min_gru(2, 3, 3);
    let candidate = |weight: &[f64], bias: &[f64]| -> Vec<f64> {
        (0..3).map(|j| bias[j] + weight[2 * j] * xs[0] + weight[2 * j + 1] * xs[1]).collect()
    };
    let n = candidate(&cell.weight_ih[6..], &cell.bias[3..]);
    let with = |value: f64| {
        let mut cell = cell.clone();
        cell.bias[..3].fill(value);
        cell.next(&xs, &past).h
    };
    close(&with(-1000.0), &past.h);
    close(&with(100.0), &n);

    let cell = min_lstm(2, 3, 3);
    let n = candidate(&cell.weight_ih[12..], &cell.bias[6..]);
    let with = |gate: usize| {
        let mut cell = cell.clone();
        cell.bias[3 * gate..3 * gate + 3].fill(-600.0);
        cell.next(&xs, &past).h
    };
    // f = 0, then i = 0.
    close(&with(0), &n);
    close(&with(1), &past.h);
}

/// Gates of one number each: h' is the mean of h and n.
#[test]
fn equal_gates_halve() {
    let xs = Numbers::new(6).take(8);
    let mut cell = min_lstm(2, 3, 9);
    let (f, i) = cell.weight_ih.split_at_mut(6);
    i[..6].copy_from_slice(f);
    let (f, i) = cell.bias.split_at_mut(3);
    i[..3].copy_from_slice(f);
    let half = MinGru {
        weight_ih: [vec![0.0; 6], cell.weight_ih[12..].to_vec()].concat(),
        bias: [vec![0.0; 3], cell.bias[6..].to_vec()].concat(),
        ..min_gru(2, 3, 1)
    };
    close(&outputs(&cell, &xs), &outputs(&half, &xs));
}

#[test]
fn clip_of_the_simple_cell() {
    // u = 3, w = 0, b = 0, f(z) = z: x = -1, 0.5 and 2 give -3, 1.5 and 6, clamped to 2.
    let cell = SimpleRnn {
        input_size: 1,
        hidden_size: 1,
        u: vec![3.0],
        w: vec![0.0],
        b: vec![0.0],
        activation: Activation::Linear,
        clip: Some(2.0),
    };
    close(&cell.sequence(&[-1.0, 0.5, 2.0], &[0.0]), &[-2.0, 1.5, 2.0]);
    assert!(cell.sequence(&[f64::NAN], &[0.0])[0].is_nan());
    // As a cell it is what it is by itself.
    let (cell, xs) = (simple_rnn(2, 3, 1), Numbers::new(7).take(8));
    assert_eq!(outputs(&cell, &xs), cell.sequence(&xs, &cell.zero_state()));
    let past = h(&[0.5, 1.0, -1.0]);
    close(&[cell.row_sum(&xs[..2], &past)], &[cell.largest_row_sum(&xs[..2], &past.h)]);
}
