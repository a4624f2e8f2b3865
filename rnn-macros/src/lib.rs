//! The `#[rnn]` attribute of `rnn-core`: a struct whose fields are layers becomes a network whose sizes the
//! compiler knows.
//!
//! Use it through `rnn_core`, which re-exports it; alone it emits names that do not exist. The way through this
//! crate: `parse` reads tokens, `check` turns them into a `spec` (the struct's `options`, and for each field its `layer`
//! with the `layer_options`; `habits` knows what others call them, `manifest` what a package calls us) and collects every mistake, `plan` computes the sizes, `expand` prints the items, `stub`
//! what stands in for them after a mistake. Files: `file` reads them, `from` takes layers from one, `embed` makes its weights
//! part of the program, `unfit` says where it does not fit.
#![forbid(unsafe_code)]

mod check;
mod docs;
mod embed;
mod expand;
mod field;
mod file;
mod from;
mod habits;
mod layer;
mod layer_options;
mod manifest;
mod mistakes;
mod options;
mod parse;
mod plan;
mod reading;
mod registry;
mod sizes;
mod spec;
mod stub;
#[cfg(test)]
mod tests;
mod unfit;
mod value;
mod words;

use proc_macro::TokenStream;

/// Makes a network of a struct whose fields are layers.
///
/// ```ignore
/// use rnn_core::prelude::*;
///
/// /// Twelve yearly sunspot counts in, next year's out.
/// #[rnn(input_size = 1)]
/// pub struct Forecaster {
///     /// Remembers the cycle.
///     hidden: SimpleRnn<32>,
///     #[rnn(activation = relu, bias = false)]
///     output: Dense<1>,
/// }
/// ```
///
/// The layers run in the order of the fields, each fed with the output of the one before. The struct keeps its
/// name, visibility, attributes and documentation; its fields are replaced by one handle to the packed weights,
/// and it implements the traits of `rnn_core::prelude`: `Load` makes a network from a file or bytes, `Network`
/// runs it on slices, `FixedNetwork` steps it on arrays.
///
/// # On the struct
///
/// | option | meaning |
/// | --- | --- |
/// | `input_size = 1` | `n_i`, the number of values in one time step; required unless a file tells it |
/// | `weights = "models/amp.safetensors"` | the weights become part of the program, see below |
/// | `from = "models/amp.safetensors"` | of a struct without fields: its layers are the file's |
/// | `order = [rnn, head]` | of a struct without fields, where a file of PyTorch's or Keras' does not tell: its layers by their names in the file, first to last, each taking what the one before gives |
/// | `sizes = [1x8, 2x16]` | several networks behind one type, as layers x `hidden_size` of the field whose size is `_` (see below) |
/// | `prefix = "model"`, `mapping = ["head.weight" => "decoder.w"]`, `ignore_extra = true`, `ignore_metadata = true`, `header_limit = 4_000_000`, `round_f64 = true` | how the file is read, as `ReadOptions` say it for a program: see there; in a mapping `transposed("w")` and `keras("w")` say how a tensor lies |
/// | `crate = ::my::rnn_core` | where `rnn_core` is found when it is re-exported or Cargo.toml gives it another name (`crate = ::nn`); `::rnn_core` unless said otherwise |
///
/// # Weights in the program
///
/// ```ignore
/// #[rnn(weights = "models/amp.safetensors")]
/// pub struct Amp {
///     rnn: Lstm<40>,
///     head: Dense<1>,
/// }
///
/// let amp = Amp::embedded(); // no file, no heap, no std; in no time
/// ```
///
/// The file, whose path starts at the folder of the crate's Cargo.toml, is read when the crate is compiled, and again when it
/// changes. Each tensor is checked as `Load` checks it, but all that does not fit is said at once, at the fields; then it is
/// packed and becomes a static of the program, as long as the packed weights. The network also implements `Embedded`, with
/// the file's scaler and tau as constants; `Load` takes weights from elsewhere as ever.
///
/// `struct Amp;`, without fields, takes its layers from the file as well, or from that of `from` if both are given: from our
/// metadata, or from PyTorch's or Keras' names and shapes where they leave one network alone, with the activations the
/// framework has by default. Its documentation shows the struct it stands for.
///
/// A network of a million weights adds about a second to a build. Much larger files slow each check of an editor: load those
/// when the program runs, from a file or with `Amp::from_safetensors(include_bytes!("../models/amp.safetensors"))`, which
/// takes a heap and twice the room.
///
/// # Fields
///
/// | type | layer | options |
/// | --- | --- | --- |
/// | `SimpleRnn<32>` | `h' = f(U x + W h + b)`, `n_h = 32` | `activation = tanh` (f) |
/// | `Gru<32>` | `r, z = s(..)`, `n = t(..)`, `h' = (1 - z) * n + z * h` | `reset` (required), `activation = tanh` (t), `gate = sigmoid` (s) |
/// | `Lstm<32>` | `i, f, o = s(..)`, `g = t(..)`, `c' = f * c + i * g`, `h' = o * u(c')` | `activation = tanh` (t and u), `output` (u), `gate = sigmoid` (s), `peephole = false`, `coupled = false`, `projection` |
/// | `MinGru<32>` | `z = s(U_z x + b_z)`, `n = t(U_n x + b_n)`, `h' = (1 - z) * h + z * n` | `activation = linear` (t), `gate = sigmoid` (s) |
/// | `MinLstm<32>` | `f, i = s(..)`, `n = t(..)`, `h' = (f * h + i * n) / (f + i)`, all of x alone | `activation = linear` (t), `gate = sigmoid` (s) |
/// | `Dense<1>` | `y = f(V h + c)`, `n_o = 1` | `activation = linear` (f) |
///
/// Values shown are the defaults; options are written as `#[rnn(activation = relu)]` above the field. All layers have
/// `bias = true`, all recurrent ones besides:
///
/// | option | meaning |
/// | --- | --- |
/// | `direction = forward` | or `reverse`, outputs in the order of time (ONNX, PyTorch); `go_backwards`, outputs in the order of computation (Keras); `bidirectional` |
/// | `merge = concat` | what becomes of the two outputs of `bidirectional`: `concat`, twice as many; `sum`, `product` or `average` |
/// | `clip = 3.0` | the gates' pre-activations are clamped to [-3, 3]; not at all unless said so |
/// | `delay = 1.0` | the state is read as it was so many steps ago, up to 1024, whole or not |
///
/// A `Gru` says `reset = after_product` (`n = t(W_n x + b_in + r * (R_n h + b_hn))`: PyTorch, Keras' default, ONNX'
/// `linear_before_reset=1`) or `reset = before_product` (`n = t(W_n x + b_n + R_n (r * h))`: Keras' `reset_after=False`,
/// ONNX' default), for weights trained with one form mean something else in the other.
///
/// A network all of whose layers run forward can be stepped; others need the whole sequence, and have no `step` on
/// arrays.
///
/// # Activations
///
/// `linear`, `tanh`, `sigmoid`, `relu`, `fast_tanh`, `fast_sigmoid`, `softsign`, `softplus`, `silu`, `gelu`, `gelu_tanh`,
/// `relu6`, `exponential`, `hard_sigmoid_keras3`; with parameters, which are literal numbers, `leaky_relu(0.01)`,
/// `thresholded_relu(1.0)`, `elu(1.0)`, `hard_sigmoid(0.2, 0.5)`, whose defaults these are, and `affine(0.3, 0.5)` and
/// `scaled_tanh(1.7159, 0.6667)`, which have none; and of a `Dense` alone `softmax`. The documentation of
/// `rnn_core::activation` has their equations.
///
/// # Names
///
/// The last segment of a field's type says which layer it is, so `rnn_core::Dense<1>` works as well. The name of a field
/// is the name of its tensors in a file: `hidden.weight_ih`, `hidden.weight_hh`, `hidden.bias_ih`, `output.weight`;
/// those of the backward half of a bidirectional layer end in `_reverse`. Files with PyTorch's or Keras' names are read
/// as well.
///
/// Sizes are literal integers from 1 to 65536: the attribute runs before constants have values.
///
/// # Several sizes
///
/// ```ignore
/// /// Any LSTM amplifier: the sizes that people train are compiled, all others run as well.
/// #[rnn(input_size = 1, sizes = [1x8, 1x12, 1x16, 1x24, 1x40, 2x8, 2x16])]
/// pub struct Amp {
///     rnn: Lstm<_>,
///     head: Dense<1>,
/// }
///
/// let amp = Amp::load("amp.safetensors")?;
/// println!("{}", amp.summary()); // its last line: `compiled for 1x16`, or `run time: 1x20 is not among 1x8, ..`
/// let mut state = amp.initial_state();
/// let [y] = amp.step(&mut state, &[x]);
/// amp.process_into(&mut state, &xs, &mut ys)?;
/// ```
///
/// One recurrent field of any kind has `_` as its size, and stands for a stack of layers with its options: `2x16` is two
/// of 16 units, `16` is `1x16`. Other fields may stand before it, and one must behind it, for n_o is the same for all
/// sizes (a `projection` does as well). When weights are loaded, their shapes tell the size. One that is listed runs the very code of
/// a struct of that size; any other is a `RuntimeNetwork` inside, of the same bits. Each call is one `match`, outside
/// any loop: nothing is boxed, nothing is called through a table.
///
/// A file whose metadata say that it holds another network of the same n_i and n_o (a GRU where an `Lstm` is described, or other
/// options) runs at run time too, and the summary says what it is; of other n_i or n_o it is an error, as is one that
/// goes backwards where the description can be stepped. A file that does not say what it holds must be as described but
/// for the size: activations and other options that PyTorch's and Keras' files do not tell are those of the fields. For
/// others there are `RuntimeNetwork::infer` and `Amp::try_from(network)`.
///
/// A layer of the stack is called as the field if it is the only one, else `rnn_l0`, `rnn_l1`, ..; so are the tensors of saved
/// files. States are on the heap (`HeapState`) and belong to the network that made them: a step with one of another size panics.
/// Every size listed is compiled code of its own for each instruction set: at most 32, of at most 16 layers each. It takes
/// `rnn_core`'s feature `alloc`.
///
/// # With other attributes
///
/// Write `#[rnn]` above `#[derive(..)]`, so that the derive sees the generated struct; `Clone` and `Debug` can be
/// derived. A network needs neither `unsafe` nor anything in scope: it compiles under `#![forbid(unsafe_code)]` and
/// `#![deny(warnings)]`.
///
/// `docs/macro.md` in the repository tells what is generated, what it costs, and when to describe a network at run time.
#[proc_macro_attribute]
pub fn rnn(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::rnn(attribute.into(), item.into()).into()
}
