//! Syntax to description. Finds every mistake there is, each at the token that makes it.
//!
//! A description comes out in any case: where a mistake stands it holds the guess that disturbs least, so that
//! [`crate::stub`] can stand in for the network.

use crate::mistakes::Mistakes;
use crate::parse::{self, Setting, Value};
use crate::spec::{Cell, Layer, Network};
use crate::{value, words};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use rnn_format::Activation;
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Path, PathArguments, Token, Type, Visibility};

/// What the attribute and its struct say.
pub(crate) struct Checked<'a> {
    pub(crate) network: Network,
    /// The path to `rnn_core`.
    pub(crate) root: TokenStream,
    /// The fields, one for each layer; empty if `item` has none.
    pub(crate) fields: Vec<&'a Field>,
}

/// Reads `attribute` and `item`; what is wrong goes to `mistakes`.
pub(crate) fn check<'a>(
    attribute: TokenStream,
    item: &'a DeriveInput,
    mistakes: &mut Mistakes,
) -> Checked<'a> {
    let Options { input_size, root } = options(attribute, mistakes);
    struct_attributes(&item.attrs, mistakes);
    generics(item, mistakes);
    let fields = fields(item, mistakes);
    let mut layers: Vec<Layer> = fields.iter().map(|field| layer(field, mistakes)).collect();
    duplicates(&fields, mistakes);
    if layers.is_empty() {
        layers.push(Layer::of(Cell::Dense));
    }
    Checked { network: Network { input_size, layers }, root, fields }
}

pub(crate) struct Options {
    pub(crate) input_size: usize,
    pub(crate) root: TokenStream,
}

/// The struct's options.
pub(crate) fn options(attribute: TokenStream, mistakes: &mut Mistakes) -> Options {
    let settings = parse::settings(attribute, mistakes);
    let mut options = Options { input_size: 1, root: quote!(::rnn_core) };
    let (mut has_size, mut has_root) = (false, false);
    for setting in &settings {
        let seen = match setting.name.to_string().as_str() {
            "input_size" => &mut has_size,
            "crate" => &mut has_root,
            other => {
                unknown(&setting.name, other, Place::Struct, mistakes);
                // Nothing to say about a missing size when it is there under a misspelt name.
                has_size |= words::nearest(other, ["input_size"]).is_some();
                continue;
            }
        };
        let Some(tokens) = given(setting, seen, &words::STRUCT_OPTIONS, mistakes) else { continue };
        let read = if setting.name == "crate" {
            value::path(tokens).map(|path| options.root = path.to_token_stream())
        } else {
            value::size(tokens, "input_size", 1).map(|size| options.input_size = size)
        };
        if let Err(error) = read {
            options.input_size = value::guess(tokens).unwrap_or(options.input_size);
            mistakes.push(error);
        }
    }
    if !has_size {
        mistakes.missing(
            "`input_size` is missing: write `#[rnn(input_size = 1)]`, with the number of values in one time step (n_i)",
        );
    }
    options
}

/// The value of an option that stands there once and properly.
fn given<'a>(
    setting: &'a Setting,
    seen: &mut bool,
    known: &[(&str, &str)],
    mistakes: &mut Mistakes,
) -> Option<&'a TokenStream> {
    let name = &setting.name;
    let example = known.iter().find(|(word, _)| name == word).map_or("", |(_, example)| example);
    if std::mem::replace(seen, true) {
        mistakes.add(name, format!("`{name}` is given twice: keep one"));
        return None;
    }
    match &setting.value {
        Value::Given(tokens) => return Some(tokens),
        Value::Missing => mistakes.add(name, format!("`{name}` has no value: write `{example}`")),
        Value::Malformed(tokens) => {
            mistakes.add(tokens, format!("`{name}` is set with a single `=`: write `{example}`"));
        }
    }
    None
}

/// Where an option stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Struct,
    Field,
}

