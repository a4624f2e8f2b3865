//! Keras' names: `simple_rnn/simple_rnn_cell/kernel`, `bidirectional/forward_lstm/lstm_cell/kernel`, `dense/kernel`, of
//! Keras 2 with `:0` at the end, and Keras 3's numbered variables, `layers/gru/cell/vars/0`.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::group::{Group, Leaves, Scan, Stem, split_number};
use super::words::words;
use super::{Framework, Layout, Listing, Tells};

/// The tensors of one direction of a layer.
#[derive(Clone, Copy, Default)]
struct Leaf {
    kernel: Option<(usize, usize)>,
    recurrent: Option<(usize, usize)>,
    is_recurrent: bool,
    vars: bool,
    numbered: bool,
}

/// Tensors whose names are Keras'.
pub(super) fn tells(listing: &Listing) -> Tells<'_> {
    let mut tells = Tells::default();
    for (stem, leaf) in leaves(listing) {
        let first = if leaf.is_recurrent { &mut tells.recurrent } else { &mut tells.dense };
        first.get_or_insert(stem);
    }
    tells
}

/// The layers of a file.
pub(super) fn scan(listing: &Listing) -> Scan<'_> {
    // A layer's place: what stands before its direction, and which cell of a list it is.
    let mut layers = BTreeMap::<(&str, &str), [Option<(&str, Leaf)>; 2]>::new();
    let mut wrappers = BTreeMap::new();
    for (stem, leaf) in leaves(listing) {
        let (path, direction) = direction_of(stem, |path, half| {
            *wrappers.entry((path, half)).or_insert_with(|| is_wrapper(path, half, listing))
        });
        let cell = stem.split_once("/cells/").map_or("", |(_, cell)| cell);
        let path = if direction.is_none() { stem } else { path };
        layers.entry((path, cell)).or_default()[usize::from(direction == Some(1))] = Some((stem, leaf));
    }
    let shared = shared_path(layers.keys().map(|(path, _)| *path));
    let mut groups: Vec<Group> = layers
        .iter()
        .map(|(&(path, _), directions)| {
            let present: Vec<(&str, Leaf)> = directions.iter().flatten().copied().collect();
            let (stem, first) = present[0];
            let own = path.split('/').nth(shared).or(path.rsplit('/').next()).unwrap_or(path);
            Group {
                layer: own.to_string(),
                sub: String::new(),
                level: Some(0),
                shown: if present.len() == 2 { path } else { stem }.to_string(),
                recurrent: first.is_recurrent,
                stems: present.iter().map(|&(stem, leaf)| to_stem(stem, leaf)).collect(),
                // Keras 3 numbers its variables' groups by class, whatever the layers' own names are.
                named: !first.vars,
                input: first.kernel.map(exchanged),
                hidden: first.recurrent.map(exchanged),
                projection: None,
            }
        })
        .collect();
    tell_cells_apart(&mut groups);
    Scan { framework: Framework::Keras, listing, groups }
}

fn exchanged((rows, columns): (usize, usize)) -> (usize, usize) {
    (columns, rows)
}

fn to_stem(stem: &str, leaf: Leaf) -> Stem {
    let mut before = String::from(stem);
    if !before.is_empty() {
        before.push('/');
    }
    if leaf.vars {
        before.push_str("vars/");
    }
    Stem {
        before,
        after: if leaf.numbered { ":0" } else { "" }.to_string(),
        leaves: if leaf.vars { Leaves::KerasVars } else { Leaves::Keras },
    }
}

