//! What the `#[rnn]` attribute implements, and the calls on arrays it gives.

use super::engine;
use super::mark;
use super::packed::Packed;
use super::parts::Parts;
use super::state::NewState;
use crate::layer::{Constant, Known, Layer};
use core::ops::DerefMut;
use rnn_format::{Spec, StateMark};

/// A network whose sizes the compiler knows: implemented by the `#[rnn]` attribute, by nobody else.
pub trait Compiled: Send + Sync + Sized + 'static {
    /// `[f32; n_i]`.
    type Input: AsRef<[f32]>;
    /// `[f32; n_o]`.
    type Output: AsMut<[f32]> + ZeroArray;
    /// The layers with their sizes.
    type Layers: Layer + 'static;
    /// What a stream carries.
    type State: NewState + DerefMut<Target = [f32]> + Clone + Send + Sync;
    /// The layers.
    const LAYERS: Self::Layers;
    /// The description the weights are checked against.
    const SPEC: Spec<'static>;
    /// The network of these weights.
    fn from_packed(packed: Packed) -> Self;
    /// Its weights.
    fn packed(&self) -> &Packed;
}

impl<N: Compiled> Constant<N::Layers> for N {
    const VALUE: N::Layers = N::LAYERS;
}

/// An array of floats, all zero.
pub trait ZeroArray {
    /// Zeros.
    const ZEROS: Self;
}

impl<const N: usize> ZeroArray for [f32; N] {
    const ZEROS: Self = [0.0; N];
}

impl<N: Compiled> Parts for N {
    type Layers<'a> = Known<N::Layers, N>;
    #[inline(always)]
    fn layers(&self) -> Known<N::Layers, N> {
        Known::NEW
    }
    #[inline(always)]
    fn packed(&self) -> &Packed {
        Compiled::packed(self)
    }
    #[inline(always)]
    fn state_len(&self) -> usize {
        const { N::SPEC.state_len() }
    }
    #[inline(always)]
    fn mark(&self) -> StateMark {
        const { StateMark::of(&N::SPEC) }
    }
    fn first_size(&self) -> usize {
        N::SPEC.layers.first().map_or(0, |layer| layer.kind.output_size())
    }
    fn with_spec<R>(&self, f: impl FnOnce(&Spec<'_>) -> R) -> R {
        f(&N::SPEC)
    }
}

/// A network that makes its own states.
pub trait HasState {
    /// What a stream carries: a buffer of floats that borrows nothing.
    type State: DerefMut<Target = [f32]> + Clone + Send + Sync;
    /// The state before the first step: h = 0.
    fn initial_state(&self) -> Self::State;
}

impl<N: Compiled> HasState for N {
    type State = <N as Compiled>::State;
    fn initial_state(&self) -> Self::State {
        NewState::new_state(N::SPEC.state_len())
    }
}

/// Calls on arrays, whose lengths the compiler checks: they cannot fail. A network with a layer that goes backwards has
/// none.
pub trait FixedNetwork: HasState {
    /// `[f32; n_i]`.
    type Input;
    /// `[f32; n_o]`.
    type Output;

    /// One step in real time: y_t from x_t, the state carried on. No allocation, no lock, no panic. The state's type is
    /// this network's own, so that another's does not compile.
    fn step(&self, state: &mut Self::State, x: &Self::Input) -> Self::Output;
}

/// A network no layer of which goes backwards: implemented by the `#[rnn]` attribute.
pub trait Causal: Compiled {}

impl<N: Causal> FixedNetwork for N {
    type Input = <N as Compiled>::Input;
    type Output = <N as Compiled>::Output;

    #[inline]
    fn step(&self, state: &mut <N as Compiled>::State, x: &Self::Input) -> Self::Output {
        mark::start(self, state);
        engine::step_array(Compiled::packed(self).body(Known::<N::Layers, N>::NEW), state, x.as_ref())
    }
}
