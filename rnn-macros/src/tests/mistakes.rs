//! What the attribute gives where there are mistakes: their messages, and a network nevertheless.

use super::{CO2, TINY, count, expand, pretty};
use proc_macro2::TokenStream;

/// Mistakes, and the number of messages each gives.
const MISTAKES: [(&str, &str, usize); 48] = [
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
    ("input_size = 1", "struct Net { a: Gru<3>, b: Gru }", 3),
    // What is there, however wrong, is not missing as well.
    ("input_size = 1", "struct Net { #[rnn(reset)] a: Gru<3>, #[rnn(reste = x)] b: Gru<3> }", 2),
    // Who knows it by another name is told both.
    ("input_size = 1", "struct Net { #[rnn(reset_after = true)] a: Gru<3> }", 2),
    ("input_size = 1", "struct Net { #[rnn(reset = none, merge = sum)] a: Gru<3> }", 2),
    ("input_size = 1", "struct Net { #[rnn(direction = both, merge = sum)] a: Lstm<3> }", 1),
    ("input_size = 1", "struct Net { #[rnn(peephole = true, gate = tanh, clip = 1)] a: Dense<3> }", 3),
    // Of a layer nobody knows, nobody knows the options.
    ("input_size = 1", "struct Net { #[rnn(peephole = true, gate = tanh, peep = 1)] a: Conv<3> }", 2),
    // Sizes: without a list, without a layer, a list that is none, and all that can be wrong in one.
    ("input_size = 1", "struct Net { a: Lstm<_>, b: Dense<1> }", 1),
    ("input_size = 1", "struct Net { a: Lstm<_>, b: Gru<_>, c: Dense<_> }", 4),
    ("input_size = 1, sizes = [1x8]", "struct Net { a: Lstm<8>, b: Dense<1> }", 1),
    ("input_size = 1, sizes = [1x8]", "struct Net { a: Lstm<_>, b: MinGru<_>, c: Dense<1> }", 1),
    ("input_size = 1, sizes = [1x8]", "struct Net { a: Lstm<_> }", 1),
    ("input_size = 1, sizes = [1x8]", "struct Net { a: Lstm<4>, b: Dense<_> }", 1),
    ("input_size = 1, sizes = 1x8", "struct Net { a: Lstm<_>, b: Dense<1> }", 1),
    ("input_size = 1, sizes, sizes = []", "struct Net { a: Lstm<_>, a_l1: Lstm<3>, b: Dense<1> }", 3),
    (
        "input_size = 1, sizes = [0x8, 1x0, 1x8, 8, 1xx, N, , 17x8, 1x65537, 99999999999999999999, -1x2, 1.5x2, (2x3)]",
        "struct Net { a: Lstm<_>, b: Dense<1> }",
        12,
    ),
    (
        "input_size = 1, sizes = [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33]",
        "struct Net { a: Lstm<_>, b: Dense<1> }",
        1,
    ),
    ("sizes = [1x8]", "enum Net { A }", 3),
    (
        "input_size = 1",
        "struct Net { #[rnn(clip = 0, delay = 0.5, projection = 0, coupled = 1)] a: Lstm<3> }",
        4,
    ),
    // Files that are not there, or not yet typed.
    ("weights", "struct Net { a: Dense<1> }", 1),
    ("weights =", "struct Net { a: Dense<1> }", 1),
    ("weights = \"mod\"", "struct Net { a: Dense<1> }", 1),
    ("weights = 3, input_size = 0", "struct Net { a: Dens<1> }", 3),
    ("from = \"models/none.safetensors\"", "struct Net;", 1),
    ("from = \"none\", weights = \"none\"", "struct Net;", 2),
    ("weights = \"src/lib.rs\"", "struct Net { a: Dense<1> }", 1),
    // What does not fit is said once for each field; the file that says what it holds, once.
    (CO2, "struct Net { rnn: Lstm<32>, head: Dense<1> }", 1),
    (CO2, "struct Net { rnn: Lstm<32>, head: Dense<2> }", 2),
    (CO2, "struct Net { rnn: Lstm<40>, more: Lstm<40>, head: Dense<1> }", 1),
    (TINY, "struct Net { hidden: SimpleRnn<3>, output: Dense<2> }", 1),
    (TINY, "struct Net { hidden: SimpleRnn<2>, output: Dense<1, 2> }", 1),
];
#[test]
fn all_mistakes_at_once_and_a_network_nevertheless() {
    for (attribute, item, messages) in MISTAKES {
        let items = expand(attribute, item);
        let text = pretty(items.clone());
        assert_eq!(count(&items, "compile_error"), messages, "#[rnn({attribute})] {item}\n{text}");
        assert_eq!(count(&items, "Compiled"), 1, "#[rnn({attribute})] {item}\n{text}");
        assert!(text.contains("struct Net"), "#[rnn({attribute})] {item}\n{text}");
        // Who asked for weights uses them elsewhere.
        let weights = usize::from(attribute.contains("weights"));
        assert_eq!(count(&items, "WithWeights"), weights, "#[rnn({attribute})] {item}\n{text}");
    }
}

