//! Which group of tensors belongs to which layer, where a file does not use our names.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::weight_error::WeightError;

/// The tensors of one layer in a file.
pub(super) struct Group {
    /// The layer's name in the file: `simple_rnn_1`, `encoder.rnn`.
    pub(super) layer: String,
    /// Which layer of a stack that has one name; `None` if the ending says something else.
    pub(super) level: Option<usize>,
    /// What its tensors' names are made from.
    pub(super) key: String,
    /// What a message calls it.
    pub(super) shown: String,
}

impl Group {
    /// The name without its number, the number, and the level: by the latter two layers are ordered.
    fn place(&self) -> (&str, Option<(usize, usize)>) {
        let base = self.layer.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = &self.layer[base.len()..];
        let number = if digits.is_empty() { Some(0) } else { digits.parse().ok() };
        (base.trim_end_matches('_'), number.zip(self.level))
    }
}

/// All groups of one class of layers, recurrent or dense.
pub(super) struct Class<'n> {
    /// What is looked for, in a message.
    pub(super) wanted: &'static str,
    /// The tensor whose name tells that there is a layer.
    pub(super) first: &'static str,
    pub(super) groups: Vec<Group>,
    /// All names of the file.
    pub(super) names: &'n [String],
}

impl Class<'_> {
    /// The group of each of our layers: by name where every layer finds its own, else in the order of numbers, which
    /// then must be of one name and differ.
    pub(super) fn hand_out(&self, layers: &[&str], ignore_extra: bool) -> Result<Vec<&Group>, WeightError> {
        let by_name = |layer: &&str| {
            let mut named = self.groups.iter().filter(|group| group.layer == **layer);
            named.next().filter(|_| named.next().is_none())
        };
        if let Some(groups) = layers.iter().map(by_name).collect() {
            return Ok(groups);
        }
        if let Some(layer) = layers.get(self.groups.len()) {
            let tensor = format!("{} of {} for `{layer}`", self.first, self.wanted);
            return Err(WeightError::Missing { tensor, existing: self.names.to_vec() });
        }
        let mut groups: Vec<&Group> = self.groups.iter().collect();
        groups.sort_by_key(|group| group.place());
        let clear = groups.windows(2).all(|pair| {
            let (one, next) = (pair[0].place(), pair[1].place());
            one.0 == next.0 && one.1.is_some() && one.1 < next.1
        });
        // Of more groups than layers the first ones would be a guess, unless the rest is refused later.
        if !clear || (ignore_extra && groups.len() > layers.len()) {
            let candidates = groups.iter().map(|group| group.shown.clone()).collect();
            return Err(WeightError::Ambiguous { wanted: self.wanted.to_string(), candidates });
        }
        groups.truncate(layers.len());
        Ok(groups)
    }
}

/// How many leading segments all paths have in common: 0 if there are not two to compare.
pub(super) fn shared_path<'p>(paths: impl Iterator<Item = &'p String> + Clone) -> usize {
    let Some(first) = paths.clone().next() else { return 0 };
    let in_common = |path: &String| first.split('/').zip(path.split('/')).take_while(|(a, b)| a == b).count();
    paths.skip(1).map(in_common).min().unwrap_or(0)
}
