//! How far one step of a cell may be: errors of its sums, carried through its equations.
//!
//! Every sum of a step (a gate's pre-activation, a projection) is at most `e = 2u (K + 2) A` off, K its terms and A the
//! largest of the sums' row sums; K counts the longest. The equations carry that on to first order. Of an activation f
//! two numbers matter, over the arguments that can be met, |z| <= min(A, clip): its largest value `R_f` and its largest
//! slope `L_f`. With it `d_f = L_f e + the activation's own error at R_f`, H and C the largest |h| and |c| of the state
//! read:
//!
//! | cell | bound of h' (of c') |
//! | --- | --- |
//! | dense | e times f's slope at y + f's own error at y |
//! | simple | `L_f e + f's own error at y` |
//! | GRU | `d_z (H + R_n) + (1 + R_z) d_n`, the argument of n being off by `e max(1, R_r) + d_r A` |
//! | LSTM | `d_o R_u + R_o d_u`; (`C d_f + R_i d_g + R_g d_i`, coupled `d_f = d_i`) |
//! | minimal GRU | `d_z (H + R_n) + max(1, R_z) d_n` |
//! | minimal LSTM | `(H + R_n) q / 2 + d_n`, q the relative error of f and i |
//!
//! In the LSTM, the argument of o is off by `|p_o|` times c's bound beside e, that of u by c's bound; a projection multiplies h's
//! bound by its largest row sum of weights and adds its own sum's e. `f / (f + i)` has the slope `f' i'` <= 1/4 in the
//! relative errors of f and i, which holds where neither is subnormal: arguments above -80. Multiplications and additions of the equations themselves round with u each, as of the values' bounds:
//! at most four deep, a delay's mean included, so 4u times the sum of the bounds. One hundredth is added for terms of second order.

use super::{U, activation, one_step};
use rnn_core::{Activation, CellKind, Recurrent};

/// The largest values of a case that the bound depends on.
#[derive(Clone, Copy, Debug)]
pub struct Magnitudes {
    /// A: the largest row sum of a gate's sum of |w x| + |b|, that of the candidate with r = 1.
    pub a: f64,
    /// The largest |h| of the state that is read.
    pub h: f64,
    /// The largest |c|.
    pub c: f64,
    /// The largest |p_o|, 0 without peepholes.
    pub peephole: f64,
    /// The largest row sum of |`W_hr`|, 0 without a projection.
    pub projection: f64,
}

/// How far the new state may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Of h', without the own error of a simple cell's activation, which depends on y.
    pub h: f64,
    /// Of c'.
    pub c: f64,
    /// Of the arguments of activations: where one of them jumps, a result nearer to the jump is not decided.
    pub arguments: f64,
}

/// K of a recurrent layer's gates: inputs, state, both biases, a peephole, and one to spare.
#[must_use]
pub const fn terms_of(layer: &Recurrent, input_size: usize) -> usize {
    let state = if layer.cell.is_recurrent() { layer.state_size() } else { 0 };
    super::terms(input_size, state) + layer.has_peephole() as usize + layer.is_apart() as usize
}

/// An activation over |z| <= some limit.
#[derive(Clone, Copy)]
struct Range {
    f: Activation,
    limit: f64,
}

impl Range {
    /// The largest |f(z)|.
    fn reach(self) -> f64 {
        let z = self.limit;
        let [alpha, beta] = self.f.parameters().map(|p| f64::from(p.unwrap_or(0.0)).abs());
        match self.f {
            Activation::Tanh
            | Activation::FastTanh
            | Activation::Softsign
            | Activation::Sigmoid
            | Activation::FastSigmoid
            | Activation::HardSigmoid { .. }
            | Activation::HardSigmoidKeras3 => 1.0,
            Activation::Affine { .. } => alpha * z + beta,
            Activation::LeakyRelu { .. } => z * alpha.max(1.0),
            Activation::ScaledTanh { .. } => alpha,
            Activation::Elu { .. } => z.max(alpha),
            Activation::Softplus => z + 1.0,
            Activation::Exponential => z.exp(),
            // |f(z)| <= |z|.
            _ => z,
        }
    }

    /// The largest slope, but for a jump.
    fn slope(self) -> f64 {
        let [alpha, beta] = self.f.parameters().map(|p| f64::from(p.unwrap_or(0.0)).abs());
        match self.f {
            Activation::Sigmoid | Activation::FastSigmoid => 0.25,
            Activation::HardSigmoidKeras3 => 1.0 / 6.0,
            Activation::Affine { .. } | Activation::HardSigmoid { .. } => alpha,
            Activation::LeakyRelu { .. } | Activation::Elu { .. } => alpha.max(1.0),
            Activation::ScaledTanh { .. } => alpha * beta,
            // Their steepest points: 1.0999 at 2.4, 1.129 at 1.4.
            Activation::Silu => 1.1,
            Activation::Gelu | Activation::GeluTanh => 1.13,
            Activation::Exponential => self.limit.exp(),
            _ => 1.0,
        }
    }

    /// The smallest f(z) of a gate that is positive.
    fn floor(self) -> f64 {
        let sigmoid = 1.0 / (1.0 + self.limit.exp());
        match self.f {
            Activation::FastSigmoid => sigmoid - 4e-5,
            Activation::HardSigmoid { alpha, beta } => f64::from(beta) - f64::from(alpha) * self.limit,
            Activation::HardSigmoidKeras3 => (3.0 - self.limit) / 6.0,
            other => panic!("{other} has no least value above 0 in the table of tolerances"),
        }
    }

