//! The kernels of run-time sizes, compiled once a tier in this crate.
//!
//! Generic code is compiled in the crate that uses it. These kernels depend on the tier alone, so a trait whose methods
//! are not generic keeps them here: a user's crate compiles neither tiles nor run-time steps, however many networks it
//! has.

use super::dense::{DenseLayer, dense_rows, dense_step};
use super::recurrent::{SimpleRnnLayer, step_rows, step_stream};
use super::{Input, InputRows, StepRows};
use crate::dims::Dyn;
use crate::gemm::{Rows, RowsMut};
use crate::simd::{Portable, Simd};

#[cfg(target_arch = "x86_64")]
use crate::simd::{Avx2, Avx512};

/// A tier with its compiled kernels.
pub trait Tier: Simd {
    /// One step of one stream.
    fn simple_rnn_step(
        self,
        layer: SimpleRnnLayer<Dyn>,
        weights: &[f32],
        input: Input<'_>,
        h: &mut [f32],
        scratch: &mut [f32],
        y: Option<&mut [f32]>,
    );

    /// One step of many streams.
    #[expect(clippy::too_many_arguments, reason = "those of `Layer::step_rows`")]
    fn simple_rnn_rows(
        self,
        layer: SimpleRnnLayer<Dyn>,
        weights: &[f32],
        at: StepRows,
        input: InputRows<'_>,
        state: &mut [f32],
        scratch: &mut [f32],
        y: Option<RowsMut<'_>>,
    );

    /// The input segment of many steps.
    fn simple_rnn_share(
        self,
        layer: SimpleRnnLayer<Dyn>,
        weights: &[f32],
        rows: usize,
        x: Rows<'_>,
        shared: RowsMut<'_>,
    );

    /// y = f(V x + c).
    fn dense_step(self, layer: DenseLayer<Dyn>, weights: &[f32], x: &[f32], y: &mut [f32]);

    /// y = f(V x + c) of many rows.
    fn dense_rows(self, layer: DenseLayer<Dyn>, weights: &[f32], rows: usize, x: Rows<'_>, y: RowsMut<'_>);
}

macro_rules! tier {
    ($token:ty) => {
        impl Tier for $token {
            #[inline(never)]
            fn simple_rnn_step(
                self,
                layer: SimpleRnnLayer<Dyn>,
                weights: &[f32],
                input: Input<'_>,
                h: &mut [f32],
                scratch: &mut [f32],
                y: Option<&mut [f32]>,
            ) {
                self.vectorize(
                    #[inline(always)]
                    || step_stream(self, layer, weights, input, h, scratch, y),
                );
            }

            #[inline(never)]
            fn simple_rnn_rows(
                self,
                layer: SimpleRnnLayer<Dyn>,
                weights: &[f32],
                at: StepRows,
                input: InputRows<'_>,
                state: &mut [f32],
                scratch: &mut [f32],
                y: Option<RowsMut<'_>>,
            ) {
                self.vectorize(
                    #[inline(always)]
                    || step_rows(self, layer, weights, at, input, state, scratch, y),
                );
            }

            #[inline(never)]
            fn simple_rnn_share(
                self,
                layer: SimpleRnnLayer<Dyn>,
                weights: &[f32],
                rows: usize,
                x: Rows<'_>,
                shared: RowsMut<'_>,
            ) {
                self.vectorize(
                    #[inline(always)]
                    || layer.share_rows(self, weights, rows, x, shared),
                );
            }

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
        }
    };
}
tier!(Portable);
#[cfg(target_arch = "x86_64")]
tier!(Avx2);
#[cfg(target_arch = "x86_64")]
tier!(Avx512);
