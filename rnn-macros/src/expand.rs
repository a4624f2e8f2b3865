//! Prints what a network expands to: the struct, its fields replaced by one handle to packed weights, and the
//! implementation of core's [`Compiled`](../rnn_core/__private/trait.Compiled.html) trait, from which all else follows.
//!
//! Every name is absolute or goes through the alias `__rnn`, so that nothing a user's module defines can change what
//! it means.

use crate::check::{Checked, check};
use crate::mistakes::Mistakes;
use crate::plan::{Plan, PlannedLayer, State, plan};
use crate::{docs, parse, stub};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use rnn_format::Activation;
use syn::{Attribute, DeriveInput, Token};

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
        return match plan(&checked.network) {
            Ok(plan) => network(&item, &checked, &plan),
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
    let docs = docs::layers(plan, &checked.fields);
    let fields = checked.fields.iter().map(|field| field.ty.to_token_stream());
    items(item, item.attrs.iter().map(ToTokens::to_token_stream).chain([docs]), fields, &checked.root, plan)
}

/// The struct with its attributes, a use of each field's type, and the implementation.
pub(crate) fn items(
    item: &DeriveInput,
    attributes: impl IntoIterator<Item = TokenStream>,
    fields: impl IntoIterator<Item = TokenStream>,
    root: &TokenStream,
    plan: &Plan<'_>,
) -> TokenStream {
    let attributes = attributes.into_iter();
    let (vis, name) = (&item.vis, &item.ident);
    // Where the item was no struct after all, this is the first keyword without a place.
    let keyword = match &item.data {
        syn::Data::Struct(data) => data.struct_token,
        _ => <Token![struct]>::default(),
    };
    let (of_impl, of_type, clause) = item.generics.split_for_impl();
    let generics = &item.generics;
    let generic = stub::generic(generics);
    let (phantom_field, phantom_value, clause_of_impl) = match &generic {
        Some(stub::Generic { field, value, clause }) => (Some(field), Some(value), Some(clause)),
        None => (None, None, None),
    };
    // A type that is never mentioned would leave its import unused, and an editor could not tell what it is.
    let fields = fields.into_iter();
    let uses = quote!(#(const _: ::core::marker::PhantomData<#fields> = ::core::marker::PhantomData;)*);
    let allow = deprecated(&item.attrs);
    let Plan { input_size, output_size, layers, state, .. } = plan;
    let (input_size, output_size) = (number(*input_size), number(*output_size));
    let state = match *state {
        State::Inline(len) => {
            let len = number(len);
            quote!(__rnn::InlineState<#len>)
        }
        State::Heap => quote!(__rnn::HeapState),
    };
    let (types, values) = (chain_type(layers), chain_value(layers));
    let specs = layers.iter().map(layer_spec);
    quote! {
        #(#attributes)*
        #vis #keyword #name #generics #clause {
            __packed: #root::__private::Packed,
            #phantom_field
        }

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
        };
    }
}

/// `Chain<A, Chain<B, C>>`, with the sizes each layer is fed with.
fn chain_type(layers: &[PlannedLayer<'_>]) -> TokenStream {
    let of = |planned: &PlannedLayer<'_>| {
        let layer = format_ident!("{}", planned.layer.cell.layer());
        let (input, output) = (number(planned.input_size), number(planned.layer.size));
        quote!(__rnn::#layer<__rnn::Fixed<#input, #output>>)
    };
    right_nested(layers, of, |first, rest| quote!(__rnn::Chain<#first, #rest>))
}

/// `Chain::new(a, Chain::new(b, c))`.
fn chain_value(layers: &[PlannedLayer<'_>]) -> TokenStream {
    let of = |planned: &PlannedLayer<'_>| {
        let layer = format_ident!("{}", planned.layer.cell.layer());
        let index = number(planned.index);
        quote!(__rnn::#layer::new(__rnn::Fixed, Self::SPEC.layers[#index].kind))
    };
    right_nested(layers, of, |first, rest| quote!(__rnn::Chain::new(#first, #rest)))
}

/// The last layer alone, or the first one joined to all that follow.
fn right_nested(
    layers: &[PlannedLayer<'_>],
    of: impl Fn(&PlannedLayer<'_>) -> TokenStream,
    join: impl Fn(TokenStream, TokenStream) -> TokenStream,
) -> TokenStream {
    layers.iter().rev().map(of).reduce(|rest, first| join(first, rest)).unwrap_or_default()
}

/// `LayerSpec { name: "hidden", kind: LayerKind::simple_rnn(32) }`, with what differs from the default.
fn layer_spec(planned: &PlannedLayer<'_>) -> TokenStream {
    let layer = planned.layer;
    let (name, size) = (&layer.name, number(layer.size));
    let kind = format_ident!("{}", layer.kind().name());
    let f = (layer.activation != layer.cell.default_activation()).then(|| {
        let activation = activation(layer.activation);
        quote!(.with_activation(#activation))
    });
    let bias = (!layer.bias).then(|| quote!(.with_bias(false)));
    quote!(__rnn::LayerSpec { name: #name, kind: __rnn::LayerKind::#kind(#size) #f #bias })
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
fn number(size: usize) -> Literal {
    Literal::usize_unsuffixed(size)
}

/// The implementation of a deprecated network names it, which is nothing to warn its owner of.
fn deprecated(attributes: &[Attribute]) -> Option<TokenStream> {
    let is_deprecated = attributes.iter().any(|attribute| attribute.path().is_ident("deprecated"));
    is_deprecated.then(|| quote!(#[allow(deprecated)]))
}
