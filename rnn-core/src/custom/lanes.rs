//! Vectors as a cell of the user's own sees them.

use crate::activation::{Activate, FastSigmoid, FastTanh, Relu, Sigmoid, Tanh, by_name};
use crate::simd::Vector;
use core::fmt;
use core::ops::{Add, Div, Mul, Sub};
use rnn_format::Activation;

mod sealed {
    pub trait Sealed {}
    impl<V: crate::simd::Vector> Sealed for super::Lane<V> {}
}

/// Some units side by side; every operation works unit by unit and rounds as IEEE 754 says, with the same bits on every
/// fused backend.
pub trait Lanes:
    Copy
    + fmt::Debug
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + sealed::Sealed
{
    /// `x` in every lane; the receiver only tells which kind of vector.
    #[must_use]
    fn constant(self, x: f32) -> Self;
    /// `self * b + c`, rounded once on a fused backend.
    #[must_use]
    fn mul_add(self, b: Self, c: Self) -> Self;
    /// The smaller of each pair; a NaN on either side gives `other`.
    #[must_use]
    fn min(self, other: Self) -> Self;
    /// The greater of each pair; a NaN on either side gives `other`.
    #[must_use]
    fn max(self, other: Self) -> Self;
    /// `yes` where `self < other`, else `no`.
    #[must_use]
    fn if_less(self, other: Self, yes: Self, no: Self) -> Self;
    /// tanh x.
    #[must_use]
    fn tanh(self) -> Self;
    /// 1 / (1 + e^-x).
    #[must_use]
    fn sigmoid(self) -> Self;
    /// max(x, 0).
    #[must_use]
    fn relu(self) -> Self;
    /// tanh x within 4e-5.
    #[must_use]
    fn fast_tanh(self) -> Self;
    /// 1 / (1 + e^-x) within 4e-5.
    #[must_use]
    fn fast_sigmoid(self) -> Self;
    /// Any activation but the softmax, which looks at more than one lane and leaves x as it is: a function call, so that
    /// those above are faster.
    #[must_use]
    fn activate(self, activation: Activation) -> Self;
}

/// A vector with the proof that its instructions are there.
#[derive(Clone, Copy)]
pub(crate) struct Lane<V: Vector> {
    t: V::Token,
    v: V,
}

impl<V: Vector> Lane<V> {
    #[inline(always)]
    pub(super) fn new(t: V::Token, v: V) -> Self {
        Self { t, v }
    }
    #[inline(always)]
    pub(super) fn value(self) -> V {
        self.v
    }
}

impl<V: Vector> fmt::Debug for Lane<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lanes = [0.0; 16];
        let lanes = &mut lanes[..V::WIDTH];
        self.v.store_partial(lanes);
        f.debug_list().entries(lanes.iter()).finish()
    }
}

macro_rules! operators {
    ($($trait:ident $method:ident;)*) => {$(
        impl<V: Vector> $trait for Lane<V> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self { t: self.t, v: $trait::$method(self.v, other.v) }
            }
        }
    )*};
}
operators! {
    Add add;
    Sub sub;
    Mul mul;
    Div div;
}

impl<V: Vector> Lanes for Lane<V> {
    #[inline(always)]
    fn constant(self, x: f32) -> Self {
        Self { t: self.t, v: V::splat(self.t, x) }
    }
    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        Self { t: self.t, v: self.v.mul_add(b.v, c.v) }
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self { t: self.t, v: self.v.min(other.v) }
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self { t: self.t, v: self.v.max(other.v) }
    }
    #[inline(always)]
    fn if_less(self, other: Self, yes: Self, no: Self) -> Self {
        Self { t: self.t, v: V::select(self.v.lt(other.v), yes.v, no.v) }
    }
    #[inline(always)]
    fn tanh(self) -> Self {
        Self { t: self.t, v: Tanh.apply(self.t, self.v) }
    }
    #[inline(always)]
    fn sigmoid(self) -> Self {
        Self { t: self.t, v: Sigmoid.apply(self.t, self.v) }
    }
    #[inline(always)]
    fn relu(self) -> Self {
        Self { t: self.t, v: Relu.apply(self.t, self.v) }
    }
    #[inline(always)]
    fn fast_tanh(self) -> Self {
        Self { t: self.t, v: FastTanh.apply(self.t, self.v) }
    }
    #[inline(always)]
    fn fast_sigmoid(self) -> Self {
        Self { t: self.t, v: FastSigmoid.apply(self.t, self.v) }
    }
    #[inline(always)]
    fn activate(self, activation: Activation) -> Self {
        if activation == Activation::Softmax {
            return self;
        }
        Self { t: self.t, v: by_name(self.t, activation, self.v) }
    }
}
