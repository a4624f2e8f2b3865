//! Which of a file's tensors is which: our names, Keras' and PyTorch's.
//!
//! | ours, PyTorch's layout | Keras | PyTorch |
//! | --- | --- | --- |
//! | `<layer>.weight_ih` `(G*n_h, n_i)` | `gru/kernel` `(n_i, G*n_h)` | `<any>.weight_ih_l0` |
//! | `<layer>.weight_hh` `(G*n_h, n_h)` | `gru/recurrent_kernel` (from, to) | `<any>.weight_hh_l0` |
//! | `<layer>.bias_ih`, optional `bias_hh` | `gru/bias` | `<any>.bias_ih_l0`, `bias_hh_l0` |
//! | `<layer>.weight_hr` `(projection, n_h)` | | `<any>.weight_hr_l0` |
//! | `<layer>.peephole` `(3*n_h)` | | |
//! | the same with the ending `_reverse` | `bidirectional/backward_gru/..` | the same with `_reverse` |
//! | `<layer>.weight` `(n_o, n_i)` | `dense/kernel` `(n_i, n_o)` | `<any>.weight` |
//! | `<layer>.bias` | `dense/bias` | `<any>.bias` |
//!
//! Orders of gates, and what becomes of the biases: `docs/weights.md`.
//!
//! Keras numbers the layers of a class (`dense`, `dense_1`), PyTorch the layers of a stack (`_l0`, `_l1`): both
//! map by order, by name where the file's names are those of our layers, or by shape where each fits one layer alone.
//! Keras' longer paths (`sequential/gru_1/gru_cell/kernel`) and its numbered variables (`layers/gru/cell/vars/0`) will
//! do as well. Where the names leave more than one reading, that is an error with the candidates.

mod assume;
mod copies;
mod fold;
mod foreign;
mod group;
mod hand_out;
mod infer;
mod keras;
mod layout;
mod mapping;
mod pytorch;
mod sizes;
mod words;

pub use assume::Assume;
pub(crate) use fold::Values;
pub(crate) use foreign::cudnn_bias;
pub(crate) use infer::infer_listing;
pub use infer::{Inferred, infer};
pub(crate) use layout::{Layout, Places, other_reset};
pub use mapping::Mapping;
pub(crate) use sizes::sizes;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use crate::architecture::Architecture;
use crate::fault::{Fault, Faults, Stop};
use crate::kind::{CellKind, LayerKind, Recurrent, ResetGate};
use crate::spec::Spec;
use crate::tensor::{Presence, Tensor, tensors};
use crate::weight_error::WeightError;

/// The names of all tensors of a file, sorted, and their shapes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listing {
    pub(crate) names: Vec<String>,
    pub(crate) shapes: Vec<Vec<usize>>,
    folds: fold::Folds,
}

impl Listing {
    pub(crate) fn has(&self, name: &str) -> bool {
        self.shape(name).is_some()
    }

    pub(crate) fn shape(&self, name: &str) -> Option<&[usize]> {
        let index = self.names.binary_search_by(|known| known.as_str().cmp(name)).ok()?;
        Some(&self.shapes[index])
    }

    /// Keeps these tensors alone.
    pub(crate) fn retain(&mut self, stays: impl Fn(&str) -> bool) {
        let mut kept = self.names.iter().map(|name| stays(name)).collect::<Vec<_>>().into_iter();
        self.shapes.retain(|_| kept.next().unwrap_or(true));
        self.names.retain(|name| stays(name));
    }

    /// The two sizes of a matrix.
    fn matrix(&self, name: &str) -> Option<(usize, usize)> {
        match self.shape(name) {
            Some(&[rows, columns]) => Some((rows, columns)),
            _ => None,
        }
    }

    /// The two sizes of a dense layer's matrix, which may be stored as that of a convolution of one tap.
    fn dense_matrix(&self, name: &str, layout: Layout) -> Option<(usize, usize)> {
        match *layout.without_taps(self.shape(name)?) {
            [rows, columns] => Some((rows, columns)),
            _ => None,
        }
    }
}

