//! The activations a layer may have, by name and parameters.
//!
//! Only the names live here, so that the macro and the file format can speak of them; the functions themselves
//! are `rnn_core::activation`.

use core::fmt;
use core::str::FromStr;

/// The function a layer applies to its pre-activation.
///
/// `Tanh` and `Sigmoid` are the accurate forms; the fast ones are never chosen unless named. Parameters are finite
/// numbers. Two activations are equal if they are the same function with equal parameters.
///
/// In files and in the attribute an activation is its [`name`](Self::name), followed by its parameters if it has
/// some: `leaky_relu(0.01)`, `affine(2,0.5)`. A name alone stands for ONNX' default parameters, which all have but
/// `affine` and `scaled_tanh`.
///
/// ```
/// use rnn_format::Activation;
///
/// let f: Activation = "leaky_relu(0.3)".parse()?;
/// assert_eq!(f, Activation::LeakyRelu { alpha: 0.3 });
/// assert_eq!(f.to_string(), "leaky_relu(0.3)");
/// assert_eq!(Activation::from_name("elu"), Some(Activation::Elu { alpha: 1.0 }));
/// # Ok::<(), rnn_format::UnknownActivation>(())
/// ```
#[non_exhaustive]
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
    /// tanh to an absolute error of 4e-5, for those who count nanoseconds.
    FastTanh,
    /// The sigmoid to an absolute error of 4e-5.
    FastSigmoid,
    /// f(z) = alpha z + beta (ONNX `Affine`).
    Affine {
        /// The factor.
        alpha: f32,
        /// The term.
        beta: f32,
    },
    /// f(z) = z for z >= 0, else alpha z (ONNX `LeakyRelu`).
    LeakyRelu {
        /// The slope below zero, 0.01 by default.
        alpha: f32,
    },
    /// f(z) = z for z >= alpha, else 0 (ONNX `ThresholdedRelu` as a recurrent operator's activation).
    ThresholdedRelu {
        /// The threshold, 1 by default.
        alpha: f32,
    },
    /// f(z) = alpha tanh(beta z) (ONNX `ScaledTanh`).
    ScaledTanh {
        /// The factor of the result.
        alpha: f32,
        /// The factor of the argument.
        beta: f32,
    },
    /// f(z) = min(max(alpha z + beta, 0), 1) (ONNX `HardSigmoid`; with the defaults also that of Keras before 3).
    HardSigmoid {
        /// The slope, 0.2 by default.
        alpha: f32,
        /// The value at 0, 0.5 by default.
        beta: f32,
    },
    /// f(z) = min(max(z + 3, 0), 6) / 6: what Keras 3 and PyTorch call a hard sigmoid.
    HardSigmoidKeras3,
    /// f(z) = z for z >= 0, else alpha (e^z - 1) (ONNX `Elu`).
    Elu {
        /// The limit at minus infinity, negated; 1 by default.
        alpha: f32,
    },
    /// f(z) = z / (1 + |z|) (ONNX `Softsign`).
    Softsign,
    /// f(z) = ln(1 + e^z) (ONNX `Softplus`).
    Softplus,
    /// f(z) = z / (1 + e^-z), also called swish.
    Silu,
    /// f(z) = z Phi(z), Phi the normal distribution: the exact form.
    Gelu,
    /// f(z) = z/2 (1 + tanh(sqrt(2/pi) (z + 0.044715 z^3))): the approximation of `Gelu` known by its tanh.
    GeluTanh,
    /// f(z) = min(max(z, 0), 6).
    Relu6,
    /// f(z) = e^z.
    Exponential,
    /// `f(z)_i = e^z_i / sum_j e^z_j`, over the outputs of a dense layer; no other layer may have it.
    Softmax,
}

