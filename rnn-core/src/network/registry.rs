//! Registries of sizes: networks of the `#[rnn]` attribute for the sizes that are usual, and one built at run time for
//! all others, behind one type.
//!
//! The attribute writes an enum of them and implements [`Registry`] for the user's struct. Every call on that struct is
//! one `match` and the call of the network that was picked, so the loops that run are those of that network: no box, no
//! table of functions. Blanket implementations would collide with those for [`Compiled`], so [`crate::__delegate`] writes
//! them for each registry; what need not be a `match` is here.
//!
//! Whatever is loaded, a [`RuntimeNetwork`] is made first: it knows every check. Its weights are then handed to the compiled
//! network of its size, if there is one; they lie in memory the same way.

use super::load::Weights;
use super::parts::Parts;
use super::{Compiled, HeapState, RuntimeNetwork, Summary, engine, fixed::ZeroArray, mark};
use crate::simd::Backend;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use rnn_format::{Architecture, Form, Metadata, Size, WeightError};

/// A network of one of several sizes: implemented by the `#[rnn]` attribute.
pub trait Registry: Send + Sync + Sized + 'static {
    /// The enum of the networks: its name is known in the expansion alone.
    type Networks;
    /// The description without a size.
    const FORM: Form<'static>;
    /// The sizes that are compiled.
    const SIZES: &'static [Size];
    /// The network compiled for the size of this index, with the weights of `network`, or `network` itself.
    fn pick(index: Option<usize>, network: RuntimeNetwork) -> Self;
    /// The network that runs at run time, or the index of the size it is compiled for.
    fn picked(&self) -> Picked<'_>;
}

/// Which network of a [`Registry`] runs.
#[derive(Clone, Copy, Debug)]
pub enum Picked<'a> {
    /// The one compiled for the size of this index.
    Compiled(usize),
    /// This one.
    RunTime(&'a RuntimeNetwork),
}

/// The network of these weights.
///
/// # Errors
/// If they do not fit, or the network has other ends than the description.
pub fn load<R: Registry>(backend: Backend, weights: Weights<'_>) -> Result<R, WeightError> {
    let architecture = match weights {
        Weights::Slices(weights) => R::FORM.of_size(R::FORM.size_of_weights(weights)),
        #[cfg(feature = "safetensors")]
        Weights::File { bytes, options } => rnn_format::fit(&R::FORM, bytes, options)?.0,
    };
    RuntimeNetwork::of(architecture, backend).with_weights(weights).and_then(pick)
}

/// The network compiled for the size of this one, or this one.
///
/// # Errors
/// If it has other ends than the description.
pub fn pick<R: Registry>(network: RuntimeNetwork) -> Result<R, WeightError> {
    let size = R::FORM.fit(network.architecture())?;
    let index = size.and_then(|size| R::SIZES.iter().position(|&known| known == size));
    Ok(R::pick(index, network))
}

/// The compiled network with the weights of this one, which has its size.
#[must_use]
pub fn compiled<N: Compiled>(network: RuntimeNetwork) -> N {
    N::from_packed(network.into_packed())
}

/// One step on arrays.
///
/// # Panics
/// If the state is one of a network of another size.
#[inline]
pub fn step<R, N: Parts, Y: ZeroArray + AsMut<[f32]>>(net: &N, state: &mut HeapState<R>, x: &[f32]) -> Y {
    assert!(
        state.len() == net.state_len() && mark::claim(net, state).is_ok(),
        "a state of another network: `initial_state` makes this one's"
    );
    engine::step_array(net.packed().body(net.layers()), state, x)
}

/// The summary of the network that was picked, with a line that tells which.
#[must_use]
pub fn summary<R: Registry>(registry: &R, summary: Summary) -> Summary {
    let picked = match registry.picked() {
        Picked::Compiled(index) => format!("compiled for {}", R::SIZES[index]),
        Picked::RunTime(network) => format!("run time: {}", why_not_compiled::<R>(network.architecture())),
    };
    summary.picked_as(picked)
}

/// "1x20 is not among 1x8, 1x16", or what the network is if it is no size of the description.
fn why_not_compiled<R: Registry>(architecture: &Architecture) -> String {
    let Some(size) = R::FORM.size_of(architecture) else {
        let metadata = Metadata { architecture: Some(architecture.clone()), ..Metadata::default() };
        return format!("`{}` is no size of the layers described", metadata.to_text());
    };
    let sizes: Vec<String> = R::SIZES.iter().map(ToString::to_string).collect();
    format!("{size} is not among {}", sizes.join(", "))
}

