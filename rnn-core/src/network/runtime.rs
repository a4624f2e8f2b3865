//! Networks whose layers are known at run time: the same kernels, the same calls, the same bits.

use super::HasState;
use super::debug;
use super::load::Weights;
use super::packed::Packed;
use super::parts::Parts;
use super::state::HeapState;
use crate::layer::{Any, Layers};
use crate::simd::Backend;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use rnn_format::{
    Architecture, CellKind, LayerKind, LayerSpec, LayerWeights, Spec, SpecError, StateMark, WeightError,
};

#[cfg(feature = "safetensors")]
use super::LoadOptions;
#[cfg(feature = "safetensors")]
use rnn_format::{Assume, Inferred};

/// A network built at run time.
///
/// ```
/// use rnn_core::prelude::*;
/// use rnn_core::LayerWeights;
///
/// let model = RuntimeNetwork::builder(1)
///     .simple_rnn("hidden", 2)
///     .dense("output", 1)
///     .from_slices(&[
///         LayerWeights::recurrent(&[0.5, -1.0], &[0.0, 0.25, 0.25, 0.0], Some(&[0.1, 0.0])),
///         LayerWeights::Dense { weight: &[1.0, 1.0], bias: Some(&[0.0]) },
///     ])?;
/// let mut state = model.initial_state();
/// let mut y = [0.0];
/// model.step_into(&mut state, &[1.0], &mut y)?;
/// assert!((y[0] - (0.6_f32.tanh() - 1.0_f32.tanh())).abs() < 1e-6);
/// println!("{}", model.summary());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct RuntimeNetwork {
    architecture: Architecture,
    layers: Vec<Any>,
    packed: Packed,
    state_len: usize,
    mark: StateMark,
}

impl RuntimeNetwork {
    /// Starts a description; `input_size` is n_i of the first layer.
    pub fn builder(input_size: usize) -> RuntimeBuilder {
        RuntimeBuilder {
            architecture: Architecture { input_size, layers: Vec::new() },
            backend: Backend::detect(),
        }
    }

    /// A network and its architecture from the bytes of a file that [`super::Save`] made.
    ///
    /// # Errors
    /// If the file names no architecture, or as [`super::Load::from_safetensors`].
    #[cfg(feature = "safetensors")]
    pub fn from_safetensors(bytes: &[u8]) -> Result<Self, WeightError> {
        Self::from_safetensors_with(bytes, &LoadOptions::default())
    }

    /// [`RuntimeNetwork::from_safetensors`] with options: how the file is read, and the backend.
    ///
    /// # Errors
    /// As there.
    #[cfg(feature = "safetensors")]
    pub fn from_safetensors_with(bytes: &[u8], options: &LoadOptions) -> Result<Self, WeightError> {
        let metadata = rnn_format::read_metadata(bytes, &options.read)?;
        let architecture = metadata.architecture.ok_or(WeightError::NoArchitecture)?;
        Self::of(architecture, options.backend_or_best()).from_safetensors_with(bytes, options)
    }

    /// A network from the bytes of a file that does not say which it is: the architecture is inferred from the names and
    /// shapes of PyTorch's or Keras' tensors, and from what you say of the rest.
    ///
    /// ```
    /// use rnn_core::prelude::*;
    /// use rnn_core::Assume;
    /// # let file = RuntimeNetwork::builder(1).simple_rnn("rnn", 2).dense("fc", 1).from_slices(&[
    /// #     rnn_core::LayerWeights::recurrent(&[0.5, -1.0], &[0.0, 0.25, 0.25, 0.0], Some(&[0.1, 0.0])),
    /// #     rnn_core::LayerWeights::Dense { weight: &[1.0, 1.0], bias: Some(&[0.0]) },
    /// # ])?.to_safetensors()?;
    ///
    /// let model = RuntimeNetwork::infer(&file, &Assume::framework_defaults().dense_last())?;
    /// println!("{}", model.summary());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// A file that does say is loaded as it says. Otherwise [`summary`](super::Network::summary) tells what the network was
    /// taken for.
    ///
    /// # Errors
    /// [`WeightError::Ambiguous`] with the networks that it could be, [`WeightError::NotInferred`] if names and shapes do not
    /// agree, or as [`super::Load::from_safetensors`].
    #[cfg(feature = "safetensors")]
    pub fn infer(bytes: &[u8], assume: &Assume) -> Result<Self, WeightError> {
        Self::infer_with(bytes, assume, &LoadOptions::default())
    }

