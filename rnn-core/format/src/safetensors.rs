//! safetensors files: every tensor checked by name, type and shape before anything is written.
//!
//! `header` parses; here are the checks against a network, and our names. Data is read byte by byte, so a file may lie
//! at any address.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::DerefMut;

use safetensors::{Dtype, View};

use crate::architecture::Architecture;
use crate::form::{Form, Size};
use crate::header::{File, Floats, invalid};
use crate::metadata::Metadata;
use crate::names::{
    Assume, Found, Inferred, Layout, Listing, Mapping, Places, infer_listing, other_reset, own_name, resolve,
    sizes,
};
use crate::spec::{LayerSpec, Spec};
use crate::tensor::{Presence, Tensor, fill_layer, tensors, unpack};
use crate::weight_error::{Shape, WeightError};

/// How a file is read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoadOptions {
    /// Your own tensor names.
    pub mapping: Mapping,
    /// Whether tensors that no layer takes are left aside instead of refused.
    pub ignore_extra: bool,
    /// Longest header accepted, in bytes; 256 KiB unless said otherwise.
    pub header_limit: usize,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self { mapping: Mapping::new(), ignore_extra: false, header_limit: 256 * 1024 }
    }
}

impl LoadOptions {
    /// With tensor names of your own.
    #[must_use]
    pub fn mapping(mut self, mapping: Mapping) -> Self {
        self.mapping = mapping;
        self
    }

    /// Leaves aside tensors that no layer takes.
    #[must_use]
    pub const fn ignore_extra(mut self) -> Self {
        self.ignore_extra = true;
        self
    }

    /// Accepts headers of up to `bytes`.
    #[must_use]
    pub const fn header_limit(mut self, bytes: usize) -> Self {
        self.header_limit = bytes;
        self
    }
}

/// What the file says besides its tensors.
///
/// # Errors
/// If the file or its entry is malformed, or names a network that its bytes cannot hold.
pub fn read_metadata(file: &[u8], options: &LoadOptions) -> Result<Metadata, WeightError> {
    File::parse(file, options.header_limit)?.metadata()
}

/// Shape and values of one tensor of a file.
///
/// # Errors
/// If the file is malformed, has no such tensor, or it is not f32.
pub fn read_f32(file: &[u8], name: &str) -> Result<(Vec<usize>, Vec<f32>), WeightError> {
    let Floats { shape, data } = File::parse(file, LoadOptions::default().header_limit)?.floats(name)?;
    Ok((shape, (0..data.len() / 4).map(|i| at(data, i)).collect()))
}

/// Value `i` of little-endian f32 data.
fn at(data: &[u8], i: usize) -> f32 {
    let bytes = data[4 * i..].first_chunk().expect("the tensor's length was checked");
    f32::from_le_bytes(*bytes)
}

/// What a file's tensors alone tell of its network, for a file that does not say. With the mapping, [`fill`] loads it.
///
/// # Errors
/// If the file is malformed, or as [`infer`](crate::infer).
pub fn infer_file(file: &[u8], options: &LoadOptions, assume: &Assume) -> Result<Inferred, WeightError> {
    infer_listing(&File::parse(file, options.header_limit)?.listing(), assume)
}

/// A tensor of ours in the file.
struct InFile<'a> {
    data: &'a [u8],
    places: Places,
}

impl InFile<'_> {
    fn get(&self, row: usize, column: usize) -> f32 {
        at(self.data, self.places.index(row, column))
    }
}

/// Writes the packed block of a network from a file, and tells what else the file says.
///
/// `room` gives the memory for that many floats; it is asked when everything has been checked, so that a small file cannot
/// make a large block.
///
/// # Errors
/// The first thing that is wrong; no room is then asked for.
///
/// # Panics
/// If the room is not as long as asked for.
pub fn fill<B: DerefMut<Target = [f32]>>(
    spec: &Spec<'_>,
    file: &[u8],
    options: &LoadOptions,
    room: impl FnOnce(usize) -> B,
) -> Result<(B, Metadata), WeightError> {
    spec.check()?;
    let file = File::parse(file, options.header_limit)?;
    let metadata = file.metadata()?;
    if let Some(found) = &metadata.architecture {
        let expected = Architecture::from(spec);
        let same = |a: &Architecture, b: &Architecture| {
            a.input_size == b.input_size
                && a.layers.iter().map(|l| l.kind).eq(b.layers.iter().map(|l| l.kind))
        };
        if !same(found, &expected) {
            let text = |architecture: &Architecture| {
                Metadata { architecture: Some(architecture.clone()), ..Metadata::default() }.to_text()
            };
            return Err(WeightError::Architecture { found: text(found), expected: text(&expected) });
        }
    }
    let listing = file.listing();
    let layers = check_tensors(spec, &file, &listing, metadata.architecture.as_ref(), options)?;
    let mut out = room(spec.packed_len());
    assert_eq!(out.len(), spec.packed_len(), "room for the packed block");
    for (index, tensors) in layers.iter().enumerate() {
        let get = |direction, wanted, row, column| {
            let of = |(place, tensor, _): &&(usize, _, _)| (*place, *tensor) == (direction, wanted);
            tensors.iter().find(of).map(|(_, _, tensor)| tensor.get(row, column))
        };
        fill_layer(spec, index, &get, &mut out);
    }
    Ok((out, metadata))
}

