//! The AVX2 tier: eight lanes in a 256-bit register, four in a 128-bit one, fused multiply-add.
//!
//! The types are generic over the token because the AVX-512 tier uses the same two registers for its narrow
//! vectors; [`Ymm`] names the tokens that include these features.

use super::op::{Held, op, together};
use super::{Narrow, Pair, Simd, Vector};
use core::arch::x86_64::*;
use core::marker::PhantomData;
use core::ops::{Add, Div, Mul, Sub};

/// Token of the AVX2 + FMA tier.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// # Safety
    /// The CPU and the operating system support `avx2` and `fma`.
    #[inline(always)]
    pub(super) unsafe fn new_unchecked() -> Self {
        Self(())
    }
}

impl Simd for Avx2 {
    const FUSED: bool = true;
    const TILE_SUMS: usize = 6;
    // Of sixteen registers. Twelve sums leave room for three rows' values and a weight (4 gates), not for the weights of two
    // or three gates and a row's value: there they spill, to 38 % of the peak (Zen 4).
    const HALF_ROWS: [usize; 5] = [0, 0, 4, 3, 3];
    const TILE_PANELS: usize = 1;
    const STEP_SUMS: usize = 4;
    const STEP_REGISTERS: usize = 12;
    const WRITTEN_OUT: bool = true;
    type V16 = Pair<F32x8<Self>>;
    type Two8 = Self::V16;
    type V8 = F32x8<Self>;
    type V4 = F32x4<Self>;

    #[inline(always)]
    fn vectorize<R>(self, f: impl FnOnce() -> R) -> R {
        #[target_feature(enable = "avx2,fma")]
        fn frame<R>(f: impl FnOnce() -> R) -> R {
            f()
        }
        // SAFETY: the token proves that the CPU has the features of the frame.
        unsafe { frame(f) }
    }
}

/// A token whose tier includes `avx2` and `fma`.
///
/// # Safety
/// A value of the type exists only where the CPU and the operating system support both.
pub(crate) unsafe trait Ymm: Simd {}
// SAFETY: the promise of `Avx2::new_unchecked`.
unsafe impl Ymm for Avx2 {}

/// Eight lanes in a 256-bit register.
#[derive(Clone, Copy, Debug)]
pub(crate) struct F32x8<T>(__m256, PhantomData<T>);

/// Four lanes in a 128-bit register.
#[derive(Clone, Copy, Debug)]
pub(crate) struct F32x4<T>(__m128, PhantomData<T>);

impl<T: Ymm> F32x8<T> {
    /// The lanes of a register that a vector of the tier gave.
    #[inline(always)]
    pub(super) fn of(register: __m256) -> Self {
        Self(register, PhantomData)
    }

    /// The register.
    #[inline(always)]
    pub(super) fn register(self) -> __m256 {
        self.0
    }
}

impl<T: Ymm> Narrow for F32x8<T>
where
    T: Simd<V8 = Self>,
{
    #[inline(always)]
    fn first(wide: Self) -> Self {
        wide
    }
    #[inline(always)]
    fn widened(self, _: T) -> Self {
        self
    }
}

impl<T: Ymm> Narrow for F32x4<T>
where
    T: Simd<V8 = F32x8<T>>,
{
    #[inline(always)]
    fn first(wide: F32x8<T>) -> Self {
        Self(op!(_mm256_castps256_ps128(wide.0)), PhantomData)
    }
    #[inline(always)]
    fn widened(self, _: T) -> F32x8<T> {
        F32x8::of(op!(_mm256_zextps128_ps256(self.0)))
    }
}

/// Ones then zeros: the eight words from `8 - n` select the first `n` lanes.
const FIRST_LANES: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];

