//! From one entry a layer to the packed block, every entry checked with words that name what is wrong.

use alloc::format;
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::DerefMut;

use crate::kind::LayerKind;
use crate::spec::Spec;
use crate::tensor::Tensor;
use crate::weight_error::WeightError;
use crate::weights::{LayerWeights, Misfit};

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
        return Err(WeightError::Entries { found: weights.len(), expected: spec.layers.len() });
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
    let n_i = spec.input_size_of(index);
    if !weights.is_of(layer.kind) {
        // What only this kind of layer has is not there.
        let tensor = match layer.kind {
            LayerKind::Recurrent(_) if layer.kind.directions() == 2 => "weight_ih_reverse",
            LayerKind::Recurrent(_) => "weight_ih",
            LayerKind::Dense { .. } => "weight",
        };
        let tensor = format!("{}.{tensor}", layer.name);
        return Err(WeightError::Missing { tensor, existing: Vec::new() });
    }
    weights.check(layer.kind, n_i).map_err(|Misfit { direction, tensor, found, expected }| {
        let ending = if direction == 1 { "_reverse" } else { "" };
        let name = format!("{}.{}{ending}", layer.name, tensor.name());
        match (found, expected) {
            (None, _) if matches!(tensor, Tensor::BiasIh | Tensor::Bias) => {
                WeightError::NoBias { layer: layer.name.to_string(), tensor: name }
            }
            (None, _) => WeightError::Missing { tensor: name, existing: Vec::new() },
            (_, None) => WeightError::Unplaced { layer: layer.name.to_string(), tensors: vec![name] },
            (Some(found), Some(_)) => {
                let (rows, columns) = tensor.shape(layer.kind, n_i);
                let expected = core::iter::once(rows).chain(columns).collect();
                let meaning = tensor.meaning(layer.kind, n_i);
                WeightError::Shape { tensor: name, found: vec![found], expected, meaning }
            }
        }
    })
}
