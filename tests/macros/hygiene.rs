//! The attribute where everything is against it: strict lints, taken names, odd places, three editions.
//!
//! That this compiles is most of the test. `tests/editions` builds it in editions 2018 and 2021 as well. A lint that sleeps in
//! tests, that of missing documentation, is awake in `strict.rs`.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unused_qualifications, unreachable_pub, clippy::all, clippy::pedantic)]

use rnn_core::prelude::{Dense, Embedded, HasState, Load, Lstm, Network, SimpleRnn, rnn};

/// A network like any other.
///
/// With documentation of its own.
#[rnn(input_size = 1)]
#[derive(Clone, Debug)]
pub struct Documented {
    /// Remembers.
    ///
    /// In two paragraphs.
    hidden: SimpleRnn<4>,
    #[doc = "Answers."]
    output: Dense<1>,
}

/// Nothing is imported.
mod paths {
    #[rnn_core::prelude::rnn(input_size = 2)]
    pub(crate) struct Net {
        hidden: rnn_core::prelude::SimpleRnn<3>,
        output: ::rnn_core::prelude::Dense<1_0usize>,
    }
}

/// Seen from where their visibility says, and used there.
mod outer {
    pub(crate) mod inner {
        use rnn_core::prelude::{Dense, Lstm, SimpleRnn, rnn};

        #[rnn(input_size = 1)]
        pub(super) struct Fields {
            output: Dense<1>,
        }

        #[rnn(weights = "../tiny.safetensors")]
        pub(in crate::outer) struct Weighted {
            hidden: SimpleRnn<2>,
            output: Dense<1>,
        }

        #[rnn(from = "../tiny.safetensors")]
        pub(super) struct Told;

        #[rnn(input_size = 1, sizes = [1x2])]
        pub(super) struct Sized {
            hidden: Lstm<_>,
            output: Dense<1>,
        }
    }

    pub(crate) fn snapshot_lens() -> [usize; 4] {
        use super::snapshot_len;
        [
            snapshot_len::<inner::Fields>(),
            snapshot_len::<inner::Weighted>(),
            snapshot_len::<inner::Told>(),
            snapshot_len::<inner::Sized>(),
        ]
    }
}

/// Several sizes.
#[rnn(input_size = 1, sizes = [1x2, 2 x 3, 4])]
#[derive(Clone, Debug)]
pub struct Sized {
    /// As many as there are.
    #[rnn(clip = 3.0)]
    r#fn: Lstm<_>,
    output: Dense<1>,
}

/// Deprecated, which its own implementation must not trip over.
#[rnn(input_size = 1)]
#[deprecated(note = "by `Documented`")]
pub struct Old {
    output: Dense<1>,
}

/// Names that Rust reserves.
#[rnn(input_size = 1)]
#[allow(non_camel_case_types, reason = "so are Rust's")]
pub struct r#dyn {
    r#fn: SimpleRnn<2>,
    r#type: Dense<1>,
}

/// There is only where it is asked for.
#[cfg(test)]
#[rnn(input_size = 1)]
pub struct There {
    output: Dense<1>,
}

/// A struct that is not there, under a name that is taken.
#[rnn(input_size = 1)]
#[cfg(not(test))]
pub struct There {
    output: Absent<1>,
}

