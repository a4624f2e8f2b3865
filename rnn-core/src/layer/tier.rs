//! The kernels of run-time sizes, compiled once a tier in this crate.
//!
//! Generic code is compiled in the crate that uses it. These kernels depend on the tier alone, so a trait whose methods
//! are not generic keeps them here: a user's crate compiles neither tiles nor run-time steps, however many networks it
//! has. A new cell is registered by its line in [`each_kernel`].

use super::dense::{DenseLayer, dense_rows, dense_step};
use super::recurrent::{Advance, Gated, Kernels, Recurrent, ResetBefore, step_rows, step_stream};
use super::{Input, InputRows, StepRows};
use crate::activation::apply_slice;
use crate::cell::{GruAfter, Lstm, MinGru, MinLstm, SimpleRnn};
use crate::dims::Dyn;
use crate::gemm::{Rows, RowsMut};
use crate::simd::{Portable, Simd};
use rnn_format::Activation;

#[cfg(target_arch = "x86_64")]
use crate::simd::{Avx2, Avx512};

/// Hands the list of recurrent kernels to a macro: what advances the state, and the names of its kernels.
macro_rules! each_kernel {
    ($then:ident! $($first:tt)*) => {
        $then! {
            $($first)*
            Gated<SimpleRnn, 1>, simple_rnn_step, simple_rnn_rows, simple_rnn_share;
            Gated<GruAfter, 3>, gru_after_step, gru_after_rows, gru_after_share;
            ResetBefore, gru_before_step, gru_before_rows, gru_before_share;
            Gated<Lstm, 4>, lstm_step, lstm_rows, lstm_share;
            Gated<MinGru, 2>, min_gru_step, min_gru_rows, min_gru_share;
            Gated<MinLstm, 3>, min_lstm_step, min_lstm_rows, min_lstm_share;
        }
    };
}

macro_rules! declare {
    ($($advance:ty, $step:ident, $rows:ident, $share:ident;)*) => {
        /// A tier with its compiled kernels.
        pub trait Tier: Simd {
            $(
                /// One step of one stream.
                fn $step(
                    self,
                    layer: &Recurrent<$advance, Dyn>,
                    weights: &[f32],
                    input: Input<'_>,
                    state: &mut [f32],
                    scratch: &mut [f32],
                    y: Option<&mut [f32]>,
                );
                /// One step of many streams.
                #[expect(clippy::too_many_arguments, reason = "those of `Layer::step_rows`")]
                fn $rows(
                    self,
                    layer: &Recurrent<$advance, Dyn>,
                    weights: &[f32],
                    at: StepRows<'_>,
                    input: InputRows<'_>,
                    state: &mut [f32],
                    scratch: &mut [f32],
                    y: Option<RowsMut<'_>>,
                );
                /// The input segment of many steps.
                fn $share(
                    self,
                    layer: &Recurrent<$advance, Dyn>,
                    weights: &[f32],
                    rows: usize,
                    x: Rows<'_>,
                    shared: RowsMut<'_>,
                );
            )*

            /// y = f(V x + c).
            fn dense_step(self, layer: DenseLayer<Dyn>, weights: &[f32], x: &[f32], y: &mut [f32]);

            /// y = f(V x + c) of many rows.
            fn dense_rows(
                self,
                layer: DenseLayer<Dyn>,
                weights: &[f32],
                rows: usize,
                x: Rows<'_>,
                y: RowsMut<'_>,
            );

            /// f of each value in place.
            fn activate(self, activation: Activation, y: &mut [f32]);
        }

        $(
            impl Kernels for $advance {
                #[inline(always)]
                fn step_kernel<S: Tier>(
                    layer: &Recurrent<Self, Dyn>,
                    s: S,
                    weights: &[f32],
                    input: Input<'_>,
                    state: &mut [f32],
                    scratch: &mut [f32],
                    y: Option<&mut [f32]>,
                ) {
                    s.$step(layer, weights, input, state, scratch, y);
                }
                #[inline(always)]
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
                    s.$rows(layer, weights, at, input, state, scratch, y);
                }
                #[inline(always)]
                fn share_kernel<S: Tier>(
                    layer: &Recurrent<Self, Dyn>,
                    s: S,
                    weights: &[f32],
                    rows: usize,
                    x: Rows<'_>,
                    shared: RowsMut<'_>,
                ) {
                    s.$share(layer, weights, rows, x, shared);
                }
            }
        )*
    };
}
each_kernel!(declare!);

macro_rules! implement {
    ([$token:ty] $($advance:ty, $step:ident, $rows:ident, $share:ident;)*) => {
        impl Tier for $token {
            $(
                #[inline(never)]
                fn $step(
                    self,
                    layer: &Recurrent<$advance, Dyn>,
                    weights: &[f32],
                    input: Input<'_>,
                    state: &mut [f32],
                    scratch: &mut [f32],
                    y: Option<&mut [f32]>,
                ) {
                    self.vectorize(
                        #[inline(always)]
                        || step_stream(layer, self, weights, input, state, scratch, y),
                    );
                }
                #[inline(never)]
                fn $rows(
                    self,
                    layer: &Recurrent<$advance, Dyn>,
                    weights: &[f32],
                    at: StepRows<'_>,
                    input: InputRows<'_>,
                    state: &mut [f32],
                    scratch: &mut [f32],
                    y: Option<RowsMut<'_>>,
                ) {
                    self.vectorize(
                        #[inline(always)]
                        || step_rows(layer, self, weights, at, input, state, scratch, y),
                    );
                }
                #[inline(never)]
                fn $share(
                    self,
                    layer: &Recurrent<$advance, Dyn>,
                    weights: &[f32],
                    rows: usize,
                    x: Rows<'_>,
                    shared: RowsMut<'_>,
                ) {
                    self.vectorize(
                        #[inline(always)]
                        || <$advance>::share(layer, self, weights, rows, x, shared),
                    );
                }
            )*

            #[inline(never)]
            fn dense_step(self, layer: DenseLayer<Dyn>, weights: &[f32], x: &[f32], y: &mut [f32]) {
                self.vectorize(
                    #[inline(always)]
                    || dense_step(self, layer, weights, x, y),
                );
            }

            #[inline(never)]
            fn dense_rows(
                self,
                layer: DenseLayer<Dyn>,
                weights: &[f32],
                rows: usize,
                x: Rows<'_>,
                y: RowsMut<'_>,
            ) {
                self.vectorize(
                    #[inline(always)]
                    || dense_rows(self, layer, weights, rows, x, y),
                );
            }

            #[inline(never)]
            fn activate(self, activation: Activation, y: &mut [f32]) {
                self.vectorize(
                    #[inline(always)]
                    || apply_slice(self, activation, y),
                );
            }
        }
    };
}
each_kernel!(implement![Portable]);
#[cfg(target_arch = "x86_64")]
each_kernel!(implement![Avx2]);
#[cfg(target_arch = "x86_64")]
each_kernel!(implement![Avx512]);
