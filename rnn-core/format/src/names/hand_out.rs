//! Which layer of a file is which of a network's, where the file does not use our names.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

use super::copies::check_copies;
use super::group::{Group, Scan};
use super::words::{Says, said};
use super::{Found, Framework};
use crate::fault::{Fault, Faults, Stop};
use crate::kind::LayerKind;
use crate::spec::{LayerSpec, Spec};
use crate::tensor::Tensor;
use crate::weight_error::WeightError;

/// All groups of one class of layers, recurrent or dense.
struct Class<'g> {
    /// What is looked for, in a message.
    wanted: &'static str,
    /// The tensor whose name tells that there is a layer.
    first: &'static str,
    groups: Vec<&'g Group>,
    /// The layers of this class, their places in the network and their input sizes.
    layers: Vec<(usize, LayerSpec<'g>, usize)>,
}

impl Scan<'_> {
    /// For each layer that is `open`, the file's names of its tensors.
    pub(super) fn assign(
        &self,
        spec: &Spec<'_>,
        open: &[bool],
        ignore_extra: bool,
        faults: &mut Faults,
    ) -> Result<Vec<Vec<Found>>, Stop> {
        let open_layers = || spec.layers.iter().enumerate().filter(|(index, _)| open[*index]);
        for (index, layer) in open_layers() {
            if let Err(error) = self.framework.check(layer.name, layer.kind) {
                faults.add(Fault::of_layer(index, error))?;
            }
        }
        faults.none()?;
        let class = |recurrent: bool| {
            let (wanted, first) = match (recurrent, self.framework) {
                (true, Framework::Keras) => ("a recurrent layer", "recurrent_kernel"),
                (true, Framework::PyTorch) => ("a recurrent layer", "weight_ih"),
                (false, Framework::Keras) => ("a dense layer", "kernel"),
                (false, Framework::PyTorch) => ("a dense layer", "weight"),
            };
            Class {
                wanted,
                first,
                groups: self.groups.iter().filter(|group| group.recurrent == recurrent).collect(),
                layers: open_layers()
                    .map(|(index, layer)| (index, *layer, spec.input_size_of(index)))
                    .filter(|(_, layer, _)| layer.kind.recurrent().is_some() == recurrent)
                    .collect(),
            }
        };
        let mut groups = [true, false]
            .map(|recurrent| self.hand_out(class(recurrent), ignore_extra, faults).map(Vec::into_iter));
        let [Ok(recurrent), Ok(dense)] = &mut groups else { return Err(Stop) };
        let mut found = vec![Vec::new(); spec.layers.len()];
        for (index, layer) in open_layers() {
            let next = if layer.kind.recurrent().is_some() { recurrent.next() } else { dense.next() };
            let group = next.expect("a group for every layer");
            if let Err(error) = check_directions(layer, group) {
                faults.add(Fault::of_layer(index, error))?;
            }
            found[index] = group.found(self.framework, layer.kind);
        }
        faults.none()?;
        Ok(found)
    }

    /// The group of each of our layers: by name where every layer finds its own, else in the order of numbers, which
    /// then must be of one name and differ, else by shape where there are as many groups of each as layers.
    fn hand_out<'g>(
        &self,
        mut class: Class<'g>,
        ignore_extra: bool,
        faults: &mut Faults,
    ) -> Result<Vec<&'g Group>, Stop> {
        let by_name = |(_, layer, _): &(usize, LayerSpec<'_>, usize)| {
            let mut named = class.groups.iter().filter(|group| group.named && group.layer == layer.name);
            named.next().copied().filter(|_| named.next().is_none())
        };
        if let Some(groups) = class.layers.iter().map(by_name).collect() {
            return Ok(groups);
        }
        // Scales, tables and filters of other layers are called `weight` too, but are no matrices.
        if class.groups.len() > class.layers.len() {
            class.groups.retain(|group| group.recurrent || group.input.is_some());
        }
        if !class.groups.first().is_none_or(|group| group.recurrent) {
            self.leave_out_tables(&mut class);
        }
        if let Some((index, layer, _)) = class.layers.get(class.groups.len()) {
            // Of two directions where two layers are expected, say that rather.
            let (first, one, _) = class.layers[0];
            let directions = one.kind.directions();
            if let Some(group) = class.groups.first()
                && class.groups.iter().all(|group| group.stems.len() != directions)
            {
                check_directions(&one, group).map_err(|error| faults.last(Fault::of_layer(first, error)))?;
            }
            let tensor = format!("{} of {} for `{}`", class.first, class.wanted, layer.name);
            let error = WeightError::Missing { tensor, existing: self.listing.names.clone() };
            return Err(faults.last(Fault::of_layer(*index, error)));
        }
        let as_many = class.groups.len() == class.layers.len();
        // What is left over is refused later, by name.
        if !as_many
            && !ignore_extra
            && let Some(groups) = by_shape(&class)
        {
            return Ok(groups);
        }
        // Of more groups than layers the first ones would be a guess, unless the rest is refused later.
        if (as_many || !ignore_extra)
            && let Some(mut groups) = in_order(class.groups.clone())
        {
            groups.truncate(class.layers.len());
            return Ok(groups);
        }
        if as_many && let Some(groups) = by_shape(&class) {
            return Ok(groups);
        }
        check_copies(self.listing).map_err(|error| faults.last(error))?;
        class.groups.sort_by_key(|group| group.place());
        Err(faults.last(WeightError::Ambiguous {
            wanted: class.wanted.to_string(),
            candidates: class.groups.iter().map(|group| group.shown.clone()).collect(),
            remedy: "name it with a mapping, or its copy with a prefix",
        }))
    }

    /// Of more matrices than dense layers, leaves out those whose names say that they are something else, and those that may be
    /// the table of an embedding in front: no bias, and before a recurrent layer by their numbers.
    fn leave_out_tables(&self, class: &mut Class<'_>) {
        let is_none =
            |group: &Group| said(&group.layer).iter().any(|(_, says)| matches!(says, Says::Other(_)));
        // The last number of a recurrent layer of each name.
        let mut last = BTreeMap::new();
        for (base, place) in self.groups.iter().filter(|group| group.recurrent).map(Group::place) {
            let known = last.entry(base).or_insert(place);
            *known = place.max(*known);
        }
        let is_in_front = |group: &Group| {
            let (base, place) = group.place();
            let bias = group.stems[0].name(LayerKind::dense(1), Tensor::Bias);
            let is_before = place.is_some() && last.get(&base).is_some_and(|last| place < *last);
            is_before && bias.is_some_and(|bias| !self.listing.has(&bias))
        };
        let others: [&dyn Fn(&Group) -> bool; 2] = [&is_none, &is_in_front];
        for is_other in others {
            let left = class.groups.iter().filter(|group| !is_other(group)).count();
            if class.groups.len() > class.layers.len() && left >= class.layers.len() {
                class.groups.retain(|group| !is_other(group));
            }
        }
    }
}