/// Every name an expansion could mean by accident.
#[allow(non_camel_case_types, dead_code, unused_macros, reason = "they are there to be in the way")]
mod shadows {
    macro_rules! shadow {
        ($($name:ident)*) => {$(
            #[allow(unused_macros, reason = "nobody calls them")]
            macro_rules! $name {
                () => { fn of_the_user() };
            }
        )*};
    }
    shadow! { vec assert panic concat env include_bytes matches delegate rnn derive inline allow cfg doc }
    pub(crate) mod core {}
    pub(crate) mod std {}
    pub(crate) mod alloc {}
    pub(crate) mod rnn_core {}
    pub(crate) mod __rnn {}
    pub(crate) struct f32;
    pub(crate) struct usize;
    pub(crate) struct bool;
    pub(crate) struct str;
    pub(crate) struct Option;
    pub(crate) struct Some;
    pub(crate) struct None;
    pub(crate) struct Ok;
    pub(crate) struct Err;
    pub(crate) struct u8;
    pub(crate) struct u32;
    pub(crate) struct f64;
    pub(crate) struct Result;
    pub(crate) struct Self_;
    pub(crate) struct PhantomData;
    pub(crate) struct Packed;
    pub(crate) struct Block;
    pub(crate) struct Scaler;
    pub(crate) struct Activation;
    pub(crate) struct Direction;
    pub(crate) struct LayerKind;
    pub(crate) struct Merge;
    pub(crate) struct ResetGate;
    pub(crate) struct Spec;
    pub(crate) struct Fixed;
    pub(crate) struct Chain;
    pub(crate) struct InlineState;
    pub(crate) struct Form;
    pub(crate) struct Size;
    pub(crate) struct Size1x2;
    pub(crate) struct Vec;
    pub(crate) struct Network;
    pub(crate) struct RuntimeNetwork;
    pub(crate) trait Clone {}
    pub(crate) trait Debug {}
    pub(crate) trait Default {}
    pub(crate) trait From {}
    pub(crate) trait FnOnce {}
    pub(crate) trait TryFrom {}
    pub(crate) trait Registry {}
    pub(crate) trait Compiled {}
    pub(crate) trait Causal {}
    pub(crate) trait WithWeights {}
    pub(crate) trait Sized {}
    pub(crate) trait Send {}

    // Attributes and derives have names as well.
    pub(crate) mod derive {}
    pub(crate) mod inline {}
    pub(crate) mod automatically_derived {}

    use super::{Dense, SimpleRnn, rnn};

    #[rnn(input_size = 2)]
    #[derive(Clone, Debug)]
    pub(crate) struct Net {
        #[rnn(activation = relu, clip = 3.0, delay = 2.0)]
        hidden: SimpleRnn<5>,
        output: Dense<3>,
    }

    // There is such a file beside the folder of each package that compiles this.
    #[rnn(weights = "../tiny.safetensors")]
    pub(crate) struct Weighted {
        hidden: SimpleRnn<2>,
        output: Dense<1>,
    }

    #[rnn(from = "../tiny.safetensors")]
    pub(crate) struct Told;

    #[rnn(input_size = 2, sizes = [1x2, 2x2])]
    #[derive(Clone, Debug)]
    pub(crate) struct Networks {
        hidden: SimpleRnn<_>,
        output: Dense<3>,
    }
}

/// Not even the prelude.
mod bare {
    #![no_implicit_prelude]

    #[::rnn_core::prelude::rnn(input_size = 2)]
    pub(crate) struct Net {
        hidden: ::rnn_core::prelude::SimpleRnn<5>,
    }

    #[::rnn_core::prelude::rnn(from = "../tiny.safetensors", weights = "../tiny.safetensors")]
    pub(crate) struct Told;

    #[::rnn_core::prelude::rnn(input_size = 2, sizes = [1x2])]
    #[derive(::core::clone::Clone, ::core::fmt::Debug)]
    pub(crate) struct Sized {
        hidden: ::rnn_core::prelude::MinGru<_>,
        output: ::rnn_core::prelude::Dense<1>,
    }
}

/// A crate that re-exports what its users need.
mod facade {
    pub(crate) mod inner {
        pub(crate) use rnn_core as engine;
    }

