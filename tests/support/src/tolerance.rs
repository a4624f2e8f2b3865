//! The one table of bounds: how far an output may be from the f64 reference.
//!
//! u = 2^-24, `K = n_i + n_h + 2` (terms of a sum, a bias and one to spare).
//!
//! | what | bound | function |
//! | --- | --- | --- |
//! | an activation | tanh 1.2 ULP, sigmoid 2 ULP, linear and relu exact, fast ones 4e-5, others there | [`activation`] |
//! | a softmax of n values | 3 + n / 32 ULP | [`softmax`] |
//! | one sum | 2u (K + 2) A | [`one_step`] |
//! | one step from a given state | that of its sums and activations, carried through the cell's equations | [`cell_step`] |
//! | a sequence of T steps | 4u ceil(log2(K T)) max(1, \|y\|) | [`sequence`] |
//! | the same, from what others computed in f32 | twice that | [`two_sequences`] |
//! | a value that was rounded once | half an ULP and a millionth of it for the f64 before | [`rounded_once`] |
//! | a weight that a framework normalised in f32 | u (n / 2 + 3) \|y\|, n values in its norm | [`weight_norm`] |
//! | what is promised bit for bit | zero | [`crate::bits`] |
//!
//! A is the largest over the rows of sum |w x| + |b|, of the case's own numbers. The sequence bound holds for weights
//! uniform in `+-1/sqrt(n_h)` and |x| <= 4, where rounding errors die out; it is no bound for chaotic weights, of
//! which only the first steps count, nor for the fast activations, whose steps are compared one at a time.
//!
//! A bound that nothing ever comes near is wrong as well: [`check`] returns the worst ratio of error to bound, for
//! suites to print.

mod step;

pub use step::{Bounds, Magnitudes, cell_step, steepness, terms_of};

use rnn_core::Activation;
use std::fmt;

/// u: half the spacing of floats just above 1.
pub const U: f64 = 1.0 / 16_777_216.0;

/// The spacing of floats around a true value, subnormals included: 2^(max(e, -126) - 23).
#[must_use]
pub fn ulp(y: f64) -> f64 {
    let exponent = ((y.to_bits() >> 52) & 0x7FF) as i32 - 1023;
    2.0_f64.powi(exponent.clamp(-126, 127) - 23)
}

/// How far an activation may be from its true value y.
///
/// # Panics
/// If the table does not have the activation.
#[must_use]
pub fn activation(f: Activation, y: f64) -> f64 {
    match f {
        Activation::Linear | Activation::Relu | Activation::ThresholdedRelu { .. } | Activation::Relu6 => 0.0,
        Activation::Tanh => 1.2 * ulp(y),
        Activation::Sigmoid | Activation::Silu => 2.0 * ulp(y),
        Activation::FastTanh | Activation::FastSigmoid => 4e-5,
        // Two roundings where the multiply-add is not fused: of alpha x, at most |y| + |beta|, and of the sum. The same
        // holds before the result is cut to [0, 1].
        Activation::Affine { beta, .. } | Activation::HardSigmoid { beta, .. } => {
            ulp(y.abs() + f64::from(beta.abs()))
        }
        Activation::LeakyRelu { .. } => 0.5 * ulp(y),
        Activation::HardSigmoidKeras3 | Activation::Softsign => 1.5 * ulp(y),
        Activation::Exponential => ulp(y),
        // With the factor's rounding, the argument's of tanh, and that of an unfused product.
        Activation::Elu { .. } | Activation::Gelu | Activation::GeluTanh | Activation::Softplus => {
            2.5 * ulp(y)
        }
        Activation::ScaledTanh { .. } => 3.0 * ulp(y),
        other => panic!("{other} is not in the table of tolerances"),
    }
}

/// How far a result of a softmax of `len` values may be from its true value y: 2 ULP of e^x, 1 of the quotient, and those
/// of the longest of sixteen partial sums.
#[must_use]
pub fn softmax(len: usize, y: f64) -> f64 {
    (3.0 + len as f64 / 32.0) * ulp(y)
}

/// K of a layer: the terms of one of its sums. A dense layer has `n_h` = 0.
#[must_use]
pub const fn terms(input_size: usize, hidden_size: usize) -> usize {
    input_size + hidden_size + 2
}

