//! From tensors to the packed block, once every tensor has been checked.

use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use crate::spec::{LayerKind, Spec};
use crate::weight_error::WeightError;

/// Weights of one layer in PyTorch's layout, row-major.
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
pub enum LayerWeights<'a> {
    /// Of a simple recurrent layer.
    SimpleRnn {
        /// U `(n_h, n_i)`.
        weight_ih: &'a [f32],
        /// W `(n_h, n_h)`.
        weight_hh: &'a [f32],
        /// b `(n_h)`; PyTorch's two biases are added.
        bias: Option<&'a [f32]>,
    },
    /// Of a dense layer.
    Dense {
        /// V `(n_o, n_i)`.
        weight: &'a [f32],
        /// c `(n_o)`.
        bias: Option<&'a [f32]>,
    },
}

/// Where the weights of one layer come from; indices are (output unit, input).
pub(crate) struct Source<'a> {
    /// U or V.
    pub(crate) weight: &'a dyn Fn(usize, usize) -> f32,
    /// W.
    pub(crate) recurrent: &'a dyn Fn(usize, usize) -> f32,
    /// b or c, zero without.
    pub(crate) bias: &'a dyn Fn(usize) -> f32,
}

/// Writes the packed block of layer `index`.
pub(crate) fn fill_layer(spec: &Spec<'_>, index: usize, source: &Source<'_>, out: &mut [f32]) {
    let kind = spec.layers[index].kind;
    let n_i = spec.input_size_of(index);
    let start = spec.packed_offset(index);
    let block = &mut out[start..start + kind.packed_len(n_i)];
    block.fill(0.0);
    let input = kind.input_panels(n_i);
    input.pack(&mut block[..input.len()], |_, unit, row| match row {
        0 => (source.bias)(unit),
        row => (source.weight)(unit, row - 1),
    });
    if let Some(recurrent) = kind.recurrent_panels() {
        let start = kind.recurrent_offset(n_i);
        recurrent
            .pack(&mut block[start..start + recurrent.len()], |_, unit, row| (source.recurrent)(unit, row));
    }
}

/// Writes the packed block of a network from one entry a layer.
///
/// # Errors
/// The entry whose kind or length does not fit; nothing is then written.
///
/// # Panics
/// If `out` is not `spec.packed_len()` long.
pub fn fill_from_slices(
    spec: &Spec<'_>,
    weights: &[LayerWeights<'_>],
    out: &mut [f32],
) -> Result<(), WeightError> {
    assert_eq!(out.len(), spec.packed_len(), "room for the packed block");
    spec.check()?;
    for (index, layer) in spec.layers.iter().enumerate() {
        let Some(weights) = weights.get(index) else {
            return Err(WeightError::Missing { tensor: layer.name.to_string(), existing: Vec::new() });
        };
        check_slices(spec, index, weights)?;
    }
    if weights.len() > spec.layers.len() {
        let tensors = (spec.layers.len()..weights.len()).map(|i| alloc::format!("entry {i}")).collect();
        return Err(WeightError::Extra { tensors });
    }
    for (index, weights) in weights.iter().enumerate() {
        let n_i = spec.input_size_of(index);
        let n = spec.layers[index].kind.output_size();
        let (weight, recurrent, bias) = match *weights {
            LayerWeights::SimpleRnn { weight_ih, weight_hh, bias } => (weight_ih, weight_hh, bias),
            LayerWeights::Dense { weight, bias } => (weight, &[][..], bias),
        };
        let source = Source {
            weight: &|unit, k| weight[unit * n_i + k],
            recurrent: &|unit, k| recurrent[unit * n + k],
            bias: &|unit| bias.map_or(0.0, |b| b[unit]),
        };
        fill_layer(spec, index, &source, out);
    }
    Ok(())
}

fn check_slices(spec: &Spec<'_>, index: usize, weights: &LayerWeights<'_>) -> Result<(), WeightError> {
    let layer = &spec.layers[index];
    let (n_i, n) = (spec.input_size_of(index), layer.kind.output_size());
    let name = |part: &str| alloc::format!("{}.{part}", layer.name);
    let missing = |part: &str| Err(WeightError::Missing { tensor: name(part), existing: Vec::new() });
    let length = |part: &str, found: usize, expected: &[usize], meaning: String| {
        if found == expected.iter().product::<usize>() {
            return Ok(());
        }
        Err(WeightError::Shape {
            tensor: name(part),
            found: vec![found],
            expected: expected.to_vec(),
            meaning,
        })
    };
    let has_bias = |bias: Option<&[f32]>, part: &str| match (bias, layer.kind.bias()) {
        (Some(bias), true) => length(part, bias.len(), &[n], meaning(layer.kind, n_i, part)),
        (None, true) => missing(part),
        (Some(_), false) => Err(WeightError::Extra { tensors: vec![name(part)] }),
        (None, false) => Ok(()),
    };
    match (*weights, layer.kind) {
        (LayerWeights::SimpleRnn { weight_ih, weight_hh, bias }, LayerKind::SimpleRnn { .. }) => {
            length("weight_ih", weight_ih.len(), &[n, n_i], meaning(layer.kind, n_i, "weight_ih"))?;
            length("weight_hh", weight_hh.len(), &[n, n], meaning(layer.kind, n_i, "weight_hh"))?;
            has_bias(bias, "bias_ih")
        }
        (LayerWeights::Dense { weight, bias }, LayerKind::Dense { .. }) => {
            length("weight", weight.len(), &[n, n_i], meaning(layer.kind, n_i, "weight"))?;
            has_bias(bias, "bias")
        }
        // The entry is of the other kind: what only this one has is not there.
        (_, LayerKind::SimpleRnn { .. }) => missing("weight_hh"),
        (_, LayerKind::Dense { .. }) => missing("weight"),
    }
}

/// The sizes behind a tensor, in the tutorial's words.
pub(crate) fn meaning(kind: LayerKind, n_i: usize, part: &str) -> String {
    let n = kind.output_size();
    match part {
        "weight_ih" => alloc::format!("U is (n_h={n}, n_i={n_i})"),
        "weight_hh" => alloc::format!("W is (n_h={n}, n_h={n})"),
        "weight" => alloc::format!("V is (n_o={n}, n_i={n_i})"),
        "bias" => alloc::format!("c is (n_o={n})"),
        _ => alloc::format!("b is (n_h={n})"),
    }
}