impl Activation {
    /// Every activation once, in the order of their definition, with ONNX' default parameters; the two without
    /// defaults as `affine(0.3,0.5)` and `scaled_tanh(1.7159,0.6666667)` (`LeCun` et al. 1998).
    pub const ALL: &'static [Self] = &[
        Self::Linear,
        Self::Tanh,
        Self::Sigmoid,
        Self::Relu,
        Self::FastTanh,
        Self::FastSigmoid,
        Self::Affine { alpha: 0.3, beta: 0.5 },
        Self::LeakyRelu { alpha: 0.01 },
        Self::ThresholdedRelu { alpha: 1.0 },
        Self::ScaledTanh { alpha: 1.7159, beta: 2.0 / 3.0 },
        Self::HardSigmoid { alpha: 0.2, beta: 0.5 },
        Self::HardSigmoidKeras3,
        Self::Elu { alpha: 1.0 },
        Self::Softsign,
        Self::Softplus,
        Self::Silu,
        Self::Gelu,
        Self::GeluTanh,
        Self::Relu6,
        Self::Exponential,
        Self::Softmax,
    ];

    /// The name in files and in the attribute, without parameters: `linear`, `tanh`, `leaky_relu`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Tanh => "tanh",
            Self::Sigmoid => "sigmoid",
            Self::Relu => "relu",
            Self::FastTanh => "fast_tanh",
            Self::FastSigmoid => "fast_sigmoid",
            Self::Affine { .. } => "affine",
            Self::LeakyRelu { .. } => "leaky_relu",
            Self::ThresholdedRelu { .. } => "thresholded_relu",
            Self::ScaledTanh { .. } => "scaled_tanh",
            Self::HardSigmoid { .. } => "hard_sigmoid",
            Self::HardSigmoidKeras3 => "hard_sigmoid_keras3",
            Self::Elu { .. } => "elu",
            Self::Softsign => "softsign",
            Self::Softplus => "softplus",
            Self::Silu => "silu",
            Self::Gelu => "gelu",
            Self::GeluTanh => "gelu_tanh",
            Self::Relu6 => "relu6",
            Self::Exponential => "exponential",
            Self::Softmax => "softmax",
        }
    }

    /// alpha and beta, as far as the activation has them.
    #[must_use]
    pub const fn parameters(self) -> [Option<f32>; 2] {
        match self {
            Self::Affine { alpha, beta }
            | Self::ScaledTanh { alpha, beta }
            | Self::HardSigmoid { alpha, beta } => [Some(alpha), Some(beta)],
            Self::LeakyRelu { alpha } | Self::ThresholdedRelu { alpha } | Self::Elu { alpha } => {
                [Some(alpha), None]
            }
            _ => [None, None],
        }
    }

    /// The same function with other parameters, if these are as many as it has and finite.
    #[must_use]
    pub const fn with_parameters(self, parameters: &[f32]) -> Option<Self> {
        let other = match (self, parameters) {
            (Self::Affine { .. }, &[alpha, beta]) => Self::Affine { alpha, beta },
            (Self::ScaledTanh { .. }, &[alpha, beta]) => Self::ScaledTanh { alpha, beta },
            (Self::HardSigmoid { .. }, &[alpha, beta]) => Self::HardSigmoid { alpha, beta },
            (Self::LeakyRelu { .. }, &[alpha]) => Self::LeakyRelu { alpha },
            (Self::ThresholdedRelu { .. }, &[alpha]) => Self::ThresholdedRelu { alpha },
            (Self::Elu { .. }, &[alpha]) => Self::Elu { alpha },
            (_, &[]) if matches!(self.parameters(), [None, None]) => self,
            _ => return None,
        };
        if other.is_finite() { Some(other) } else { None }
    }

    /// Whether the name alone stands for the function: all but `affine` and `scaled_tanh`, whose parameters have no
    /// defaults.
    #[must_use]
    pub const fn has_defaults(self) -> bool {
        !matches!(self, Self::Affine { .. } | Self::ScaledTanh { .. })
    }

    /// Whether all parameters are finite numbers.
    #[must_use]
    pub const fn is_finite(self) -> bool {
        let [alpha, beta] = self.parameters();
        is_finite(alpha) && is_finite(beta)
    }

    /// Whether each result depends on one argument alone: all but the softmax.
    #[must_use]
    pub const fn is_elementwise(self) -> bool {
        !matches!(self, Self::Softmax)
    }

    /// The activation of that [`name`](Self::name), spelt exactly and with parameters or defaults, as `Display` writes
    /// it.
    #[must_use]
    pub fn from_name(text: &str) -> Option<Self> {
        let (name, list) = match text.split_once('(') {
            Some((name, rest)) => (name, Some(rest.strip_suffix(')')?)),
            None => (text, None),
        };
        let known = Self::ALL.iter().copied().find(|a| a.name() == name)?;
        let Some(list) = list else { return known.has_defaults().then_some(known) };
        let mut parameters = [0.0; 2];
        let mut count = 0;
        for number in list.split(',') {
            *parameters.get_mut(count)? = number.parse().ok()?;
            count += 1;
        }
        known.with_parameters(&parameters[..count])
    }
}

