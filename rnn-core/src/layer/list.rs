//! A list of layers known at run time, run as [`super::Chain`] runs: same states, weights, scratch, same bits.

use super::run::{Grid, GridMut, Order, Run, between_steps, run_in_order, run_pair};
use super::{
    DenseLayer, Directed, GruAfterLayer, GruBeforeLayer, Input, InputRows, Layer, LstmLayer, MinGruLayer,
    MinLstmLayer, RowPlace, SimpleRnnLayer, StepRows, Tier,
};
use crate::dims::Dyn;
use crate::gemm::{Rows, RowsMut};
use rnn_format::{CellKind, ResetGate, Spec, round_to_line, row_stride, stacked};

/// One layer of run-time sizes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Any {
    SimpleRnn(Directed<SimpleRnnLayer<Dyn>>),
    GruAfter(Directed<GruAfterLayer<Dyn>>),
    GruBefore(Directed<GruBeforeLayer<Dyn>>),
    Lstm(Directed<LstmLayer<Dyn>>),
    MinGru(Directed<MinGruLayer<Dyn>>),
    MinLstm(Directed<MinLstmLayer<Dyn>>),
    Dense(DenseLayer<Dyn>),
}

/// Calls a method of whichever layer it is.
macro_rules! each {
    ($any:expr, $layer:ident => $call:expr) => {
        match $any {
            Any::SimpleRnn($layer) => $call,
            Any::GruAfter($layer) => $call,
            Any::GruBefore($layer) => $call,
            Any::Lstm($layer) => $call,
            Any::MinGru($layer) => $call,
            Any::MinLstm($layer) => $call,
            Any::Dense($layer) => $call,
        }
    };
}

impl Any {
    /// Layer `index` of a checked description.
    pub(crate) fn new(spec: &Spec<'_>, index: usize) -> Self {
        let kind = spec.layers[index].kind;
        let dims = Dyn { input: spec.input_size_of(index), output: kind.size() };
        macro_rules! recurrent {
            ($variant:ident, $layer:ident) => {
                Self::$variant(Directed::new($layer::new(dims, kind), kind))
            };
        }
        let Some(recurrent) = kind.recurrent() else { return Self::Dense(DenseLayer::new(dims, kind)) };
        match recurrent.cell {
            CellKind::SimpleRnn { .. } => recurrent!(SimpleRnn, SimpleRnnLayer),
            CellKind::Gru { reset: ResetGate::AfterProduct, .. } => {
                recurrent!(GruAfter, GruAfterLayer)
            }
            CellKind::Gru { .. } => recurrent!(GruBefore, GruBeforeLayer),
            CellKind::Lstm { .. } => recurrent!(Lstm, LstmLayer),
            CellKind::MinGru { .. } => recurrent!(MinGru, MinGruLayer),
            CellKind::MinLstm { .. } => recurrent!(MinLstm, MinLstmLayer),
            _ => unreachable!("every cell has a variant here"),
        }
    }
}

impl Any {
    /// n_h or n_o.
    pub(crate) fn output_size(&self) -> usize {
        each!(self, l => l.output_size())
    }
}

/// Layers, each fed with the output of the one before. Never empty.
#[derive(Clone, Copy, Debug)]
pub struct Layers<'a>(pub(crate) &'a [Any]);

impl Layers<'_> {
    /// Scratch of these layers, given what a layer keeps between itself and the next and what it takes itself.
    #[inline(always)]
    fn stacked(&self, between: impl Fn(&Any) -> usize, own: impl Fn(&Any) -> usize) -> usize {
        let (last, inner) = self.0.split_last().expect("a network has a layer");
        inner.iter().rev().fold(own(last), |rest, layer| stacked(between(layer), own(layer), rest))
    }

    /// Whether no layer from `index` on has a state.
    #[inline(always)]
    fn is_head(&self, index: usize) -> bool {
        self.0[index..].iter().all(|layer| each!(layer, l => l.state_len()) == 0)
    }
}

