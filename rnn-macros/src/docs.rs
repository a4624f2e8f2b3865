//! The "Layers" section of a network's documentation: what became of the fields, with shapes.

use crate::parse;
use crate::plan::{Plan, PlannedLayer};
use crate::spec::Cell;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, ExprLit, Field, Lit, Meta};

/// Documentation of the layers, to follow the user's own.
pub(crate) fn layers(plan: &Plan<'_>, fields: &[&Field]) -> TokenStream {
    let Plan { input_size, output_size, parameters, snapshot_len, .. } = plan;
    let mut docs = line("");
    docs.extend(line("# Layers"));
    docs.extend(line(""));
    docs.extend(line(&format!(
        "n_i = {input_size} in, n_o = {output_size} out; {parameters} parameters; {snapshot_len} values of state."
    )));
    docs.extend(line(""));
    for (planned, field) in plan.layers.iter().zip(fields) {
        docs.extend(line(&format!("- {}", describe(planned))));
        docs.extend(field.attrs.iter().filter(|attribute| parse::is_doc(attribute)).map(indented));
    }
    docs
}

/// "`output`: `Dense<1>`, `linear`: V (1, 32), b (1)".
fn describe(planned: &PlannedLayer<'_>) -> String {
    let (layer, n) = (planned.layer, planned.input_size);
    let (name, size, activation) = (&layer.name, layer.size, layer.activation.name());
    let weights = match layer.cell {
        Cell::SimpleRnn => format!("U ({size}, {n}), W ({size}, {size})"),
        Cell::Dense => format!("V ({size}, {n})"),
    };
    let bias = if layer.bias { format!("b ({size})") } else { "no bias".to_owned() };
    let (marker, parameters) = (layer.cell.marker(), planned.parameters);
    format!("`{name}`: `{marker}<{size}>`, `{activation}`: {weights}, {bias}; {parameters} parameters")
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
