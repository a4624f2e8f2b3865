//! The AVX-512 tier: sixteen lanes in a 512-bit register; narrow vectors as on AVX2.
//!
//! The cluster is F, VL, BW and DQ with AVX2 and FMA: every AVX-512 CPU since 2017 has all of them.

use super::avx2::{F32x4, F32x8, Ymm};
use super::op::{Held, op, together};
use super::{Pair, Simd, Vector, Wide};
use core::arch::x86_64::*;
use core::ops::{Add, Div, Mul, Sub};

/// Token of the AVX-512 tier.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx512(());

impl Avx512 {
    /// # Safety
    /// The CPU and the operating system support `avx2`, `fma`, `avx512f`, `avx512vl`, `avx512bw` and `avx512dq`.
    #[inline(always)]
    pub(super) unsafe fn new_unchecked() -> Self {
        Self(())
    }
}

// SAFETY: the promise of `Avx512::new_unchecked` includes both features.
unsafe impl Ymm for Avx512 {}

impl Simd for Avx512 {
    const FUSED: bool = true;
    const TILE_SUMS: usize = 24;
    const HALF_ROWS: [usize; 5] = [0; 5];
    const TILE_PANELS: usize = 2;
    const STEP_SUMS: usize = 8;
    const STEP_REGISTERS: usize = 24;
    const WRITTEN_OUT: bool = true;
    type V16 = F32x16;
    type Two8 = Pair<F32x8<Self>>;
    type V8 = F32x8<Self>;
    type V4 = F32x4<Self>;

    #[inline(always)]
    fn vectorize<R>(self, f: impl FnOnce() -> R) -> R {
        #[target_feature(enable = "avx2,fma,avx512f,avx512vl,avx512bw,avx512dq")]
        fn frame<R>(f: impl FnOnce() -> R) -> R {
            f()
        }
        // SAFETY: the token proves that the CPU has the features of the frame.
        unsafe { frame(f) }
    }
}

/// Sixteen lanes in a 512-bit register.
#[derive(Clone, Copy, Debug)]
pub(crate) struct F32x16(__m512);

/// Ones in the first `n <= 16` lanes.
#[inline(always)]
fn first_lanes(n: usize) -> __mmask16 {
    // `n <= 16`, so the shift stays in the 32-bit word and the mask in its low half.
    (((1_u32 << n) - 1) & 0xFFFF) as __mmask16
}

macro_rules! operator {
    ($($trait:ident $method:ident $call:ident),*) => {$(
        impl $trait for F32x16 {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(op!($call(self.0, other.0)))
            }
        }
    )*};
}
operator!(Add add _mm512_add_ps, Sub sub _mm512_sub_ps, Mul mul _mm512_mul_ps, Div div _mm512_div_ps);

impl Vector for F32x16 {
    type Token = Avx512;
    type Array = [f32; 16];
    type Bits = Held<Avx512, __m512i>;
    type Mask = Held<Avx512, __mmask16>;
    type Table = Held<Avx512, __m512>;
    const WIDTH: usize = 16;

