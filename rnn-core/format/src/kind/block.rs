//! Where the matrices of a layer lie in its packed block.
//!
//! ```text
//! for each direction:  Input  Recurrent  Candidate  Peephole  Projection     (those it has, in this order)
//! ```
//!
//! Each part starts at a cache line. All lengths are `const fn`s: the macro, the loaders and the kernels share them.

use super::{LayerKind, Recurrent};
use crate::panel::{Panels, checked_round_to_line};

/// A matrix of a layer's packed block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// What meets the input: row 0 the bias, then `n_i` rows of weights.
    Input,
    /// What meets the state: all gates, or r and z alone where the candidate sees `r * h`. Where the products of the
    /// last gate stay apart, row 0 is its second bias.
    Recurrent,
    /// What meets `r * h`: the candidate of a GRU that resets before the product.
    Candidate,
    /// One row of weights for i, f and o each.
    Peephole,
    /// What makes h of `o * u(c')`.
    Projection,
}

impl Part {
    /// All parts, in their order.
    pub const ALL: [Self; 5] =
        [Self::Input, Self::Recurrent, Self::Candidate, Self::Peephole, Self::Projection];
}

impl Recurrent {
    /// The shape of a part, if the layer has it.
    #[must_use]
    pub const fn panels(&self, part: Part, input_size: usize) -> Option<Panels> {
        let (units, gates, state) = (self.hidden_size, self.cell.gates(), self.state_size());
        let before = self.resets_before();
        match part {
            Part::Input => Some(Panels { units, gates, depth: input_size.saturating_add(1) }),
            Part::Recurrent if !self.cell.is_recurrent() => None,
            Part::Recurrent if before => Some(Panels { units, gates: 2, depth: state }),
            Part::Recurrent => {
                Some(Panels { units, gates, depth: state.saturating_add(self.is_apart() as usize) })
            }
            Part::Candidate if before => Some(Panels { units, gates: 1, depth: state }),
            Part::Peephole if self.has_peephole() => Some(Panels { units, gates: 3, depth: 1 }),
            Part::Projection => match self.projection() {
                Some(size) => Some(Panels { units: size, gates: 1, depth: units }),
                None => None,
            },
            Part::Candidate | Part::Peephole => None,
        }
    }

    /// Where a part starts in the block of one direction; for parts it does not have, where it would.
    ///
    /// # Panics
    /// If it exceeds `usize`, which [`Spec::check`](crate::Spec::check) rules out.
    #[must_use]
    pub const fn offset(&self, part: Part, input_size: usize) -> usize {
        fits(self.checked_offset(part as usize, input_size))
    }

    /// Floats of the parts before number `end`.
    const fn checked_offset(&self, end: usize, input_size: usize) -> Option<usize> {
        let (mut sum, mut i) = (0_usize, 0);
        while i < end {
            if let Some(panels) = self.panels(Part::ALL[i], input_size) {
                let Some(len) = panels.checked_len() else { return None };
                let Some(end) = sum.checked_add(len) else { return None };
                match checked_round_to_line(end) {
                    Some(end) => sum = end,
                    None => return None,
                }
            }
            i += 1;
        }
        Some(sum)
    }

    /// Floats of the packed block of one direction, in whole cache lines.
    ///
    /// # Panics
    /// If it exceeds `usize`, which [`Spec::check`](crate::Spec::check) rules out.
    #[must_use]
    pub const fn packed_len(&self, input_size: usize) -> usize {
        fits(self.checked_offset(Part::ALL.len(), input_size))
    }
}

impl LayerKind {
    /// The matrix of a dense layer: row 0 the bias, then `n_i` rows of weights.
    #[must_use]
    pub const fn dense_panels(output_size: usize, input_size: usize) -> Panels {
        Panels { units: output_size, gates: 1, depth: input_size.saturating_add(1) }
    }

    /// Floats of the layer's packed block, in whole cache lines; `None` past the end of `usize`.
    #[must_use]
    pub const fn checked_packed_len(self, input_size: usize) -> Option<usize> {
        match self {
            Self::Recurrent(r) => match r.checked_offset(Part::ALL.len(), input_size) {
                Some(len) => len.checked_mul(r.directions()),
                None => None,
            },
            Self::Dense { output_size, .. } => {
                match Self::dense_panels(output_size, input_size).checked_len() {
                    Some(len) => checked_round_to_line(len),
                    None => None,
                }
            }
        }
    }

    /// Floats of the layer's packed block, in whole cache lines.
    ///
    /// # Panics
    /// If it exceeds `usize`, which [`Spec::check`](crate::Spec::check) rules out.
    #[must_use]
    pub const fn packed_len(self, input_size: usize) -> usize {
        fits(self.checked_packed_len(input_size))
    }
}

/// The length, or the panic the callers document.
pub(crate) const fn fits(len: Option<usize>) -> usize {
    len.expect("a network that passes `check` fits the address space")
}