    /// [`RuntimeNetwork::infer`] with options: how the file is read, and the backend. A mapping names the tensors of the
    /// network that was inferred, once it is.
    ///
    /// # Errors
    /// As there.
    #[cfg(feature = "safetensors")]
    pub fn infer_with(bytes: &[u8], assume: &Assume, options: &LoadOptions) -> Result<Self, WeightError> {
        if rnn_format::read_metadata(bytes, &options.read)?.architecture.is_some() {
            return Self::from_safetensors_with(bytes, options);
        }
        let Inferred { architecture, mapping, assumed, .. } =
            rnn_format::infer_file(bytes, &options.read, assume)?;
        let net = Self::of(architecture, options.backend_or_best()).from_safetensors_with(
            bytes,
            &options.clone().mapping(mapping.and(options.read.mapping.clone())),
        )?;
        Ok(Self { packed: net.packed.assumed_as(&assumed), ..net })
    }

    /// [`RuntimeNetwork::from_safetensors`] of a file.
    ///
    /// # Errors
    /// As there, or the file cannot be read.
    #[cfg(all(feature = "safetensors", feature = "std"))]
    pub fn load(path: impl AsRef<std::path::Path>) -> Result<Self, WeightError> {
        Self::load_with(path, &LoadOptions::default())
    }

    /// [`RuntimeNetwork::load`] with options: how the file is read, and the backend.
    ///
    /// # Errors
    /// As there.
    #[cfg(all(feature = "safetensors", feature = "std"))]
    pub fn load_with(path: impl AsRef<std::path::Path>, options: &LoadOptions) -> Result<Self, WeightError> {
        Self::from_safetensors_with(&super::load::read(path.as_ref())?, options)
    }

    /// A network of this architecture.
    pub(super) fn of(architecture: Architecture, backend: Backend) -> RuntimeBuilder {
        RuntimeBuilder { architecture, backend }
    }

    /// Its weights, for a network of the same layers whose sizes the compiler knows.
    pub(super) fn into_packed(self) -> Packed {
        self.packed
    }

    /// What the network is made of.
    #[must_use]
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }
}

/// The description of a [`RuntimeNetwork`], layer by layer.
#[derive(Clone, Debug)]
#[must_use]
pub struct RuntimeBuilder {
    architecture: Architecture,
    backend: Backend,
}

impl RuntimeBuilder {
    /// A layer of any kind; its name is the first part of its tensors' names.
    pub fn layer(mut self, name: impl Into<String>, kind: LayerKind) -> Self {
        self.architecture.layers.push(rnn_format::Layer { name: name.into(), kind });
        self
    }

    /// h_t = tanh(U x_t + W h_{t-1} + b) of `hidden_size` units.
    pub fn simple_rnn(self, name: impl Into<String>, hidden_size: usize) -> Self {
        self.layer(name, LayerKind::simple_rnn(hidden_size))
    }

    /// y = V h + c of `output_size` outputs.
    pub fn dense(self, name: impl Into<String>, output_size: usize) -> Self {
        self.layer(name, LayerKind::dense(output_size))
    }

    /// Runs on this backend instead of the best one.
    pub fn backend(mut self, backend: Backend) -> Self {
        self.backend = backend;
        self
    }

