//! What newcomers write by the habit of another library where a field's type stands, and what it is here: options between `<`
//! and `>`, directions as layers around layers, and layers that a network has not.

use crate::spec::Cell;
use crate::words::{self, FieldOption};
use crate::{layer, value};
use quote::ToTokens;
use rnn_format::{Activation, Direction, Merge};
use syn::{AngleBracketedGenericArguments, Error, GenericArgument, PathArguments, PathSegment, Type};

/// The options among the arguments of a layer, each a message at its token; none if there are none.
pub(crate) fn options(cell: Cell, list: &AngleBracketedGenericArguments) -> Option<Error> {
    let (marker, size) = (cell.marker(), value::guess(list).unwrap_or(cell.usual_size()));
    let mut activations = 0;
    let mut all: Option<Error> = None;
    for argument in &list.args {
        let Some(mut option) = option(cell, argument) else { continue };
        if let Some(activation) = option.strip_prefix("activation = ") {
            activations += 1;
            // As Keras has them: the candidate's, then the gates'.
            if activations == 2 && FieldOption::Gate.is_of(cell) {
                option = format!("gate = {activation}");
            }
        }
        let shown = argument.to_token_stream();
        let message = format!(
            "`{marker}` takes its {} alone, and `{shown}` is an option: write `{marker}<{size}>`, and `#[rnn({option})]` \
             above the field",
            cell.size_name()
        );
        let error = Error::new_spanned(argument, message);
        match &mut all {
            None => all = Some(error),
            Some(all) => all.combine(error),
        }
    }
    all
}

/// The option that an argument stands for, if layers of this kind have it: "activation = relu".
fn option(cell: Cell, argument: &GenericArgument) -> Option<String> {
    let of =
        |option: FieldOption, value: &str| option.is_of(cell).then(|| format!("{} = {value}", option.name()));
    if let GenericArgument::AssocType(pair) = argument {
        let name = pair.ident.to_string();
        let known = words::field_options(Some(cell));
        let option = words::field_option(&name)
            .or_else(|| words::nearest_field_option(&name, &known).and_then(words::field_option))?;
        return of(option, &pair.ty.to_token_stream().to_string());
    }
    let text = argument.to_token_stream().to_string().replace(' ', "");
    let word = text.rsplit("::").next().unwrap_or_default().trim_matches('"');
    if let "true" | "false" = word {
        return of(FieldOption::Bias, word);
    }
    if let Some(activation) = activation(word) {
        return of(FieldOption::Activation, activation);
    }
    let one_of = |option: FieldOption, known: Vec<&'static str>| {
        let lower = word.to_ascii_lowercase();
        known
            .into_iter()
            .find(|known| known.replace('_', "") == lower.replace('_', ""))
            .and_then(|word| of(option, word))
    };
    one_of(FieldOption::Direction, words::DIRECTIONS.map(|(word, _)| word).to_vec())
        .or_else(|| one_of(FieldOption::Reset, words::RESETS.map(|(word, _)| word).to_vec()))
        .or_else(|| one_of(FieldOption::Merge, words::MERGES.map(|(word, _)| word).to_vec()))
}

/// The activation of this name, in any case: `ReLU`.
fn activation(word: &str) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    Activation::ALL
        .iter()
        .map(|activation| activation.name())
        .find(|name| name.replace('_', "") == lower.replace('_', ""))
}

/// A layer that was meant by another name than its own: the message, and what it is here if that can be told.
pub(crate) struct Meant<'a> {
    pub(crate) message: String,
    pub(crate) layer: Option<(&'a Type, Direction)>,
}

/// Words for a direction, in lower case, as layers around a layer.
const AROUND: [(&str, Direction); 7] = [
    ("bidirectional", Direction::Bidirectional(Merge::Concat)),
    ("birnn", Direction::Bidirectional(Merge::Concat)),
    ("reverse", Direction::Reverse),
    ("reversed", Direction::Reverse),
    ("backward", Direction::Reverse),
    ("backwards", Direction::Reverse),
    ("gobackwards", Direction::GoBackwards),
];

