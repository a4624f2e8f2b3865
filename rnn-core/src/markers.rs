//! Field types of a struct under the `#[rnn]` attribute.
//!
//! They make the fields readable and let an editor complete them; the attribute reads their names and sizes and puts packed
//! weights in their place. No value of them exists.
//!
//! Options stand above the field: `#[rnn(activation = relu, bias = false)]`. Every layer has `activation` and `bias`
//! (`true`); every recurrent layer has besides
//!
//! | option | meaning |
//! | --- | --- |
//! | `direction = forward` | or `reverse` (outputs in the order of time), `go_backwards` (in the order of computation, as in Keras), `bidirectional` |
//! | `merge = concat` | how the outputs of `bidirectional` become one: or `sum`, `product`, `average` |
//! | `clip = 3.0` | the pre-activations of all gates are clamped to [-3, 3] (ONNX `clip`) |
//! | `delay = 2.5` | the state is read as it was 2.5 steps ago: a network trained at one sample rate runs at 2.5 times that rate |

/// A simple recurrent layer of `HIDDEN_SIZE` units (Keras `SimpleRNN`, PyTorch and ONNX `RNN`).
///
/// ```text
/// h' = f(U x + W h + b)
/// ```
///
/// f is `activation`, tanh unless said otherwise. Outputs: h', (`HIDDEN_SIZE`).
#[derive(Clone, Copy, Debug)]
pub enum SimpleRnn<const HIDDEN_SIZE: usize> {}

/// A gated recurrent unit of `HIDDEN_SIZE` units (`GRU` of Keras, PyTorch and ONNX; Cho et al. 2014, arXiv:1406.1078).
///
/// ```text
/// r = s(U_r x + W_r h + b_r)
/// z = s(U_z x + W_z h + b_z)
/// n = t(U_n x + b_n + r * (W_n h + b_hn))     reset = after_product
/// n = t(U_n x + b_n + W_n (r * h))            reset = before_product
/// h' = (1 - z) * n + z * h
/// ```
///
/// `reset` has no default, for trained weights of one form mean something else in the other: `after_product` is
/// PyTorch's, Keras' default (`reset_after=True`) and ONNX' `linear_before_reset=1`; `before_product` is Keras'
/// `reset_after=False` and ONNX' default. t is `activation` (tanh), s is `gate` (sigmoid). Outputs: h', (`HIDDEN_SIZE`).
#[derive(Clone, Copy, Debug)]
pub enum Gru<const HIDDEN_SIZE: usize> {}

/// A long short-term memory of `HIDDEN_SIZE` units (`LSTM` of Keras, PyTorch and ONNX; Hochreiter and Schmidhuber 1997,
/// forget gate of Gers et al. 2000).
///
/// ```text
/// i = s(U_i x + W_i h + b_i)      f = s(U_f x + W_f h + b_f)
/// g = t(U_g x + W_g h + b_g)      c' = f * c + i * g
/// o = s(U_o x + W_o h + b_o)      h' = o * u(c')
/// ```
///
/// t and u are `activation` (tanh), u is `output` where that is given, s is `gate` (sigmoid). Outputs: h',
/// (`HIDDEN_SIZE`). More options:
///
/// | option | meaning |
/// | --- | --- |
/// | `peephole = true` | `p_i * c` is added in i, `p_f * c` in f, `p_o * c'` in o (ONNX' input P) |
/// | `coupled = true` | f = 1 - i (ONNX `input_forget`) |
/// | `projection = 20` | `h' = W_hr (o * u(c'))` of 20 values (PyTorch `proj_size`), which are the outputs; c stays as long as it was |
#[derive(Clone, Copy, Debug)]
pub enum Lstm<const HIDDEN_SIZE: usize> {}

/// A minimal gated recurrent unit of `HIDDEN_SIZE` units, whose gate depends on the input alone (Feng et al. 2024, "Were
/// RNNs All We Needed?", arXiv:2410.01201).
///
/// ```text
/// z = s(U_z x + b_z)      n = t(U_n x + b_n)      h' = (1 - z) * h + z * n
/// ```
///
/// t is `activation` (linear, as published), s is `gate` (sigmoid). Outputs: h', (`HIDDEN_SIZE`).
#[derive(Clone, Copy, Debug)]
pub enum MinGru<const HIDDEN_SIZE: usize> {}

/// A minimal long short-term memory of `HIDDEN_SIZE` units, whose gates depend on the input alone (Feng et al. 2024,
/// "Were RNNs All We Needed?", arXiv:2410.01201).
///
/// ```text
/// f = s(U_f x + b_f)      i = s(U_i x + b_i)      n = t(U_n x + b_n)
/// h' = (f * h + i * n) / (f + i)
/// ```
///
/// t is `activation` (linear, as published), s is `gate` (sigmoid). Outputs: h', (`HIDDEN_SIZE`).
#[derive(Clone, Copy, Debug)]
pub enum MinLstm<const HIDDEN_SIZE: usize> {}

/// A dense layer of `OUTPUT_SIZE` outputs, at each step alike (Keras `Dense`, PyTorch `Linear`).
///
/// ```text
/// y = f(V h + c)
/// ```
///
/// f is `activation`, linear unless said otherwise.
#[derive(Clone, Copy, Debug)]
pub enum Dense<const OUTPUT_SIZE: usize> {}
