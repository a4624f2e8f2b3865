//! Whether the first recurrent product of a sequence can be left out.

use crate::kind::Part;
use crate::spec::Spec;

impl Spec<'_> {
    /// Whether W h may be left out while h = 0, of a packed block of this network: W 0 is then +0, or turns a pre-activation
    /// of -0 into +0 as adding zero does. That holds if each W is finite and each of its rows has a weight that is not
    /// negative.
    ///
    /// # Panics
    /// If the block is shorter than the network's packed weights.
    #[must_use]
    pub fn zero_state_can_be_skipped(&self, block: &[f32]) -> bool {
        self.layers.iter().enumerate().all(|(index, layer)| {
            let Some(recurrent) = layer.kind.recurrent() else { return true };
            let n_i = self.input_size_of(index);
            let (start, len) = (self.packed_offset(index), recurrent.packed_len(n_i));
            (0..recurrent.directions()).all(|direction| {
                let block = &block[start + direction * len..][..len];
                [Part::Recurrent, Part::Candidate].into_iter().all(|part| {
                    let Some(panels) = recurrent.panels(part, n_i) else { return true };
                    let matrix = &block[recurrent.offset(part, n_i)..][..panels.len()];
                    let first = usize::from(part == Part::Recurrent && recurrent.is_apart());
                    (0..panels.gates).all(|gate| {
                        (0..panels.units).all(|unit| {
                            let row =
                                || (first..panels.depth).map(move |k| matrix[panels.index(gate, unit, k)]);
                            row().all(f32::is_finite) && row().any(f32::is_sign_positive)
                        })
                    })
                })
            })
        })
    }
}
