//! A recurrent layer: how its state advances by a step, of one stream and of many rows.
//!
//! [`Recurrent`] joins what advances the state, an [`Advance`], with sizes and what every cell may have besides: a
//! projection of h, and a delay. There are two advances: [`Gated`] for every cell whose gates are one product with the
//! state, and [`ResetBefore`] for the one whose candidate waits for its reset gate.
//!
//! Packed block: see `rnn_format::Part`. The state of one stream is h, then c, as often as the delay asks, newest
//! first. That of many rows is a ring of such states, one more than the delay asks, row by row a stride apart: a step
//! reads one and writes another, for the last columns of a product still need the old h when the first are done.

mod cut;
mod gated;
#[cfg(all(test, feature = "std"))]
mod lengths_tests;
mod options;
mod reset_before;
mod rows;
mod stream;
mod written_out;

pub(crate) use gated::Gated;
pub(crate) use reset_before::ResetBefore;

use super::{Input, InputRows, Layer, StepRows, Tier};
use crate::cell::{GruAfter, Lstm, MinGru, MinLstm, SimpleRnn};
use crate::dims::{Dims, Dyn};
use crate::gemm::{Rows, RowsMut};
use crate::simd::{Simd, apart};
use core::fmt::Debug;
use cut::RowWork;
use options::Options;
use rnn_format::{LayerKind, Panels, round_to_line};

pub(crate) use rows::step_rows;
pub(crate) use stream::step_stream;

/// How a state advances by one step.
pub trait Advance: Copy + Send + Sync + Debug + 'static {
    /// Sums of the input segment, a unit.
    const GATES: usize;

    /// One step of one stream.
    fn step<S: Simd, D: Dims>(
        layer: &Recurrent<Self, D>,
        s: S,
        weights: &[f32],
        input: Input<'_>,
        stream: &mut Stream<'_>,
    );

    /// One step of many rows.
    fn rows<S: Simd>(
        layer: &Recurrent<Self, Dyn>,
        s: S,
        weights: &[f32],
        at: StepRows<'_>,
        input: InputRows<'_>,
        states: RowStates<'_>,
        work: RowWork<'_>,
    );

    /// The input segment of many steps.
    fn share<S: Simd>(
        layer: &Recurrent<Self, Dyn>,
        s: S,
        weights: &[f32],
        rows: usize,
        x: Rows<'_>,
        shared: RowsMut<'_>,
    );
}

/// The same, compiled: built-in cells once a tier in this crate ([`super::tier`]), a user's cell where it is used, as the methods
/// stand here.
pub trait Kernels: Advance {
    /// [`step_stream`] in a frame of its own.
    fn step_kernel<S: Tier>(
        layer: &Recurrent<Self, Dyn>,
        s: S,
        weights: &[f32],
        input: Input<'_>,
        state: &mut [f32],
        scratch: &mut [f32],
        y: Option<&mut [f32]>,
    ) {
        s.vectorize(
            #[inline(always)]
            || step_stream(layer, s, weights, input, state, scratch, y),
        );
    }
    /// [`step_rows`] in a frame of its own.
    #[expect(clippy::too_many_arguments, reason = "those of `Layer::step_rows`")]
    fn rows_kernel<S: Tier>(
        layer: &Recurrent<Self, Dyn>,
        s: S,
        weights: &[f32],
        at: StepRows<'_>,
        input: InputRows<'_>,
        state: &mut [f32],
        scratch: &mut [f32],
        y: Option<RowsMut<'_>>,
    ) {
        s.vectorize(
            #[inline(always)]
            || step_rows(layer, s, weights, at, input, state, scratch, y),
        );
    }
    /// [`Advance::share`] in a frame of its own.
    fn share_kernel<S: Tier>(
        layer: &Recurrent<Self, Dyn>,
        s: S,
        weights: &[f32],
        rows: usize,
        x: Rows<'_>,
        shared: RowsMut<'_>,
    ) {
        s.vectorize(
            #[inline(always)]
            || Self::share(layer, s, weights, rows, x, shared),
        );
    }
}