/// The file's tensor for one of ours.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) tensor: Tensor,
    /// 1 for the backward direction of a bidirectional layer, else 0.
    pub(crate) direction: usize,
    pub(crate) name: String,
    pub(crate) layout: Layout,
    /// May be absent.
    pub(crate) optional: bool,
}

/// A tensor a layer has.
#[derive(Clone, Copy)]
struct Part {
    direction: usize,
    tensor: Tensor,
    optional: bool,
}

/// Every tensor of a layer.
fn parts(kind: LayerKind) -> impl Iterator<Item = Part> {
    (0..kind.directions()).flat_map(move |direction| {
        tensors(kind).map(move |(tensor, presence)| Part {
            direction,
            tensor,
            optional: presence == Presence::Optional,
        })
    })
}

/// Our name of a tensor.
pub(crate) fn own_name(layer: &str, direction: usize, tensor: Tensor) -> String {
    format!("{layer}.{}{}", tensor.name(), if direction == 1 { "_reverse" } else { "" })
}

/// What the tensors of one layer have in common in their names, for both directions: what stands before the tensor's own word and
/// what follows it, and whether the layer is a dense one by the words of ours and PyTorch's; `None` of a name without such a word.
pub(crate) fn family(name: &str) -> Option<(&str, &str, bool)> {
    let keras = name.strip_suffix(":0").unwrap_or(name);
    if let Some((stem, leaf)) = keras.rsplit_once('/') {
        let is_leaf = matches!(leaf, "kernel" | "recurrent_kernel" | "bias");
        if is_leaf || (stem.ends_with("/vars") && matches!(leaf, "0" | "1" | "2")) {
            return Some((stem, "", false));
        }
    }
    let last = pytorch::last(name);
    let before = &name[..name.len() - last.len()];
    if matches!(last, "weight" | "bias") {
        return Some((before, "", true));
    }
    let mut words = Tensor::ALL.into_iter().filter(|tensor| !matches!(tensor, Tensor::Weight | Tensor::Bias));
    let ending = words.find_map(|tensor| last.strip_prefix(tensor.name()))?;
    let level = ending.strip_suffix("_reverse").unwrap_or(ending);
    let is_level = level.strip_prefix("_l").is_some_and(|k| k.bytes().all(|byte| byte.is_ascii_digit()));
    (level.is_empty() || is_level).then_some((before, level, false))
}

/// Whose names and layouts a file has, if not ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framework {
    Keras,
    PyTorch,
}

impl Framework {
    /// Refuses a layer it does not have: what its tensors would mean is another layer.
    fn check(self, layer: &str, kind: LayerKind) -> Result<(), WeightError> {
        let LayerKind::Recurrent(r) = kind else { return Ok(()) };
        let (expected, found) = match (r.cell, self) {
            (CellKind::Gru { reset: ResetGate::BeforeProduct, .. }, Self::PyTorch) => (
                "a GRU that resets before the product",
                "the file's names are PyTorch's, whose GRU resets after it",
            ),
            (CellKind::MinGru { .. }, _) => ("a minimal GRU", self.has_none()),
            (CellKind::MinLstm { .. }, _) => ("a minimal LSTM", self.has_none()),
            (CellKind::Lstm { peephole: true, .. }, _) => ("an LSTM with peepholes", self.has_none()),
            (CellKind::Lstm { coupled: true, .. }, _) => ("an LSTM with coupled gates", self.has_none()),
            (CellKind::Lstm { projection: Some(_), .. }, Self::Keras) => {
                ("an LSTM with a projection", self.has_none())
            }
            _ => return Ok(()),
        };
        Err(WeightError::Layout {
            layer: layer.to_string(),
            expected: expected.to_string(),
            found: found.to_string(),
        })
    }

    const fn has_none(self) -> &'static str {
        match self {
            Self::Keras => "the file's names are Keras', which has no such layer",
            Self::PyTorch => "the file's names are PyTorch's, which has no such layer",
        }
    }
}

