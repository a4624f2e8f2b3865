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
        let error = (wide - truth).abs();
        let ulp = error / spacing(truth);
        self.absolute = self.absolute.max(error);
        if x < 0.0 { self.ulp_negative = self.ulp_negative.max(ulp) } else { self.ulp = self.ulp.max(ulp) }
    }

    /// Results of another thread.
    pub(crate) fn join(&mut self, other: &Self) {
        self.ulp = self.ulp.max(other.ulp);
        self.ulp_negative = self.ulp_negative.max(other.ulp_negative);
        self.absolute = self.absolute.max(other.absolute);
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
        let (found, promised) = match f {
            Activation::FastTanh | Activation::FastSigmoid => (self.absolute, 4e-5),
            Activation::Tanh if fused => (self.ulp.max(self.ulp_negative), 1.2),
            // Each product rounds on its own.
            Activation::Tanh => (self.ulp.max(self.ulp_negative), 1.39),
            Activation::Sigmoid => (self.ulp.max(self.ulp_negative), 2.0),
            _ => (self.absolute, 0.0),
        };
        if found <= promised { Ok(()) } else { Err(format!("{f}: error {found:e}, promised {promised:e}")) }
    }

    /// The row of the table. Fast activations are bounded absolutely alone.
    pub(crate) fn row(&self, f: Activation, hash: u64) -> Row {
        let fast = matches!(f, Activation::FastTanh | Activation::FastSigmoid);
        let [ulp, ulp_negative] =
            [self.ulp, self.ulp_negative].map(|ulp| if fast { f64::INFINITY } else { ulp });
        Row { ulp, ulp_negative, absolute: self.absolute, hash }
    }
}
