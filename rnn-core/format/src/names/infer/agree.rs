//! Whether what a file's names say agrees with what its shapes make of it.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::Framework;
use super::super::group::{Group, Scan};
use super::super::words::{Says, said};
use super::order::Item;
use crate::architecture::Layer;
use crate::kind::LayerKind;
use crate::weight_error::{Shape, WeightError};

/// How a word that is wrong is overruled.
const REMEDY: &str = "if the name misleads, say `Assume::ignore_names()`, otherwise describe the network";

/// What one segment of a path says.
type Segment = Vec<(String, Says)>;

impl Scan<'_> {
    /// Refuses a layer whose name says that it is something else.
    pub(super) fn check_words(&self, items: &[Item<'_>]) -> Result<(), WeightError> {
        let paths: Vec<Vec<&str>> = self.groups.iter().map(|group| self.path(group)).collect();
        // What stands before every layer names the network, not a layer.
        let in_common = |path: &Vec<&str>| paths[0].iter().zip(path).take_while(|(a, b)| a == b).count();
        let shared = if paths.len() > 1 { paths.iter().map(in_common).min().unwrap_or(0) } else { 0 };
        let recurrent: Vec<&Vec<&str>> =
            paths.iter().zip(items).filter(|(_, item)| item.group.recurrent).map(|(path, _)| path).collect();
        for (path, item) in paths.iter().zip(items) {
            let segments: Vec<Segment> = path.iter().map(|segment| said(segment)).collect();
            // The levels of one module have the whole name of the module in common.
            let own = &segments[shared.min(segments.len().saturating_sub(1))..];
            let refusal = match item.kinds[0] {
                LayerKind::Recurrent(r) => {
                    not_of_a_layer(own, false).or_else(|| other_cell(own, r.cell.name()))
                }
                LayerKind::Dense { .. } => {
                    not_of_a_layer(own, self.is_unit_convolution(item.group)).or_else(|| {
                        // A module that holds a recurrent layer may be called by it.
                        let holds_one = |depth: usize| {
                            recurrent.iter().any(|other| other.get(..depth) == path.get(..depth))
                        };
                        self.of_a_cell(&segments, holds_one, item.group)
                    })
                }
            };
            if let Some(reason) = refusal {
                let name = &item.group.shown;
                let shape = self.shape_of(item.group);
                let inferred = match item.kinds[0] {
                    LayerKind::Dense { .. } => "a dense layer",
                    kind => kind.name(),
                };
                return Err(WeightError::NotInferred {
                    reason: format!("{name} {shape}would be {inferred} by its shape, but {reason}"),
                    remedy: REMEDY.into(),
                });
            }
        }
        Ok(())
    }

    /// Refuses a matrix that could as well be the table of an embedding in front: it has no bias, its name does not say what it
    /// is, it does not stand after a recurrent layer by its number, and its rows are as long as the network's input.
    pub(super) fn check_table<'g>(
        &self,
        mut order: impl Iterator<Item = &'g Group> + Clone,
        layers: &[Layer],
        input_size: usize,
    ) -> Result<(), WeightError> {
        let is_one = |(index, group): &(usize, &'g Group)| {
            let (base, place) = group.place();
            let is_after = self.groups.iter().any(|other| {
                let (other_base, other_place) = other.place();
                other.recurrent && other_base == base && other_place.is_some() && other_place < place
            });
            let says_dense = |segment: &&str| said(segment).iter().any(|(_, says)| *says == Says::Dense);
            !(group.recurrent || layers[*index].kind.bias() || is_after)
                && group.input.is_some_and(|(_, columns)| columns == input_size)
                && !self.path(group).iter().any(says_dense)
        };
        if !order.clone().next().is_some_and(|first| first.recurrent) {
            return Ok(());
        }
        let Some((_, group)) = order.by_ref().enumerate().find(is_one) else { return Ok(()) };
        Err(WeightError::NotInferred {
            reason: format!(
                "{} {}has no bias, and may be a dense layer or the table of an embedding in front of the recurrent layers",
                group.shown,
                self.shape_of(group)
            ),
            remedy: "if it is a dense layer, say `Assume::dense_last()` or `Assume::order(..)`, otherwise describe the network \
                     without it"
                .into(),
        })
    }

    /// The segments of what stands before a layer's tensors.
    fn path<'g>(&self, group: &'g Group) -> Vec<&'g str> {
        let between = match self.framework {
            Framework::Keras => '/',
            Framework::PyTorch => '.',
        };
        group.stems[0].before.split(between).filter(|segment| !segment.is_empty()).collect()
    }

    /// A convolution of one tap is a dense layer.
    fn is_unit_convolution(&self, group: &Group) -> bool {
        self.weight_shape(group).is_some_and(|shape| shape.len() > 2)
    }

    fn weight_shape(&self, group: &Group) -> Option<&[usize]> {
        self.listing.shape(&group.stems[0].name(LayerKind::dense(1), crate::Tensor::Weight)?)
    }

    /// "(7, 4) ", of a dense layer.
    fn shape_of(&self, group: &Group) -> String {
        let shape = self.weight_shape(group).filter(|_| !group.recurrent);
        shape.map(|shape| format!("{} ", Shape(shape))).unwrap_or_default()
    }

    /// What a dense layer seems to be whose name says a cell. The last segment that says either decides.
    fn of_a_cell(
        &self,
        segments: &[Segment],
        holds_one: impl Fn(usize) -> bool,
        group: &Group,
    ) -> Option<String> {
        for (index, segment) in segments.iter().enumerate().rev() {
            if segment.iter().any(|(_, says)| *says == Says::Dense) {
                return None;
            }
            let cell = segment.iter().rev().find(|(_, says)| matches!(says, Says::Cell(Some(_))));
            let any = segment.iter().find(|(_, says)| matches!(says, Says::Cell(_)));
            let Some((word, says)) = cell.or(any).filter(|_| !holds_one(index + 1)) else { continue };
            return Some(match fused(self.framework, *says, group) {
                Some(kernel) => format!("`{word}` in its name and its shape are those of {kernel}"),
                None => format!("`{word}` in its name says a part of a recurrent layer"),
            });
        }
        None
    }
}