/// The groups in the order of their numbers, if these make one.
fn in_order(mut groups: Vec<&Group>) -> Option<Vec<&Group>> {
    groups.sort_by_key(|group| group.place());
    let clear = groups.windows(2).all(|pair| {
        let (one, next) = (pair[0].place(), pair[1].place());
        one.0 == next.0 && one.1.is_some() && one.1 < next.1
    });
    clear.then_some(groups)
}

/// Directions, and rows and columns of the matrices.
type Shape = (usize, Option<(usize, usize)>, Option<(usize, usize)>);

/// For each layer the groups of its very shape, in order, if each shape has as many groups as layers.
fn by_shape<'g>(class: &Class<'g>) -> Option<Vec<&'g Group>> {
    let of_group = |group: &Group| -> Shape { (group.stems.len(), group.input, group.hidden) };
    let of_layer = |&(_, layer, n_i): &(usize, LayerSpec<'_>, usize)| -> Shape {
        let sizes = |tensor: Tensor| {
            let (rows, columns) = tensor.shape(layer.kind, n_i);
            columns.map(|columns| (rows, columns))
        };
        match layer.kind {
            LayerKind::Recurrent(r) => (r.directions(), sizes(Tensor::WeightIh), sizes(Tensor::WeightHh)),
            LayerKind::Dense { .. } => (1, sizes(Tensor::Weight), None),
        }
    };
    let shapes: Vec<Shape> = class.layers.iter().map(of_layer).collect();
    let count = |shapes: &[Shape], shape| shapes.iter().filter(|&&other| other == shape).count();
    let mut found = Vec::new();
    for (index, &shape) in shapes.iter().enumerate() {
        let same = in_order(class.groups.iter().copied().filter(|group| of_group(group) == shape).collect())?;
        if same.len() != count(&shapes, shape) {
            return None;
        }
        found.push(same[count(&shapes[..index], shape)]);
    }
    Some(found)
}

/// Refuses two directions for a layer of one, and one for a layer of two.
fn check_directions(layer: &LayerSpec<'_>, group: &Group) -> Result<(), WeightError> {
    let words = |count: usize| if count == 2 { "two directions" } else { "one direction" };
    let (expected, found) = (layer.kind.directions(), group.stems.len());
    if expected == found {
        return Ok(());
    }
    Err(WeightError::Layout {
        layer: layer.name.to_string(),
        expected: format!("a layer of {}", words(expected)),
        found: format!("{} in the file has {}", group.shown, words(found)),
    })
}
