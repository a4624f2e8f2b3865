//! A network from the names and shapes of its tensors alone.
//!
//! Each group of tensors is a layer: its cell is told by how many gates its rows are, the GRU's form by its biases
//! (Keras) or by the framework (PyTorch). Layers then follow one another so that each takes what the one before gives;
//! all orders that do are looked at, and more than one is an error, never a choice.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::assume::Assume;
use super::copies::check_copies;
use super::foreign::{check_foreign, cudnn_bias};
use super::group::{Group, Scan};
use super::{Framework, Listing, Mapping, framework, keras, own_name, pytorch};
use crate::activation::Activation;
use crate::architecture::{Architecture, Layer};
use crate::kind::{CellKind, Direction, LayerKind, Merge, Recurrent, ResetGate};
use crate::metadata::Metadata;
use crate::tensor::Tensor;
use crate::weight_error::{Shape, WeightError};

mod agree;
mod assumed;
mod order;

use agree::check_recurrent;
pub(super) use assumed::may_be_a_stack;
use assumed::{assumed, check_stacked};
use order::{Item, Orders};

/// A network inferred from a file's tensors.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inferred {
    /// The network; its layers are named after the file's.
    pub architecture: Architecture,
    /// Which tensor of the file is which of the network.
    pub mapping: Mapping,
    /// What the network was taken for where no file of weights tells, in a few words each: activations, directions, layers
    /// that follow one another because their names differ by a number alone.
    pub assumed: Vec<String>,
}

/// The network whose tensors have these names and shapes, as PyTorch or Keras name them.
///
/// # Errors
/// [`WeightError::Ambiguous`] with the networks that it could be, eight at most; [`WeightError::NotInferred`] if no layer is
/// recurrent, if a tensor's name says that it is something else, or if several recurrent modules are not said to be
/// stacked; or what is wrong: no layer, tensors of no layer, matrices of no cell, layers that do not follow one another.
pub fn infer<'n>(
    tensors: impl IntoIterator<Item = (&'n str, &'n [usize])>,
    assume: &Assume,
) -> Result<Inferred, WeightError> {
    let mut sorted: Vec<_> = tensors.into_iter().collect();
    sorted.sort_unstable();
    let (names, shapes) = sorted.into_iter().map(|(name, shape)| (name.to_owned(), shape.to_vec())).unzip();
    infer_listing(&Listing::new(names, shapes), assume, false)
}

pub(crate) fn infer_listing(
    listing: &Listing,
    assume: &Assume,
    ignore_extra: bool,
) -> Result<Inferred, WeightError> {
    let mut scan = match framework(listing, false)? {
        Some(Framework::Keras) => keras::scan(listing),
        _ => pytorch::scan(listing),
    };
    // A table of scales or a filter is no layer of ours; its tensors are left over.
    scan.groups.retain(|group| group.recurrent || group.input.is_some());
    check_foreign(listing)?;
    if scan.groups.is_empty() {
        let tensor = "the first matrix of any layer".to_string();
        return Err(WeightError::Missing { tensor, existing: listing.names.clone() });
    }
    check_recurrent(&scan)?;
    if !assume.stacked && assume.order.is_empty() {
        check_copies(listing)?;
    }
    let mut items = Vec::new();
    for group in &scan.groups {
        let (_, input) = scan.matrix(group, Tensor::WeightIh, group.input)?;
        items.push(Item { group, kinds: scan.kinds(group, assume)?, input });
    }
    if !assume.ignore_names {
        scan.check_words(&items)?;
    }
    let left_aside = check_names(&scan, &items, ignore_extra)?;
    let orders = Orders::of(&items, assume)?;
    let names = layer_names(&scan.groups);
    let mut networks: Vec<Architecture> = Vec::new();
    for order in &orders.found {
        let layers = order.iter().map(|&(index, kind)| Layer { name: names[index].clone(), kind }).collect();
        networks.push(Architecture { input_size: items[order[0].0].input, layers });
    }
    let [network] = &mut networks[..] else { return Err(ambiguous(&orders, &networks)) };
    let order = &orders.found[0];
    let in_order = order.iter().map(|&(index, _)| &scan.groups[index]);
    check_stacked(in_order.clone(), assume)?;
    if !(assume.dense_last || assume.ignore_names) && assume.order.is_empty() {
        scan.check_table(in_order.clone(), &network.layers, network.input_size)?;
    }
    activate(network, assume)?;
    let mut assumed = assumed(&network.layers, in_order);
    if !left_aside.is_empty() {
        assumed.push(format!("the network has nothing of {}", left_aside.join(", ")));
    }
    let mut mapping = Mapping::new();
    for (&(index, _), Layer { name, kind }) in order.iter().zip(&network.layers) {
        for found in scan.groups[index].found(scan.framework, *kind) {
            let ours = own_name(name, found.direction, found.tensor);
            mapping = mapping.with(ours, found.name, found.layout);
        }
    }
    let architecture = core::mem::take(network);
    architecture.with_spec(|spec| spec.check().map_err(WeightError::from))?;
    Ok(Inferred { architecture, mapping, assumed })
}

