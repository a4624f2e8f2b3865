//! The sizes of a registry: the list after `sizes`, the one field whose size is `_`, and that the two belong together.

use crate::mistakes::Mistakes;
use crate::spec::{Cell, Layer, Network};
use crate::{layer, words};
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use rnn_format::{MAX_SIZE, Size, StackName};
use syn::ext::IdentExt;
use syn::{Error, Field, GenericArgument, PathArguments, Result, Type};

/// Sizes in one list: each is compiled code of its own for each instruction set, tens of KiB and some seconds of a release
/// build.
const MOST_SIZES: usize = 32;

/// Layers in a compiled stack: all their steps are one function, and what it takes to compile grows with them.
const MOST_LAYERS: usize = 16;

/// How the option is written.
pub(crate) const EXAMPLE: &str = "sizes = [1x8, 1x16, 2x8]";

/// What `sizes` says: where it stands, and what could be read, in order and each once.
pub(crate) struct Sizes {
    tokens: TokenStream,
    pub(crate) list: Vec<Size>,
}

impl Sizes {
    /// A list nothing can be read of.
    pub(crate) fn none(name: &Ident) -> Self {
        Self { tokens: name.to_token_stream(), list: Vec::new() }
    }
}

/// The value of `sizes`.
pub(crate) fn sizes(tokens: &TokenStream, mistakes: &mut Mistakes) -> Sizes {
    let mut sizes = Sizes { tokens: tokens.clone(), list: Vec::new() };
    let mut trees = tokens.clone().into_iter();
    let (Some(TokenTree::Group(group)), None) = (trees.next(), trees.next()) else {
        mistakes.add(tokens, not_a_list());
        return sizes;
    };
    match group.delimiter() {
        Delimiter::Bracket => {}
        // What `macro_rules!` puts around its fragments.
        Delimiter::None => return self::sizes(&group.stream(), mistakes),
        _ => {
            mistakes.add(tokens, not_a_list());
            return sizes;
        }
    }
    if group.stream().is_empty() {
        mistakes.add(tokens, format!("`sizes` is empty: name those to compile, as in `{EXAMPLE}`"));
    }
    let all: Vec<_> = group.stream().into_iter().collect();
    let mut pieces =
        all.split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')).peekable();
    let mut count = 0;
    while let Some(piece) = pieces.next() {
        // Behind a comma at the end.
        if piece.is_empty() && pieces.peek().is_none() {
            break;
        }
        count += 1;
        let tokens: TokenStream = piece.iter().cloned().collect();
        match size(&tokens, &group.to_token_stream()) {
            Ok(size) if sizes.list.contains(&size) => {
                mistakes.add(tokens, format!("size `{size}` is given twice: keep one"));
            }
            Ok(size) => sizes.list.push(size),
            Err(error) => mistakes.push(error),
        }
        if count == MOST_SIZES + 1 {
            mistakes.add(
                piece.first(),
                format!(
                    "more than {MOST_SIZES} sizes, each of which is code of its own: keep those that are usual, for \
                     all others run as well, with sizes known at run time"
                ),
            );
        }
    }
    sizes
}

fn not_a_list() -> String {
    format!("`sizes` is a list of layers x hidden_size: write `{EXAMPLE}`")
}

/// `2x16`, one literal whose suffix is `x16`; `2 x 16`; or `16` for one layer.
fn size(tokens: &TokenStream, list: &TokenStream) -> Result<Size> {
    let written: String = tokens.clone().into_iter().map(|token| token.to_string()).collect();
    let at = if tokens.is_empty() { list } else { tokens };
    let fail = |message: String| Err(Error::new_spanned(at, message));
    if written.is_empty() {
        return fail("no size between two commas: remove one".to_owned());
    }
    let number = |digits: &str| {
        let digits = digits.strip_suffix("usize").unwrap_or(digits).replace('_', "");
        let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        // A number that fits nothing is too large, whatever it is.
        is_number.then(|| digits.parse().unwrap_or(usize::MAX))
    };
    // `0x8` is a literal to the compiler as well, but nobody means 8 by it.
    let (layers, hidden_size) = written.split_once('x').unwrap_or(("1", &written));
    let (Some(layers), Some(hidden_size)) = (number(layers), number(hidden_size)) else {
        return fail(format!(
            "`{written}` is no size: write layers x hidden_size in literal numbers, such as `1x16`, or `16` for one layer"
        ));
    };
    match (layers, hidden_size) {
        (0, _) => fail(format!("`{written}` has no layers: a stack has 1 to {MOST_LAYERS}")),
        (_, 0) => fail(format!("`{written}` has a `hidden_size` of 0: a size is at least 1")),
        (layers, _) if layers > MOST_LAYERS => fail(format!(
            "`{written}` has too many layers: compiled stacks have 1 to {MOST_LAYERS}, and deeper ones run with sizes \
             known at run time"
        )),
        (_, hidden_size) if hidden_size > MAX_SIZE => {
            fail(format!("`hidden_size` of `{written}` is too large: sizes go from 1 to {MAX_SIZE}"))
        }
        _ => Ok(Size { layers, hidden_size }),
    }
}

