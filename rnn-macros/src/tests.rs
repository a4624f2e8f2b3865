//! Whole expansions, as a reader sees them, and properties of all of them.
//!
//! What users are told about mistakes, and where, is in `tests/ui`; that networks compute what they should is in
//! `tests/macros`.

use crate::expand;
use proc_macro2::{TokenStream, TokenTree};
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

/// Mistakes, and the number of messages each gives.
const MISTAKES: [(&str, &str, usize); 17] = [
    ("", "struct Net { a: Dense<1> }", 1),
    ("input_size =", "struct Net { a: Dense<1> }", 1),
    ("input_size", "struct Net { a: Dense<1> }", 1),
    ("inp", "struct Net { a: Dense<1> }", 1),
    ("input_size = 0, input_size = 0", "struct Net { a: Dense<0>, a: Dense<H>, b: Conv<3> }", 6),
    ("input_size = 1", "struct Net { a: Dense<1>, b: }", 1),
    ("input_size = 0", "struct Net { a: Dense<1>, b }", 2),
    ("input_size = 1", "struct Net;", 1),
    ("input_size = 1", "struct Net(Dense<1>);", 1),
    ("input_size = 1", "enum Net { A }", 1),
    ("input_size = 1", "union Net { a: Dense<1> }", 1),
    ("input_size = 1", "struct Net<'a, T: Copy, const N: usize> where T: 'a { a: Dense<N> }", 2),
    ("input_size = 1", "#[derive(Clone, Copy)] struct Net { #[cfg(test)] a: Dense<1> }", 2),
    ("input_size = 1", "struct Net { #[rnn] a: Dense<1> }", 1),
    ("input_size = 1", "struct Net { #[rnn(activation = )] a: Dense<1> }", 1),
    ("input_size = 1", "struct Net { #[rnn(act, bias = 1, , x = 2)] a: Dense<1> }", 4),
    ("input_size = 1", "struct Net { pub a: Dense, b: Dense<1, 2>, c: (Dense<1>,) }", 4),
];

#[test]
fn all_mistakes_at_once_and_a_network_nevertheless() {
    for (attribute, item, messages) in MISTAKES {
        let items = expand(attribute, item);
        let text = pretty(items.clone());
        assert_eq!(count(&items, "compile_error"), messages, "#[rnn({attribute})] {item}\n{text}");
        assert_eq!(count(&items, "Compiled"), 1, "#[rnn({attribute})] {item}\n{text}");
        assert!(text.contains("struct Net"), "#[rnn({attribute})] {item}\n{text}");
    }
}

#[test]
fn a_network_with_mistakes_has_the_sizes_that_were_meant() {
    let text =
        pretty(expand("input_size = 3", "struct Net { a: SimpleRNN<8>, b: Dense<{ 5 + N }>, c: Dens<2> }"));
    assert!(text.contains("type Input = [::core::primitive::f32; 3]"), "{text}");
    assert!(text.contains("type Output = [::core::primitive::f32; 2]"), "{text}");
    assert!(text.contains("__rnn::Fixed<8, 5>"), "{text}");
}

#[test]
fn another_item_stays_as_it_is() {
    let items = expand("input_size = 1", "fn main() {}");
    assert_eq!(count(&items, "compile_error"), 1);
    assert_eq!(count(&items, "main"), 1);
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
