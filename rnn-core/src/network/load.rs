//! Networks from weights: slices, safetensors bytes, files; and back into bytes.

use super::packed::Packed;
use super::parts::Parts;
use super::{Compiled, Network};
use crate::simd::Backend;
use rnn_format::{LayerWeights, Scaler, Spec, WeightError};

#[cfg(feature = "safetensors")]
use super::LoadOptions;
#[cfg(feature = "safetensors")]
use alloc::vec::Vec;
#[cfg(feature = "safetensors")]
use rnn_format::{Metadata, ReadOptions};

/// How the `#[rnn]` attribute's networks come to their weights. Every tensor is checked by name and shape: weights load
/// right or not at all.
pub trait Load: Sized {
    /// From one entry a layer, in PyTorch's layout.
    ///
    /// # Errors
    /// The entry that does not fit, what it has and what the layer expects.
    fn from_slices(backend: Backend, weights: &[LayerWeights<'_>]) -> Result<Self, WeightError>;

    /// From the bytes of a safetensors file with our names, Keras' or PyTorch's.
    ///
    /// # Errors
    /// The tensor that is missing, misshapen, wrongly typed or not expected, or what is wrong with the file.
    #[cfg(feature = "safetensors")]
    fn from_safetensors(bytes: &[u8]) -> Result<Self, WeightError> {
        Self::from_safetensors_with(bytes, &LoadOptions::default())
    }

    /// [`Load::from_safetensors`] with options: how the file is read, and the backend.
    ///
    /// # Errors
    /// As there.
    #[cfg(feature = "safetensors")]
    fn from_safetensors_with(bytes: &[u8], options: &LoadOptions) -> Result<Self, WeightError>;

    /// From a safetensors file, on the best backend.
    ///
    /// # Errors
    /// As [`Load::from_safetensors`], or the file cannot be read.
    #[cfg(all(feature = "safetensors", feature = "std"))]
    fn load(path: impl AsRef<std::path::Path>) -> Result<Self, WeightError> {
        Self::load_with(path, &LoadOptions::default())
    }

    /// [`Load::load`] with options: how the file is read, and the backend.
    ///
    /// # Errors
    /// As there.
    #[cfg(all(feature = "safetensors", feature = "std"))]
    fn load_with(path: impl AsRef<std::path::Path>, options: &LoadOptions) -> Result<Self, WeightError> {
        Self::from_safetensors_with(&read(path.as_ref())?, options)
    }
}

/// The bytes of a file.
#[cfg(all(feature = "safetensors", feature = "std"))]
pub(crate) fn read(path: &std::path::Path) -> Result<Vec<u8>, WeightError> {
    if let Some(error) = rnn_format::split_file(&path.to_string_lossy()) {
        return Err(error);
    }
    std::fs::read(path).map_err(|error| WeightError::Io { path: path.into(), error })
}

impl<N: FromWeights> Load for N {
    fn from_slices(backend: Backend, weights: &[LayerWeights<'_>]) -> Result<Self, WeightError> {
        N::from_weights(backend, Weights::Slices(weights))
    }

    #[cfg(feature = "safetensors")]
    fn from_safetensors_with(bytes: &[u8], options: &LoadOptions) -> Result<Self, WeightError> {
        N::from_weights(options.backend_or_best(), Weights::File { bytes, options: &options.read })
    }
}

/// What weights come from.
#[derive(Clone, Copy, Debug)]
pub enum Weights<'a> {
    /// One entry a layer.
    Slices(&'a [LayerWeights<'a>]),
    /// The bytes of a safetensors file.
    #[cfg(feature = "safetensors")]
    File {
        /// All of it.
        bytes: &'a [u8],
        /// How it is read.
        options: &'a ReadOptions,
    },
}

impl Weights<'_> {
    /// Packs them for the network described.
    pub(super) fn pack(self, spec: &Spec<'_>, backend: Backend) -> Result<Packed, WeightError> {
        match self {
            Self::Slices(weights) => Packed::from_slices(spec, backend, weights),
            #[cfg(feature = "safetensors")]
            Self::File { bytes, options } => Packed::from_safetensors(spec, backend, bytes, options),
        }
    }
}

/// What [`Load`] follows from: implemented for the `#[rnn]` attribute's networks.
pub trait FromWeights: Sized {
    /// The network of these weights.
    ///
    /// # Errors
    /// If they do not fit.
    fn from_weights(backend: Backend, weights: Weights<'_>) -> Result<Self, WeightError>;
}

impl<N: Compiled> FromWeights for N {
    fn from_weights(backend: Backend, weights: Weights<'_>) -> Result<Self, WeightError> {
        weights.pack(&N::SPEC, backend).map(Packed::network)
    }
}

/// What a network's file says besides its weights, and the way back into a file.
pub trait Save: Network {
    /// Mean and standard deviation the inputs were standardised with.
    fn scaler(&self) -> Option<Scaler>;
    /// Steps of the windows the network was trained on.
    fn tau(&self) -> Option<usize>;

    /// The network as safetensors bytes: our tensor names in PyTorch's layout, architecture, scaler and tau in the metadata.
    /// What is loaded back has the same bits. The two biases PyTorch keeps were added when they were loaded, where a gate is
    /// one sum: the sum is saved as `bias_ih`. A GRU that resets after the product has a `bias_hh` as well, that of its
    /// candidate; the rows of r and z in it are -0, which changes no bit when they are added.
    ///
    /// # Errors
    /// If the file would be too large for the format.
    #[cfg(feature = "safetensors")]
    fn to_safetensors(&self) -> Result<Vec<u8>, WeightError> {
        self.to_safetensors_with(self.scaler(), self.tau())
    }

    /// [`Save::to_safetensors`] with a scaler and tau of your own, for a network whose weights came from slices.
    ///
    /// # Errors
    /// As there.
    #[cfg(feature = "safetensors")]
    fn to_safetensors_with(&self, scaler: Option<Scaler>, tau: Option<usize>)
    -> Result<Vec<u8>, WeightError>;

    /// [`Save::to_safetensors`] into a file.
    ///
    /// # Errors
    /// As there, or the file cannot be written.
    #[cfg(all(feature = "safetensors", feature = "std"))]
    fn save(&self, path: impl AsRef<std::path::Path>) -> Result<(), WeightError>
    where
        Self: Sized,
    {
        let path = path.as_ref();
        std::fs::write(path, self.to_safetensors()?)
            .map_err(|error| WeightError::Io { path: path.into(), error })
    }
}

impl<N: Saved> Save for N {
    fn scaler(&self) -> Option<Scaler> {
        self.saved(|_, packed| packed.metadata().scaler)
    }
    fn tau(&self) -> Option<usize> {
        self.saved(|_, packed| packed.metadata().tau)
    }
    #[cfg(feature = "safetensors")]
    fn to_safetensors_with(
        &self,
        scaler: Option<Scaler>,
        tau: Option<usize>,
    ) -> Result<Vec<u8>, WeightError> {
        let metadata = Metadata { scaler, tau, ..Metadata::default() };
        self.saved(|spec, packed| rnn_format::save(spec, packed.weights(), &metadata))
    }
}

/// What [`Save`] follows from.
pub trait Saved: Network {
    /// Calls `f` with the description and the weights.
    fn saved<R>(&self, f: impl FnOnce(&Spec<'_>, &Packed) -> R) -> R;
}

impl<N: Parts> Saved for N {
    fn saved<R>(&self, f: impl FnOnce(&Spec<'_>, &Packed) -> R) -> R {
        self.with_spec(|spec| f(spec, self.packed()))
    }
}
