//! Which of a file's tensors is which: our names, Keras' and PyTorch's.
//!
//! | ours, PyTorch's layout | Keras | PyTorch |
//! | --- | --- | --- |
//! | `<layer>.weight_ih` `(n_h, n_i)` | `simple_rnn/kernel` `(n_i, n_h)` | `<any>.weight_ih_l0` |
//! | `<layer>.weight_hh` `(n_h, n_h)` | `simple_rnn/recurrent_kernel` (from, to) | `<any>.weight_hh_l0` |
//! | `<layer>.bias_ih`, optional `bias_hh`, added | `simple_rnn/bias` | `<any>.bias_ih_l0` + `bias_hh_l0` |
//! | `<layer>.weight` `(n_o, n_i)` | `dense/kernel` `(n_i, n_o)` | `<any>.weight` |
//! | `<layer>.bias` | `dense/bias` | `<any>.bias` |
//!
//! Keras numbers the layers of a class (`dense`, `dense_1`), PyTorch the layers of a stack (`_l0`, `_l1`): both
//! map by order, or by name where the file's names are those of our layers. Keras' longer paths
//! (`sequential/simple_rnn_1/simple_rnn_cell/kernel`) will do as well. Where the names leave more than one reading,
//! that is an error with the candidates.

mod order;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::kind::LayerKind;
use crate::spec::Spec;
use crate::tensor::{Presence, Tensor, tensors};
use crate::weight_error::WeightError;
use order::{Class, Group};

/// Your own names for tensors: pairs of our name and the file's. Tensors without an entry have our names.
#[derive(Clone, Debug, Default)]
pub struct Mapping(Vec<Entry>);

#[derive(Clone, Debug)]
struct Entry {
    ours: String,
    in_file: String,
    transposed: bool,
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
        self.with(Entry { ours: name.into(), in_file: in_file.into(), transposed: false })
    }

    /// Our tensor `name` is called `in_file` and stored (in, out), as Keras does.
    #[must_use]
    pub fn transposed(self, name: impl Into<String>, in_file: impl Into<String>) -> Self {
        self.with(Entry { ours: name.into(), in_file: in_file.into(), transposed: true })
    }

    fn with(mut self, entry: Entry) -> Self {
        self.0.retain(|old| old.ours != entry.ours);
        self.0.push(entry);
        self
    }
}

/// The file's tensor for one of ours.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) tensor: Tensor,
    /// 1 for the backward direction of a bidirectional layer, else 0.
    pub(crate) direction: usize,
    pub(crate) name: String,
    pub(crate) transposed: bool,
    /// May be absent.
    pub(crate) optional: bool,
}

/// For each layer, the file's names of its tensors.
pub(crate) fn resolve(
    spec: &Spec<'_>,
    names: &[String],
    mapping: &Mapping,
    ignore_extra: bool,
) -> Result<Vec<Vec<Found>>, WeightError> {
    let ours = || {
        spec.layers.iter().flat_map(|l| {
            parts(l.kind).map(move |(direction, tensor, _)| own_name(l.name, direction, tensor))
        })
    };
    if let Some(unknown) = mapping.0.iter().find(|entry| !ours().any(|name| name == entry.ours)) {
        return Err(WeightError::Mapping { tensor: unknown.ours.clone(), expected: ours().collect() });
    }
    if !mapping.0.is_empty() {
        return Ok(canonical(spec, mapping));
    }
    if names.iter().any(|name| name.contains('/')) {
        return keras(spec, names, ignore_extra);
    }
    let has =
        |name: &str| is_recurrent_weight(last(name)) || (spec.snapshot_len() == 0 && last(name) == "weight");
    let is_ours = |name: &String| has(name) && ours().any(|own| own == *name);
    if names.iter().any(is_ours) || !names.iter().any(|name| has(name)) {
        return Ok(canonical(spec, mapping));
    }
    pytorch(spec, names, ignore_extra)
}

/// Every tensor of a layer: its direction, which, and whether it may be absent.
fn parts(kind: LayerKind) -> impl Iterator<Item = (usize, Tensor, bool)> {
    (0..kind.directions()).flat_map(move |direction| {
        tensors(kind).map(move |(tensor, presence)| (direction, tensor, presence == Presence::Optional))
    })
}

/// Our name of a tensor.
pub(crate) fn own_name(layer: &str, direction: usize, tensor: Tensor) -> String {
    format!("{layer}.{}{}", tensor.name(), if direction == 1 { "_reverse" } else { "" })
}

fn canonical(spec: &Spec<'_>, mapping: &Mapping) -> Vec<Vec<Found>> {
    let find = |layer: &str, (direction, tensor, optional): (usize, Tensor, bool)| {
        let ours = own_name(layer, direction, tensor);
        match mapping.0.iter().find(|entry| entry.ours == ours) {
            Some(Entry { in_file, transposed, .. }) => {
                Found { tensor, direction, name: in_file.clone(), transposed: *transposed, optional: false }
            }
            None => Found { tensor, direction, name: ours, transposed: false, optional },
        }
    };
    spec.layers.iter().map(|layer| parts(layer.kind).map(|part| find(layer.name, part)).collect()).collect()
}

