//! Structs without a mistake, from random architectures, alone and beside a file.

use crate::expansion::{Known, expand, expand_tokens};
use crate::tokens;
use proc_macro2::TokenStream;
use rnn_core::{Activation, Architecture, CellKind, Direction, LayerKind, Merge, ResetGate};
use rnn_fuzz::choices::Choices;
use rnn_fuzz::describe::{self, Limits};
use rnn_fuzz::file::{File, change, literal};
use rnn_fuzz::say;
use std::path::PathBuf;

/// A struct without a mistake, or one with some tokens changed.
pub(crate) fn run(c: &mut Choices<'_>) {
    let limits = Limits { layers: 4, parameters: 1 << 22, size: 70, thresholds: c.one_in(4) };
    let architecture = describe::architecture(c, limits);
    if architecture.with_spec(|spec| spec.check()).is_err() {
        // The fields say what is impossible, if they can say it.
        let [attribute, item] = written(&architecture);
        expand(&attribute, &item, Known::Nothing);
        return;
    }
    let [attribute, item] = written(&architecture);
    if c.flip() {
        expand(&attribute, &item, Known::Right);
        return;
    }
    let parse = |text: &str| text.parse::<TokenStream>().expect("the target's own text");
    let (mut attribute, mut item) = (parse(&attribute), parse(&item));
    if c.one_in(4) {
        attribute = tokens::changed(c, attribute);
    } else {
        item = tokens::changed(c, item);
    }
    expand_tokens(attribute, item, Known::Nothing);
}

/// A struct beside a file that fits it, or not quite.
pub(crate) fn with_file(c: &mut Choices<'_>) {
    let (mut file, architecture) = File::new(c);
    change::change(c, &mut file);
    let mut bytes = file.to_bytes();
    change::change_bytes(c, &mut bytes);
    let Some(root) = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from) else {
        panic!("CARGO_MANIFEST_DIR is not set: start the target with tests/fuzz/run");
    };
    let name = format!("target/attribute-{}.safetensors", std::process::id());
    say!("std::fs::write({name:?}, {});", literal(&bytes));
    std::fs::write(root.join(&name), &bytes).expect("a place to write");
    let option = c.pick(&["weights", "from"]);
    let mut attribute = format!("{option} = \"{name}\"");
    if c.one_in(4) {
        attribute.push_str(c.pick(&[", order = [rnn, l1]", ", order = [l1, l0]", ", order = [\"a.b\", fc]"]));
    }
    let fields = c.flip();
    if fields && c.flip() {
        attribute.push_str(&format!(", input_size = {}", architecture.input_size));
    }
    let described = if c.one_in(3) { rnn_fuzz::file::described(c) } else { architecture };
    let item = if fields { written(&described)[1].clone() } else { "pub struct Net;".to_string() };
    expand(&attribute, &item, Known::Nothing);
}

/// The attribute and the struct of an architecture.
fn written(architecture: &Architecture) -> [String; 2] {
    let fields: String = architecture.layers.iter().map(|layer| field(&layer.name, layer.kind)).collect();
    [
        format!("input_size = {}", architecture.input_size),
        format!("/// A network.\n#[derive(Clone, Debug)]\npub struct Net {{ {fields} }}"),
    ]
}

fn field(name: &str, kind: LayerKind) -> String {
    let mut options = Vec::new();
    let mut option = |name: &str, value: String| options.push(format!("{name} = {value}"));
    if !kind.bias() {
        option("bias", "false".to_string());
    }
    option("activation", activation(kind.activation()));
    let marker = match kind {
        LayerKind::Recurrent(r) => {
            if let Some(gate) = r.cell.gate() {
                option("gate", activation(gate));
            }
            if let Some(clip) = r.clip {
                option("clip", number(clip));
            }
            option("delay", number(r.delay));
            let (direction, merge) = match r.direction {
                Direction::Forward => ("forward", None),
                Direction::Reverse => ("reverse", None),
                Direction::GoBackwards => ("go_backwards", None),
                Direction::Bidirectional(merge) => ("bidirectional", Some(merge)),
            };
            option("direction", direction.to_string());
            if let Some(merge) = merge {
                let merge = match merge {
                    Merge::Concat => "concat",
                    Merge::Sum => "sum",
                    Merge::Product => "product",
                    Merge::Average => "average",
                };
                option("merge", merge.to_string());
            }
            match r.cell {
                CellKind::SimpleRnn { .. } => "SimpleRnn",
                CellKind::Gru { reset, .. } => {
                    let after = reset == ResetGate::AfterProduct;
                    option("reset", if after { "after_product" } else { "before_product" }.to_string());
                    "Gru"
                }
                CellKind::Lstm { output, peephole, coupled, projection, .. } => {
                    option("output", activation(output));
                    option("peephole", peephole.to_string());
                    option("coupled", coupled.to_string());
                    if let Some(size) = projection {
                        option("projection", size.to_string());
                    }
                    "Lstm"
                }
                CellKind::MinGru { .. } => "MinGru",
                _ => "MinLstm",
            }
        }
        _ => "Dense",
    };
    format!("#[rnn({})] {name}: {marker}<{}>,\n", options.join(", "), kind.size())
}

/// An activation with literal parameters.
fn activation(f: Activation) -> String {
    let parameters: Vec<String> = f.parameters().iter().flatten().map(|&x| number(x)).collect();
    if parameters.is_empty() {
        f.name().to_string()
    } else {
        format!("{}({})", f.name(), parameters.join(", "))
    }
}

fn number(x: f32) -> String {
    format!("{x:?}")
}