/// The state of one stream, and where its successor goes.
pub struct Stream<'a> {
    /// h, read.
    h: &'a mut [f32],
    /// c, replaced in place: no product reads it.
    c: &'a mut [f32],
    /// Where the new h goes.
    next: Next<'a>,
    /// Working space, which [`cut::work`] cuts.
    work: &'a mut [f32],
    /// A copy of the new h.
    y: Option<&'a mut [f32]>,
    /// Whether more is to be done after the step. It stands here because the compiler cannot know it unchanged by then: where
    /// it does, it lays the step once for each way past the questions before and after.
    extended: bool,
}

/// Where the new h of a stream goes.
enum Next<'a> {
    /// To the place of the old one; while that is still read, here.
    Replace(&'a mut [f32]),
    /// Here.
    Write(&'a mut [f32]),
}

/// The states of many rows, and where their successors go.
pub struct RowStates<'a> {
    h: Rows<'a>,
    c: Rows<'a>,
    next_h: RowsMut<'a>,
    next_c: RowsMut<'a>,
    /// A copy of the new h.
    y: Option<RowsMut<'a>>,
}

/// A recurrent layer.
#[derive(Clone, Copy, Debug)]
pub struct Recurrent<A, D> {
    advance: A,
    dims: D,
    options: Options,
}

