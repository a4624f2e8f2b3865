//! From one entry a layer to the packed block, every entry checked with words that name what is wrong.

use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::ops::DerefMut;

use crate::spec::{LayerKind, Spec};
use crate::weight_error::WeightError;
use crate::weights::LayerWeights;

/// Writes the packed block of a network from one entry a layer, into the `room` that is asked for when all have been
/// checked.
///
/// # Errors
/// The entry whose kind or length does not fit; no room is then asked for.
///
/// # Panics
/// If the room is not as long as asked for.
pub fn fill_from_slices<B: DerefMut<Target = [f32]>>(
    spec: &Spec<'_>,
    weights: &[LayerWeights<'_>],
    room: impl FnOnce(usize) -> B,
) -> Result<B, WeightError> {
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
    let mut out = room(spec.packed_len());
    assert_eq!(out.len(), spec.packed_len(), "room for the packed block");
    for (index, weights) in weights.iter().enumerate() {
        weights.pack(spec, index, &mut out);
    }
    Ok(out)
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
