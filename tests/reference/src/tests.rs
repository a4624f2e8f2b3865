//! Cases worked out on paper.

mod activations;
mod gru;
mod lstm;
mod minimal;
mod published;
mod random;
mod relations;
mod sequences;

use crate::{Activation, Cell, Dense, SimpleRnn, Windows, each_window};

/// All outputs of a cell from the state of zeros.
fn outputs(cell: &impl Cell, xs: &[f64]) -> Vec<f64> {
    let mut state = cell.zero();
    let mut ys = Vec::new();
    for x in xs.chunks(cell.input_size()) {
        state = cell.next(x, &state);
        ys.extend(&state.h);
    }
    ys
}

fn close(got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    for (i, (g, w)) in got.iter().zip(want).enumerate() {
        let err = (g - w).abs();
        assert!(err <= 1e-15 * w.abs().max(1.0), "value {i}: {g} is not {w}");
    }
}

#[test]
fn activations_at_known_points() {
    // tanh(ln 2) = (2 - 1/2) / (2 + 1/2) = 3/5;  1 / (1 + e^-ln 3) = 1 / (1 + 1/3) = 3/4.
    close(&[Activation::Tanh.apply(2.0_f64.ln())], &[0.6]);
    close(&[Activation::Sigmoid.apply(3.0_f64.ln())], &[0.75]);
    close(&[Activation::Tanh.apply(0.0), Activation::Sigmoid.apply(0.0)], &[0.0, 0.5]);
    close(&[Activation::Relu.apply(-2.0), Activation::Relu.apply(2.0)], &[0.0, 2.0]);
    close(&[Activation::Linear.apply(-2.5)], &[-2.5]);
    close(&[Activation::Sigmoid.apply(-1e4), Activation::Sigmoid.apply(1e4)], &[0.0, 1.0]);
    for name in ["linear", "tanh", "sigmoid", "relu"] {
        assert!(Activation::from_name(name).is_some_and(|f| f.apply(f64::NAN).is_nan()));
    }
    assert_eq!(Activation::from_name("swish"), None);
}

#[test]
fn dense_by_hand() {
    let dense = Dense {
        input_size: 3,
        output_size: 2,
        v: vec![1.0, 2.0, 3.0, -1.0, 0.5, 0.0],
        c: vec![10.0, -4.0],
        activation: Activation::Linear,
    };
    // 1*1 + 2*2 + 3*-1 + 10 = 12;  -1*1 + 0.5*2 + 0*-1 - 4 = -4.
    close(&dense.apply(&[1.0, 2.0, -1.0]), &[12.0, -4.0]);
    // |1| + |4| + |-3| + |10| = 18 against 1 + 1 + 0 + 4 = 6.
    close(&[dense.largest_row_sum(&[1.0, 2.0, -1.0])], &[18.0]);
    let relu = Dense { activation: Activation::Relu, ..dense };
    // The second row: h = 0 leaves c.
    close(&relu.apply_to_rows(&[1.0, 2.0, -1.0, 0.0, 0.0, 0.0]), &[12.0, 0.0, 10.0, 0.0]);
}

/// Asymmetric in every way, so that a transposed W or U cannot pass.
fn two_units() -> SimpleRnn {
    SimpleRnn {
        input_size: 1,
        hidden_size: 2,
        u: vec![1.0, 2.0],
        w: vec![0.0, 3.0, 5.0, 0.0],
        b: vec![0.5, -0.5],
        activation: Activation::Linear,
        clip: None,
    }
}

#[test]
fn simple_rnn_by_hand() {
    let rnn = two_units();
    // h_1: 1*1 + 3*20 + 0.5 = 61.5;       2*1 + 5*10 - 0.5 = 51.5.
    // h_2: 1*-2 + 3*51.5 + 0.5 = 153;     2*-2 + 5*61.5 - 0.5 = 303.
    close(&rnn.sequence(&[1.0, -2.0], &[10.0, 20.0]), &[61.5, 51.5, 153.0, 303.0]);
    // |1| + |60| + |0.5| = 61.5 against |2| + |50| + |-0.5| = 52.5.
    close(&[rnn.largest_row_sum(&[1.0], &[10.0, 20.0])], &[61.5]);
    close(&rnn.sequence(&[], &[10.0, 20.0]), &[]);
}

#[test]
fn simple_rnn_tanh_by_hand() {
    // One unit, u = 1, w = ln 3 / 0.6, b = 0. x_1 = ln 2 gives h_1 = tanh(ln 2) = 3/5; x_2 = 0 gives
    // h_2 = tanh(w * 3/5) = tanh(ln 3) = (3 - 1/3) / (3 + 1/3) = 4/5.
    let rnn = SimpleRnn {
        input_size: 1,
        hidden_size: 1,
        u: vec![1.0],
        w: vec![3.0_f64.ln() / 0.6],
        b: vec![0.0],
        activation: Activation::Tanh,
        clip: None,
    };
    close(&rnn.sequence(&[2.0_f64.ln(), 0.0], &rnn.zero_state()), &[0.6, 0.8]);
}

