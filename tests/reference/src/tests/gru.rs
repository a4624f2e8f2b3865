//! GRU: arithmetic on paper, gate order, relations.

use super::random::{Numbers, gru, min_gru, simple_rnn};
use super::{close, outputs};
use crate::{Activation, Cell, Gru, MinGru, Recurrence, ResetGate, State};

fn h(values: &[f64]) -> State {
    State { h: values.to_vec(), c: Vec::new() }
}

fn one_unit(reset: ResetGate) -> Gru {
    Gru {
        input_size: 1,
        hidden_size: 1,
        weight_ih: vec![2.0, 0.5, 1.0],
        weight_hh: vec![1.0, 0.25, 3.0],
        bias_ih: vec![1.0, 0.0, -1.0],
        bias_hh: vec![-2.0, 0.25, 0.5],
        reset,
        gate: Activation::Linear,
        candidate: Activation::Linear,
        clip: None,
    }
}

#[test]
fn one_unit_by_hand() {
    // x = 2, h = 4: r = 2*2 + 1 + 1*4 - 2 = 7;  z = 0.5*2 + 0 + 0.25*4 + 0.25 = 2.25.
    let after = one_unit(ResetGate::AfterProduct);
    // n = 1*2 - 1 + 7 (3*4 + 0.5) = 88.5;  h' = (1 - 2.25) 88.5 + 2.25*4 = -101.625.
    close(&after.next(&[2.0], &h(&[4.0])).h, &[-101.625]);
    // |1*2| + |-1| + 7 (|3*4| + |0.5|) = 90.5, against 4 + 1 + 4 + 2 and 1 + 0 + 1 + 0.25.
    close(&[after.row_sum(&[2.0], &h(&[4.0]))], &[90.5]);

    let before = one_unit(ResetGate::BeforeProduct);
    // n = 1*2 - 1 + 3 (7*4) + 0.5 = 85.5;  h' = -1.25 * 85.5 + 9 = -97.875.
    close(&before.next(&[2.0], &h(&[4.0])).h, &[-97.875]);
    // 2 + 1 + 84 + 0.5.
    close(&[before.row_sum(&[2.0], &h(&[4.0]))], &[87.5]);
}

#[test]
fn clip_by_hand() {
    // r = 7 becomes 5, z stays 2.25, n = 1 + 5 * 12.5 becomes 5: h' = -1.25 * 5 + 9 = 2.75. Before the product n =
    // 1 + 3*20 + 0.5 becomes 5 as well.
    for reset in [ResetGate::AfterProduct, ResetGate::BeforeProduct] {
        let clipped = Gru { clip: Some(5.0), ..one_unit(reset) };
        close(&clipped.next(&[2.0], &h(&[4.0])).h, &[2.75]);
        // Wide enough to change nothing, and without end.
        for clip in [89.0, f64::INFINITY] {
            let wide = Gru { clip: Some(clip), ..one_unit(reset) };
            assert_eq!(wide.next(&[2.0], &h(&[4.0])), one_unit(reset).next(&[2.0], &h(&[4.0])));
        }
    }
}

/// z = 0, so that h' = n; r = (1, 2); `R_n` asymmetric.
fn two_units(reset: ResetGate) -> Gru {
    let mut gru = Gru {
        input_size: 1,
        hidden_size: 2,
        weight_ih: vec![0.0, 0.0, 0.0, 0.0, 1.0, -1.0],
        weight_hh: vec![0.0; 12],
        bias_ih: vec![1.0, 2.0, 0.0, 0.0, 0.5, 0.25],
        bias_hh: vec![0.0, 0.0, 0.0, 0.0, 1.0, -1.0],
        ..one_unit(reset)
    };
    gru.weight_hh[8..].copy_from_slice(&[1.0, 2.0, 3.0, 4.0]);
    gru
}

#[test]
fn two_units_by_hand() {
    let past = h(&[10.0, 20.0]);
    // R_n h = (50, 110): n = (5 + 0.5 + 1 (50 + 1), -5 + 0.25 + 2 (110 - 1)).
    close(&two_units(ResetGate::AfterProduct).next(&[5.0], &past).h, &[56.5, 213.25]);
    // r * h = (10, 40), R_n of it (90, 190): n = (5 + 0.5 + 90 + 1, -5 + 0.25 + 190 - 1).
    close(&two_units(ResetGate::BeforeProduct).next(&[5.0], &past).h, &[96.5, 184.25]);
}

