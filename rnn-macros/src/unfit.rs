//! What is wrong with a file for a network, said where it is to be mended.

use crate::field;
use crate::file::Model;
use crate::mistakes::Mistakes;
use crate::reading::Reading;
use crate::spec::{Cell, Layer, Network};
use crate::words;
use proc_macro2::TokenStream;
use quote::ToTokens;
use rnn_format::{
    Architecture, CellKind, Direction, Fault, Merge, Metadata, Recurrent, Shape, Tensor, WeightError,
};
use std::fmt::Display;
use syn::Field;

/// A file that does not fit, and where the parts of the network are written.
pub(crate) struct Unfit<'a> {
    pub(crate) network: &'a Network,
    /// One for each layer, or none where the layers are a file's.
    pub(crate) fields: &'a [&'a Field],
    pub(crate) model: &'a Model,
    /// How it was read.
    pub(crate) reading: &'a Reading,
    /// The value of `input_size`, if it was given.
    pub(crate) size: Option<&'a TokenStream>,
}

impl Unfit<'_> {
    /// One sentence a field, and what belongs to none.
    pub(crate) fn tell(&self, faults: Vec<Fault>, mistakes: &mut Mistakes) {
        let (mut of_layers, mut others): (Vec<Vec<Fault>>, Vec<Fault>) = (Vec::new(), Vec::new());
        of_layers.resize_with(self.network.layers.len(), Vec::new);
        for fault in faults {
            match fault.layer.and_then(|layer| of_layers.get_mut(layer)) {
                Some(list) => list.push(fault),
                None => others.push(fault),
            }
        }
        // A layer of another size gives the next one other values: that is said once.
        let mut before_differs = false;
        for (index, faults) in of_layers.iter().enumerate() {
            let only_input = faults.iter().all(|fault| self.is_input(index, fault));
            if !(before_differs && only_input) {
                self.tell_layer(index, faults, mistakes);
            }
            before_differs = !only_input && faults.iter().any(is_shape);
        }
        for fault in others {
            self.tell_file(&fault.error, mistakes);
        }
    }

    /// The type of a layer's field, or the file's path where there are no fields.
    fn of_field(&self, index: usize) -> &dyn ToTokens {
        self.fields.get(index).map_or(&self.model.literal, |field| &field.ty)
    }

    /// "this field is `Lstm<40>`".
    fn this(&self, layer: &Layer) -> String {
        let marker = field::marker(layer);
        if self.fields.is_empty() {
            format!("layer {} is {marker}", layer.name)
        } else {
            format!("this field is {marker}")
        }
    }

    fn tell_layer(&self, index: usize, faults: &[Fault], mistakes: &mut Mistakes) {
        // The matrix that meets the state has no size of another layer: it says most about this one.
        let says_most = |fault: &&Fault| fault.tensor == Some(Tensor::WeightHh);
        let mut shapes = faults.iter().filter(|fault| is_shape(fault));
        if let Some(fault) = shapes.clone().find(says_most).or_else(|| shapes.next()) {
            self.tell_shape(index, fault, mistakes);
        }
        let (mut missing, mut mistyped) = (Vec::new(), Vec::new());
        let (mut names, mut types) = (&Vec::new(), "");
        for fault in faults {
            match &fault.error {
                WeightError::Shape { .. } => {}
                WeightError::Missing { tensor, existing } => {
                    missing.push(tensor.as_str());
                    names = existing;
                }
                WeightError::Type { tensor, found } => {
                    mistyped.push(tensor.as_str());
                    types = found;
                }
                WeightError::Architecture { found, .. } => {
                    self.tell_architecture(Some(index), found, mistakes);
                }
                error @ WeightError::Layout { .. } => {
                    mistakes.add(self.of_field(index), format!("{error}{}", other_directions(error)));
                }
                other => mistakes.add(self.of_field(index), other),
            }
        }
        if !missing.is_empty() {
            let name = self.fields.get(index).and_then(|field| field.ident.as_ref());
            let place: &dyn ToTokens = name.map_or(&self.model.literal, |name| name);
            let (are, has) = (if missing.len() == 1 { "is" } else { "are" }, names.join(", "));
            mistakes
                .add(place, format!("{} {are} missing: {} has {has}", tensors(&missing), self.model.path));
        }
        if !mistyped.is_empty() {
            let hold = if mistyped.len() == 1 { "holds" } else { "hold" };
            let way_on = if types == "F64" {
                "`round_f64 = true` rounds it to F32"
            } else {
                "save the file as one of these"
            };
            let message =
                format!("{} {hold} {types}, and weights are F32, F16 or BF16: {way_on}", tensors(&mistyped));
            mistakes.add(self.of_field(index), message);
        }
    }

    /// What belongs to no layer.
    fn tell_file(&self, error: &WeightError, mistakes: &mut Mistakes) {
        let (literal, path) = (&self.model.literal, &self.model.path);
        let message: &dyn Display = match error {
            WeightError::Architecture { found, .. } => return self.tell_architecture(None, found, mistakes),
            WeightError::Extra { tensors } => {
                let message = format!(
                    "no layer takes {} of {path}: add a field for what they are of, or leave them aside with \
                     `ignore_extra = true`",
                    tensors.join(", ")
                );
                return mistakes.add(literal, message);
            }
            WeightError::Ambiguous { wanted, candidates, .. } => &format!(
                "{wanted} could be any of {} in {path}: name the fields as the file names its layers, or say which with `mapping` or \
                 `prefix`",
                candidates.join(", ")
            ),
            other => &unread(self.model, other),
        };
        match self.reading.place(error) {
            Some(place) => mistakes.add(place, message),
            None => mistakes.add(literal, message),
        }
    }

    /// The file says that it holds another network.
    fn tell_architecture(&self, index: Option<usize>, found: &str, mistakes: &mut Mistakes) {
        let path = &self.model.path;
        let found = Metadata::from_text(found).ok().and_then(|metadata| metadata.architecture);
        let Some(Architecture { input_size, layers }) = found else { return };
        let Some(index) = index else {
            let message = if input_size == self.network.input_size {
                let more = layers[self.network.layers.len().min(layers.len())..].iter();
                let shown: Vec<_> = more
                    .map(|layer| {
                        Layer::of_kind(&layer.name, layer.kind)
                            .map_or(layer.name.clone(), |layer| field::field(&layer, " "))
                    })
                    .collect();
                format!("{path} has more layers than this network: add `{}`", shown.join(", "))
            } else {
                let here = self.network.input_size;
                format!(
                    "{path} says that its `input_size` is {input_size}, and here it is {here}: write {input_size}"
                )
            };
            match self.size.filter(|_| input_size != self.network.input_size) {
                Some(size) => mistakes.add(size, message),
                None => mistakes.add(&self.model.literal, message),
            }
            return;
        };
        let ours = &self.network.layers[index];
        let here = field::described(ours);
        let message = match layers.get(index) {
            Some(layer) => {
                let theirs = Layer::of_kind(&layer.name, layer.kind)
                    .map_or_else(|| layer.name.clone(), |layer| field::field(&layer, " "));
                format!(
                    "{path} says that it holds `{theirs}` here, and this field is `{here}`: write what the file holds"
                )
            }
            None => format!(
                "{path} says that it holds {} layer{}, and this would be one more: remove it",
                layers.len(),
                if layers.len() == 1 { "" } else { "s" }
            ),
        };
        mistakes.add(self.of_field(index), message);
    }

    fn tell_shape(&self, index: usize, fault: &Fault, mistakes: &mut Mistakes) {
        let WeightError::Shape { tensor, found, expected, .. } = &fault.error else { return };
        let layer = &self.network.layers[index];
        let sizes = [Shape(found), Shape(expected)];
        let said = format!("tensor {tensor} is {}", sizes[0]);
        if self.is_input(index, fault)
            && index == 0
            && let Some(size) = self.size
            && let Some(width) = found.iter().zip(expected).find(|(found, expected)| found != expected)
        {
            let message = format!("{said}, and expected is {}: write `input_size = {}`", sizes[1], width.0);
            mistakes.add(size, message);
            return;
        }
        let why = if self.is_input(index, fault) {
            self.why_input(index, found, expected)
        } else {
            fault
                .tensor
                .and_then(|tensor| of_another_size(layer, tensor, found, expected))
                .unwrap_or_default()
        };
        mistakes
            .add(self.of_field(index), format!("{said}, {}: expected {}{why}", self.this(layer), sizes[1]));
    }

    /// Whether nothing but the number of values that the layer takes is another than the file's.
    fn is_input(&self, index: usize, fault: &Fault) -> bool {
        let WeightError::Shape { found, expected, .. } = &fault.error else { return false };
        let n_i = self.network.with_spec(|spec| spec.input_size_of(index));
        let differs: Vec<usize> = found
            .iter()
            .zip(expected)
            .filter(|(found, expected)| found != expected)
            .map(|(_, &expected)| expected)
            .collect();
        matches!(fault.tensor, Some(Tensor::WeightIh | Tensor::Weight))
            && found.len() == expected.len()
            && differs == [n_i]
    }

    /// Where the number of values that a layer takes comes from, and what would give as many as the file's takes.
    fn why_input(&self, index: usize, found: &[usize], expected: &[usize]) -> String {
        let Some(before) = index.checked_sub(1).map(|before| &self.network.layers[before]) else {
            return format!("; `input_size` is {}", self.network.input_size);
        };
        let n = before.kind.output_size();
        let how = match before.kind.recurrent() {
            Some(Recurrent { direction: Direction::Bidirectional(merge), .. }) => {
                let how = format!(" (two directions, `merge = {}`)", words::name_of(&merge, &words::MERGES));
                if merge == Merge::Concat && one_other(found, expected) == Some(n / 2) {
                    format!("{how}: `merge = sum`, `product` or `average` would be {}", n / 2)
                } else {
                    how
                }
            }
            _ => String::new(),
        };
        format!("; `{}` before it hands over {n} values{how}", before.name)
    }
}

