//! SIMD vectors, written once and run on every tier.
//!
//! A *tier* is a cluster of CPU features: AVX-512, AVX2 with FMA, or the portable one. Its *token* is a
//! zero-size value that only detection can make ([`Backend`]); holding one proves that the CPU has the
//! instructions. A [`Vector`] holds exactly 16, 8 or 4 lanes on **every** tier (AVX2 makes its 16 lanes from two
//! registers), so kernels never ask how wide the machine is, a row of units is cut the same way everywhere,
//! and tiers that fuse give the same bits.
//!
//! How code reaches the instructions: operations and generic kernels are `#[inline(always)]`; one thin
//! `#[target_feature]` frame per tier, [`Simd::vectorize`], surrounds them. Stable Rust refuses the two
//! attributes on one function, hence the split. A kernel that forgets `inline(always)` falls silently to calls without
//! FMA: a test over the disassembly guards it.
//!
//! Rounding: every operation is the IEEE 754 one, to nearest. [`Vector::mul_add`] rounds once where
//! [`Simd::FUSED`], twice on an unfused portable tier. No operation is approximate.

#[expect(unsafe_code, reason = "a token is made where detection found its tier")]
mod backend;
mod op;
mod pair;
mod portable;

#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "intrinsics, loads and stores")]
mod avx2;
#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "intrinsics, loads and stores")]
mod avx512;

pub use backend::Backend;
pub(crate) use backend::{Tier, dispatch};
pub(crate) use pair::Pair;
pub(crate) use portable::Portable;

#[cfg(target_arch = "x86_64")]
pub(crate) use {avx2::Avx2, avx512::Avx512};

use core::ops::{Add, Div, Mul, Sub};

/// A tier's token: the proof that this CPU has the tier's instructions.
pub trait Simd: Copy + Send + Sync + core::fmt::Debug + 'static {
    /// Whether [`Vector::mul_add`] rounds once.
    const FUSED: bool;
    /// Vectors of sixteen lanes a register tile of the batched product keeps as sums, beside weights and a broadcast.
    const TILE_SUMS: usize;
    /// Rows of a tile of eight units, by their gates, where sums of sixteen would leave too few rows to it; 0 if they would
    /// not.
    const HALF_ROWS: [usize; 5];
    /// Panels of that tile where a unit has one gate.
    const TILE_PANELS: usize;
    /// Vectors of sixteen lanes a step keeps as sums: enough to hide the multiply-add's latency.
    const STEP_SUMS: usize;
    /// Registers in which a step written out for its sizes keeps its sums: those of the tier but a few for weights and a
    /// broadcast.
    const STEP_REGISTERS: usize;
    /// Whether such steps exist on this tier; else its steps of constant sizes are those of run-time sizes.
    const WRITTEN_OUT: bool;
    /// Sixteen lanes.
    type V16: Wide<Token = Self>;
    /// Sixteen lanes in two registers if one holds as many: for steps that wait for results, not for their turn. Where a
    /// CPU computes the wide register in two passes (Zen 4), that is a sixth faster.
    type Two8: Wide<Token = Self>;
    /// Eight lanes.
    type V8: Narrow<Token = Self>;
    /// Four lanes.
    type V4: Narrow<Token = Self>;

    /// Runs `f` inside the tier's `#[target_feature]` frame.
    fn vectorize<R>(self, f: impl FnOnce() -> R) -> R;
}

/// Runs a part of a kernel, which is in its tier's frame already: in a frame apart where debug assertions are on. Without
/// optimisation every inlined operation takes room on the stack, and the parts of a deep network would add up to
/// more than a thread has. Elsewhere there must be no frame: it costs a small step half its time.
#[inline(always)]
pub(crate) fn apart<S: Simd>(s: S, f: impl FnOnce()) {
    if cfg!(debug_assertions) { s.vectorize(f) } else { f() }
}

