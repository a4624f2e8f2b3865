//! What stands in for a network with mistakes: the mistakes, and a network that resembles the one meant as far as its
//! struct can be understood.
//!
//! The type and its traits exist, so its uses elsewhere say nothing more, and an editor goes on completing them while
//! the attribute is being typed.

use crate::check::Checked;
use crate::layer::last_segment;
use crate::mistakes::Mistakes;
use crate::options::options;
use crate::plan::plan;
use crate::spec::{Cell, Layer, Network};
use crate::{embed, expand, parse, words};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Data, DataStruct, DeriveInput, Field, Fields, GenericParam, Generics, Path, PathArguments,
    Token, Type, WhereClause, parse_quote,
};

/// In place of an item that could be read.
pub(crate) fn read(item: &DeriveInput, checked: &Checked<'_>, error: &syn::Error) -> TokenStream {
    let fields = checked.fields.iter().filter_map(|field| marker(field));
    let Checked { network, root, embedding, .. } = checked;
    let mut items = stand_in(item, network.input_size, &network.layers, fields, root, embedding.is_wanted);
    items.extend(for_editors(&checked.fields));
    together(error, items)
}

/// The types that name no layer, where only rust-analyzer looks: it completes what is being typed, and rustc does not
/// complain about it a second time.
fn for_editors(fields: &[&Field]) -> Option<TokenStream> {
    let unknown: Vec<_> =
        fields.iter().filter(|field| marker(field).is_none()).map(|field| &field.ty).collect();
    (!unknown.is_empty()).then(|| {
        quote! {
            #[allow(unexpected_cfgs)]
            const _: () = {
                #(
                    #[cfg(rust_analyzer)]
                    const _: ::core::marker::PhantomData<#unknown> = ::core::marker::PhantomData;
                )*
            };
        }
    })
}

/// In place of an item that could not: a struct of its name, or the item itself if it is none.
pub(crate) fn unread(attribute: TokenStream, item: TokenStream, mut mistakes: Mistakes) -> TokenStream {
    let Some(struct_) = beginning(item.clone()) else {
        return mistakes.into_error().map_or(item.clone(), |error| together(&error, item));
    };
    let options = options(attribute, &mut mistakes);
    let is_wanted = options.files.weights.seen;
    let items = stand_in(&struct_, options.input_size, &[], [], &options.root, is_wanted);
    mistakes.into_error().map_or(items.clone(), |error| together(&error, items))
}

fn together(error: &syn::Error, items: TokenStream) -> TokenStream {
    let mut all = error.to_compile_error();
    all.extend(items);
    all
}

/// A network of these sizes, or the smallest one if they are impossible.
fn stand_in(
    item: &DeriveInput,
    input_size: usize,
    layers: &[Layer],
    fields: impl IntoIterator<Item = TokenStream>,
    root: &TokenStream,
    has_weights: bool,
) -> TokenStream {
    let attributes = item.attrs.iter().filter_map(|attribute| kept(attribute, &item.data));
    let smallest = [Layer { name: "layer0".to_owned(), ..Layer::of(Cell::Dense) }];
    let layers = if layers.is_empty() { &smallest } else { layers };
    // Names may be the mistake, and nobody will ever see these. Nor which layers there are: dense ones of the same
    // sizes are compiled soonest, and can be stepped whatever was meant.
    let layers = layers.iter().enumerate().map(|(index, layer)| Layer {
        name: format!("layer{index}"),
        kind: Cell::Dense.of_size(layer.kind.output_size()),
        ..Layer::of(Cell::Dense)
    });
    let meant = Network { input_size, layers: layers.collect() };
    let fallback = Network { input_size: 1, layers: smallest.into() };
    let plan = plan(&meant).or_else(|_| plan(&fallback));
    let weights = if has_weights { embed::stand_in(item) } else { TokenStream::new() };
    plan.map_or_else(
        |_| TokenStream::new(),
        |plan| expand::items(item, attributes, fields, root, &plan, &weights),
    )
}

/// An attribute that says nothing wrong about the stub.
fn kept(attribute: &Attribute, data: &Data) -> Option<TokenStream> {
    if parse::is_rnn(attribute) {
        return None;
    }
    if attribute.path().is_ident("derive") {
        let derives = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated).ok()?;
        let is_possible =
            |derive: &&Path| !words::IMPOSSIBLE_DERIVES.iter().any(|word| derive.is_ident(word));
        let derives = derives.iter().filter(is_possible);
        return Some(quote!(#[derive(#(#derives),*)]));
    }
    // What an enum or a union carries besides may not fit a struct: `#[repr(u8)]`.
    let fits = matches!(data, Data::Struct(_)) || parse::is_doc(attribute);
    fits.then(|| attribute.to_token_stream())
}

/// The type of a field that names a layer, of a size that cannot be wrong.
pub(crate) fn marker(field: &Field) -> Option<TokenStream> {
    let segment = last_segment(&field.ty)?;
    words::cell(&segment.ident.to_string())?;
    let mut path = named(&field.ty)?.clone();
    path.segments.last_mut()?.arguments = PathArguments::None;
    Some(quote!(#path<1>))
}

fn named(ty: &Type) -> Option<&Path> {
    match ty {
        Type::Group(group) => named(&group.elem),
        Type::Paren(paren) => named(&paren.elem),
        Type::Path(path) => Some(&path.path),
        _ => None,
    }
}

/// What a struct with parameters needs besides: a field that uses them, its value, and what its implementation
/// takes for granted.
pub(crate) struct Generic {
    pub(crate) field: TokenStream,
    pub(crate) value: TokenStream,
    pub(crate) clause: WhereClause,
}

/// See [`Generic`]; nothing for a struct without parameters, so nothing for a network without mistakes.
pub(crate) fn generic(generics: &Generics) -> Option<Generic> {
    if generics.params.is_empty() && generics.where_clause.is_none() {
        return None;
    }
    let uses = generics.params.iter().filter_map(|parameter| match parameter {
        GenericParam::Lifetime(lifetime) => {
            let lifetime = &lifetime.lifetime;
            Some(quote!(&#lifetime ()))
        }
        GenericParam::Type(ty) => {
            let name = &ty.ident;
            Some(quote!(fn() -> *const #name))
        }
        GenericParam::Const(_) => None,
    });
    let mut clause = generics.clone().make_where_clause().clone();
    clause.predicates.push(parse_quote!(Self: 'static));
    Some(Generic {
        field: quote!(__parameters: ::core::marker::PhantomData<(#(#uses,)*)>,),
        value: quote!(__parameters: ::core::marker::PhantomData,),
        clause,
    })
}

/// What can be read of a struct that has mistakes of syntax: its attributes, visibility and name.
fn beginning(item: TokenStream) -> Option<DeriveInput> {
    let parser = |input: ParseStream<'_>| {
        let item = DeriveInput {
            attrs: input.call(Attribute::parse_outer)?,
            vis: input.parse()?,
            data: Data::Struct(DataStruct {
                struct_token: input.parse()?,
                fields: Fields::Unit,
                semi_token: None,
            }),
            ident: input.parse()?,
            generics: Generics::default(),
        };
        input.parse::<TokenStream>().map(|_| item)
    };
    parser.parse2(item).ok()
}