#[test]
fn onnx_published_vectors() {
    // Two inputs, four units, every weight 0.1, x = (1, 2), (3, 4), (5, 6) from h = 0: all units are equal, and
    // h_1 = tanh(0.3 + b), h_2 = tanh(0.7 + b + 0.4 h_1), h_3 = tanh(1.1 + b + 0.4 h_2). Eight decimals are published,
    // rounded from f32.
    let published = [
        (0.0, [0.291_312_61, 0.673_174_14, 0.878_525_67]),
        (0.1, [0.379_948_97, 0.740_677_95, 0.904_472_17]),
    ];
    for (b, want) in published {
        let rnn = SimpleRnn {
            input_size: 2,
            hidden_size: 4,
            u: vec![0.1; 8],
            w: vec![0.1; 16],
            b: vec![b; 4],
            activation: Activation::Tanh,
            clip: None,
        };
        let hs = rnn.sequence(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &rnn.zero_state());
        for (t, h) in hs.chunks(4).enumerate() {
            assert!(
                h.iter().all(|h| (h - want[t]).abs() <= 1e-7),
                "h_{}: {h:?}, published {}",
                t + 1,
                want[t]
            );
        }
    }
}

#[test]
fn onnx_runtime_published_vector() {
    let rnn = SimpleRnn {
        input_size: 2,
        hidden_size: 3,
        u: vec![0.431_774_5, 0.373_783_95, -1.038_645_7, -0.226_812_96, 0.441_898_7, 0.499_739_35],
        w: vec![
            -0.240_723_74,
            -0.293_265_28,
            -0.917_411_92, //
            0.544_763_8,
            0.539_385_44,
            0.795_023_26, //
            -0.598_138_21,
            0.020_413_321,
            -0.522_250_35,
        ],
        b: vec![-0.445_297_42, 0.800_948_92, -1.002_813_8],
        activation: Activation::Tanh,
        clip: None,
    };
    let xs = [
        1.646_440_51,
        2.145_568_13,
        1.808_290_12,
        1.634_649_52,
        1.270_964_38,
        1.937_682_39,
        1.312_761_66,
        2.675_318_96,
        2.890_988_35,
        1.150_324_58,
    ];
    let published = [
        [-0.587_676_05, 0.695_868_37, -0.480_011_64],
        [0.867_835_4, -0.944_090_49, 0.842_454_2],
        [0.122_216_02, -0.314_306_62, -0.422_859_97],
        [0.917_375_39, -0.922_935_01, 0.783_964_99],
        [0.510_601_04, -0.950_551_39, -0.126_725_78],
    ];
    let hs = rnn.sequence(&xs, &[1.2; 3]);
    assert_eq!(hs.len(), 15);
    for (h, y) in hs.iter().zip(published.as_flattened()) {
        assert!((h - y).abs() <= 6e-8, "{h}, published {y}");
    }
}

#[test]
fn windows_as_keras_cuts_them() {
    let windows = |tau, stride, start, end| Windows { tau, stride, start, end }.first_steps();
    assert_eq!(windows(3, 1, 0, 5), [0, 1, 2]);
    assert_eq!(windows(3, 2, 0, 6), [0, 2]);
    assert_eq!(windows(3, 2, 0, 7), [0, 2, 4]);
    assert_eq!(windows(3, 2, 1, 6), [1, 3]);
    assert_eq!(windows(12, 3, 0, 20), [0, 3, 6]);
    assert_eq!(windows(5, 1, 0, 5), [0]);
    assert!(windows(6, 1, 0, 5).is_empty());
}

#[test]
fn each_window_starts_from_zero() {
    let rnn = two_units();
    let windows = Windows { tau: 2, stride: 1, start: 1, end: 4 };
    let last = |x: &[f64]| rnn.sequence(x, &rnn.zero_state())[2..].to_vec();
    // Window x = (1, 2): h = (1.5, 1.5), then (2 + 4.5 + 0.5, 4 + 7.5 - 0.5) = (7, 11).
    // Window x = (2, 3): h = (2.5, 3.5), then (3 + 10.5 + 0.5, 6 + 12.5 - 0.5) = (14, 18).
    close(&each_window(&[9.0, 1.0, 2.0, 3.0], 1, &windows, last), &[7.0, 11.0, 14.0, 18.0]);
}
