//! Every cell, option and direction: what the attribute reads off a field, against the same layer described by hand.

use crate::agree::{agree, agree_ahead, agree_in_steps};
use rnn_core::prelude::*;
use rnn_core::{Direction, LayerKind, Merge, ResetGate};

/// A struct under the attribute and a test that compares it with what it should mean.
macro_rules! network {
    ($agree:ident, $test:ident: $name:ident($n_i:literal) {
        $($(#[$option:meta])* $layer:ident: $kind:ident<$size:literal> is $description:expr;)+
    }) => {
        #[rnn(input_size = $n_i)]
        struct $name {
            $($(#[$option])* $layer: $kind<$size>,)+
        }

        #[test]
        fn $test() {
            let layers: &[(&str, LayerKind)] = &[$((stringify!($layer), $description)),+];
            network!($agree, $name, $n_i, layers);
        }
    };
    (agree_ahead, $name:ident, $n_i:literal, $layers:ident) => { agree_ahead::<$name>($n_i, $layers) };
    ($agree:ident, $name:ident, $n_i:literal, $layers:ident) => { $agree::<$name, _, _>($layers) };
}

network!(agree, every_option: EveryOption(5) {
    #[rnn(reset = after_product, bias = false)]
    first: Gru<20> is LayerKind::gru(20, ResetGate::AfterProduct).with_bias(false);
    #[rnn(gate = fast_sigmoid, activation = fast_tanh, output = relu)]
    #[rnn(peephole = true, coupled = true, projection = 7, clip = 0.5, delay = 2.5)]
    second: Lstm<17> is LayerKind::lstm(17)
        .with_activation(Activation::FastTanh)
        .with_gate(Activation::FastSigmoid)
        .with_output(Activation::Relu)
        .with_peephole()
        .coupled()
        .with_projection(7)
        .with_clip(0.5)
        .with_delay(2.5);
    output: Dense<3> is LayerKind::dense(3);
});

network!(agree_in_steps, one_unit_each: OneUnit(1) {
    #[rnn(reset = before_product)]
    first: Gru<1> is LayerKind::gru(1, ResetGate::BeforeProduct);
    #[rnn(reset = after_product)]
    second: Gru<1> is LayerKind::gru(1, ResetGate::AfterProduct);
    third: Lstm<1> is LayerKind::lstm(1);
    fourth: MinLstm<1> is LayerKind::min_lstm(1);
});

network!(agree_in_steps, past_one_panel: PastOnePanel(2) {
    #[rnn(peephole = true)]
    first: Lstm<17> is LayerKind::lstm(17).with_peephole();
    #[rnn(projection = 5)]
    second: Lstm<33> is LayerKind::lstm(33).with_projection(5);
    #[rnn(reset = before_product, gate = fast_sigmoid)]
    third: Gru<31> is LayerKind::gru(31, ResetGate::BeforeProduct).with_gate(Activation::FastSigmoid);
    fourth: MinGru<24> is LayerKind::min_gru(24);
});

network!(agree_in_steps, delays: Delays(2) {
    #[rnn(delay = 3, clip = 1)]
    first: SimpleRnn<8> is LayerKind::simple_rnn(8).with_delay(3.0).with_clip(1.0);
    #[rnn(delay = 1.25, reset = before_product)]
    second: Gru<6> is LayerKind::gru(6, ResetGate::BeforeProduct).with_delay(1.25);
    #[rnn(delay = 2.5)]
    third: MinGru<4> is LayerKind::min_gru(4).with_delay(2.5);
    #[rnn(activation = tanh)]
    fourth: MinLstm<9> is LayerKind::min_lstm(9).with_activation(Activation::Tanh);
});

network!(agree_in_steps, the_largest_written_out: Largest(1) {
    first: Lstm<64> is LayerKind::lstm(64);
    #[rnn(reset = after_product)]
    second: Gru<56> is LayerKind::gru(56, ResetGate::AfterProduct);
    #[rnn(reset = before_product)]
    third: Gru<64> is LayerKind::gru(64, ResetGate::BeforeProduct);
    output: Dense<64> is LayerKind::dense(64);
});

network!(agree_in_steps, fast_activations: Quick(1) {
    #[rnn(gate = fast_sigmoid, activation = fast_tanh)]
    first: Lstm<17> is fast(LayerKind::lstm(17));
    #[rnn(reset = after_product, gate = fast_sigmoid, activation = fast_tanh)]
    second: Gru<20> is fast(LayerKind::gru(20, ResetGate::AfterProduct));
    #[rnn(reset = before_product, gate = fast_sigmoid, activation = fast_tanh)]
    third: Gru<8> is fast(LayerKind::gru(8, ResetGate::BeforeProduct));
    #[rnn(gate = fast_sigmoid, activation = fast_tanh, projection = 5, delay = 1.5)]
    fourth: Lstm<12> is fast(LayerKind::lstm(12)).with_projection(5).with_delay(1.5);
    #[rnn(activation = sigmoid)]
    output: Dense<3> is LayerKind::dense(3).with_activation(Activation::Sigmoid);
});

/// The layer with the fast activations throughout.
fn fast(kind: LayerKind) -> LayerKind {
    kind.with_gate(Activation::FastSigmoid).with_activation(Activation::FastTanh)
}

network!(agree_ahead, both_directions: Around(3) {
    #[rnn(direction = bidirectional)]
    first: Lstm<20> is LayerKind::lstm(20).with_direction(Direction::Bidirectional(Merge::Concat));
    #[rnn(direction = bidirectional, merge = sum, reset = after_product)]
    second: Gru<9> is LayerKind::gru(9, ResetGate::AfterProduct)
        .with_direction(Direction::Bidirectional(Merge::Sum));
    output: Dense<2> is LayerKind::dense(2);
});

network!(agree_ahead, every_direction: Back(2) {
    #[rnn(direction = reverse)]
    first: SimpleRnn<5> is LayerKind::simple_rnn(5).with_direction(Direction::Reverse);
    #[rnn(direction = go_backwards, reset = before_product)]
    second: Gru<8> is LayerKind::gru(8, ResetGate::BeforeProduct).with_direction(Direction::GoBackwards);
    #[rnn(direction = bidirectional, merge = product)]
    third: MinLstm<4> is LayerKind::min_lstm(4).with_direction(Direction::Bidirectional(Merge::Product));
    #[rnn(direction = bidirectional, merge = average, delay = 2)]
    fourth: MinGru<3> is LayerKind::min_gru(3)
        .with_delay(2.0)
        .with_direction(Direction::Bidirectional(Merge::Average));
});
