//! Weights of a layer in slices, checked and packed without allocating.

use crate::kind::LayerKind;
use crate::spec::Spec;
use crate::tensor::{Presence, Tensor, fill_layer, tensors};

/// Weights of one direction of a recurrent layer in PyTorch's layout, row-major, gates in the order of
/// [`CellKind::gates`](crate::CellKind::gates).
#[derive(Clone, Copy, Debug, Default)]
pub struct RecurrentWeights<'a> {
    /// U `(gates * n_h, n_i)`.
    pub weight_ih: &'a [f32],
    /// W `(gates * n_h, n_h)`, or `(gates * n_h, projection)`; empty where the gates do not depend on the state.
    pub weight_hh: &'a [f32],
    /// b `(gates * n_h)`.
    pub bias_ih: Option<&'a [f32]>,
    /// A second bias `(gates * n_h)`, added to the first but for the candidate of a GRU that resets after the product.
    pub bias_hh: Option<&'a [f32]>,
    /// The projection `(projection, n_h)` of an LSTM that has one.
    pub weight_hr: Option<&'a [f32]>,
    /// The peepholes `(3 * n_h)` of an LSTM that has them: i, f, o.
    pub peephole: Option<&'a [f32]>,
}

impl<'a> RecurrentWeights<'a> {
    /// U, W, and b if there is one; nothing else.
    #[must_use]
    pub const fn new(weight_ih: &'a [f32], weight_hh: &'a [f32], bias_ih: Option<&'a [f32]>) -> Self {
        Self { weight_ih, weight_hh, bias_ih, bias_hh: None, weight_hr: None, peephole: None }
    }

    fn tensor(&self, tensor: Tensor) -> Option<&'a [f32]> {
        match tensor {
            Tensor::WeightIh => Some(self.weight_ih),
            Tensor::WeightHh if self.weight_hh.is_empty() => None,
            Tensor::WeightHh => Some(self.weight_hh),
            Tensor::BiasIh => self.bias_ih,
            Tensor::BiasHh => self.bias_hh,
            Tensor::WeightHr => self.weight_hr,
            Tensor::Peephole => self.peephole,
            Tensor::Weight | Tensor::Bias => None,
        }
    }
}

/// Weights of one layer in PyTorch's layout, row-major.
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
pub enum LayerWeights<'a> {
    /// Of a recurrent layer.
    Recurrent(RecurrentWeights<'a>),
    /// Of a bidirectional one.
    Bidirectional {
        /// From the first step to the last.
        forward: RecurrentWeights<'a>,
        /// From the last step to the first.
        backward: RecurrentWeights<'a>,
    },
    /// Of a dense layer.
    Dense {
        /// V (n_o, n_i).
        weight: &'a [f32],
        /// c (n_o).
        bias: Option<&'a [f32]>,
    },
}

/// A tensor of an entry that does not fit its layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// 0, or 1 for the backward direction.
    pub direction: usize,
    /// Which.
    pub tensor: Tensor,
    /// Its length; `None` if it is missing.
    pub found: Option<usize>,
    /// The length the layer takes; `None` if it has no such tensor.
    pub expected: Option<usize>,
}

impl<'a> LayerWeights<'a> {
    /// U, W, and b if there is one, of a recurrent layer.
    #[must_use]
    pub const fn recurrent(weight_ih: &'a [f32], weight_hh: &'a [f32], bias_ih: Option<&'a [f32]>) -> Self {
        Self::Recurrent(RecurrentWeights::new(weight_ih, weight_hh, bias_ih))
    }

    /// Whether this entry is of the same kind as the layer: recurrent in as many directions, or dense.
    #[must_use]
    pub const fn is_of(&self, kind: LayerKind) -> bool {
        match self {
            Self::Recurrent(_) => matches!(kind, LayerKind::Recurrent(_)) && kind.directions() == 1,
            Self::Bidirectional { .. } => kind.directions() == 2,
            Self::Dense { .. } => matches!(kind, LayerKind::Dense { .. }),
        }
    }

    fn tensor(&self, direction: usize, tensor: Tensor) -> Option<&'a [f32]> {
        match (self, direction) {
            (Self::Recurrent(w) | Self::Bidirectional { forward: w, .. }, 0) => w.tensor(tensor),
            (Self::Bidirectional { backward, .. }, 1) => backward.tensor(tensor),
            (&Self::Dense { weight, bias }, 0) => match tensor {
                Tensor::Weight => Some(weight),
                Tensor::Bias => bias,
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether every tensor has the length this layer takes, given that the entry is of its kind.
    ///
    /// # Errors
    /// The first that has not, or that is missing or too many.
    pub fn check(&self, kind: LayerKind, n_i: usize) -> Result<(), Misfit> {
        for direction in 0..kind.directions() {
            let misfit = |tensor, found, expected| Misfit { direction, tensor, found, expected };
            for (tensor, presence) in tensors(kind) {
                let (rows, columns) = tensor.shape(kind, n_i);
                let expected = rows * columns.unwrap_or(1);
                match self.tensor(direction, tensor).map(<[f32]>::len) {
                    None if presence == Presence::Optional => {}
                    Some(found) if found == expected => {}
                    found => return Err(misfit(tensor, found, Some(expected))),
                }
            }
            for tensor in Tensor::ALL {
                let found = self.tensor(direction, tensor).map(<[f32]>::len);
                if found.is_some() && !tensors(kind).any(|(known, _)| known == tensor) {
                    return Err(misfit(tensor, found, None));
                }
            }
        }
        Ok(())
    }

    /// Writes them as layer `index` into the packed block of the network.
    ///
    /// # Panics
    /// If they are shorter than the layer's or `out` is than the block.
    pub fn pack(&self, spec: &Spec<'_>, index: usize, out: &mut [f32]) {
        let kind = spec.layers[index].kind;
        let n_i = spec.input_size_of(index);
        let get = |direction, tensor: Tensor, row, column| {
            let columns = tensor.shape(kind, n_i).1.unwrap_or(1);
            self.tensor(direction, tensor).map(|values| values[row * columns + column])
        };
        fill_layer(spec, index, &get, out);
    }
}