macro_rules! vector {
    (
        $name:ident, $width:literal, $float:ty, $int:ty, $register:ident, mask: $mask_load:ident as $mask_ptr:ty,
        set1 $set1:ident, set1_epi32 $seti:ident, loadu $load:ident, storeu $store:ident,
        maskload $maskload:ident, maskstore $maskstore:ident,
        add $add:ident, sub $sub:ident, mul $mul:ident, div $div:ident, min $min:ident, max $max:ident,
        fmadd $fmadd:ident, fnmadd $fnmadd:ident, lt $lt:expr, blendv $blendv:ident,
        to_int $to_int:ident, to_float $to_float:ident, and $and:ident, or $or:ident,
        addi $addi:ident, subi $subi:ident, slli $slli:ident, srli $srli:ident,
        lookup $lookup:expr
    ) => {
        impl<T: Ymm> $name<T> {
            #[inline(always)]
            fn new(register: $float) -> Self {
                Self(register, PhantomData)
            }
            /// All ones in the first `n` lanes, `n <= WIDTH`.
            #[inline(always)]
            #[expect(clippy::cast_ptr_alignment, reason = "an unaligned load")]
            fn first_lanes(n: usize) -> $int {
                let words: &[i32; $width] =
                    FIRST_LANES[8 - n..8 - n + $width].first_chunk().expect("the range has WIDTH words");
                // SAFETY: the array has exactly the words the load reads, at any alignment.
                unsafe { $mask_load(words.as_ptr().cast::<$mask_ptr>()) }
            }
        }
        vector!(@operators $name, Add add $add, Sub sub $sub, Mul mul $mul, Div div $div);

        impl<T: Ymm> Vector for $name<T> {
            type Token = T;
            type Array = [f32; $width];
            type Bits = Held<T, $int>;
            type Mask = Held<T, $float>;
            type Table = Held<T, __m256>;
            const WIDTH: usize = $width;

            #[inline(always)]
            fn splat(_: T, x: f32) -> Self {
                Self::new(op!($set1(x)))
            }
            #[inline(always)]
            fn load(_: T, x: &Self::Array) -> Self {
                // SAFETY: the array has exactly the lanes the load reads; any alignment will do.
                Self::new(unsafe { $load(x.as_ptr()) })
            }
            #[inline(always)]
            fn store(self, out: &mut Self::Array) {
                // SAFETY: the array has exactly the lanes the store writes; any alignment will do.
                unsafe { $store(out.as_mut_ptr(), self.0) }
            }
            #[inline(always)]
            fn load_partial(_: T, x: &[f32]) -> Self {
                let n = x.len().min($width);
                // SAFETY: the mask selects the first `n <= x.len()` lanes; a masked-off lane is not read.
                Self::new(unsafe { $maskload(x.as_ptr(), Self::first_lanes(n)) })
            }
            #[inline(always)]
            fn store_partial(self, out: &mut [f32]) {
                let n = out.len().min($width);
                // SAFETY: the mask selects the first `n <= out.len()` lanes; a masked-off lane is not written.
                unsafe { $maskstore(out.as_mut_ptr(), Self::first_lanes(n), self.0) }
            }
            #[inline(always)]
            fn chunks(x: &[f32]) -> (&[Self::Array], &[f32]) {
                x.as_chunks()
            }
            #[inline(always)]
            fn chunks_mut(x: &mut [f32]) -> (&mut [Self::Array], &mut [f32]) {
                x.as_chunks_mut()
            }

            #[inline(always)]
            fn mul_add(self, b: Self, c: Self) -> Self {
                Self::new(op!($fmadd(self.0, b.0, c.0)))
            }
            #[inline(always)]
            fn neg_mul_add(self, b: Self, c: Self) -> Self {
                Self::new(op!($fnmadd(self.0, b.0, c.0)))
            }
            #[inline(always)]
            fn min(self, other: Self) -> Self {
                Self::new(op!($min(self.0, other.0)))
            }
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                Self::new(op!($max(self.0, other.0)))
            }
            #[inline(always)]
            fn lt(self, other: Self) -> Self::Mask {
                Held::new(op!($lt(self.0, other.0)))
            }
            #[inline(always)]
            fn select(mask: Self::Mask, yes: Self, no: Self) -> Self {
                Self::new(op!($blendv(no.0, yes.0, mask.0)))
            }

            #[inline(always)]
            fn to_bits(self) -> Self::Bits {
                Held::new(op!($to_int(self.0)))
            }
            #[inline(always)]
            fn from_bits(_: T, bits: Self::Bits) -> Self {
                Self::new(op!($to_float(bits.0)))
            }
            #[inline(always)]
            fn splat_bits(_: T, x: u32) -> Self::Bits {
                Held::new(op!($seti(x.cast_signed())))
            }
            #[inline(always)]
            fn and(a: Self::Bits, b: Self::Bits) -> Self::Bits {
                Held::new(op!($and(a.0, b.0)))
            }
            #[inline(always)]
            fn or(a: Self::Bits, b: Self::Bits) -> Self::Bits {
                Held::new(op!($or(a.0, b.0)))
            }
            #[inline(always)]
            fn add_bits(a: Self::Bits, b: Self::Bits) -> Self::Bits {
                Held::new(op!($addi(a.0, b.0)))
            }
            #[inline(always)]
            fn sub_bits(a: Self::Bits, b: Self::Bits) -> Self::Bits {
                Held::new(op!($subi(a.0, b.0)))
            }
            #[inline(always)]
            fn shl<const N: u32>(a: Self::Bits) -> Self::Bits {
                Held::new(op!($slli(a.0, _mm_cvtsi32_si128(N.cast_signed()))))
            }
            #[inline(always)]
            fn shr<const N: u32>(a: Self::Bits) -> Self::Bits {
                Held::new(op!($srli(a.0, _mm_cvtsi32_si128(N.cast_signed()))))
            }

            #[inline(always)]
            fn together(values: &mut [Self]) {
                together!($register "avx2" $float, values);
            }

            #[inline(always)]
            fn table(_: T, entries: &[f32; 8]) -> Self::Table {
                // SAFETY: the array has exactly the eight floats the load reads; any alignment will do.
                Held::new(unsafe { _mm256_loadu_ps(entries.as_ptr()) })
            }
            #[inline(always)]
            fn lookup(table: Self::Table, index: Self::Bits) -> Self {
                Self::new(op!($lookup(table.0, index.0)))
            }
        }
    };
    (@operators $name:ident, $($trait:ident $method:ident $call:ident),*) => {$(
        impl<T: Ymm> $trait for $name<T> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self::new(op!($call(self.0, other.0)))
            }
        }
    )*};
}

