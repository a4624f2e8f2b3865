//! A case: the framework's weights file, and what the framework made of its inputs.

use crate::onnx;
use rnn_core::{Architecture, Backend, Metadata, RuntimeNetwork, WeightError};
use rnn_support::tolerance;
use safetensors::{Dtype, SafeTensors};
use std::fs;
use std::path::PathBuf;

#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// The bytes of the framework's file.
    pub(crate) weights: Vec<u8>,
    /// Whether its tensors are an ONNX operator's W, R, B and P.
    pub(crate) onnx: bool,
    /// Whether the framework computed y in float32.
    pub(crate) single: bool,
    pub(crate) architecture: Architecture,
    /// Steps of the windows that x was cut into, if it was.
    pub(crate) tau: Option<usize>,
    pub(crate) batch: usize,
    pub(crate) steps: usize,
    /// (B, T, `n_i`).
    pub(crate) x: Vec<f32>,
    /// (N, `n_i`), what the windows were cut from.
    pub(crate) series: Option<Vec<f32>>,
    /// (B, S), zero if absent.
    pub(crate) h0: Option<Vec<f32>>,
    /// Whether y has the outputs of all steps.
    pub(crate) sequences: bool,
    /// (B, T, `n_o`) or (B, `n_o`).
    pub(crate) y: Vec<f64>,
    /// (B, S).
    pub(crate) h_last: Vec<f64>,
}

impl Case {
    /// The cases of a framework, by name.
    pub(crate) fn all(framework: &str) -> Vec<Self> {
        files(framework)
            .into_iter()
            .map(|(name, weights, expected)| Self::parse(name, weights, &expected))
            .collect()
    }

    fn parse(name: String, weights: Vec<u8>, expected: &[u8]) -> Self {
        let tensors = SafeTensors::deserialize(expected).expect("a safetensors file");
        let (_, header) = SafeTensors::read_metadata(expected).expect("a safetensors file");
        let text = &header.metadata().as_ref().expect("metadata")[Metadata::KEY];
        let metadata = Metadata::from_text(text).expect("the description of a network");
        let f32s = |name: &str| {
            let view = tensors.tensor(name).ok()?;
            assert_eq!(view.dtype(), Dtype::F32);
            Some(view.data().as_chunks().0.iter().copied().map(f32::from_le_bytes).collect::<Vec<_>>())
        };
        let f64s = |name: &str| -> (Vec<usize>, Vec<f64>) {
            let view = tensors.tensor(name).expect("a tensor");
            assert_eq!(view.dtype(), Dtype::F64);
            let values = view.data().as_chunks().0.iter().copied().map(f64::from_le_bytes).collect();
            (view.shape().to_vec(), values)
        };
        let &[batch, steps, _] = tensors.tensor("x").expect("x").shape() else { panic!("x is (B, T, n_i)") };
        let (y_shape, y) = f64s("y");
        Self {
            name,
            weights,
            onnx: false,
            single: false,
            architecture: metadata.architecture.expect("an architecture"),
            tau: metadata.tau,
            batch,
            steps,
            x: f32s("x").expect("x"),
            series: f32s("series"),
            h0: f32s("h0"),
            sequences: y_shape.len() == 3,
            y,
            h_last: f64s("h_last").1,
        }
    }

    /// The network of a file with this case's tensors.
    pub(crate) fn network(&self, weights: &[u8], backend: Backend) -> Result<RuntimeNetwork, WeightError> {
        let mut builder = RuntimeNetwork::builder(self.architecture.input_size).backend(backend);
        for layer in &self.architecture.layers {
            builder = builder.layer(layer.name.clone(), layer.kind);
        }
        if self.onnx {
            return onnx::network(builder, self.architecture.layers[0].kind, weights);
        }
        builder.from_safetensors(weights)
    }

    /// How far a result of ours may be from y.
    pub(crate) fn bound(&self, y: f64) -> f64 {
        let bound = if self.single { tolerance::two_sequences } else { tolerance::sequence };
        bound(self.terms(), self.steps, y)
    }

    /// `K` of the table of tolerances: the terms of the largest sum of a recurrent layer, once for each such layer.
    pub(crate) fn terms(&self) -> usize {
        let (mut n_i, mut most, mut layers) = (self.architecture.input_size, 0, 0);
        for layer in &self.architecture.layers {
            if layer.kind.state_len() > 0 {
                most = most.max(tolerance::terms(n_i, layer.kind.size()));
                layers += 1;
            }
            n_i = layer.kind.output_size();
        }
        most * layers
    }
}

/// Name, weights file and file of expected values of each case in a folder, by name.
pub(crate) fn files(folder: &str) -> Vec<(String, Vec<u8>, Vec<u8>)> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "golden", folder].iter().collect();
    let mut names: Vec<String> = fs::read_dir(&path)
        .expect("the folder of golden values")
        .filter_map(|entry| entry.expect("an entry").file_name().into_string().ok())
        .filter_map(|file| Some(file.strip_suffix(".expected.safetensors")?.to_string()))
        .collect();
    names.sort();
    let read = |file: String| fs::read(path.join(file)).expect("a file of golden values");
    names
        .into_iter()
        .map(|name| {
            let weights = read(format!("{name}.safetensors"));
            let expected = read(format!("{name}.expected.safetensors"));
            (format!("{folder}/{name}"), weights, expected)
        })
        .collect()
}
