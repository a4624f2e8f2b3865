use super::{LayerSpec, MAX_DELAY, MAX_SIZE, Spec};
use crate::activation::Activation;
use crate::error::SpecError;
use crate::kind::{CellKind, Direction, LayerKind, Merge, Part, Recurrent, ResetGate};

const fn rnn(hidden_size: usize) -> LayerKind {
    LayerKind::simple_rnn(hidden_size)
}

const fn dense(output_size: usize, bias: bool) -> LayerKind {
    LayerKind::Dense { output_size, activation: Activation::Linear, bias }
}

const SUNSPOTS: Spec<'static> = Spec {
    input_size: 1,
    layers: &[
        LayerSpec { name: "hidden", kind: rnn(32) },
        LayerSpec { name: "output", kind: dense(1, true) },
    ],
};

#[test]
fn lengths_of_the_sunspot_network_are_constants() {
    const STATE: usize = SUNSPOTS.state_len();
    const CHECKED: bool = SUNSPOTS.check().is_ok();
    const { assert!(CHECKED) };
    assert_eq!(SUNSPOTS.output_size(), 1);
    assert_eq!(SUNSPOTS.snapshot_len(), 32);
    assert_eq!(STATE, 32 + 32 + 32 + 16); // snapshot, hidden's output, scratch, mark
    assert_eq!(SUNSPOTS.parameters(), 32 * (1 + 32 + 1) + 33);
    let hidden = 32 * 2 + 32 * 32;
    let output = 4 * 33 + 12; // one narrow panel, rounded up to a line
    assert_eq!(SUNSPOTS.packed_offset(1), hidden);
    assert_eq!(SUNSPOTS.packed_len(), hidden + output);
}

#[test]
fn every_part_starts_at_a_line() {
    let projected = CellKind::Lstm {
        gate: Activation::Sigmoid,
        candidate: Activation::Tanh,
        output: Activation::Tanh,
        peephole: true,
        coupled: false,
        projection: Some(3),
    };
    let cells = [
        CellKind::SimpleRnn { activation: Activation::Tanh },
        CellKind::gru(ResetGate::AfterProduct),
        CellKind::gru(ResetGate::BeforeProduct),
        CellKind::LSTM,
        projected,
        CellKind::MIN_GRU,
        CellKind::MIN_LSTM,
    ];
    for (cell, parts) in cells.into_iter().zip([2, 2, 3, 2, 4, 1, 1]) {
        for hidden in 1..40 {
            for input in 1..9 {
                let layer = Recurrent::new(cell, hidden);
                let mut end = 0;
                let mut count = 0;
                for part in Part::ALL {
                    let Some(panels) = layer.panels(part, input) else { continue };
                    let start = layer.offset(part, input);
                    assert!(
                        start.is_multiple_of(16) && start >= end && start < end + 16,
                        "{cell:?} {part:?}"
                    );
                    end = start + panels.len();
                    count += 1;
                }
                assert_eq!(count, parts, "{cell:?}");
                assert_eq!(layer.packed_len(input), end.div_ceil(16) * 16);
                let both = LayerKind::Recurrent(layer)
                    .with_direction(Direction::Bidirectional(Merge::Sum))
                    .packed_len(input);
                assert_eq!(both, 2 * layer.packed_len(input));
            }
        }
    }
}

#[test]
fn states_and_parameters_of_every_cell() {
    let lstm = Recurrent::new(CellKind::LSTM, 5);
    assert_eq!(LayerKind::Recurrent(lstm).state_len(), 10);
    assert_eq!(LayerKind::lstm(5).parameters(3), 4 * 5 * (3 + 5 + 1));
    // PyTorch counts two biases; only the candidate's are two values.
    assert_eq!(LayerKind::gru(5, ResetGate::AfterProduct).parameters(3), 3 * 5 * (3 + 5 + 1) + 5);
    assert_eq!(LayerKind::gru(5, ResetGate::BeforeProduct).parameters(3), 3 * 5 * (3 + 5 + 1));
    assert_eq!(LayerKind::min_lstm(5).parameters(3), 3 * 5 * (3 + 1));
    for (delay, states) in [(1.0, 1), (1.5, 2), (2.0, 2), (2.25, 3)] {
        let delayed = LayerKind::Recurrent(Recurrent { delay, ..lstm });
        assert_eq!(delayed.state_len(), 10 * states, "{delay}");
    }
    let both = LayerKind::lstm(5).with_direction(Direction::Bidirectional(Merge::Concat));
    assert_eq!((both.output_size(), both.state_len()), (10, 20));
    assert!(!both.is_causal() && both.directions() == 2);
}

