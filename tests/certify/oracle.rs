//! The true values, in f64.

use crate::normal;
use rnn_core::Activation;
use rnn_support::accuracy;

/// What activations compute, well or fast: named by the precise one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Function(pub(crate) Activation);

impl Function {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let fast = |f: &Activation| matches!(f, Activation::FastTanh | Activation::FastSigmoid);
        accuracy::ACTIVATIONS.into_iter().filter(move |f| !fast(f)).map(Self)
    }

    /// The activations that compute it, the precise one first.
    pub(crate) fn activations(self) -> impl Iterator<Item = Activation> {
        let fast = match self.0 {
            Activation::Tanh => Some(Activation::FastTanh),
            Activation::Sigmoid => Some(Activation::FastSigmoid),
            _ => None,
        };
        [self.0].into_iter().chain(fast)
    }

    /// f(x). Nothing cancels: sums are of terms of one sign, or exact.
    pub(crate) fn of(self, x: f64) -> f64 {
        let wide = f64::from;
        let below = |limit: f64, low: f64| if x < limit { low } else { x };
        match self.0 {
            Activation::Relu => below(0.0, 0.0),
            Activation::Tanh => x.tanh(),
            Activation::Sigmoid => 1.0 / (1.0 + (-x).exp()),
            Activation::Affine { alpha, beta } => wide(alpha) * x + wide(beta),
            Activation::LeakyRelu { alpha } => below(0.0, wide(alpha) * x),
            Activation::ThresholdedRelu { alpha } => below(wide(alpha), 0.0),
            Activation::ScaledTanh { alpha, beta } => wide(alpha) * (wide(beta) * x).tanh(),
            Activation::HardSigmoid { alpha, beta } => cut(wide(alpha) * x + wide(beta), 1.0),
            Activation::HardSigmoidKeras3 => cut(x + 3.0, 6.0) / 6.0,
            Activation::Elu { alpha } => below(0.0, wide(alpha) * x.exp_m1()),
            Activation::Softsign if x.is_infinite() => x.signum(),
            Activation::Softsign => x / (1.0 + x.abs()),
            Activation::Softplus => cut(x, f64::INFINITY) + (-x.abs()).exp().ln_1p(),
            // The limit of what would be a product of zero and an infinity.
            Activation::Silu | Activation::Gelu | Activation::GeluTanh if x == f64::NEG_INFINITY => -0.0,
            Activation::Silu => x / (1.0 + (-x).exp()),
            Activation::Gelu => x * normal::distribution(x),
            Activation::GeluTanh => {
                let z = (8.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * (x * x * x));
                x / (1.0 + (-z).exp())
            }
            Activation::Relu6 => cut(x, 6.0),
            Activation::Exponential => x.exp(),
            _ => x,
        }
    }

    /// The least and the greatest value.
    pub(crate) fn range(self) -> (f64, f64) {
        let inf = f64::INFINITY;
        match self.0 {
            Activation::Relu
            | Activation::ThresholdedRelu { .. }
            | Activation::Softplus
            | Activation::Exponential => (0.0, inf),
            Activation::Tanh | Activation::FastTanh | Activation::Softsign => (-1.0, 1.0),
            Activation::Sigmoid
            | Activation::FastSigmoid
            | Activation::HardSigmoid { .. }
            | Activation::HardSigmoidKeras3 => (0.0, 1.0),
            Activation::ScaledTanh { alpha, .. } => (-f64::from(alpha), f64::from(alpha)),
            Activation::Elu { alpha } => (-f64::from(alpha), inf),
            Activation::Silu => (-0.278_464_6, inf),
            Activation::Gelu => (-0.169_971_3, inf),
            Activation::GeluTanh => (-0.170_040_8, inf),
            Activation::Relu6 => (0.0, 6.0),
            _ => (-inf, inf),
        }
    }

    /// Whether f(-0) is -0.
    pub(crate) fn keeps_zero(self) -> bool {
        matches!(
            self.0,
            Activation::Linear
                | Activation::Tanh
                | Activation::LeakyRelu { .. }
                | Activation::ScaledTanh { .. }
                | Activation::Elu { .. }
                | Activation::Softsign
                | Activation::Silu
                | Activation::Gelu
                | Activation::GeluTanh
        )
    }

    /// The oracle against the same function by another way, within 16 ULP of f64 or what no f32 can show: e^-x overflows
    /// where the sigmoid is below 1e-308. An exponent of -z has z times the error.
    pub(crate) fn check_oracle(self, x: f64, truth: f64) -> Result<(), String> {
        // (e^2x - 1) / (e^2x + 1), of |x| so that nothing overflows into a quotient of infinities.
        let tanh = |x: f64| {
            let e = (2.0 * x.abs().min(40.0)).exp_m1();
            (e / (e + 2.0)).copysign(x)
        };
        let sigmoid = |x: f64| {
            // Below, 1 + tanh would cancel.
            if x > -1.0 {
                return 0.5 + 0.5 * (0.5 * x).tanh();
            }
            let e = x.exp();
            e / (1.0 + e)
        };
        let (other, slack) = match self.0 {
            Activation::Tanh => (tanh(x), 0.0),
            Activation::Sigmoid => (sigmoid(x), 0.0),
            Activation::ScaledTanh { alpha, beta } => (f64::from(alpha) * tanh(f64::from(beta) * x), 0.0),
            Activation::Elu { alpha } if x < 0.0 && x > -600.0 => {
                // Where e^x - 1 would cancel, by e^(x/2): e^x - 1 = 2 e^(x/2) sinh(x/2).
                (2.0 * f64::from(alpha) * (0.5 * x).exp() * (0.5 * x).sinh(), 0.0)
            }
            // e^x = e^(x/2) e^(x/2).
            Activation::Exponential => ((0.5 * x).exp() * (0.5 * x).exp(), 0.0),
            // ln(1 + e) = 2 atanh(e / (2 + e)).
            Activation::Softplus => {
                let e = (-x.abs()).exp();
                (cut(x, f64::INFINITY) + 2.0 * (e / (2.0 + e)).atanh(), 0.0)
            }
            Activation::Silu => (x * sigmoid(x), 0.0),
            // Above -2.5 half of the sum cancels, at worst to a hundredth.
            Activation::Gelu => (x * normal::distribution_by_trapezia(x), 400.0 + 0.5 * x * x),
            Activation::GeluTanh => {
                let z = 1.595_769_121_605_730_7 * x + 0.071_354_816_272_600_25 * x * x * x;
                (x * sigmoid(z), 4.0 * z.abs())
            }
            _ => return Ok(()),
        };
        // Infinite arguments are looked at elsewhere.
        let near = (other - truth).abs() <= (16.0 + slack) * f64::EPSILON * truth.abs() + 1e-300;
        if !x.is_finite() || other.to_bits() == truth.to_bits() || near {
            Ok(())
        } else {
            Err(format!("the oracle of {} doubts {x:e}: {truth:e} or {other:e}", self.0))
        }
    }
}

/// min(max(x, 0), most), a NaN staying; of -0, +0.
fn cut(x: f64, most: f64) -> f64 {
    if x <= 0.0 {
        0.0
    } else if x > most {
        most
    } else {
        x
    }
}