/// How far a pre-activation, and so one step before [`activation`] is added, may be: 2u (K + 2) A.
#[must_use]
pub fn one_step(k: usize, a_row_max: f64) -> f64 {
    2.0 * U * (k as f64 + 2.0) * a_row_max
}

/// How far y of the last of T steps may be: 4u ceil(log2(K T)) max(1, |y|).
#[must_use]
pub fn sequence(k: usize, t: usize, y: f64) -> f64 {
    4.0 * U * (k as f64 * t.max(1) as f64).log2().ceil() * y.abs().max(1.0)
}

/// How far y of two computations in f32 may be from each other: each is within [`sequence`] of the truth.
#[must_use]
pub fn two_sequences(k: usize, t: usize, y: f64) -> f64 {
    2.0 * sequence(k, t, y)
}

/// How far a value may be that was computed in f64 and rounded once: half an ULP, and a millionth of it for what f64 rounds.
#[must_use]
pub fn rounded_once(y: f64) -> f64 {
    0.5 * ulp(y) * (1.0 + 1e-6)
}

/// How far g v / |v| of n values may be off in f32: the sum of squares has n roundings, of which the root halves the effect, and the
/// root, the quotient and the product have one each.
#[must_use]
pub fn weight_norm(n: usize, y: f64) -> f64 {
    U * (0.5 * n as f64 + 3.0) * y.abs()
}

/// What a comparison found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Mismatch {
    /// There are not as many values as wanted.
    Length {
        /// Values found.
        got: usize,
        /// Values wanted.
        want: usize,
    },
    /// At least one value is too far off, or is a NaN.
    Value {
        /// The first such value.
        index: usize,
        /// What it is.
        got: f32,
        /// What it should be.
        want: f64,
        /// How far it may be off.
        bound: f64,
        /// How many values are too far off.
        count: usize,
    },
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { got, want } => write!(f, "{got} values where {want} are wanted"),
            Self::Value { index, got, want, bound, count } => {
                let error = (f64::from(*got) - want).abs();
                write!(f, "value {index} is {got:e}, not {want:e}: error {error:.3e}, allowed {bound:.3e}")?;
                write!(f, "; {count} value(s) too far off")
            }
        }
    }
}

impl std::error::Error for Mismatch {}

