//! The orders in which layers can follow one another.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::super::assume::Assume;
use super::super::group::Group;
use crate::kind::{Direction, LayerKind, Merge};
use crate::weight_error::WeightError;

/// A layer of the file before its place is known.
pub(super) struct Item<'g> {
    pub(super) group: &'g Group,
    /// What it can be by itself; one of them unless its form is not told.
    pub(super) kinds: Vec<LayerKind>,
    /// Values it takes.
    pub(super) input: usize,
}

/// The layers of a network by their index, first to last, each with what it then is.
type Order = Vec<(usize, LayerKind)>;

/// All orders found, a few at most.
pub(super) struct Orders {
    pub(super) found: Vec<Order>,
}

/// Orders that a message lists, and the steps taken to find them: a file of many like layers has more orders than can be
/// looked at.
const MOST_ORDERS: usize = 8;
const MOST_STEPS: usize = 100_000;
const MOST_LAYERS: usize = 64;

impl Orders {
    /// The orders of these layers.
    pub(super) fn of(items: &[Item<'_>], assume: &Assume) -> Result<Self, WeightError> {
        let told = |item: &Item<'_>| {
            let output: Vec<String> = output_sizes(item.kinds[0], item.group, assume)
                .into_iter()
                .map(|(size, _)| size.to_string())
                .collect();
            format!("{} ({} to {})", item.group.shown, item.input, output.join(" or "))
        };
        let too_many = |remedy| WeightError::Ambiguous {
            wanted: "the order of the layers".to_string(),
            candidates: items.iter().map(told).collect(),
            remedy,
        };
        if items.len() > MOST_LAYERS {
            return Err(too_many("describe so large a network instead"));
        }
        let given = given(items, assume)?;
        let mut search = Search {
            items,
            assume,
            given: given.as_deref(),
            before: items.iter().map(|item| before(items, item.group)).collect(),
            taken: items.iter().map(|_| false).collect(),
            order: Vec::new(),
            found: Vec::new(),
            steps: 0,
        };
        search.go();
        let Search { found, steps, .. } = search;
        if steps > MOST_STEPS && found.len() < 2 {
            return Err(too_many("give it with `Assume::order`"));
        }
        if found.is_empty() {
            return Err(WeightError::Chain { layers: items.iter().map(told).collect() });
        }
        Ok(Self { found })
    }

    /// What tells which of several it is.
    pub(super) fn remedy(&self) -> &'static str {
        let differ = |of: &dyn Fn(&(usize, LayerKind)) -> usize| {
            self.found.iter().any(|order| !order.iter().map(of).eq(self.found[0].iter().map(of)))
        };
        let merge = |&(_, kind): &(usize, LayerKind)| match kind.recurrent().map(|r| r.direction) {
            Some(Direction::Bidirectional(merge)) => merge as usize,
            _ => 0,
        };
        if differ(&|&(index, _)| index) {
            "give the order of the layers with `Assume::order` or `Assume::dense_last`"
        } else if differ(&merge) {
            "say which with `Assume::merge`"
        } else {
            "say which with `Assume::reset`"
        }
    }
}

