//! The "Layers" section of a network's documentation: what became of the fields, with shapes.

use crate::check::Checked;
use crate::field::recurrent_options;
use crate::parse;
use crate::plan::{Plan, PlannedLayer};
use crate::sizes::Registry;
use crate::spec::Layer;
use proc_macro2::TokenStream;
use quote::quote;
use rnn_format::{LayerKind, Recurrent};
use syn::{Attribute, Expr, ExprLit, Field, Lit, Meta};

/// Documentation of the layers, to follow the user's own; `files` is what there is to say of files.
pub(crate) fn layers(plan: &Plan<'_>, fields: &[&Field], files: &[String]) -> TokenStream {
    let Plan { input_size, output_size, parameters, snapshot_len, .. } = plan;
    let mut docs = line("");
    docs.extend(line("# Layers"));
    docs.extend(line(""));
    docs.extend(line(&format!(
        "n_i = {input_size} in, n_o = {output_size} out; {parameters} parameters; {snapshot_len} values of state."
    )));
    docs.extend(line(""));
    docs.extend(files.iter().map(|text| line(text)));
    for planned in &plan.layers {
        docs.extend(line(&format!("- {}", describe(planned))));
        let attributes = fields.get(planned.index).map_or(&[][..], |field| &field.attrs);
        docs.extend(attributes.iter().filter(|attribute| parse::is_doc(attribute)).map(indented));
    }
    docs
}

/// Documentation of the sizes of a registry and of its layers, to follow the user's own.
pub(crate) fn sizes(checked: &Checked<'_>, registry: &Registry, plans: &[Plan<'_>]) -> TokenStream {
    let Plan { input_size, output_size, .. } = plans[0];
    let mut docs = line("");
    docs.extend(line("# Sizes"));
    docs.extend(line(""));
    docs.extend(line(&format!(
        "n_i = {input_size} in, n_o = {output_size} out. Compiled, as layers x hidden_size; any other size runs at run time:"
    )));
    docs.extend(line(""));
    for (size, plan) in registry.sizes.iter().zip(plans) {
        let Plan { parameters, snapshot_len, .. } = plan;
        docs.extend(line(&format!("- {size}: {parameters} parameters; {snapshot_len} values of state")));
    }
    docs.extend(line(""));
    docs.extend(line("# Layers"));
    docs.extend(line(""));
    for (index, (layer, field)) in checked.network.layers.iter().zip(&checked.fields).enumerate() {
        let (name, marker, size) = (&layer.name, layer.cell.marker(), layer.kind.size());
        let size = if index == registry.open { "_".to_owned() } else { size.to_string() };
        let options = layer.kind.recurrent().map(|recurrent| options(layer, &recurrent)).unwrap_or_default();
        let activation = layer.kind.activation();
        let bias = if layer.kind.bias() { "" } else { ", no bias" };
        let names = if index == registry.open {
            format!("; of several layers `{name}_l0`, `{name}_l1`, ..")
        } else {
            String::new()
        };
        let text = format!("- `{name}`: `{marker}<{size}>`, `{activation}`{options}{bias}{names}");
        docs.extend(line(&text));
        docs.extend(field.attrs.iter().filter(|attribute| parse::is_doc(attribute)).map(indented));
    }
    docs
}

/// "`output`: `Dense<1>`, `linear`: V (1, 32), b (1)".
fn describe(planned: &PlannedLayer<'_>) -> String {
    let layer = planned.layer;
    let (name, marker, size) = (&layer.name, layer.cell.marker(), layer.kind.size());
    let (options, weights) = match layer.kind.recurrent() {
        Some(recurrent) => {
            (options(layer, &recurrent), recurrent_weights(layer, &recurrent, planned.input_size))
        }
        None => (String::new(), dense_weights(layer.kind, planned.input_size)),
    };
    let (activation, parameters) = (layer.kind.activation(), planned.parameters);
    format!("`{name}`: `{marker}<{size}>`, `{activation}`{options}: {weights}; {parameters} parameters")
}

fn dense_weights(kind: LayerKind, input_size: usize) -> String {
    let size = kind.size();
    format!("V ({size}, {input_size}), {}", bias(kind, size))
}

fn bias(kind: LayerKind, len: usize) -> String {
    if kind.bias() { format!("b ({len})") } else { "no bias".to_owned() }
}

/// "U (160, 1), W (160, 40), b (160); gates i, f, g, o": shapes in the order of the equation, a gate's rows below those of
/// the gate before.
fn recurrent_weights(layer: &Layer, recurrent: &Recurrent, input_size: usize) -> String {
    let (size, state) = (recurrent.hidden_size, recurrent.state_size());
    let rows = size * recurrent.cell.gates();
    let mut weights = vec![format!("U ({rows}, {input_size})")];
    if recurrent.cell.is_recurrent() {
        weights.push(format!("W ({rows}, {state})"));
    }
    weights.push(bias(layer.kind, rows));
    if recurrent.bias && recurrent.is_apart() {
        weights.push(format!("b_hn ({size})"));
    }
    if recurrent.has_peephole() {
        weights.push(format!("p ({})", 3 * size));
    }
    if let Some(projection) = recurrent.projection() {
        weights.push(format!("W_hr ({projection}, {size})"));
    }
    let mut parts = vec![weights.join(", ")];
    let gates = layer.cell.gates();
    if !gates.is_empty() {
        parts.push(format!("gates {}", gates.join(", ")));
    }
    if recurrent.directions() > 1 {
        parts.push(format!("once for each direction, {} out", layer.kind.output_size()));
    }
    parts.join("; ")
}

/// ", `gate = relu`, `direction = reverse`": what differs from the default, as the field says it.
fn options(layer: &Layer, recurrent: &Recurrent) -> String {
    let options = recurrent_options(layer, recurrent).into_iter();
    options.map(|option| format!(", `{option}`")).collect::<Vec<_>>().concat()
}

/// A field's own documentation, as part of the list item above it.
fn indented(attribute: &Attribute) -> TokenStream {
    let Meta::NameValue(pair) = &attribute.meta else { return TokenStream::new() };
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value else {
        // `include_str!` and the like: nobody knows yet what it says.
        return quote!(#attribute);
    };
    text.value().lines().map(|text| line(&format!("  {}", text.trim()))).collect()
}

fn line(text: &str) -> TokenStream {
    let text = if text.is_empty() { String::new() } else { format!(" {text}") };
    quote!(#[doc = #text])
}
