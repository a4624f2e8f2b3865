//! `deep_cpu_gru_op_test.cc`.

use super::{Published, XS, all_steps, blocks, check, near};
use crate::{Activation, Direction, Gru, Merge, Recurrence, Recurrent, ResetGate, State, Steps};

/// z, r, h to r, z, n.
const GRU: [usize; 3] = [1, 0, 2];

/// The cell of `DeepCpuGruOpTestContext`: the LSTM's numbers but for a gate. Its biases are all on the input's side.
fn gru(reset: ResetGate) -> Gru {
    let weight_ih = [
        -0.494659, 0.0453352, -0.487793, 0.417264, -0.0091708, -0.255364, -0.106952, -0.266717, -0.0888852,
        -0.428709, -0.283349, 0.208792,
    ];
    let weight_hh = [
        0.146626, -0.0620289, -0.0815302, 0.100482, -0.228172, 0.405972, 0.31576, 0.281487, -0.394864,
        0.42111, -0.386624, -0.390225,
    ];
    let bias = [0.381619, 0.0323954, -0.258721, 0.45056, -0.250755, 0.0967895];
    Gru {
        input_size: 2,
        hidden_size: 2,
        weight_ih: blocks(&weight_ih, &GRU),
        weight_hh: blocks(&weight_hh, &GRU),
        bias_ih: blocks(&bias, &GRU),
        bias_hh: vec![0.0; 6],
        reset,
        gate: Activation::Sigmoid,
        candidate: Activation::Tanh,
        clip: None,
    }
}

fn in_direction(direction: Direction, cell: Gru) -> Recurrent {
    Recurrent::new(direction, Recurrence::new(cell))
}

fn gru_both(cell: Gru) -> Recurrent {
    Recurrent::bidirectional(Recurrence::new(cell.clone()), Recurrence::new(cell), Merge::Concat)
}

fn of(all: &'static [f64], h: &'static [f64]) -> Published<'static> {
    Published { all, h, c: &[] }
}

#[test]
fn gru_reset_before_product() {
    let layer = in_direction(Direction::Forward, gru(ResetGate::BeforeProduct));
    // ONNXRuntime_TestGRUOpForwardBasic
    let want = of(&[-0.03255286, 0.0774838, -0.05556786, 0.0785508], &[-0.05556786, 0.0785508]);
    check(&layer, &XS, &all_steps(), None, &want);
    // ONNXRuntime_TestGRUOpForwardInitialHiddenState
    let want = of(&[0.2366661, -0.1500429, 0.07378622, -0.02782359], &[0.07378622, -0.02782359]);
    let past = vec![vec![State { h: vec![0.5, -0.5], c: Vec::new() }]];
    check(&layer, &XS, &all_steps(), Some(past), &want);
    // ONNXRuntime_TestGRUOpBidirectionalBasic
    let want = of(
        &[-0.03255286, 0.0774838, -0.05469977, 0.1004222, -0.05556786, 0.0785508, -0.04566499, 0.04621252],
        &[-0.05556786, 0.0785508, -0.05469977, 0.1004222],
    );
    check(&gru_both(gru(ResetGate::BeforeProduct)), &XS, &all_steps(), None, &want);
    // ONNXRuntime_TestGRUOpForwardActivation
    let roles =
        Gru { gate: Activation::Tanh, candidate: Activation::Sigmoid, ..gru(ResetGate::BeforeProduct) };
    let want = of(&[0.222789, 0.4669829, 0.3810334, 0.4944591], &[0.3810334, 0.4944591]);
    check(&in_direction(Direction::Forward, roles), &XS, &all_steps(), None, &want);
}

#[test]
fn gru_reset_after_product() {
    let layer = in_direction(Direction::Forward, gru(ResetGate::AfterProduct));
    // ONNXRuntime_TestGRUOpForwardBatchLinearBeforeReset
    let want = of(&[0.253942400, -0.174207777, 0.0874997079, -0.0485242009], &[0.0874997079, -0.0485242009]);
    let past = vec![vec![State { h: vec![0.5, -0.5], c: Vec::new() }]];
    check(&layer, &XS, &all_steps(), Some(past), &want);
    let want =
        of(&[-0.0325528607, 0.0774837881, -0.0577347837, 0.0796165839], &[-0.0577347837, 0.0796165839]);
    check(&layer, &XS, &all_steps(), None, &want);
    // ONNXRuntime_TestGRUOpSequenceLengthWithBidirectionalLinearBeforeReset, and ..B2
    let layer = gru_both(gru(ResetGate::AfterProduct));
    let want = of(
        &[
            -0.0325528607,
            0.0774837881,
            -0.0559310019,
            0.101836264,
            -0.0577347837,
            0.0796165839,
            -0.0456649922,
            0.0462125242,
        ],
        &[-0.0577347837, 0.0796165839, -0.0559310019, 0.101836264],
    );
    check(&layer, &XS, &all_steps(), None, &want);
    let xs = [0.855351, 0.676391, 0.585934, 0.669585];
    let want = of(
        &[
            -0.275918573,
            -0.0022855850,
            -0.385578573,
            0.0370728001,
            -0.382134795,
            0.0607641526,
            -0.248751760,
            0.0347689129,
        ],
        &[-0.382134795, 0.0607641526, -0.385578573, 0.0370728001],
    );
    check(&layer, &xs, &all_steps(), None, &want);
    let want = of(
        &[-0.275918573, -0.00228558504, -0.275918573, -0.00228558504, 0.0, 0.0, 0.0, 0.0],
        &[-0.275918573, -0.00228558504, -0.275918573, -0.00228558504],
    );
    check(&layer, &xs, &Steps { length: Some(1), ..Steps::default() }, None, &want);
}

