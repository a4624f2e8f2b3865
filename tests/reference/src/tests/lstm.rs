//! LSTM: arithmetic on paper, gate order, relations between its forms.

use super::random::{Numbers, lstm, projected, simple_rnn};
use super::{close, outputs};
use crate::{Activation, Cell, Lstm, State};

fn state(h: &[f64], c: &[f64]) -> State {
    State { h: h.to_vec(), c: c.to_vec() }
}

fn one_unit() -> Lstm {
    Lstm {
        input_size: 1,
        hidden_size: 1,
        weight_ih: vec![1.0, 2.0, 3.0, 4.0],
        weight_hh: vec![0.5, -1.0, 1.0, 2.0],
        bias: vec![1.0, 0.0, -2.0, 0.5],
        peephole: None,
        weight_hr: None,
        coupled: false,
        gate: Activation::Linear,
        candidate: Activation::Linear,
        output: Activation::Linear,
        clip: None,
    }
}

fn peeping() -> Lstm {
    Lstm { peephole: Some(vec![0.5, 1.0, -0.25]), ..one_unit() }
}

#[test]
fn one_unit_by_hand() {
    let past = state(&[2.0], &[3.0]);
    let check = |cell: &Lstm, h: f64, c: f64, sum: f64| {
        let next = cell.next(&[1.0], &past);
        close(&next.h, &[h]);
        close(&next.c, &[c]);
        close(&[cell.row_sum(&[1.0], &past)], &[sum]);
    };
    // x = 1, h = 2, c = 3: i = 1 + 1 + 1 = 3, f = 2 - 2 + 0 = 0, g = 3 + 2 - 2 = 3, o = 4 + 4 + 0.5 = 8.5;
    // c' = 0*3 + 3*3 = 9, h' = 8.5 * 9 = 76.5. Magnitudes: 3, 4, 7, 8.5.
    check(&one_unit(), 76.5, 9.0, 8.5);
    // Peepholes: i = 3 + 0.5*3 = 4.5, f = 0 + 1*3 = 3, c' = 3*3 + 4.5*3 = 22.5, o = 8.5 - 0.25 * 22.5 = 2.875,
    // h' = 2.875 * 22.5 = 64.6875. Magnitudes: 4.5, 7, 7, 8.5 + 5.625.
    check(&peeping(), 64.6875, 22.5, 14.125);
    // Coupled: f = 1 - 4.5 = -3.5, c' = -10.5 + 13.5 = 3, o = 8.5 - 0.75 = 7.75, h' = 23.25. Magnitude of o: 9.25.
    check(&Lstm { coupled: true, ..peeping() }, 23.25, 3.0, 9.25);
    // Coupled without peepholes: i = 3, f = -2, c' = -6 + 9 = 3, h' = 8.5 * 3.
    check(&Lstm { coupled: true, ..one_unit() }, 25.5, 3.0, 8.5);
    // The rows of f are not read, so that no number there counts.
    let unread = Lstm { coupled: true, bias: vec![1.0, 100.0, -2.0, 0.5], ..one_unit() };
    check(&unread, 25.5, 3.0, 8.5);
    // Clip: i = 2, f = 2 (of 3, so after the peephole was added), g = 2, c' = 2*3 + 2*2 = 10, o = 8.5 - 2.5 = 6, so 2,
    // and h' = 2 * 10 of a c' that is not clipped. Magnitude of o, which sees c' = 10: 8.5 + 2.5.
    check(&Lstm { clip: Some(2.0), ..peeping() }, 20.0, 10.0, 11.0);
    // Roles: s(z) = z/2, t = relu, u(z) = 2 z + 1, g from -10: i = 1.5, f = 0, g = relu(-5) = 0, c' = 0, o = 4.25, h' =
    // 4.25 * 1. Magnitude of g: 3 + 2 + 10.
    let roles = Lstm {
        bias: vec![1.0, 0.0, -10.0, 0.5],
        gate: Activation::Affine { a: 0.5, b: 0.0 },
        candidate: Activation::Relu,
        output: Activation::Affine { a: 2.0, b: 1.0 },
        ..one_unit()
    };
    check(&roles, 4.25, 0.0, 15.0);
}