fn ambiguous(orders: &Orders, networks: &[Architecture]) -> WeightError {
    let text = |network: &Architecture| {
        format!("`{}`", Metadata { architecture: Some(network.clone()), ..Metadata::default() }.to_text())
    };
    WeightError::Ambiguous {
        wanted: "the network".to_string(),
        candidates: networks.iter().map(text).collect(),
        remedy: orders.remedy(),
    }
}

/// Sets what an activation of a dense layer is by where the layer stands.
fn activate(network: &mut Architecture, assume: &Assume) -> Result<(), WeightError> {
    let last = network.layers.len() - 1;
    for (index, Layer { name, kind }) in network.layers.iter_mut().enumerate() {
        if !matches!(kind, LayerKind::Dense { .. }) {
            continue;
        }
        let activation = if index == last { Some(assume.last) } else { assume.hidden };
        let Some(activation) = activation else {
            return Err(WeightError::Ambiguous {
                wanted: format!("the activation of {name}"),
                candidates: Activation::ALL.iter().map(ToString::to_string).collect(),
                remedy: "say which, such as `Assume::framework_defaults().hidden_dense(Activation::Relu)`",
            });
        };
        *kind = kind.with_activation(activation);
    }
    Ok(())
}

/// Every tensor of a layer must be there, and every tensor must be of a layer unless the others are left aside, which are
/// returned.
fn check_names(scan: &Scan<'_>, items: &[Item<'_>], ignore_extra: bool) -> Result<Vec<String>, WeightError> {
    let found = items.iter().flat_map(|item| item.group.found(scan.framework, item.kinds[0]));
    let taken: BTreeSet<String> = found.map(|found| found.name).collect();
    if let Some(tensor) = taken.iter().find(|name| !scan.listing.has(name)) {
        return Err(WeightError::Missing { tensor: tensor.clone(), existing: scan.listing.names.clone() });
    }
    let extra: Vec<String> =
        scan.listing.names.iter().filter(|name| !taken.contains(*name)).cloned().collect();
    if !(ignore_extra || extra.is_empty()) {
        return Err(WeightError::Extra { tensors: extra });
    }
    scan.listing.check_forms(taken.iter().map(String::as_str))?;
    Ok(extra)
}

fn odd(group: &Group, found: String) -> WeightError {
    let expected = if group.recurrent { "a recurrent layer" } else { "a dense layer" };
    WeightError::Layout { layer: group.shown.clone(), expected: expected.to_string(), found }
}

