//! Field types of a struct under the `#[rnn]` attribute.
//!
//! They make the fields readable and let an editor complete them; the attribute reads their names and sizes and puts packed
//! weights in their place. No value of them exists.

/// A simple recurrent layer, h_t = f(U x_t + W h_{t-1} + b), of `HIDDEN_SIZE` units; f is tanh unless the field says
/// `#[rnn(activation = ..)]`.
#[derive(Clone, Copy, Debug)]
pub enum SimpleRnn<const HIDDEN_SIZE: usize> {}

/// A dense layer, y = f(V h + c), of `OUTPUT_SIZE` outputs; f is linear unless the field says
/// `#[rnn(activation = ..)]`.
#[derive(Clone, Copy, Debug)]
pub enum Dense<const OUTPUT_SIZE: usize> {}
