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
pub(crate) use infer::infer_listing;
pub use infer::{Inferred, infer};
pub(crate) use layout::{Layout, Places, other_reset};
pub use mapping::Mapping;
pub(crate) use sizes::sizes;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::architecture::Architecture;
use crate::fault::{Fault, Faults, Stop};
use crate::kind::{CellKind, LayerKind, ResetGate};
use crate::spec::Spec;
use crate::tensor::{Presence, Tensor, tensors};
use crate::weight_error::WeightError;

/// The names of all tensors of a file, sorted, and their shapes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listing {
    pub(crate) names: Vec<String>,
    pub(crate) shapes: Vec<Vec<usize>>,
}

impl Listing {
    pub(crate) fn has(&self, name: &str) -> bool {
        self.shape(name).is_some()
    }

    pub(crate) fn shape(&self, name: &str) -> Option<&[usize]> {
        let index = self.names.binary_search_by(|known| known.as_str().cmp(name)).ok()?;
        Some(&self.shapes[index])
    }

    /// The two sizes of a matrix.
    fn matrix(&self, name: &str) -> Option<(usize, usize)> {
        match self.shape(name) {
            Some(&[rows, columns]) => Some((rows, columns)),
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
    let kinds = || spec.layers.iter().map(|layer| layer.kind);
    let with = |names: &[&str], mapping: &Mapping| -> Vec<Vec<Found>> {
        names.iter().zip(kinds()).map(|(name, kind)| mapping.layer(name, kind)).collect()
    };
    let layers: Vec<&str> = spec.layers.iter().map(|layer| layer.name).collect();
    if !mapping.is_empty() {
        let ours: Vec<String> =
            with(&layers, &Mapping::new()).into_iter().flatten().map(|f| f.name).collect();
        mapping.check(&ours).map_err(|error| faults.last(error))?;
        return Ok(with(&layers, mapping));
    }
    if listing.names.iter().any(|name| name.contains('/')) {
        let scan = keras::scan(listing);
        return scan.assign(spec, ignore_extra, faults);
    }
    // A dense layer's names are told from PyTorch's only in a network of nothing else.
    let tells = |name: &str| {
        pytorch::is_recurrent_weight(pytorch::last(name))
            || (spec.snapshot_len() == 0 && pytorch::last(name) == "weight")
    };
    let said: Vec<&str> =
        said.iter().flat_map(|said| &said.layers).map(|layer| layer.name.as_str()).collect();
    for layers in [&layers, &said] {
        let ours = with(layers, mapping);
        if ours.iter().flatten().any(|found| tells(&found.name) && listing.has(&found.name)) {
            if said.is_empty() {
                check_second_bias(spec, listing, faults)?;
            }
            return Ok(ours);
        }
    }
    if !listing.names.iter().any(|name| tells(name)) {
        return Ok(with(&layers, mapping));
    }
    pytorch::scan(listing).assign(spec, ignore_extra, faults)
}

/// A cell module of PyTorch by the name of our layer has our names. Its two biases give it away where the layer resets
/// before the product: ours are saved as one, with a line that says so.
fn check_second_bias(spec: &Spec<'_>, listing: &Listing, faults: &mut Faults) -> Result<(), Stop> {
    for (index, layer) in spec.layers.iter().enumerate() {
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
