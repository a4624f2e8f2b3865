//! Attributes and structs by a grammar of what people write, right and wrong.

use crate::expansion::{Known, expand, expand_tokens};
use crate::tokens;
use rnn_fuzz::choices::Choices;
use rnn_fuzz::file::text;

const STRUCT_OPTIONS: &[&str] = &[
    "input_size = 1",
    "input_size = 3",
    "input_size = 0",
    "input_size = 65537",
    "input_size = N",
    "input_size",
    "input_size = -1",
    "input_size = 1e3",
    "input_size == 1",
    "sizes = [1x8, 2x16]",
    "sizes = [1x8,]",
    "sizes = [8]",
    "sizes = []",
    "sizes = [0x8]",
    "sizes = [1x0]",
    "sizes = [17x8]",
    "sizes = [1x8, 1x8]",
    "sizes = 1x8",
    "sizes = (1x8)",
    "sizes = [1 x 8]",
    "sizes = [1x]",
    "sizes = [x8]",
    "sizes = [1x8usize]",
    "sizes = [1x8; 3]",
    "sizes = [99999999999999999999x8]",
    "sizes = [1x65536, 16x65536]",
    "weights = \"../tiny.safetensors\"",
    "from = \"../tiny.safetensors\"",
    "weights = \"no.safetensors\"",
    "weights = \"\"",
    "weights = \"src\"",
    "from = \"Cargo.toml\"",
    "weights = \"/x\"",
    "weights = x",
    "weights = b\"a\"",
    "weights = \"\\0\"",
    "order = [any, name]",
    "order = []",
    "order = [\"rnn\"]",
    "order = x",
    "crate = ::nn",
    "crate = nn::rnn_core",
    "crate = 3",
    "crate = self",
    "bias = false",
    "activation = relu",
    "hidden_size = 3",
    "",
    "=",
    "= 3",
    "a b",
    "#",
    "prefix = \"ema\"",
    "ignore_extra = true",
    "ignore_extra",
    "round_f64 = true",
    "header_limit = 1000",
    "mapping = [a = \"b\"]",
];

const VISIBILITIES: &[&str] = &["", "pub", "pub(crate)", "pub(in crate::a)", "crate", "pub pub"];

const ATTRIBUTES: &[&str] = &[
    "",
    "/// Words.",
    "#[derive(Clone, Debug)]",
    "#[derive(Copy)]",
    "#[derive(Default, PartialEq)]",
    "#[allow(dead_code)]",
    "#[doc = concat!(\"a\", \"b\")]",
    "#[cfg(test)]",
    "#[repr(C)]",
    "#[rnn(input_size = 1)]",
    "#[deprecated]",
    "#[must_use = \"a\"]",
    "#[cfg_attr(test, rnn(bias = false))]",
    "#[rnn::rnn]",
    "#[derive(",
    "#![inner]",
];

const GENERICS: &[&str] =
    &["", "", "", "", "<T>", "<'a>", "<const N: usize>", "<T: Clone = u8>", "<T> where T: Copy", "<", "<,>"];

const NAMES: &[&str] = &[
    "hidden", "output", "a", "b", "c", "r#in", "r#type", "_", "Self", "hidden", "é", "__packed", "x1",
    "rnn_l0",
];

const TYPES: &[&str] = &[
    "SimpleRnn<32>",
    "Gru<8>",
    "Lstm<8>",
    "MinGru<3>",
    "MinLstm<3>",
    "Dense<1>",
    "Lstm<_>",
    "Gru<_>",
    "rnn_core::Lstm<8>",
    "::rnn_core::prelude::Dense<2>",
    "Dense<{ 2usize }>",
    "Dense<{ { 2 } }>",
    "Dense<N>",
    "Dense<0>",
    "Dense<65537>",
    "Dense<-1>",
    "Dense<1.0>",
    "Dense<\"1\">",
    "Dense",
    "Dense<>",
    "Dense<1, 2>",
    "Dense<4, relu>",
    "Bidirectional<Lstm<12>>",
    "Lsmt<8>",
    "LSTM<8>",
    "Linear<3>",
    "&'static Dense<1>",
    "[Dense<1>; 2]",
    "(Dense<1>, Dense<1>)",
    "fn(Dense<1>) -> u8",
    "dyn Dense<1>",
    "impl Dense<1>",
    "Vec<f32>",
    "<T as U>::Dense<1>",
    "Dense<1>::X",
    "Dense(1)",
    "Dense<N = 3>",
    "Dense<'a>",
    "!",
    "_",
    "Dense<99999999999999999999>",
    "Dense<0x10>",
    "Dense<1_0>",
    "Dense<{ N }>",
    "Dense<{ if true { 1 } else { 2 } }>",
    "m!(1)",
];