/// Whose names these are; `None` if they are neither's. A name says so by its own ending, whatever the others are: one `/` makes
/// no file Keras', which may be PyTorch's with the steps of an optimiser beside its weights. Dense layers tell where
/// recurrent ones do not, if there is none to be found.
fn framework(listing: &Listing, recurrent: bool) -> Result<Option<Framework>, WeightError> {
    let (keras, pytorch) = (keras::tells(listing), pytorch::tells(listing));
    let told = |keras: Option<&str>, pytorch: Option<&str>| match (keras, pytorch) {
        (Some(keras), Some(pytorch)) => Err(WeightError::Ambiguous {
            wanted: "the layers".to_string(),
            candidates: vec![
                format!("those with PyTorch's names, such as {pytorch}"),
                format!("those with Keras', such as {keras}"),
            ],
            remedy: "say with a prefix what stands before the names of one, or name its tensors with a mapping",
        }),
        (Some(_), None) => Ok(Some(Framework::Keras)),
        (None, Some(_)) => Ok(Some(Framework::PyTorch)),
        (None, None) => Ok(None),
    };
    match told(keras.recurrent, pytorch.recurrent)? {
        // What a recurrent layer is called there is what is missing.
        None if recurrent => told(keras.dense.filter(|_| pytorch.dense.is_none()), None),
        None => told(keras.dense, pytorch.dense),
        found => Ok(found),
    }
}

/// A tensor whose name is a framework's, of each class of layers.
#[derive(Clone, Copy, Default)]
struct Tells<'n> {
    recurrent: Option<&'n str>,
    dense: Option<&'n str>,
}

/// For each layer, the file's names of its tensors. `said` is the network the file says it holds, of the same layers
/// but perhaps by other names. What is wrong goes to `faults`.
pub(crate) fn resolve(
    spec: &Spec<'_>,
    said: Option<&Architecture>,
    listing: &Listing,
    mapping: &Mapping,
    ignore_extra: bool,
    faults: &mut Faults,
) -> Result<Vec<Vec<Found>>, Stop> {
    if mapping.is_empty() {
        return by_rules(spec, said, listing, mapping, &vec![true; spec.layers.len()], ignore_extra, faults);
    }
    let ours = with_names(spec, spec.layers.iter().map(|layer| layer.name), &Mapping::new());
    let ours: Vec<String> = ours.into_iter().flatten().map(|found| found.name).collect();
    mapping.check(&ours).map_err(|error| faults.last(error))?;
    // What is mapped whole is not looked for, and nothing else is found in its place.
    let open: Vec<bool> = spec.layers.iter().map(|layer| !mapping.has_all(layer.name, layer.kind)).collect();
    let mut rest = listing.clone();
    for (layer, _) in spec.layers.iter().zip(&open).filter(|(_, open)| !**open) {
        let named = mapping.of(layer.name, layer.kind);
        rest.retain(|name| !named.iter().any(|found| found.name == name));
    }
    let mut found = by_rules(spec, said, &rest, mapping, &open, ignore_extra, faults)?;
    for (layer, found) in spec.layers.iter().zip(&mut found) {
        let named = mapping.of(layer.name, layer.kind);
        let is_gru = layer.kind.recurrent().is_some_and(|r| matches!(r.cell, CellKind::Gru { .. }));
        let is_keras = |found: &Found| found.layout == Layout::Keras;
        // The gates of a GRU are ordered by the mapping or by the framework, not each tensor in its own way.
        if is_gru && named.iter().any(|named| found.iter().any(|found| is_keras(found) != is_keras(named))) {
            *found = mapping.layer(layer.name, layer.kind);
            continue;
        }
        found.retain(|found| {
            !named.iter().any(|n| (n.direction, n.tensor) == (found.direction, found.tensor))
        });
        found.extend(named);
        found.extend(second_biases(layer.kind, found, listing));
    }
    Ok(found)
}

