//! Weights that become part of the program: a file against the fields, packed, and printed as one literal.
//!
//! `rnn-format` checks and packs, as it does when a program loads a file: what differs is only that all that is wrong is
//! told, in `unfit`.

use crate::field;
use crate::file::{Files, Model};
use crate::from::{Told, told};
use crate::mistakes::Mistakes;
use crate::spec::Network;
use crate::unfit::Unfit;
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use rnn_format::{Mapping, Scaler, check, input_size};
use syn::{DeriveInput, Field};

/// What the files of a struct gave.
#[derive(Default)]
pub(crate) struct Embedding {
    /// Whether weights were asked for, with success or not.
    pub(crate) is_wanted: bool,
    /// Every file that was read.
    models: Vec<Model>,
    /// The file that told the layers, and what they were taken for if they were inferred.
    pub(crate) from: Option<(String, Option<Vec<String>>)>,
    /// The file of the weights.
    pub(crate) weights: Option<String>,
    block: Option<Packed>,
}

/// Weights as they lie in memory.
struct Packed {
    bytes: Vec<u8>,
    zero_state_can_be_skipped: bool,
    scaler: Option<Scaler>,
    tau: Option<usize>,
}

/// Reads the files. `network` becomes what they tell: its layers where the struct has no fields, and its input size where
/// that was not given (`size`, the tokens of the option).
pub(crate) fn embedding(
    files: &Files,
    size: Option<&TokenStream>,
    network: &mut Network,
    fields: &[&Field],
    mistakes: &mut Mistakes,
) -> Embedding {
    let mut embedding = Embedding { is_wanted: files.weights.seen, ..Embedding::default() };
    if misplaced(files, fields, mistakes) || !files.any() {
        return embedding;
    }
    let source = Model::read(&files.from, mistakes);
    let weights = Model::read(&files.weights, mistakes);
    let mut mapping = files.reading.options.mapping.clone();
    if fields.is_empty() {
        // Of one file or of two.
        let teller = if files.from.seen { &source } else { &weights };
        let Some(teller) = teller else { return embedding };
        let Some(Told { network: told, mapping: names, assumed }) = told(teller, files, mistakes) else {
            return embedding;
        };
        if let Some(size) = size.filter(|_| told.input_size != network.input_size) {
            let (path, n_i) = (&teller.path, told.input_size);
            mistakes.add(size, format!("{path} is of a network with `input_size = {n_i}`: remove this"));
        }
        *network = told;
        mapping = names;
        embedding.from = Some((teller.path.clone(), assumed));
    } else if let (None, Some(model)) = (size, &weights) {
        take_size(model, network, fields, files, mistakes);
    }
    if let Some(model) = weights.as_ref().filter(|_| mistakes.is_empty()) {
        embedding.block =
            pack(&Unfit { network, fields, model, reading: &files.reading, size }, mapping, mistakes);
        embedding.weights = Some(model.path.clone());
    }
    let is_other = |source: &Model| weights.as_ref().is_none_or(|weights| weights.path != source.path);
    embedding.models = source.filter(is_other).into_iter().chain(weights).collect();
    embedding
}

/// Says what cannot stand on such a struct; whether that leaves nothing to be read.
fn misplaced(files: &Files, fields: &[&Field], mistakes: &mut Mistakes) -> bool {
    // What has no value yet is said to have none.
    let takes_layers = files.any() && fields.is_empty();
    if !(files.order.tokens.is_empty() || takes_layers) {
        let message = "`order` tells in which order a file's layers follow one another, where a struct without fields takes \
                       them from there: remove it";
        mistakes.add(&files.order.tokens, message);
    }
    if !files.any() {
        files.reading.without_file(mistakes);
    }
    let has_both = files.from.seen && !fields.is_empty();
    if has_both && !files.from.tokens.is_empty() {
        let message = "`from` takes the layers from a file, but this struct has them as fields: write `weights = ..` to \
                       load that file into them, or remove the fields";
        mistakes.add(&files.from.tokens, message);
    }
    has_both
}

/// Gives a network the input size that its file tells.
fn take_size(
    model: &Model,
    network: &mut Network,
    fields: &[&Field],
    files: &Files,
    mistakes: &mut Mistakes,
) {
    let Files { reading, .. } = files;
    let told = network.with_spec(|spec| input_size(&spec, &model.bytes, &reading.options));
    network.input_size = told.unwrap_or(1);
    if told.is_some() || !mistakes.is_empty() {
        return;
    }
    // A file that is none is said to be so, and not this.
    let faults = network.with_spec(|spec| check(&spec, &model.bytes, &reading.options).err());
    Unfit { network, fields, model, reading, size: None }.tell(faults.unwrap_or_default(), mistakes);
    if mistakes.is_empty() {
        mistakes.missing(format!(
            "`input_size` is missing, and {} does not tell it: write `#[rnn(input_size = 1, ..)]`, with the number of values \
             in one time step (n_i)",
            model.path
        ));
    }
}

/// Checks a file against a network and packs it.
fn pack(unfit: &Unfit<'_>, mapping: Mapping, mistakes: &mut Mistakes) -> Option<Packed> {
    let Unfit { network, model, reading, .. } = unfit;
    network.with_spec(|spec| {
        // What cannot be built is said elsewhere.
        spec.check().ok()?;
        let plain = &reading.options;
        let named = plain.clone().mapping(mapping);
        // Names of one file may be those of the other; or they are ours.
        let checked = check(&spec, &model.bytes, &named).or_else(|_| check(&spec, &model.bytes, plain));
        let checked = match checked {
            Ok(checked) => checked,
            Err(faults) => {
                unfit.tell(faults, mistakes);
                return None;
            }
        };
        let mut block = vec![0.0; spec.packed_len()];
        checked.pack(&mut block);
        let mut bytes = Vec::with_capacity(4 * block.len());
        for value in &block {
            bytes.extend_from_slice(&value.to_le_bytes());
        }
        let metadata = checked.metadata();
        Some(Packed {
            bytes,
            zero_state_can_be_skipped: spec.zero_state_can_be_skipped(&block),
            scaler: metadata.scaler,
            tau: metadata.tau,
        })
    })
}

