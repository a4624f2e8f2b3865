//! PyTorch's names: `<any>.weight_ih_l{k}` of `nn.RNN`, `nn.GRU` and `nn.LSTM`, with the ending `_reverse` for the
//! second direction and `weight_hr_l{k}` for a projection; without `_l{k}` those of the cell modules; `<any>.weight`
//! of `nn.Linear`.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::group::{Group, Leaves, Scan, Stem};
use super::{Framework, Layout, Listing, Tells};

/// What follows the last dot.
pub(super) fn last(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, last)| last)
}

/// What follows the tensor's own name, if it is a matrix of a recurrent layer.
fn ending(last: &str) -> Option<&str> {
    ["weight_ih", "weight_hh", "weight_hr"].iter().find_map(|tensor| last.strip_prefix(tensor))
}

pub(super) fn is_recurrent_weight(last: &str) -> bool {
    ending(last).is_some()
}

/// Tensors whose names are PyTorch's.
pub(super) fn tells(listing: &Listing) -> Tells<'_> {
    let first = |is: fn(&str) -> bool| listing.names.iter().map(String::as_str).find(|name| is(last(name)));
    Tells { recurrent: first(is_recurrent_weight), dense: first(|last| last == "weight") }
}

/// The layers of a file.
pub(super) fn scan(listing: &Listing) -> Scan<'_> {
    // `rnn.weight_ih_l1` and `rnn.weight_hh_l1_reverse` are of the layer (`rnn.`, `_l1`). It is known by any of its
    // weights, so that the others can be missed by name.
    let mut recurrent = BTreeMap::<(&str, &str), bool>::new();
    let mut groups = Vec::new();
    for name in &listing.names {
        let before = &name[..name.len() - last(name).len()];
        let module = before.strip_suffix('.').unwrap_or(before).to_string();
        if let Some(ending) = ending(last(name)) {
            let (level, reverse) =
                ending.strip_suffix("_reverse").map_or((ending, false), |level| (level, true));
            *recurrent.entry((before, level)).or_default() |= reverse;
        } else if last(name) == "weight" {
            let matrix = listing.dense_matrix(name, Layout::Ours);
            groups.push(Group {
                layer: module,
                sub: String::new(),
                level: Some(0),
                shown: format!("{before}weight*"),
                recurrent: false,
                stems: vec![Stem {
                    before: before.to_string(),
                    after: String::new(),
                    leaves: Leaves::PyTorch,
                }],
                named: true,
                input: matrix,
                hidden: None,
                projection: None,
            });
        }
    }
    for ((before, level), both) in recurrent {
        let module = before.strip_suffix('.').unwrap_or(before).to_string();
        let stem = |ending: &str| Stem {
            before: before.to_string(),
            after: format!("{level}{ending}"),
            leaves: Leaves::PyTorch,
        };
        let matrix = |tensor: &str| listing.matrix(&format!("{before}{tensor}{level}"));
        groups.push(Group {
            layer: module,
            sub: String::new(),
            level: if level.is_empty() {
                Some(0)
            } else {
                level.strip_prefix("_l").and_then(|k| k.parse().ok())
            },
            shown: format!("{before}weight*{level}"),
            recurrent: true,
            stems: if both { vec![stem(""), stem("_reverse")] } else { vec![stem("")] },
            named: true,
            input: matrix("weight_ih"),
            hidden: matrix("weight_hh"),
            projection: matrix("weight_hr"),
        });
    }
    Scan { framework: Framework::PyTorch, listing, groups }
}