const fn is_finite(parameter: Option<f32>) -> bool {
    match parameter {
        Some(parameter) => parameter.is_finite(),
        None => true,
    }
}

/// The name, with parameters in parentheses without blanks; [`Activation::from_name`] reads it back exactly.
impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parameters() {
            [Some(alpha), Some(beta)] => write!(f, "{}({alpha},{beta})", self.name()),
            [Some(alpha), None] => write!(f, "{}({alpha})", self.name()),
            _ => f.pad(self.name()),
        }
    }
}

/// A text that names no activation.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownActivation;

impl fmt::Display for UnknownActivation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "not an activation: a name, with finite parameters if it has some, such as `tanh` or `elu(1)`",
        )
    }
}

/// The words of [`fmt::Display`]: `main` prints an error so that returns it.
impl fmt::Debug for UnknownActivation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for UnknownActivation {}

impl FromStr for Activation {
    type Err = UnknownActivation;

    fn from_str(text: &str) -> Result<Self, UnknownActivation> {
        Self::from_name(text).ok_or(UnknownActivation)
    }
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::Activation;
    use alloc::string::ToString;

    #[test]
    fn names_are_distinct_and_read_back() {
        for (i, &a) in Activation::ALL.iter().enumerate() {
            assert_eq!(Activation::from_name(a.name()), a.has_defaults().then_some(a));
            assert_eq!(Activation::from_name(&a.to_string()), Some(a));
            assert_eq!(a.to_string().contains('('), a.parameters()[0].is_some());
            assert!(Activation::ALL[..i].iter().all(|b| b.name() != a.name()));
        }
    }

    #[test]
    fn parameters_read_back_exactly() {
        for bits in [0_u32, 0x8000_0000, 1, 0x807F_FFFF, 0x3DCC_CCCD, 0xC2F6_E979, 0x7F7F_FFFF, 0x0080_0000] {
            let (alpha, beta) = (f32::from_bits(bits), f32::from_bits(bits ^ 0x8000_0001));
            for a in [
                Activation::Affine { alpha, beta },
                Activation::LeakyRelu { alpha },
                Activation::ThresholdedRelu { alpha },
                Activation::ScaledTanh { alpha, beta },
                Activation::HardSigmoid { alpha, beta },
                Activation::Elu { alpha },
            ] {
                let text = a.to_string();
                let back: Activation = text.parse().expect("finite parameters");
                let bits = |a: Activation| a.parameters().map(|p| p.map(f32::to_bits));
                assert_eq!((back.name(), bits(back)), (a.name(), bits(a)), "{text}");
                assert!(!text.contains(' '));
            }
        }
        assert_eq!(Activation::LeakyRelu { alpha: 0.01 }.to_string(), "leaky_relu(0.01)");
        assert_eq!(Activation::Affine { alpha: 2.0, beta: -0.5 }.to_string(), "affine(2,-0.5)");
    }

    #[test]
    fn other_texts_are_none() {
        for wrong in [
            "",
            "Tanh",
            "tanh ",
            "tanh()",
            "tanh(1)",
            "affine",
            "scaled_tanh",
            "affine(1)",
            "affine(1,2,3)",
            "affine(1, 2)",
            "affine(1,2",
            "affine 1,2)",
            "elu()",
            "elu(nan)",
            "elu(inf)",
            "elu(-inf)",
            "elu(1e39)",
            "elu(1,2)",
            "elu(1)x",
            "(1)",
        ] {
            assert_eq!(Activation::from_name(wrong), None, "{wrong}");
        }
        assert_eq!(Activation::Tanh.with_parameters(&[]), Some(Activation::Tanh));
        assert_eq!(Activation::Elu { alpha: 2.0 }.with_parameters(&[]), None);
        assert_eq!(Activation::Tanh.with_parameters(&[1.0]), None);
        assert!(!Activation::HardSigmoid { alpha: 1.0, beta: f32::NAN }.is_finite());
    }
}