/// The `_` of `Lstm<_>`.
pub(crate) fn open(ty: &Type) -> Option<&Type> {
    let PathArguments::AngleBracketed(list) = &layer::last_segment(ty)?.arguments else { return None };
    match list.args.first() {
        Some(GenericArgument::Type(argument @ Type::Infer(_))) if list.args.len() == 1 => Some(argument),
        _ => None,
    }
}

/// A list of sizes and the index of the layer they are of.
pub(crate) struct Registry {
    pub(crate) sizes: Vec<Size>,
    pub(crate) open: usize,
    /// The layer's name.
    pub(crate) name: String,
}

/// Brings the sizes and the open field together; what is wrong goes to `mistakes`.
pub(crate) fn registry(
    sizes: Option<Sizes>,
    fields: &[&Field],
    layers: &[Layer],
    mistakes: &mut Mistakes,
) -> Option<Registry> {
    let mut found = fields.iter().enumerate().filter_map(|(index, field)| Some((index, open(&field.ty)?)));
    let first = found.next();
    let Some(sizes) = sizes else {
        for (index, underscore) in first.into_iter().chain(found) {
            let marker = layers[index].cell.marker();
            let usual = layers[index].cell.usual_size();
            mistakes.add(
                underscore,
                if is_recurrent(&layers[index]) {
                    format!("`_` stands for a list of sizes: add `{EXAMPLE}` to the struct's `#[rnn(..)]`, or write `{marker}<{usual}>`")
                } else {
                    only_recurrent(marker)
                },
            );
        }
        return None;
    };
    let Some((open, underscore)) = first else {
        mistakes.add(
            &sizes.tokens,
            "`sizes` has no layer to size: write `_` in the recurrent layer's type, such as `rnn: Lstm<_>`",
        );
        return None;
    };
    for (_, underscore) in found {
        mistakes.add(underscore, "a second `_`: `sizes` is of one layer, so write this one's size");
    }
    let layer = &layers[open];
    let has_fixed_outputs =
        open + 1 < layers.len() || layer.kind.recurrent().is_some_and(|r| r.projection().is_some());
    if !is_recurrent(layer) {
        mistakes.add(underscore, only_recurrent(layer.cell.marker()));
    } else if !has_fixed_outputs {
        mistakes.add(
            underscore,
            "the last layer gives as many values as it is wide, and n_o is the same for all sizes: add a layer behind it, such as `head: Dense<1>`",
        );
    }
    for (field, other) in fields.iter().zip(layers) {
        let level = other.name.strip_prefix(&*layer.name).and_then(|rest| rest.strip_prefix("_l"));
        if let (Some(level), Some(name)) = (level.and_then(|level| level.parse::<usize>().ok()), &field.ident)
        {
            mistakes.add(
                name,
                format!(
                    "`{}` is what layer {level} of the stack `{}` is called: rename one",
                    name.unraw(),
                    layer.name
                ),
            );
        }
    }
    Some(Registry { sizes: sizes.list, open, name: layer.name.clone() })
}

fn is_recurrent(layer: &Layer) -> bool {
    layer.kind.recurrent().is_some()
}

fn only_recurrent(marker: &str) -> String {
    let recurrent = Cell::ALL.into_iter().filter(|cell| *cell != Cell::Dense).map(Cell::marker);
    format!(
        "`{marker}` cannot have the size `_`: that stands for the layers of a stack, which are {}",
        words::list(recurrent)
    )
}

/// The network at one size.
pub(crate) fn at(network: &Network, open: usize, size: Size) -> Network {
    let mut layers = Vec::new();
    for (index, layer) in network.layers.iter().enumerate() {
        if index != open {
            layers.push(Layer { name: layer.name.clone(), ..*layer });
            continue;
        }
        layers.extend((0..size.layers).map(|level| {
            let mut kind = layer.kind;
            if let rnn_format::LayerKind::Recurrent(layer) = &mut kind {
                layer.hidden_size = size.hidden_size;
            }
            let name = StackName { stack: &layer.name, layers: size.layers, level };
            Layer { name: name.to_string(), cell: layer.cell, kind }
        }));
    }
    Network { input_size: network.input_size, layers }
}
