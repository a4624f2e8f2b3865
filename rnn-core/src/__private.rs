//! What the expansion of `#[rnn]` names: no part of the public interface, changed without notice.

pub use crate::dims::{Called, Fixed};
pub use crate::layer::{
    Chain, DenseLayer, Directed, GruAfterLayer, GruBeforeLayer, LstmLayer, MinGruLayer, MinLstmLayer,
    SimpleRnnLayer,
};
#[cfg(feature = "alloc")]
pub use crate::network::HeapState;
pub use crate::network::{Block, Causal, Compiled, InlineState, Packed, WithWeights};
pub use rnn_format::{Activation, Direction, LayerKind, LayerSpec, Merge, ResetGate, Scaler, Spec};