/// Weights of 0 but `R_n` = 1, h = 1, and -100 in one bias: r, z, n in turn.
#[test]
fn gate_order() {
    let want = [
        // r = 0: n = 0, z = 1/2.
        0.5,
        // z = 0: h' = n = tanh(1/2).
        0.5_f64.tanh(),
        // n = -1: h' = -1/2 + 1/2.
        0.0,
    ];
    for (gate, want) in want.into_iter().enumerate() {
        let mut gru = Gru {
            weight_ih: vec![0.0; 3],
            weight_hh: vec![0.0, 0.0, 1.0],
            bias_ih: vec![0.0; 3],
            bias_hh: vec![0.0; 3],
            gate: Activation::Sigmoid,
            candidate: Activation::Tanh,
            ..one_unit(ResetGate::BeforeProduct)
        };
        gru.bias_ih[gate] = -100.0;
        close(&gru.next(&[0.0], &h(&[1.0])).h, &[want]);
        // The input's rows stand in the same order.
        gru.weight_ih[gate] = -100.0;
        gru.bias_ih[gate] = 0.0;
        close(&gru.next(&[1.0], &h(&[1.0])).h, &[want]);
        gru.reset = ResetGate::AfterProduct;
        close(&gru.next(&[1.0], &h(&[1.0])).h, &[want]);
        // And the recurrent ones; in the candidate of this form r halves -100, which leaves it far enough down.
        gru.weight_ih[gate] = 0.0;
        gru.weight_hh[gate] = -100.0;
        close(&gru.next(&[1.0], &h(&[1.0])).h, &[want]);
    }
}

#[test]
fn reset_forms_agree_only_where_r_is_one() {
    let xs = Numbers::new(1).take(10);
    let [after, before] =
        [ResetGate::AfterProduct, ResetGate::BeforeProduct].map(|reset| gru(2, 3, reset, 7));
    let (y, z) = (outputs(&after, &xs), outputs(&before, &xs));
    // From h = 0, the first step differs by r b_hn against b_hn already.
    for t in 0..5 {
        assert!((0..3).all(|j| (y[3 * t + j] - z[3 * t + j]).abs() > 1e-6), "step {t}");
    }
    let open = |mut gru: Gru| {
        gru.bias_ih[..3].fill(100.0);
        outputs(&gru, &xs)
    };
    close(&open(after), &open(before));
}

/// Only the candidate with the reset after the product tells one bias from the other.
#[test]
fn two_biases() {
    let xs = Numbers::new(2).take(10);
    for reset in [ResetGate::AfterProduct, ResetGate::BeforeProduct] {
        let apart = gru(2, 3, reset, 5);
        let mut gates = apart.clone();
        for row in 0..6 {
            gates.bias_ih[row] += gates.bias_hh[row];
            gates.bias_hh[row] = 0.0;
        }
        close(&outputs(&gates, &xs), &outputs(&apart, &xs));
        let mut all = gates.clone();
        for row in 6..9 {
            all.bias_ih[row] += all.bias_hh[row];
            all.bias_hh[row] = 0.0;
        }
        let (merged, apart) = (outputs(&all, &xs), outputs(&apart, &xs));
        let largest = merged.iter().zip(&apart).map(|(m, a)| (m - a).abs()).fold(0.0, f64::max);
        assert_eq!(reset == ResetGate::BeforeProduct, largest <= 1e-15, "{largest}");
    }
}

/// With r = 1 and z = 0 a GRU is a simple recurrent layer.
#[test]
fn is_a_simple_rnn_when_open() {
    let (simple, xs) = (simple_rnn(2, 3, 11), Numbers::new(3).take(12));
    for reset in [ResetGate::AfterProduct, ResetGate::BeforeProduct] {
        let mut open = Gru { weight_ih: vec![0.0; 18], weight_hh: vec![0.0; 27], ..gru(2, 3, reset, 1) };
        open.weight_ih[12..].copy_from_slice(&simple.u);
        open.weight_hh[18..].copy_from_slice(&simple.w);
        open.bias_ih = [[100.0; 3], [-1000.0; 3], [0.0; 3]].concat();
        open.bias_ih[6..].copy_from_slice(&simple.b);
        open.bias_hh = vec![0.0; 9];
        close(&outputs(&open, &xs), &outputs(&simple, &xs));
    }
}

/// Without R, and with 1 - z for z, a GRU is a minGRU.
#[test]
fn is_a_min_gru_without_recurrent_weights() {
    let minimal = MinGru { candidate: Activation::Tanh, ..min_gru(2, 3, 4) };
    let xs = Numbers::new(4).take(12);
    let mut gru = gru(2, 3, ResetGate::AfterProduct, 9);
    gru.weight_hh.fill(0.0);
    gru.bias_hh.fill(0.0);
    for k in 0..6 {
        gru.weight_ih[6 + k] = -minimal.weight_ih[k];
        gru.weight_ih[12 + k] = minimal.weight_ih[6 + k];
    }
    for j in 0..3 {
        gru.bias_ih[3 + j] = -minimal.bias[j];
        gru.bias_ih[6 + j] = minimal.bias[3 + j];
    }
    close(&outputs(&gru, &xs), &outputs(&minimal, &xs));
    // The recurrence alone, as it is stepped.
    let recurrence = Recurrence::new(minimal);
    let mut memory = recurrence.zero();
    let first = recurrence.step(&xs[..2], &mut memory);
    close(&first, &outputs(&gru, &xs[..2]));
}
