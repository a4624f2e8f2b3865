//! The kernel layer: packed products and recurrences on slices, for those who have their own graph or state handling.
//!
//! No names, no files, no allocation, no threads. Each kernel is a description of sizes and a backend; its weights are
//! packed once into a slice of yours, and every call reads and writes slices of yours, with your strides.
//!
//! | kernel | computes | calls |
//! | --- | --- | --- |
//! | [`Affine`] | y = V x + c | [`Affine::gemv_into`] one row, [`Affine::gemm_into`] many rows |
//! | [`SimpleRnn`] | h_t = f(U x_t + W h_{t-1} + b) | [`SimpleRnn::step`] one step, [`SimpleRnn::run`] many rows over many steps |
//!
//! A graph runtime can put [`SimpleRnn`] in place of its `RNN` operator, and [`Affine`] in place of its `Gemm` where the
//! matrix is a constant. The two join: an affine product can make the P = b + U x of [`Inputs::Projected`], with the bits the
//! cell itself would give unless n_h is at most 16 and n_i at least 16, where a product of few outputs cuts its sums.
//!
//! The other cells have no kernel of their own here. A network of one such layer does as much: [`crate::Sequences`] take
//! your strides, lengths and states, and [`crate::Network::run_into`] scratch and outputs of yours.
//!
//! Packed slices are read at every call; a vector that straddles two cache lines costs two, so let them start on one (64
//! bytes) where speed matters.
//!
//! ```
//! use rnn_core::kernel::{Inputs, Run, SimpleRnn, Weights};
//! use rnn_core::{Activation, Backend};
//!
//! // h_t = tanh(U x_t + W h_{t-1} + b) with n_i = 1, n_h = 2.
//! let weights = Weights { weight_ih: &[0.5, -1.0], weight_hh: &[0.0, 0.25, 0.25, 0.0], bias: Some(&[0.1, 0.0]) };
//! let cell = SimpleRnn::new(1, 2, Activation::Tanh, Backend::detect())?;
//! let mut packed = vec![0.0; cell.packed_len()];
//! cell.pack(&weights, &mut packed)?;
//!
//! let mut h = [0.0; 2];
//! let mut scratch = vec![0.0; cell.scratch_len(1)?];
//! cell.step(&packed, &[1.0], &mut h, &mut scratch)?;
//! assert!((h[0] - 0.6_f32.tanh()).abs() < 1e-6);
//!
//! // The same as a sequence of one row and one step.
//! let (mut again, mut y) = ([0.0; 2], [0.0; 2]);
//! let run = Run { rows: 1, steps: 1, inputs: Inputs::X { x: &[1.0], row_stride: 1, step_stride: 1 }, lengths: None };
//! cell.run(&packed, &run, &mut again, Some(&mut y), &mut scratch)?;
//! assert_eq!(h, again);
//! assert_eq!(h, y);
//! # Ok::<(), rnn_core::ShapeError>(())
//! ```

mod affine;
mod simple_rnn;

pub use affine::{Affine, AffineWeights, Layout, Strided, StridedMut};
pub use simple_rnn::{Inputs, Run, SimpleRnn, Weights};
