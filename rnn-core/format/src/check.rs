//! A file against a network: every tensor checked by name, type and shape before anything is written.
//!
//! One run of checks serves two readers: a program that loads a file stops at the first thing that is wrong, the `#[rnn]`
//! attribute tells all of them, each where it belongs.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::architecture::{Architecture, Layer};
use crate::fault::{Fault, Faults, Stop};
use crate::header::File;
use crate::kind::LayerKind;
use crate::metadata::Metadata;
use crate::names::{Found, Layout, Listing, Places, Values, cudnn_bias, family, other_reset, resolve};
use crate::options::ReadOptions;
use crate::spec::{LayerSpec, Spec};
use crate::tensor::{Tensor, fill_layer};
use crate::weight_error::{Shape, WeightError};

/// A file that fits a network: nothing can go wrong any more.
pub struct Checked<'s, 'f> {
    spec: Spec<'s>,
    /// The tensors of each layer.
    layers: Vec<Vec<InFile<'f>>>,
    metadata: Metadata,
}

/// A tensor of ours in the file.
struct InFile<'f> {
    direction: usize,
    tensor: Tensor,
    values: Values<'f>,
    places: Places,
}

impl Checked<'_, '_> {
    /// What the file says besides.
    #[must_use]
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    pub(crate) fn into_metadata(self) -> Metadata {
        self.metadata
    }

    /// Writes the packed block.
    ///
    /// # Panics
    /// If `block` is not as long as the network's packed weights.
    pub fn pack(&self, block: &mut [f32]) {
        assert_eq!(block.len(), self.spec.packed_len(), "room for the packed block");
        for (index, tensors) in self.layers.iter().enumerate() {
            let get = |direction, wanted, row, column| {
                let tensor =
                    tensors.iter().find(|found| (found.direction, found.tensor) == (direction, wanted))?;
                Some(tensor.values.at(tensor.places.index(row, column)))
            };
            fill_layer(&self.spec, index, &get, block);
        }
    }
}

/// Checks a file against a network.
///
/// # Errors
/// Everything that is wrong, in the order in which [`fill`](crate::fill) would find it.
pub fn check<'s, 'f>(
    spec: &Spec<'s>,
    file: &'f [u8],
    options: &ReadOptions,
) -> Result<Checked<'s, 'f>, Vec<Fault>> {
    let mut faults = Faults::all();
    examine(spec, file, options, &mut faults).map_err(|Stop| faults.found)
}

/// The same up to the first thing that is wrong.
pub(crate) fn check_first<'s, 'f>(
    spec: &Spec<'s>,
    file: &'f [u8],
    options: &ReadOptions,
) -> Result<Checked<'s, 'f>, WeightError> {
    let mut faults = Faults::first();
    examine(spec, file, options, &mut faults).map_err(|Stop| faults.found.swap_remove(0).error)
}

/// The input size that the file tells: its own word, or the width of the first layer's matrix, whatever `spec` has there.
#[must_use]
pub fn input_size(spec: &Spec<'_>, file: &[u8], options: &ReadOptions) -> Option<usize> {
    let file = File::parse(file, options).ok()?;
    let said = file.metadata().ok()?.architecture;
    if let Some(said) = said {
        return Some(said.input_size);
    }
    let listing = file.listing();
    let mut faults = Faults::first();
    let resolved = resolve(spec, None, &listing, &options.mapping, true, &mut faults).ok()?;
    let found =
        resolved.first()?.iter().find(|found| matches!(found.tensor, Tensor::WeightIh | Tensor::Weight))?;
    let &[rows, columns] = listing.shape(&found.name)? else { return None };
    Some(if found.layout == Layout::Ours { columns } else { rows })
}

fn examine<'s, 'f>(
    spec: &Spec<'s>,
    file: &'f [u8],
    options: &ReadOptions,
    faults: &mut Faults,
) -> Result<Checked<'s, 'f>, Stop> {
    spec.check().map_err(|error| faults.last(error))?;
    let file = File::parse(file, options).map_err(|error| faults.last(error))?;
    let metadata = file.metadata().map_err(|error| faults.last(error))?;
    if let Some(found) = &metadata.architecture {
        same_network(found, spec, faults)?;
    }
    let listing = file.listing();
    let said = metadata.architecture.as_ref();
    let resolved = resolve(spec, said, &listing, &options.mapping, options.ignore_extra, faults)?;
    let mut layers = Vec::new();
    for (index, parts) in resolved.iter().enumerate() {
        let (mut tensors, mut fits) = (Vec::new(), true);
        for found in parts.iter().filter(|found| !found.optional || listing.has(&found.name)) {
            match check_tensor(spec, index, found, &listing, &file, fits) {
                Ok(tensor) => tensors.push(tensor),
                Err(error) => {
                    fits = false;
                    faults.add(Fault { layer: Some(index), tensor: Some(found.tensor), error })?;
                }
            }
        }
        layers.push(tensors);
    }
    let (unplaced, extra) = left_over(&listing, &resolved);
    for (index, tensors) in unplaced {
        let layer = spec.layers[index].name.to_string();
        faults.add(Fault::of_layer(index, WeightError::Unplaced { layer, tensors }))?;
    }
    if !(options.ignore_extra || extra.is_empty()) {
        faults.add(WeightError::Extra { tensors: extra })?;
    }
    faults.none()?;
    Ok(Checked { spec: *spec, layers, metadata })
}

