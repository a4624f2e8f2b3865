//! The size of an open layer, read from the names and shapes of a file's tensors.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

use super::group::Group;
use super::infer::may_be_a_stack;
use super::layout::Layout;
use super::words::words;
use super::{Framework, Listing, Mapping, framework, keras, pytorch};
use crate::form::{Form, Size, StackName};
use crate::tensor::Tensor;
use crate::weight_error::WeightError;

/// The sizes that the tensors may be of, never none. One, unless layers of fixed size stand beside the open one and
/// nothing but their sizes tells which is which; whether any fits is for those to say who check every tensor.
///
/// # Errors
/// If modules of different names would be the levels of one stack.
pub(crate) fn sizes(form: &Form<'_>, listing: &Listing, mapping: &Mapping) -> Result<Vec<Size>, WeightError> {
    if let Some(size) = by_own_names(form, listing, mapping) {
        return Ok(vec![size]);
    }
    let mut rest = listing.clone();
    rest.retain(|name| !mapping.names().any(|named| named == name));
    let scan = match framework(&rest, true) {
        Ok(Some(Framework::Keras)) => keras::scan(&rest),
        Ok(_) => pytorch::scan(&rest),
        // That will be told.
        Err(_) => return Ok(vec![Size::new(1, 1)]),
    };
    let recurrent = || scan.groups.iter().filter(|group| group.recurrent);
    let named = recurrent().filter(|group| group.layer == form.open.name).count();
    let fixed = form.before.iter().chain(form.after).filter(|layer| layer.kind.recurrent().is_some()).count();
    let layers = if named > 0 { named } else { recurrent().count().saturating_sub(fixed).max(1) };
    if named == 0 && layers > 1 {
        check_one_stack(form, recurrent())?;
    }
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
    Ok(sizes)
}

/// Refuses modules of more names than the open layer and those of fixed size are: they may be an encoder and a decoder.
fn check_one_stack<'g>(
    form: &Form<'_>,
    recurrent: impl Iterator<Item = &'g Group>,
) -> Result<(), WeightError> {
    let fixed = || form.before.iter().chain(form.after).filter(|layer| layer.kind.recurrent().is_some());
    let is_fixed = |group: &&Group| fixed().any(|layer| layer.name == group.layer);
    let (named, open): (Vec<&Group>, Vec<&Group>) = recurrent.partition(is_fixed);
    let mut modules = BTreeMap::new();
    for group in open {
        modules.entry(words(&group.layer)).or_insert(&group.layer[..]);
    }
    let modules: Vec<&str> = modules.into_values().collect();
    if modules.len() <= 1 + fixed().count().saturating_sub(named.len()) {
        return Ok(());
    }
    Err(WeightError::NotInferred {
        reason: may_be_a_stack(&modules),
        remedy: format!(
            "if they are the levels of `{0}`, name their tensors `{0}_l0.weight_ih`, `{0}_l1.weight_ih`, .. with a mapping",
            form.open.name
        ),
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::LayerKind;
    use crate::spec::LayerSpec;
    use alloc::string::String;

    fn form<'a>(before: &'a [LayerSpec<'a>]) -> Form<'a> {
        let open = LayerSpec { name: "rnn", kind: LayerKind::lstm(1) };
        Form { input_size: 4, before, open, after: &[] }
    }

    #[test]
    fn an_encoder_and_a_decoder_are_no_stack() {
        let listing = |modules: &[&str]| {
            let tensors = modules
                .iter()
                .flat_map(|module| [format!("{module}weight_hh_l0"), format!("{module}weight_ih_l0")]);
            let mut names: Vec<String> = tensors.collect();
            names.sort();
            let shapes = names.iter().map(|_| vec![16, 4]).collect();
            Listing::new(names, shapes)
        };
        let plain = Mapping::new();
        let two = listing(&["encoder.", "decoder."]);
        let error = sizes(&form(&[]), &two, &plain).expect_err("two names");
        let text = error.to_string();
        assert!(text.starts_with("the recurrent layers decoder and encoder may be a stack, or "), "{text}");
        assert!(text.contains("name their tensors `rnn_l0.weight_ih`, `rnn_l1.weight_ih`"), "{text}");
        // One of them is another layer.
        for name in ["encoder", "first"] {
            let before = [LayerSpec { name, kind: LayerKind::lstm(4) }];
            assert_eq!(sizes(&form(&before), &two, &plain).expect("one is open"), [Size::new(1, 4)]);
        }
        for modules in [["lstm.", "lstm_1."], ["0.", "1."], ["net.lstm1.", "net.lstm2."]] {
            assert_eq!(sizes(&form(&[]), &listing(&modules), &plain).expect("a stack"), [Size::new(2, 4)]);
        }
        // Who names the levels has said it.
        let level = |mapping: Mapping, level: usize, module: &str| {
            ["weight_ih", "weight_hh"].iter().fold(mapping, |mapping, tensor| {
                mapping.tensor(format!("rnn_l{level}.{tensor}"), format!("{module}.{tensor}_l0"))
            })
        };
        let mapping = level(level(plain, 0, "encoder"), 1, "decoder");
        assert_eq!(sizes(&form(&[]), &two, &mapping).expect("named"), [Size::new(2, 4)]);
    }
}
