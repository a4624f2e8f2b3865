//! The network of a struct without fields: what a file says of itself, or what its tensors' names and shapes tell.

use crate::field;
use crate::file::{Files, Model};
use crate::mistakes::Mistakes;
use crate::spec::Network;
use crate::unfit::unread;
use crate::words;
use rnn_format::{Assume, Inferred, Mapping, Metadata, WeightError, infer_file, read_metadata};

/// What a file tells.
pub(crate) struct Told {
    pub(crate) network: Network,
    /// Which tensor is which, where the file does not use our names.
    pub(crate) mapping: Mapping,
    /// Of a network that was inferred: what it was taken for.
    pub(crate) assumed: Option<Vec<String>>,
}

/// The network of a file; what keeps it from being one goes to `mistakes`.
pub(crate) fn told(model: &Model, files: &Files, mistakes: &mut Mistakes) -> Option<Told> {
    if files.order.seen && files.order.value.is_none() {
        // What it says would decide.
        return None;
    }
    let options = &files.reading.options;
    let metadata = match read_metadata(&model.bytes, options) {
        Ok(metadata) => metadata,
        Err(error) => {
            match files.reading.place(&error) {
                Some(place) => mistakes.add(place, unread(model, &error)),
                None => mistakes.add(&model.literal, unread(model, &error)),
            }
            return None;
        }
    };
    let (architecture, mapping, assumed) = if let Some(architecture) = metadata.architecture {
        if files.order.seen {
            let message =
                format!("{} says itself in which order its layers stand: remove `order`", model.path);
            mistakes.add(&files.order.tokens, message);
        }
        (architecture, options.mapping.clone(), None)
    } else {
        let Inferred { architecture, mapping, assumed, .. } = inferred(model, files, mistakes)?;
        (architecture, mapping.and(options.mapping.clone()), Some(assumed))
    };
    match field::network(&architecture) {
        Ok(network) => Some(Told { network, mapping, assumed }),
        Err(message) => {
            mistakes.add(&model.literal, format!("{}: {message}", model.path));
            None
        }
    }
}

/// The network that the names and shapes of a file's tensors tell.
fn inferred(model: &Model, files: &Files, mistakes: &mut Mistakes) -> Option<Inferred> {
    let order = files.order.value.clone().unwrap_or_default();
    // Who gives the order says that the layers follow one another.
    let is_given = !order.is_empty();
    let assume = Assume::framework_defaults().order(order);
    let assume = if is_given { assume.stacked() } else { assume };
    match infer_file(&model.bytes, &files.reading.options, &assume) {
        Ok(inferred) => return Some(inferred),
        Err(error @ WeightError::Order { .. }) => {
            mistakes.add(&files.order.tokens, format!("{error}: name each of these once, first to last"));
        }
        Err(error) => mistakes.add(&model.literal, untold(model, files, &error)),
    }
    None
}

/// Why a file does not tell which network it is, and what to do.
fn untold(model: &Model, files: &Files, error: &WeightError) -> String {
    let path = &model.path;
    if let WeightError::NotInferred { reason, .. } = error {
        // What only its order keeps from being a network.
        let stacked =
            infer_file(&model.bytes, &files.reading.options, &Assume::framework_defaults().stacked());
        let order = if stacked.is_ok() {
            let names = words::list(existing(model, files).iter().map(String::as_str));
            format!(
                "if each takes what the one before gives, say `order = [..]` with {names}, first to last, or "
            )
        } else {
            "if it holds a network of this library's, ".to_owned()
        };
        return format!(
            "{path} does not say which network it holds, and its tensors do not tell: {reason}; {order}write the fields and \
             `weights = \"{path}\"`"
        );
    }
    let WeightError::Ambiguous { candidates, .. } = error else {
        return format!("{path} does not say which network it holds, and its tensors do not tell: {error}");
    };
    let networks: Option<Vec<Network>> = candidates
        .iter()
        .map(|text| field::network(&Metadata::from_text(text.trim_matches('`')).ok()?.architecture?).ok())
        .collect();
    let Some(networks) = networks else {
        return format!(
            "{path} does not say which network it holds: {error}, or write the fields and `weights = \"{path}\"`"
        );
    };
    let shown: Vec<_> = networks
        .iter()
        .map(|network| format!("`{}` with `input_size = {}`", field::fields(network), network.input_size))
        .collect();
    let names = |network: &Network| network.layers.iter().map(|layer| layer.name.clone()).collect::<Vec<_>>();
    let order = if networks.iter().any(|network| names(network) != names(&networks[0])) {
        format!(
            "say `order = [..]` with {}, first to last, or ",
            words::list(existing(model, files).iter().map(String::as_str))
        )
    } else {
        String::new()
    };
    format!(
        "{path} does not say which network it holds, and by its tensors it could be {}: {order}write the fields and \
         `weights = \"{path}\"`",
        shown.join(" or ")
    )
}

/// The names that `order` can have.
fn existing(model: &Model, files: &Files) -> Vec<String> {
    let none = Assume::framework_defaults().order([""]);
    match infer_file(&model.bytes, &files.reading.options, &none) {
        Err(WeightError::Order { existing, .. }) => existing,
        _ => Vec::new(),
    }
}