    /// The error of f of an argument that is `argument` off.
    fn error(self, argument: f64) -> f64 {
        self.slope() * argument + activation(self.f, self.reach())
    }

    /// The same relative to f, which is positive.
    fn relative(self, argument: f64) -> f64 {
        match self.f {
            // Their logarithms have slopes of at most 1, their own errors are 2 ULP, each at most 2u.
            Activation::Sigmoid | Activation::Softplus | Activation::Exponential => argument + 4.0 * U,
            _ => self.error(argument) / self.floor(),
        }
    }
}

/// The largest slope of a dense layer's f near an output y: what an error of its sum is multiplied by. The exponential's is
/// y, with a hundredth for what the error itself adds.
#[must_use]
pub fn steepness(f: Activation, y: f64) -> f64 {
    match f {
        Activation::Exponential => 1.01 * y.abs(),
        _ => Range { f, limit: f64::INFINITY }.slope(),
    }
}

/// The bound of one step of this layer.
#[must_use]
pub fn cell_step(layer: &Recurrent, input_size: usize, m: &Magnitudes) -> Bounds {
    let e = one_step(terms_of(layer, input_size), m.a);
    let range = |f, a: f64| Range { f, limit: layer.clip.map_or(a, |clip| a.min(f64::from(clip))) };
    let t = range(layer.cell.activation(), m.a);
    let s = range(layer.cell.gate().unwrap_or(Activation::Linear), m.a);
    let (d_s, r_s) = (s.error(e), s.reach());
    let rounding = |values: f64| 4.0 * U * values;
    let second_order = 1.01;
    match layer.cell {
        CellKind::SimpleRnn { .. } => {
            Bounds { h: second_order * t.slope() * e, c: 0.0, arguments: second_order * e }
        }
        CellKind::Gru { .. } => {
            let e_n = e * r_s.max(1.0) + d_s * m.a + rounding(r_s * m.a);
            let t = range(t.f, m.a * r_s.max(1.0));
            let values = m.h + t.reach();
            let h = d_s * values + (1.0 + r_s) * t.error(e_n) + rounding((1.0 + r_s) * values);
            Bounds { h: second_order * h, c: 0.0, arguments: second_order * e_n }
        }
        CellKind::Lstm { output, coupled, .. } => {
            let r_f = if coupled { 1.0 + r_s } else { r_s };
            let new_c = r_f * m.c + r_s * t.reach();
            let c = m.c * (d_s + U) + r_s * t.error(e) + t.reach() * d_s + rounding(new_c);
            let e_o = e * (1.0 + m.peephole * new_c / m.a.max(f64::MIN_POSITIVE)) + m.peephole * c;
            let o = range(s.f, m.a + m.peephole * new_c);
            let u = Range { f: output, limit: new_c };
            let mut h = o.error(e_o) * u.reach() + o.reach() * u.error(c) + rounding(o.reach() * u.reach());
            if m.projection > 0.0 {
                let sum = m.projection * o.reach() * u.reach();
                h = m.projection * h + one_step(layer.hidden_size + 2, sum);
            }
            Bounds { h: second_order * h, c: second_order * c, arguments: second_order * e_o.max(c) }
        }
        CellKind::MinGru { .. } => {
            let values = m.h + t.reach();
            let h = d_s * values + r_s.max(1.0) * t.error(e) + rounding((1.0 + r_s) * values);
            Bounds { h: second_order * h, c: 0.0, arguments: second_order * e }
        }
        CellKind::MinLstm { .. } => {
            let values = m.h + t.reach();
            let h = values * s.relative(e) / 2.0 + t.error(e) + rounding(2.0 * values);
            Bounds { h: second_order * h, c: 0.0, arguments: second_order * e }
        }
        other => panic!("{} is not in the table of tolerances", other.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rnn_core::LayerKind;

    /// What the reference computes lies within reach, and no difference quotient is steeper than the slope.
    #[test]
    fn reaches_and_slopes_hold() {
        for f in crate::accuracy::ACTIVATIONS {
            let exact = rnn_reference::Activation::from_name(&f.to_string()).expect("the reference has all");
            for limit in [0.5, 2.0, 7.0] {
                let range = Range { f, limit };
                let at = |k: i32| limit * f64::from(k) / 1000.0;
                for k in -1000..1000 {
                    let (y, next) = (exact.apply(at(k)), exact.apply(at(k + 1)));
                    assert!(y.abs() <= range.reach() * (1.0 + 1e-12), "{f} at {}", at(k));
                    let jump = matches!(f, Activation::ThresholdedRelu { .. });
                    let steepest = range.slope() * limit / 1000.0;
                    assert!(jump || (next - y).abs() <= steepest * (1.0 + 1e-9), "{f} at {}", at(k));
                }
            }
        }
    }

    /// A GRU of one unit by hand: K = 1 + 1 + 2 + 1, e = 2u 7 A.
    #[test]
    #[expect(clippy::float_cmp, reason = "the table's values are exact")]
    fn a_bound_by_hand() {
        let layer = LayerKind::gru(1, rnn_core::ResetGate::AfterProduct).recurrent().expect("it is one");
        let m = Magnitudes { a: 2.0, h: 0.5, c: 0.0, peephole: 0.0, projection: 0.0 };
        let e = 28.0 * U;
        let d_s = e / 4.0 + 4.0 * U;
        let e_n = e + 2.0 * d_s + 8.0 * U;
        let d_n = e_n + 2.4 * U;
        let found = cell_step(&layer, 1, &m);
        assert_eq!(found.h, 1.01 * (1.5 * d_s + 2.0 * d_n + 12.0 * U));
        assert_eq!(found.arguments, 1.01 * e_n);
    }
}
