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
//! | affine(a,b) | f(x) = a x + b | one rounding, two unfused | NaN | -inf | +inf | b |
//! | `leaky_relu(a)` | f(x) = x, or a x where x < 0 | one rounding | NaN | -inf | +inf | -0 |
//! | `thresholded_relu(a)` | f(x) = x, or 0 where x < a | exact | NaN | 0 | +inf | 0 |
//! | `scaled_tanh(a,b)` | f(x) = a tanh(b x) | see below | NaN | -a | a | -0 |
//! | `hard_sigmoid(a,b)` | f(x) = min(max(a x + b, 0), 1) | as affine | NaN | 0 | 1 | b |
//! | `hard_sigmoid_keras3` | f(x) = min(max(x + 3, 0), 6) / 6 | two roundings | NaN | 0 | 1 | 1/2 |
//! | elu(a) | f(x) = x, or a (e^x - 1) where x < 0 | see below | NaN | -a | +inf | -0 |
//! | softsign | f(x) = x / (1 + abs x) | two roundings | NaN | -1 | 1 | -0 |
//! | softplus | f(x) = ln(1 + e^x) | see below | NaN | 0 | +inf | ln 2 |
//! | silu | f(x) = x / (1 + e^-x) | see below | NaN | -0 | +inf | -0 |
//! | gelu | f(x) = x Phi(x), Phi the normal distribution | see below | NaN | -0 | +inf | -0 |
//! | `gelu_tanh` | f(x) = x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) | see below | NaN | -0 | +inf | -0 |
//! | relu6 | f(x) = min(max(x, 0), 6) | exact | NaN | 0 | 6 | 0 |
//! | exponential | f(x) = e^x | see below | NaN | 0 | +inf | 1 |
//! | softmax | `f(x)_i = e^x_i / sum_j e^x_j` | see below | all NaN | 0 | all NaN | |
//!
//! With parameters the columns are those of positive ones, and of the default ones at -0. A negative parameter turns the
//! limits round, and 0 times an infinity is NaN, as IEEE 754 has it.
//!
//! The softmax is over the whole slice and accurate relatively: 3 ULP, and half a ULP for every 16 values. Of values
//! that are all -inf it is NaN.
//!
//! All fused backends give the same bits; an unfused one has its own.
#![doc = include_str!("accuracy.md")]

mod double;
mod exp;
mod fast;
mod gelu;
mod piecewise;
mod segments;
mod sigmoid;
mod softmax;
mod softplus;
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
    (@type $name:ident) => {
        /// The activation of this name.
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name;
    };
    (@type $name:ident $($parameter:ident)+) => {
        /// The activation of this name.
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name { $($parameter: f32),+ }
    };
    ($($name:ident $(($($parameter:ident),*))? |$t:ident, $x:ident| $body:expr;)*) => {$(
        activations!(@type $name $($($parameter)*)?);
        impl Activate for $name {
            #[inline(always)]
            fn apply<V: Vector>(self, $t: V::Token, $x: V) -> V {
                $(let Self { $($parameter),* } = self;)?
                $body
            }
        }
    )*};
}
activations! {
    Linear |_t, x| x;
    Tanh |t, x| tanh::tanh(t, x);
    Sigmoid |t, x| sigmoid::sigmoid(t, x);
    Relu |t, x| piecewise::relu(t, x);
    FastTanh |t, x| fast::fast_tanh(t, x);
    FastSigmoid |t, x| fast::fast_sigmoid(t, x);
    Affine(alpha, beta) |t, x| piecewise::affine(t, alpha, beta, x);
    LeakyRelu(alpha) |t, x| piecewise::leaky_relu(t, alpha, x);
    ThresholdedRelu(alpha) |t, x| piecewise::thresholded_relu(t, alpha, x);
    ScaledTanh(alpha, beta) |t, x| V::splat(t, alpha) * tanh::tanh(t, V::splat(t, beta) * x);
    HardSigmoid(alpha, beta) |t, x| piecewise::hard_sigmoid(t, alpha, beta, x);
    HardSigmoidKeras3 |t, x| piecewise::hard_sigmoid_keras3(t, x);
    Elu(alpha) |t, x| exp::elu(t, alpha, x);
    Softsign |t, x| piecewise::softsign(t, x);
    Softplus |t, x| softplus::softplus(t, x);
    Silu |t, x| sigmoid::silu(t, x);
    Gelu |t, x| gelu::gelu(t, x);
    GeluTanh |t, x| gelu::gelu_tanh(t, x);
    Relu6 |t, x| piecewise::relu6(t, x);
    Exponential |t, x| exp::exponential(t, x);
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
        Activation::Linear => {}
        Activation::Tanh => map(s, Tanh, x),
        Activation::Sigmoid => map(s, Sigmoid, x),
        Activation::Relu => map(s, Relu, x),
        Activation::FastTanh => map(s, FastTanh, x),
        Activation::FastSigmoid => map(s, FastSigmoid, x),
        other => unusual(s, other, x),
    }
}

