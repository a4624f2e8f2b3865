//! Two vectors side by side as one of twice the lanes.
//!
//! Narrow tiers make their wide vectors this way. The halves are independent, so each operation becomes two
//! instructions that run side by side, and lane `i` gives the same bits as in a wider register.

use super::{Simd, Vector, Wide};
use core::ops::{Add, Div, Mul, Sub};

/// The low half of the lanes, then the high half.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair<V>(V, V);

impl<V: Vector> Pair<V> {
    /// The pair of two vectors.
    #[inline(always)]
    pub(super) fn new(low: V, high: V) -> Self {
        Self(low, high)
    }

    /// The low half.
    #[inline(always)]
    pub(super) fn low(self) -> V {
        self.0
    }
}

macro_rules! operator {
    ($($trait:ident $method:ident)*) => {$(
        impl<V: Vector> $trait for Pair<V> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(self.0.$method(other.0), self.1.$method(other.1))
            }
        }
    )*};
}
operator!(Add add Sub sub Mul mul Div div);

impl<V: Vector> Vector for Pair<V> {
    type Token = V::Token;
    type Array = [V::Array; 2];
    type Bits = (V::Bits, V::Bits);
    type Mask = (V::Mask, V::Mask);
    type Table = V::Table;
    const WIDTH: usize = 2 * V::WIDTH;
    const REGISTERS: usize = 2 * V::REGISTERS;

    #[inline(always)]
    fn splat(t: V::Token, x: f32) -> Self {
        let v = V::splat(t, x);
        Self(v, v)
    }
    #[inline(always)]
    fn load(t: V::Token, x: &Self::Array) -> Self {
        Self(V::load(t, &x[0]), V::load(t, &x[1]))
    }
    #[inline(always)]
    fn store(self, out: &mut Self::Array) {
        self.0.store(&mut out[0]);
        self.1.store(&mut out[1]);
    }
    #[inline(always)]
    fn load_partial(t: V::Token, x: &[f32]) -> Self {
        let (low, high) = x.split_at(x.len().min(V::WIDTH));
        Self(V::load_partial(t, low), V::load_partial(t, high))
    }
    #[inline(always)]
    fn store_partial(self, out: &mut [f32]) {
        let (low, high) = out.split_at_mut(out.len().min(V::WIDTH));
        self.0.store_partial(low);
        self.1.store_partial(high);
    }
    #[inline(always)]
    fn chunks(x: &[f32]) -> (&[Self::Array], &[f32]) {
        let whole = x.len() / Self::WIDTH * Self::WIDTH;
        let (x, rest) = x.split_at(whole);
        (V::chunks(x).0.as_chunks().0, rest)
    }
    #[inline(always)]
    fn chunks_mut(x: &mut [f32]) -> (&mut [Self::Array], &mut [f32]) {
        let whole = x.len() / Self::WIDTH * Self::WIDTH;
        let (x, rest) = x.split_at_mut(whole);
        (V::chunks_mut(x).0.as_chunks_mut().0, rest)
    }

    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        Self(self.0.mul_add(b.0, c.0), self.1.mul_add(b.1, c.1))
    }
    #[inline(always)]
    fn neg_mul_add(self, b: Self, c: Self) -> Self {
        Self(self.0.neg_mul_add(b.0, c.0), self.1.neg_mul_add(b.1, c.1))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0), self.1.min(other.1))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0), self.1.max(other.1))
    }
    #[inline(always)]
    fn lt(self, other: Self) -> Self::Mask {
        (self.0.lt(other.0), self.1.lt(other.1))
    }
    #[inline(always)]
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self {
        Self(V::select(mask.0, yes.0, no.0), V::select(mask.1, yes.1, no.1))
    }

    #[inline(always)]
    fn to_bits(self) -> Self::Bits {
        (self.0.to_bits(), self.1.to_bits())
    }
    #[inline(always)]
    fn from_bits(t: V::Token, bits: Self::Bits) -> Self {
        Self(V::from_bits(t, bits.0), V::from_bits(t, bits.1))
    }
    #[inline(always)]
    fn splat_bits(t: V::Token, x: u32) -> Self::Bits {
        let v = V::splat_bits(t, x);
        (v, v)
    }
    #[inline(always)]
    fn and(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        (V::and(a.0, b.0), V::and(a.1, b.1))
    }
    #[inline(always)]
    fn or(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        (V::or(a.0, b.0), V::or(a.1, b.1))
    }
    #[inline(always)]
    fn add_bits(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        (V::add_bits(a.0, b.0), V::add_bits(a.1, b.1))
    }
    #[inline(always)]
    fn sub_bits(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        (V::sub_bits(a.0, b.0), V::sub_bits(a.1, b.1))
    }
    #[inline(always)]
    fn shl<const N: u32>(a: Self::Bits) -> Self::Bits {
        (V::shl::<N>(a.0), V::shl::<N>(a.1))
    }
    #[inline(always)]
    fn shr<const N: u32>(a: Self::Bits) -> Self::Bits {
        (V::shr::<N>(a.0), V::shr::<N>(a.1))
    }

    #[inline(always)]
    fn together(values: &mut [Self]) {
        // Halves next to each other, as many as sums there are.
        let Some(&first) = values.first() else { return };
        let mut halves = [first.0; 32];
        let count = values.len().min(16);
        for i in 0..count {
            (halves[2 * i], halves[2 * i + 1]) = (values[i].0, values[i].1);
        }
        V::together(&mut halves[..2 * count]);
        for i in 0..count {
            values[i] = Self(halves[2 * i], halves[2 * i + 1]);
        }
    }

    #[inline(always)]
    fn table(t: V::Token, entries: &[f32; 8]) -> Self::Table {
        V::table(t, entries)
    }
    #[inline(always)]
    fn lookup(table: Self::Table, index: Self::Bits) -> Self {
        Self(V::lookup(table, index.0), V::lookup(table, index.1))
    }
}

impl<V: Vector> Wide for Pair<V>
where
    V::Token: Simd<V8 = V>,
{
    #[inline(always)]
    fn halves(self) -> (V, V) {
        (self.0, self.1)
    }
    #[inline(always)]
    fn join(low: V, high: V) -> Self {
        Self(low, high)
    }
}
