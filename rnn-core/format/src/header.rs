//! The header of a safetensors file: parsed once, and what is wrong with it in words.
//!
//! The `safetensors` crate parses and checks. Around it stands what it leaves open: a limit on the header's length (it
//! took 13 times an 11 MB header in memory), a limit on numbers, whose sums it lets wrap, and the name of the tensor
//! that lies.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use safetensors::SafeTensors;
use safetensors::tensor::{Metadata as Header, TensorInfo};

use crate::foreign::foreign;
use crate::metadata::Metadata;
use crate::names::Listing;
use crate::numbers::{Number, Numbers};
use crate::options::ReadOptions;
use crate::weight_error::{Shape, WeightError};

pub(crate) fn invalid(error: impl core::fmt::Display) -> WeightError {
    WeightError::File { reason: error.to_string() }
}

/// A file whose header has been checked.
pub(crate) struct File<'a> {
    header: Header,
    /// The names of the tensors that are read, sorted, without the prefix and with it.
    names: Vec<(String, String)>,
    round_f64: bool,
    ignore_metadata: bool,
    data: &'a [u8],
    len: usize,
}

/// A tensor of weights: its shape and its values.
pub(crate) struct Floats<'a> {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Numbers<'a>,
}

impl<'a> File<'a> {
    /// Parses and checks the header.
    pub(crate) fn parse(file: &'a [u8], options: &ReadOptions) -> Result<Self, WeightError> {
        if let Some(error) = foreign(file) {
            return Err(error);
        }
        let Some(length) = file.first_chunk::<8>() else {
            return Err(invalid(format!("{} bytes are less than the 8 of a header's length", file.len())));
        };
        let found = u64::from_le_bytes(*length);
        let Some(header_len) = usize::try_from(found).ok().filter(|&found| found <= options.header_limit)
        else {
            if file.get(8) != Some(&b'{') {
                return Err(invalid("it does not begin with the length of a header"));
            }
            return Err(WeightError::HeaderTooLong { found, limit: options.header_limit });
        };
        let Some((header, data)) = file[8..].split_at_checked(header_len) else {
            let follow = file.len() - 8;
            return Err(invalid(format!("its header should have {found} bytes, but only {follow} follow")));
        };
        check_numbers(header)?;
        match SafeTensors::read_metadata(file) {
            Ok((_, header)) => {
                let names = names(&header, options)?;
                let &ReadOptions { round_f64, ignore_metadata, .. } = options;
                Ok(Self { header, names, round_f64, ignore_metadata, data, len: file.len() })
            }
            Err(error) => Err(invalid(lie(header, data.len()).unwrap_or_else(|| error.to_string()))),
        }
    }

    /// The names of all tensors, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        self.names.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The same with their shapes.
    pub(crate) fn listing(&self) -> Listing {
        let shapes = self.infos().map(|(_, info)| info.shape.clone()).collect();
        Listing::new(self.names(), shapes)
    }

    /// Every tensor.
    pub(crate) fn infos(&self) -> impl Iterator<Item = (&str, &TensorInfo)> {
        self.names.iter().filter_map(|(name, full)| Some((name.as_str(), self.header.info(full)?)))
    }

    /// One tensor, whose values must be numbers that are read.
    pub(crate) fn floats(&self, name: &str) -> Result<Floats<'a>, WeightError> {
        let full = self.names.binary_search_by(|(known, _)| known.as_str().cmp(name));
        let info = full.ok().and_then(|index| self.header.info(&self.names[index].1));
        let Some(TensorInfo { dtype, shape, data_offsets: (start, end) }) = info else {
            return Err(WeightError::Missing { tensor: name.to_string(), existing: self.names() });
        };
        let number = Number::of(*dtype).filter(|&number| number != Number::F64 || self.round_f64);
        let Some(number) = number else {
            return Err(WeightError::Type { tensor: name.to_string(), found: format!("{dtype:?}") });
        };
        let values = Numbers::new(number, &self.data[*start..*end]);
        if let Some(value) = values.too_large() {
            return Err(WeightError::TooLarge { tensor: name.to_string(), value });
        }
        Ok(Floats { shape: shape.clone(), values })
    }

    /// What the file says besides its tensors.
    pub(crate) fn metadata(&self) -> Result<Metadata, WeightError> {
        let line = self.header.metadata().as_ref().and_then(|entries| entries.get(Metadata::KEY));
        let metadata = match line {
            Some(text) if !self.ignore_metadata && Metadata::is_ours(text) => Metadata::from_text(text)?,
            _ => return Ok(Metadata::default()),
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

/// The names of the tensors that are read, without the prefix and with it, sorted.
fn names(header: &Header, options: &ReadOptions) -> Result<Vec<(String, String)>, WeightError> {
    let existing = header.offset_keys();
    let without = |full: &String| Some((options.after_prefix(full)?.to_string(), full.clone()));
    let mut names: Vec<(String, String)> = existing.iter().filter_map(without).collect();
    names.sort();
    if let Some(pair) = names.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(WeightError::Ambiguous {
            wanted: format!("{} under the prefix `{}`", pair[0].0, options.prefix),
            candidates: pair.iter().map(|(_, full)| full.clone()).collect(),
            remedy: "write the prefix with its `.` or `/`",
        });
    }
    if names.is_empty() && !existing.is_empty() {
        return Err(WeightError::Prefix { prefix: options.prefix.clone(), existing: sorted(existing) });
    }
    Ok(names)
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
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
