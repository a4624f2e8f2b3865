//! A layer written as the field that would describe it: for documentation, and for messages about files.

use crate::spec::{Layer, Network};
use crate::words;
use proc_macro2::Ident;
use rnn_format::{Activation, Architecture, CellKind, Direction, Recurrent};

/// "`reset = before_product`", "`gate = relu`", ..: what a recurrent layer says besides its activation and bias, as far as it
/// differs from the default.
pub(crate) fn recurrent_options(layer: &Layer, recurrent: &Recurrent) -> Vec<String> {
    let mut options = Vec::new();
    let mut add = |name: &str, value: &dyn std::fmt::Display| options.push(format!("{name} = {value}"));
    if let Some(reset) = layer.reset() {
        add("reset", &words::name_of(&reset, &words::RESETS));
    }
    if let Some(gate) = recurrent.cell.gate().filter(|&gate| gate != Activation::Sigmoid) {
        add("gate", &gate);
    }
    if let CellKind::Lstm { candidate, output, peephole, coupled, projection, .. } = recurrent.cell {
        if output != candidate {
            add("output", &output);
        }
        if peephole {
            add("peephole", &true);
        }
        if coupled {
            add("coupled", &true);
        }
        if let Some(size) = projection {
            add("projection", &size);
        }
    }
    if let Some(limit) = recurrent.clip {
        add("clip", &format_args!("{limit:?}"));
    }
    if recurrent.delay > 1.0 {
        add("delay", &format_args!("{:?}", recurrent.delay));
    }
    match recurrent.direction {
        Direction::Forward => {}
        Direction::Bidirectional(merge) => {
            add("direction", &"bidirectional");
            add("merge", &words::name_of(&merge, &words::MERGES));
        }
        direction => add("direction", &words::name_of(&direction, &words::DIRECTIONS)),
    }
    options
}

/// All that a field says besides its type.
fn options(layer: &Layer) -> Vec<String> {
    let default = layer.cell.of_size(layer.kind.size());
    let mut options = Vec::new();
    if layer.kind.activation() != default.activation() {
        options.push(format!("activation = {}", layer.kind.activation()));
    }
    if let Some(recurrent) = layer.kind.recurrent() {
        options.extend(recurrent_options(layer, &recurrent));
    }
    if !layer.kind.bias() {
        options.push("bias = false".to_owned());
    }
    options
}

/// "`Lstm<40>`".
pub(crate) fn marker(layer: &Layer) -> String {
    format!("{}<{}>", layer.cell.marker(), layer.kind.size())
}

/// "`#[rnn(bias = false)] Dense<1>`".
pub(crate) fn described(layer: &Layer) -> String {
    attribute(layer, " ") + &marker(layer)
}

/// "`#[rnn(bias = false)] `", or nothing.
fn attribute(layer: &Layer, between: &str) -> String {
    match options(layer).as_slice() {
        [] => String::new(),
        options => format!("#[rnn({})]{between}", options.join(", ")),
    }
}

/// "`#[rnn(bias = false)] output: Dense<1>`", in one line or two.
pub(crate) fn field(layer: &Layer, between: &str) -> String {
    // What Rust reserves is a name all the same.
    let raw = if syn::parse_str::<Ident>(&layer.name).is_ok() { "" } else { "r#" };
    format!("{}{raw}{}: {}", attribute(layer, between), layer.name, marker(layer))
}

/// All fields in one line.
pub(crate) fn fields(network: &Network) -> String {
    network.layers.iter().map(|layer| field(layer, " ")).collect::<Vec<_>>().join(", ")
}

/// A file's description in the macro's words.
///
/// # Errors
/// The layer that no field can describe.
pub(crate) fn network(architecture: &Architecture) -> Result<Network, String> {
    let layer = |layer: &rnn_format::Layer| {
        Layer::of_kind(&layer.name, layer.kind).ok_or_else(|| {
            format!("layer `{}` is a cell of somebody's own, for which there is no field", layer.name)
        })
    };
    let layers = architecture.layers.iter().map(layer).collect::<Result<_, _>>()?;
    Ok(Network { input_size: architecture.input_size, layers })
}
