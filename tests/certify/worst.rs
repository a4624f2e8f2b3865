//! The greatest errors of an activation, and what may never happen.

use crate::oracle::Function;
use rnn_core::Activation;
use rnn_support::accuracy::Row;

/// What was found of many results.
#[derive(Clone, Copy, Default)]
pub(crate) struct Worst {
    ulp: f64,
    ulp_negative: f64,
    absolute: f64,
    /// Greatest error in ULP of |y| + |beta|, of alpha x + beta.
    of_terms: f64,
    wrong: u64,
    /// The x of the first wrong result, as bits.
    first_wrong: Option<u32>,
}

/// The spacing of floats at `y`, subnormals included.
fn spacing(y: f64) -> f64 {
    let exponent = ((y.to_bits() >> 52) & 0x7FF).cast_signed() - 1023;
    f64::from_bits((exponent.max(-126) - 23 + 1023).cast_unsigned() << 52)
}

impl Worst {
    /// One more result.
    pub(crate) fn add(&mut self, function: Function, x: f32, y: f32, truth: f64) {
        let wide = f64::from(y);
        let (least, most) = function.range();
        let right = if x.is_nan() {
            y.is_nan()
        } else {
            // A NaN is in no range.
            let mut right = (least..=most).contains(&wide);
            // Exact at both ends, and where nothing is rounded.
            right &= !x.is_infinite() || wide.to_bits() == truth.to_bits();
            right && (x != 0.0 || !function.keeps_zero() || x.to_bits() == y.to_bits())
        };
        if !right {
            self.wrong += 1;
            self.first_wrong.get_or_insert(x.to_bits());
            return;
        }
        // Both are NaN, or the same by the test above: nothing to measure.
        if !x.is_finite() {
            return;
        }
        // An infinite result stands for 2^128, or for anything beyond.
        let end = 2.0_f64.powi(128);
        let wide = if wide.is_infinite() { truth.abs().max(end).copysign(wide) } else { wide };
        let error = (wide - truth).abs();
        let ulp = error / spacing(truth);
        if let Activation::Affine { beta, .. } | Activation::HardSigmoid { beta, .. } = function.0 {
            self.of_terms = self.of_terms.max(error / spacing(truth.abs() + f64::from(beta.abs())));
        }
        self.absolute = self.absolute.max(error);
        if x < 0.0 { self.ulp_negative = self.ulp_negative.max(ulp) } else { self.ulp = self.ulp.max(ulp) }
    }

    /// Results of another thread.
    pub(crate) fn join(&mut self, other: &Self) {
        self.ulp = self.ulp.max(other.ulp);
        self.ulp_negative = self.ulp_negative.max(other.ulp_negative);
        self.absolute = self.absolute.max(other.absolute);
        self.of_terms = self.of_terms.max(other.of_terms);
        self.wrong += other.wrong;
        self.first_wrong = self.first_wrong.or(other.first_wrong);
    }

    /// What the docs promise of every activation.
    pub(crate) fn promises(&self, f: Activation, fused: bool) -> Result<(), String> {
        if let Some(x) = self.first_wrong {
            let x = f32::from_bits(x);
            return Err(format!(
                "{f}: {} results lost a NaN, a -0 or their range, the first at x = {x:e}",
                self.wrong
            ));
        }
        let ulp = self.ulp.max(self.ulp_negative);
        let (found, promised) = match f {
            Activation::FastTanh | Activation::FastSigmoid => (self.absolute, 4e-5),
            Activation::Tanh if fused => (ulp, 1.2),
            // Each product rounds on its own.
            Activation::Tanh => (ulp, 1.39),
            Activation::Affine { .. } | Activation::HardSigmoid { .. } if fused => (ulp, 0.5),
            Activation::Affine { .. } | Activation::HardSigmoid { .. } => (self.of_terms, 1.0),
            Activation::LeakyRelu { .. } => (ulp, 0.5),
            Activation::Exponential => (ulp, 1.0),
            Activation::HardSigmoidKeras3 | Activation::Softsign => (ulp, 1.5),
            Activation::Sigmoid | Activation::Elu { .. } | Activation::Silu => (ulp, 2.0),
            Activation::Softplus => (ulp, if fused { 2.0 } else { 2.5 }),
            Activation::ScaledTanh { .. } => (ulp, if fused { 2.5 } else { 2.75 }),
            Activation::Gelu | Activation::GeluTanh => (ulp, 2.5),
            _ => (self.absolute, 0.0),
        };
        if found <= promised { Ok(()) } else { Err(format!("{f}: error {found:e}, promised {promised:e}")) }
    }

    /// The row of the table, without measures that have no bound: ULP of fast activations and of unfused sums of two
    /// terms, which cancel; absolute errors of values that grow without end.
    pub(crate) fn row(&self, f: Activation, fused: bool, hash: u64) -> Row {
        let open = match f {
            Activation::FastTanh | Activation::FastSigmoid => true,
            Activation::Affine { .. } | Activation::HardSigmoid { .. } => !fused,
            _ => false,
        };
        let [ulp, ulp_negative] =
            [self.ulp, self.ulp_negative].map(|ulp| if open { f64::INFINITY } else { ulp });
        let endless = Function(f).range().1.is_infinite() && self.absolute > 0.0;
        let absolute = if endless { f64::INFINITY } else { self.absolute };
        Row { ulp, ulp_negative, absolute, hash }
    }
}
