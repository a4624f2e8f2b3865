//! Which of a file's tensors is which: our names, Keras' and PyTorch's.
//!
//! | ours, PyTorch's layout | Keras | PyTorch |
//! | --- | --- | --- |
//! | `<layer>.weight_ih` (n_h, n_i) | `simple_rnn/kernel` (n_i, n_h) | `<any>.weight_ih_l0` |
//! | `<layer>.weight_hh` (n_h, n_h) | `simple_rnn/recurrent_kernel` (from, to) | `<any>.weight_hh_l0` |
//! | `<layer>.bias_ih`, optional `bias_hh`, added | `simple_rnn/bias` | `<any>.bias_ih_l0` + `bias_hh_l0` |
//! | `<layer>.weight` (n_o, n_i) | `dense/kernel` (n_i, n_o) | `<any>.weight` |
//! | `<layer>.bias` | `dense/bias` | `<any>.bias` |
//!
//! Keras numbers the layers of a class (`dense`, `dense_1`), PyTorch the layers of a stack (`_l0`, `_l1`): both
//! map by order. Where the names leave more than one reading, that is an error with the candidates.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::spec::{LayerKind, Spec};
use crate::weight_error::WeightError;

/// Your own names for tensors: pairs of our name and the file's.
#[derive(Clone, Debug, Default)]
pub struct Mapping(Vec<(String, String, bool)>);

impl Mapping {
    /// No names of your own: ours, Keras' or PyTorch's are recognised.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Our tensor `name`, such as `hidden.weight_ih`, is called `in_file`.
    #[must_use]
    pub fn tensor(mut self, name: impl Into<String>, in_file: impl Into<String>) -> Self {
        self.0.push((name.into(), in_file.into(), false));
        self
    }

    /// Our tensor `name` is called `in_file` and stored (in, out), as Keras does.
    #[must_use]
    pub fn transposed(mut self, name: impl Into<String>, in_file: impl Into<String>) -> Self {
        self.0.push((name.into(), in_file.into(), true));
        self
    }
}

/// The file's tensor for one of ours.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) part: &'static str,
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
) -> Result<Vec<Vec<Found>>, WeightError> {
    if !mapping.0.is_empty() {
        return Ok(canonical(spec, mapping));
    }
    if names.iter().any(|name| name.contains('/')) {
        return keras(spec, names);
    }
    let ours = |layer: &str| names.iter().any(|name| *name == format!("{layer}.weight_ih"));
    let torch = names.iter().any(|name| last(name).starts_with("weight_ih"));
    let dense_only = spec.snapshot_len() == 0 && names.iter().any(|name| last(name) == "weight");
    if spec.layers.iter().any(|layer| ours(layer.name)) || !(torch || dense_only) {
        return Ok(canonical(spec, mapping));
    }
    pytorch(spec, names)
}

/// The parts of a layer: our name, and whether it may be absent.
fn parts(kind: LayerKind) -> &'static [(&'static str, bool)] {
    match (kind, kind.bias()) {
        (LayerKind::SimpleRnn { .. }, true) => {
            &[("weight_ih", false), ("weight_hh", false), ("bias_ih", false), ("bias_hh", true)]
        }
        (LayerKind::SimpleRnn { .. }, false) => &[("weight_ih", false), ("weight_hh", false)],
        (LayerKind::Dense { .. }, true) => &[("weight", false), ("bias", false)],
        (LayerKind::Dense { .. }, false) => &[("weight", false)],
    }
}

fn canonical(spec: &Spec<'_>, mapping: &Mapping) -> Vec<Vec<Found>> {
    let find = |layer: &str, &(part, optional): &(&'static str, bool)| {
        let ours = format!("{layer}.{part}");
        match mapping.0.iter().find(|(name, ..)| *name == ours) {
            Some((_, name, transposed)) => {
                Found { part, name: name.clone(), transposed: *transposed, optional: false }
            }
            None => Found { part, name: ours, transposed: false, optional },
        }
    };
    spec.layers
        .iter()
        .map(|layer| parts(layer.kind).iter().map(|part| find(layer.name, part)).collect())
        .collect()
}

fn is_recurrent(kind: LayerKind) -> bool {
    kind.state_len() > 0
}

/// Hands out groups of tensors to the layers of a class in order.
fn assign<'g>(
    spec: &Spec<'_>,
    recurrent: &'g [String],
    dense: &'g [String],
    part_names: impl Fn(LayerKind, &'g str) -> Vec<Found>,
) -> Result<Vec<Vec<Found>>, WeightError> {
    let (mut next_recurrent, mut next_dense) = (recurrent.iter(), dense.iter());
    let mut all = Vec::new();
    for layer in spec.layers {
        let next = if is_recurrent(layer.kind) { next_recurrent.next() } else { next_dense.next() };
        let Some(group) = next else {
            let existing = recurrent.iter().chain(dense).cloned().collect();
            let tensor = format!("of layer {} ({})", layer.name, layer.kind.name());
            return Err(WeightError::Missing { tensor, existing });
        };
        all.push(part_names(layer.kind, group));
    }
    Ok(all)
}