#[test]
fn a_nan_reaches_every_number() {
    let next = peeping().next(&[f64::NAN], &state(&[2.0], &[3.0]));
    assert!(next.h[0].is_nan() && next.c[0].is_nan());
    // A bound made of it refuses everything.
    assert!(peeping().row_sum(&[f64::NAN], &state(&[2.0], &[3.0])).is_nan());
}

#[test]
fn projection_by_hand() {
    // Two units, one value of h. R feeds h to g alone: g = (4 + 1*2, 5 + 0.5*2) = (6, 6).
    let mut weight_hh = vec![0.0; 8];
    weight_hh[4..6].copy_from_slice(&[1.0, 0.5]);
    let cell = Lstm {
        hidden_size: 2,
        weight_ih: vec![0.0; 8],
        weight_hh,
        bias: vec![1.0, 1.0, 0.0, 0.0, 4.0, 5.0, 1.0, 2.0],
        weight_hr: Some(vec![2.0, -3.0]),
        ..one_unit()
    };
    assert_eq!((cell.output_size(), cell.memory_size()), (1, 2));
    // i = (1, 1), f = (0, 0), o = (1, 2): c' = (6, 6), o * c' = (6, 12), h' = 2*6 - 3*12 = -24.
    let next = cell.next(&[9.0], &state(&[2.0], &[7.0, 7.0]));
    close(&next.h, &[-24.0]);
    close(&next.c, &[6.0, 6.0]);
    // |2*6| + |-3*12|.
    close(&[cell.row_sum(&[9.0], &state(&[2.0], &[7.0, 7.0]))], &[48.0]);
    assert_eq!(cell.zero(), state(&[0.0], &[0.0, 0.0]));
}

/// Weights of 0, c = 1, g = tanh 1, and -100 in one place: i, f, g, o in turn.
#[test]
fn gate_order() {
    let g = 1.0_f64.tanh();
    let c = [
        // i = 0: c' = 1/2.
        0.5,
        // f = 0: c' = g / 2.
        0.5 * g,
        // g = -1: c' = 1/2 - 1/2.
        0.0,
        // o = 0 leaves c' = 1/2 + g/2.
        0.5 + 0.5 * g,
    ];
    for (gate, c) in c.into_iter().enumerate() {
        let h = if gate == 3 { 0.0 } else { 0.5 * c.tanh() };
        let zero = Lstm {
            weight_ih: vec![0.0; 4],
            weight_hh: vec![0.0; 4],
            bias: vec![0.0, 0.0, 1.0, 0.0],
            gate: Activation::Sigmoid,
            candidate: Activation::Tanh,
            output: Activation::Tanh,
            ..one_unit()
        };
        for place in 0..3 {
            let mut cell = zero.clone();
            [&mut cell.weight_ih, &mut cell.weight_hh, &mut cell.bias][place][gate] -= 100.0;
            let next = cell.next(&[1.0], &state(&[1.0], &[1.0]));
            close(&next.h, &[h]);
            close(&next.c, &[c]);
        }
        // The peepholes: i, f, o.
        if gate != 2 {
            let mut peephole = vec![0.0; 3];
            peephole[gate.min(2)] = -1000.0;
            let cell = Lstm { peephole: Some(peephole), ..zero };
            close(&cell.next(&[1.0], &state(&[1.0], &[1.0])).c, &[c]);
            close(&cell.next(&[1.0], &state(&[1.0], &[1.0])).h, &[h]);
        }
    }
}

fn series() -> Vec<f64> {
    Numbers::new(31).take(14)
}

#[test]
fn peepholes_of_zero_are_none() {
    let none = lstm(2, 3, 1);
    let zero = Lstm { peephole: Some(vec![0.0; 9]), ..none.clone() };
    assert_eq!(outputs(&zero, &series()), outputs(&none, &series()));
    // And each of those that are not is seen: p_i and p_f from the second step on.
    for place in 0..9 {
        let mut peephole = vec![0.0; 9];
        peephole[place] = 0.5;
        let one = outputs(&Lstm { peephole: Some(peephole), ..none.clone() }, &series());
        let none = outputs(&none, &series());
        let seen_from = usize::from(place < 6);
        assert_eq!(one[..3 * seen_from], none[..3 * seen_from]);
        let unit = 3 * seen_from + place % 3;
        assert!((one[unit] - none[unit]).abs() > 1e-9, "{place}: {} and {}", one[unit], none[unit]);
    }
}

