//! safetensors files: every tensor checked by name, type and shape before anything is written.
//!
//! The `safetensors` crate parses; around it stand a limit on the header (it took 13 times an 11 MB header in memory),
//! the checks, and our names. Data is read byte by byte, so a file may lie at any address.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensorError, SafeTensors, View};

use crate::architecture::Architecture;
use crate::fill::{Source, fill_layer, meaning};
use crate::metadata::Metadata;
use crate::names::{Found, Mapping, resolve};
use crate::spec::Spec;
use crate::weight_error::WeightError;

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

fn invalid(error: impl core::fmt::Display) -> WeightError {
    WeightError::File { reason: error.to_string() }
}

fn parse<'a>(file: &'a [u8], options: &LoadOptions) -> Result<SafeTensors<'a>, WeightError> {
    let Some(length) = file.first_chunk::<8>() else {
        return Err(invalid(format!("{} bytes are less than the 8 of a header's length", file.len())));
    };
    let found = u64::from_le_bytes(*length);
    let Some(header_len) = usize::try_from(found).ok().filter(|&found| found <= options.header_limit) else {
        return Err(WeightError::HeaderTooLong { found, limit: options.header_limit });
    };
    let Some((header, data)) = file[8..].split_at_checked(header_len) else {
        return Err(invalid(format!(
            "its header should have {found} bytes, but only {} follow",
            file.len() - 8
        )));
    };
    check_numbers(header)?;
    SafeTensors::deserialize(file).map_err(|error| match error {
        SafeTensorError::MetadataIncompleteBuffer => {
            invalid(format!("the {} bytes after its header are not what its tensors take", data.len()))
        }
        error => invalid(error),
    })
}

/// Refuses numbers no file can have: the parser adds lengths unchecked, so that they wrap or panic.
fn check_numbers(header: &[u8]) -> Result<(), WeightError> {
    const LARGEST: usize = isize::MAX as usize / 4;
    let (mut in_string, mut escaped, mut number) = (false, false, 0_usize);
    for &byte in header {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
        } else if byte.is_ascii_digit() {
            number = number.saturating_mul(10).saturating_add(usize::from(byte - b'0'));
            if number > LARGEST {
                return Err(invalid(format!("a length or offset in its header is above {LARGEST}")));
            }
        } else {
            number = 0;
            in_string = byte == b'"';
        }
    }
    Ok(())
}

/// What the file says besides its tensors.
///
/// # Errors
/// If the file or its entry is malformed, or names a network that its bytes cannot hold.
pub fn read_metadata(file: &[u8], options: &LoadOptions) -> Result<Metadata, WeightError> {
    parse(file, options)?;
    let (_, header) = SafeTensors::read_metadata(file).map_err(invalid)?;
    let metadata = match header.metadata().as_ref().and_then(|entries| entries.get(Metadata::KEY)) {
        Some(text) => Metadata::from_text(text)?,
        None => return Ok(Metadata::default()),
    };
    // A network is built from this before its tensors are looked at: a few words must not ask for all of memory.
    if let Some(architecture) = &metadata.architecture {
        let parameters = architecture.with_spec(|spec| spec.check().map(|()| spec.parameters()))?;
        if parameters > file.len() {
            let found = format!(
                "its architecture has {parameters} parameters, but all of it is {} bytes",
                file.len()
            );
            return Err(invalid(found));
        }
    }
    Ok(metadata)
}

/// Shape and values of one tensor of a file.
///
/// # Errors
/// If the file is malformed, has no such tensor, or it is not f32.
pub fn read_f32(file: &[u8], name: &str) -> Result<(Vec<usize>, Vec<f32>), WeightError> {
    let tensors = parse(file, &LoadOptions::default())?;
    let view = view(&tensors, name)?;
    let values = (0..view.data().len() / 4).map(|i| at(view.data(), i)).collect();
    Ok((view.shape().to_vec(), values))
}

fn names(tensors: &SafeTensors<'_>) -> Vec<String> {
    let mut names: Vec<String> = tensors.names().into_iter().map(ToString::to_string).collect();
    names.sort();
    names
}

fn view<'a>(tensors: &SafeTensors<'a>, name: &str) -> Result<TensorView<'a>, WeightError> {
    let Ok(view) = tensors.tensor(name) else {
        return Err(WeightError::Missing { tensor: name.to_string(), existing: names(tensors) });
    };
    if view.dtype() != Dtype::F32 {
        return Err(WeightError::Type { tensor: name.to_string(), found: format!("{:?}", view.dtype()) });
    }
    Ok(view)
}

/// Value `i` of little-endian f32 data.
fn at(data: &[u8], i: usize) -> f32 {
    let bytes = data[4 * i..].first_chunk().expect("the tensor's length was checked");
    f32::from_le_bytes(*bytes)
}

/// A tensor of ours in the file.
struct Tensor<'a> {
    data: &'a [u8],
    columns: usize,
    rows: usize,
    transposed: bool,
}

impl Tensor<'_> {
    fn get(&self, row: usize, column: usize) -> f32 {
        at(self.data, if self.transposed { column * self.rows + row } else { row * self.columns + column })
    }
}