/// The kernel that old TensorFlow cells had in one piece, if it is one.
fn fused(framework: Framework, says: Says, group: &Group) -> Option<String> {
    let (columns, rows) = group.input.filter(|_| framework == Framework::Keras)?;
    let gates = match says {
        Says::Cell(Some("lstm")) => 4,
        // Its reset and update gates; the candidate has a kernel of its own.
        Says::Cell(Some("gru")) => 2,
        _ => 1,
    };
    let (n_h, rest) = (columns / gates, columns % gates);
    let n_i = rows.checked_sub(n_h).filter(|&n_i| rest == 0 && n_i > 0)?;
    Some(format!(
        "the fused kernel of an old TensorFlow cell, (n_i={n_i} + n_h={n_h}, {gates}*n_h={columns})"
    ))
}

/// What a layer is, if its name says that it is none of this library's.
fn not_of_a_layer(own: &[Segment], is_unit_convolution: bool) -> Option<String> {
    own.iter().flatten().find_map(|(word, says)| {
        let what = match says {
            Says::Other(what) => what,
            Says::Convolution if !is_unit_convolution => "a convolution",
            _ => return None,
        };
        Some(format!("`{word}` in its name says {what}"))
    })
}

/// The class that a recurrent layer's name says, if it is another than that of its gates. The last segment that says one
/// decides.
fn other_cell(own: &[Segment], cell: &str) -> Option<String> {
    let classes = |segment: &Segment| -> Vec<(String, &'static str)> {
        let class = |(word, says): &(String, Says)| match says {
            Says::Cell(Some(class)) => Some((word.clone(), *class)),
            _ => None,
        };
        segment.iter().filter_map(class).collect()
    };
    let said = own.iter().rev().map(classes).find(|classes| !classes.is_empty())?;
    let (word, class) = said.first().filter(|_| said.iter().all(|(_, class)| *class != cell))?;
    Some(format!("`{word}` in its name says {class}"))
}

/// Refuses a file without a recurrent layer.
pub(super) fn check_recurrent(scan: &Scan<'_>) -> Result<(), WeightError> {
    const MOST: usize = 8;
    if scan.groups.iter().any(|group| group.recurrent) {
        return Ok(());
    }
    let mut shown: Vec<&str> = scan.groups.iter().take(MOST).map(|group| &group.shown[..]).collect();
    if scan.groups.len() > MOST {
        shown.push("..");
    }
    let seems = scan.groups.iter().find_map(|group| {
        let segments: Vec<Segment> = scan.path(group).into_iter().map(said).collect();
        let reason = not_of_a_layer(&segments, scan.is_unit_convolution(group))
            .or_else(|| scan.of_a_cell(&segments, |_| false, group))?;
        Some(format!(
            ": {} {}seems to be something else, because {reason}",
            group.shown,
            scan.shape_of(group)
        ))
    });
    let seems = seems.unwrap_or_else(|| ", but perhaps a part of a network".into());
    Err(WeightError::NotInferred {
        reason: format!(
            "the file has no recurrent layer that is known by its names, only {}{seems}",
            shown.join(", ")
        ),
        remedy: "a network without one is not inferred: describe it if this is all of it".into(),
    })
}