/// The network that a file holds, where a description leaves its size open, and that size. What the file's metadata
/// say may be a network of another form with the same ends; it then has no size. A file that does not say is read as the
/// description says. [`fill`] loads either.
///
/// # Errors
/// If the file is malformed, its network has other ends or cannot be stepped though the description can, or its tensors are
/// of more than one size.
pub fn fit(
    form: &Form<'_>,
    file: &[u8],
    options: &LoadOptions,
) -> Result<(Architecture, Option<Size>), WeightError> {
    let file = File::parse(file, options.header_limit)?;
    if let Some(said) = file.metadata()?.architecture {
        let size = form.fit(&said)?;
        return Ok((size.map_or(said, |size| form.of_size(size)), size));
    }
    let listing = file.listing();
    let sizes = sizes(form, &listing, &options.mapping);
    let fits = |size: &&Size| {
        let network = form.of_size(**size);
        network.with_spec(|spec| {
            spec.check().is_ok() && check_tensors(spec, &file, &listing, None, options).is_ok()
        })
    };
    // Where there is one, or none fits, those who load it will tell what is wrong.
    let fitting: Vec<&Size> = if sizes.len() > 1 { sizes.iter().filter(fits).collect() } else { Vec::new() };
    let size = match fitting[..] {
        [] => sizes[0],
        [size] => *size,
        _ => {
            return Err(WeightError::Ambiguous {
                wanted: format!("the size of {}", form.open.name),
                candidates: fitting.iter().map(ToString::to_string).collect(),
                remedy: "name its tensors with a mapping",
            });
        }
    };
    Ok((form.of_size(size), Some(size)))
}

/// For each layer, a tensor's direction, which it is, and where its values are.
type Layers<'a> = Vec<Vec<(usize, Tensor, InFile<'a>)>>;

/// The tensors of all layers, names, shapes and types checked, and that there are no others. `said` is the network the
/// file says it holds.
fn check_tensors<'a>(
    spec: &Spec<'_>,
    file: &File<'a>,
    listing: &Listing,
    said: Option<&Architecture>,
    options: &LoadOptions,
) -> Result<Layers<'a>, WeightError> {
    let resolved = resolve(spec, said, listing, &options.mapping, options.ignore_extra)?;
    let mut layers = Vec::new();
    for (index, parts) in resolved.iter().enumerate() {
        layers.push(check_layer(spec, index, parts, file, listing)?);
    }
    let taken: BTreeSet<&str> = resolved.iter().flatten().map(|found| found.name.as_str()).collect();
    let extra: Vec<String> =
        listing.names.iter().filter(|name| !taken.contains(name.as_str())).cloned().collect();
    if extra.is_empty() || options.ignore_extra {
        Ok(layers)
    } else {
        Err(WeightError::Extra { tensors: extra })
    }
}

/// The tensors of one layer, shapes and types checked.
fn check_layer<'a>(
    spec: &Spec<'_>,
    index: usize,
    parts: &[Found],
    file: &File<'a>,
    listing: &Listing,
) -> Result<Vec<(usize, Tensor, InFile<'a>)>, WeightError> {
    let LayerSpec { name: layer, kind } = spec.layers[index];
    let n_i = spec.input_size_of(index);
    let mut checked = Vec::new();
    for Found { tensor, direction, name, layout, optional } in parts {
        if *optional && !listing.has(name) {
            continue;
        }
        let Floats { shape, data } = file.floats(name)?;
        let places = Places::new(*layout, *tensor, kind, n_i);
        let expected = places.shape();
        if shape != expected {
            let is_bias = matches!(tensor, Tensor::BiasIh | Tensor::BiasHh);
            if is_bias
                && *layout == Layout::Keras
                && let Some((expected, meaning)) = other_reset(kind, &shape)
            {
                let found = format!("{name} is {}, {meaning}", Shape(&shape));
                return Err(WeightError::Layout { layer: layer.to_string(), expected, found });
            }
            let meaning = tensor.meaning(kind, n_i) + places.remark();
            return Err(WeightError::Shape { tensor: name.clone(), found: shape, expected, meaning });
        }
        checked.push((*direction, *tensor, InFile { data, places }));
    }
    Ok(checked)
}

/// A tensor to write.
struct Out {
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl View for &Out {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }
    fn shape(&self) -> &[usize] {
        &self.shape
    }
    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }
    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

/// A network as a file: our names, PyTorch's layout, architecture in the metadata. The same bytes every time; loading
/// it gives the same packed block, bit for bit.
///
/// # Errors
/// If the format cannot hold it.
///
/// # Panics
/// If `packed` is not `spec.packed_len()` long.
pub fn save(spec: &Spec<'_>, packed: &[f32], metadata: &Metadata) -> Result<Vec<u8>, WeightError> {
    assert_eq!(packed.len(), spec.packed_len(), "the whole packed block");
    let mut out: Vec<(String, Out)> = Vec::new();
    for (index, layer) in spec.layers.iter().enumerate() {
        let n_i = spec.input_size_of(index);
        let block = &packed[spec.packed_offset(index)..];
        for direction in 0..layer.kind.directions() {
            for (tensor, presence) in tensors(layer.kind) {
                // Both biases were added, but for the one gate that keeps them apart.
                let apart = layer.kind.recurrent().is_some_and(|r| r.is_apart());
                if presence == Presence::Optional && !apart {
                    continue;
                }
                let (rows, columns) = tensor.shape(layer.kind, n_i);
                let values = unpack(layer.kind, n_i, direction, tensor, block);
                let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
                let shape = core::iter::once(rows).chain(columns).collect();
                out.push((own_name(layer.name, direction, tensor), Out { shape, bytes }));
            }
        }
    }
    let metadata = Metadata { architecture: Some(Architecture::from(spec)), ..metadata.clone() };
    let entry = core::iter::once((Metadata::KEY.to_string(), metadata.to_text())).collect();
    safetensors::serialize(out.iter().map(|(name, out)| (name, out)), Some(entry)).map_err(invalid)
}
