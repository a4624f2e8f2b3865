//! How a network's inputs were standardised.

/// How inputs were standardised before training: `(x - mean) / std`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaler {
    /// Mean of the training values.
    pub mean: f64,
    /// Their standard deviation.
    pub std: f64,
}
