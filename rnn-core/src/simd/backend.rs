//! Which tiers this CPU has, and the crossing from that knowledge to a token.

#[cfg(target_arch = "x86_64")]
use super::{Avx2, Avx512};
use super::{Portable, Simd};

/// The instructions a network runs on: chosen when it is built, kept in the value.
///
/// A `Backend` exists only for a tier this CPU has, so it can be passed around and capped freely. Backends that
/// fuse ([`Backend::is_fused`]) give identical bits.
///
/// ```
/// use rnn_core::Backend;
///
/// let best = Backend::detect();
/// assert_eq!(Backend::available().next(), Some(best));
/// assert_eq!(Backend::available().last(), Some(Backend::PORTABLE));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Backend(Kind);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Portable,
}

/// A tier whose token is at hand.
#[derive(Clone, Copy)]
pub(crate) enum Tier {
    /// AVX-512.
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    /// AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    /// What the target has at compile time.
    Portable(Portable),
}

/// Whether the CPU has all of the features: asked at run time with `std`, of the compiler without.
#[cfg(target_arch = "x86_64")]
macro_rules! has {
    ($($feature:tt),*) => {{
        #[cfg(feature = "std")]
        let all = true $(&& std::arch::is_x86_feature_detected!($feature))*;
        #[cfg(not(feature = "std"))]
        let all = cfg!(all($(target_feature = $feature),*));
        all
    }};
}

impl Backend {
    /// The portable tier: every target has it.
    pub const PORTABLE: Self = Self(Kind::Portable);

    /// The fastest backend this CPU has. With feature `std` the CPU is asked; without, only what the target was
    /// compiled for is used, because `core` cannot ask.
    #[must_use]
    pub fn detect() -> Self {
        Self::available().next().unwrap_or(Self::PORTABLE)
    }

    /// All backends this CPU has, fastest first; [`Backend::PORTABLE`] is the last.
    pub fn available() -> impl Iterator<Item = Self> {
        Self::known().into_iter().filter(|&kind| kind.is_here()).map(Self)
    }

    /// The backend of this [`Backend::name`], if this CPU has it.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::available().find(|backend| backend.name() == name)
    }

    /// Names of all backends that exist for this target, whether or not this CPU has them, fastest first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::known().into_iter().map(Kind::name)
    }

    /// `"avx512"`, `"avx2"` or `"portable"`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0.name()
    }

    /// Whether a multiply-add rounds once. All fused backends give the same bits; an unfused one gives its own,
    /// equally accurate within the published bounds.
    #[must_use]
    pub const fn is_fused(self) -> bool {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 | Kind::Avx2 => true,
            Kind::Portable => Portable::FUSED,
        }
    }

    #[cfg(target_arch = "x86_64")]
    const fn known() -> [Kind; 3] {
        [Kind::Avx512, Kind::Avx2, Kind::Portable]
    }
    #[cfg(not(target_arch = "x86_64"))]
    const fn known() -> [Kind; 1] {
        [Kind::Portable]
    }

    /// The token of this backend's tier.
    #[inline(always)]
    pub(crate) fn tier(self) -> Tier {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a `Backend` of this kind is made only by `available`, after `is_here` found every feature of
            // the tier.
            Kind::Avx512 => Tier::Avx512(unsafe { Avx512::new_unchecked() }),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            Kind::Avx2 => Tier::Avx2(unsafe { Avx2::new_unchecked() }),
            Kind::Portable => Tier::Portable(Portable),
        }
    }
}

impl Default for Backend {
    /// [`Backend::detect`].
    fn default() -> Self {
        Self::detect()
    }
}

impl core::fmt::Debug for Backend {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Backend({}, {})", self.name(), if self.is_fused() { "fused" } else { "unfused" })
    }
}

impl core::fmt::Display for Backend {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => "avx512",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => "avx2",
            Self::Portable => "portable",
        }
    }

    fn is_here(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => has!("avx2", "fma", "avx512f", "avx512vl", "avx512bw", "avx512dq"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => has!("avx2", "fma"),
            Self::Portable => true,
        }
    }
}

/// Runs an expression with the token of a backend's tier, inside the tier's frame:
/// `dispatch!(backend, s => kernel(s, x))`. Once per public call, never inside a loop over steps.
macro_rules! dispatch {
    ($backend:expr, $s:ident => $body:expr) => {
        match $crate::simd::Backend::tier($backend) {
            #[cfg(target_arch = "x86_64")]
            $crate::simd::Tier::Avx512($s) => $crate::simd::Simd::vectorize(
                $s,
                #[inline(always)]
                || $body,
            ),
            #[cfg(target_arch = "x86_64")]
            $crate::simd::Tier::Avx2($s) => $crate::simd::Simd::vectorize(
                $s,
                #[inline(always)]
                || $body,
            ),
            $crate::simd::Tier::Portable($s) => $crate::simd::Simd::vectorize(
                $s,
                #[inline(always)]
                || $body,
            ),
        }
    };
}
pub(crate) use dispatch;