fn keras(spec: &Spec<'_>, names: &[String]) -> Result<Vec<Vec<Found>>, WeightError> {
    let stem = |name: &str| {
        name.strip_suffix(":0").unwrap_or(name).rsplit_once('/').map(|(stem, _)| stem.to_string())
    };
    let leaf = |name: &str| {
        let name = name.strip_suffix(":0").unwrap_or(name);
        name.rsplit_once('/').map_or(name, |(_, leaf)| leaf).to_string()
    };
    let mut recurrent: Vec<String> =
        names.iter().filter(|name| leaf(name) == "recurrent_kernel").filter_map(|name| stem(name)).collect();
    let mut dense: Vec<String> = names
        .iter()
        .filter(|name| leaf(name) == "kernel")
        .filter_map(|name| stem(name))
        .filter(|stem| !recurrent.contains(stem))
        .collect();
    // The first segment is the layer: `simple_rnn_1/simple_rnn_cell` is the second of its class.
    let number = |stem: &String| {
        let first = stem.split('/').next().unwrap_or("");
        first.rsplit_once('_').and_then(|(_, n)| n.parse::<usize>().ok()).unwrap_or(0)
    };
    for (class, stems) in [("recurrent layer", &mut recurrent), ("dense layer", &mut dense)] {
        stems.sort_by_key(number);
        if stems.windows(2).any(|pair| number(&pair[0]) == number(&pair[1])) {
            return Err(WeightError::Ambiguous { wanted: class.to_string(), candidates: stems.clone() });
        }
    }
    let full = |stem: &str, part: &str| {
        let exact = format!("{stem}/{part}");
        names.iter().find(|name| **name == format!("{exact}:0")).cloned().unwrap_or(exact)
    };
    assign(spec, &recurrent, &dense, |kind, stem| {
        let found = |&(part, optional): &(&'static str, bool)| {
            let theirs = match part {
                "weight_ih" | "weight" => "kernel",
                "weight_hh" => "recurrent_kernel",
                "bias_hh" => return None,
                _ => "bias",
            };
            Some(Found { part, name: full(stem, theirs), transposed: theirs != "bias", optional })
        };
        parts(kind).iter().filter_map(found).collect()
    })
}

/// What follows the last dot.
fn last(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, last)| last)
}

fn pytorch(spec: &Spec<'_>, names: &[String]) -> Result<Vec<Vec<Found>>, WeightError> {
    // `rnn.weight_ih_l1` is the group `rnn.` with the ending `_l1`; a group is kept as `rnn.*_l1`.
    let mut recurrent = Vec::new();
    let mut dense = Vec::new();
    for name in names {
        let prefix = &name[..name.len() - last(name).len()];
        if let Some(ending) = last(name).strip_prefix("weight_ih") {
            recurrent.push((prefix, ending));
        } else if last(name) == "weight" {
            dense.push((prefix, ""));
        }
    }
    let order = |wanted: &str, groups: &mut Vec<(&str, &str)>| {
        let layer_of =
            |prefix: &str| spec.layers.iter().position(|l| prefix.strip_suffix('.') == Some(l.name));
        let trailing = |prefix: &str| {
            let prefix = prefix.strip_suffix('.').unwrap_or(prefix);
            let digits = prefix.len() - prefix.trim_end_matches(|c: char| c.is_ascii_digit()).len();
            prefix[prefix.len() - digits..].parse::<usize>().ok()
        };
        let level =
            |ending: &str| ending.strip_prefix("_l").and_then(|n| n.parse::<usize>().ok()).unwrap_or(0);
        let one_prefix = groups.windows(2).all(|pair| pair[0].0 == pair[1].0);
        let key = |&(prefix, ending): &(&str, &str)| {
            let place = if one_prefix { Some(0) } else { layer_of(prefix).or_else(|| trailing(prefix)) };
            place.map(|place| (place, level(ending)))
        };
        groups.sort_by_key(key);
        let clear = groups.iter().all(|group| key(group).is_some())
            && groups.windows(2).all(|pair| key(&pair[0]) != key(&pair[1]));
        let shown = || groups.iter().map(|(prefix, ending)| format!("{prefix}weight*{ending}")).collect();
        if clear {
            Ok(())
        } else {
            Err(WeightError::Ambiguous { wanted: wanted.to_string(), candidates: shown() })
        }
    };
    order("a recurrent layer", &mut recurrent)?;
    order("a dense layer", &mut dense)?;
    let joined = |groups: &[(&str, &str)]| -> Vec<String> {
        groups.iter().map(|(prefix, ending)| format!("{prefix}*{ending}")).collect()
    };
    assign(spec, &joined(&recurrent), &joined(&dense), |kind, group| {
        let found = |&(part, optional): &(&'static str, bool)| Found {
            part,
            name: group.replacen('*', part, 1),
            transposed: false,
            optional,
        };
        parts(kind).iter().map(found).collect()
    })
}
