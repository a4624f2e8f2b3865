//! Files that are known, but not read: told what they are.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::ToString;

use super::{Listing, keras, pytorch};
use crate::weight_error::WeightError;

/// What two names are joined by, in any framework.
pub(super) const BETWEEN: [char; 2] = ['.', '/'];

/// The name without its last segment, and that.
pub(super) fn split_last(name: &str) -> (&str, &str) {
    name.rsplit_once(BETWEEN).unwrap_or(("", name))
}

/// Refuses cells by flax' or MLX' names where no recurrent layer has names that are read.
pub(super) fn check_foreign(listing: &Listing) -> Result<(), WeightError> {
    if keras::tells(listing).recurrent.is_some() || pytorch::tells(listing).recurrent.is_some() {
        return Ok(());
    }
    // What lies in each module: of flax, the names of kernels, of MLX, those of tensors.
    let (mut kernels, mut tensors) = (Modules::new(), Modules::new());
    for name in &listing.names {
        let (module, leaf) = split_last(name);
        tensors.entry(module).or_default().insert(leaf);
        if leaf == "kernel" {
            let (module, gate) = split_last(module);
            kernels.entry(module).or_default().insert(gate.trim_end_matches('_'));
        }
    }
    let has = |found: &BTreeSet<&str>, all: &[&str]| all.iter().all(|name| found.contains(name));
    let find = |modules: &Modules<'_>, sets: &[&[&str]]| {
        let found = |module: &str| listing.names.iter().find(|name| name.starts_with(module)).cloned();
        modules
            .iter()
            .find(|(_, inside)| sets.iter().any(|all| has(inside, all)))
            .and_then(|(module, _)| found(module))
    };
    let flax: [&[&str]; 4] =
        [&["ii", "if", "ig", "io"], &["ir", "iz", "in"], &["dense_i", "dense_h"], &["i", "h"]];
    if let Some(tensor) = find(&kernels, &flax) {
        return Err(WeightError::Unsupported {
            tensor,
            what: "of a cell by flax' names, with kernels (in, out) of their own for the gates".to_string(),
            remedy: "join them to `<layer>.weight_ih` and `<layer>.weight_hh`, transposed, gate after gate in the order of \
                     docs/weights.md"
                .to_string(),
        });
    }
    if let Some(tensor) = find(&tensors, &[&["Wx", "Wh"], &["Wxh", "Whh"]]) {
        return Err(WeightError::Unsupported {
            tensor,
            what: "of a cell by MLX' names (`Wx`, `Wh`), which are not known here".to_string(),
            remedy: "name it `<layer>.weight_ih` or `<layer>.weight_hh` if its gates are in the order of docs/weights.md"
                .to_string(),
        });
    }
    Ok(())
}

type Modules<'n> = BTreeMap<&'n str, BTreeSet<&'n str>>;

/// The bias of `CuDNN`'s layers in Keras: both biases one after the other, of kernels that are laid out differently too.
pub(crate) fn cudnn_bias(name: &str, shape: &[usize], rows: usize) -> Option<WeightError> {
    (rows > 0 && *shape == [2 * rows]).then(|| WeightError::Unsupported {
        tensor: name.to_string(),
        what: format!(
            "CuDNN's pair of biases (2 x {rows}), whose kernels are laid out in CuDNN's way as well"
        ),
        remedy: "load the weights into `keras.layers.LSTM` or `GRU`, which converts them, and save that"
            .to_string(),
    })
}