/// Compares with the reference; `bound` tells from a true value how far off a result may be.
///
/// Returns the worst error as a part of its bound. A NaN or infinity on either side is a mismatch: where one is due,
/// compare bits.
///
/// # Errors
/// The first value that is too far off.
pub fn check(got: &[f32], want: &[f64], bound: impl Fn(f64) -> f64) -> Result<f64, Mismatch> {
    if got.len() != want.len() {
        return Err(Mismatch::Length { got: got.len(), want: want.len() });
    }
    let (mut worst, mut first, mut count) = (0.0_f64, None, 0);
    for (index, (&got, &want)) in got.iter().zip(want).enumerate() {
        let (error, bound) = ((f64::from(got) - want).abs(), bound(want));
        // The other way round a NaN would pass.
        #[expect(clippy::neg_cmp_op_on_partial_ord, reason = "a NaN must fail")]
        if !(error <= bound) {
            first.get_or_insert((index, got, want, bound));
            count += 1;
        } else if error > 0.0 {
            worst = worst.max(error / bound);
        }
    }
    match first {
        Some((index, got, want, bound)) => Err(Mismatch::Value { index, got, want, bound, count }),
        None => Ok(worst),
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the table's values are exact")]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use rnn_reference::SimpleRnn;

    #[test]
    fn ulps_of_known_values() {
        assert_eq!(ulp(1.0), 2.0 * U);
        assert_eq!(ulp(-1.5), 2.0 * U);
        assert_eq!(ulp(0.75), U);
        assert_eq!(ulp(0.0), f64::from(f32::from_bits(1)));
        assert_eq!(ulp(1e-41), f64::from(f32::from_bits(1)));
        assert_eq!(ulp(f64::from(f32::MAX)), 2.0_f64.powi(104));
    }

    #[test]
    fn bounds_of_known_cases() {
        // The two examples the rule was chosen by: K = 34, T = 12 and K = 514, T = 500.
        assert_eq!(sequence(34, 12, 0.5), 4.0 * U * 9.0);
        assert_eq!(sequence(514, 500, -3.0), 4.0 * U * 18.0 * 3.0);
        assert_eq!(two_sequences(514, 500, -3.0), 8.0 * U * 18.0 * 3.0);
        assert_eq!(one_step(4, 2.0), 24.0 * U);
    }

    #[test]
    fn accepts_up_to_the_bound_and_tells_the_worst() {
        let bound = |_: f64| 0.25;
        assert_eq!(check(&[1.0, 2.125], &[1.0, 2.0], bound), Ok(0.5));
        assert_eq!(check(&[1.0, 2.25], &[1.0, 2.0], bound), Ok(1.0));
        assert_eq!(check(&[1.0], &[1.0], |_| 0.0), Ok(0.0));
        assert_eq!(check(&[], &[], bound), Ok(0.0));
    }

    #[test]
    fn rejects_a_value_past_the_bound() {
        let found = check(&[1.0, 2.5, 9.0], &[1.0, 2.0, 3.0], |_| 0.25);
        let want = Mismatch::Value { index: 1, got: 2.5, want: 2.0, bound: 0.25, count: 2 };
        assert_eq!(found, Err(want));
        // One float further than the bound.
        assert!(check(&[1.25_f32.next_up()], &[1.0], |_| 0.25).is_err());
    }

    #[test]
    fn rejects_what_is_not_a_number() {
        for (got, want) in [
            (f32::NAN, 0.0),
            (0.0, f64::NAN),
            (f32::NAN, f64::NAN),
            (f32::INFINITY, 0.0),
            (f32::INFINITY, f64::INFINITY),
        ] {
            assert!(check(&[got], &[want], |_| 1.0).is_err(), "{got} against {want}");
        }
        assert!(check(&[0.0], &[0.0], |_| f64::NAN).is_err(), "a bound that is no number");
    }

    #[test]
    fn rejects_too_few_and_too_many() {
        assert_eq!(check(&[0.0], &[], |_| 1.0), Err(Mismatch::Length { got: 1, want: 0 }));
        assert!(check(&[], &[0.0], |_| 1.0).is_err());
    }

    /// Both bounds tell a layer from one whose rows, columns, input weights or biases were mixed up.
    #[test]
    fn rejects_swapped_weights() {
        let (n_i, n_h) = (3, 5);
        let mut rng = Rng::new(7);
        let mut wide = |len| rng.weights(len, n_h).into_iter().map(f64::from).collect::<Vec<_>>();
        let (u, w, b) = (wide(n_h * n_i), wide(n_h * n_h), wide(n_h));
        let rnn = SimpleRnn {
            input_size: n_i,
            hidden_size: n_h,
            u,
            w,
            b,
            activation: rnn_reference::Activation::Tanh,
            clip: None,
        };
        let xs: Vec<f64> = rng.inputs(4 * n_i).into_iter().map(f64::from).collect();
        let want = rnn.sequence(&xs, &rnn.zero_state());
        let a = rnn.largest_row_sum(&xs[..n_i], &rnn.zero_state());
        let k = terms(n_i, n_h);
        let step = |y: f64| one_step(k, a) + activation(Activation::Tanh, y);
        let passes = |rnn: &SimpleRnn| {
            #[expect(clippy::cast_possible_truncation, reason = "rounds as a result in f32 would")]
            let got: Vec<f32> = rnn.sequence(&xs, &rnn.zero_state()).iter().map(|&h| h as f32).collect();
            let one = check(&got[..n_h], &want[..n_h], step).is_ok();
            (one, check(&got, &want, |y| sequence(k, 4, y)).is_ok())
        };
        assert_eq!(passes(&rnn), (true, true));

        let mut units = rnn.clone();
        units.b.swap(1, 4);
        assert_eq!(passes(&units), (false, false), "two biases swapped");
        let mut units = rnn.clone();
        (0..n_i).for_each(|i| units.u.swap(i, 2 * n_i + i));
        assert_eq!(passes(&units), (false, false), "two rows of U swapped");
        // The first step has h = 0 and cannot see W.
        let mut units = rnn.clone();
        (0..n_h).for_each(|k| units.w.swap(k, n_h + k));
        assert_eq!(passes(&units), (true, false), "two rows of W swapped");
        let mut turned = rnn.clone();
        for j in 0..n_h {
            for k in 0..n_h {
                turned.w[j * n_h + k] = rnn.w[k * n_h + j];
            }
        }
        assert_eq!(passes(&turned), (true, false), "W transposed");
    }
}
