//! How a tensor lies in a file, against how it lies in ours.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::kind::{CellKind, LayerKind, ResetGate};
use crate::tensor::Tensor;

/// How a tensor of a file lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// As ours, which is PyTorch's.
    Ours,
    /// Rows and columns exchanged.
    Transposed,
    /// Rows and columns exchanged, gates in Keras' order, both biases of a GRU in one tensor.
    Keras,
}

impl Layout {
    /// The shape of a dense layer's matrix, without the taps of a convolution that has one: (out, in, 1) of PyTorch, (1, in, out)
    /// of Keras.
    pub(crate) fn without_taps(self, shape: &[usize]) -> &[usize] {
        let Some(taps) = shape.len().checked_sub(2) else { return shape };
        let (taps, matrix) = match self {
            Self::Ours => (&shape[2..], &shape[..2]),
            Self::Transposed | Self::Keras => shape.split_at(taps),
        };
        if taps.iter().all(|&n| n == 1) { matrix } else { shape }
    }
}

/// Where the values of a tensor of ours are in the file's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    rows: usize,
    columns: Option<usize>,
    transposed: bool,
    /// Units of a gate, and which gate of the file is each of ours.
    units: usize,
    gates: [usize; 4],
    /// The row of a tensor that holds both biases.
    stacked: Option<usize>,
}

impl Places {
    pub(crate) const fn new(layout: Layout, tensor: Tensor, kind: LayerKind, n_i: usize) -> Self {
        let (rows, columns) = tensor.shape(kind, n_i);
        let keras = matches!(layout, Layout::Keras);
        let (is_gru, is_apart) = match kind {
            LayerKind::Recurrent(r) => (matches!(r.cell, CellKind::Gru { .. }), r.is_apart()),
            LayerKind::Dense { .. } => (false, false),
        };
        Self {
            rows,
            columns,
            transposed: columns.is_some() && !matches!(layout, Layout::Ours),
            units: kind.size(),
            // Ours r z n, Keras' z r h. Its LSTM is i f c o, as ours.
            gates: if keras && is_gru { [1, 0, 2, 3] } else { [0, 1, 2, 3] },
            stacked: match tensor {
                Tensor::BiasIh if keras && is_apart => Some(0),
                Tensor::BiasHh if keras && is_apart => Some(1),
                _ => None,
            },
        }
    }

    /// The shape of the file's tensor.
    pub(crate) fn shape(&self) -> Vec<usize> {
        match (self.columns, self.stacked) {
            (Some(columns), _) if self.transposed => vec![columns, self.rows],
            (Some(columns), _) => vec![self.rows, columns],
            (None, Some(_)) => vec![2, self.rows],
            (None, None) => vec![self.rows],
        }
    }

    /// What a message says of the shape besides the sizes.
    pub(crate) const fn remark(&self) -> &'static str {
        match (self.transposed, self.stacked) {
            (true, _) => ", stored transposed",
            (_, Some(_)) => ", one row for each of the two biases",
            _ => "",
        }
    }

    /// Where a value of ours is.
    pub(crate) fn index(&self, row: usize, column: usize) -> usize {
        // A tensor without gates has rows beyond the table's end only if its gate is 0.
        let row = match row.checked_div(self.units) {
            Some(gate) if gate < self.gates.len() => self.gates[gate] * self.units + row % self.units,
            _ => row,
        };
        match (self.columns, self.stacked) {
            (Some(_), _) if self.transposed => column * self.rows + row,
            (Some(columns), _) => row * columns + column,
            (None, bias) => bias.unwrap_or(0) * self.rows + row,
        }
    }
}

/// What a bias of this shape says of a Keras GRU, if it says that it is of the other form than this layer.
pub(crate) fn other_reset(kind: LayerKind, shape: &[usize]) -> Option<(String, &'static str)> {
    let LayerKind::Recurrent(r) = kind else { return None };
    let CellKind::Gru { reset, .. } = r.cell else { return None };
    let rows = 3 * r.hidden_size;
    match (reset, shape) {
        (ResetGate::AfterProduct, &[n]) if n == rows => Some((
            format!("a GRU that resets after the product, whose Keras bias is (2, {rows})"),
            "that of one that resets before it",
        )),
        (ResetGate::BeforeProduct, &[2, n]) if n == rows => Some((
            format!("a GRU that resets before the product, whose Keras bias is ({rows},)"),
            "that of one that resets after it",
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_of_keras() {
        let gru = LayerKind::gru(2, ResetGate::AfterProduct);
        let kernel = Places::new(Layout::Keras, Tensor::WeightIh, gru, 3);
        assert_eq!(kernel.shape(), [3, 6]);
        // Row 0 of ours is r, column 2 of Keras'.
        assert_eq!((0..6).map(|row| kernel.index(row, 0)).collect::<Vec<_>>(), [2, 3, 0, 1, 4, 5]);
        assert_eq!(kernel.index(5, 2), 2 * 6 + 5);
        let second = Places::new(Layout::Keras, Tensor::BiasHh, gru, 3);
        assert_eq!((second.shape(), second.index(0, 0)), (vec![2, 6], 6 + 2));

        let before = LayerKind::gru(2, ResetGate::BeforeProduct);
        let bias = Places::new(Layout::Keras, Tensor::BiasIh, before, 3);
        assert_eq!((bias.shape(), bias.index(3, 0)), (vec![6], 1));

        let lstm = Places::new(Layout::Keras, Tensor::WeightHh, LayerKind::lstm(2), 3);
        assert_eq!((lstm.shape(), lstm.index(3, 1)), (vec![2, 8], 8 + 3));
        // A projection's rows are no gates.
        let cell = CellKind::Lstm {
            gate: crate::Activation::Sigmoid,
            candidate: crate::Activation::Tanh,
            output: crate::Activation::Tanh,
            peephole: false,
            coupled: false,
            projection: Some(20),
        };
        let kind = LayerKind::Recurrent(crate::Recurrent::new(cell, 2));
        let projection = Places::new(Layout::Ours, Tensor::WeightHr, kind, 3);
        assert_eq!((projection.shape(), projection.index(19, 1)), (vec![20, 2], 39));
    }
}