    /// The network with these weights, one entry a layer, in PyTorch's layout.
    ///
    /// # Errors
    /// If the description has a mistake, or the entry that does not fit.
    pub fn from_slices(self, weights: &[LayerWeights<'_>]) -> Result<RuntimeNetwork, WeightError> {
        self.with_weights(Weights::Slices(weights))
    }

    /// The network with the weights of a safetensors file with our names, Keras' or PyTorch's.
    ///
    /// # Errors
    /// If the description has a mistake, or as [`super::Load::from_safetensors`].
    #[cfg(feature = "safetensors")]
    pub fn from_safetensors(self, bytes: &[u8]) -> Result<RuntimeNetwork, WeightError> {
        self.from_safetensors_with(bytes, &LoadOptions::default())
    }

    /// [`RuntimeBuilder::from_safetensors`] with options: how the file is read, and the backend, which goes before
    /// [`RuntimeBuilder::backend`].
    ///
    /// # Errors
    /// As there.
    #[cfg(feature = "safetensors")]
    pub fn from_safetensors_with(
        mut self,
        bytes: &[u8],
        options: &LoadOptions,
    ) -> Result<RuntimeNetwork, WeightError> {
        self.backend = options.backend.unwrap_or(self.backend);
        self.with_weights(Weights::File { bytes, options: &options.read })
    }

    /// [`RuntimeBuilder::from_safetensors`] of a file.
    ///
    /// # Errors
    /// As there, or the file cannot be read.
    #[cfg(all(feature = "safetensors", feature = "std"))]
    pub fn load(self, path: impl AsRef<std::path::Path>) -> Result<RuntimeNetwork, WeightError> {
        self.load_with(path, &LoadOptions::default())
    }

    /// [`RuntimeBuilder::load`] with options, as [`RuntimeBuilder::from_safetensors_with`].
    ///
    /// # Errors
    /// As there.
    #[cfg(all(feature = "safetensors", feature = "std"))]
    pub fn load_with(
        self,
        path: impl AsRef<std::path::Path>,
        options: &LoadOptions,
    ) -> Result<RuntimeNetwork, WeightError> {
        self.from_safetensors_with(&super::load::read(path.as_ref())?, options)
    }

    /// The network of these weights.
    pub(super) fn with_weights(self, weights: Weights<'_>) -> Result<RuntimeNetwork, WeightError> {
        let Self { architecture, backend } = self;
        let (layers, packed, state_len, mark) = architecture.with_spec(|spec| {
            spec.check()?;
            let is_custom = |layer: &LayerSpec<'_>| {
                matches!(layer.kind.recurrent().map(|r| r.cell), Some(CellKind::Custom { .. }))
            };
            if let Some(layer) = spec.layers.iter().position(is_custom) {
                return Err(SpecError::Custom { layer }.into());
            }
            let layers = (0..spec.layers.len()).map(|index| Any::new(spec, index)).collect();
            weights.pack(spec, backend).map(|packed| (layers, packed, spec.state_len(), StateMark::of(spec)))
        })?;
        Ok(RuntimeNetwork { architecture, layers, packed, state_len, mark })
    }
}

impl Parts for RuntimeNetwork {
    type Layers<'a> = Layers<'a>;
    #[inline(always)]
    fn layers(&self) -> Layers<'_> {
        Layers(&self.layers)
    }
    #[inline(always)]
    fn packed(&self) -> &Packed {
        &self.packed
    }
    #[inline(always)]
    fn state_len(&self) -> usize {
        self.state_len
    }
    #[inline(always)]
    fn mark(&self) -> StateMark {
        self.mark
    }
    fn first_size(&self) -> usize {
        self.layers[0].output_size()
    }
    fn with_spec<R>(&self, f: impl FnOnce(&Spec<'_>) -> R) -> R {
        self.architecture.with_spec(f)
    }
}

impl HasState for RuntimeNetwork {
    type State = HeapState<Self>;
    fn initial_state(&self) -> HeapState<Self> {
        HeapState::new(self.state_len)
    }
}

/// Its layers and shapes, not its weights.
impl fmt::Debug for RuntimeNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_spec(|spec| debug::network(f, "RuntimeNetwork", spec, self.packed.backend()))
    }
}