#[test]
fn a_network_with_mistakes_has_the_sizes_that_were_meant() {
    let text =
        pretty(expand("input_size = 3", "struct Net { a: SimpleRNN<8>, b: Dense<{ 5 + N }>, c: Dens<2> }"));
    assert!(text.contains("type Input = [::core::primitive::f32; 3]"), "{text}");
    assert!(text.contains("type Output = [::core::primitive::f32; 2]"), "{text}");
    assert!(text.contains("__rnn::Fixed<8, 5>"), "{text}");
    // Layers that exist in any case, of the sizes the others would give; and it can be stepped.
    let items = expand(
        "input_size = 3",
        "struct Net {
            #[rnn(direction = bidirectional, projection = 2)]
            a: Lstm<8>,
            #[rnn(direction = bidirectional, merge = some)]
            b: Gru<5>,
        }",
    );
    let text = pretty(items.clone());
    for layer in ["__rnn::DenseLayer<__rnn::Fixed<3, 4>>", "__rnn::DenseLayer<__rnn::Fixed<4, 10>>"] {
        assert!(text.contains(layer), "{layer} in {text}");
    }
    assert_eq!((count(&items, "compile_error"), count(&items, "Causal")), (2, 1), "{text}");
}

/// An editor completes in what the attribute gives back: whatever has been typed of an attribute so far, the fields' types are
/// there, and so are the struct and its network.
#[test]
fn fields_survive_attributes_that_are_being_typed() {
    const NETWORK: &str = "input_size = 1, weights = \"none.safetensors\", order = [rnn, head], crate = ::a";
    const FIELD: &str = "activation = tanh, peephole = true, clip = 3.0, direction = reverse";
    let typed = |of: &'static str| {
        (0..=of.len()).map(move |len| &of[..len]).filter(|text| text.parse::<TokenStream>().is_ok())
    };
    let of_network = typed(NETWORK).map(|network| (network, String::new()));
    let of_field = typed(FIELD).map(|field| ("input_size = 1", format!("#[rnn({field})]")));
    let mut cases = 0;
    for (network, field) in of_network.chain(of_field) {
        let text =
            pretty(expand(network, &format!("struct Net {{ {field} rnn: Lstm<40>, head: Dense<1> }}")));
        for part in ["PhantomData<Lstm<", "PhantomData<Dense<", "struct Net", "Compiled for Net"] {
            assert!(text.contains(part), "{part} is missing for #[rnn({network})], {field}: {text}");
        }
        cases += 1;
    }
    assert!(cases > 100, "{cases} cases");
}
#[test]
fn another_item_stays_as_it_is() {
    let items = expand("input_size = 1", "fn main() {}");
    assert_eq!(count(&items, "compile_error"), 1);
    assert_eq!(count(&items, "main"), 1);
}
