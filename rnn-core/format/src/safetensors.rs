//! safetensors files, read and written.
//!
//! `header` parses, `numbers` reads values, `check` compares with a network.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::ops::DerefMut;

use safetensors::{Dtype, View};

use crate::architecture::Architecture;
use crate::check::check_first;
use crate::form::{Form, Size};
use crate::header::{File, Floats, invalid};
use crate::metadata::Metadata;
use crate::names::{Assume, Inferred, infer_listing, own_name, sizes};
use crate::options::ReadOptions;
use crate::spec::Spec;
use crate::tensor::{Presence, tensors, unpack};
use crate::weight_error::{Shape, WeightError};

/// What the file says besides its tensors.
///
/// # Errors
/// If the file or its entry is malformed, or names a network that its bytes cannot hold.
pub fn read_metadata(file: &[u8], options: &ReadOptions) -> Result<Metadata, WeightError> {
    File::parse(file, options)?.metadata()
}

/// Shape and values of one tensor of a file.
///
/// # Errors
/// If the file is malformed, has no such tensor, or its values are no numbers that are read.
pub fn read_f32(file: &[u8], name: &str) -> Result<(Vec<usize>, Vec<f32>), WeightError> {
    read_f32_with(file, name, &ReadOptions::default())
}

/// [`read_f32`] with options of your own; a mapping does nothing here.
///
/// # Errors
/// As there.
pub fn read_f32_with(
    file: &[u8],
    name: &str,
    options: &ReadOptions,
) -> Result<(Vec<usize>, Vec<f32>), WeightError> {
    let Floats { shape, values } = File::parse(file, options)?.floats(name)?;
    Ok((shape, (0..values.len()).map(|i| values.at(i)).collect()))
}

/// A tensor of a file, as [`list_tensors`] tells it. Displayed as `rnn.weight_ih_l0 F32 (160, 1)`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TensorInfo {
    /// Its name.
    pub name: String,
    /// The type of its values by its name in the format, such as `F32`.
    pub dtype: String,
    /// Its shape, rows first.
    pub shape: Vec<usize>,
}

impl fmt::Display for TensorInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.name, self.dtype, Shape(&self.shape))
    }
}

/// The tensors of a file, sorted by name; to see what there is to be mapped.
///
/// # Errors
/// If the file is malformed.
pub fn list_tensors(file: &[u8]) -> Result<Vec<TensorInfo>, WeightError> {
    list_tensors_with(file, &ReadOptions::default())
}

/// [`list_tensors`] with options of your own: with a prefix, those under it, by the names that follow it.
///
/// # Errors
/// As there.
pub fn list_tensors_with(file: &[u8], options: &ReadOptions) -> Result<Vec<TensorInfo>, WeightError> {
    let file = File::parse(file, options)?;
    let infos = file.infos().map(|(name, info)| TensorInfo {
        name: name.to_string(),
        dtype: format!("{:?}", info.dtype),
        shape: info.shape.clone(),
    });
    Ok(infos.collect())
}

/// What a file's tensors alone tell of its network, for a file that does not say. With the mapping, [`fill`] loads it.
///
/// # Errors
/// If the file is malformed, or as [`infer`](crate::infer).
pub fn infer_file(file: &[u8], options: &ReadOptions, assume: &Assume) -> Result<Inferred, WeightError> {
    infer_listing(&File::parse(file, options)?.listing(), assume, options.ignore_extra)
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
    options: &ReadOptions,
    room: impl FnOnce(usize) -> B,
) -> Result<(B, Metadata), WeightError> {
    let checked = check_first(spec, file, options)?;
    let mut out = room(spec.packed_len());
    checked.pack(&mut out);
    Ok((out, checked.into_metadata()))
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
    options: &ReadOptions,
) -> Result<(Architecture, Option<Size>), WeightError> {
    let parsed = File::parse(file, options)?;
    if let Some(said) = parsed.metadata()?.architecture {
        let size = form.fit(&said)?;
        return Ok((size.map_or(said, |size| form.of_size(size)), size));
    }
    let sizes = sizes(form, &parsed.listing(), &options.mapping)?;
    let fits = |size: &&Size| {
        let network = form.of_size(**size);
        network.with_spec(|spec| check_first(spec, file, options).is_ok())
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