macro_rules! layers {
    ($($(#[$doc:meta])* $alias:ident = $advance:ty, $value:expr;)*) => {$(
        $(#[$doc])*
        pub type $alias<D> = Recurrent<$advance, D>;

        impl<D: Dims> $alias<D> {
            /// The layer of these sizes and options.
            ///
            /// # Panics
            /// If `kind` is of another cell, or has what the type of `dims` does not say.
            #[must_use]
            pub const fn new(dims: D, kind: LayerKind) -> Self {
                let LayerKind::Recurrent(layer) = kind else { panic!("not a recurrent layer") };
                assert!(!D::FIXED || D::FAST == layer.is_fast(), "`Fast` goes with the fast activations");
                assert!(!D::PLAIN || layer.is_plain(), "`Extended` goes with a projection or a delay");
                Self { advance: $value(&layer), dims, options: Options::new(&layer) }
            }
        }
    )*};
}
layers! {
    /// h_t = f(U x_t + W h_{t-1} + b).
    SimpleRnnLayer = Gated<SimpleRnn, 1>, gated::simple_rnn;
    /// A GRU that resets after the product.
    GruAfterLayer = Gated<GruAfter, 3>, gated::gru_after;
    /// A GRU that resets before the product.
    GruBeforeLayer = ResetBefore, ResetBefore::new;
    /// An LSTM.
    LstmLayer = Gated<Lstm, 4>, gated::lstm;
    /// A minimal GRU.
    MinGruLayer = Gated<MinGru, 2>, gated::min_gru;
    /// A minimal LSTM.
    MinLstmLayer = Gated<MinLstm, 3>, gated::min_lstm;
}

impl<C, D, const G: usize> Recurrent<Gated<C, G>, D> {
    /// The layer of a cell of the user's own.
    #[cfg(feature = "alloc")]
    pub(crate) const fn custom(cell: C, dims: D, layer: &rnn_format::Recurrent) -> Self
    where
        C: Copy,
        D: Copy,
    {
        Self { advance: Gated(cell), dims, options: Options::new(layer) }
    }
}

impl<A: Advance, D: Dims> Recurrent<A, D> {
    #[inline(always)]
    fn hidden(&self) -> usize {
        self.dims.output()
    }

    /// Values of h.
    #[inline(always)]
    fn state_size(&self) -> usize {
        self.options.projection.unwrap_or(self.hidden())
    }

    /// Values of c.
    #[inline(always)]
    fn memory_size(&self) -> usize {
        if self.options.memory { self.hidden() } else { 0 }
    }

    /// Floats of the input part of the packed block.
    #[inline(always)]
    fn input_len(&self) -> usize {
        let panels = Panels { units: self.hidden(), gates: A::GATES, depth: self.dims.input() + 1 };
        round_to_line(panels.len())
    }

    /// The same layer with its sizes as values.
    #[inline(always)]
    fn dynamic(&self) -> Recurrent<A, Dyn> {
        Recurrent {
            advance: self.advance,
            dims: Dyn { input: self.dims.input(), output: self.dims.output() },
            options: self.options,
        }
    }
}

impl<A: Kernels, D: Dims> Layer for Recurrent<A, D> {
    const INPUT_SIZE: usize = D::INPUT_SIZE;

    #[inline(always)]
    fn input_size(&self) -> usize {
        self.dims.input()
    }
    #[inline(always)]
    fn output_size(&self) -> usize {
        self.state_size()
    }
    #[inline(always)]
    fn state_len(&self) -> usize {
        self.options.past.saturating_mul(self.state_size().saturating_add(self.memory_size()))
    }
    #[inline(always)]
    fn packed_len(&self) -> usize {
        self.input_len() + self.options.behind_input
    }
    #[inline(always)]
    fn scratch_len(&self) -> usize {
        self.options.step.len()
    }
    #[inline(always)]
    fn rows_state_len(&self, rows: usize) -> usize {
        self.options.rows.state_len(rows)
    }
    #[inline(always)]
    fn rows_scratch_len(&self, rows: usize) -> usize {
        self.options.rows.scratch_len(self.dims.input(), rows)
    }
    #[inline(always)]
    fn shared_len(&self) -> usize {
        A::GATES.saturating_mul(self.hidden())
    }

    fn set_row(&self, at: RowPlace, snapshot: &[f32], state: &mut [f32]) {
        rows::set_row(self, at, snapshot, state);
    }
    fn get_row(&self, at: RowPlace, state: &[f32], snapshot: &mut [f32]) {
        rows::get_row(self, at, state, snapshot);
    }

    #[inline(always)]
    fn share<S: Tier>(&self, s: S, weights: &[f32], rows: usize, x: Rows<'_>, shared: RowsMut<'_>) {
        A::share_kernel(&self.dynamic(), s, weights, rows, x, shared);
    }

    #[inline(always)]
    fn step<S: Tier>(
        &self,
        s: S,
        weights: &[f32],
        input: Input<'_>,
        state: &mut [f32],
        scratch: &mut [f32],
        y: Option<&mut [f32]>,
    ) {
        if const { D::FIXED && S::WRITTEN_OUT } {
            apart(
                s,
                #[inline(always)]
                || step_stream(self, s, weights, input, state, scratch, y),
            );
        } else {
            A::step_kernel(&self.dynamic(), s, weights, input, state, scratch, y);
        }
    }

    #[inline(always)]
    fn step_rows<S: Tier>(
        &self,
        s: S,
        weights: &[f32],
        at: StepRows<'_>,
        input: InputRows<'_>,
        state: &mut [f32],
        scratch: &mut [f32],
        y: Option<RowsMut<'_>>,
    ) {
        // Tiles have run-time sizes: constants gain nothing there and would multiply the code.
        A::rows_kernel(&self.dynamic(), s, weights, at, input, state, scratch, y);
    }
}

pub(crate) use super::RowPlace;
use gated::share_rows;

#[cfg(test)]
mod tests {
    use super::LstmLayer;
    use crate::dims::{Extended, Fast, Fixed};
    use rnn_format::{Activation, LayerKind};

    const LSTM: LayerKind = LayerKind::lstm(8);
    const FAST: LayerKind = LSTM.with_gate(Activation::FastSigmoid).with_activation(Activation::FastTanh);

    #[test]
    fn types_that_say_what_the_layer_is() {
        let _ = LstmLayer::new(Fixed::<1, 8>, LSTM);
        let _ = LstmLayer::new(Fast(Fixed::<1, 8>), FAST);
        let _ = LstmLayer::new(Extended(Fixed::<1, 8>), LSTM.with_projection(4));
        let _ = LstmLayer::new(Extended(Fast(Fixed::<1, 8>)), FAST.with_delay(2.0));
    }

    #[test]
    #[should_panic(expected = "`Fast`")]
    fn fast_activations_that_the_type_does_not_say() {
        let _ = LstmLayer::new(Fixed::<1, 8>, FAST);
    }

    #[test]
    #[should_panic(expected = "`Fast`")]
    fn a_type_that_says_fast_of_others() {
        let _ = LstmLayer::new(Fast(Fixed::<1, 8>), LSTM);
    }

    #[test]
    #[should_panic(expected = "`Extended`")]
    fn a_delay_that_the_type_does_not_say() {
        let _ = LstmLayer::new(Fixed::<1, 8>, LSTM.with_delay(2.0));
    }
}
