//! Recurrent neural networks on the CPU: as fast as the machine allows in a plain `cargo build --release`, with one
//! answer however they are fed.
//!
//! ```text
//! h_t = f(U x_t + W h_{t-1} + b)        U (n_h, n_i), W (n_h, n_h)
//! y_t = V h_t + c                       V (n_o, n_h)
//! ```
//!
//! That is [`SimpleRnn`] and [`Dense`]; the other cells are [`Gru`], [`Lstm`], [`MinGru`], [`MinLstm`] and those of your
//! own (`custom`).
//!
//! A network is a struct under the `#[rnn]` attribute, its sizes known to the compiler, or a [`RuntimeNetwork`], its layers
//! known when the program runs: the same calls, the same kernels, the same bits.
//!
#![cfg_attr(all(feature = "macros", feature = "std"), doc = "```")]
#![cfg_attr(not(all(feature = "macros", feature = "std")), doc = "```ignore")]
//! use rnn_core::LayerWeights;
//! use rnn_core::prelude::*;
//!
//! /// Two values in, one out.
//! #[rnn(input_size = 2)]
//! pub struct Tiny {
//!     hidden: SimpleRnn<3>, // tanh unless said otherwise
//!     output: Dense<1>,     // linear unless said otherwise
//! }
//!
//! let weights = [
//!     LayerWeights::recurrent(&[0.1; 6], &[0.2; 9], Some(&[0.0; 3])),
//!     LayerWeights::Dense { weight: &[1.0; 3], bias: Some(&[0.5]) },
//! ];
//! let model = Tiny::from_slices(Backend::detect(), &weights)?;
//!
//! // In real time: one step a call, no allocation, nothing that can fail.
//! let mut state = model.initial_state();
//! let [first] = model.step(&mut state, &[1.0, 2.0]);
//!
//! // A whole sequence (T, n_i), and windows of tau = 2 steps, each from h = 0.
//! let series = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
//! let all = model.forward(&series, Outputs::All)?;
//! assert_eq!(all[0], first);
//! let windows = model.windows(&series, Windows::new(2))?;
//! assert_eq!(windows[0], all[1]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! With `#[rnn(weights = "models/amp.safetensors")]` the weights are part of the program ([`Embedded`]), with `from` the layers
//! are the file's too.
//!
//! # Promises
//!
//! - **One answer.** Step by step, a buffer, a sequence, a batch row, a window, one of many streams, any split, any
//!   number of threads, macro-made or built at run time: the same bits, on every fused backend ([`Backend::is_fused`]),
//!   for every cell.
//! - **Accurate.** [`activation`] lists the greatest error of each function, and over which inputs it was measured.
//! - **Real time.** After construction `step` and every `_into` call neither allocate, lock, call the system nor panic.
//! - **Weights load right or not at all.** Each tensor is checked by name, type and shape; where a file leaves open what
//!   the network is, that is an error with the candidates, never a choice.
//! - **No hidden unsafety.** `unsafe` stands in `buffer` and `simd` only.
//!
//! Promises about bits hold in the default floating-point mode; this crate never changes it. Generic code is compiled
//! under *your* profile: in a debug build and with `opt-level = "s"` a step is several times slower. `docs/macro.md` has the
//! lines of Cargo.toml that mend it.
//!
//! # Where things are
//!
//! Each module's head says why it is built so. A good order to read: [`kernel`] (one layer on bare slices), `cell`
//! (equations), `layer` (how a step is composed), `gemm` (where time goes), `simd` (how one source becomes three tiers),
//! `network` (the calls), `custom` (cells of your own).
//!
//! Pages in the repository: `docs/cells.md` (equations, pictures, and what ONNX, Keras and PyTorch call each part),
//! `docs/sequences.md` (every way to feed a network), `docs/weights.md` (orders of gates, layouts, biases, names),
//! `docs/macro.md` (what `#[rnn]` generates, what it costs, when to describe a network at run time).
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
extern crate self as rnn_core;

#[doc(hidden)]
pub mod __private;
pub mod activation;
#[cfg_attr(feature = "alloc", expect(unsafe_code, reason = "aligned storage seen as floats"))]
mod buffer;
mod cell;
#[cfg(feature = "alloc")]
pub mod custom;
mod dims;
mod error;
mod gemm;
pub mod kernel;
mod layer;
mod markers;
mod network;
pub mod prelude;
mod simd;

pub use error::ShapeError;
pub use markers::{Dense, Gru, Lstm, MinGru, MinLstm, SimpleRnn};
#[cfg(feature = "safetensors")]
pub use network::LoadOptions;
pub use network::{
    Embedded, FixedNetwork, FromStatic, HasState, InlineState, Network, Outputs, Sequences, Summary, Windows,
};
#[cfg(feature = "alloc")]
pub use network::{HeapState, Load, RuntimeBuilder, RuntimeNetwork, Save, StreamBatch, StreamId};
pub use rnn_format::{
    Activation, CellKind, Direction, LayerKind, LayerWeights, Merge, Recurrent, RecurrentWeights, ResetGate,
    Scaler, SpecError, StateMark, UnknownActivation,
};
#[cfg(feature = "alloc")]
pub use rnn_format::{Architecture, Layer, Metadata, WeightError};
#[cfg(feature = "safetensors")]
pub use rnn_format::{
    Assume, Inferred, Mapping, ReadOptions, TensorInfo, infer, list_tensors, list_tensors_with, read_f32,
    read_f32_with,
};
#[cfg(feature = "macros")]
pub use rnn_macros::rnn;
pub use simd::Backend;