    macro_rules! network {
        ($name:ident, $input_size:expr, $(#[$option:meta])* $hidden:ty, $output_size:literal) => {
            #[rnn(input_size = $input_size, crate = $crate::facade::inner::engine)]
            struct $name {
                $(#[$option])*
                hidden: $hidden,
                output: Dense<$output_size>,
            }
        };
    }
    pub(crate) use network;
}

#[rnn(input_size = 1, crate = facade::inner::engine)]
struct ThroughFacade {
    output: Dense<1>,
}

#[rnn(input_size = 1, crate = "crate::facade::inner::engine")]
struct ThroughQuotedPath {
    output: Dense<1>,
}

#[rnn(weights = "../tiny.safetensors", crate = facade::inner::engine)]
struct WeightedThroughFacade {
    hidden: SimpleRnn<2>,
    output: Dense<1>,
}

#[rnn(from = "../tiny.safetensors", crate = facade::inner::engine)]
struct ToldThroughFacade;

/// Through macros, and deprecated.
macro_rules! sized {
    ($name:ident, $($size:tt)*) => {
        #[rnn(input_size = 1, sizes = [$($size)*], crate = facade::inner::engine)]
        #[deprecated(note = "by nothing")]
        struct $name {
            hidden: Lstm<_>,
            output: Dense<1>,
        }
    };
}

sized!(SizedThroughMacro, 1x2, 2 x 3,);

facade::network!(ThroughMacro, 3, #[rnn(activation = relu, delay = 2.5)] SimpleRnn<6>, 2);

/// All of them are networks, whose states are as long as their layers ask for.
fn snapshot_len<N: Network + Load + HasState>() -> usize {
    N::from_slices(rnn_core::Backend::PORTABLE, &[]).map_or(0, |net| net.snapshot_len())
}

#[test]
#[allow(deprecated, reason = "`Old` is, on purpose")]
fn all_are_networks() {
    #[rnn(input_size = 2)]
    struct Local {
        hidden: SimpleRnn<7>,
    }
    #[rnn(input_size = 2, sizes = [3])]
    struct LocalSized {
        hidden: SimpleRnn<_>,
        output: Dense<1>,
    }
    #[rnn(weights = "../tiny.safetensors")]
    struct LocalWeighted {
        hidden: SimpleRnn<2>,
        output: Dense<1>,
    }
    #[rnn(from = "../tiny.safetensors")]
    struct LocalTold;

    let refused = [
        snapshot_len::<Documented>(),
        snapshot_len::<paths::Net>(),
        snapshot_len::<Old>(),
        snapshot_len::<r#dyn>(),
        snapshot_len::<There>(),
        snapshot_len::<shadows::Net>(),
        snapshot_len::<bare::Net>(),
        snapshot_len::<ThroughFacade>(),
        snapshot_len::<ThroughQuotedPath>(),
        snapshot_len::<ThroughMacro>(),
        snapshot_len::<Local>(),
        snapshot_len::<shadows::Weighted>(),
        snapshot_len::<bare::Told>(),
        snapshot_len::<Sized>(),
        snapshot_len::<shadows::Networks>(),
        snapshot_len::<bare::Sized>(),
        snapshot_len::<SizedThroughMacro>(),
        snapshot_len::<LocalSized>(),
        snapshot_len::<shadows::Told>(),
        snapshot_len::<ToldThroughFacade>(),
        snapshot_len::<LocalTold>(),
    ];
    // No weights, no network.
    assert_eq!(refused, [0; 21]);
    assert_eq!(outer::snapshot_lens(), [0; 4]);
    let embedded = [
        shadows::Weighted::embedded().snapshot_len(),
        bare::Told::embedded().snapshot_len(),
        WeightedThroughFacade::embedded().snapshot_len(),
        LocalWeighted::embedded().snapshot_len(),
    ];
    assert_eq!((embedded, bare::Told::TAU), ([2; 4], Some(12)));
}

#[test]
fn users_attributes_reach_the_struct() {
    fn is_clone_and_debug<T: Clone + std::fmt::Debug>() {}
    is_clone_and_debug::<Documented>();
    is_clone_and_debug::<Sized>();
    is_clone_and_debug::<bare::Sized>();
}
