//! What a file of ours says besides its tensors, as one readable line under the key `rnn`:
//!
//! ```text
//! input_size 1; layer hidden simple_rnn 32 tanh bias; layer output dense 1 linear bias; tau 12; mean 43.7; std 34.1
//! ```
//!
//! Entries are separated by `;`, words by blanks; an entry is `input_size N`, `layer NAME KIND SIZE ACTIVATION
//! bias|no_bias OPTIONS` in order (`kind/words.rs`), `tau N`, `mean F` or `std F`. One key keeps a file's bytes the same however the parser orders
//! keys. Numbers are written so that they read back exactly.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write;

use crate::architecture::{Architecture, Layer};
use crate::kind::LayerKind;
use crate::scaler::Scaler;
use crate::weight_error::WeightError;

/// What a file says besides its tensors; all of it optional.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// The network.
    pub architecture: Option<Architecture>,
    /// Mean and standard deviation of the training values.
    pub scaler: Option<Scaler>,
    /// Steps of the windows the network was trained on.
    pub tau: Option<usize>,
}

impl Metadata {
    /// The key in the file.
    pub const KEY: &'static str = "rnn";

    /// The line.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut entries = Vec::new();
        if let Some(architecture) = &self.architecture {
            entries.push(alloc::format!("input_size {}", architecture.input_size));
            for Layer { name, kind } in &architecture.layers {
                entries.push(alloc::format!("layer {name} {}", kind.to_words()));
            }
        }
        if let Some(tau) = self.tau {
            entries.push(alloc::format!("tau {tau}"));
        }
        let mut text = entries.join("; ");
        if let Some(Scaler { mean, std }) = self.scaler {
            let sep = if text.is_empty() { "" } else { "; " };
            // Writing to a string cannot fail.
            let _ = write!(text, "{sep}mean {mean}; std {std}");
        }
        text
    }

    /// Whether a line is ours, if perhaps damaged: one of its entries begins with a word of ours. Other programs may write something
    /// else under the same key.
    #[cfg(feature = "safetensors")]
    pub(crate) fn is_ours(text: &str) -> bool {
        let words = ["input_size", "layer", "tau", "mean", "std"];
        let first = |entry: &str| entry.split_whitespace().next().map(str::to_ascii_lowercase);
        text.split(';').filter_map(first).any(|first| words.contains(&first.as_str()))
    }

    /// The metadata of a line.
    ///
    /// # Errors
    /// [`WeightError::Metadata`] with the entry that is none.
    pub fn from_text(text: &str) -> Result<Self, WeightError> {
        let (mut input_size, mut layers, mut tau) = (None, Vec::new(), None);
        let (mut mean, mut std) = (None, None);
        for entry in text.split(';').map(str::trim).filter(|entry| !entry.is_empty()) {
            let words: Vec<&str> = entry.split_whitespace().collect();
            let bad = || WeightError::Metadata { entry: entry.to_string() };
            match words[..] {
                ["input_size", n] => input_size = Some(n.parse().map_err(|_| bad())?),
                ["tau", n] => tau = Some(n.parse().map_err(|_| bad())?),
                ["mean", x] => mean = Some(x.parse().map_err(|_| bad())?),
                ["std", x] => std = Some(x.parse().map_err(|_| bad())?),
                ["layer", name, ref kind @ ..] => {
                    let kind = LayerKind::from_words(kind).ok_or_else(bad)?;
                    layers.push(Layer { name: name.to_string(), kind });
                }
                _ => return Err(bad()),
            }
        }
        let architecture = match input_size {
            Some(input_size) => Some(Architecture { input_size, layers }),
            None if layers.is_empty() => None,
            None => return Err(WeightError::Metadata { entry: "layer without input_size".to_string() }),
        };
        let scaler = match (mean, std) {
            (Some(mean), Some(std)) => Some(Scaler { mean, std }),
            (None, None) => None,
            _ => {
                return Err(WeightError::Metadata {
                    entry: "mean without std, or std without mean".to_string(),
                });
            }
        };
        Ok(Self { architecture, scaler, tau })
    }
}
