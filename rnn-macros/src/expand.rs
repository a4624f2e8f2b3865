//! Prints what a network expands to: the struct, its fields replaced by one handle to packed weights, and the
//! implementation of core's [`Compiled`](../rnn_core/__private/trait.Compiled.html) trait, from which all else follows.
//!
//! Every name is absolute or goes through the alias `__rnn`, so that nothing a user's module defines can change what
//! it means.

use crate::check::{Checked, check};
use crate::mistakes::Mistakes;
use crate::plan::{Plan, PlannedLayer, State, plan};
use crate::spec::{Cell, Layer};
use crate::{docs, embed, parse, registry, stub};
use proc_macro2::{Delimiter, Group, Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use rnn_format::{Activation, CellKind, Direction, Recurrent, ResetGate};
use syn::{Attribute, Data, DataStruct, DeriveInput, Fields, Token};

/// The attribute: from its options and its item to the items that replace them.
pub(crate) fn rnn(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let item = match parse::item(item.clone()) {
        Ok(item) => item,
        Err(error) => {
            mistakes.push(error);
            return stub::unread(attribute, item, mistakes);
        }
    };
    let checked = check(attribute, &item, &mut mistakes);
    let Some(error) = mistakes.into_error() else {
        let items = match &checked.registry {
            Some(registry) => registry::registry(&item, &checked, registry),
            None => plan(&checked.network).map(|plan| network(&item, &checked, &plan)),
        };
        return match items {
            Ok(items) => items,
            // The one mistake that has no token of its own.
            Err(error) => {
                let error =
                    syn::Error::new_spanned(&item.ident, format!("{error}: make some of them smaller"));
                stub::read(&item, &checked, &error)
            }
        };
    };
    stub::read(&item, &checked, &error)
}

/// The items of a network without mistakes.
fn network(item: &DeriveInput, checked: &Checked<'_>, plan: &Plan<'_>) -> TokenStream {
    let files = embed::documentation(&checked.embedding, &checked.network, item);
    let docs = docs::layers(plan, &checked.fields, &files);
    let weights = embed::items(&checked.embedding, item);
    let fields = checked.fields.iter().map(|field| field.ty.to_token_stream());
    let attributes = item.attrs.iter().map(ToTokens::to_token_stream).chain([docs]);
    items(item, attributes, fields, &checked.root, plan, &weights)
}

/// The struct with its attributes, a use of each field's type, and the implementation; `weights` are part of it.
pub(crate) fn items(
    item: &DeriveInput,
    attributes: impl IntoIterator<Item = TokenStream>,
    fields: impl IntoIterator<Item = TokenStream>,
    root: &TokenStream,
    plan: &Plan<'_>,
    weights: &TokenStream,
) -> TokenStream {
    let attributes = attributes.into_iter();
    let (vis, name) = (&item.vis, &item.ident);
    let keyword = keyword(item);
    let (of_impl, of_type, clause) = item.generics.split_for_impl();
    let generics = &item.generics;
    let generic = stub::generic(generics);
    let (phantom_field, phantom_value, clause_of_impl) = match &generic {
        Some(stub::Generic { field, value, clause }) => (Some(field), Some(value), Some(clause)),
        None => (None, None, None),
    };
    let body = body(item, quote!(__packed: #root::__private::Packed, #phantom_field));
    // A type that is never mentioned would leave its import unused, and an editor could not tell what it is.
    let fields = fields.into_iter();
    let uses = quote!(#(const _: ::core::marker::PhantomData<#fields> = ::core::marker::PhantomData;)*);
    let allow = deprecated(&item.attrs);
    let Plan { input_size, output_size, layers, state, .. } = plan;
    let (input_size, output_size) = (number(*input_size), number(*output_size));
    let state = match *state {
        State::Inline(len) => {
            let len = number(len);
            quote!(__rnn::InlineState<Self, #len>)
        }
        State::Heap => quote!(__rnn::HeapState<Self>),
    };
    let (types, values) = (chain_type(layers), chain_value(layers));
    // What a network that looks ahead does not have, so that it has no `step`.
    let causal = plan.is_causal.then(|| {
        quote! {
            #[automatically_derived]
            impl #of_impl __rnn::Causal for #name #of_type #clause_of_impl {}
        }
    });
    let specs = layers.iter().map(layer_spec);
    quote! {
        #(#attributes)*
        #vis #keyword #name #generics #clause #body

        #uses

        #allow
        const _: () = {
            use #root::__private as __rnn;

            #[automatically_derived]
            impl #of_impl __rnn::Compiled for #name #of_type #clause_of_impl {
                type Input = [::core::primitive::f32; #input_size];
                type Output = [::core::primitive::f32; #output_size];
                type Layers = #types;
                type State = #state;

                const LAYERS: Self::Layers = #values;
                const SPEC: __rnn::Spec<'static> = __rnn::Spec { input_size: #input_size, layers: &[#(#specs),*] };

                #[inline]
                fn from_packed(__packed: __rnn::Packed) -> Self {
                    Self { __packed, #phantom_value }
                }

                #[inline]
                fn packed(&self) -> &__rnn::Packed {
                    &self.__packed
                }
            }

            #causal

            #weights
        };
    }
}

/// The keyword of a struct; where the item was none after all, one without a place.
pub(crate) fn keyword(item: &DeriveInput) -> Token![struct] {
    match &item.data {
        Data::Struct(data) => data.struct_token,
        _ => <Token![struct]>::default(),
    }
}

/// The fields of a struct, in the place of the user's: so the compiler shows the struct where it means it, not the attribute.
pub(crate) fn body(item: &DeriveInput, fields: TokenStream) -> Group {
    let mut body = Group::new(Delimiter::Brace, fields);
    body.set_span(match &item.data {
        Data::Struct(DataStruct { fields: Fields::Named(fields), .. }) => fields.brace_token.span.join(),
        Data::Struct(DataStruct { semi_token: Some(semicolon), .. }) => semicolon.span,
        _ => item.ident.span(),
    });
    body
}

/// `Chain<A, Chain<B, C>>`, with the sizes each layer is fed with and gives before directions are merged.
fn chain_type(layers: &[PlannedLayer<'_>]) -> TokenStream {
    let of = |planned: &PlannedLayer<'_>| {
        let layer = layer_type(planned.layer);
        let (input, size) = (number(planned.input_size), number(planned.layer.kind.size()));
        let dims = dims(planned, &quote!(<#input, #size>), |outer, inner| quote!(__rnn::#outer<#inner>));
        let layer = quote!(__rnn::#layer<#dims>);
        if is_directed(planned.layer) { quote!(__rnn::Directed<#layer>) } else { layer }
    };
    right_nested(layers, of, |first, rest| quote!(__rnn::Chain<#first, #rest>))
}

/// `Chain::new(a, Chain::new(b, c))`.
fn chain_value(layers: &[PlannedLayer<'_>]) -> TokenStream {
    let of = |planned: &PlannedLayer<'_>| {
        let layer = layer_type(planned.layer);
        let index = number(planned.index);
        let kind = quote!(Self::SPEC.layers[#index].kind);
        let dims = dims(planned, &TokenStream::new(), |outer, inner| quote!(__rnn::#outer(#inner)));
        let layer = quote!(__rnn::#layer::new(#dims, #kind));
        if is_directed(planned.layer) { quote!(__rnn::Directed::new(#layer, #kind)) } else { layer }
    };
    right_nested(layers, of, |first, rest| quote!(__rnn::Chain::new(#first, #rest)))
}

/// How core computes a step: with constant sizes, and what else is known of the layer, or by the kernel of run-time sizes.
fn dims(
    planned: &PlannedLayer<'_>,
    sizes: &TokenStream,
    within: impl Fn(Ident, TokenStream) -> TokenStream,
) -> TokenStream {
    if !planned.is_written_out {
        return quote!(__rnn::Called #sizes);
    }
    let mut dims = quote!(__rnn::Fixed #sizes);
    if let Some(recurrent) = planned.layer.kind.recurrent() {
        if recurrent.is_fast() {
            dims = within(format_ident!("Fast"), dims);
        }
        if !recurrent.is_plain() {
            dims = within(format_ident!("Extended"), dims);
        }
    }
    dims
}

/// Core's layer that computes this one. The two forms of a GRU differ in what they multiply, so in their type.
fn layer_type(layer: &Layer) -> Ident {
    let name = match (layer.cell, layer.reset()) {
        (Cell::Gru, Some(ResetGate::BeforeProduct)) => "GruBefore",
        (Cell::Gru, _) => "GruAfter",
        (cell, _) => cell.marker(),
    };
    format_ident!("{name}Layer")
}

/// Whether a layer goes through a sequence otherwise than from first to last.
fn is_directed(layer: &Layer) -> bool {
    layer.direction() != Direction::Forward
}

/// The last layer alone, or the first one joined to all that follow.
fn right_nested(
    layers: &[PlannedLayer<'_>],
    of: impl Fn(&PlannedLayer<'_>) -> TokenStream,
    join: impl Fn(TokenStream, TokenStream) -> TokenStream,
) -> TokenStream {
    layers.iter().rev().map(of).reduce(|rest, first| join(first, rest)).unwrap_or_default()
}

/// `LayerSpec { name: "hidden", kind: LayerKind::simple_rnn(32) }`.
pub(crate) fn layer_spec(planned: &PlannedLayer<'_>) -> TokenStream {
    let (name, kind) = (&planned.layer.name, layer_kind(planned.layer));
    quote!(__rnn::LayerSpec { name: #name, kind: #kind })
}

/// `LayerKind::lstm(40).with_peephole()`: the size, of a GRU its form, and what differs from the default.
pub(crate) fn layer_kind(layer: &Layer) -> TokenStream {
    let Layer { cell, kind, .. } = *layer;
    let (constructor, size) = (format_ident!("{}", kind.name()), number(kind.size()));
    let reset = layer.reset().map(|reset| {
        let reset = format_ident!("{reset:?}");
        quote!(, __rnn::ResetGate::#reset)
    });
    let mut tokens = quote!(__rnn::LayerKind::#constructor(#size #reset));
    let default = cell.of_size(kind.size());
    if kind.activation() != default.activation() {
        let activation = activation(kind.activation());
        tokens.extend(quote!(.with_activation(#activation)));
    }
    if let (Some(of_layer), Some(of_default)) = (kind.recurrent(), default.recurrent()) {
        tokens.extend(recurrent_options(of_layer, of_default));
    }
    if !kind.bias() {
        tokens.extend(quote!(.with_bias(false)));
    }
    tokens
}

/// The options that only recurrent layers have.
fn recurrent_options(layer: Recurrent, default: Recurrent) -> TokenStream {
    let Recurrent { cell, clip, delay, direction, .. } = layer;
    let mut tokens = TokenStream::new();
    if let Some(gate) = cell.gate().filter(|&gate| Some(gate) != default.cell.gate()) {
        let gate = activation(gate);
        tokens.extend(quote!(.with_gate(#gate)));
    }
    if let CellKind::Lstm { candidate, output, peephole, coupled, projection, .. } = cell {
        // `with_activation` has set it to the candidate's.
        if output != candidate {
            let output = activation(output);
            tokens.extend(quote!(.with_output(#output)));
        }
        tokens.extend(peephole.then(|| quote!(.with_peephole())));
        tokens.extend(coupled.then(|| quote!(.coupled())));
        tokens.extend(projection.map(|size| {
            let size = number(size);
            quote!(.with_projection(#size))
        }));
    }
    tokens.extend(clip.map(|limit| {
        let limit = Literal::f32_unsuffixed(limit);
        quote!(.with_clip(#limit))
    }));
    if delay > default.delay {
        let steps = Literal::f32_unsuffixed(delay);
        tokens.extend(quote!(.with_delay(#steps)));
    }
    if direction != default.direction {
        let direction = direction_path(direction);
        tokens.extend(quote!(.with_direction(#direction)));
    }
    tokens
}

/// `Direction::Bidirectional(Merge::Concat)`.
fn direction_path(direction: Direction) -> TokenStream {
    match direction {
        Direction::Bidirectional(merge) => {
            let merge = format_ident!("{merge:?}");
            quote!(__rnn::Direction::Bidirectional(__rnn::Merge::#merge))
        }
        one => {
            let one = format_ident!("{one:?}");
            quote!(__rnn::Direction::#one)
        }
    }
}

/// `Activation::FastTanh` of `fast_tanh`, `Activation::Elu { alpha: 1.0 }` of `elu`.
fn activation(activation: Activation) -> TokenStream {
    let debug = format!("{activation:?}");
    let variant = format_ident!("{}", debug.split(' ').next().unwrap_or_default());
    let parameters = match activation.parameters().map(|parameter| parameter.map(Literal::f32_unsuffixed)) {
        [Some(alpha), Some(beta)] => quote!({ alpha: #alpha, beta: #beta }),
        [Some(alpha), None] => quote!({ alpha: #alpha }),
        _ => TokenStream::new(),
    };
    quote!(__rnn::Activation::#variant #parameters)
}

/// A size as a person writes it.
pub(crate) fn number(size: usize) -> Literal {
    Literal::usize_unsuffixed(size)
}

/// The implementation of a deprecated network names it, which is nothing to warn its owner of.
pub(crate) fn deprecated(attributes: &[Attribute]) -> Option<TokenStream> {
    let is_deprecated = attributes.iter().any(|attribute| attribute.path().is_ident("deprecated"));
    is_deprecated.then(|| quote!(#[allow(deprecated)]))
}