/// The layers that must come before one: those of its name with lower numbers.
fn before(items: &[Item<'_>], group: &Group) -> Vec<usize> {
    let (base, place) = group.place();
    let is_before = |other: &Group| {
        let (other_base, other_place) = other.place();
        other_base == base && other_place.is_some() && other_place < place
    };
    (0..items.len()).filter(|&index| is_before(items[index].group)).collect()
}

/// The order that was given, as indices.
fn given(items: &[Item<'_>], assume: &Assume) -> Result<Option<Vec<usize>>, WeightError> {
    if assume.order.is_empty() {
        return Ok(None);
    }
    let mut order = Vec::new();
    for name in &assume.order {
        let mut named: Vec<usize> =
            (0..items.len()).filter(|&index| items[index].group.layer == *name).collect();
        named.sort_by_key(|&index| items[index].group.place());
        order.extend(named);
    }
    let mut all = order.clone();
    all.sort_unstable();
    let names_all = all.iter().copied().eq(0..items.len());
    let none_in_vain = assume.order.iter().all(|name| items.iter().any(|item| item.group.layer == *name));
    if names_all && none_in_vain {
        return Ok(Some(order));
    }
    let mut existing: Vec<String> = items.iter().map(|item| item.group.layer.clone()).collect();
    existing.dedup();
    Err(WeightError::Order { given: assume.order.clone(), existing })
}

/// How many values a layer can give, and by which merges. What it gives if nothing follows stands first.
fn output_sizes(kind: LayerKind, group: &Group, assume: &Assume) -> Vec<(usize, Vec<Merge>)> {
    let LayerKind::Recurrent(r) = kind else { return Vec::from([(kind.output_size(), Vec::new())]) };
    let one = r.state_size();
    if r.directions() == 1 {
        return Vec::from([(one, Vec::new())]);
    }
    let both = one.saturating_mul(2);
    match assume.merge {
        // PyTorch has no other.
        _ if !group.is_keras() => Vec::from([(both, Vec::from([Merge::Concat]))]),
        Some(Merge::Concat) => Vec::from([(both, Vec::from([Merge::Concat]))]),
        Some(merge) => Vec::from([(one, Vec::from([merge]))]),
        None => Vec::from([
            (both, Vec::from([Merge::Concat])),
            (one, Vec::from([Merge::Sum, Merge::Product, Merge::Average])),
        ]),
    }
}

/// A search through all orders, depth first.
struct Search<'s> {
    items: &'s [Item<'s>],
    assume: &'s Assume,
    given: Option<&'s [usize]>,
    before: Vec<Vec<usize>>,
    taken: Vec<bool>,
    order: Order,
    found: Vec<Order>,
    steps: usize,
}

impl Search<'_> {
    /// Every way to go on from here.
    fn go(&mut self) {
        if self.steps > MOST_STEPS || self.found.len() >= MOST_ORDERS {
            return;
        }
        if self.order.len() == self.items.len() {
            self.found.push(self.order.clone());
            return;
        }
        for index in 0..self.items.len() {
            self.steps += 1;
            if !self.may_follow(index) {
                continue;
            }
            self.taken[index] = true;
            for last in self.last_that_gives(self.items[index].input) {
                let restored = self.order.last().copied();
                if let (Some(place), Some(last)) = (self.order.last_mut(), last) {
                    *place = last;
                }
                for &kind in &self.items[index].kinds {
                    self.order.push((index, kind));
                    self.go();
                    self.order.pop();
                }
                if let (Some(place), Some(restored)) = (self.order.last_mut(), restored) {
                    *place = restored;
                }
            }
            self.taken[index] = false;
        }
    }

    /// Whether a layer may come next, sizes left aside.
    fn may_follow(&self, index: usize) -> bool {
        let group = self.items[index].group;
        if self.taken[index] {
            return false;
        }
        if let Some(given) = self.given {
            return given[self.order.len()] == index;
        }
        if self.before[index].iter().any(|&before| !self.taken[before]) {
            return false;
        }
        if self.assume.dense_last && !group.recurrent {
            let mut rest = self.items.iter().zip(&self.taken);
            if rest.any(|(item, taken)| item.group.recurrent && !taken) {
                return false;
            }
        }
        // A stack is not torn apart.
        let last = self.order.last().and_then(|&(last, _)| self.items[last].group.stack());
        let mut rest = self.items.iter().zip(&self.taken);
        last.is_none()
            || group.stack() == last
            || !rest.any(|(item, taken)| !taken && item.group.stack() == last)
    }

    /// The last layer as it must be to give so many values: one `None` if there is none yet.
    fn last_that_gives(&self, size: usize) -> Vec<Option<(usize, LayerKind)>> {
        let Some(&(index, kind)) = self.order.last() else { return Vec::from([None]) };
        let mut kinds = Vec::new();
        for (output, merges) in output_sizes(kind, self.items[index].group, self.assume) {
            if output != size {
                continue;
            }
            if merges.is_empty() {
                kinds.push(Some((index, kind)));
            }
            for merge in merges {
                kinds.push(Some((index, kind.with_direction(Direction::Bidirectional(merge)))));
            }
        }
        kinds
    }
}
