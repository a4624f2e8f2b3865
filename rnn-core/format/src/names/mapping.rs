//! Tensor names of the user's.

use alloc::string::String;
use alloc::vec::Vec;

use super::layout::Layout;
use super::{Found, Part, own_name, parts};
use crate::kind::LayerKind;
use crate::weight_error::WeightError;

/// Your own names for tensors: pairs of our name and the file's. Tensors without an entry are found as in a file that is loaded
/// without a mapping: by our names, Keras' or PyTorch's.
#[derive(Clone, Debug, Default)]
pub struct Mapping(Vec<Entry>);

#[derive(Clone, Debug)]
struct Entry {
    ours: String,
    in_file: String,
    layout: Layout,
}

impl Mapping {
    /// No names of your own: ours, Keras' or PyTorch's are recognised.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Our tensor `name`, such as `hidden.weight_ih`, is called `in_file`; in place of what was said of it before.
    #[must_use]
    pub fn tensor(self, name: impl Into<String>, in_file: impl Into<String>) -> Self {
        self.with(name.into(), in_file.into(), Layout::Ours)
    }

    /// Our tensor `name` is called `in_file` and stored (in, out), its gates in our order.
    #[must_use]
    pub fn transposed(self, name: impl Into<String>, in_file: impl Into<String>) -> Self {
        self.with(name.into(), in_file.into(), Layout::Transposed)
    }

    /// Our tensor `name` is called `in_file` and stored as Keras does: (in, out), a GRU's gates in the order z, r, h, and
    /// both biases of one that resets after the product in one tensor of two rows, which is then named for `bias_ih`
    /// and for `bias_hh`.
    #[must_use]
    pub fn keras(self, name: impl Into<String>, in_file: impl Into<String>) -> Self {
        self.with(name.into(), in_file.into(), Layout::Keras)
    }

    /// The entries of both; of one tensor that of `other`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let add = |mapping: Self, Entry { ours, in_file, layout }| mapping.with(ours, in_file, layout);
        other.0.into_iter().fold(self, add)
    }

    /// The same with this entry.
    pub(super) fn with(mut self, ours: String, in_file: String, layout: Layout) -> Self {
        self.0.retain(|old| old.ours != ours);
        self.0.push(Entry { ours, in_file, layout });
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Refuses an entry for a tensor that is none of these.
    pub(super) fn check(&self, ours: &[String]) -> Result<(), WeightError> {
        match self.0.iter().find(|entry| !ours.contains(&entry.ours)) {
            None => Ok(()),
            Some(Entry { ours: unknown, .. }) => {
                Err(WeightError::Mapping { tensor: unknown.clone(), expected: ours.to_vec() })
            }
        }
    }

    /// The tensors of a layer that have an entry, which must be there.
    pub(super) fn of(&self, layer: &str, kind: LayerKind) -> Vec<Found> {
        self.layer(layer, kind).into_iter().filter(|found| self.has(layer, found)).collect()
    }

    /// Whether every tensor that a layer must have has an entry.
    pub(super) fn has_all(&self, layer: &str, kind: LayerKind) -> bool {
        self.layer(layer, kind).iter().all(|found| found.optional || self.has(layer, found))
    }

    fn has(&self, layer: &str, found: &Found) -> bool {
        let ours = own_name(layer, found.direction, found.tensor);
        self.0.iter().any(|entry| entry.ours == ours)
    }

    /// The file's names of all tensors with an entry.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|entry| entry.in_file.as_str())
    }

    /// The tensors of a layer: those with an entry by its name, which must then be there, the others by ours.
    pub(super) fn layer(&self, layer: &str, kind: LayerKind) -> Vec<Found> {
        let find = |Part { direction, tensor, optional }| {
            let ours = own_name(layer, direction, tensor);
            match self.0.iter().find(|entry| entry.ours == ours) {
                Some(Entry { in_file, layout, .. }) => {
                    Found { tensor, direction, name: in_file.clone(), layout: *layout, optional: false }
                }
                None => Found { tensor, direction, name: ours, layout: Layout::Ours, optional },
            }
        };
        parts(kind).map(find).collect()
    }
}
