//! The size of an open layer, read from the names and shapes of a file's tensors.

use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

use super::layout::Layout;
use super::{Framework, Listing, Mapping, framework, keras, pytorch};
use crate::form::{Form, Size, StackName};
use crate::tensor::Tensor;

/// The sizes that the tensors may be of, never none. One, unless layers of fixed size stand beside the open one and
/// nothing but their sizes tells which is which; whether any fits is for those to say who check every tensor.
pub(crate) fn sizes(form: &Form<'_>, listing: &Listing, mapping: &Mapping) -> Vec<Size> {
    if let Some(size) = by_own_names(form, listing, mapping) {
        return vec![size];
    }
    let mut rest = listing.clone();
    rest.retain(|name| !mapping.names().any(|named| named == name));
    let scan = match framework(&rest, true) {
        Ok(Some(Framework::Keras)) => keras::scan(&rest),
        Ok(_) => pytorch::scan(&rest),
        // That will be told.
        Err(_) => return vec![Size::new(1, 1)],
    };
    let recurrent = || scan.groups.iter().filter(|group| group.recurrent);
    let named = recurrent().filter(|group| group.layer == form.open.name).count();
    let fixed = form.before.iter().chain(form.after).filter(|layer| layer.kind.recurrent().is_some()).count();
    let layers = if named > 0 { named } else { recurrent().count().saturating_sub(fixed).max(1) };
    let mut sizes: Vec<Size> = recurrent()
        .filter(|group| named == 0 || group.layer == form.open.name)
        .filter_map(|group| hidden_size(form, group.input?, group.hidden))
        .map(|hidden_size| Size { layers, hidden_size })
        .collect();
    sizes.sort_unstable();
    sizes.dedup();
    if sizes.is_empty() {
        sizes.push(Size { layers, hidden_size: 1 });
    }
    sizes
}

/// The size of the stack whose tensors have our names, or those of the mapping.
fn by_own_names(form: &Form<'_>, listing: &Listing, mapping: &Mapping) -> Option<Size> {
    let find = |layers, level, wanted| {
        let name = StackName { stack: form.open.name, layers, level }.to_string();
        let mut tensors = mapping.layer(&name, form.open.kind).into_iter();
        let found = tensors.find(|found| found.direction == 0 && found.tensor == wanted)?;
        let (rows, columns) = listing.matrix(&found.name)?;
        Some(if found.layout == Layout::Ours { (rows, columns) } else { (columns, rows) })
    };
    let is_there = |&level: &usize| find(2, level, Tensor::WeightIh).is_some();
    let stacked = (0..listing.names.len()).take_while(is_there).count();
    let layers = if stacked > 1 { stacked } else { 1 };
    let input = find(layers, 0, Tensor::WeightIh)?;
    let hidden_size = hidden_size(form, input, find(layers, 0, Tensor::WeightHh))?;
    Some(Size { layers, hidden_size })
}

/// n_h from rows and columns of the matrices that meet the input and the state.
fn hidden_size(form: &Form<'_>, (rows, _): (usize, usize), hidden: Option<(usize, usize)>) -> Option<usize> {
    let layer = form.open.kind.recurrent()?;
    Some(match hidden {
        // Of another cell's matrix this is n_h too, so that the error is about its gates.
        Some((_, state)) if layer.projection().is_none() => state,
        _ => rows / layer.cell.gates(),
    })
}
