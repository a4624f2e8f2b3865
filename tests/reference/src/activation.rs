//! The activation functions.
//!
//! Names and parameters are those of the fast crates' files, formulas those of ONNX (`Affine` .. `Softplus`), of Keras
//! 3 (`hard_sigmoid_keras3`, `silu`, `gelu`, `relu6`, `exponential`) and of PyTorch (`gelu_tanh`). Where a function
//! is a product that gives NaN at an infinity though the function has a limit there, it gives the limit.

use crate::erf::erfc;
use std::f64::consts::{PI, SQRT_2};

/// f in h = f(z).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// f(z) = z.
    Linear,
    /// f(z) = tanh z.
    Tanh,
    /// f(z) = 1 / (1 + e^-z).
    Sigmoid,
    /// f(z) = max(z, 0).
    Relu,
    /// f(z) = a z + b.
    Affine {
        /// a.
        a: f64,
        /// b.
        b: f64,
    },
    /// f(z) = z, a z below 0.
    LeakyRelu {
        /// a.
        a: f64,
    },
    /// f(z) = z above a, otherwise 0.
    ThresholdedRelu {
        /// a.
        a: f64,
    },
    /// f(z) = a tanh(b z).
    ScaledTanh {
        /// a.
        a: f64,
        /// b.
        b: f64,
    },
    /// f(z) = min(max(a z + b, 0), 1).
    HardSigmoid {
        /// a, 0.2 in ONNX and Keras 2.
        a: f64,
        /// b, 0.5 in both.
        b: f64,
    },
    /// f(z) = relu6(z + 3) / 6, the `hard_sigmoid` of Keras 3.
    HardSigmoidKeras3,
    /// f(z) = z, a (e^z - 1) below 0.
    Elu {
        /// a.
        a: f64,
    },
    /// f(z) = z / (1 + |z|), +-1 at the infinities.
    Softsign,
    /// f(z) = ln(1 + e^z).
    Softplus,
    /// f(z) = z / (1 + e^-z), -0 at -inf.
    Silu,
    /// f(z) = z Phi(z) with Phi(z) = erfc(-z / sqrt 2) / 2, -0 at -inf.
    Gelu,
    /// f(z) = z/2 (1 + tanh(sqrt(2/pi) (z + 0.044715 z^3))), -0 at -inf.
    GeluTanh,
    /// f(z) = min(max(z, 0), 6).
    Relu6,
    /// f(z) = e^z.
    Exponential,
    /// `f(z)_j = e^z_j / sum over k of e^z_k`: of a whole vector, in a dense layer only.
    Softmax,
}

impl Activation {
    /// f(z). A NaN stays one.
    ///
    /// # Panics
    /// For [`Activation::Softmax`], which is not a function of one number.
    #[must_use]
    pub fn apply(self, z: f64) -> f64 {
        match self {
            Self::Linear => z,
            Self::Tanh => z.tanh(),
            Self::Sigmoid => 1.0 / (1.0 + (-z).exp()),
            // Not `max`, which would turn a NaN into 0.
            Self::Relu => {
                if z < 0.0 {
                    0.0
                } else {
                    z
                }
            }
            Self::Affine { a, b } => a * z + b,
            Self::LeakyRelu { a } => {
                if z < 0.0 {
                    a * z
                } else {
                    z
                }
            }
            Self::ThresholdedRelu { a } => {
                if z <= a {
                    0.0
                } else {
                    z
                }
            }
            Self::ScaledTanh { a, b } => a * (b * z).tanh(),
            // `clamp` keeps a NaN.
            Self::HardSigmoid { a, b } => (a * z + b).clamp(0.0, 1.0),
            Self::HardSigmoidKeras3 => (z + 3.0).clamp(0.0, 6.0) / 6.0,
            Self::Elu { a } => {
                if z < 0.0 {
                    a * z.exp_m1()
                } else {
                    z
                }
            }
            Self::Softsign if z.is_infinite() => z.signum(),
            Self::Softsign => z / (1.0 + z.abs()),
            // ln(1 + e^z) = max(z, 0) + ln(1 + e^-|z|): no overflow. A NaN comes through the logarithm.
            Self::Softplus => z.max(0.0) + (-z.abs()).exp().ln_1p(),
            Self::Silu | Self::Gelu | Self::GeluTanh if z == f64::NEG_INFINITY => -0.0,
            Self::Silu => z / (1.0 + (-z).exp()),
            Self::Gelu => z * 0.5 * erfc(-z / SQRT_2),
            // (1 + tanh u) / 2 = 1 / (1 + e^-2u), in which nothing cancels.
            Self::GeluTanh => z / (1.0 + (-2.0 * (2.0 / PI).sqrt() * (z + 0.044_715 * z * z * z)).exp()),
            Self::Relu6 => z.clamp(0.0, 6.0),
            Self::Exponential => z.exp(),
            Self::Softmax => panic!("softmax is a function of a whole vector: apply_all"),
        }
    }

