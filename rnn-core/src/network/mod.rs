//! Networks: layers, their packed weights and a backend, with every way to feed them.
//!
//! [`Network`] is the whole slice API, implemented once for the networks of the `#[rnn]` attribute and for those
//! built at run time ([`RuntimeNetwork`]); [`FixedNetwork`] adds the calls on arrays that cannot fail. The
//! recurrences themselves are in `engine`, one file each.

mod calls;
pub(crate) mod debug;
mod embedded;
pub(crate) mod engine;
mod fixed;
mod from_static;
#[cfg(feature = "alloc")]
mod load;
mod mark;
#[cfg(feature = "safetensors")]
mod options;
mod packed;
#[cfg(feature = "rayon")]
mod parallel;
mod parts;
#[cfg(feature = "alloc")]
pub mod registry;
#[cfg(feature = "alloc")]
mod runtime;
mod sequences;
mod slices;
mod state;
#[cfg(feature = "alloc")]
mod streams;
mod summary;
mod windows;

pub use embedded::{Block, Embedded, WithWeights};
pub use engine::Outputs;
pub use fixed::{Causal, Compiled, FixedNetwork, HasState};
pub use from_static::FromStatic;
#[cfg(all(feature = "safetensors", feature = "std"))]
pub(crate) use load::read;
#[cfg(feature = "alloc")]
pub use load::{FromWeights, Load, Save, Saved, Weights};
#[cfg(feature = "safetensors")]
pub use options::LoadOptions;
pub use packed::Packed;
#[cfg(feature = "alloc")]
pub(crate) use parts::Parts;
#[cfg(feature = "alloc")]
pub use runtime::{RuntimeBuilder, RuntimeNetwork};
pub use sequences::Sequences;
pub use slices::Network;
#[cfg(feature = "alloc")]
pub use state::HeapState;
pub use state::InlineState;
#[cfg(feature = "alloc")]
pub use streams::{StreamBatch, StreamId};
pub use summary::Summary;
pub use windows::Windows;
