//! Whole expansions, as a reader sees them, and properties of all of them.
//!
//! What users are told about mistakes, and where, is in `tests/ui`; that networks compute what they should is in
//! `tests/macros`.

mod mistakes;

use crate::expand;
use proc_macro2::{TokenStream, TokenTree};
use rnn_format::{Activation, Direction, LayerKind, Merge, ResetGate};
use std::path::Path;

/// The items the attribute makes of `item`.
fn expand(attribute: &str, item: &str) -> TokenStream {
    let parse = |text: &str| text.parse::<TokenStream>().expect("the test's own tokens");
    expand::rnn(parse(attribute), parse(item))
}

fn pretty(items: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(items).expect("an expansion is a list of items"))
}

/// Compares with a committed file, whose comments explain it to readers and do not count.
fn compare(name: &str, attribute: &str, item: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui/expanded").join(name);
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let expected = pretty(committed.parse().expect("a committed expansion is Rust"));
    let found = pretty(expand(attribute, item));
    assert!(found == expected, "{name} differs from the expansion, which is now:\n\n{found}");
}

#[test]
fn a_forecaster() {
    compare(
        "forecaster.rs",
        "input_size = 1",
        "/// Twelve yearly sunspot counts in, next year's out.
        #[derive(Clone, Debug)]
        pub struct Forecaster {
            /// Remembers the cycle.
            hidden: SimpleRnn<32>,
            output: Dense<1>,
        }",
    );
}

#[test]
fn a_stack_with_every_option() {
    compare(
        "stack.rs",
        "input_size = 3, crate = ::facade::rnn_core",
        "pub(crate) struct Stack {
            #[rnn(activation = fast_tanh)]
            r#in: SimpleRnn<9000>,
            #[rnn(activation = sigmoid, bias = false)]
            middle: rnn_core::prelude::SimpleRnn<12>,
            #[rnn(activation = relu)]
            output: Dense<{ 2usize }>,
        }",
    );
}

#[test]
fn a_network_that_looks_ahead() {
    compare(
        "ahead.rs",
        "input_size = 2",
        "pub struct Ahead {
            #[rnn(peephole = true, projection = 20, clip = 3, delay = 2.5)]
            amp: Lstm<40>,
            /// Knows what follows.
            #[rnn(reset = before_product, gate = fast_sigmoid, direction = bidirectional)]
            around: Gru<16>,
            #[rnn(direction = bidirectional, merge = sum, reset = after_product)]
            again: Gru<12>,
            #[rnn(bias = false, direction = reverse)]
            back: MinGru<8>,
            output: Dense<1>,
        }",
    );
}

#[test]
fn embedded_weights() {
    compare(
        "embedded.rs",
        "weights = \"../tests/tiny.safetensors\"",
        "/// What a file says of itself.
        pub struct Tiny;",
    );
}

#[test]
fn a_registry_of_two_sizes() {
    compare(
        "registry.rs",
        "input_size = 1, sizes = [1x8, 2x16]",
        "/// Any LSTM amplifier.
        #[derive(Clone, Debug)]
        pub struct Amp {
            /// As many layers, and as wide, as a size says.
            rnn: Lstm<_>,
            head: Dense<1>,
        }",
    );
}

/// Asserts that the attribute prints this description of a field, that it is the one it means, and that it is shown as a field
/// that means the same.
macro_rules! describes {
    ($field:literal, $kind:expr) => {{
        let mut mistakes = crate::mistakes::Mistakes::default();
        let item = format!("struct Net {{ {} }}", $field);
        let item = syn::parse_str(&item).expect("the test's own tokens");
        let checked = crate::check::check("input_size = 1".parse().expect("tokens"), &item, &mut mistakes);
        assert!(mistakes.is_empty(), "{}", $field);
        let layer = &checked.network.layers[0];
        assert_eq!(layer.kind, $kind, "{}", $field);
        let printed = expand::layer_kind(layer).to_string().replace("__rnn :: ", "");
        let expected = stringify!($kind).parse::<TokenStream>().expect("an expression").to_string();
        assert_eq!(printed, expected, "{}", $field);
        let shown = crate::field::field(layer, " ");
        let again = syn::parse_str(&format!("struct Net {{ {shown} }}")).expect("a field");
        let again = crate::check::check("input_size = 1".parse().expect("tokens"), &again, &mut mistakes);
        assert!(mistakes.into_error().is_none(), "{shown}");
        assert_eq!(
            (&again.network.layers[0].name, again.network.layers[0].kind),
            (&layer.name, $kind),
            "{shown}"
        );
    }};
}