/// An option that does not belong here: it may belong elsewhere or be misspelt.
fn unknown(name: &Ident, word: &str, place: Place, mistakes: &mut Mistakes) {
    let names = |options: &[(&'static str, &str); 2]| options.map(|(name, _)| name);
    let (here, there) = (names(&words::STRUCT_OPTIONS), names(&words::FIELD_OPTIONS));
    let (here, there, owner) = match place {
        Place::Struct => (here, there, "a struct"),
        Place::Field => (there, here, "a field"),
    };
    let message = if there.contains(&word) {
        match place {
            Place::Struct => {
                format!("`{word}` is an option of a layer: write `#[rnn({word} = ..)]` above its field")
            }
            Place::Field => {
                format!("`{word}` is an option of the whole network: move it to the struct's `#[rnn(..)]`")
            }
        }
    } else {
        let meant = words::suggestion(words::nearest(word, here));
        format!("unknown option `{word}`{meant} (options of {owner}: {})", words::list(here))
    };
    mistakes.add(name, message);
}

/// Attributes of the struct that cannot work with what replaces it.
fn struct_attributes(attributes: &[Attribute], mistakes: &mut Mistakes) {
    for attribute in attributes {
        if parse::is_rnn(attribute) {
            mistakes.add(attribute, "a second `#[rnn]` on one struct: put all options into the first");
        }
        if !attribute.path().is_ident("derive") {
            continue;
        }
        let derives = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
        for derive in derives.into_iter().flatten() {
            if let Some(word) = words::IMPOSSIBLE_DERIVES.iter().find(|word| derive.is_ident(word)) {
                mistakes.add(
                    derive,
                    format!("`{word}` cannot be derived for a network, which holds packed weights; `Clone` and `Debug` can"),
                );
            }
        }
    }
}

/// A network is one type.
fn generics(item: &DeriveInput, mistakes: &mut Mistakes) {
    let message = "a network has no parameters: the attribute must know its sizes, so write them as numbers";
    if !item.generics.params.is_empty() {
        mistakes.add(&item.generics, message);
    } else if let Some(clause) = &item.generics.where_clause {
        mistakes.add(clause, message);
    }
}

/// The fields to read as layers, of a struct of any form.
fn fields<'a>(item: &'a DeriveInput, mistakes: &mut Mistakes) -> Vec<&'a Field> {
    let name = &item.ident;
    let example = format!("`struct {name} {{ hidden: SimpleRnn<32>, output: Dense<1> }}`");
    let keyword: &dyn ToTokens = match &item.data {
        Data::Struct(data) => {
            let fields: Vec<_> = data.fields.iter().collect();
            match &data.fields {
                Fields::Unnamed(unnamed) => mistakes.add(
                    unnamed,
                    format!("layers need names, by which their tensors are found in a file: write {example}"),
                ),
                _ if fields.is_empty() => {
                    mistakes.add(name, format!("a network has at least one layer: write {example}"));
                }
                _ => {}
            }
            return fields;
        }
        Data::Enum(data) => &data.enum_token,
        Data::Union(data) => &data.union_token,
    };
    mistakes.add(keyword, format!("a network is a struct whose fields are its layers: write {example}"));
    Vec::new()
}

/// Two fields of one name: the compiler would not see them, for they are gone when it looks.
fn duplicates(fields: &[&Field], mistakes: &mut Mistakes) {
    let names = || fields.iter().filter_map(|field| field.ident.as_ref());
    for (index, name) in names().enumerate() {
        if names().take(index).any(|before| before == name) {
            mistakes.add(
                name,
                format!("two layers are named `{name}`, and tensors are found by that name: rename one"),
            );
        }
    }
}

impl Layer {
    /// A layer with every default.
    pub(crate) fn of(cell: Cell) -> Self {
        let (size, activation) = (cell.usual_size(), cell.default_activation());
        Self { name: String::new(), cell, size, activation, bias: true }
    }
}