/// Layers of others, in lower case as they begin, and the way on.
const OTHERS: [(&[&str], &str); 9] = [
    (
        &["dropout", "spatialdropout", "alphadropout", "zoneout", "gaussian"],
        "it does nothing once a network is trained: leave it out",
    ),
    (&["embedding"], "it is a look-up: feed the network the table's row, whose length is then `input_size`"),
    (
        &["batchnorm"],
        "once trained it is a scale and a shift: multiply them into the weights and bias of the layer behind it",
    ),
    (&["layernorm", "rmsnorm", "groupnorm", "norm"], "it is not in a network: apply it to the input before"),
    (
        &["conv", "maxpool", "avgpool", "attention", "multihead", "transformer"],
        "it is not in a network: compute it before, and feed the network its outputs",
    ),
    (
        &["sequential", "stack", "multirnn", "rnncells", "vec", "box", "arc", "option"],
        "layers are fields, each of its own name and in their order: write the type of one layer, such as `Lstm<32>`",
    ),
    (&["input"], "what goes in is said on the struct: `#[rnn(input_size = 1)]`"),
    (&["masking"], "a mask comes with the call: `Sequences::mask`"),
    (
        &["repeatvector", "flatten", "reshape", "permute", "timedistributed"],
        "every layer runs at every step, a `Dense` too; an encoder and its decoder are two networks",
    ),
];

/// What a type that names no layer may have meant, as far as other libraries tell.
pub(crate) fn meant(segment: &PathSegment) -> Option<Meant<'_>> {
    let word = segment.ident.to_string();
    let lower = word.to_ascii_lowercase();
    if let Some(&(_, direction)) = AROUND.iter().find(|(around, _)| *around == lower) {
        return Some(around(segment, direction));
    }
    // `BiLSTM<12>`.
    if let Some(cell) = lower
        .strip_prefix("bi")
        .and_then(|rest| Cell::ALL.into_iter().find(|cell| cell.marker().eq_ignore_ascii_case(rest)))
    {
        let layer =
            format!("{}<{}>", cell.marker(), value::guess(&segment.arguments).unwrap_or(cell.usual_size()));
        let message = format!(
            "`{word}` is a layer with an option: write `{layer}`, and `#[rnn(direction = bidirectional)]` above the field"
        );
        return Some(Meant { message, layer: None });
    }
    let inside = activation(&value_in(segment)).filter(|_| lower == "activation");
    // `Linear<1>` is a dense layer.
    let itself = activation(&word).filter(|_| words::nearest_cell(&word).is_none());
    if let Some(name) = itself.or(inside) {
        let message = format!(
            "an activation is an option of the layer before it: write `#[rnn(activation = {name})]` above that field"
        );
        return Some(Meant { message, layer: None });
    }
    let begins = |names: &&(&[&str], &str)| names.0.iter().any(|name| lower.starts_with(name));
    let (_, way_on) = OTHERS.iter().find(begins)?;
    Some(Meant { message: format!("`{word}` is no layer here: {way_on}"), layer: None })
}

/// A direction around a layer.
fn around(segment: &PathSegment, direction: Direction) -> Meant<'_> {
    let word = &segment.ident;
    let inner = inner(segment).filter(|ty| {
        layer::last_segment(ty).is_some_and(|inner| words::cell(&inner.ident.to_string()).is_some())
    });
    let layer = inner.map_or_else(
        || {
            format!(
                "{}<{}>",
                Cell::Lstm.marker(),
                value::guess(&segment.arguments).unwrap_or(Cell::Lstm.usual_size())
            )
        },
        |ty| ty.to_token_stream().to_string().replace(' ', ""),
    );
    let name = words::name_of(&direction, &words::DIRECTIONS);
    let message = format!(
        "`{word}` is an option of a layer: write `{layer}`, and `#[rnn(direction = {name})]` above the field"
    );
    Meant { message, layer: inner.map(|ty| (ty, direction)) }
}

/// The first type between `<` and `>`.
fn inner(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(list) = &segment.arguments else { return None };
    list.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The word between `<` and `>`.
fn value_in(segment: &PathSegment) -> String {
    inner(segment).map(|ty| ty.to_token_stream().to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::meant;
    use crate::words;

    /// No layer of ours is taken for another's, by its name or by what it is meant by.
    #[test]
    fn no_layer_of_ours_is_anothers() {
        for name in
            ["SimpleRnn", "Gru", "Lstm", "MinGru", "MinLstm", "Dense", "Linear", "LSTMCell", "GRU", "Rnn"]
        {
            let segment: syn::PathSegment = syn::parse_str(name).expect("a name");
            assert!(meant(&segment).is_none(), "{name}");
            assert!(words::nearest_cell(name).is_some(), "{name}");
        }
    }
}
