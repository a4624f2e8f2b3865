//! The activations a layer may have, by name.
//!
//! Only the names live here, so that the macro and the file format can speak of them; the functions themselves
//! are `rnn_core::activation`.

use core::fmt;

/// The function a layer applies to its pre-activation.
///
/// `Tanh` and `Sigmoid` are the accurate forms; the fast ones are never chosen unless named.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
}

impl Activation {
    /// Every activation, in the order of their definition.
    pub const ALL: &'static [Self] =
        &[Self::Linear, Self::Tanh, Self::Sigmoid, Self::Relu, Self::FastTanh, Self::FastSigmoid];

    /// The name in files and in the attribute: `linear`, `tanh`, `sigmoid`, `relu`, `fast_tanh`, `fast_sigmoid`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Tanh => "tanh",
            Self::Sigmoid => "sigmoid",
            Self::Relu => "relu",
            Self::FastTanh => "fast_tanh",
            Self::FastSigmoid => "fast_sigmoid",
        }
    }

    /// The activation of that [`name`](Self::name), spelt exactly.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|a| a.name() == name)
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Activation;

    #[test]
    fn names_are_distinct_and_read_back() {
        for (i, &a) in Activation::ALL.iter().enumerate() {
            assert_eq!(Activation::from_name(a.name()), Some(a));
            assert!(Activation::ALL[..i].iter().all(|b| b.name() != a.name()));
        }
        for wrong in ["", "Tanh", "tanh ", "hard_sigmoid"] {
            assert_eq!(Activation::from_name(wrong), None);
        }
    }
}
