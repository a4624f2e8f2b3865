//! The one place where a safe operation becomes an instruction of its tier.

use core::marker::PhantomData;

/// A register of tier `T` that holds bit patterns or truth values.
///
/// Only this module's siblings make one, from a vector or a token of the tier: holding one proves the tier.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held<T, R>(pub(super) R, PhantomData<T>);

impl<T, R> Held<T, R> {
    #[inline(always)]
    pub(super) fn new(register: R) -> Self {
        Self(register, PhantomData)
    }
}

/// Calls intrinsics that only need their CPU features: arithmetic, no memory.
///
/// Used inside `#[inline(always)]` operations of a vector type whose values exist only where the tier's token
/// does.
macro_rules! op {
    ($($call:tt)*) => {{
        // SAFETY: these intrinsics touch no memory; their one obligation is that the CPU has the features they
        // name. The caller holds a token, or a vector or register of the tier made with one, and tokens come
        // only from `Backend`, which detected the tier's whole feature string.
        unsafe { $($call)* }
    }};
}
pub(super) use op;

/// [`Vector::together`](super::Vector::together) of vectors whose first field is a register of this class and CPU feature.
macro_rules! together {
    ($class:ident $feature:literal $register:ty, $values:expr) => {
        together!(@counts $class $feature $register, $values;
            (2: a b) (3: a b c) (4: a b c d) (6: a b c d e f) (8: a b c d e f g h)
            (9: a b c d e f g h i) (12: a b c d e f g h i j k l))
    };
    (@counts $class:ident $feature:literal $register:ty, $values:expr; $(($n:literal: $($v:ident)*))*) => {
        match $values {
            $(
                [$($v),*] => {
                    #[inline]
                    #[target_feature(enable = $feature)]
                    fn frame([$(mut $v),*]: [$register; $n]) -> [$register; $n] {
                        // SAFETY: an empty instruction: it touches no memory and leaves each register as it is.
                        unsafe {
                            core::arch::asm!(
                                concat!("/*" $(, " {", stringify!($v), "}")*, " */"),
                                $($v = inlateout($class) $v,)*
                                options(pure, nomem, nostack, preserves_flags)
                            );
                        }
                        [$($v),*]
                    }
                    [$($v.0),*] = op!(frame([$($v.0),*]));
                }
            )*
            _ => {}
        }
    };
}
pub(super) use together;
