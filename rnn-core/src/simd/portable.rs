//! The portable tier on `wide`: four lanes of what the target has at compile time (SSE2, NEON, wasm simd128).
//!
//! `wide` is fixed when it is compiled, so this tier never gains from a CPU found at run time. It is fused
//! where the target is compiled with FMA (aarch64 always; x86-64 with the `fma` feature) and rounds twice
//! elsewhere; [`Simd::FUSED`] says which.

use super::{Narrow, Pair, Simd, Vector};
use core::ops::{Add, Div, Mul, Sub};
use wide::{f32x4, u32x4};

/// Token of the portable tier: always available.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Portable;

impl Simd for Portable {
    const FUSED: bool = cfg!(any(target_feature = "fma", target_arch = "aarch64"));
    const TILE_SUMS: usize = 2;
    const HALF_ROWS: [usize; 5] = [0; 5];
    const TILE_PANELS: usize = 1;
    const STEP_SUMS: usize = 2;
    const STEP_REGISTERS: usize = if cfg!(target_arch = "x86_64") { 12 } else { 24 };
    const WRITTEN_OUT: bool = !cfg!(target_arch = "x86_64");
    type V16 = Pair<Pair<P4>>;
    type Two8 = Self::V16;
    type V8 = Pair<P4>;
    type V4 = P4;

    #[inline(always)]
    fn vectorize<R>(self, f: impl FnOnce() -> R) -> R {
        // No feature to enable, but a stack frame apart in builds without optimisation.
        #[inline]
        fn frame<R>(f: impl FnOnce() -> R) -> R {
            f()
        }
        frame(f)
    }
}

/// Four lanes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct P4(f32x4);

macro_rules! operator {
    ($($trait:ident $method:ident),*) => {$(
        impl $trait for P4 {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self($trait::$method(self.0, other.0))
            }
        }
    )*};
}
operator!(Add add, Sub sub, Mul mul, Div div);

impl Vector for P4 {
    type Token = Portable;
    type Array = [f32; 4];
    type Bits = u32x4;
    type Mask = f32x4;
    type Table = [f32; 8];
    const WIDTH: usize = 4;

    #[inline(always)]
    fn splat(_: Portable, x: f32) -> Self {
        Self(f32x4::splat(x))
    }
    #[inline(always)]
    fn load(_: Portable, x: &[f32; 4]) -> Self {
        Self(f32x4::new(*x))
    }
    #[inline(always)]
    fn store(self, out: &mut [f32; 4]) {
        *out = self.0.to_array();
    }
    #[inline(always)]
    fn load_partial(_: Portable, x: &[f32]) -> Self {
        let mut lanes = [0.0; 4];
        for (lane, x) in lanes.iter_mut().zip(x) {
            *lane = *x;
        }
        Self(f32x4::new(lanes))
    }
    #[inline(always)]
    fn store_partial(self, out: &mut [f32]) {
        for (out, lane) in out.iter_mut().zip(self.0.to_array()) {
            *out = lane;
        }
    }
    #[inline(always)]
    fn chunks(x: &[f32]) -> (&[[f32; 4]], &[f32]) {
        x.as_chunks()
    }
    #[inline(always)]
    fn chunks_mut(x: &mut [f32]) -> (&mut [[f32; 4]], &mut [f32]) {
        x.as_chunks_mut()
    }

    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        if Portable::FUSED { Self(self.0.mul_add(b.0, c.0)) } else { self * b + c }
    }
    #[inline(always)]
    fn neg_mul_add(self, b: Self, c: Self) -> Self {
        if Portable::FUSED { Self(self.0.mul_neg_add(b.0, c.0)) } else { c - self * b }
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self::select(self.lt(other), self, other)
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(self.0.simd_gt(other.0).select(self.0, other.0))
    }
    #[inline(always)]
    fn lt(self, other: Self) -> f32x4 {
        self.0.simd_lt(other.0)
    }
    #[inline(always)]
    fn select(mask: f32x4, yes: Self, no: Self) -> Self {
        Self(mask.select(yes.0, no.0))
    }

    #[inline(always)]
    fn to_bits(self) -> u32x4 {
        bytemuck::cast(self.0)
    }
    #[inline(always)]
    fn from_bits(_: Portable, bits: u32x4) -> Self {
        Self(bytemuck::cast(bits))
    }
    #[inline(always)]
    fn splat_bits(_: Portable, x: u32) -> u32x4 {
        u32x4::splat(x)
    }
    #[inline(always)]
    fn and(a: u32x4, b: u32x4) -> u32x4 {
        a & b
    }
    #[inline(always)]
    fn or(a: u32x4, b: u32x4) -> u32x4 {
        a | b
    }
    #[inline(always)]
    fn add_bits(a: u32x4, b: u32x4) -> u32x4 {
        a + b
    }
    #[inline(always)]
    fn sub_bits(a: u32x4, b: u32x4) -> u32x4 {
        a - b
    }
    #[inline(always)]
    fn shl<const N: u32>(a: u32x4) -> u32x4 {
        a << N
    }
    #[inline(always)]
    fn shr<const N: u32>(a: u32x4) -> u32x4 {
        a >> N
    }

    #[inline(always)]
    fn table(_: Portable, entries: &[f32; 8]) -> [f32; 8] {
        *entries
    }
    #[inline(always)]
    fn lookup(table: [f32; 8], index: u32x4) -> Self {
        Self(f32x4::new(index.to_array().map(|i| table[(i & 7) as usize])))
    }
}

impl Narrow for Pair<P4> {
    #[inline(always)]
    fn first(wide: Self) -> Self {
        wide
    }
    #[inline(always)]
    fn widened(self, _: Portable) -> Self {
        self
    }
}

impl Narrow for P4 {
    #[inline(always)]
    fn first(wide: Pair<P4>) -> Self {
        wide.low()
    }
    #[inline(always)]
    fn widened(self, t: Portable) -> Pair<P4> {
        Pair::new(self, Self::splat(t, 0.0))
    }
}
