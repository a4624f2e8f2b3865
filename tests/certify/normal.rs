//! The normal distribution in f64, relatively accurate in its lower tail.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// phi(x).
fn density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

/// Phi(x): above -2.5 as 1/2 + phi(x) (x + x^3/3 + x^5/15 + ..), whose terms have one sign; below, where the sum would
/// cancel the half, by the continued fraction of Mills' ratio. Above 10 nothing is missing from 1.
pub(crate) fn distribution(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x > 10.0 {
        return 1.0;
    }
    if x < -2.5 {
        // phi(a) / (a + 1 / (a + 2 / (a + ..))).
        let terms = if x < -5.0 { 40 } else { 160 };
        let a = -x;
        return density(x) / (1..=terms).rev().fold(a, |rest, k| a + f64::from(k) / rest);
    }
    let (mut term, mut sum, mut n) = (x, x, 1.0);
    while term.abs() > sum.abs() * 1e-18 {
        n += 2.0;
        term *= x * x / n;
        sum += term;
    }
    0.5 + density(x) * sum
}

/// Phi(x) by the trapezoidal rule for an integral of erfc (Chiarella and Reichel 1968), whose error is below e^-39: shares nothing
/// with the other but e^-x^2/2.
pub(crate) fn distribution_by_trapezia(x: f64) -> f64 {
    const H: f64 = 0.5;
    let z = x.abs() * FRAC_1_SQRT_2;
    if z < 0.5 {
        // The rule's pole is near; erf by its alternating series does not cancel here.
        let (mut term, mut sum, mut n) = (z, z, 0.0);
        while term.abs() > sum * 1e-18 {
            n += 1.0;
            term *= -z * z / n;
            sum += term / (2.0 * n + 1.0);
        }
        return 0.5 + (sum / PI.sqrt()).copysign(x);
    }
    let points = (1..=14).map(|n| (f64::from(n) * H).powi(2)).map(|s| (-s).exp() / (s + z * z));
    let sum = 0.5 / (z * z) + points.sum::<f64>();
    // The pole counts as long as it lies below the line of integration.
    let pole = if z < PI / H { 2.0 / (2.0 * PI * z / H).exp_m1() } else { 0.0 };
    let upper = 0.5 * (2.0 * H * z / PI * (-0.5 * x * x).exp() * sum - pole);
    if x < 0.0 { upper } else { 1.0 - upper }
}
