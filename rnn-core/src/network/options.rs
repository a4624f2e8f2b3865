//! How weights are loaded: how their file is read, and where the network runs.

use crate::simd::Backend;
use alloc::string::String;
use rnn_format::{Mapping, ReadOptions};

/// How a network is loaded from a file: how the file is read, and the backend that runs it.
///
/// ```
/// use rnn_core::{Backend, LoadOptions};
///
/// let options = LoadOptions::default().prefix("model").ignore_extra().backend(Backend::PORTABLE);
/// # assert_eq!(options.read.prefix, "model");
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct LoadOptions {
    /// How the file is read.
    pub read: ReadOptions,
    /// The backend; the best one of this machine if none is given, or a builder's own.
    pub backend: Option<Backend>,
}

impl LoadOptions {
    /// Runs on this backend.
    #[must_use]
    pub const fn backend(mut self, backend: Backend) -> Self {
        self.backend = Some(backend);
        self
    }

    /// [`ReadOptions::mapping`].
    #[must_use]
    pub fn mapping(self, mapping: Mapping) -> Self {
        self.reading(|read| read.mapping(mapping))
    }

    /// [`ReadOptions::prefix`].
    #[must_use]
    pub fn prefix(self, prefix: impl Into<String>) -> Self {
        self.reading(|read| read.prefix(prefix))
    }

    /// [`ReadOptions::ignore_extra`].
    #[must_use]
    pub fn ignore_extra(self) -> Self {
        self.reading(ReadOptions::ignore_extra)
    }

    /// [`ReadOptions::ignore_metadata`].
    #[must_use]
    pub fn ignore_metadata(self) -> Self {
        self.reading(ReadOptions::ignore_metadata)
    }

    /// [`ReadOptions::header_limit`].
    #[must_use]
    pub fn header_limit(self, bytes: usize) -> Self {
        self.reading(|read| read.header_limit(bytes))
    }

    /// [`ReadOptions::round_f64`].
    #[must_use]
    pub fn round_f64(self) -> Self {
        self.reading(ReadOptions::round_f64)
    }

    fn reading(mut self, change: impl FnOnce(ReadOptions) -> ReadOptions) -> Self {
        self.read = change(self.read);
        self
    }

    /// The backend, where nothing else says one.
    pub(crate) fn backend_or_best(&self) -> Backend {
        self.backend.unwrap_or_else(Backend::detect)
    }
}

impl From<ReadOptions> for LoadOptions {
    fn from(read: ReadOptions) -> Self {
        Self { read, backend: None }
    }
}
