//! Sizes around every lane, tile and panel: one test for each network, several sizes in each.

use crate::agree::{agree, agree_in_steps, agree_once};
use rnn_core::LayerKind;
use rnn_core::prelude::*;

/// A struct under the attribute and a test that compares it with the same description at run time.
///
/// The attribute's tokens come through `macro_rules!` here, as they may in a user's crate.
macro_rules! network {
    ($agree:ident, $test:ident: $name:ident($n_i:literal) {
        $($layer:ident: $kind:ident<$size:literal> = $activation:ident, $bias:literal;)+
    }) => {
        #[rnn(input_size = $n_i)]
        struct $name {
            $(
                #[rnn(activation = $activation, bias = $bias)]
                $layer: $kind<$size>,
            )+
        }

        #[test]
        fn $test() {
            $agree::<$name, _, _>(&[$((stringify!($layer), kind!($kind, $size, $activation, $bias))),+]);
        }
    };
}

macro_rules! kind {
    (SimpleRnn, $size:literal, $activation:ident, $bias:literal) => {
        LayerKind::simple_rnn($size).with_activation(named(stringify!($activation))).with_bias($bias)
    };
    (Dense, $size:literal, $activation:ident, $bias:literal) => {
        LayerKind::Dense { output_size: $size, activation: named(stringify!($activation)), bias: $bias }
    };
}

fn named(activation: &str) -> Activation {
    Activation::from_name(activation).expect("an activation of the attribute")
}

// The defaults, spelt out in none of the fields.
#[rnn(input_size = 1)]
struct Forecaster {
    hidden: SimpleRnn<32>,
    output: Dense<1>,
}

#[test]
fn defaults() {
    agree::<Forecaster, _, _>(&[
        ("hidden", kind!(SimpleRnn, 32, tanh, true)),
        ("output", kind!(Dense, 1, linear, true)),
    ]);
}

#[test]
#[should_panic(expected = "step on arrays")]
fn another_activation_is_found() {
    agree_once::<Forecaster, _, _>(&[
        ("hidden", kind!(SimpleRnn, 32, fast_tanh, true)),
        ("output", kind!(Dense, 1, linear, true)),
    ]);
}

network!(agree, rnn_rnn_dense_dense: Stack(3) {
    first: SimpleRnn<12> = tanh, false;
    second: SimpleRnn<16> = fast_tanh, true;
    third: Dense<20> = relu, true;
    output: Dense<3> = sigmoid, false;
});

network!(agree, many_inputs: ManyInputs(17) {
    hidden: SimpleRnn<33> = tanh, true;
    output: Dense<4> = linear, true;
});

network!(agree_in_steps, one_unit: OneUnit(1) {
    hidden: SimpleRnn<1> = tanh, true;
});

network!(agree_in_steps, within_one_vector: WithinOneVector(2) {
    first: SimpleRnn<3> = tanh, true;
    second: SimpleRnn<4> = sigmoid, true;
    third: SimpleRnn<8> = relu, false;
    output: Dense<2> = linear, true;
});

network!(agree_in_steps, around_one_panel: AroundOnePanel(8) {
    first: SimpleRnn<20> = tanh, true;
    second: SimpleRnn<24> = fast_sigmoid, true;
    output: Dense<17> = fast_tanh, true;
});

network!(agree_in_steps, three_panels: ThreePanels(17) {
    first: SimpleRnn<40> = tanh, true;
    second: SimpleRnn<48> = linear, true;
});

network!(agree_in_steps, four_panels: FourPanels(1) {
    hidden: SimpleRnn<64> = tanh, true;
});

network!(agree_in_steps, past_four_panels: PastFourPanels(3) {
    hidden: SimpleRnn<65> = tanh, true;
    output: Dense<1> = linear, true;
});

network!(agree_in_steps, no_recurrence: NoRecurrence(17) {
    hidden: Dense<33> = relu, true;
    output: Dense<4> = linear, false;
});