/// Refuses a file that says it holds another network; names may differ.
fn same_network(found: &Architecture, spec: &Spec<'_>, faults: &mut Faults) -> Result<(), Stop> {
    let ours = spec.layers.iter().map(|layer| layer.kind);
    let differs = found.layers.iter().map(|layer: &Layer| layer.kind).zip(ours).position(|(a, b)| a != b);
    let (theirs, ours) = (found.layers.len(), spec.layers.len());
    if found.input_size == spec.input_size && differs.is_none() && theirs == ours {
        return Ok(());
    }
    let text = |architecture: Architecture| {
        Metadata { architecture: Some(architecture), ..Metadata::default() }.to_text()
    };
    let expected = text(Architecture::from(spec));
    let error = WeightError::Architecture { found: text(found.clone()), expected };
    // A layer that the file does not have differs too.
    let layer = differs.or((theirs < ours && found.input_size == spec.input_size).then_some(theirs));
    Err(faults.last(Fault { layer, tensor: None, error }))
}

/// The tensors of the file that no layer takes: those that by their names belong to one that takes others, by layer, and the rest.
fn left_over(listing: &Listing, resolved: &[Vec<Found>]) -> (BTreeMap<usize, Vec<String>>, Vec<String>) {
    let (mut taken, mut families) = (BTreeSet::new(), BTreeMap::new());
    for (index, found) in
        resolved.iter().enumerate().flat_map(|(index, parts)| parts.iter().map(move |f| (index, f)))
    {
        taken.insert(found.name.as_str());
        if let Some(family) = family(&found.name).filter(|_| listing.has(&found.name)) {
            families.insert(family, index);
        }
    }
    let (mut unplaced, mut extra) = (BTreeMap::<usize, Vec<String>>::new(), Vec::new());
    let is_left = |name: &&String| !taken.contains(name.as_str()) && !listing.is_spare(name, &taken);
    for name in listing.names.iter().filter(is_left) {
        match family(name).and_then(|family| families.get(&family)) {
            Some(&layer) => unplaced.entry(layer).or_default().push(name.clone()),
            None => extra.push(name.clone()),
        }
    }
    (unplaced, extra)
}

/// One tensor of a layer, shape and type checked. `fits` says whether those before it, the matrices among them, are as the layer
/// expects: a bias of twice the length is of a larger layer otherwise.
fn check_tensor<'f>(
    spec: &Spec<'_>,
    index: usize,
    found: &Found,
    listing: &Listing,
    file: &File<'f>,
    fits: bool,
) -> Result<InFile<'f>, WeightError> {
    let LayerSpec { name: layer, kind } = spec.layers[index];
    let n_i = spec.input_size_of(index);
    let &Found { tensor, direction, ref name, layout, .. } = found;
    let (shape, values) = listing.values(file, name)?;
    let places = Places::new(layout, tensor, kind, n_i);
    let expected = places.shape();
    if shape == expected || (tensor == Tensor::Weight && layout.without_taps(&shape) == expected) {
        return Ok(InFile { direction, tensor, values, places });
    }
    if let Some(error) = other_form(layer, kind, found, &shape) {
        return Err(error);
    }
    if fits
        && layout == Layout::Keras
        && tensor == Tensor::BiasIh
        && let Some(error) = cudnn_bias(name, &shape, tensor.shape(kind, n_i).0)
    {
        return Err(error);
    }
    let meaning = tensor.meaning(kind, n_i) + places.remark();
    Err(WeightError::Shape { tensor: name.clone(), found: shape, expected, meaning })
}

/// What is wrong if the bias is that of the other form of a GRU.
fn other_form(layer: &str, kind: LayerKind, found: &Found, shape: &[usize]) -> Option<WeightError> {
    let is_bias = matches!(found.tensor, Tensor::BiasIh | Tensor::BiasHh);
    let (expected, meaning) =
        other_reset(kind, shape).filter(|_| is_bias && found.layout == Layout::Keras)?;
    let found = format!("{} is {}, {meaning}", found.name, Shape(shape));
    Some(WeightError::Layout { layer: layer.to_string(), expected, found })
}
