//! A safetensors file as a list of tensors, so that any part of it can be changed, and lie.

use crate::built::Weights;
use crate::choices::Choices;
use crate::describe::{self, Limits};
use rnn_core::{Architecture, Backend, Direction, Layer, LayerKind, Metadata, Save, Scaler};
use safetensors::SafeTensors;
use std::fmt::Write;

pub mod change;
pub mod text;
pub mod words;

/// A tensor of a header.
#[derive(Clone, Debug)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// Its type as the header says it.
    pub dtype: String,
    /// Its shape as the header says it.
    pub shape: Vec<usize>,
    /// Its bytes.
    pub data: Vec<u8>,
    /// Offsets other than where its data are.
    pub lies: Option<[String; 2]>,
}

impl Tensor {
    /// One of f32.
    pub fn new(name: impl Into<String>, shape: &[usize], data: Vec<u8>) -> Self {
        Self { name: name.into(), dtype: "F32".to_string(), shape: shape.to_vec(), data, lies: None }
    }

    /// A matrix with rows and columns exchanged.
    fn transpose(&mut self) {
        if let &[rows, columns] = &self.shape[..] {
            let at = |place: usize| place % rows * columns + place / rows;
            let values: Vec<_> = self.data.chunks(4).map(<[u8]>::to_vec).collect();
            self.data = (0..rows * columns).flat_map(|place| values[at(place)].clone()).collect();
            self.shape = vec![columns, rows];
        }
    }
}

/// A file.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// In the order of the header and of the data.
    pub tensors: Vec<Tensor>,
    /// Keys and values.
    pub metadata: Vec<(String, String)>,
}

/// A small network that a file is read into.
pub fn described(c: &mut Choices<'_>) -> Architecture {
    loop {
        let limits = Limits { layers: 3, parameters: 1 << 12, size: 6, thresholds: false };
        let architecture = describe::architecture(c, limits);
        if architecture.with_spec(|spec| spec.check()).is_ok() {
            return architecture;
        }
    }
}

impl File {
    /// The file of a network, by anyone's names, and the network.
    ///
    /// # Panics
    /// If a network cannot be saved or is no file then: a finding.
    pub fn new(c: &mut Choices<'_>) -> (Self, Architecture) {
        let mut architecture = described(c);
        let scheme = c.below(4);
        if scheme > 0 {
            // What frameworks have.
            for layer in &mut architecture.layers {
                layer.kind = usual(layer.kind);
            }
        }
        let weights = Weights::new(&architecture, c.seed());
        let net = weights.network(Backend::PORTABLE).expect("a possible network");
        let scaler = c.one_in(4).then_some(Scaler { mean: 1.5, std: 0.25 });
        let bytes = net.to_safetensors_with(scaler, c.one_in(4).then_some(12)).expect("it can be saved");
        let read = SafeTensors::deserialize(&bytes).expect("a valid file");
        let mut tensors: Vec<Tensor> = read
            .tensors()
            .into_iter()
            .map(|(name, view)| Tensor::new(name, view.shape(), view.data().to_vec()))
            .collect();
        tensors.sort_by(|a, b| a.name.cmp(&b.name));
        let metadata = Metadata { architecture: Some(architecture.clone()), scaler, tau: None };
        let mut file = Self { tensors, metadata: vec![("rnn".to_string(), metadata.to_text())] };
        if scheme > 0 {
            if !c.one_in(8) {
                file.metadata.clear();
            }
            for tensor in &mut file.tensors {
                rename(tensor, &architecture.layers, scheme);
            }
            // The two biases of a Keras GRU that resets after the product are one tensor, those of PyTorch are two.
            if scheme == 1 && c.flip() {
                second_biases(&mut file);
            }
        }
        (file, architecture)
    }

    /// The bytes: the header as it stands here, the data one after the other.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let (mut header, mut data) = (String::from("{"), Vec::new());
        if !self.metadata.is_empty() {
            header.push_str("\"__metadata__\":{");
            for (index, (key, value)) in self.metadata.iter().enumerate() {
                let comma = if index == 0 { "" } else { "," };
                let _ = write!(header, "{comma}{}:{}", json(key), json(value));
            }
            header.push('}');
        }
        for tensor in &self.tensors {
            let Tensor { name, dtype, shape, data: own, lies } = tensor;
            let comma = if header.len() > 1 { "," } else { "" };
            let [start, end] = lies
                .clone()
                .unwrap_or_else(|| [data.len().to_string(), (data.len() + own.len()).to_string()]);
            let _ = write!(
                header,
                "{comma}{}:{{\"dtype\":{},\"shape\":{shape:?},\"data_offsets\":[{start},{end}]}}",
                json(name),
                json(dtype)
            );
            data.extend_from_slice(own);
        }
        header.push('}');
        while !header.len().is_multiple_of(8) {
            header.push(' ');
        }
        let len = header.len() as u64;
        [&len.to_le_bytes()[..], header.as_bytes(), &data].concat()
    }
}

/// A string of JSON.
fn json(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            control if control < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out + "\""
}

/// Bytes as Rust.
#[must_use]
pub fn literal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::from("b\""), |text, &byte| text + &std::ascii::escape_default(byte).to_string())
        + "\""
}

/// The layer without what frameworks do not have.
fn usual(kind: LayerKind) -> LayerKind {
    let LayerKind::Recurrent(r) = kind else { return kind };
    let direction = match r.direction {
        both @ Direction::Bidirectional(_) => both,
        _ => Direction::Forward,
    };
    let plain = match kind.name() {
        "gru" => LayerKind::gru(r.hidden_size, rnn_core::ResetGate::AfterProduct),
        "simple_rnn" | "min_gru" => LayerKind::simple_rnn(r.hidden_size),
        _ => LayerKind::lstm(r.hidden_size),
    };
    plain.with_bias(r.bias).with_direction(direction)
}

/// Another framework's name of one of our tensors, and its layout.
fn rename(tensor: &mut Tensor, layers: &[Layer], scheme: usize) {
    let Some((layer, name)) = tensor.name.split_once('.') else { return };
    let (layer, name) = (layer.to_string(), name.to_string());
    let kind = layers.iter().find(|known| known.name == layer).map_or("", |known| known.kind.name());
    let (name, reverse) = name.strip_suffix("_reverse").map_or((&name[..], ""), |name| (name, "_reverse"));
    match scheme {
        // A stack is one module.
        1 if kind != "dense" => tensor.name = format!("rnn.{name}_{layer}{reverse}"),
        2 if kind != "dense" => tensor.name = format!("{layer}.{name}_l0{reverse}"),
        1 | 2 => tensor.name = format!("{layer}.{name}"),
        _ => {
            let leaf = match name {
                "weight" | "weight_ih" => "kernel",
                "weight_hh" => "recurrent_kernel",
                _ => "bias",
            };
            tensor.transpose();
            let half = if reverse.is_empty() { "" } else { "backward_" };
            tensor.name = match kind {
                "dense" => format!("{layer}/{leaf}"),
                kind => format!("{layer}/{half}{kind}/{kind}_cell/{leaf}"),
            };
        }
    }
}

/// PyTorch's second biases.
fn second_biases(file: &mut File) {
    let missing: Vec<Tensor> = file
        .tensors
        .iter()
        .filter(|tensor| tensor.name.contains("bias_ih"))
        .map(|tensor| Tensor { name: tensor.name.replace("bias_ih", "bias_hh"), ..tensor.clone() })
        .filter(|second| !file.tensors.iter().any(|tensor| tensor.name == second.name))
        .collect();
    file.tensors.extend(missing);
}
