//! Tensor names, layouts and panel packing: what `rnn-core` and `rnn-macros` must agree on.
//!
//! The macro runs inside the compiler and cannot depend on the crate whose code it writes, so what both need stands
//! here: what a network is made of ([`Spec`]), how long its buffers are, how weights lie in memory once packed
//! ([`Panels`]), and how they are named in files.
//!
//! The orders of gates, layouts and biases of PyTorch, Keras, ONNX and oneDNN against ours:
//! [docs/weights.md](https://github.com/rnn-core/rnn-core/blob/main/docs/weights.md).
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod activation;
#[cfg(feature = "alloc")]
mod architecture;
#[cfg(feature = "safetensors")]
mod check;
mod error;
#[cfg(feature = "safetensors")]
mod fault;
#[cfg(feature = "alloc")]
mod fill;
#[cfg(feature = "safetensors")]
mod foreign;
mod form;
#[cfg(feature = "safetensors")]
mod header;
mod kind;
mod lengths;
mod mark;
#[cfg(feature = "alloc")]
mod metadata;
#[cfg(feature = "safetensors")]
mod names;
#[cfg(feature = "safetensors")]
mod numbers;
#[cfg(feature = "safetensors")]
mod options;
mod panel;
#[cfg(feature = "safetensors")]
mod safetensors;
mod scaler;
mod skip;
mod spec;
mod tensor;
#[cfg(feature = "alloc")]
mod weight_error;
mod weights;

pub use activation::{Activation, UnknownActivation};
#[cfg(feature = "alloc")]
pub use architecture::{Architecture, Layer};
#[cfg(feature = "safetensors")]
pub use check::{Checked, check, input_size};
pub use error::SpecError;
#[cfg(feature = "safetensors")]
pub use fault::Fault;
#[cfg(feature = "alloc")]
pub use fill::fill_from_slices;
#[cfg(feature = "safetensors")]
pub use foreign::split_file;
pub use form::{Form, Size, StackName};
pub use kind::{CellKind, Direction, LayerKind, Merge, Part, Recurrent, ResetGate};
pub use lengths::{
    COPIED_AT_ONCE, MOST_FLOATS, RowLengths, StepScratch, copy_len, longest_pass, round_to_line, row_stride,
    stacked,
};
pub use mark::StateMark;
#[cfg(feature = "alloc")]
pub use metadata::Metadata;
#[cfg(feature = "safetensors")]
pub use names::{Assume, Inferred, Mapping, infer};
#[cfg(feature = "safetensors")]
pub use options::ReadOptions;
pub use panel::{LINE, Panel, Panels, checked_round_to_line};
#[cfg(feature = "safetensors")]
pub use safetensors::{
    TensorInfo, fill, fit, infer_file, list_tensors, list_tensors_with, read_f32, read_f32_with,
    read_metadata, save,
};
pub use scaler::Scaler;
pub use spec::{LayerSpec, MAX_DELAY, MAX_GATES, MAX_SIZE, Spec};
pub use tensor::Tensor;
#[cfg(feature = "alloc")]
pub use weight_error::{Shape, WeightError};
pub use weights::{LayerWeights, Misfit, RecurrentWeights};