/// One field: its type, its attributes, and nothing that would be lost.
fn layer(field: &Field, mistakes: &mut Mistakes) -> Layer {
    let mut layer = layer_type(&field.ty, mistakes);
    layer.name = field.ident.as_ref().map(|name| name.unraw().to_string()).unwrap_or_default();
    let mut seen = [false; 2];
    for attribute in &field.attrs {
        if parse::is_rnn(attribute) {
            layer_options(attribute, &mut layer, &mut seen, mistakes);
        } else if !parse::is_doc(attribute) {
            lost(attribute, mistakes);
        }
    }
    if !matches!(field.vis, Visibility::Inherited) {
        let vis = &field.vis;
        let shown = vis.to_token_stream();
        mistakes.add(
            vis,
            format!("a layer has no visibility, for the struct keeps no field of it: remove `{shown}`"),
        );
    }
    if let Some((equals, default)) = &field.default {
        mistakes.add(quote!(#equals #default), "a layer has no default value: its weights are loaded");
    }
    layer
}

/// The layer and size that a type names.
fn layer_type(ty: &Type, mistakes: &mut Mistakes) -> Layer {
    let markers = || Cell::ALL.map(|cell| format!("{}<{}>", cell.marker(), cell.size_name()));
    let known = || words::list(markers().iter().map(String::as_str));
    let mut unknown = |message: String| {
        mistakes.add(ty, message);
        let size = value::guess(ty).unwrap_or(1);
        Layer { size, ..Layer::of(Cell::Dense) }
    };
    let Some(segment) = last_segment(ty) else {
        return unknown(format!("the type of a field says which layer it is; layers are {}", known()));
    };
    let word = segment.ident.to_string();
    let Some(cell) = words::cell(&word) else {
        let meant = words::suggestion(words::nearest_cell(&word));
        return unknown(format!("unknown layer `{word}`{meant} (layers are {})", known()));
    };
    let mut layer = Layer::of(cell);
    match layer_size(cell, &segment.arguments) {
        Ok(size) => layer.size = size,
        Err(error) => {
            layer.size = value::guess(&segment.arguments).unwrap_or(layer.size);
            // An argument list that is not there has no token: the type's name stands for it.
            let absent = matches!(segment.arguments, PathArguments::None);
            mistakes.push(if absent { syn::Error::new_spanned(ty, error) } else { error });
        }
    }
    layer
}

/// `A` of `x::A<..>`, also when it comes through a macro.
pub(crate) fn last_segment(ty: &Type) -> Option<&syn::PathSegment> {
    match ty {
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        _ => None,
    }
}

/// The one number between `<` and `>`.
fn layer_size(cell: Cell, arguments: &PathArguments) -> syn::Result<usize> {
    let (marker, name, letter, usual) =
        (cell.marker(), cell.size_name(), cell.size_letter(), cell.usual_size());
    let one = format!("`{marker}` takes one size, its {name} ({letter}): write `{marker}<{usual}>`");
    match arguments {
        PathArguments::AngleBracketed(list) if list.args.len() == 1 => {
            value::size(&list.args.to_token_stream(), name, usual)
        }
        _ => Err(syn::Error::new_spanned(arguments, one)),
    }
}

/// The options above a field.
fn layer_options(attribute: &Attribute, layer: &mut Layer, seen: &mut [bool; 2], mistakes: &mut Mistakes) {
    let settings = match attribute.meta.require_list() {
        Ok(list) => parse::settings(list.tokens.clone(), mistakes),
        Err(_) => Vec::new(),
    };
    if settings.is_empty() && !matches!(&attribute.meta, syn::Meta::List(list) if !list.tokens.is_empty()) {
        let [(_, first), (_, second)] = words::FIELD_OPTIONS;
        mistakes.add(
            attribute,
            format!(
                "no option here: write one, such as `#[rnn({first})]` or `#[rnn({second})]`, or remove this"
            ),
        );
    }
    for setting in &settings {
        let index = match setting.name.to_string().as_str() {
            "activation" => 0,
            "bias" => 1,
            other => {
                unknown(&setting.name, other, Place::Field, mistakes);
                continue;
            }
        };
        let known = &words::FIELD_OPTIONS;
        let Some(tokens) = given(setting, &mut seen[index], known, mistakes) else { continue };
        let read = match index {
            0 => value::activation(tokens).map(|activation: Activation| layer.activation = activation),
            _ => value::flag(tokens, "bias").map(|bias| layer.bias = bias),
        };
        if let Err(error) = read {
            mistakes.push(error);
        }
    }
}

/// An attribute of a field that nobody would ever see.
fn lost(attribute: &Attribute, mistakes: &mut Mistakes) {
    let name = attribute.path().to_token_stream().to_string().replace(' ', "");
    let message = if matches!(name.as_str(), "cfg" | "cfg_attr") {
        format!(
            "a layer cannot depend on `#[{name}]`: write one struct for each case, with the `#[cfg]` on the struct"
        )
    } else {
        format!(
            "`#[{name}]` would be lost, for the struct keeps no field of a layer: remove it, or move it to the struct"
        )
    };
    mistakes.add(attribute, message);
}
