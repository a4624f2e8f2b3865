//! The error function, which std does not have.
//!
//! `erf x = 2/sqrt(pi) * integral from 0 to x of e^-t^2 dt` and `erfc x = 1 - erf x`. Below 1/2 the power series whose
//! terms all have one sign, so that nothing cancels (Abramowitz and Stegun 7.1.6); from 1/2 on the continued fraction of
//! erfc (7.1.14), which keeps every digit of a result however small.

use std::f64::consts::PI;

/// Where the series hands over to the fraction.
const MIDDLE: f64 = 0.5;

/// erf x. A NaN stays one.
#[must_use]
pub fn erf(x: f64) -> f64 {
    if x.abs() < MIDDLE {
        series(x)
    } else if x < 0.0 {
        fraction(-x) - 1.0
    } else {
        1.0 - fraction(x)
    }
}

/// erfc x = 1 - erf x, exact to the last digits for large x as well. A NaN stays one.
#[must_use]
pub fn erfc(x: f64) -> f64 {
    if x.abs() < MIDDLE {
        1.0 - series(x)
    } else if x < 0.0 {
        2.0 - fraction(-x)
    } else {
        fraction(x)
    }
}

/// erf x = 2/sqrt(pi) e^-x^2 (x + 2/3 x^3 + 4/15 x^5 + ..): term n + 1 is term n times 2 x^2 / (2 n + 3).
fn series(x: f64) -> f64 {
    let mut term = x;
    let mut sum = x;
    // At x = 1/2, 20 terms leave 1e-31 of the sum.
    for n in 0..20 {
        term *= 2.0 * x * x / (2.0 * f64::from(n) + 3.0);
        sum += term;
    }
    2.0 / PI.sqrt() * exp_minus_square(x) * sum
}

/// erfc x = e^-x^2 / sqrt(pi) * 1 / (x + (1/2) / (x + (2/2) / (x + (3/2) / (x + ..)))), x >= 1/2.
fn fraction(x: f64) -> f64 {
    if x.is_infinite() {
        return 0.0;
    }
    let mut tail = x;
    // n levels leave a part of about 10 e^-2x sqrt(2n): 250 / x^2 of them leave 1e-18.
    let mut level = (250.0 / (x * x)).ceil() + 10.0;
    while level > 0.0 {
        tail = x + 0.5 * level / tail;
        level -= 1.0;
    }
    exp_minus_square(x) / (PI.sqrt() * tail)
}

/// e^-x^2: the rounding error of x^2, which the exponential would make x^2 times as large, is put back.
fn exp_minus_square(x: f64) -> f64 {
    let square = x * x;
    let lost = x.mul_add(x, -square);
    (-square).exp() * (-lost).exp()
}