impl Layer for Layers<'_> {
    const INPUT_SIZE: usize = 0;

    fn input_size(&self) -> usize {
        each!(&self.0[0], l => l.input_size())
    }
    fn output_size(&self) -> usize {
        each!(&self.0[self.0.len() - 1], l => l.output_size())
    }
    fn state_len(&self) -> usize {
        self.0.iter().fold(0, |sum, layer| each!(layer, l => l.state_len()).saturating_add(sum))
    }
    fn packed_len(&self) -> usize {
        self.0.iter().map(|layer| each!(layer, l => l.packed_len())).sum()
    }
    fn scratch_len(&self) -> usize {
        self.stacked(|layer| round_to_line(layer.output_size()), |layer| each!(layer, l => l.scratch_len()))
    }
    fn rows_state_len(&self, rows: usize) -> usize {
        self.0.iter().fold(0, |sum, layer| each!(layer, l => l.rows_state_len(rows)).saturating_add(sum))
    }
    fn rows_scratch_len(&self, rows: usize) -> usize {
        self.stacked(
            |layer| rows.saturating_mul(row_stride(layer.output_size())),
            |layer| each!(layer, l => l.rows_scratch_len(rows)),
        )
    }
    fn shared_len(&self) -> usize {
        each!(&self.0[0], l => l.shared_len())
    }

    fn is_causal(&self) -> bool {
        self.0.iter().all(|layer| each!(layer, l => l.is_causal()))
    }
    fn run_scratch_len(&self, rows: usize, steps: usize) -> usize {
        if self.is_causal() {
            return self.rows_scratch_len(rows);
        }
        match self.0 {
            [only] => each!(only, l => l.run_scratch_len(rows, steps)),
            [first, rest @ ..] => each!(first, l => {
                let rest = Layers(rest).run_scratch_len(rows, steps);
                stacked(between_steps(l, rows, steps), l.run_scratch_len(rows, steps), rest)
            }),
            [] => 0,
        }
    }

    fn set_row(&self, at: RowPlace, mut snapshot: &[f32], mut state: &mut [f32]) {
        for layer in self.0 {
            each!(layer, l => {
                let (own, others) = state.split_at_mut(l.rows_state_len(at.room));
                let (given, rest) = snapshot.split_at(l.state_len());
                l.set_row(at, given, own);
                (state, snapshot) = (others, rest);
            });
        }
    }
    fn get_row(&self, at: RowPlace, mut state: &[f32], mut snapshot: &mut [f32]) {
        for layer in self.0 {
            each!(layer, l => {
                let (own, others) = state.split_at(l.rows_state_len(at.room));
                let (wanted, rest) = snapshot.split_at_mut(l.state_len());
                l.get_row(at, own, wanted);
                (state, snapshot) = (others, rest);
            });
        }
    }

    #[inline(always)]
    fn share<S: Tier>(&self, s: S, weights: &[f32], rows: usize, x: Rows<'_>, shared: RowsMut<'_>) {
        each!(&self.0[0], l => l.share(s, &weights[..l.packed_len()], rows, x, shared));
    }

    #[inline(always)]
    fn step<S: Tier>(
        &self,
        s: S,
        mut weights: &[f32],
        input: Input<'_>,
        mut state: &mut [f32],
        mut scratch: &mut [f32],
        mut y: Option<&mut [f32]>,
    ) {
        let mut before: &[f32] = &[];
        let last = self.0.len() - 1;
        for (index, layer) in self.0.iter().enumerate() {
            let input = if index == 0 { input } else { Input::X(before) };
            each!(layer, l => {
                let (block, rest) = weights.split_at(l.packed_len());
                let (own, others) = state.split_at_mut(l.state_len());
                (weights, state) = (rest, others);
                if index == last {
                    return l.step(s, block, input, own, scratch, y.take());
                }
                if y.is_none() && self.is_head(index + 1) {
                    return l.step(s, block, input, own, scratch, None);
                }
                let (out, rest) = core::mem::take(&mut scratch).split_at_mut(round_to_line(l.output_size()));
                l.step(s, block, input, own, &mut *rest, Some(&mut *out));
                (before, scratch) = (out, rest);
            });
        }
    }

    #[inline(always)]
    fn step_rows<S: Tier>(
        &self,
        s: S,
        mut weights: &[f32],
        at: StepRows<'_>,
        input: InputRows<'_>,
        mut state: &mut [f32],
        mut scratch: &mut [f32],
        mut y: Option<RowsMut<'_>>,
    ) {
        let mut before = Rows { data: &[], stride: 0 };
        let last = self.0.len() - 1;
        for (index, layer) in self.0.iter().enumerate() {
            let input = if index == 0 { input } else { InputRows::X(before) };
            each!(layer, l => {
                let (block, rest) = weights.split_at(l.packed_len());
                let (own, others) = state.split_at_mut(l.rows_state_len(at.room));
                (weights, state) = (rest, others);
                if index == last {
                    return l.step_rows(s, block, at, input, own, scratch, y.take());
                }
                if y.is_none() && self.is_head(index + 1) {
                    return l.step_rows(s, block, at, input, own, scratch, None);
                }
                let stride = row_stride(l.output_size());
                let (out, rest) = core::mem::take(&mut scratch).split_at_mut(at.rows * stride);
                l.step_rows(s, block, at, input, own, &mut *rest, Some(RowsMut { data: &mut *out, stride }));
                before = Rows { data: out, stride };
                scratch = rest;
            });
        }
    }

    fn run<S: Tier>(
        &self,
        s: S,
        weights: &[f32],
        run: &Run<'_>,
        x: Grid<'_>,
        state: &mut [f32],
        scratch: &mut [f32],
        y: Option<GridMut<'_>>,
    ) {
        if self.is_causal() {
            return run_in_order(self, s, weights, run, Order::Forward, x, state, scratch, y);
        }
        let [first, rest @ ..] = self.0 else { return };
        if rest.is_empty() {
            return each!(first, l => l.run(s, weights, run, x, state, scratch, y));
        }
        each!(first, l => run_pair(l, &Layers(rest), s, weights, run, x, state, scratch, y));
    }
}