    #[inline(always)]
    fn splat(_: Avx512, x: f32) -> Self {
        Self(op!(_mm512_set1_ps(x)))
    }
    #[inline(always)]
    fn load(_: Avx512, x: &[f32; 16]) -> Self {
        // SAFETY: the array has exactly the lanes the load reads; any alignment will do.
        Self(unsafe { _mm512_loadu_ps(x.as_ptr()) })
    }
    #[inline(always)]
    fn store(self, out: &mut [f32; 16]) {
        // SAFETY: the array has exactly the lanes the store writes; any alignment will do.
        unsafe { _mm512_storeu_ps(out.as_mut_ptr(), self.0) }
    }
    #[inline(always)]
    fn load_partial(_: Avx512, x: &[f32]) -> Self {
        let mask = first_lanes(x.len().min(16));
        // SAFETY: the mask selects the first `min(x.len(), 16)` lanes; a masked-off lane is not read.
        Self(unsafe { _mm512_maskz_loadu_ps(mask, x.as_ptr()) })
    }
    #[inline(always)]
    fn store_partial(self, out: &mut [f32]) {
        let mask = first_lanes(out.len().min(16));
        // SAFETY: the mask selects the first `min(out.len(), 16)` lanes; a masked-off lane is not written.
        unsafe { _mm512_mask_storeu_ps(out.as_mut_ptr(), mask, self.0) }
    }
    #[inline(always)]
    fn chunks(x: &[f32]) -> (&[[f32; 16]], &[f32]) {
        x.as_chunks()
    }
    #[inline(always)]
    fn chunks_mut(x: &mut [f32]) -> (&mut [[f32; 16]], &mut [f32]) {
        x.as_chunks_mut()
    }

    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        Self(op!(_mm512_fmadd_ps(self.0, b.0, c.0)))
    }
    #[inline(always)]
    fn neg_mul_add(self, b: Self, c: Self) -> Self {
        Self(op!(_mm512_fnmadd_ps(self.0, b.0, c.0)))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self(op!(_mm512_min_ps(self.0, other.0)))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(op!(_mm512_max_ps(self.0, other.0)))
    }
    #[inline(always)]
    fn lt(self, other: Self) -> Self::Mask {
        Held::new(op!(_mm512_cmp_ps_mask::<_CMP_LT_OQ>(self.0, other.0)))
    }
    #[inline(always)]
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self {
        Self(op!(_mm512_mask_blend_ps(mask.0, no.0, yes.0)))
    }

    #[inline(always)]
    fn to_bits(self) -> Self::Bits {
        Held::new(op!(_mm512_castps_si512(self.0)))
    }
    #[inline(always)]
    fn from_bits(_: Avx512, bits: Self::Bits) -> Self {
        Self(op!(_mm512_castsi512_ps(bits.0)))
    }
    #[inline(always)]
    fn splat_bits(_: Avx512, x: u32) -> Self::Bits {
        Held::new(op!(_mm512_set1_epi32(x.cast_signed())))
    }
    #[inline(always)]
    fn and(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        Held::new(op!(_mm512_and_si512(a.0, b.0)))
    }
    #[inline(always)]
    fn or(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        Held::new(op!(_mm512_or_si512(a.0, b.0)))
    }
    #[inline(always)]
    fn add_bits(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        Held::new(op!(_mm512_add_epi32(a.0, b.0)))
    }
    #[inline(always)]
    fn sub_bits(a: Self::Bits, b: Self::Bits) -> Self::Bits {
        Held::new(op!(_mm512_sub_epi32(a.0, b.0)))
    }
    #[inline(always)]
    fn shl<const N: u32>(a: Self::Bits) -> Self::Bits {
        Held::new(op!(_mm512_slli_epi32::<N>(a.0)))
    }
    #[inline(always)]
    fn shr<const N: u32>(a: Self::Bits) -> Self::Bits {
        Held::new(op!(_mm512_srli_epi32::<N>(a.0)))
    }

    #[inline(always)]
    fn together(values: &mut [Self]) {
        together!(zmm_reg "avx512f" __m512, values);
    }

    #[inline(always)]
    fn table(_: Avx512, entries: &[f32; 8]) -> Self::Table {
        // SAFETY: the array has exactly the eight floats the load reads; any alignment will do.
        let entries = unsafe { _mm256_loadu_ps(entries.as_ptr()) };
        Held::new(op!(_mm512_broadcast_f32x8(entries)))
    }
    #[inline(always)]
    fn lookup(table: Self::Table, index: Self::Bits) -> Self {
        // The table stands twice: the fourth index bit, which the instruction reads, changes nothing.
        Self(op!(_mm512_permutexvar_ps(index.0, table.0)))
    }
}

impl Wide for F32x16 {
    #[inline(always)]
    fn halves(self) -> (F32x8<Avx512>, F32x8<Avx512>) {
        let high = op!(_mm512_extractf32x8_ps::<1>(self.0));
        (F32x8::of(op!(_mm512_castps512_ps256(self.0))), F32x8::of(high))
    }
    #[inline(always)]
    fn join(low: F32x8<Avx512>, high: F32x8<Avx512>) -> Self {
        let low = op!(_mm512_castps256_ps512(low.register()));
        Self(op!(_mm512_insertf32x8::<1>(low, high.register())))
    }
}
