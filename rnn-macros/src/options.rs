//! Options of the struct, and what they share with those of a field: each stands once, has a value, and is known.

use crate::file::{self, Files};
use crate::mistakes::Mistakes;
use crate::parse::{self, Setting, Value};
use crate::sizes::{self, Sizes};
use crate::{manifest, value, words};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

pub(crate) struct Options {
    pub(crate) input_size: usize,
    /// The value of `input_size`, if it stands there.
    pub(crate) size: Option<TokenStream>,
    pub(crate) files: Files,
    pub(crate) root: TokenStream,
    pub(crate) sizes: Option<Sizes>,
}

/// The struct's options.
pub(crate) fn options(attribute: TokenStream, mistakes: &mut Mistakes) -> Options {
    let settings = parse::settings(attribute, mistakes);
    let mut options =
        Options { input_size: 1, size: None, files: Files::default(), root: quote!(::rnn_core), sizes: None };
    let (mut has_size, mut has_root, mut has_sizes) = (false, false, false);
    for setting in &settings {
        if options.files.reading.take(setting, mistakes) {
            continue;
        }
        let (seen, example) = match setting.name.to_string().as_str() {
            "input_size" => (&mut has_size, "input_size = 1"),
            "weights" => (&mut options.files.weights.seen, "weights = \"models/amp.safetensors\""),
            "from" => (&mut options.files.from.seen, "from = \"models/amp.safetensors\""),
            "order" => (&mut options.files.order.seen, "order = [rnn, head]"),
            "crate" => (&mut has_root, "crate = ::my::rnn_core"),
            "sizes" => {
                // It is there, whatever can be read of it.
                options.sizes.get_or_insert_with(|| Sizes::none(&setting.name));
                (&mut has_sizes, sizes::EXAMPLE)
            }
            other => {
                unknown(&setting.name, other, mistakes);
                // Nothing to say about a missing size when it is there under a misspelt name, or what tells it is.
                has_size |= words::nearest(other, ["input_size", "weights", "from"]).is_some();
                continue;
            }
        };
        let Some(tokens) = given(setting, seen, example, mistakes) else { continue };
        let files = &mut options.files;
        let read = match setting.name.to_string().as_str() {
            "crate" => value::path(tokens).map(|path| options.root = path.to_token_stream()),
            "weights" => files.weights.set(tokens, file::path(tokens, "weights")),
            "from" => files.from.set(tokens, file::path(tokens, "from")),
            "order" => files.order.set(tokens, file::names(tokens)),
            "sizes" => {
                options.sizes = Some(sizes::sizes(tokens, mistakes));
                Ok(())
            }
            _ => {
                options.size = Some(tokens.clone());
                let size = value::size(tokens, "input_size", 1);
                options.input_size = size.as_ref().ok().copied().or(value::guess(tokens)).unwrap_or(1);
                size.map(drop)
            }
        };
        if let Err(error) = read {
            mistakes.push(error);
        }
    }
    if !has_root && let Some(name) = manifest::renamed() {
        mistakes.missing(format!(
            "Cargo.toml gives `rnn-core` the name `{name}`, and the attribute looks for `::rnn_core`: write \
             `#[rnn(crate = ::{name})]`"
        ));
        let name = Ident::new_raw(&name, Span::call_site());
        options.root = quote!(::#name);
    }
    // A file may tell it.
    has_size |= options.files.any();
    if !has_size {
        mistakes.missing(
            "`input_size` is missing: write `#[rnn(input_size = 1)]`, with the number of values in one time step (n_i)",
        );
    }
    options
}

/// An option the struct does not have: it may be a layer's, or misspelt.
fn unknown(name: &Ident, word: &str, mistakes: &mut Mistakes) {
    let known = words::STRUCT_OPTIONS;
    let message = if words::field_option(word).is_some() {
        format!("`{word}` is an option of a layer: write `#[rnn({word} = ..)]` above its field")
    } else {
        let meant = words::suggestion(words::nearest(word, known));
        format!("unknown option `{word}`{meant} (options of a struct: {})", words::list(known))
    };
    mistakes.add(name, message);
}

/// The value of an option that stands there once and properly.
pub(crate) fn given<'a>(
    setting: &'a Setting,
    seen: &mut bool,
    example: &str,
    mistakes: &mut Mistakes,
) -> Option<&'a TokenStream> {
    let name = &setting.name;
    if std::mem::replace(seen, true) {
        mistakes.add(name, format!("`{name}` is given twice: keep one"));
        return None;
    }
    match &setting.value {
        Value::Given(tokens) => return Some(tokens),
        Value::Missing => mistakes.add(name, format!("`{name}` has no value: write `{example}`")),
        Value::Malformed(tokens) => {
            mistakes.add(tokens, format!("`{name}` is set with a single `=`: write `{example}`"));
        }
    }
    None
}
