//! Vectors published with ONNX Runtime (MIT), in `deep_cpu_lstm_op_test.cc` and `deep_cpu_gru_op_test.cc`.
//!
//! Their weights have no symmetry and are those of ONNX: `(4 n_h, ..)` in the order i, o, f, c, peepholes i, o, f, and
//! `(3 n_h, ..)` in the order z, r, h. Seven or eight digits are printed, of values computed in f32. Only the rows of
//! a batch that add something are taken, one by one.

mod gru;
mod lstm;

use crate::{Memory, Recurrent, State, Steps};

/// Blocks of rows in another order.
fn blocks(values: &[f64], order: &[usize]) -> Vec<f64> {
    let len = values.len() / order.len();
    order.iter().flat_map(|&block| &values[block * len..(block + 1) * len]).copied().collect()
}

#[track_caller]
fn near(got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    for (i, (g, w)) in got.iter().zip(want).enumerate() {
        let err = (g - w).abs();
        assert!(err <= 1.5e-7, "value {i}: {g}, published {w}");
    }
}

/// Outputs of all steps, then h and c of the final states.
struct Published<'a> {
    all: &'a [f64],
    h: &'a [f64],
    c: &'a [f64],
}

#[track_caller]
fn check(layer: &Recurrent, xs: &[f64], steps: &Steps, past: Option<Vec<Memory>>, want: &Published) {
    let got = layer.run(xs, steps, past.unwrap_or_else(|| layer.zero()));
    near(&got.all, want.all);
    let states: Vec<&State> = got.memories.iter().flatten().collect();
    let h: Vec<f64> = states.iter().flat_map(|state| state.h.clone()).collect();
    let c: Vec<f64> = states.iter().flat_map(|state| state.c.clone()).collect();
    near(&h, want.h);
    near(&got.last, want.h);
    near(&c, want.c);
}

/// Two steps of two values.
const XS: [f64; 4] = [-0.455351, -0.276391, -0.185934, -0.269585];

fn all_steps() -> Steps {
    Steps::default()
}