/// Implements every trait of a network for a registry: `$field` of `$name` holds one of `$variant` of the enum
/// `$networks`.
///
/// All names are absolute, those of core through [`crate::__private`]: nothing a user's module defines can change what they
/// mean. Each call is `#[inline]`, so that a crate compiles those that it makes and no others.
#[doc(hidden)]
#[macro_export]
macro_rules! __delegate {
    ($name:ident . $field:ident: $networks:ident $variants:tt) => {
        $crate::__delegate! { @network $name $field $networks $variants
            fn backend() -> $crate::__private::Backend;
            fn input_size() -> $crate::__private::usize;
            fn output_size() -> $crate::__private::usize;
            fn state_len() -> $crate::__private::usize;
            fn snapshot_len() -> $crate::__private::usize;
            fn reset(state: &mut $crate::__private::Floats) -> $crate::__private::Checked;
            fn restore(
                state: &mut $crate::__private::Floats,
                snapshot: &$crate::__private::Floats
            ) -> $crate::__private::Checked;
            fn step_into(
                state: &mut $crate::__private::Floats,
                x: &$crate::__private::Floats,
                y: &mut $crate::__private::Floats
            ) -> $crate::__private::Checked;
            fn process_into(
                state: &mut $crate::__private::Floats,
                xs: &$crate::__private::Floats,
                ys: &mut $crate::__private::Floats
            ) -> $crate::__private::Checked;
            fn process_in_place(
                state: &mut $crate::__private::Floats,
                values: &mut $crate::__private::Floats
            ) -> $crate::__private::Checked;
            fn is_causal() -> $crate::__private::bool;
            fn forward_scratch_len(
                steps: $crate::__private::usize
            ) -> $crate::__private::Checked<$crate::__private::usize>;
            fn forward_into(
                xs: &$crate::__private::Floats,
                outputs: $crate::__private::Outputs,
                ys: &mut $crate::__private::Floats,
                scratch: &mut $crate::__private::Floats
            ) -> $crate::__private::Checked;
            fn batch_scratch_len(
                batch: $crate::__private::usize,
                steps: $crate::__private::usize
            ) -> $crate::__private::Checked<$crate::__private::usize>;
            fn forward_batch_into(
                xs: &$crate::__private::Floats,
                batch: $crate::__private::usize,
                outputs: $crate::__private::Outputs,
                ys: &mut $crate::__private::Floats,
                states: $crate::__private::Option<&mut $crate::__private::Floats>,
                scratch: &mut $crate::__private::Floats
            ) -> $crate::__private::Checked;
            fn run_scratch_len(
                sequences: &$crate::__private::Sequences<'_>
            ) -> $crate::__private::Checked<$crate::__private::usize>;
            fn run_into(
                xs: &$crate::__private::Floats,
                sequences: &$crate::__private::Sequences<'_>,
                ys: &mut $crate::__private::Floats,
                states: $crate::__private::Option<&mut $crate::__private::Floats>,
                scratch: &mut $crate::__private::Floats
            ) -> $crate::__private::Checked;
            fn windows_scratch_len(
                steps: $crate::__private::usize,
                windows: $crate::__private::Windows
            ) -> $crate::__private::Checked<$crate::__private::usize>;
            fn windows_into(
                series: &$crate::__private::Floats,
                windows: $crate::__private::Windows,
                ys: &mut $crate::__private::Floats,
                scratch: &mut $crate::__private::Floats
            ) -> $crate::__private::Checked;
            fn rows_len(
                room: $crate::__private::usize
            ) -> $crate::__private::Checked<($crate::__private::usize, $crate::__private::usize)>;
            fn set_row(
                place: $crate::__private::Place,
                snapshot: &$crate::__private::Floats,
                state: &mut $crate::__private::Floats
            ) -> ();
            fn get_row(
                place: $crate::__private::Place,
                state: &$crate::__private::Floats,
                snapshot: &mut $crate::__private::Floats
            ) -> ();
            fn step_rows(
                at: $crate::__private::Place,
                xs: &$crate::__private::Floats,
                ys: &mut $crate::__private::Floats,
                state: &mut $crate::__private::Floats,
                scratch: &mut $crate::__private::Floats
            ) -> ();
            fn forward(
                xs: &$crate::__private::Floats,
                outputs: $crate::__private::Outputs
            ) -> $crate::__private::Checked<$crate::__private::Values>;
            fn forward_batch(
                xs: &$crate::__private::Floats,
                batch: $crate::__private::usize,
                outputs: $crate::__private::Outputs
            ) -> $crate::__private::Checked<$crate::__private::Values>;
            fn run(
                xs: &$crate::__private::Floats,
                sequences: &$crate::__private::Sequences<'_>,
                states: $crate::__private::Option<&mut $crate::__private::Floats>
            ) -> $crate::__private::Checked<$crate::__private::Values>;
            fn windows(
                series: &$crate::__private::Floats,
                windows: $crate::__private::Windows
            ) -> $crate::__private::Checked<$crate::__private::Values>;
        }

        #[automatically_derived]
        impl $crate::__private::HasState for $name {
            type State = $crate::__private::HeapState<Self>;
            fn initial_state(&self) -> $crate::__private::HeapState<Self> {
                $crate::__private::HeapState::new($crate::__private::Network::state_len(self))
            }
        }

        #[automatically_derived]
        impl $crate::__private::FromWeights for $name {
            fn from_weights(
                backend: $crate::__private::Backend,
                weights: $crate::__private::Weights<'_>,
            ) -> $crate::__private::Result<Self, $crate::__private::WeightError> {
                $crate::__private::registry::load(backend, weights)
            }
        }

        #[automatically_derived]
        impl $crate::__private::TryFrom<$crate::__private::RuntimeNetwork> for $name {
            type Error = $crate::__private::WeightError;
            fn try_from(
                network: $crate::__private::RuntimeNetwork,
            ) -> $crate::__private::Result<Self, $crate::__private::WeightError> {
                $crate::__private::registry::pick(network)
            }
        }

        #[automatically_derived]
        impl $crate::__private::Saved for $name {
            fn saved<__R>(
                &self,
                f: impl $crate::__private::FnOnce(
                    &$crate::__private::Spec<'_>,
                    &$crate::__private::Packed,
                ) -> __R,
            ) -> __R {
                $crate::__delegate!(@match self.$field, $networks $variants,
                    net => $crate::__private::Saved::saved(net, f))
            }
        }
    };

    // The calls of `Network`; those that are not like the others are written out.
    (@network $name:ident $field:ident $networks:ident $variants:tt
        $(fn $method:ident($($argument:ident: $type:ty),*) -> $output:ty;)*
    ) => {
        #[automatically_derived]
        impl $crate::__private::Network for $name {
            $(
                #[inline]
                fn $method(&self $(, $argument: $type)*) -> $output {
                    $crate::__delegate!(@match self.$field, $networks $variants,
                        net => $crate::__private::Network::$method(net $(, $argument)*))
                }
            )*

            #[inline]
            fn summary(&self) -> $crate::__private::Summary {
                let summary = $crate::__delegate!(@match self.$field, $networks $variants,
                    net => $crate::__private::Network::summary(net));
                $crate::__private::registry::summary(self, summary)
            }

            #[inline]
            fn snapshot<'s>(
                &self,
                state: &'s $crate::__private::Floats,
            ) -> $crate::__private::Checked<&'s $crate::__private::Floats> {
                $crate::__delegate!(@match self.$field, $networks $variants,
                    net => $crate::__private::Network::snapshot(net, state))
            }

            $crate::__delegate_par! { $field $networks $variants }
        }
    };

    // A step on arrays, of a network that has one.
    (step $name:ident . $field:ident: $networks:ident $variants:tt, $input:ty => $output:ty) => {
        #[automatically_derived]
        impl $crate::__private::FixedNetwork for $name {
            type Input = $input;
            type Output = $output;

            #[inline]
            fn step(&self, state: &mut $crate::__private::HeapState<Self>, x: &$input) -> $output {
                $crate::__delegate!(@match self.$field, $networks $variants,
                    net => $crate::__private::registry::step(net, state, x))
            }
        }
    };

    (@match $registry:ident . $field:ident, $networks:ident [$($variant:ident),*], $net:ident => $call:expr) => {
        match &$registry.$field {
            $($networks::$variant($net) => $call,)*
        }
    };
}

/// The calls that only threads have.
#[cfg(feature = "rayon")]
#[doc(hidden)]
#[macro_export]
macro_rules! __delegate_par {
    ($field:ident $networks:ident $variants:tt) => {
        #[inline]
        fn par_forward_batch(
            &self,
            xs: &$crate::__private::Floats,
            batch: $crate::__private::usize,
            outputs: $crate::__private::Outputs,
        ) -> $crate::__private::Checked<$crate::__private::Values> {
            $crate::__delegate!(@match self.$field, $networks $variants,
                net => $crate::__private::Network::par_forward_batch(net, xs, batch, outputs))
        }

        #[inline]
        fn par_windows(
            &self,
            series: &$crate::__private::Floats,
            windows: $crate::__private::Windows,
        ) -> $crate::__private::Checked<$crate::__private::Values> {
            $crate::__delegate!(@match self.$field, $networks $variants,
                net => $crate::__private::Network::par_windows(net, series, windows))
        }
    };
}

/// None.
#[cfg(not(feature = "rayon"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __delegate_par {
    ($field:ident $networks:ident $variants:tt) => {};
}
