//! The header of a safetensors file: parsed once, and what is wrong with it in words.
//!
//! The `safetensors` crate parses and checks. Around it stands what it leaves open: a limit on the header's length (it
//! took 13 times an 11 MB header in memory), a limit on numbers, whose sums it lets wrap, and the name of the tensor
//! that lies.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use safetensors::tensor::{Metadata as Header, TensorInfo};
use safetensors::{Dtype, SafeTensors};

use crate::metadata::Metadata;
use crate::names::Listing;
use crate::weight_error::{Shape, WeightError};

pub(crate) fn invalid(error: impl core::fmt::Display) -> WeightError {
    WeightError::File { reason: error.to_string() }
}

/// A file whose header has been checked.
pub(crate) struct File<'a> {
    header: Header,
    data: &'a [u8],
    len: usize,
}

/// A tensor of f32: its shape and its little-endian data.
pub(crate) struct Floats<'a> {
    pub(crate) shape: Vec<usize>,
    pub(crate) data: &'a [u8],
}

impl<'a> File<'a> {
    /// Parses and checks the header.
    pub(crate) fn parse(file: &'a [u8], header_limit: usize) -> Result<Self, WeightError> {
        let Some(length) = file.first_chunk::<8>() else {
            return Err(invalid(format!("{} bytes are less than the 8 of a header's length", file.len())));
        };
        let found = u64::from_le_bytes(*length);
        let Some(header_len) = usize::try_from(found).ok().filter(|&found| found <= header_limit) else {
            return Err(WeightError::HeaderTooLong { found, limit: header_limit });
        };
        let Some((header, data)) = file[8..].split_at_checked(header_len) else {
            let follow = file.len() - 8;
            return Err(invalid(format!("its header should have {found} bytes, but only {follow} follow")));
        };
        check_numbers(header)?;
        match SafeTensors::read_metadata(file) {
            Ok((_, header)) => Ok(Self { header, data, len: file.len() }),
            Err(error) => Err(invalid(lie(header, data.len()).unwrap_or_else(|| error.to_string()))),
        }
    }

    /// The names of all tensors, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names = self.header.offset_keys();
        names.sort();
        names
    }

    /// The same with their shapes.
    pub(crate) fn listing(&self) -> Listing {
        let names = self.names();
        let shape = |name: &String| self.header.info(name).map(|info| info.shape.clone()).unwrap_or_default();
        Listing { shapes: names.iter().map(shape).collect(), names }
    }

    /// One tensor, which must be of f32.
    pub(crate) fn floats(&self, name: &str) -> Result<Floats<'a>, WeightError> {
        let Some(TensorInfo { dtype, shape, data_offsets: (start, end) }) = self.header.info(name) else {
            return Err(WeightError::Missing { tensor: name.to_string(), existing: self.names() });
        };
        if *dtype != Dtype::F32 {
            return Err(WeightError::Type { tensor: name.to_string(), found: format!("{dtype:?}") });
        }
        Ok(Floats { shape: shape.clone(), data: &self.data[*start..*end] })
    }

    /// What the file says besides its tensors.
    pub(crate) fn metadata(&self) -> Result<Metadata, WeightError> {
        let metadata = match self.header.metadata().as_ref().and_then(|entries| entries.get(Metadata::KEY)) {
            Some(text) => Metadata::from_text(text)?,
            None => return Ok(Metadata::default()),
        };
        // A network is built from this before its tensors are looked at: a few words must not ask for all of memory.
        if let Some(architecture) = &metadata.architecture {
            let parameters = architecture.with_spec(|spec| spec.check().map(|()| spec.parameters()))?;
            if parameters > self.len {
                return Err(invalid(format!(
                    "its architecture has {parameters} parameters, but all of it is {} bytes",
                    self.len
                )));
            }
        }
        Ok(metadata)
    }
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

/// Which tensor of a refused header lies, and how; `None` if the header is no list of tensors at all.
fn lie(header: &[u8], data_len: usize) -> Option<String> {
    let entries: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(header).ok()?;
    let mut tensors = Vec::new();
    for (name, entry) in entries.into_iter().filter(|(name, _)| name != "__metadata__") {
        match serde_json::from_value::<TensorInfo>(entry) {
            Ok(info) => tensors.push((name, info)),
            Err(error) => return Some(format!("tensor {name}: {error}")),
        }
    }
    tensors.sort_by_key(|(_, info)| info.data_offsets);
    let mut place = 0;
    for (name, TensorInfo { dtype, shape, data_offsets: (start, end) }) in &tensors {
        let told = format!("tensor {name} is {dtype:?} of shape {}", Shape(shape));
        let elements = shape.iter().try_fold(1_usize, |product, &n| product.checked_mul(n));
        let Some(bits) = elements.and_then(|elements| elements.checked_mul(dtype.bitsize())) else {
            return Some(format!("{told}, which overflows the address space"));
        };
        if bits % 8 != 0 || end.checked_sub(*start) != Some(bits / 8) {
            let bytes = bits.div_ceil(8);
            return Some(format!("{told}, {bytes} bytes, but its data_offsets are [{start}, {end}]"));
        }
        if *start != place {
            return Some(format!("tensor {name} starts at byte {start} of the data, but {place} comes next"));
        }
        place = *end;
    }
    (place != data_len).then(|| format!("its tensors take {place} bytes, but {data_len} follow the header"))
}