const FIELD_OPTIONS: &[&str] = &[
    "activation = relu",
    "activation = leaky_relu(0.1)",
    "activation = leaky_relu(x)",
    "activation = affine",
    "activation = softmax",
    "activation = affine(1, -2)",
    "activation = elu(1e400)",
    "activation = tanh(1)",
    "activation = \"tanh\"",
    "activation = Tanh",
    "activation = elu(1,)",
    "activation = elu(--1)",
    "activation = elu((1))",
    "gate = fast_sigmoid",
    "gate = 3",
    "bias = false",
    "bias = 0",
    "bias",
    "reset = after_product",
    "reset = before_product",
    "reset = maybe",
    "peephole = true",
    "coupled = true",
    "projection = 4",
    "projection = 0",
    "projection = 65537",
    "clip = 3",
    "clip = 0",
    "clip = -1.0",
    "clip = 1e39",
    "clip = 0x3",
    "delay = 2.5",
    "delay = 1025",
    "delay = 0.5",
    "delay = 1_0.2_5f64",
    "direction = reverse",
    "direction = bidirectional",
    "direction = both",
    "merge = sum",
    "merge = concat",
    "output = relu",
    "nonlinearity = \"relu\"",
    "input_size = 3",
    "",
    "=",
];

/// What people write, with a word or a token changed or not.
pub(crate) fn run(c: &mut Choices<'_>) {
    let options = list(c, STRUCT_OPTIONS, 3);
    let mut attribute = if c.one_in(4) { options.clone() } else { join("input_size = 1", &options) };
    let mut item = item(c);
    match c.below(6) {
        0 => attribute = text::changed(c, &attribute),
        1 => item = text::changed(c, &item),
        2 => {
            let (Ok(attribute), Ok(item)) = (attribute.parse(), item.parse()) else { return };
            let item = tokens::changed(c, item);
            let attribute = if c.flip() { tokens::changed(c, attribute) } else { attribute };
            return expand_tokens(attribute, item, Known::Nothing);
        }
        // Every beginning, as while it is being typed.
        3 => {
            let mut at = c.place(item.len());
            while !item.is_char_boundary(at) {
                at -= 1;
            }
            item.truncate(at);
            for (open, close) in [('{', '}'), ('(', ')'), ('[', ']')] {
                let missing = item.matches(open).count().saturating_sub(item.matches(close).count());
                item.extend(std::iter::repeat_n(close, missing));
            }
        }
        _ => {}
    }
    expand(&attribute, &item, Known::Nothing);
}

fn join(a: &str, b: &str) -> String {
    if b.is_empty() { a.to_string() } else { [a, ", ", b].concat() }
}

/// Some of them between commas.
fn list(c: &mut Choices<'_>, of: &[&str], most: usize) -> String {
    let count = c.between(0, most);
    (0..count).map(|_| c.pick(of)).collect::<Vec<_>>().join(", ")
}

fn item(c: &mut Choices<'_>) -> String {
    let head = [c.pick(ATTRIBUTES), "\n", c.pick(ATTRIBUTES), "\n", c.pick(VISIBILITIES), " "].concat();
    let name = if c.one_in(12) { c.pick(NAMES) } else { "Net" };
    let generics = if c.flip() { "" } else { c.pick(GENERICS) };
    match c.below(16) {
        0 => return format!("{head} struct {name}{generics};"),
        1 => return format!("{head} struct {name}{generics}({}, {});", c.pick(TYPES), c.pick(TYPES)),
        2 => return format!("{head} enum {name} {{ A({}), B }}", c.pick(TYPES)),
        3 => return format!("{head} union {name} {{ a: {} }}", c.pick(TYPES)),
        4 => {
            return format!(
                "{head} {} {name}() {{}}",
                c.pick(&["fn", "mod", "trait", "impl", "const", "type", "use"])
            );
        }
        _ => {}
    }
    let mut fields = String::new();
    for index in 0..c.below(5) {
        if c.flip() {
            let options = list(c, FIELD_OPTIONS, 3);
            fields += &format!("#[rnn({options})] ");
        }
        if c.one_in(6) {
            fields += c.pick(ATTRIBUTES);
            fields.push('\n');
        }
        let own = format!("f{index}");
        let name = if c.one_in(4) { c.pick(NAMES) } else { &own };
        fields += &format!("{} {name}: {}, ", c.pick(&["", "", "pub"]), c.pick(TYPES));
    }
    format!("{head} struct {name}{generics} {{ {fields} }}")
}
