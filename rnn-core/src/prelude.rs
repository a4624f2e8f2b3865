//! What a program that runs networks needs: `use rnn_core::prelude::*;`.

pub use crate::markers::{Dense, Gru, Lstm, MinGru, MinLstm, SimpleRnn};
pub use crate::network::{Embedded, FixedNetwork, HasState, Network, Outputs, Windows};
#[cfg(feature = "alloc")]
pub use crate::network::{Load, RuntimeNetwork, Save};
pub use crate::simd::Backend;
pub use rnn_format::Activation;
#[cfg(feature = "macros")]
pub use rnn_macros::rnn;
