//! Syntax to description. Finds every mistake there is, each at the token that makes it.
//!
//! A description comes out in any case: where a mistake stands it holds the guess that disturbs least, so that
//! [`crate::stub`] can stand in for the network.

use crate::embed::{Embedding, embedding};
use crate::mistakes::Mistakes;
use crate::options::{Options, options};
use crate::sizes::{self, Registry};
use crate::spec::{Cell, Layer, Network};
use crate::{layer, parse, words};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Path, Token};

/// What the attribute and its struct say.
pub(crate) struct Checked<'a> {
    pub(crate) network: Network,
    /// The path to `rnn_core`.
    pub(crate) root: TokenStream,
    /// The fields, one for each layer; empty if `item` has none.
    pub(crate) fields: Vec<&'a Field>,
    /// What files gave.
    pub(crate) embedding: Embedding,
    /// Of a network of several sizes, these.
    pub(crate) registry: Option<Registry>,
}

/// Reads `attribute` and `item`; what is wrong goes to `mistakes`.
pub(crate) fn check<'a>(
    attribute: TokenStream,
    item: &'a DeriveInput,
    mistakes: &mut Mistakes,
) -> Checked<'a> {
    let Options { input_size, size, mut files, root, sizes } = options(attribute, mistakes);
    struct_attributes(&item.attrs, mistakes);
    generics(item, mistakes);
    let fields = fields(item, files.any(), mistakes);
    let mut layers: Vec<Layer> = fields.iter().map(|field| layer::layer(field, mistakes)).collect();
    duplicates(&fields, mistakes);
    let has_sizes = sizes.is_some();
    let registry = sizes::registry(sizes, &fields, &layers, mistakes);
    if layers.is_empty() {
        layers.push(Layer::of(Cell::Dense));
    }
    let mut network = Network { input_size, layers };
    if has_sizes {
        files.beside_sizes(mistakes);
    }
    let embedding = embedding(&files, size.as_ref(), &mut network, &fields, mistakes);
    Checked { network, root, fields, embedding, registry }
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

/// The fields to read as layers, of a struct of any form; there may be none where a file has them.
fn fields<'a>(item: &'a DeriveInput, in_file: bool, mistakes: &mut Mistakes) -> Vec<&'a Field> {
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
                _ if fields.is_empty() && !in_file => {
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
