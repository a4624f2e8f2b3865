//! What is wrong with a file, thing by thing, and which layer each belongs to.

use alloc::vec::Vec;

use crate::tensor::Tensor;
use crate::weight_error::WeightError;

/// One thing that is wrong with a file for a network.
#[derive(Debug)]
#[non_exhaustive]
pub struct Fault {
    /// The layer of the network that it belongs to; `None` if it is the file's alone. Where the file says that it holds another
    /// network, the first layer that differs.
    pub layer: Option<usize>,
    /// The tensor of that layer, if it is one.
    pub tensor: Option<Tensor>,
    /// What it is.
    pub error: WeightError,
}

impl Fault {
    pub(crate) const fn of_layer(layer: usize, error: WeightError) -> Self {
        Self { layer: Some(layer), tensor: None, error }
    }
}

impl<E: Into<WeightError>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self { layer: None, tensor: None, error: error.into() }
    }
}

/// Nothing more is to be looked at.
#[derive(Debug)]
pub(crate) struct Stop;

/// Collects what is wrong: all of it, or the first thing alone, which a hostile file cannot make expensive.
pub(crate) struct Faults {
    only_first: bool,
    pub(crate) found: Vec<Fault>,
}

impl Faults {
    pub(crate) const fn all() -> Self {
        Self { only_first: false, found: Vec::new() }
    }

    pub(crate) const fn first() -> Self {
        Self { only_first: true, found: Vec::new() }
    }

    /// Something is wrong, but other things may be as well.
    pub(crate) fn add(&mut self, fault: impl Into<Fault>) -> Result<(), Stop> {
        self.found.push(fault.into());
        if self.only_first { Err(Stop) } else { Ok(()) }
    }

    /// Something is wrong, and without it nothing else can be looked at.
    pub(crate) fn last(&mut self, fault: impl Into<Fault>) -> Stop {
        self.found.push(fault.into());
        Stop
    }

    /// Stops if anything is wrong.
    pub(crate) fn none(&self) -> Result<(), Stop> {
        if self.found.is_empty() { Ok(()) } else { Err(Stop) }
    }
}
