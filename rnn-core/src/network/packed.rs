//! Packed weights with the backend that will run them.

use super::debug;
use crate::network::engine::Body;
use crate::network::{Compiled, WithWeights};
use crate::simd::Backend;
use core::fmt;
use rnn_format::Spec;

#[cfg(feature = "alloc")]
use crate::buffer::Aligned;
#[cfg(feature = "alloc")]
use alloc::borrow::Cow;
#[cfg(feature = "safetensors")]
use alloc::string::String;
#[cfg(feature = "alloc")]
use rnn_format::{LayerWeights, Metadata, WeightError};

/// A network's weights, packed once, never changed: `Send + Sync`, shared by reference or `Arc`.
#[derive(Clone)]
pub struct Packed {
    backend: Backend,
    weights: Weights,
    can_skip: bool,
    /// The layers of a network that the attribute made: its derived `Debug` shows this alone.
    spec: Option<Spec<'static>>,
    #[cfg(feature = "alloc")]
    metadata: Metadata,
    /// What the network was taken for where its file does not tell.
    #[cfg(feature = "alloc")]
    assumed: Cow<'static, str>,
}

#[derive(Clone)]
enum Weights {
    #[cfg(feature = "alloc")]
    Owned(Aligned),
    Static(&'static [f32]),
}

impl Packed {
    /// Weights whose packed block is filled.
    #[cfg(feature = "alloc")]
    fn owned(spec: &Spec<'_>, backend: Backend, block: Aligned, metadata: Metadata) -> Self {
        let can_skip = spec.zero_state_can_be_skipped(&block);
        let assumed = Cow::Borrowed("");
        Self { backend, weights: Weights::Owned(block), can_skip, spec: None, metadata, assumed }
    }

    /// Weights from one entry a layer.
    #[cfg(feature = "alloc")]
    pub(crate) fn from_slices(
        spec: &Spec<'_>,
        backend: Backend,
        weights: &[LayerWeights<'_>],
    ) -> Result<Self, WeightError> {
        let block = rnn_format::fill_from_slices(spec, weights, Aligned::zeroed)?;
        Ok(Self::owned(spec, backend, block, Metadata::default()))
    }

    /// Weights from the bytes of a safetensors file.
    #[cfg(feature = "safetensors")]
    pub(crate) fn from_safetensors(
        spec: &Spec<'_>,
        backend: Backend,
        bytes: &[u8],
        options: &rnn_format::ReadOptions,
    ) -> Result<Self, WeightError> {
        let (block, metadata) = rnn_format::fill(spec, bytes, options, Aligned::zeroed)?;
        Ok(Self::owned(spec, backend, block, metadata))
    }

    /// Weights that were packed before and live as long as the program: no heap.
    ///
    /// # Panics
    /// If `block` is not `spec.packed_len()` floats long.
    #[must_use]
    pub fn from_static(spec: &Spec<'_>, backend: Backend, block: &'static [f32]) -> Self {
        assert_eq!(block.len(), spec.packed_len(), "the packed block of this network");
        Self {
            backend,
            weights: Weights::Static(block),
            can_skip: spec.zero_state_can_be_skipped(block),
            spec: None,
            #[cfg(feature = "alloc")]
            metadata: Metadata::default(),
            #[cfg(feature = "alloc")]
            assumed: Cow::Borrowed(""),
        }
    }

    /// Weights that the attribute packed, and what their file said besides: nothing is looked at.
    pub(crate) fn embedded<N: WithWeights>(backend: Backend) -> Self {
        let block = N::block();
        assert_eq!(block.len(), const { N::SPEC.packed_len() }, "the packed block of this network");
        Self {
            backend,
            weights: Weights::Static(block),
            can_skip: N::ZERO_STATE_CAN_BE_SKIPPED,
            spec: None,
            #[cfg(feature = "alloc")]
            metadata: Metadata { scaler: N::SCALER, tau: N::TAU, ..Metadata::default() },
            #[cfg(feature = "alloc")]
            assumed: Cow::Borrowed(N::ASSUMED),
        }
    }

    /// The network of these weights, which knows its layers.
    pub(crate) fn network<N: Compiled>(self) -> N {
        N::from_packed(Self { spec: Some(N::SPEC), ..self })
    }

    /// The backend chosen when the network was built.
    #[inline(always)]
    pub(crate) fn backend(&self) -> Backend {
        self.backend
    }

    /// The packed block.
    #[inline(always)]
    pub(crate) fn weights(&self) -> &[f32] {
        match &self.weights {
            #[cfg(feature = "alloc")]
            Weights::Owned(block) => block,
            Weights::Static(block) => block,
        }
    }

    /// What the weights' file said besides.
    #[cfg(feature = "alloc")]
    pub(crate) fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The same weights, of a network that was taken for this.
    #[cfg(feature = "safetensors")]
    pub(crate) fn assumed_as(self, assumed: &[String]) -> Self {
        Self { assumed: Cow::Owned(assumed.join("; ")), ..self }
    }

    /// What the network was taken for where its file does not tell; empty if it told all.
    #[cfg(feature = "alloc")]
    pub(crate) fn assumed(&self) -> &Cow<'static, str> {
        &self.assumed
    }

    /// The engine's view.
    #[inline(always)]
    pub(crate) fn body<L>(&self, layers: L) -> Body<'_, L> {
        Body { backend: self.backend, layers, weights: self.weights(), can_skip: self.can_skip }
    }
}

impl fmt::Debug for Packed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.spec {
            Some(spec) => debug::network(f, "Packed", spec, self.backend),
            None => f
                .debug_struct("Packed")
                .field("floats", &self.weights().len())
                .field("backend", &self.backend)
                .finish_non_exhaustive(),
        }
    }
}
