//! The tensors of a layer as files hold them: their names, their shapes, and their way into the packed block.
//!
//! The layout is PyTorch's: a matrix has a row for each unit, gate after gate in the order of [`crate::CellKind::gates`].

use crate::kind::{LayerKind, Part, Recurrent};
use crate::spec::Spec;

/// A tensor of one direction of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tensor {
    /// U `(gates * n_h, n_i)`.
    WeightIh,
    /// W `(gates * n_h, n_h)`, or `(gates * n_h, projection)`.
    WeightHh,
    /// b `(gates * n_h)`.
    BiasIh,
    /// The second bias `(gates * n_h)`, added to the first but for the candidate of a GRU that resets after the product.
    BiasHh,
    /// `(projection, n_h)`.
    WeightHr,
    /// `(3 * n_h)`: i, f, o.
    Peephole,
    /// V `(n_o, n_i)`.
    Weight,
    /// c `(n_o)`.
    Bias,
}

impl Tensor {
    /// All tensors, in the order of a file.
    pub(crate) const ALL: [Self; 8] = [
        Self::WeightIh,
        Self::WeightHh,
        Self::BiasIh,
        Self::BiasHh,
        Self::WeightHr,
        Self::Peephole,
        Self::Weight,
        Self::Bias,
    ];

    /// What follows the layer's name, for the backward direction with the ending `_reverse`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::WeightIh => "weight_ih",
            Self::WeightHh => "weight_hh",
            Self::BiasIh => "bias_ih",
            Self::BiasHh => "bias_hh",
            Self::WeightHr => "weight_hr",
            Self::Peephole => "peephole",
            Self::Weight => "weight",
            Self::Bias => "bias",
        }
    }

    /// Rows, and the columns of a matrix.
    #[must_use]
    pub const fn shape(self, kind: LayerKind, n_i: usize) -> (usize, Option<usize>) {
        let (n, gates, state) = match kind {
            LayerKind::Recurrent(r) => (r.hidden_size, r.cell.gates(), r.state_size()),
            LayerKind::Dense { output_size, .. } => (output_size, 1, 0),
        };
        match self {
            Self::WeightIh | Self::Weight => (gates * n, Some(n_i)),
            Self::WeightHh => (gates * n, Some(state)),
            Self::BiasIh | Self::BiasHh | Self::Bias => (gates * n, None),
            Self::WeightHr => (state, Some(n)),
            Self::Peephole => (3 * n, None),
        }
    }

    /// The sizes behind the shape, in the tutorial's words.
    #[cfg(feature = "alloc")]
    pub(crate) fn meaning(self, kind: LayerKind, n_i: usize) -> alloc::string::String {
        use alloc::format;
        let n = kind.size();
        let (gates, state) = match kind {
            LayerKind::Recurrent(r) => (r.cell.gates(), r.state_size()),
            LayerKind::Dense { .. } => (1, 0),
        };
        let rows = if gates == 1 { format!("n_h={n}") } else { format!("{gates}*n_h={}", gates * n) };
        match self {
            Self::WeightIh => format!("U is ({rows}, n_i={n_i})"),
            Self::WeightHh if state == n => format!("W is ({rows}, n_h={n})"),
            Self::WeightHh => format!("W is ({rows}, projection={state})"),
            Self::WeightHr => format!("the projection is ({state}, n_h={n})"),
            Self::Peephole => format!("the peepholes are (3*n_h={})", 3 * n),
            Self::Weight => format!("V is (n_o={n}, n_i={n_i})"),
            Self::Bias => format!("c is (n_o={n})"),
            Self::BiasIh | Self::BiasHh => format!("b is ({rows})"),
        }
    }
}

/// How a layer has a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// It must be there.
    Required,
    /// It may be there.
    Optional,
    /// It must not.
    None,
}

/// Whether a direction of a layer has this tensor.
#[must_use]
pub(crate) const fn presence(kind: LayerKind, tensor: Tensor) -> Presence {
    let there = match kind {
        LayerKind::Recurrent(r) => match tensor {
            Tensor::WeightIh => true,
            Tensor::WeightHh => r.cell.is_recurrent(),
            Tensor::BiasIh => r.bias,
            Tensor::BiasHh if r.bias && r.cell.is_recurrent() => return Presence::Optional,
            Tensor::WeightHr => r.projection().is_some(),
            Tensor::Peephole => r.has_peephole(),
            Tensor::BiasHh | Tensor::Weight | Tensor::Bias => false,
        },
        LayerKind::Dense { bias, .. } => match tensor {
            Tensor::Weight => true,
            Tensor::Bias => bias,
            _ => false,
        },
    };
    if there { Presence::Required } else { Presence::None }
}

/// The tensors of a direction of a layer, in the order of a file.
pub(crate) fn tensors(kind: LayerKind) -> impl Iterator<Item = (Tensor, Presence)> {
    Tensor::ALL
        .into_iter()
        .map(move |tensor| (tensor, presence(kind, tensor)))
        .filter(|&(_, presence)| presence != Presence::None)
}

/// Where values come from: `get(direction, tensor, row, column)`, nothing where there is no such tensor.
pub(crate) type Source<'a> = dyn Fn(usize, Tensor, usize, usize) -> Option<f32> + 'a;