#[test]
fn descriptions_are_printed_as_they_are_meant() {
    describes!("a: SimpleRnn<3>", LayerKind::simple_rnn(3));
    describes!("a: Lstm<3>", LayerKind::lstm(3));
    describes!("a: MinGru<3>", LayerKind::min_gru(3));
    describes!("a: MinLstm<3>", LayerKind::min_lstm(3));
    describes!("a: Dense<3>", LayerKind::dense(3));
    describes!("#[rnn(reset = after_product)] a: Gru<3>", LayerKind::gru(3, ResetGate::AfterProduct));
    describes!("#[rnn(reset = before_product)] a: Gru<3>", LayerKind::gru(3, ResetGate::BeforeProduct));
    describes!("r#type: Dense<3>", LayerKind::dense(3));
    // Defaults, spelt out.
    describes!(
        "#[rnn(activation = tanh, gate = sigmoid, output = tanh, bias = true, peephole = false, coupled = false)]
        #[rnn(delay = 1, direction = forward)]
        a: Lstm<3>",
        LayerKind::lstm(3)
    );
    describes!(
        "#[rnn(activation = linear, gate = sigmoid, direction = bidirectional, merge = concat)] a: MinLstm<3>",
        LayerKind::min_lstm(3).with_direction(Direction::Bidirectional(Merge::Concat))
    );
    // `activation` is the output's too, unless that is given, before or after.
    describes!("#[rnn(activation = relu)] a: Lstm<3>", LayerKind::lstm(3).with_activation(Activation::Relu));
    describes!(
        "#[rnn(output = linear, activation = relu)] a: Lstm<3>",
        LayerKind::lstm(3).with_activation(Activation::Relu).with_output(Activation::Linear)
    );
    describes!(
        "#[rnn(activation = relu, output = tanh)] a: Lstm<3>",
        LayerKind::lstm(3).with_activation(Activation::Relu).with_output(Activation::Tanh)
    );
    describes!("#[rnn(output = relu)] a: Lstm<3>", LayerKind::lstm(3).with_output(Activation::Relu));
    // Everything at once, in another order.
    describes!(
        "#[rnn(merge = average, direction = bidirectional, delay = 1.25, clip = 5e-1, projection = 2)]
        #[rnn(coupled = true, peephole = true, bias = false, gate = fast_sigmoid, activation = fast_tanh)]
        a: Lstm<3>",
        LayerKind::lstm(3)
            .with_activation(Activation::FastTanh)
            .with_gate(Activation::FastSigmoid)
            .with_peephole()
            .coupled()
            .with_projection(2)
            .with_clip(0.5)
            .with_delay(1.25)
            .with_direction(Direction::Bidirectional(Merge::Average))
            .with_bias(false)
    );
    describes!(
        "#[rnn(reset = before_product, activation = relu, gate = linear, direction = go_backwards)] a: Gru<3>",
        LayerKind::gru(3, ResetGate::BeforeProduct)
            .with_activation(Activation::Relu)
            .with_gate(Activation::Linear)
            .with_direction(Direction::GoBackwards)
    );
    // The nearest f32, and its shortest digits.
    describes!(
        "#[rnn(clip = 0.1, delay = 1024)] a: SimpleRnn<3>",
        LayerKind::simple_rnn(3).with_clip(0.1).with_delay(1024.0)
    );
    describes!(
        "#[rnn(clip = 16777216f32, delay = {1.0000001})] a: SimpleRnn<3>",
        LayerKind::simple_rnn(3).with_clip(16777216.0).with_delay(1.0000001)
    );
}

/// Every word of some tokens, groups included.
fn words(tokens: TokenStream) -> Vec<String> {
    let mut words = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => words.extend(self::words(group.stream())),
            TokenTree::Ident(ident) => words.push(ident.to_string()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    words
}

fn count(items: &TokenStream, word: &str) -> usize {
    words(items.clone()).iter().filter(|found| *found == word).count()
}

#[test]
fn nothing_unsafe_and_nothing_of_a_cpu() {
    let items = expand(
        "input_size = 2",
        "struct Net { a: SimpleRnn<20>, b: SimpleRnn<20>, c: Dense<7>, d: Dense<1> }",
    );
    for word in ["unsafe", "target_feature", "compile_error"] {
        assert_eq!(count(&items, word), 0, "{word}");
    }
}

/// PyTorch's names.
const CO2: &str = "weights = \"../rnn-core/examples/data/co2_lstm.safetensors\"";
/// Ours, with metadata.
const TINY: &str = "weights = \"../tests/tiny.safetensors\"";

/// What core would otherwise learn too late to leave the rest out of what is compiled.
#[test]
fn what_is_known_of_a_layer_is_in_its_type() {
    let text = pretty(expand(
        "input_size = 1",
        "struct Net {
            plain: Lstm<8>,
            #[rnn(gate = fast_sigmoid, activation = fast_tanh)]
            fast: Lstm<8>,
            #[rnn(delay = 2)]
            late: SimpleRnn<8>,
            #[rnn(gate = fast_sigmoid, activation = fast_tanh, projection = 4)]
            both: Lstm<8>,
            #[rnn(peephole = true)]
            called: Lstm<8>,
            #[rnn(activation = relu)]
            head: Dense<1>,
        }",
    ));
    // As on one line.
    let text = text.split_whitespace().collect::<String>().replace(",>", ">").replace(",)", ")");
    for layer in [
        "LstmLayer<__rnn::Fixed<1,8>>",
        "LstmLayer<__rnn::Fast<__rnn::Fixed<8,8>>>",
        "SimpleRnnLayer<__rnn::Extended<__rnn::Fixed<8,8>>>",
        "LstmLayer<__rnn::Extended<__rnn::Fast<__rnn::Fixed<8,8>>>>",
        "LstmLayer<__rnn::Called<4,8>>",
        "DenseLayer<__rnn::Fixed<8,1>>",
        "LstmLayer::new(__rnn::Extended(__rnn::Fast(__rnn::Fixed)),",
    ] {
        assert!(text.contains(layer), "{layer} in {text}");
    }
}

