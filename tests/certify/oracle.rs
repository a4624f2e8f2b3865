//! The true values, in f64.

use rnn_core::Activation;

/// What activations compute, well or fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Linear,
    Relu,
    Tanh,
    Sigmoid,
}

impl Function {
    pub(crate) const ALL: [Self; 4] = [Self::Linear, Self::Relu, Self::Tanh, Self::Sigmoid];

    /// The activations that compute it, the precise one first.
    pub(crate) const fn activations(self) -> &'static [Activation] {
        match self {
            Self::Linear => &[Activation::Linear],
            Self::Relu => &[Activation::Relu],
            Self::Tanh => &[Activation::Tanh, Activation::FastTanh],
            Self::Sigmoid => &[Activation::Sigmoid, Activation::FastSigmoid],
        }
    }

    /// f(x). The sigmoid is 1 / (1 + e^-x), a sum of positive terms, so nothing cancels.
    pub(crate) fn of(self, x: f64) -> f64 {
        match self {
            Self::Linear => x,
            Self::Relu => {
                if x < 0.0 {
                    0.0
                } else {
                    x
                }
            }
            Self::Tanh => x.tanh(),
            Self::Sigmoid => 1.0 / (1.0 + (-x).exp()),
        }
    }

    /// The least and the greatest value.
    pub(crate) const fn range(self) -> (f64, f64) {
        match self {
            Self::Linear => (f64::NEG_INFINITY, f64::INFINITY),
            Self::Relu => (0.0, f64::INFINITY),
            Self::Tanh => (-1.0, 1.0),
            Self::Sigmoid => (0.0, 1.0),
        }
    }

    /// Whether f(-0) is -0.
    pub(crate) const fn keeps_zero(self) -> bool {
        matches!(self, Self::Linear | Self::Tanh)
    }

    /// The oracle against the same function by another way, within 16 ULP of f64 or what no f32 can show: e^-x overflows
    /// where the sigmoid is below 1e-308.
    pub(crate) fn check_oracle(self, x: f64, truth: f64) -> Result<(), String> {
        let other = match self {
            // (e^2x - 1) / (e^2x + 1), of |x| so that nothing overflows into a quotient of infinities.
            Self::Tanh => {
                let e = (2.0 * x.abs().min(40.0)).exp_m1();
                (e / (e + 2.0)).copysign(x)
            }
            // Below, 1 + tanh would cancel.
            Self::Sigmoid if x > -1.0 => 0.5 + 0.5 * (0.5 * x).tanh(),
            Self::Sigmoid => {
                let e = x.exp();
                e / (1.0 + e)
            }
            _ => return Ok(()),
        };
        let near = (other - truth).abs() <= 16.0 * f64::EPSILON * truth.abs() + 1e-300;
        if x.is_nan() || near { Ok(()) } else { Err(format!("the oracle of {self:?} doubts {x:e}")) }
    }
}
