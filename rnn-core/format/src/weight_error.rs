//! What can be wrong with weights: the tensor, what was found, what was expected.

use alloc::string::String;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt;

use crate::error::SpecError;

/// Why weights were not loaded. Nothing is half-loaded.
#[non_exhaustive]
pub enum WeightError {
    /// The network itself is impossible.
    Spec(SpecError),
    /// The bytes are no valid safetensors file.
    File {
        /// What the parser found.
        reason: String,
    },
    /// The bytes are a file of another kind.
    Foreign {
        /// What they are.
        found: String,
        /// How a safetensors file is made of it.
        remedy: &'static str,
    },
    /// The header is longer than the limit.
    HeaderTooLong {
        /// Bytes the file claims.
        found: u64,
        /// Bytes allowed.
        limit: usize,
    },
    /// A tensor the network needs is not in the file.
    Missing {
        /// Its name.
        tensor: String,
        /// The names that are in the file.
        existing: Vec<String>,
    },
    /// Tensors in the file belong to no layer.
    Extra {
        /// Their names.
        tensors: Vec<String>,
    },
    /// Tensors belong to a layer that is described without them.
    Unplaced {
        /// The layer.
        layer: String,
        /// Their names.
        tensors: Vec<String>,
    },
    /// The weights of a layer have no bias, and the layer has one.
    NoBias {
        /// The layer.
        layer: String,
        /// The bias.
        tensor: String,
    },
    /// There are more entries of weights than layers.
    Entries {
        /// How many there are.
        found: usize,
        /// How many layers.
        expected: usize,
    },
    /// A tensor has another shape.
    Shape {
        /// Its name.
        tensor: String,
        /// Its shape.
        found: Vec<usize>,
        /// The shape this network needs.
        expected: Vec<usize>,
        /// The sizes behind it, in the tutorial's words.
        meaning: String,
    },
    /// A tensor's values are not of a type that is read, or of one that is read on request alone.
    Type {
        /// Its name.
        tensor: String,
        /// Its type.
        found: String,
    },
    /// A tensor is to be rounded to f32, and has a value beyond its range.
    TooLarge {
        /// Its name.
        tensor: String,
        /// The value.
        value: f64,
    },
    /// No tensor's name begins with the prefix given.
    Prefix {
        /// The prefix.
        prefix: String,
        /// The names that are in the file.
        existing: Vec<String>,
    },
    /// Several tensors could be meant.
    Ambiguous {
        /// What was looked for.
        wanted: String,
        /// What could be it; of a network, each as in a file's metadata.
        candidates: Vec<String>,
        /// What tells which.
        remedy: &'static str,
    },
    /// A tensor, by its name or shape, is of another layer than this one.
    Layout {
        /// The layer.
        layer: String,
        /// What it is.
        expected: String,
        /// What the file's tensor means.
        found: String,
    },
    /// No order of the file's layers lets each take what the one before gives.
    Chain {
        /// The layers, each with the sizes of its input and output.
        layers: Vec<String>,
    },
    /// The order given names other layers than the file has.
    Order {
        /// The names given.
        given: Vec<String>,
        /// The layers of the file.
        existing: Vec<String>,
    },
    /// The mapping speaks of a tensor this network does not have.
    Mapping {
        /// The name it gives.
        tensor: String,
        /// The names there are.
        expected: Vec<String>,
    },
    /// The file is of another network.
    Architecture {
        /// The file's.
        found: String,
        /// This network's.
        expected: String,
    },
    /// The names and shapes of a file's tensors leave open which network it holds, or the names say something else than the
    /// shapes.
    NotInferred {
        /// What the file seems to hold, or does not tell.
        reason: String,
        /// What the user can say or do.
        remedy: String,
    },
    /// Weights are stored in a form that is known, but is not read.
    Unsupported {
        /// The tensor, or the first of several.
        tensor: String,
        /// What it is.
        what: String,
        /// What the user can do.
        remedy: String,
    },
    /// The file does not say which network it holds.
    NoArchitecture,
    /// The network takes or gives another number of values than the one it should be.
    Ends {
        /// Its n_i and n_o.
        found: (usize, usize),
        /// Those expected.
        expected: (usize, usize),
    },
    /// The network has a layer that goes backwards, and the one it should be is stepped.
    NotCausal {
        /// The layer.
        layer: String,
    },
    /// The metadata has an entry that is none.
    Metadata {
        /// The entry.
        entry: String,
    },
    /// The file cannot be read or written.
    #[cfg(feature = "std")]
    Io {
        /// Its path.
        path: std::path::PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
}

/// A shape as messages write it: `(32, 1)`.
#[derive(Clone, Copy, Debug)]
pub struct Shape<'a>(pub &'a [usize]);

impl fmt::Display for Shape<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (i, n) in self.0.iter().enumerate() {
            write!(f, "{}{n}", if i == 0 { "" } else { ", " })?;
        }
        f.write_str(if self.0.len() == 1 { ",)" } else { ")" })
    }
}

