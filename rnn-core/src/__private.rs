//! What the expansion of `#[rnn]` names: no part of the public interface, changed without notice.

pub use crate::dims::{Called, Extended, Fast, Fixed};
pub use crate::layer::{
    Chain, DenseLayer, Directed, GruAfterLayer, GruBeforeLayer, LstmLayer, MinGruLayer, MinLstmLayer,
    SimpleRnnLayer,
};
#[cfg(feature = "alloc")]
pub use crate::network::HeapState;
pub use crate::network::{Block, Causal, Compiled, InlineState, Packed, WithWeights};
#[cfg(feature = "alloc")]
pub use registries::*;
pub use rnn_format::{Activation, Direction, LayerKind, LayerSpec, Merge, ResetGate, Scaler, Spec};

/// What registries name besides.
#[cfg(feature = "alloc")]
mod registries {
    pub use crate::__delegate as delegate;
    pub use crate::error::ShapeError;
    pub use crate::network::registry::{self, Picked, Registry};
    pub use crate::network::{
        FixedNetwork, FromWeights, HasState, Network, Outputs, RuntimeNetwork, Saved, Sequences, Summary,
        Weights, Windows,
    };
    pub use crate::simd::Backend;
    use alloc::vec::Vec;
    pub use core::convert::TryFrom;
    pub use core::ops::FnOnce;
    pub use core::option::Option;
    pub use core::primitive::{bool, f32, usize};
    pub use core::result::Result;
    pub use rnn_format::{Form, Size, WeightError};

    /// Of slices.
    pub type Floats = [f32];
    /// Of calls that give a vector.
    pub type Values = Vec<f32>;
    /// Of calls that check lengths.
    pub type Checked<T = ()> = Result<T, ShapeError>;
    /// Of rows.
    pub type Place = (usize, usize, usize);
}
