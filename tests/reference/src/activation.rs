//! The activation functions.

/// f in h = f(z).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// f(z) = z.
    Linear,
    /// f(z) = tanh z.
    Tanh,
    /// f(z) = 1 / (1 + e^-z).
    Sigmoid,
    /// f(z) = max(z, 0).
    Relu,
}

impl Activation {
    /// f(z). A NaN stays one.
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
        }
    }

    /// The activation of this name: `linear`, `tanh`, `sigmoid` or `relu`, and `fast_tanh` and `fast_sigmoid`, which
    /// approximate the same functions.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "linear" => Some(Self::Linear),
            "tanh" | "fast_tanh" => Some(Self::Tanh),
            "sigmoid" | "fast_sigmoid" => Some(Self::Sigmoid),
            "relu" => Some(Self::Relu),
            _ => None,
        }
    }
}
