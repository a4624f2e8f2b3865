//! How a file of weights is read: every choice stands here, for a program and for the `#[rnn]` attribute.

use alloc::string::String;

use crate::names::Mapping;

/// How a file is read.
///
/// ```
/// use rnn_format::{Mapping, ReadOptions};
///
/// let options = ReadOptions::default()
///     .prefix("ema")
///     .mapping(Mapping::new().tensor("head.weight", "proj.w").tensor("head.bias", "proj.b"))
///     .ignore_extra();
/// # assert_eq!(options.prefix, "ema");
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReadOptions {
    /// Your own tensor names, of all tensors or of some: what it does not name is found by the naming rules. They are names
    /// without the prefix.
    pub mapping: Mapping,
    /// What stands before the names of the tensors that are read, such as `model.`; empty if all are. Tensors that do not begin
    /// with it are as if they were not in the file, and messages name the others without it. After a letter or a digit
    /// `.` or `/` must follow in the file, and goes with it: `model` means `model.` or `model/` and is no beginning of
    /// `model_2.rnn`.
    pub prefix: String,
    /// Whether tensors that belong to no layer are left aside instead of refused: states of an optimiser, metrics, batch
    /// statistics, other parts of a larger model. A bias of a layer that has none here belongs to that layer and is refused
    /// all the same.
    pub ignore_extra: bool,
    /// Whether the line under the key `rnn` of the file's metadata is left aside: one that another program wrote and that looks like
    /// ours. (One that does not look like ours is no line of ours.)
    pub ignore_metadata: bool,
    /// Longest header accepted, in bytes; 1 MiB unless said otherwise.
    pub header_limit: usize,
    /// Whether F64 is rounded to the nearest f32 instead of refused. (F16 and BF16 are always widened, which is exact.)
    pub round_f64: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            mapping: Mapping::new(),
            prefix: String::new(),
            ignore_extra: false,
            ignore_metadata: false,
            header_limit: 1024 * 1024,
            round_f64: false,
        }
    }
}

impl ReadOptions {
    /// With tensor names of your own.
    #[must_use]
    pub fn mapping(mut self, mapping: Mapping) -> Self {
        self.mapping = mapping;
        self
    }

    /// Reads the tensors whose names begin with `prefix`, by the names that follow it.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Leaves aside tensors that belong to no layer.
    #[must_use]
    pub const fn ignore_extra(mut self) -> Self {
        self.ignore_extra = true;
        self
    }

    /// Leaves aside what the file says of the network that it holds.
    #[must_use]
    pub const fn ignore_metadata(mut self) -> Self {
        self.ignore_metadata = true;
        self
    }

    /// Accepts headers of up to `bytes`.
    #[must_use]
    pub const fn header_limit(mut self, bytes: usize) -> Self {
        self.header_limit = bytes;
        self
    }

    /// Rounds F64 to the nearest f32.
    #[must_use]
    pub const fn round_f64(mut self) -> Self {
        self.round_f64 = true;
        self
    }

    /// What follows the prefix in the name of a tensor; `None` if the name does not begin with it.
    pub(crate) fn after_prefix<'n>(&self, name: &'n str) -> Option<&'n str> {
        let rest = name.strip_prefix(&self.prefix)?;
        if self.prefix.ends_with(char::is_alphanumeric) {
            return rest.strip_prefix(['.', '/']);
        }
        Some(rest)
    }
}