/// What the implementation of a network has besides: the weights, and what makes the compiler look at the files again.
pub(crate) fn items(embedding: &Embedding, item: &DeriveInput) -> TokenStream {
    let mut items: TokenStream = embedding.models.iter().map(Model::track).collect();
    let Some(Packed { bytes, zero_state_can_be_skipped, scaler, tau }) = &embedding.block else {
        return items;
    };
    let (len, literal) = (Literal::usize_unsuffixed(bytes.len()), Literal::byte_string(bytes));
    let scaler = option(scaler.map(|Scaler { mean, std }| {
        let (mean, std) = (float(mean), float(std));
        quote!(__rnn::Scaler { mean: #mean, std: #std })
    }));
    let tau = option(tau.map(|tau| {
        let tau = Literal::usize_unsuffixed(tau);
        quote!(#tau)
    }));
    let body = quote!(__WEIGHTS.floats());
    let assumed = embedding.from.as_ref().and_then(|(_, assumed)| assumed.as_ref());
    let assumed = assumed.map(|assumed| assumed.join("; ")).unwrap_or_default();
    let values = Values { scaler, tau, zero_state_can_be_skipped: *zero_state_can_be_skipped, assumed };
    let implementation = implementation(item, &values, &body);
    items.extend(quote! {
        #[cfg(target_endian = "big")]
        ::core::compile_error!("embedded weights are little-endian, and this target is not: load them when the program runs");

        static __WEIGHTS: __rnn::Block<#len> = __rnn::Block::new(#literal);

        #implementation
    });
    items
}

/// For a network with mistakes: weights to be used, though never.
pub(crate) fn stand_in(item: &DeriveInput) -> TokenStream {
    let none = option(None);
    let values =
        Values { scaler: none.clone(), tau: none, zero_state_can_be_skipped: false, assumed: String::new() };
    implementation(item, &values, &quote!(&[]))
}

/// The constants of the implementation.
struct Values {
    scaler: TokenStream,
    tau: TokenStream,
    zero_state_can_be_skipped: bool,
    assumed: String,
}

fn implementation(item: &DeriveInput, values: &Values, body: &TokenStream) -> TokenStream {
    let Values { scaler, tau, zero_state_can_be_skipped, assumed } = values;
    let assumed =
        (!assumed.is_empty()).then(|| quote!(const ASSUMED: &'static ::core::primitive::str = #assumed;));
    let name = &item.ident;
    let (of_impl, of_type, _) = item.generics.split_for_impl();
    let generic = crate::stub::generic(&item.generics);
    let clause = generic.map(|generic| generic.clause);
    quote! {
        #[automatically_derived]
        impl #of_impl __rnn::WithWeights for #name #of_type #clause {
            const SCALER: ::core::option::Option<__rnn::Scaler> = #scaler;
            const TAU: ::core::option::Option<::core::primitive::usize> = #tau;
            const ZERO_STATE_CAN_BE_SKIPPED: ::core::primitive::bool = #zero_state_can_be_skipped;
            #assumed

            #[inline]
            fn block() -> &'static [::core::primitive::f32] {
                #body
            }
        }
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(
        || quote!(::core::option::Option::None),
        |value| quote!(::core::option::Option::Some(#value)),
    )
}

/// A number as a person writes it, where it is one.
fn float(value: f64) -> TokenStream {
    if value.is_finite() {
        let value = Literal::f64_unsuffixed(value);
        return quote!(#value);
    }
    let bits = Literal::u64_unsuffixed(value.to_bits());
    quote!(::core::primitive::f64::from_bits(#bits))
}

/// Lines of documentation: which files, and of a struct without fields the one it stands for.
pub(crate) fn documentation(embedding: &Embedding, network: &Network, item: &DeriveInput) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some((path, assumed)) = &embedding.from {
        let how = if assumed.is_some() {
            "as the names and shapes of its tensors tell, with the activations that its framework has unless told otherwise"
        } else {
            "as it says itself"
        };
        lines.extend([
            format!("The layers are those of `{path}`, {how}:"),
            String::new(),
            "```text".to_owned(),
        ]);
        let weights = embedding.weights.as_ref().map(|path| format!(", weights = {path:?}"));
        let (input_size, weights) = (network.input_size, weights.unwrap_or_default());
        lines.push(format!("#[rnn(input_size = {input_size}{weights})]"));
        lines.push(format!("struct {} {{", item.ident));
        for layer in &network.layers {
            lines.extend(field::field(layer, "\n").lines().map(|line| format!("    {line}")));
            if let Some(last) = lines.last_mut() {
                last.push(',');
            }
        }
        lines.extend(["}".to_owned(), "```".to_owned(), String::new()]);
        if let Some(assumed) = assumed {
            lines.extend([
                format!("What no file of weights tells is assumed: {}.", assumed.join("; ")),
                String::new(),
            ]);
        }
    }
    if let Some(path) = &embedding.weights {
        lines.extend([
            format!("The weights of `{path}` are part of the program (`Embedded`)."),
            String::new(),
        ]);
    }
    lines
}
