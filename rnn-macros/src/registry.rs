//! Prints what a registry of sizes expands to: the struct around an enum, a network for each size as [`expand`] prints it,
//! and core's `Registry`, from which all else follows by core's `delegate!`.

use crate::check::Checked;
use crate::expand::{self, layer_spec, number};
use crate::plan::{Plan, PlannedLayer, plan};
use crate::sizes::{self, Registry};
use crate::spec::Network;
use crate::{docs, stub};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use rnn_format::{Size, SpecError};
use syn::{DeriveInput, parse_quote};

/// The items of a registry without mistakes.
///
/// # Errors
/// The weights of a size exceed the address space.
pub(crate) fn registry(
    item: &DeriveInput,
    checked: &Checked<'_>,
    registry: &Registry,
) -> Result<TokenStream, SpecError> {
    let networks: Vec<Network> =
        registry.sizes.iter().map(|&size| sizes::at(&checked.network, registry.open, size)).collect();
    let plans = networks.iter().map(plan).collect::<Result<Vec<_>, _>>()?;
    Ok(items(item, checked, registry, &plans))
}

fn items(item: &DeriveInput, checked: &Checked<'_>, registry: &Registry, plans: &[Plan<'_>]) -> TokenStream {
    let DeriveInput { attrs, vis, ident: name, .. } = item;
    let root = &checked.root;
    let docs = docs::sizes(checked, registry, plans);
    let fields = checked.fields.iter().filter_map(|field| match sizes::open(&field.ty) {
        Some(_) => stub::marker(field),
        None => Some(field.ty.to_token_stream()),
    });
    let allow = expand::deprecated(attrs);
    let variants: Vec<_> =
        registry.sizes.iter().map(|size| format_ident!("Size{}", size.to_string())).collect();
    let types: Vec<_> = variants.iter().map(|variant| format_ident!("__{variant}")).collect();
    let compiled = types.iter().zip(plans).map(|(name, plan)| {
        let item: DeriveInput = parse_quote! {
            #[derive(::core::clone::Clone, ::core::fmt::Debug)]
            pub struct #name;
        };
        let attributes: Vec<_> = item.attrs.iter().map(ToTokens::to_token_stream).collect();
        expand::items(&item, attributes, [], root, plan, &TokenStream::new())
    });
    let form = form(&plans[0], registry);
    let sizes = registry.sizes.iter().map(|&Size { layers, hidden_size }| {
        let (layers, hidden_size) = (number(layers), number(hidden_size));
        quote!(__rnn::Size::new(#layers, #hidden_size))
    });
    let indices: Vec<_> = (0..variants.len()).map(number).collect();
    let (input_size, output_size) = (number(plans[0].input_size), number(plans[0].output_size));
    let step = plans[0].is_causal.then(|| {
        quote! {
            __rnn::delegate! {
                step #name.__networks: __Networks [#(#variants,)* RunTime],
                [::core::primitive::f32; #input_size] => [::core::primitive::f32; #output_size]
            }
        }
    });
    let keyword = expand::keyword(item);
    let body = expand::body(item, quote!(__networks: <Self as #root::__private::Registry>::Networks,));
    quote! {
        #(#attrs)*
        #docs
        #vis #keyword #name #body

        #(const _: ::core::marker::PhantomData<#fields> = ::core::marker::PhantomData;)*

        #allow
        const _: () = {
            use #root::__private as __rnn;

            #[derive(::core::clone::Clone, ::core::fmt::Debug)]
            pub enum __Networks {
                #(#variants(#types),)*
                RunTime(__rnn::RuntimeNetwork),
            }

            #(#compiled)*

            #[automatically_derived]
            impl __rnn::Registry for #name {
                type Networks = __Networks;

                const FORM: __rnn::Form<'static> = #form;
                const SIZES: &'static [__rnn::Size] = &[#(#sizes),*];

                fn pick(index: __rnn::Option<__rnn::usize>, network: __rnn::RuntimeNetwork) -> Self {
                    let __networks = match index {
                        #(__rnn::Option::Some(#indices) => __Networks::#variants(__rnn::registry::compiled(network)),)*
                        _ => __Networks::RunTime(network),
                    };
                    Self { __networks }
                }

                fn picked(&self) -> __rnn::Picked<'_> {
                    match &self.__networks {
                        #(__Networks::#variants(_) => __rnn::Picked::Compiled(#indices),)*
                        __Networks::RunTime(network) => __rnn::Picked::RunTime(network),
                    }
                }
            }

            __rnn::delegate! { #name.__networks: __Networks [#(#variants,)* RunTime] }
            #step
        };
    }
}

/// `Form { input_size: 1, before: &[], open: LayerSpec { .. }, after: &[..] }`.
fn form(plan: &Plan<'_>, registry: &Registry) -> TokenStream {
    let input_size = number(plan.input_size);
    let stack = registry.open..registry.open + registry.sizes[0].layers;
    let specs = |layers: &[PlannedLayer<'_>]| layers.iter().map(layer_spec).collect::<Vec<_>>();
    let (before, after) = (specs(&plan.layers[..stack.start]), specs(&plan.layers[stack.end..]));
    let open = &plan.layers[stack.start];
    let (name, kind) = (&registry.name, expand::layer_kind(open.layer));
    quote! {
        __rnn::Form {
            input_size: #input_size,
            before: &[#(#before),*],
            open: __rnn::LayerSpec { name: #name, kind: #kind },
            after: &[#(#after),*],
        }
    }
}
