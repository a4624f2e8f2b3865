//! Files made by hand, so that they can also be wrong.

use rnn_core::{RuntimeBuilder, RuntimeNetwork};
use rnn_support::rng::Rng;
use std::fmt::Debug;

#[derive(Clone)]
pub(crate) struct Tensor {
    pub(crate) name: String,
    pub(crate) dtype: &'static str,
    pub(crate) shape: Vec<usize>,
    pub(crate) data: Vec<u8>,
}

/// Tensors in the order they lie in the file, and the entry `rnn` of the metadata.
#[derive(Clone, Default)]
pub(crate) struct File {
    pub(crate) metadata: Option<String>,
    pub(crate) tensors: Vec<Tensor>,
}

/// A header and what follows it.
pub(crate) fn raw(header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.bytes());
    bytes.extend(data);
    bytes
}

/// A tensor's entry in a header.
pub(crate) fn entry(name: &str, dtype: &str, shape: &[impl Debug], start: u64, end: u64) -> String {
    format!(r#""{name}":{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[{start},{end}]}}"#)
}

/// The header of these entries.
pub(crate) fn header(entries: &[String]) -> String {
    format!("{{{}}}", entries.join(","))
}

impl File {
    pub(crate) fn f32(mut self, name: &str, shape: &[usize], values: &[f32]) -> Self {
        let data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.tensors.push(Tensor { name: name.to_string(), dtype: "F32", shape: shape.to_vec(), data });
        self
    }

    pub(crate) fn with_metadata(mut self, text: &str) -> Self {
        self.metadata = Some(text.to_string());
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        let before = self.tensors.len();
        self.tensors.retain(|tensor| tensor.name != name);
        assert_eq!(self.tensors.len() + 1, before, "no tensor {name}");
        self
    }

    pub(crate) fn tensor(&mut self, name: &str) -> &mut Tensor {
        self.tensors.iter_mut().find(|tensor| tensor.name == name).expect("a tensor of the file")
    }

    pub(crate) fn header(&self) -> String {
        let metadata = self.metadata.iter().map(|text| format!(r#""__metadata__":{{"rnn":"{text}"}}"#));
        let mut end = 0;
        let entries = self.tensors.iter().map(|Tensor { name, dtype, shape, data }| {
            let start = end;
            end += data.len() as u64;
            entry(name, dtype, shape, start, end)
        });
        header(&metadata.chain(entries).collect::<Vec<_>>())
    }

    pub(crate) fn data(&self) -> Vec<u8> {
        self.tensors.iter().flat_map(|tensor| tensor.data.iter().copied()).collect()
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        raw(&self.header(), &self.data())
    }
}

/// Whose tensors a file has.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Style {
    /// One bias, the sum of both.
    Ours,
    /// Two biases.
    PyTorch,
    /// One bias, weights transposed.
    Keras,
}

pub(crate) struct Layer {
    n_i: usize,
    n: usize,
    /// U or V.
    weight: Vec<f32>,
    recurrent: Option<Vec<f32>>,
    /// Both biases; a dense layer has the first.
    biases: [Vec<f32>; 2],
}

/// Random weights of layers given as (recurrent, size).
pub(crate) fn layers(mut n_i: usize, sizes: &[(bool, usize)]) -> Vec<Layer> {
    let mut rng = Rng::new(21);
    let mut layers = Vec::new();
    for &(recurrent, n) in sizes {
        layers.push(Layer {
            n_i,
            n,
            weight: rng.weights(n * n_i, n),
            recurrent: recurrent.then(|| rng.weights(n * n, n)),
            biases: [rng.biases(n), rng.biases(n)],
        });
        n_i = n;
    }
    layers
}

fn transposed(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    (0..columns).flat_map(|column| (0..rows).map(move |row| values[row * columns + column])).collect()
}

/// The file of these layers; in each layer's pattern `*` stands for the tensor.
pub(crate) fn file(layers: &[Layer], style: Style, patterns: &[&str]) -> File {
    assert_eq!(layers.len(), patterns.len());
    let keras = style == Style::Keras;
    let mut file = File::default();
    for (Layer { n_i, n, weight, recurrent, biases }, pattern) in layers.iter().zip(patterns) {
        let mut matrix = |part: &str, values: &[f32], columns: usize| {
            let name = pattern.replace('*', part);
            let old = std::mem::take(&mut file);
            file = if keras {
                old.f32(&name, &[columns, *n], &transposed(values, *n, columns))
            } else {
                old.f32(&name, &[*n, columns], values)
            };
        };
        match (recurrent, keras) {
            (None, false) => matrix("weight", weight, *n_i),
            (_, true) => matrix("kernel", weight, *n_i),
            (Some(_), false) => matrix("weight_ih", weight, *n_i),
        }
        if let Some(values) = recurrent {
            matrix(if keras { "recurrent_kernel" } else { "weight_hh" }, values, *n);
        }
        let mut bias = |part: &str, values: &[f32]| {
            file = std::mem::take(&mut file).f32(&pattern.replace('*', part), &[*n], values);
        };
        let sum: Vec<f32> = biases[0].iter().zip(&biases[1]).map(|(a, b)| a + b).collect();
        match (recurrent, style) {
            (None, _) => bias("bias", &biases[0]),
            (Some(_), Style::Ours) => bias("bias_ih", &sum),
            (Some(_), Style::Keras) => bias("bias", &sum),
            (Some(_), Style::PyTorch) => {
                bias("bias_ih", &biases[0]);
                bias("bias_hh", &biases[1]);
            }
        }
    }
    file
}

/// Three values, five units, two outputs.
pub(crate) fn small() -> (RuntimeBuilder, Vec<Layer>) {
    let builder = RuntimeNetwork::builder(3).simple_rnn("hidden", 5).dense("output", 2);
    (builder, layers(3, &[(true, 5), (false, 2)]))
}

/// Two recurrent and two dense layers.
pub(crate) fn stack() -> (RuntimeBuilder, Vec<Layer>) {
    let builder = RuntimeNetwork::builder(3)
        .simple_rnn("one", 5)
        .simple_rnn("two", 5)
        .dense("head", 5)
        .dense("output", 5);
    (builder, layers(3, &[(true, 5), (true, 5), (false, 5), (false, 5)]))
}

/// The same, all layers of one shape.
pub(crate) fn alike() -> (RuntimeBuilder, Vec<Layer>) {
    let builder = RuntimeNetwork::builder(5)
        .simple_rnn("one", 5)
        .simple_rnn("two", 5)
        .dense("head", 5)
        .dense("output", 5);
    (builder, layers(5, &[(true, 5), (true, 5), (false, 5), (false, 5)]))
}
