//! Options of a layer, one call each: `LayerKind::lstm(40).with_peephole().with_clip(3.0)`.
//!
//! All are `const fn`s, so that a description can be a constant. A layer that does not have the option stays as it is.

use super::{CellKind, LayerKind, Recurrent};
use crate::activation::Activation;

impl LayerKind {
    /// The same with another s, of a cell with gates.
    #[must_use]
    pub const fn with_gate(mut self, gate: Activation) -> Self {
        if let Self::Recurrent(r) = &mut self {
            r.cell = r.cell.with_gate(gate);
        }
        self
    }

    /// The same with another u, of an LSTM. [`with_activation`](Self::with_activation) sets it too, so comes first.
    #[must_use]
    pub const fn with_output(mut self, u: Activation) -> Self {
        if let Self::Recurrent(Recurrent { cell: CellKind::Lstm { output, .. }, .. }) = &mut self {
            *output = u;
        }
        self
    }

    /// The same with peepholes, of an LSTM: i and f also see `p * c`, o `p * c'`.
    #[must_use]
    pub const fn with_peephole(mut self) -> Self {
        if let Self::Recurrent(Recurrent { cell: CellKind::Lstm { peephole, .. }, .. }) = &mut self {
            *peephole = true;
        }
        self
    }

    /// The same with `f = 1 - i`, of an LSTM.
    #[must_use]
    pub const fn coupled(mut self) -> Self {
        if let Self::Recurrent(Recurrent { cell: CellKind::Lstm { coupled, .. }, .. }) = &mut self {
            *coupled = true;
        }
        self
    }

    /// The same with `h' = W_hr (o * u(c'))` of `size` values, of an LSTM.
    #[must_use]
    pub const fn with_projection(mut self, size: usize) -> Self {
        if let Self::Recurrent(Recurrent { cell: CellKind::Lstm { projection, .. }, .. }) = &mut self {
            *projection = Some(size);
        }
        self
    }

    /// The same with the gates' pre-activations clamped to `[-limit, limit]`, of a recurrent layer.
    #[must_use]
    pub const fn with_clip(mut self, limit: f32) -> Self {
        if let Self::Recurrent(r) = &mut self {
            r.clip = Some(limit);
        }
        self
    }

    /// The same with the state read as it was `steps` ago, of a recurrent layer.
    #[must_use]
    pub const fn with_delay(mut self, steps: f32) -> Self {
        if let Self::Recurrent(r) = &mut self {
            r.delay = steps;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::ResetGate;

    #[test]
    fn each_call_sets_its_field_alone() {
        let lstm = LayerKind::lstm(8)
            .with_activation(Activation::Relu)
            .with_gate(Activation::FastSigmoid)
            .with_output(Activation::FastTanh)
            .with_peephole()
            .coupled()
            .with_projection(3)
            .with_clip(2.0)
            .with_delay(1.5);
        let cell = CellKind::Lstm {
            gate: Activation::FastSigmoid,
            candidate: Activation::Relu,
            output: Activation::FastTanh,
            peephole: true,
            coupled: true,
            projection: Some(3),
        };
        let expected = Recurrent { clip: Some(2.0), delay: 1.5, ..Recurrent::new(cell, 8) };
        assert_eq!(lstm, LayerKind::Recurrent(expected));
    }

    #[test]
    fn layers_without_the_option_stay_as_they_are() {
        let gru = LayerKind::gru(8, ResetGate::AfterProduct);
        assert_eq!(gru.with_output(Activation::Relu).with_peephole().coupled().with_projection(3), gru);
        let rnn = LayerKind::simple_rnn(8);
        assert_eq!(rnn.with_gate(Activation::Relu), rnn);
        let dense = LayerKind::dense(8);
        assert_eq!(dense.with_gate(Activation::Relu).with_clip(2.0).with_delay(2.0).with_peephole(), dense);
    }
}