/// A vector of `WIDTH` single-precision lanes.
///
/// A value exists only where its tier's instructions do, so arithmetic on it is safe; what makes a value from
/// nothing takes the token. Every operation works lane by lane.
pub trait Vector:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    /// The tier this vector belongs to.
    type Token: Simd;
    /// The lanes in memory: `WIDTH` consecutive floats.
    type Array: Copy;
    /// The lanes as 32-bit patterns.
    type Bits: Copy;
    /// One truth value a lane.
    type Mask: Copy;
    /// Eight floats ready for [`Vector::lookup`].
    type Table: Copy;
    /// Number of lanes.
    const WIDTH: usize;
    /// Registers they take.
    const REGISTERS: usize = 1;

    /// All lanes `x`.
    fn splat(t: Self::Token, x: f32) -> Self;
    /// The lanes of `x`.
    fn load(t: Self::Token, x: &Self::Array) -> Self;
    /// Writes all lanes.
    fn store(self, out: &mut Self::Array);
    /// The first `min(x.len(), WIDTH)` lanes from `x`, the others zero; reads nothing past `x`.
    fn load_partial(t: Self::Token, x: &[f32]) -> Self;
    /// Writes the first `min(out.len(), WIDTH)` lanes and nothing else.
    fn store_partial(self, out: &mut [f32]);
    /// `x` cut into whole vectors, and what is left.
    fn chunks(x: &[f32]) -> (&[Self::Array], &[f32]);
    /// `x` cut into whole vectors, and what is left.
    fn chunks_mut(x: &mut [f32]) -> (&mut [Self::Array], &mut [f32]);

    /// `self * b + c`, rounded once where [`Simd::FUSED`].
    fn mul_add(self, b: Self, c: Self) -> Self;
    /// `c - self * b`, rounded once where [`Simd::FUSED`].
    fn neg_mul_add(self, b: Self, c: Self) -> Self;
    /// `self < other ? self : other`: a NaN on either side gives `other`.
    fn min(self, other: Self) -> Self;
    /// `self > other ? self : other`: a NaN on either side gives `other`.
    fn max(self, other: Self) -> Self;
    /// `self < other`, false where either is NaN.
    fn lt(self, other: Self) -> Self::Mask;
    /// `mask ? yes : no`.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;

    /// The bit patterns.
    fn to_bits(self) -> Self::Bits;
    /// The floats with these bit patterns.
    fn from_bits(t: Self::Token, bits: Self::Bits) -> Self;
    /// All lanes `x`.
    fn splat_bits(t: Self::Token, x: u32) -> Self::Bits;
    /// Bitwise and.
    fn and(a: Self::Bits, b: Self::Bits) -> Self::Bits;
    /// Bitwise or.
    fn or(a: Self::Bits, b: Self::Bits) -> Self::Bits;
    /// Addition modulo 2^32.
    fn add_bits(a: Self::Bits, b: Self::Bits) -> Self::Bits;
    /// Subtraction modulo 2^32.
    fn sub_bits(a: Self::Bits, b: Self::Bits) -> Self::Bits;
    /// Left shift by `N < 32`.
    fn shl<const N: u32>(a: Self::Bits) -> Self::Bits;
    /// Right shift by `N < 32`, zeros coming in.
    fn shr<const N: u32>(a: Self::Bits) -> Self::Bits;

    /// Does nothing to the values, but the compiler has to have all of them before it uses any: what is computed side by
    /// side stays so. Left to itself it may finish one sum and all that follows from it before it begins the next, which
    /// costs a step of sixteen units a sixth of its time (Zen 4).
    #[inline(always)]
    fn together(values: &mut [Self]) {
        let _ = values;
    }

    /// Prepares eight entries for [`Vector::lookup`].
    fn table(t: Self::Token, entries: &[f32; 8]) -> Self::Table;
    /// `table[index & 7]` in each lane.
    fn lookup(table: Self::Table, index: Self::Bits) -> Self;
}

/// Sixteen lanes.
pub trait Wide: Vector {
    /// The low lanes and the high lanes.
    fn halves(self) -> (<Self::Token as Simd>::V8, <Self::Token as Simd>::V8);
    /// The vector of these halves.
    fn join(low: <Self::Token as Simd>::V8, high: <Self::Token as Simd>::V8) -> Self;
}

/// Eight lanes or four.
pub trait Narrow: Vector {
    /// The first lanes of eight.
    fn first(wide: <Self::Token as Simd>::V8) -> Self;
    /// These lanes, then zeros if they are four.
    fn widened(self, t: Self::Token) -> <Self::Token as Simd>::V8;
}
