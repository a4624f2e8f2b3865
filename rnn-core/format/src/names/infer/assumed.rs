//! What an inferred network was taken for, because no file of weights tells.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::super::assume::Assume;
use super::super::group::Group;
use super::super::words::words;
use crate::architecture::Layer;
use crate::kind::{CellKind, Direction, LayerKind, Merge};
use crate::weight_error::WeightError;

/// The recurrent layers in their order whose modules have other names than the one before, not by a number alone; and
/// those that differ by a number.
struct Modules<'g> {
    of_their_own: Vec<&'g str>,
    numbered: Vec<(&'g str, &'g str)>,
}

impl<'g> Modules<'g> {
    fn of(order: impl Iterator<Item = &'g Group>) -> Self {
        let mut last: Option<&Group> = None;
        let mut modules = Self { of_their_own: Vec::new(), numbered: Vec::new() };
        for group in order.filter(|group| group.recurrent) {
            let base = words(&group.layer);
            if modules.of_their_own.iter().all(|other| words(other) != base) {
                modules.of_their_own.push(&group.layer);
            }
            let numbered = |last: &&Group| last.layer != group.layer && words(&last.layer) == base;
            if let Some(last) = last.filter(numbered) {
                modules.numbered.push((&last.layer, &group.layer));
            }
            last = Some(group);
        }
        modules
    }
}

/// Refuses recurrent modules of different names, unless they are said to be a stack.
pub(super) fn check_stacked<'g>(
    order: impl Iterator<Item = &'g Group>,
    assume: &Assume,
) -> Result<(), WeightError> {
    let Modules { of_their_own: names, .. } = Modules::of(order);
    if assume.stacked || names.len() < 2 {
        return Ok(());
    }
    Err(WeightError::NotInferred {
        reason: may_be_a_stack(&names),
        remedy: "if each takes what the one before gives, say `Assume::stacked()`, otherwise they are no network of this \
                 library's"
            .to_string(),
    })
}

/// What recurrent modules of these names leave open.
pub(crate) fn may_be_a_stack(names: &[&str]) -> String {
    format!(
        "the recurrent layers {} may be a stack, or an encoder and a decoder: no file of weights tells what stands between \
         them, such as a `RepeatVector`",
        names.join(" and ")
    )
}

/// What each layer was taken for, a clause each.
pub(super) fn assumed<'g>(layers: &[Layer], order: impl Iterator<Item = &'g Group> + Clone) -> Vec<String> {
    let mut assumed = Vec::new();
    for (index, (Layer { name, kind }, group)) in layers.iter().zip(order.clone()).enumerate() {
        let LayerKind::Recurrent(r) = kind else {
            let activation = kind.activation();
            assumed.push(format!("{name} has the activation {activation}"));
            if !kind.bias() && layers.get(index + 1).is_some_and(|next| next.kind.recurrent().is_some()) {
                assumed
                    .push(format!("{name} has no bias and is a dense layer, not the table of an embedding"));
            }
            continue;
        };
        let state = kind.activation();
        assumed.push(match r.cell {
            CellKind::Lstm { gate, candidate, output, .. } => {
                format!("{name} has {gate} gates, {candidate} candidates and {output} outputs")
            }
            cell => match cell.gate() {
                Some(gate) => format!("{name} has {gate} gates and {state} candidates"),
                None => format!("{name} has {state} states"),
            },
        });
        match r.direction {
            Direction::Bidirectional(merge) if group.is_keras() => {
                let merge = match merge {
                    Merge::Concat => "concatenated",
                    Merge::Sum => "added",
                    Merge::Product => "multiplied",
                    Merge::Average => "averaged",
                };
                assumed.push(format!("the directions of {name} are {merge}"));
            }
            Direction::Bidirectional(_) => {}
            _ => assumed.push(format!("{name} runs from the first step to the last")),
        }
    }
    let Modules { of_their_own: names, numbered } = Modules::of(order);
    for (one, next) in numbered {
        assumed.push(format!("{next} takes what {one} gives, because their names differ by a number alone"));
    }
    if names.len() > 1 {
        assumed.push(format!("{} are a stack", names.join(", ")));
    }
    assumed
}