/// `DefaultActivationsSimpleWeightsWithBias`: two biases that are not zero, both forms and both directions.
#[test]
fn gru_two_biases() {
    let cell = |reset| Gru {
        input_size: 1,
        hidden_size: 3,
        weight_ih: blocks(&[0.1, 0.2, 0.3, 0.2, 0.3, 0.1, 0.3, 0.1, 0.2], &GRU),
        weight_hh: vec![0.1; 27],
        bias_ih: blocks(&[-0.01, 0.1, 0.01, -0.2, -0.02, 0.02, 0.3, -0.3, -0.3], &GRU),
        bias_hh: blocks(&[-0.03, 0.5, -0.7, 0.05, -0.7, 0.3, 0.07, -0.03, 0.5], &GRU),
        ..gru(reset)
    };
    // Both rows of the batch.
    let rows = [[-0.1, -0.3], [0.2, 0.4]];
    let check_rows = |direction, reset, published: [[f64; 6]; 2]| {
        let layer = in_direction(direction, cell(reset));
        for (xs, want) in rows.iter().zip(&published) {
            near(&layer.run(xs, &all_steps(), layer.zero()).all, want);
        }
    };
    check_rows(
        Direction::Forward,
        ResetGate::BeforeProduct,
        [
            [0.16783132, -0.11754231, 0.11977843, 0.22688604, -0.19698407, 0.14017843],
            [0.2046872, -0.10372487, 0.15365849, 0.33386092, -0.15799662, 0.2381169],
        ],
    );
    check_rows(
        Direction::Forward,
        ResetGate::AfterProduct,
        [
            [0.15024948, -0.11097029, -0.02121867, 0.19538902, -0.19016478, -0.05644283],
            [0.18887489, -0.09747667, 0.02093463, 0.30856851, -0.15190377, 0.05999807],
        ],
    );
    check_rows(
        Direction::Reverse,
        ResetGate::AfterProduct,
        [
            [0.20910699, -0.18880953, -0.04005555, 0.12252139, -0.12032216, -0.05064924],
            [0.29700265, -0.15308119, 0.04537245, 0.21249877, -0.08884402, 0.04751285],
        ],
    );
}

/// `TestGRUPositiveActivationAlphaBeta`: parameters, other ones in each direction. R is diagonal there, so that the
/// first four of 32 units may stand alone.
#[test]
fn gru_activations_with_parameters() {
    let diagonal = |step: usize| {
        let mut block = vec![0.0; 16];
        for j in 0..4 {
            block[5 * j] = 0.1 + 0.1 * (j % step) as f64;
        }
        block
    };
    let [z, r, n] = [2, 3, 5].map(diagonal);
    let leaky = Gru {
        hidden_size: 4,
        weight_ih: blocks(&[[0.1; 8], [0.2; 8], [0.3; 8]].concat(), &GRU),
        weight_hh: blocks(&[z, r, n].concat(), &GRU),
        bias_ih: blocks(&[[0.1; 4], [0.2; 4], [0.3; 4]].concat(), &GRU),
        bias_hh: vec![0.0; 12],
        gate: Activation::LeakyRelu { a: 0.5 },
        ..gru(ResetGate::BeforeProduct)
    };
    let scaled = Gru {
        gate: Activation::Sigmoid,
        candidate: Activation::ScaledTanh { a: 2.0, b: 2.0 },
        ..leaky.clone()
    };
    let layer = Recurrent::bidirectional(Recurrence::new(leaky), Recurrence::new(scaled), Merge::Concat);
    let past = vec![vec![State { h: vec![0.25; 4], c: Vec::new() }]; 2];
    let want = [
        0.589157104133446,
        0.57789190635582,
        0.596499289838044,
        0.583932266186645,
        0.92976461079108,
        0.920318863429123,
        0.931350963541001,
        0.921736050322775,
    ];
    near(&layer.run(&[1.0, 2.0], &all_steps(), past).all, &want);
}