    /// f of each of zs, or of all together where f is softmax.
    #[must_use]
    pub fn apply_all(self, zs: &[f64]) -> Vec<f64> {
        if self == Self::Softmax {
            return softmax(zs);
        }
        zs.iter().map(|&z| self.apply(z)).collect()
    }

    /// The activation of this name, as the fast crates write it: `linear`, `tanh`, `leaky_relu(0.01)`, `affine(2,1)`.
    ///
    /// Spaces around numbers do not count. Numbers are read as f32, as the fast crates hold them, then widened.
    /// `fast_tanh` and `fast_sigmoid` are tanh and sigmoid, which they approximate. `hard_sigmoid` without numbers
    /// has (0.2, 0.5); no other name has defaults.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let (word, numbers) = match name.split_once('(') {
            Some((word, rest)) => {
                let numbers = rest.strip_suffix(')')?.split(',');
                let numbers: Option<Vec<f64>> =
                    numbers.map(|number| number.trim().parse::<f32>().ok().map(f64::from)).collect();
                (word, numbers?)
            }
            None => (name, Vec::new()),
        };
        match (word, numbers.as_slice()) {
            ("linear", []) => Some(Self::Linear),
            ("tanh" | "fast_tanh", []) => Some(Self::Tanh),
            ("sigmoid" | "fast_sigmoid", []) => Some(Self::Sigmoid),
            ("relu", []) => Some(Self::Relu),
            ("affine", &[a, b]) => Some(Self::Affine { a, b }),
            ("leaky_relu", &[a]) => Some(Self::LeakyRelu { a }),
            ("thresholded_relu", &[a]) => Some(Self::ThresholdedRelu { a }),
            ("scaled_tanh", &[a, b]) => Some(Self::ScaledTanh { a, b }),
            ("hard_sigmoid", []) => Some(Self::HardSigmoid { a: f64::from(0.2_f32), b: 0.5 }),
            ("hard_sigmoid", &[a, b]) => Some(Self::HardSigmoid { a, b }),
            ("hard_sigmoid_keras3", []) => Some(Self::HardSigmoidKeras3),
            ("elu", &[a]) => Some(Self::Elu { a }),
            ("softsign", []) => Some(Self::Softsign),
            ("softplus", []) => Some(Self::Softplus),
            ("silu", []) => Some(Self::Silu),
            ("gelu", []) => Some(Self::Gelu),
            ("gelu_tanh", []) => Some(Self::GeluTanh),
            ("relu6", []) => Some(Self::Relu6),
            ("exponential", []) => Some(Self::Exponential),
            ("softmax", []) => Some(Self::Softmax),
            _ => None,
        }
    }
}

/// `e^z_j / sum over k of e^z_k`, computed from z less its largest value, which changes nothing but the range.
///
/// -inf gives 0. A NaN, a +inf or nothing but -inf gives NaN everywhere, as `NumPy`, Keras and PyTorch do: the formula
/// has no limit there.
#[must_use]
pub fn softmax(zs: &[f64]) -> Vec<f64> {
    let mut largest = f64::NEG_INFINITY;
    for &z in zs {
        largest = largest.max(z);
    }
    // inf - inf is NaN, and so is the sum, and so is every quotient.
    let powers: Vec<f64> = zs.iter().map(|z| (z - largest).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}