/// What stands before the tensors' names, for every layer or direction of one.
fn leaves(listing: &Listing) -> BTreeMap<&str, Leaf> {
    let mut leaves = BTreeMap::<&str, Leaf>::new();
    for full in &listing.names {
        let plain = full.strip_suffix(":0").unwrap_or(full);
        let Some((stem, leaf)) = plain.rsplit_once('/') else { continue };
        let numbered = plain.len() < full.len();
        let matrix = listing.matrix(full);
        let dense = || listing.dense_matrix(full, Layout::Keras);
        if let Some(stem) = stem.strip_suffix("/vars") {
            let in_cell = stem == "cell"
                || stem.ends_with("/cell")
                || stem.rsplit_once('/').is_some_and(|(list, _)| list == "cells" || list.ends_with("/cells"));
            // A matrix first: scales and shifts of other layers are none.
            match leaf {
                "0" if dense().is_some() || in_cell => {
                    let entry = leaves.entry(stem).or_default();
                    (entry.kernel, entry.vars, entry.numbered) = (dense(), true, numbered);
                    entry.is_recurrent |= in_cell;
                }
                "1" if matrix.is_some() || in_cell => {
                    let entry = leaves.entry(stem).or_default();
                    (entry.recurrent, entry.vars, entry.is_recurrent) = (matrix, true, true);
                }
                _ => {}
            }
        } else if leaf == "kernel" {
            let entry = leaves.entry(stem).or_default();
            (entry.kernel, entry.numbered) = (dense(), numbered);
        } else if leaf == "recurrent_kernel" {
            let entry = leaves.entry(stem).or_default();
            (entry.recurrent, entry.numbered, entry.is_recurrent) = (matrix, numbered, true);
        }
    }
    leaves
}

/// What stands before `forward_..` or `backward_..`, and which of them it is, of a half of a bidirectional layer.
fn direction_of<'n>(
    stem: &'n str,
    mut is_wrapper: impl FnMut(&'n str, &'n str) -> bool,
) -> (&'n str, Option<usize>) {
    let mut start = 0;
    for segment in stem.split('/') {
        let direction = DIRECTIONS.iter().position(|way| segment.starts_with(way));
        // A layer of that name at the top is no half of one.
        if start > 0 && direction.is_some() {
            let path = &stem[..start - 1];
            return if is_wrapper(path, segment) { (path, direction) } else { (stem, None) };
        }
        start += segment.len() + 1;
    }
    (stem, None)
}

/// What Keras puts before the name of a layer, for the two halves of a `Bidirectional` of it.
const DIRECTIONS: [&str; 2] = ["forward_", "backward_"];

/// Whether two halves of one name are all there is at a path: a model has other layers beside those that happen to be called
/// so.
fn is_wrapper(path: &str, half: &str, listing: &Listing) -> bool {
    let name = |half: &str| DIRECTIONS.iter().find_map(|way| half.strip_prefix(way)).map(String::from);
    let is_model = words(path.rsplit('/').next().unwrap_or(path))
        .iter()
        .any(|word| ["sequential", "functional", "model"].contains(&&word[..]));
    let start = format!("{path}/");
    let first = listing.names.partition_point(|name| name[..] < start[..]);
    let mut inside = listing.names[first..].iter().map_while(|name| name.strip_prefix(&start));
    !is_model && inside.all(|inside| name(inside.split('/').next().unwrap_or(inside)) == name(half))
}

/// The cells of a list are the levels of one layer.
fn tell_cells_apart(groups: &mut [Group]) {
    // Layers of several groups: what stands before the last segment, if it is the same for all.
    let mut parents = BTreeMap::<(String, bool), (usize, Option<String>)>::new();
    for group in groups.iter() {
        let (parent, _) = last_segment(group);
        let key = (group.layer.clone(), group.recurrent);
        let (times, common) = parents.entry(key).or_insert_with(|| (0, Some(parent.to_string())));
        *times += 1;
        if common.as_deref() != Some(parent) {
            *common = None;
        }
    }
    for group in groups {
        let (times, common) = &parents[&(group.layer.clone(), group.recurrent)];
        if *times > 1 && common.is_some() {
            let (base, number) = split_number(last_segment(group).1);
            (group.sub, group.level) = (base.to_string(), number);
        }
    }
}

/// The path of a group's tensors, split before its last segment.
fn last_segment(group: &Group) -> (&str, &str) {
    let stem = &group.stems[0];
    let leaves = if stem.leaves == Leaves::KerasVars { "/vars/" } else { "/" };
    let path = stem.before.strip_suffix(leaves).unwrap_or("");
    path.rsplit_once('/').unwrap_or(("", path))
}

/// How many leading segments all paths have in common: 0 if there are not two to compare.
fn shared_path<'p>(mut paths: impl Iterator<Item = &'p str>) -> usize {
    let Some(first) = paths.next() else { return 0 };
    let in_common = |path: &str| first.split('/').zip(path.split('/')).take_while(|(a, b)| a == b).count();
    paths.map(in_common).min().unwrap_or(0)
}