/// The other activations, compiled once a tier instead of into every kernel.
#[cold]
#[inline(never)]
fn unusual<S: Simd>(s: S, activation: Activation, x: &mut [f32]) {
    s.vectorize(
        #[inline(always)]
        || match activation {
            Activation::Affine { alpha, beta } => map(s, Affine { alpha, beta }, x),
            Activation::LeakyRelu { alpha } => map(s, LeakyRelu { alpha }, x),
            Activation::ThresholdedRelu { alpha } => map(s, ThresholdedRelu { alpha }, x),
            Activation::ScaledTanh { alpha, beta } => map(s, ScaledTanh { alpha, beta }, x),
            Activation::HardSigmoid { alpha, beta } => map(s, HardSigmoid { alpha, beta }, x),
            Activation::HardSigmoidKeras3 => map(s, HardSigmoidKeras3, x),
            Activation::Elu { alpha } => map(s, Elu { alpha }, x),
            Activation::Softsign => map(s, Softsign, x),
            Activation::Softplus => map(s, Softplus, x),
            Activation::Silu => map(s, Silu, x),
            Activation::Gelu => map(s, Gelu, x),
            Activation::GeluTanh => map(s, GeluTanh, x),
            Activation::Relu6 => map(s, Relu6, x),
            Activation::Exponential => map(s, Exponential, x),
            Activation::Softmax => softmax::softmax_slice(s, x),
            // No other comes here. What `Activation` may grow by needs a line, and the test below sees it missing.
            _ => map(s, Linear, x),
        },
    );
}

/// One vector through an activation that is known when the program runs: a call, for cells whose activations are not
/// those compiled into their kernels. Not for the softmax, which no cell can have.
#[cold]
#[inline(never)]
pub(crate) fn by_name<V: Vector>(t: V::Token, activation: Activation, x: V) -> V {
    t.vectorize(
        #[inline(always)]
        || match activation {
            Activation::Linear => x,
            Activation::Tanh => Tanh.apply(t, x),
            Activation::Sigmoid => Sigmoid.apply(t, x),
            Activation::Relu => Relu.apply(t, x),
            Activation::FastTanh => FastTanh.apply(t, x),
            Activation::FastSigmoid => FastSigmoid.apply(t, x),
            _ => {
                let mut lanes = [0.0; 16];
                let lanes = &mut lanes[..V::WIDTH];
                x.store_partial(lanes);
                unusual(t, activation, lanes);
                V::load_partial(t, lanes)
            }
        },
    )
}

/// Applies an activation to every value in place; the softmax to all of them together.
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

/// Writes `activation` of x to y; the softmax of all of x together.
///
/// ```
/// use rnn_core::{Activation, Backend, activation};
///
/// let mut y = [0.0; 3];
/// activation::apply_into(Activation::Softmax, Backend::detect(), &[1.0, 1.0, f32::NEG_INFINITY], &mut y)?;
/// assert_eq!(y, [0.5, 0.5, 0.0]);
/// # Ok::<(), rnn_core::ShapeError>(())
/// ```
///
/// # Errors
/// `y` is not as long as `x`.
pub fn apply_into(
    activation: Activation,
    backend: Backend,
    x: &[f32],
    y: &mut [f32],
) -> Result<(), ShapeError> {
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
            apply_into(Activation::$activation, backend, x, y)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Every activation by name on a vector of any width is the one on slices.
    fn of_width<V: Vector>(s: V::Token, backend: Backend) {
        for &f in Activation::ALL.iter().filter(|f| f.is_elementwise()) {
            for start in -3_i8..3 {
                let mut x: [f32; 16] = core::array::from_fn(|i| f32::from(start) + 0.375 * i as f32);
                let mut found = [0.0; 16];
                s.vectorize(
                    #[inline(always)]
                    || by_name(s, f, V::load_partial(s, &x)).store_partial(&mut found),
                );
                apply(f, backend, &mut x);
                let bits = |x: &[f32; 16]| x.map(f32::to_bits);
                assert_eq!(bits(&found)[..V::WIDTH], bits(&x)[..V::WIDTH], "{f} on {backend}");
            }
        }
    }

    #[test]
    fn by_name_is_the_one_on_slices() {
        fn of_tier<S: Simd>(s: S, backend: Backend) {
            of_width::<S::V16>(s, backend);
            of_width::<S::V8>(s, backend);
            of_width::<S::V4>(s, backend);
        }
        for backend in Backend::available() {
            match backend.tier() {
                #[cfg(target_arch = "x86_64")]
                crate::simd::Tier::Avx512(s) => of_tier(s, backend),
                #[cfg(target_arch = "x86_64")]
                crate::simd::Tier::Avx2(s) => of_tier(s, backend),
                crate::simd::Tier::Portable(s) => of_tier(s, backend),
            }
        }
    }
}
