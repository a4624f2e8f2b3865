//! Recurrent layers as the textbooks write them, in f64: what everything fast is compared with.
//!
//! One loop per sum sign, one function per equation, no dependency and nothing clever. Matrices are row-major, a
//! weight matrix has one row per unit, gate after gate in PyTorch's order. Shapes are checked by assertions; this code
//! is for tests.
//!
//! - [`Cell`]: one step of [`SimpleRnn`], [`Gru`], [`Lstm`], [`MinGru`] or [`MinLstm`], each with its equations at the
//!   head of its file, or of a cell of a test's own.
//! - [`Recurrence`]: a cell, and how old the state is that it sees.
//! - [`Recurrent`]: a recurrence over a sequence in a direction, with a length and a mask.
//! - [`Network`]: recurrent and dense layers on top of each other, over one row. A batch is a loop over its rows.
//!
//! Why it can be believed:
//!
//! - Each function has unit tests on cases small enough to work out on paper; the arithmetic stands in the comments.
//!   One weight at a time tells the gates from each other.
//! - Relations hold for every cell at random numbers: the reverse of a turned sequence is the forward form, a
//!   length is a shorter sequence, a mask leaves steps out, a coupled gate is one with negated numbers, an LSTM or a
//!   GRU with open gates is a simple layer, and more.
//! - The recurrence `h_t = tanh(x_t W_ih^T + b_ih + h_{t-1} W_hh^T + b_hh)` is the one in the documentation of
//!   PyTorch's `torch.nn.RNN`.
//! - `tests.rs` reproduces vectors published with ONNX: the outputs written out in the node tests `simple_rnn_defaults`
//!   and `simple_rnn_with_initial_bias` in their first version (onnx/onnx at commit 09a6a3ac,
//!   `onnx/backend/test/case/node/rnn.py`). That version ran its three rows one after the other, as steps of one
//!   sequence; later versions of these tests read them as a batch, and compute their outputs instead of printing them.
//! - So it does with a vector whose weights have no symmetry: the test `RNN_bidirectional_bias_initial_zigged_batch` of ONNX
//!   Runtime (MIT; its file says that CNTK made the numbers). Of it we take the forward direction of the first batch
//!   row, five steps of a tanh layer with bias and initial state, and stay within 6e-8 of the printed f32 values.
//! - `tests/published` does the same with ONNX Runtime's vectors of LSTM and GRU: peepholes, coupled gates, clip,
//!   activations per gate, both reset forms, two biases, initial states, directions and lengths, within 1.5e-7.
//! - erf, and the activations made of exponentials, stand beside values of 60 digits.
//! - The golden files in `tests/golden`, made by Keras and PyTorch, are compared with this crate as well as with the
//!   optimised networks.
#![forbid(unsafe_code)]
#![expect(clippy::needless_range_loop, reason = "the indices are those of the equations")]

mod activation;
mod cell;
mod delay;
mod dense;
mod erf;
mod gru;
mod lstm;
mod min_gru;
mod min_lstm;
mod network;
mod product;
mod recurrent;
mod simple_rnn;
mod windows;

#[cfg(test)]
mod tests;

pub use activation::{Activation, softmax};
pub use cell::{Cell, State};
pub use delay::{Memory, Recurrence};
pub use dense::Dense;
pub use erf::{erf, erfc};
pub use gru::{Gru, ResetGate};
pub use lstm::Lstm;
pub use min_gru::MinGru;
pub use min_lstm::MinLstm;
pub use network::{Layer, Network};
pub use recurrent::{Direction, Merge, Recurrent, Sequence, Steps};
pub use simple_rnn::SimpleRnn;
pub use windows::{Windows, each_window};