impl Scan<'_> {
    /// The sizes of a layer's matrix, which must be one.
    fn matrix(
        &self,
        group: &Group,
        tensor: Tensor,
        sizes: Option<(usize, usize)>,
    ) -> Result<(usize, usize), WeightError> {
        let name = group.stems[0].name(LayerKind::simple_rnn(1), tensor).unwrap_or_default();
        sizes.ok_or_else(|| match self.listing.shape(&name) {
            Some(shape) => odd(group, format!("{name} is {}, no matrix", Shape(shape))),
            None => WeightError::Missing { tensor: name, existing: self.listing.names.clone() },
        })
    }

    /// What the layer of a group can be, as far as it tells itself.
    fn kinds(&self, group: &Group, assume: &Assume) -> Result<Vec<LayerKind>, WeightError> {
        let has = |kind: LayerKind, tensor: Tensor| {
            let names = group.stems.iter().filter_map(|stem| stem.name(kind, tensor));
            names.into_iter().any(|name| self.listing.has(&name))
        };
        if !group.recurrent {
            let (output_size, _) = self.matrix(group, Tensor::Weight, group.input)?;
            let kind = LayerKind::dense(output_size);
            return Ok(vec![kind.with_bias(has(kind, Tensor::Bias))]);
        }
        let (rows, state) = self.matrix(group, Tensor::WeightHh, group.hidden)?;
        if let Some((given, _)) = group.projection.filter(|&(given, _)| given != state) {
            let found = format!("its projection gives {given} values and its weight_hh takes {state}");
            return Err(odd(group, found));
        }
        let hidden = group.projection.map_or(state, |(_, columns)| columns);
        let cells = match (rows.checked_div(hidden), self.framework) {
            _ if hidden == 0 || rows % hidden != 0 => Vec::new(),
            (Some(4), Framework::PyTorch) if group.projection.is_some() => {
                vec![projected(state)]
            }
            _ if group.projection.is_some() => Vec::new(),
            (Some(1), _) => vec![CellKind::SimpleRnn { activation: assume.state }],
            (Some(3), Framework::PyTorch) => vec![CellKind::gru(ResetGate::AfterProduct)],
            (Some(3), Framework::Keras) => self.keras_gru(group, assume),
            (Some(4), _) => vec![CellKind::LSTM],
            _ => Vec::new(),
        };
        let Some(&cell) = cells.first() else {
            return Err(odd(
                group,
                format!("its {} is neither 1, 3 nor 4 gates of {hidden}", Shape(&[rows, state])),
            ));
        };
        let bias = has(LayerKind::Recurrent(Recurrent::new(cell, hidden)), Tensor::BiasIh)
            || has(LayerKind::Recurrent(Recurrent::new(cell, hidden)), Tensor::BiasHh);
        for stem in group.stems.iter().filter(|_| group.is_keras()) {
            let name = stem.name(LayerKind::Recurrent(Recurrent::new(cell, hidden)), Tensor::BiasIh);
            if let Some(error) =
                name.and_then(|name| cudnn_bias(&name, self.listing.shape(&name)?, cell.gates() * hidden))
            {
                return Err(error);
            }
        }
        let direction = match group.stems.len() {
            2 if group.is_keras() => Direction::Bidirectional(assume.merge.unwrap_or(Merge::Concat)),
            2 => Direction::Bidirectional(Merge::Concat),
            _ => Direction::Forward,
        };
        let kind = |cell| LayerKind::Recurrent(Recurrent { bias, direction, ..Recurrent::new(cell, hidden) });
        Ok(cells.into_iter().map(kind).collect())
    }

    /// The form of a Keras GRU is told by the rank of its bias.
    fn keras_gru(&self, group: &Group, assume: &Assume) -> Vec<CellKind> {
        let kind = LayerKind::gru(1, ResetGate::AfterProduct);
        let name = group.stems.first().and_then(|stem| stem.name(kind, Tensor::BiasIh));
        let told = match name.and_then(|name| self.listing.shape(&name)) {
            Some([_, _]) => Some(ResetGate::AfterProduct),
            Some([_]) => Some(ResetGate::BeforeProduct),
            _ => assume.reset,
        };
        let both = [ResetGate::AfterProduct, ResetGate::BeforeProduct];
        both.into_iter().filter(|form| told.is_none_or(|told| told == *form)).map(CellKind::gru).collect()
    }
}

fn projected(size: usize) -> CellKind {
    CellKind::Lstm {
        gate: Activation::Sigmoid,
        candidate: Activation::Tanh,
        output: Activation::Tanh,
        peephole: false,
        coupled: false,
        projection: Some(size),
    }
}

/// An identifier for each layer: its module in the file without what all share, and its level in a stack.
fn layer_names(groups: &[Group]) -> Vec<String> {
    let paths: Vec<Vec<&str>> = groups
        .iter()
        .map(|group| if group.is_keras() { vec![&group.layer[..]] } else { group.layer.split('.').collect() })
        .collect();
    let in_common = |path: &Vec<&str>| {
        let pairs = paths[0].iter().zip(path);
        pairs.take_while(|(a, b)| a == b).count().min(path.len() - 1)
    };
    let shared = paths.iter().map(in_common).min().unwrap_or(0);
    let mut names = Vec::<String>::new();
    let mut known = BTreeSet::new();
    for (group, path) in groups.iter().zip(&paths) {
        let mut name = path[shared..].join("_");
        if let Some(stack) = group.stack()
            && groups.iter().filter(|other| other.stack() == Some(stack)).count() > 1
        {
            let (sub, level) = (&group.sub, group.level.unwrap_or(0));
            name = if sub.is_empty() { format!("{name}_l{level}") } else { format!("{name}_{sub}_{level}") };
        }
        let mut name: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        if name.trim_matches('_').is_empty() {
            name = if group.recurrent { "rnn" } else { "dense" }.to_string();
        } else if name.starts_with(char::is_numeric) {
            name.insert_str(0, "layer_");
        }
        let plain = name.clone();
        let mut number = 2;
        while !known.insert(name.clone()) {
            name = format!("{plain}_{number}");
            number += 1;
        }
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests;