/// Writes the packed block of layer `index`.
pub(crate) fn fill_layer(spec: &Spec<'_>, index: usize, get: &Source<'_>, out: &mut [f32]) {
    let kind = spec.layers[index].kind;
    let n_i = spec.input_size_of(index);
    let start = spec.packed_offset(index);
    let block = &mut out[start..start + kind.packed_len(n_i)];
    block.fill(0.0);
    match kind {
        LayerKind::Recurrent(r) => {
            for (direction, block) in block.chunks_exact_mut(r.packed_len(n_i)).enumerate() {
                let get = |tensor, row, column| -> Option<f32> { get(direction, tensor, row, column) };
                for part in Part::ALL {
                    let Some(panels) = r.panels(part, n_i) else { continue };
                    let start = r.offset(part, n_i);
                    panels.pack(&mut block[start..start + panels.len()], |gate, unit, row| {
                        value(&r, part, &get, gate, unit, row)
                    });
                }
            }
        }
        LayerKind::Dense { output_size, .. } => {
            let panels = LayerKind::dense_panels(output_size, n_i);
            panels.pack(&mut block[..panels.len()], |_, unit, row| {
                let value = match row {
                    0 => get(0, Tensor::Bias, unit, 0),
                    row => get(0, Tensor::Weight, unit, row - 1),
                };
                value.unwrap_or(0.0)
            });
        }
    }
}

/// What stands at one place of a part of a recurrent layer's block.
fn value(
    r: &Recurrent,
    part: Part,
    get: &dyn Fn(Tensor, usize, usize) -> Option<f32>,
    gate: usize,
    unit: usize,
    row: usize,
) -> f32 {
    let n = r.hidden_size;
    let apart = r.is_apart();
    let line = gate * n + unit;
    let value = match (part, row) {
        // Two biases are added where the gate is one sum.
        (Part::Input, 0) => match get(Tensor::BiasHh, line, 0) {
            // -0 adds nothing, not even to a signalling NaN.
            Some(second) if !(apart && gate == 2) && second.to_bits() != (-0.0_f32).to_bits() => {
                get(Tensor::BiasIh, line, 0).map(|bias| bias + second)
            }
            _ => get(Tensor::BiasIh, line, 0),
        },
        (Part::Input, row) => get(Tensor::WeightIh, line, row - 1),
        (Part::Recurrent, 0) if apart => {
            if gate == 2 {
                get(Tensor::BiasHh, line, 0)
            } else {
                None
            }
        }
        (Part::Recurrent, row) => get(Tensor::WeightHh, line, row - usize::from(apart)),
        (Part::Candidate, row) => get(Tensor::WeightHh, 2 * n + unit, row),
        (Part::Peephole, _) => get(Tensor::Peephole, line, 0),
        (Part::Projection, column) => get(Tensor::WeightHr, unit, column),
    };
    value.unwrap_or(0.0)
}

/// The values of a tensor of a packed block, row-major: the inverse of [`fill_layer`], bit for bit. A second bias that was
/// added comes back as -0, which adds nothing.
#[cfg(feature = "safetensors")]
pub(crate) fn unpack(
    kind: LayerKind,
    n_i: usize,
    direction: usize,
    tensor: Tensor,
    block: &[f32],
) -> alloc::vec::Vec<f32> {
    let (rows, columns) = tensor.shape(kind, n_i);
    let columns = columns.unwrap_or(1);
    let mut values = alloc::vec![-0.0; rows * columns];
    let r = match kind {
        LayerKind::Recurrent(r) => r,
        LayerKind::Dense { output_size, .. } => {
            let panels = LayerKind::dense_panels(output_size, n_i);
            panels.unpack(&block[..panels.len()], |_, unit, row, value| match (tensor, row) {
                (Tensor::Bias, 0) => values[unit] = value,
                (Tensor::Weight, 1..) => values[unit * n_i + row - 1] = value,
                _ => {}
            });
            return values;
        }
    };
    let block = &block[direction * r.packed_len(n_i)..][..r.packed_len(n_i)];
    let (n, first) = (r.hidden_size, usize::from(r.is_apart()));
    for part in Part::ALL {
        let Some(panels) = r.panels(part, n_i) else { continue };
        let start = r.offset(part, n_i);
        panels.unpack(&block[start..start + panels.len()], |gate, unit, row, value| {
            let line = gate * n + unit;
            let at = match (tensor, part, row) {
                (Tensor::BiasIh, Part::Input, 0) | (Tensor::Peephole, Part::Peephole, _) => Some(line),
                (Tensor::WeightIh, Part::Input, 1..) => Some(line * columns + row - 1),
                (Tensor::BiasHh, Part::Recurrent, 0) if gate == 2 && first == 1 => Some(line),
                (Tensor::WeightHh, Part::Recurrent, row) if row >= first => {
                    Some(line * columns + row - first)
                }
                (Tensor::WeightHh, Part::Candidate, row) => Some((2 * n + unit) * columns + row),
                (Tensor::WeightHr, Part::Projection, row) => Some(unit * columns + row),
                _ => None,
            };
            if let Some(at) = at {
                values[at] = value;
            }
        });
    }
    values
}