/// No mistake, so no stub; and the literal is there once.
#[test]
fn files_that_fit() {
    for (attribute, item) in [
        (CO2, "struct Net { rnn: Lstm<40>, head: Dense<1> }"),
        (TINY, "struct Net { any: SimpleRnn<2>, name: Dense<1> }"),
        (TINY, "struct Net;"),
        (&CO2.replace("weights", "order = [rnn, head], from"), "struct Net;"),
    ] {
        let items = expand(attribute, item);
        let weights = usize::from(attribute.starts_with("weights"));
        assert_eq!(
            (count(&items, "compile_error"), count(&items, "Block")),
            (weights, 2 * weights),
            "{attribute}"
        );
        assert_eq!(
            count(&items, "include_bytes"),
            1,
            "the compiler looks when the file changes: {attribute}"
        );
        let text = items.to_string();
        assert!(!text.contains(env!("CARGO_MANIFEST_DIR")), "a path of this machine: {attribute}");
    }
}

#[test]
fn a_size_is_written_in_several_ways() {
    for written in ["1x8", "1 x 8", "1x 8", "1 x8", "8", "1x8,", "1x0_8usize"] {
        let items =
            expand(&format!("input_size = 1, sizes = [{written}]"), "struct Net { a: Lstm<_>, b: Dense<1> }");
        assert_eq!(count(&items, "compile_error"), 0, "{written}");
        assert!(pretty(items).contains("&[__rnn::Size::new(1, 8)]"), "{written}");
    }
}

#[test]
fn the_network_of_a_size_is_that_of_its_struct() {
    let registry = pretty(expand(
        "input_size = 2, sizes = [1x8, 2x16]",
        "struct Net { a: Dense<3>, #[rnn(clip = 1.0, bias = false)] b: Lstm<_>, c: Gru<4>, d: Dense<1> }"
            .replace("c: Gru", "#[rnn(reset = after_product)] c: Gru")
            .as_str(),
    ));
    for layers in [
        "b: Lstm<8>",
        "#[rnn(clip = 1.0, bias = false)] b_l0: Lstm<16>, #[rnn(clip = 1.0, bias = false)] b_l1: Lstm<16>",
    ] {
        let layers = layers.replace("b: Lstm", "#[rnn(clip = 1.0, bias = false)] b: Lstm");
        let item = format!(
            "struct Net {{ a: Dense<3>, {layers}, #[rnn(reset = after_product)] c: Gru<4>, d: Dense<1> }}"
        );
        let alone = pretty(expand("input_size = 2", &item));
        for part in ["type Layers", "type State", "const LAYERS", "const SPEC"] {
            let (_, rest) = alone.split_once(part).expect("it is there");
            let (part_of_alone, _) = rest.split_once(";\n").expect("it ends");
            let blanks = |text: &str| {
                text.split_whitespace()
                    .collect::<String>()
                    .replace(",}", "}")
                    .replace(",>", ">")
                    .replace(",)", ")")
            };
            assert!(
                blanks(&registry).contains(&blanks(part_of_alone)),
                "{part}{part_of_alone} in {registry}"
            );
        }
    }
}

#[test]
fn parameters_of_activations_are_printed_as_they_were_written() {
    for (written, printed) in [
        ("tanh", None),
        ("relu6", Some("Relu6")),
        ("leaky_relu", Some("LeakyRelu { alpha : 0.01 }")),
        ("leaky_relu(0.1)", Some("LeakyRelu { alpha : 0.1 }")),
        ("elu(2)", Some("Elu { alpha : 2.0 }")),
        ("{ thresholded_relu(1_0.5f32,) }", Some("ThresholdedRelu { alpha : 10.5 }")),
        ("affine(2.0, -0.5)", Some("Affine { alpha : 2.0 , beta : - 0.5 }")),
        ("scaled_tanh(1.7159, 0.6666667)", Some("ScaledTanh { alpha : 1.7159 , beta : 0.6666667 }")),
        ("hard_sigmoid(1e-10, 5e3)", Some("HardSigmoid { alpha : 0.0000000001 , beta : 5000.0 }")),
    ] {
        let item = format!("struct Net {{ #[rnn(activation = {written})] h: SimpleRnn<8> }}");
        let blanks = |text: &str| text.split_whitespace().collect::<String>();
        let found = blanks(&expand("input_size = 1", &item).to_string());
        let Some(printed) = printed else {
            assert!(!found.contains("with_activation"), "{written}");
            continue;
        };
        let wanted = blanks(&format!(".with_activation(__rnn::Activation::{printed})"));
        assert!(found.contains(&wanted), "{written}: {found}");
    }
}
