use super::{LayerKind, LayerSpec, MAX_SIZE, Spec};
use crate::activation::Activation;
use crate::error::SpecError;

const fn rnn(hidden_size: usize) -> LayerKind {
    LayerKind::SimpleRnn { hidden_size, activation: Activation::Tanh, bias: true }
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
    assert_eq!(STATE, 32 + 32 + 32); // snapshot, hidden's output, scratch
    assert_eq!(SUNSPOTS.parameters(), 32 * (1 + 32 + 1) + 33);
    let hidden = 32 * 2 + 32 * 32;
    let output = 4 * 33 + 12; // one narrow panel, rounded up to a line
    assert_eq!(SUNSPOTS.packed_offset(1), hidden);
    assert_eq!(SUNSPOTS.packed_len(), hidden + output);
}

#[test]
fn the_recurrent_block_starts_at_a_line() {
    for hidden in 1..70 {
        for input in 1..20 {
            let kind = rnn(hidden);
            let start = kind.recurrent_offset(input);
            assert_eq!(start % 16, 0);
            assert!(start >= kind.input_panels(input).len() && start < kind.input_panels(input).len() + 16);
            assert_eq!(
                kind.packed_len(input),
                (start + kind.recurrent_panels().unwrap().len()).div_ceil(16) * 16
            );
        }
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
