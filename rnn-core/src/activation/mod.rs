//! Activation functions, on slices and, inside the crate, on vectors.
//!
//! | function | equation | error | NaN | -inf | +inf | -0 |
//! |---|---|---|---|---|---|---|
//! | linear | f(x) = x | exact | NaN | -inf | +inf | -0 |
//! | relu | f(x) = max(x, 0) | exact | NaN | 0 | +inf | 0 |
//! | tanh | f(x) = tanh x | see below | NaN | -1 | 1 | -0 |
//! | sigmoid | f(x) = 1 / (1 + e^-x) | see below | NaN | 0 | 1 | 1/2 |
//! | `fast_tanh` | f(x) = tanh x | 4e-5 absolute | NaN | -1 | 1 | -0 |
//! | `fast_sigmoid` | f(x) = 1 / (1 + e^-x) | 4e-5 absolute | NaN | 0 | 1 | 1/2 |
//!
//! All fused backends give the same bits; an unfused one has its own.
#![doc = include_str!("accuracy.md")]

mod fast;
mod sigmoid;
mod tanh;

use crate::error::{ShapeError, check_length};
use crate::simd::{Backend, Simd, Vector, dispatch};
use rnn_format::Activation;

/// An activation known when the kernel is compiled.
pub(crate) trait Activate: Copy {
    /// The function of each lane.
    fn apply<V: Vector>(self, t: V::Token, x: V) -> V;
}

macro_rules! activations {
    ($($name:ident |$t:ident, $x:ident| $body:expr;)*) => {$(
        /// The activation of this name.
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name;
        impl Activate for $name {
            #[inline(always)]
            fn apply<V: Vector>(self, $t: V::Token, $x: V) -> V {
                $body
            }
        }
    )*};
}
activations! {
    Linear |_t, x| x;
    Tanh |t, x| tanh::tanh(t, x);
    Sigmoid |t, x| sigmoid::sigmoid(t, x);
    // A NaN is not below zero and stays; adding +0 turns -0 into +0.
    Relu |t, x| { let zero = V::splat(t, 0.0); V::select(x.lt(zero), zero, x + zero) };
    FastTanh |t, x| fast::fast_tanh(t, x);
    FastSigmoid |t, x| fast::fast_sigmoid(t, x);
}

/// Applies one function to a slice in place.
#[inline(always)]
fn map<S: Simd, A: Activate>(s: S, f: A, x: &mut [f32]) {
    let (whole, rest) = <S::V16 as Vector>::chunks_mut(x);
    for x in whole {
        f.apply(s, S::V16::load(s, x)).store(x);
    }
    if !rest.is_empty() {
        f.apply(s, S::V16::load_partial(s, rest)).store_partial(rest);
    }
}

/// Applies an activation to a slice in place, inside a tier's frame.
#[inline(always)]
pub(crate) fn apply_slice<S: Simd>(s: S, activation: Activation, x: &mut [f32]) {
    match activation {
        Activation::Tanh => map(s, Tanh, x),
        Activation::Sigmoid => map(s, Sigmoid, x),
        Activation::Relu => map(s, Relu, x),
        Activation::FastTanh => map(s, FastTanh, x),
        Activation::FastSigmoid => map(s, FastSigmoid, x),
        // `Activation` may grow; here it is one crate's enum and `Linear` the only one left.
        _ => map(s, Linear, x),
    }
}

/// One vector through an activation known by name: a call, for cells whose activations are unusual.
#[cold]
#[inline(never)]
pub(crate) fn by_name<V: Vector>(t: V::Token, activation: Activation, x: V) -> V {
    t.vectorize(
        #[inline(always)]
        || match activation {
            Activation::Tanh => Tanh.apply(t, x),
            Activation::Sigmoid => Sigmoid.apply(t, x),
            Activation::Relu => Relu.apply(t, x),
            Activation::FastTanh => FastTanh.apply(t, x),
            Activation::FastSigmoid => FastSigmoid.apply(t, x),
            _ => Linear.apply(t, x),
        },
    )
}

/// Applies an activation to every value in place.
///
/// ```
/// use rnn_core::{Activation, Backend, activation};
///
/// let mut x = [-1.0, 0.5];
/// activation::apply(Activation::Relu, Backend::detect(), &mut x);
/// assert_eq!(x, [0.0, 0.5]);
/// ```
pub fn apply(activation: Activation, backend: Backend, x: &mut [f32]) {
    dispatch!(backend, s => apply_slice(s, activation, x));
}

/// Applies an activation to a copy.
fn into(activation: Activation, backend: Backend, x: &[f32], y: &mut [f32]) -> Result<(), ShapeError> {
    check_length("y", y.len(), x.len(), "one value for each of x")?;
    y.copy_from_slice(x);
    apply(activation, backend, y);
    Ok(())
}

macro_rules! slice_calls {
    ($($name:ident $activation:ident $equation:literal)*) => {$(
        #[doc = $equation]
        ///
        /// Accuracy and special values: the tables of [the module](self).
        ///
        /// # Errors
        /// `y` is not as long as `x`.
        pub fn $name(backend: Backend, x: &[f32], y: &mut [f32]) -> Result<(), ShapeError> {
            into(Activation::$activation, backend, x, y)
        }
    )*};
}
slice_calls! {
    linear_into Linear "Writes y = x."
    tanh_into Tanh "Writes y = tanh x."
    sigmoid_into Sigmoid "Writes y = 1 / (1 + e^-x)."
    relu_into Relu "Writes y = max(x, 0)."
    fast_tanh_into FastTanh "Writes y = tanh x, within 4e-5."
    fast_sigmoid_into FastSigmoid "Writes y = 1 / (1 + e^-x), within 4e-5."
}