/// ": remove this option", if the file's layer has not as many directions as the field.
fn other_directions(error: &WeightError) -> &'static str {
    match error {
        WeightError::Layout { expected, .. } if expected.ends_with(" two directions") => {
            ": remove `direction = bidirectional`"
        }
        WeightError::Layout { expected, .. } if expected.ends_with(" one direction") => {
            ": add `#[rnn(direction = bidirectional)]`"
        }
        _ => "",
    }
}

fn is_shape(fault: &Fault) -> bool {
    matches!(fault.error, WeightError::Shape { .. })
}

/// "tensors a, b".
fn tensors(names: &[&str]) -> String {
    format!("tensor{} {}", if names.len() == 1 { "" } else { "s" }, names.join(", "))
}

/// The one size of a shape that is another than expected.
fn one_other(found: &[usize], expected: &[usize]) -> Option<usize> {
    let mut others = found.iter().zip(expected).filter(|(found, expected)| found != expected);
    let (&size, _) = others.next().filter(|_| found.len() == expected.len())?;
    others.next().is_none().then_some(size)
}

/// "; it is that of `Lstm<32>`", if the shape of the matrix that meets the state, or of a dense layer's, says so.
fn of_another_size(layer: &Layer, tensor: Tensor, found: &[usize], expected: &[usize]) -> Option<String> {
    if tensor == Tensor::Weight {
        let size = one_other(found, expected)?;
        return Some(format!("; it is that of `{}<{size}>`", Cell::Dense.marker()));
    }
    if tensor != Tensor::WeightHh {
        return None;
    }
    layer
        .kind
        .recurrent()
        .filter(|layer| !matches!(layer.cell, CellKind::Lstm { projection: Some(_), .. }))?;
    let &[a, b] = found else { return None };
    // Keras' lie the other way.
    let (rows, size) = (a.max(b), a.min(b));
    let cell = match (rows % size.max(1), rows / size.max(1)) {
        (0, 1) => Cell::SimpleRnn,
        (0, 3) => Cell::Gru,
        (0, 4) => Cell::Lstm,
        _ => return None,
    };
    Some(format!("; it is that of `{}<{size}>`", cell.marker()))
}

/// A file of which nothing can be read.
pub(crate) fn unread(model: &Model, error: &WeightError) -> String {
    format!("{}: {error}", model.path)
}