impl fmt::Display for WeightError {
    #[expect(clippy::too_many_lines, reason = "one arm a variant, each a sentence")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spec(error) => error.fmt(f),
            Self::File { reason } => write!(f, "not a valid safetensors file: {reason}"),
            Self::Foreign { found, remedy } => {
                write!(f, "this is {found}, and no whole safetensors file: {remedy}")
            }
            Self::HeaderTooLong { found, limit } => {
                write!(
                    f,
                    "the file claims a header of {found} bytes, more than the limit of {limit}: the option \
                     `header_limit` sets another"
                )
            }
            Self::Missing { tensor, existing } if existing.is_empty() => {
                write!(f, "tensor {tensor} is missing")
            }
            Self::Missing { tensor, existing } => {
                write!(f, "tensor {tensor} is missing; the file has {}", existing.join(", "))
            }
            Self::Extra { tensors } => {
                write!(
                    f,
                    "no layer takes these tensors of the file: {}; the option `ignore_extra` leaves them aside",
                    tensors.join(", ")
                )
            }
            Self::Unplaced { layer, tensors } => {
                let is_bias = |name: &String| name.rsplit(['.', '/']).next().is_some_and(|last| last.starts_with("bias"));
                let what = if tensors.iter().all(is_bias) { "a bias" } else { "them" };
                write!(
                    f,
                    "layer {layer} is described without {what}, but its weights have {}: nothing that belongs to a layer is \
                     left aside",
                    tensors.join(", ")
                )
            }
            Self::NoBias { layer, tensor } => write!(
                f,
                "layer {layer} has a bias, but its weights have none: give {tensor}, or describe the layer without \
                 (`with_bias(false)`)"
            ),
            Self::Entries { found, expected } => {
                write!(f, "{found} entries of weights were given, but the network has {expected} layers")
            }
            Self::Shape { tensor, found, expected, meaning } => write!(
                f,
                "tensor {tensor} has shape {}, but this network takes {}: {meaning}",
                Shape(found),
                Shape(expected)
            ),
            Self::Type { tensor, found } if found == "F64" => write!(
                f,
                "tensor {tensor} holds F64, and weights are F32, F16 or BF16: the option `round_f64` rounds it to F32"
            ),
            Self::Type { tensor, found } => write!(
                f,
                "tensor {tensor} holds {found}, and weights are F32, F16 or BF16: save the file as one of these"
            ),
            Self::TooLarge { tensor, value } => {
                write!(
                    f,
                    "tensor {tensor} holds {value:e}, which no f32 comes near: its greatest is {:e}",
                    f32::MAX
                )
            }
            Self::Prefix { prefix, existing } => {
                write!(
                    f,
                    "no tensor's name begins with the prefix `{prefix}`; the file has {}",
                    existing.join(", ")
                )
            }
            Self::Ambiguous { wanted, candidates, remedy } => {
                write!(f, "{wanted} could be any of {}; {remedy}", candidates.join(", "))
            }
            Self::Layout { layer, expected, found } => {
                write!(f, "layer {layer} is {expected}, but {found}")
            }
            Self::Chain { layers } => {
                write!(f, "the file's layers do not follow one another in any order: {}", layers.join(", "))
            }
            Self::Order { given, existing } => {
                write!(f, "the order names {}, but the file has {}", given.join(", "), existing.join(", "))
            }
            Self::Mapping { tensor, expected } => {
                write!(f, "the mapping names {tensor}, but this network has {}", expected.join(", "))
            }
            Self::Architecture { found, expected } => {
                write!(f, "the file holds the network `{found}`, but this one is `{expected}`")
            }
            Self::NoArchitecture => f.write_str(
                "the file does not say which network it holds: describe it with `RuntimeNetwork::builder` or a struct with \
                 `#[rnn(..)]`, or infer it from its tensors with `RuntimeNetwork::infer`",
            ),
            Self::NotInferred { reason, remedy } => write!(f, "{reason}; {remedy}"),
            Self::Unsupported { tensor, what, remedy } => write!(f, "tensor {tensor} is {what}; {remedy}"),
            Self::Ends { found, expected } => write!(
                f,
                "the network has n_i={} and n_o={}, but this one has n_i={} and n_o={}",
                found.0, found.1, expected.0, expected.1
            ),
            Self::NotCausal { layer } => write!(
                f,
                "layer {layer} goes backwards and needs the whole sequence, but this network takes single steps"
            ),
            Self::Metadata { entry } => write!(
                f,
                "the file's metadata has the malformed entry `{entry}`; if its line under the key `rnn` is another program's, \
                 the option `ignore_metadata` reads the file without"
            ),
            #[cfg(feature = "std")]
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
        }
    }
}

/// The words of [`fmt::Display`]: `main` prints an error so that returns it.
impl fmt::Debug for WeightError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for WeightError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Spec(error) => Some(error),
            #[cfg(feature = "std")]
            Self::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}

impl From<SpecError> for WeightError {
    fn from(error: SpecError) -> Self {
        Self::Spec(error)
    }
}