/// The groups of both classes handed out to the layers; `part_names` tells a group's tensors.
fn assign(
    spec: &Spec<'_>,
    (recurrent, dense): (&Class<'_>, &Class<'_>),
    ignore_extra: bool,
    part_names: impl Fn(LayerKind, &Group) -> Vec<Found>,
) -> Result<Vec<Vec<Found>>, WeightError> {
    let named = |recurrent: bool| {
        let of_class = move |kind: LayerKind| (kind.state_len() > 0) == recurrent;
        spec.layers.iter().filter(|l| of_class(l.kind)).map(|l| l.name).collect::<Vec<_>>()
    };
    let mut recurrent = recurrent.hand_out(&named(true), ignore_extra)?.into_iter();
    let mut dense = dense.hand_out(&named(false), ignore_extra)?.into_iter();
    let mut next = |kind: LayerKind| if kind.state_len() > 0 { recurrent.next() } else { dense.next() };
    Ok(spec
        .layers
        .iter()
        .map(|layer| next(layer.kind).map(|group| part_names(layer.kind, group)).unwrap_or_default())
        .collect())
}

fn keras(spec: &Spec<'_>, names: &[String], ignore_extra: bool) -> Result<Vec<Vec<Found>>, WeightError> {
    // Keras 2 ends every name in `:0`.
    let split = |name: &str| {
        let (stem, leaf) = name.strip_suffix(":0").unwrap_or(name).rsplit_once('/')?;
        Some((stem.to_string(), leaf.to_string()))
    };
    let stems = |wanted: &str| -> Vec<String> {
        names
            .iter()
            .filter_map(|name| split(name))
            .filter(|(_, l)| l == wanted)
            .map(|(stem, _)| stem)
            .collect()
    };
    let recurrent = stems("recurrent_kernel");
    let dense: Vec<String> = stems("kernel").into_iter().filter(|stem| !recurrent.contains(stem)).collect();
    let shared = order::shared_path(recurrent.iter().chain(&dense));
    // `sequential/simple_rnn_1/simple_rnn_cell` is the layer `simple_rnn_1`, once what all share is left out.
    let group = |stem: &String| {
        let layer = stem.split('/').nth(shared).unwrap_or("").to_string();
        Group { layer, level: Some(0), key: stem.clone(), shown: stem.clone() }
    };
    let class = |wanted, first, stems: &[String]| Class {
        wanted,
        first,
        groups: stems.iter().map(group).collect(),
        names,
    };
    let recurrent = class("a recurrent layer", "recurrent_kernel", &recurrent);
    let dense = class("a dense layer", "kernel", &dense);
    let full = |stem: &str, part: &str| {
        let exact = format!("{stem}/{part}");
        let numbered = format!("{exact}:0");
        if names.contains(&numbered) { numbered } else { exact }
    };
    assign(spec, (&recurrent, &dense), ignore_extra, |kind, group| {
        let found = |(direction, tensor, optional): (usize, Tensor, bool)| {
            let theirs = match tensor {
                Tensor::WeightIh | Tensor::Weight => "kernel",
                Tensor::WeightHh => "recurrent_kernel",
                Tensor::BiasHh => return None,
                _ => "bias",
            };
            let name = full(&group.key, theirs);
            Some(Found { tensor, direction, name, transposed: theirs != "bias", optional })
        };
        parts(kind).filter_map(found).collect()
    })
}

/// What follows the last dot.
fn last(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, last)| last)
}

fn is_recurrent_weight(last: &str) -> bool {
    last.starts_with("weight_ih") || last.starts_with("weight_hh")
}

fn pytorch(spec: &Spec<'_>, names: &[String], ignore_extra: bool) -> Result<Vec<Vec<Found>>, WeightError> {
    // `rnn.weight_ih_l1` is of the group `rnn.*_l1`.
    let (mut recurrent, mut dense) = (Vec::<Group>::new(), Vec::new());
    for name in names {
        let prefix = &name[..name.len() - last(name).len()];
        let group = |ending: &str| Group {
            layer: prefix.strip_suffix('.').unwrap_or(prefix).to_string(),
            level: if ending.is_empty() {
                Some(0)
            } else {
                ending.strip_prefix("_l").and_then(|n| n.parse().ok())
            },
            key: format!("{prefix}*{ending}"),
            shown: format!("{prefix}weight*{ending}"),
        };
        if is_recurrent_weight(last(name)) {
            let group = group(&last(name)["weight_ih".len()..]);
            // Known by either of its weights, so that the other can be missed by name.
            if !recurrent.iter().any(|known| known.key == group.key) {
                recurrent.push(group);
            }
        } else if last(name) == "weight" {
            dense.push(group(""));
        }
    }
    let recurrent = Class { wanted: "a recurrent layer", first: "weight_ih", groups: recurrent, names };
    let dense = Class { wanted: "a dense layer", first: "weight", groups: dense, names };
    assign(spec, (&recurrent, &dense), ignore_extra, |kind, group| {
        // PyTorch keeps both biases or none.
        let found = |(direction, tensor, _): (usize, Tensor, bool)| Found {
            tensor,
            direction,
            name: group.key.replacen('*', tensor.name(), 1),
            transposed: false,
            optional: false,
        };
        parts(kind).map(found).collect()
    })
}
