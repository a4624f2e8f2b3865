//! Networks over weights that live as long as the program: for targets without a heap.

use super::Compiled;
use super::packed::Packed;
use crate::error::{ShapeError, check_length};
use crate::simd::Backend;
use rnn_format::{LayerWeights, Tensor};

/// How the `#[rnn]` attribute's networks come to weights in a static buffer; available without `alloc`.
///
/// The packed block is the same on every backend and target of this version. Packing moves values and pads them with
/// zeros; it may run where the network does, once at the start, or on another machine before.
///
#[cfg_attr(all(feature = "macros", feature = "std"), doc = "```")]
#[cfg_attr(not(all(feature = "macros", feature = "std")), doc = "```ignore")]
/// use rnn_core::prelude::*;
/// use rnn_core::{FromStatic, LayerWeights};
///
/// #[rnn(input_size = 1)]
/// struct Filter {
///     hidden: SimpleRnn<2>,
///     output: Dense<1>,
/// }
///
/// // A `static` in a program without a heap.
/// let block: &'static mut [f32] = Box::leak(Box::new([0.0; Filter::PACKED_LEN]));
/// let weights = [
///     LayerWeights::recurrent(&[0.5, -1.0], &[0.0; 4], Some(&[0.1, 0.0])),
///     LayerWeights::Dense { weight: &[1.0, 1.0], bias: Some(&[0.0]) },
/// ];
/// Filter::pack(&weights, block)?;
/// let filter = Filter::from_static(Backend::detect(), block)?;
/// let [y] = filter.step(&mut filter.initial_state(), &[1.0]);
/// assert!((y - (0.6_f32.tanh() - 1.0_f32.tanh())).abs() < 1e-6);
/// # Ok::<(), rnn_core::ShapeError>(())
/// ```
pub trait FromStatic: Sized {
    /// Floats of the packed block.
    const PACKED_LEN: usize;

    /// Packs weights, one entry a layer, in PyTorch's layout.
    ///
    /// # Errors
    /// If an entry or a length does not fit; nothing is then written.
    fn pack(weights: &[LayerWeights<'_>], block: &mut [f32]) -> Result<(), ShapeError>;

    /// The network of a block that [`FromStatic::pack`] filled. Nothing is copied.
    ///
    /// # Errors
    /// If `block` is not [`FromStatic::PACKED_LEN`] floats long.
    fn from_static(backend: Backend, block: &'static [f32]) -> Result<Self, ShapeError>;
}

impl<N: Compiled> FromStatic for N {
    const PACKED_LEN: usize = N::SPEC.packed_len();

    fn pack(weights: &[LayerWeights<'_>], block: &mut [f32]) -> Result<(), ShapeError> {
        check_length("block", block.len(), Self::PACKED_LEN, "PACKED_LEN floats")?;
        for (index, layer) in N::SPEC.layers.iter().enumerate() {
            let wrong = ShapeError::Weights { index, expected: Some(layer.kind.name()) };
            let entry = weights.get(index).filter(|entry| entry.is_of(layer.kind)).ok_or(wrong)?;
            entry.check(layer.kind, N::SPEC.input_size_of(index)).map_err(|misfit| ShapeError::Length {
                argument: misfit.tensor.name(),
                found: misfit.found.unwrap_or(0),
                expected: misfit.expected.unwrap_or(0),
                meaning: meaning(misfit.tensor),
            })?;
        }
        if weights.len() > N::SPEC.layers.len() {
            return Err(ShapeError::Weights { index: N::SPEC.layers.len(), expected: None });
        }
        for (index, weights) in weights.iter().enumerate() {
            weights.pack(&N::SPEC, index, block);
        }
        Ok(())
    }

    fn from_static(backend: Backend, block: &'static [f32]) -> Result<Self, ShapeError> {
        check_length("block", block.len(), Self::PACKED_LEN, "PACKED_LEN floats")?;
        Ok(Packed::from_static(&N::SPEC, backend, block).network())
    }
}

/// What the length of a tensor is made of; a tensor the layer does not have takes none.
const fn meaning(tensor: Tensor) -> &'static str {
    match tensor {
        Tensor::WeightIh => "U (gates * n_h, n_i)",
        Tensor::WeightHh => {
            "W (gates * n_h, n_h), or (gates * n_h, projection), none if no gate sees the state"
        }
        Tensor::BiasIh | Tensor::BiasHh => "b (gates * n_h), none if the layer has no bias",
        Tensor::WeightHr => "(projection, n_h), none if the layer has no projection",
        Tensor::Peephole => "(3 * n_h), none if the layer has no peepholes",
        Tensor::Weight => "V (n_o, n_i)",
        Tensor::Bias => "c (n_o), none if the layer has no bias",
    }
}