/// Writes the packed block of a network from a file, and tells what else the file says.
///
/// # Errors
/// The first thing that is wrong; nothing is then written.
///
/// # Panics
/// If `out` is not `spec.packed_len()` long.
pub fn fill(
    spec: &Spec<'_>,
    file: &[u8],
    options: &LoadOptions,
    out: &mut [f32],
) -> Result<Metadata, WeightError> {
    assert_eq!(out.len(), spec.packed_len(), "room for the packed block");
    spec.check()?;
    let tensors = parse(file, options)?;
    let metadata = read_metadata(file, options)?;
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
    let names = names(&tensors);
    let resolved = resolve(spec, &names, &options.mapping, options.ignore_extra)?;
    let mut layers = Vec::new();
    for (index, parts) in resolved.iter().enumerate() {
        layers.push(check_layer(spec, index, parts, &tensors, &names)?);
    }
    let taken = |name: &String| resolved.iter().flatten().any(|found| found.name == *name);
    let extra: Vec<String> = names.iter().filter(|name| !taken(name)).cloned().collect();
    if !extra.is_empty() && !options.ignore_extra {
        return Err(WeightError::Extra { tensors: extra });
    }
    for (index, parts) in layers.iter().enumerate() {
        let find = |wanted: &str| parts.iter().find(|(part, _)| *part == wanted).map(|(_, tensor)| tensor);
        let weight = find("weight_ih").or_else(|| find("weight"));
        let (recurrent, bias, second) =
            (find("weight_hh"), find("bias_ih").or_else(|| find("bias")), find("bias_hh"));
        let get =
            |tensor: Option<&Tensor<'_>>, row, column| tensor.map_or(0.0, |tensor| tensor.get(row, column));
        let source = Source {
            weight: &|unit, k| get(weight, unit, k),
            recurrent: &|unit, k| get(recurrent, unit, k),
            bias: &|unit| match second {
                Some(_) => get(bias, unit, 0) + get(second, unit, 0),
                None => get(bias, unit, 0),
            },
        };
        fill_layer(spec, index, &source, out);
    }
    Ok(metadata)
}

/// The tensors of one layer, shapes and types checked.
fn check_layer<'a>(
    spec: &Spec<'_>,
    index: usize,
    parts: &[Found],
    tensors: &SafeTensors<'a>,
    names: &[String],
) -> Result<Vec<(&'static str, Tensor<'a>)>, WeightError> {
    let kind = spec.layers[index].kind;
    let (n_i, n) = (spec.input_size_of(index), kind.output_size());
    let mut checked = Vec::new();
    for Found { part, name, transposed, optional } in parts {
        if *optional && !names.contains(name) {
            continue;
        }
        let view = view(tensors, name)?;
        let (expected, columns) = match *part {
            "weight_ih" | "weight" => (vec![n, n_i], n_i),
            "weight_hh" => (vec![n, n], n),
            _ => (vec![n], 1),
        };
        let expected = if *transposed { expected.into_iter().rev().collect() } else { expected };
        if view.shape() != expected {
            let found = view.shape().to_vec();
            let mut meaning = meaning(kind, n_i, part);
            if *transposed {
                meaning.push_str(", stored transposed");
            }
            return Err(WeightError::Shape { tensor: name.clone(), found, expected, meaning });
        }
        let tensor = Tensor { data: view.data(), columns, rows: n, transposed: *transposed };
        checked.push((*part, tensor));
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
    let mut tensors: Vec<(String, Out)> = Vec::new();
    for (index, layer) in spec.layers.iter().enumerate() {
        let (n_i, n) = (spec.input_size_of(index), layer.kind.output_size());
        let block = &packed[spec.packed_offset(index)..];
        let input = layer.kind.input_panels(n_i);
        let (mut weight, mut bias) = (vec![0.0; n * n_i], vec![0.0; n]);
        input.unpack(&block[..input.len()], |_, unit, row, value| match row {
            0 => bias[unit] = value,
            row => weight[unit * n_i + row - 1] = value,
        });
        let mut push = |part: &str, shape: &[usize], values: &[f32]| {
            let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            tensors.push((format!("{}.{part}", layer.name), Out { shape: shape.to_vec(), bytes }));
        };
        let recurrent = layer.kind.recurrent_panels();
        push(if recurrent.is_some() { "weight_ih" } else { "weight" }, &[n, n_i], &weight);
        if let Some(panels) = recurrent {
            let mut values = vec![0.0; n * n];
            let start = layer.kind.recurrent_offset(n_i);
            panels.unpack(&block[start..start + panels.len()], |_, unit, k, value| {
                values[unit * n + k] = value;
            });
            push("weight_hh", &[n, n], &values);
        }
        if layer.kind.bias() {
            push(if recurrent.is_some() { "bias_ih" } else { "bias" }, &[n], &bias);
        }
    }
    let metadata = Metadata { architecture: Some(Architecture::from(spec)), ..metadata.clone() };
    let entry = core::iter::once((Metadata::KEY.to_string(), metadata.to_text())).collect();
    safetensors::serialize(tensors.iter().map(|(name, out)| (name, out)), Some(entry)).map_err(invalid)
}