#[test]
fn options_out_of_range_are_named() {
    let check = |layer: Recurrent| {
        let layers = [LayerSpec { name: "h", kind: LayerKind::Recurrent(layer) }];
        Spec { input_size: 1, layers: &layers }.check()
    };
    let lstm = Recurrent::new(CellKind::LSTM, 4);
    for delay in [0.0, 0.5, -1.0, f32::NAN, f32::INFINITY, MAX_DELAY + 1.0] {
        assert!(matches!(check(Recurrent { delay, ..lstm }), Err(SpecError::Delay { layer: 0, .. })));
    }
    for clip in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let clipped = Recurrent { clip: Some(clip), ..lstm };
        assert!(matches!(check(clipped), Err(SpecError::Clip { layer: 0, .. })));
    }
    let CellKind::Lstm { gate, candidate, output, peephole, coupled, .. } = lstm.cell else { unreachable!() };
    for size in [0, MAX_SIZE + 1] {
        let cell = CellKind::Lstm { gate, candidate, output, peephole, coupled, projection: Some(size) };
        let wrong = Err(SpecError::Projection { layer: 0, found: size });
        assert_eq!(check(Recurrent { cell, ..lstm }), wrong);
    }
    assert_eq!(check(Recurrent { delay: 2.5, clip: Some(1.0), ..lstm }), Ok(()));
}

#[test]
fn activations_a_layer_cannot_have_are_named() {
    let check = |kind: LayerKind| {
        let layers = [LayerSpec { name: "h", kind: rnn(2) }, LayerSpec { name: "o", kind }];
        Spec { input_size: 1, layers: &layers }.check()
    };
    let lstm = |gate, candidate, output| {
        let CellKind::Lstm { peephole, coupled, projection, .. } = CellKind::LSTM else { unreachable!() };
        let cell = CellKind::Lstm { gate, candidate, output, peephole, coupled, projection };
        LayerKind::Recurrent(Recurrent::new(cell, 3))
    };
    let (s, t) = (Activation::Sigmoid, Activation::Tanh);
    let places = |f| [rnn(3).with_activation(f), lstm(f, t, t), lstm(s, f, t), lstm(s, t, f)];
    for kind in places(Activation::Softmax) {
        assert_eq!(check(kind), Err(SpecError::Softmax { layer: 1, kind }));
    }
    assert_eq!(check(dense(3, true).with_activation(Activation::Softmax)), Ok(()));
    let infinite = Activation::Affine { alpha: 1.0, beta: f32::INFINITY };
    for kind in places(infinite).into_iter().chain([dense(3, true).with_activation(infinite)]) {
        assert_eq!(check(kind), Err(SpecError::ActivationParameter { layer: 1, found: infinite }));
    }
    let nan = dense(3, true).with_activation(Activation::Elu { alpha: f32::NAN });
    assert!(matches!(check(nan), Err(SpecError::ActivationParameter { layer: 1, .. })));
    for kind in places(Activation::Elu { alpha: -2.5 }) {
        assert_eq!(check(kind), Ok(()));
    }
}

#[test]
fn without_bias_only_the_parameters_shrink() {
    let layers = [LayerSpec { name: "d", kind: dense(3, false) }];
    let spec = Spec { input_size: 5, layers: &layers };
    assert_eq!(spec.parameters(), 15);
    assert_eq!(spec.packed_len(), dense(3, true).packed_len(5));
}

#[test]
fn mistakes_are_named() {
    let check = |input_size, layers: &[LayerSpec<'_>]| Spec { input_size, layers }.check();
    let good = LayerSpec { name: "hidden", kind: rnn(4) };
    assert_eq!(check(1, &[good]), Ok(()));
    assert_eq!(check(MAX_SIZE, &[good]), Ok(()));
    assert_eq!(check(0, &[good]), Err(SpecError::InputSize { found: 0 }));
    assert_eq!(check(MAX_SIZE + 1, &[good]), Err(SpecError::InputSize { found: MAX_SIZE + 1 }));
    assert_eq!(check(usize::MAX, &[good]), Err(SpecError::InputSize { found: usize::MAX }));
    assert_eq!(check(1, &[]), Err(SpecError::NoLayers));
    for found in [0, MAX_SIZE + 1, usize::MAX] {
        let kind = dense(found, true);
        assert_eq!(
            check(1, &[good, LayerSpec { name: "o", kind }]),
            Err(SpecError::LayerSize { layer: 1, kind, found })
        );
    }
    for name in ["", "a.b", "a/b", "a b", "1a", "a;", "a=b", "a\n", "a:0"] {
        assert_eq!(
            check(1, &[LayerSpec { name, ..good }]),
            Err(SpecError::LayerName { layer: 0 }),
            "{name:?}"
        );
    }
    for name in ["_", "a1", "h_2", "größe"] {
        assert_eq!(check(1, &[LayerSpec { name, ..good }]), Ok(()), "{name:?}");
    }
    let other = LayerSpec { name: "other", ..good };
    assert_eq!(check(1, &[good, other, good]), Err(SpecError::DuplicateName { first: 0, second: 2 }));
}

#[test]
fn the_largest_layer_fits_or_is_refused() {
    let spec = |layers| Spec { input_size: MAX_SIZE, layers };
    let layers = [LayerSpec { name: "h", kind: rnn(MAX_SIZE) }];
    let expected = if size_of::<usize>() >= 8 { Ok(()) } else { Err(SpecError::TooLarge) };
    assert_eq!(spec(&layers).check(), expected);
}