#[test]
fn a_projection_by_the_identity_is_none() {
    let none = Lstm { peephole: Some(Numbers::new(8).take(9)), ..lstm(2, 3, 2) };
    let mut identity = vec![0.0; 9];
    for j in 0..3 {
        identity[4 * j] = 1.0;
    }
    let cell = Lstm { weight_hr: Some(identity), ..none.clone() };
    assert_eq!(outputs(&cell, &series()), outputs(&none, &series()));
}

/// Projecting to fewer values is R times the projection in the recurrence.
#[test]
fn a_projection_may_move_into_the_recurrent_weights() {
    let (n_h, n) = (4, 2);
    let small = projected(2, n_h, n, 3);
    let weight_hr = small.weight_hr.clone().expect("a projection");
    let mut weight_hh = vec![0.0; 4 * n_h * n_h];
    for row in 0..4 * n_h {
        for k in 0..n_h {
            for m in 0..n {
                weight_hh[row * n_h + k] += small.weight_hh[row * n + m] * weight_hr[m * n_h + k];
            }
        }
    }
    let whole = Lstm { weight_hh, weight_hr: None, ..small.clone() };
    let want: Vec<f64> = outputs(&whole, &series())
        .chunks(n_h)
        .flat_map(|h| {
            (0..n).map(|m| (0..n_h).map(|k| weight_hr[m * n_h + k] * h[k]).sum()).collect::<Vec<f64>>()
        })
        .collect();
    close(&outputs(&small, &series()), &want);
}

/// 1 - s(z) = s(-z): coupled gates are f with the negated numbers of i.
#[test]
fn coupled_gates_are_an_f_of_their_own() {
    let coupled = Lstm { coupled: true, peephole: Some(Numbers::new(6).take(9)), ..lstm(2, 3, 4) };
    let mut own = Lstm { coupled: false, ..coupled.clone() };
    assert!((outputs(&own, &series())[3] - outputs(&coupled, &series())[3]).abs() > 1e-6);
    for k in 0..6 {
        own.weight_ih[6 + k] = -own.weight_ih[k];
    }
    for k in 0..9 {
        own.weight_hh[9 + k] = -own.weight_hh[k];
    }
    let peephole = own.peephole.as_mut().expect("peepholes");
    for j in 0..3 {
        own.bias[3 + j] = -own.bias[j];
        peephole[3 + j] = -peephole[j];
    }
    close(&outputs(&own, &series()), &outputs(&coupled, &series()));
}

#[test]
fn a_wide_clip_is_none_and_a_narrow_one_is_seen() {
    let none = projected(2, 4, 2, 5);
    for clip in [50.0, f64::INFINITY] {
        assert_eq!(outputs(&Lstm { clip: Some(clip), ..none.clone() }, &series()), outputs(&none, &series()));
    }
    let narrow = outputs(&Lstm { clip: Some(0.1), ..none.clone() }, &series());
    assert!((narrow[0] - outputs(&none, &series())[0]).abs() > 1e-6);
}

/// With i = o = 1, f = 0 and u the identity an LSTM is a simple recurrent layer.
#[test]
fn is_a_simple_rnn_when_open() {
    let simple = simple_rnn(2, 3, 12);
    let mut open = Lstm {
        weight_ih: vec![0.0; 24],
        weight_hh: vec![0.0; 36],
        bias: [[100.0; 3], [-1000.0; 3], [0.0; 3], [100.0; 3]].concat(),
        output: Activation::Linear,
        ..lstm(2, 3, 1)
    };
    open.weight_ih[12..18].copy_from_slice(&simple.u);
    open.weight_hh[18..27].copy_from_slice(&simple.w);
    open.bias[6..9].copy_from_slice(&simple.b);
    close(&outputs(&open, &series()), &outputs(&simple, &series()));
}
