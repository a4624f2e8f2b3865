//! Weights of a layer and their way into the packed block: lengths are the caller's to check, nothing is allocated.

use crate::spec::Spec;

/// Weights of one layer in PyTorch's layout, row-major.
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
pub enum LayerWeights<'a> {
    /// Of a simple recurrent layer.
    SimpleRnn {
        /// U (n_h, n_i).
        weight_ih: &'a [f32],
        /// W (n_h, n_h).
        weight_hh: &'a [f32],
        /// b (n_h); PyTorch's two biases are added.
        bias: Option<&'a [f32]>,
    },
    /// Of a dense layer.
    Dense {
        /// V (n_o, n_i).
        weight: &'a [f32],
        /// c (n_o).
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

impl LayerWeights<'_> {
    /// Writes them as layer `index` into the packed block of the network.
    ///
    /// # Panics
    /// If they are shorter than the layer's or `out` is than the block.
    pub fn pack(&self, spec: &Spec<'_>, index: usize, out: &mut [f32]) {
        let n_i = spec.input_size_of(index);
        let n = spec.layers[index].kind.output_size();
        let (weight, recurrent, bias) = match *self {
            Self::SimpleRnn { weight_ih, weight_hh, bias } => (weight_ih, weight_hh, bias),
            Self::Dense { weight, bias } => (weight, &[][..], bias),
        };
        let source = Source {
            weight: &|unit, k| weight[unit * n_i + k],
            recurrent: &|unit, k| recurrent[unit * n + k],
            bias: &|unit| bias.map_or(0.0, |b| b[unit]),
        };
        fill_layer(spec, index, &source, out);
    }
}