vector!(
    F32x8, 8, __m256, __m256i, ymm_reg, mask: _mm256_loadu_si256 as __m256i,
    set1 _mm256_set1_ps, set1_epi32 _mm256_set1_epi32, loadu _mm256_loadu_ps, storeu _mm256_storeu_ps,
    maskload _mm256_maskload_ps, maskstore _mm256_maskstore_ps,
    add _mm256_add_ps, sub _mm256_sub_ps, mul _mm256_mul_ps, div _mm256_div_ps,
    min _mm256_min_ps, max _mm256_max_ps,
    fmadd _mm256_fmadd_ps, fnmadd _mm256_fnmadd_ps, lt _mm256_cmp_ps::<_CMP_LT_OQ>, blendv _mm256_blendv_ps,
    to_int _mm256_castps_si256, to_float _mm256_castsi256_ps, and _mm256_and_si256, or _mm256_or_si256,
    addi _mm256_add_epi32, subi _mm256_sub_epi32, slli _mm256_sll_epi32, srli _mm256_srl_epi32,
    lookup _mm256_permutevar8x32_ps
);

vector!(
    F32x4, 4, __m128, __m128i, xmm_reg, mask: _mm_loadu_si128 as __m128i,
    set1 _mm_set1_ps, set1_epi32 _mm_set1_epi32, loadu _mm_loadu_ps, storeu _mm_storeu_ps,
    maskload _mm_maskload_ps, maskstore _mm_maskstore_ps,
    add _mm_add_ps, sub _mm_sub_ps, mul _mm_mul_ps, div _mm_div_ps, min _mm_min_ps, max _mm_max_ps,
    fmadd _mm_fmadd_ps, fnmadd _mm_fnmadd_ps, lt _mm_cmp_ps::<_CMP_LT_OQ>, blendv _mm_blendv_ps,
    to_int _mm_castps_si128, to_float _mm_castsi128_ps, and _mm_and_si128, or _mm_or_si128,
    addi _mm_add_epi32, subi _mm_sub_epi32, slli _mm_sll_epi32, srli _mm_srl_epi32,
    lookup lookup_low
);

/// The 128-bit lookup: the 256-bit one, whose low half is kept.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn lookup_low(table: __m256, index: __m128i) -> __m128 {
    _mm256_castps256_ps128(_mm256_permutevar8x32_ps(table, _mm256_castsi128_si256(index)))
}