/// The second biases that stand beside the first ones of a mapping and have no entry: PyTorch's, which are added.
fn second_biases(kind: LayerKind, found: &[Found], listing: &Listing) -> Vec<Found> {
    let is_before = |r: Recurrent| matches!(r.cell, CellKind::Gru { reset: ResetGate::BeforeProduct, .. });
    if kind.recurrent().is_none_or(is_before) {
        return Vec::new();
    }
    let has_second = |direction| {
        let second = |found: &&Found| found.tensor == Tensor::BiasHh && found.direction == direction;
        found.iter().find(second).is_some_and(|found| !found.optional || listing.has(&found.name))
    };
    let beside = |first: &Found| {
        let (before, after) = first.name.rsplit_once(Tensor::BiasIh.name())?;
        let name = format!("{before}{}{after}", Tensor::BiasHh.name());
        let is_one = first.tensor == Tensor::BiasIh && first.layout == Layout::Ours && listing.has(&name);
        (is_one && !has_second(first.direction)).then(|| Found {
            tensor: Tensor::BiasHh,
            name,
            ..first.clone()
        })
    };
    found.iter().filter_map(beside).collect()
}

/// For each layer, the tensors it has if they are called as ours, or by the mapping.
fn with_names<'n>(
    spec: &Spec<'_>,
    names: impl Iterator<Item = &'n str>,
    mapping: &Mapping,
) -> Vec<Vec<Found>> {
    names.zip(spec.layers).map(|(name, layer)| mapping.layer(name, layer.kind)).collect()
}

/// For each layer, the file's names of its tensors by what the names say themselves. Of a layer that is not `open` they do not
/// matter.
fn by_rules(
    spec: &Spec<'_>,
    said: Option<&Architecture>,
    listing: &Listing,
    mapping: &Mapping,
    open: &[bool],
    ignore_extra: bool,
    faults: &mut Faults,
) -> Result<Vec<Vec<Found>>, Stop> {
    let open_layers = || spec.layers.iter().zip(open).filter(|(_, open)| **open).map(|(layer, _)| layer);
    let recurrent = open_layers().any(|layer| layer.kind.recurrent().is_some());
    // A dense layer's names are told from PyTorch's only where nothing else is looked for.
    let tells = |name: &str| {
        pytorch::is_recurrent_weight(pytorch::last(name)) || (!recurrent && pytorch::last(name) == "weight")
    };
    let is_there = |found: &[Found]| found.iter().any(|found| tells(&found.name) && listing.has(&found.name));
    let plain = Mapping::new();
    let ours = with_names(spec, spec.layers.iter().map(|layer| layer.name), &plain);
    let said_names = said.iter().flat_map(|said| &said.layers).map(|layer| layer.name.as_str());
    let by_said = with_names(spec, said_names, &plain);
    for names in [&ours, &by_said] {
        if names.iter().zip(open).any(|(found, open)| *open && is_there(found)) {
            if said.is_none() {
                check_second_bias(spec, listing, mapping, faults)?;
            }
            return Ok(names.clone());
        }
    }
    if recurrent {
        foreign::check_foreign(listing).map_err(|error| faults.last(error))?;
    }
    match framework(listing, recurrent).map_err(|error| faults.last(error))? {
        Some(Framework::Keras) => keras::scan(listing).assign(spec, open, ignore_extra, faults),
        Some(Framework::PyTorch) => pytorch::scan(listing).assign(spec, open, ignore_extra, faults),
        None => Ok(ours),
    }
}

/// A cell module of PyTorch by the name of our layer has our names. Its two biases give it away where the layer resets
/// before the product: ours are saved as one, with a line that says so.
fn check_second_bias(
    spec: &Spec<'_>,
    listing: &Listing,
    mapping: &Mapping,
    faults: &mut Faults,
) -> Result<(), Stop> {
    for (index, layer) in spec.layers.iter().enumerate() {
        if !mapping.of(layer.name, layer.kind).is_empty() {
            continue;
        }
        let LayerKind::Recurrent(r) = layer.kind else { continue };
        let second = own_name(layer.name, 0, Tensor::BiasHh);
        if matches!(r.cell, CellKind::Gru { reset: ResetGate::BeforeProduct, .. }) && listing.has(&second) {
            let error = WeightError::Layout {
                layer: layer.name.to_string(),
                expected: "a GRU that resets before the product".to_string(),
                found: format!(
                    "{second} is the second bias of PyTorch's, which resets after it (a mapping says that it is not)"
                ),
            };
            return Err(faults.last(Fault::of_layer(index, error)));
        }
    }
    Ok(())
}
