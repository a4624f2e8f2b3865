//! How the attribute reads its files: the options of `rnn_format::ReadOptions`, by the same names.

use crate::mistakes::Mistakes;
use crate::options::given;
use crate::parse::Setting;
use crate::value;
use proc_macro2::TokenStream;
use rnn_format::{Mapping, ReadOptions, WeightError};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Error, Ident, Lit, LitInt, LitStr, Result, Token};

/// An option's name and how it is written, to show in messages.
const OPTIONS: [(&str, &str); 6] = [
    ("prefix", "prefix = \"model\""),
    ("mapping", "mapping = [\"head.weight\" => \"decoder.w\"]"),
    ("ignore_extra", "ignore_extra = true"),
    ("ignore_metadata", "ignore_metadata = true"),
    ("header_limit", "header_limit = 4_000_000"),
    ("round_f64", "round_f64 = true"),
];

/// What the struct's attribute says of reading.
#[derive(Default)]
pub(crate) struct Reading {
    pub(crate) options: ReadOptions,
    seen: [bool; OPTIONS.len()],
    /// The options that have a value, and its tokens.
    given: Vec<(&'static str, TokenStream)>,
}

impl Reading {
    /// Takes a setting that is of reading; whether it is one.
    pub(crate) fn take(&mut self, setting: &Setting, mistakes: &mut Mistakes) -> bool {
        let Some(index) = OPTIONS.iter().position(|(name, _)| setting.name == name) else { return false };
        let (name, example) = OPTIONS[index];
        if let Some(tokens) = given(setting, &mut self.seen[index], example, mistakes) {
            self.given.push((name, tokens.clone()));
            let options = self.options.clone();
            match read(options, name, example, tokens) {
                Ok(options) => self.options = options,
                Err(error) => mistakes.push(error),
            }
        }
        true
    }

    /// Says that there is no file to be read so.
    pub(crate) fn without_file(&self, mistakes: &mut Mistakes) {
        for (name, tokens) in &self.given {
            let message = format!(
                "`{name}` says how the attribute reads a file, and it reads none: add `weights = ..`, or say it in \
                 `LoadOptions` where the program loads one"
            );
            mistakes.add(tokens, message);
        }
    }

    /// The value of the option that an error is about, if it stands there.
    pub(crate) fn place(&self, error: &WeightError) -> Option<&TokenStream> {
        let wanted = match error {
            WeightError::Prefix { .. } => "prefix",
            WeightError::Mapping { .. } => "mapping",
            WeightError::HeaderTooLong { .. } => "header_limit",
            _ => return None,
        };
        self.given.iter().find(|(name, _)| *name == wanted).map(|(_, tokens)| tokens)
    }
}

/// The options with this one.
fn read(options: ReadOptions, name: &str, example: &str, tokens: &TokenStream) -> Result<ReadOptions> {
    let fail = |what: &str| Error::new_spanned(tokens, format!("`{name}` is {what}, such as `{example}`"));
    let bare = || value::bare(tokens.clone());
    Ok(match name {
        "prefix" => match syn::parse2::<Lit>(bare()) {
            Ok(Lit::Str(prefix)) if !prefix.value().is_empty() => options.prefix(prefix.value()),
            _ => return Err(fail("what stands before the names of tensors, in quotes")),
        },
        "mapping" => match mapping.parse2(tokens.clone()) {
            Ok(mapping) => options.mapping(mapping),
            Err(_) => {
                return Err(fail(
                    "a list of our names and the file's, these alone or in `transposed(..)` or `keras(..)`",
                ));
            }
        },
        "header_limit" => match syn::parse2::<LitInt>(bare()).and_then(|bytes| bytes.base10_parse()) {
            Ok(bytes) => options.header_limit(bytes),
            Err(_) => return Err(fail("a literal number of bytes")),
        },
        _ => match (value::flag(tokens, name)?, name) {
            (false, _) => options,
            (true, "ignore_extra") => options.ignore_extra(),
            (true, "ignore_metadata") => options.ignore_metadata(),
            (true, _) => options.round_f64(),
        },
    })
}

/// `["head.weight" => "decoder.w", "rnn.weight_ih" => keras("lstm/kernel")]`
fn mapping(input: ParseStream<'_>) -> Result<Mapping> {
    let list;
    syn::bracketed!(list in input);
    let entries = Punctuated::<_, Token![,]>::parse_terminated_with(&list, entry)?;
    if entries.is_empty() {
        return Err(list.error("no entry"));
    }
    Ok(entries.into_iter().fold(Mapping::new(), |mapping, (ours, layout, in_file)| match layout.as_deref() {
        None => mapping.tensor(ours, in_file),
        Some("transposed") => mapping.transposed(ours, in_file),
        Some(_) => mapping.keras(ours, in_file),
    }))
}

/// Our name, how the file's tensor lies if not as ours, and its name.
fn entry(input: ParseStream<'_>) -> Result<(String, Option<String>, String)> {
    let ours = input.parse::<LitStr>()?.value();
    input.parse::<Token![=>]>()?;
    if input.peek(LitStr) {
        return Ok((ours, None, input.parse::<LitStr>()?.value()));
    }
    let layout = input.parse::<Ident>()?;
    if layout != "transposed" && layout != "keras" {
        return Err(Error::new_spanned(layout, "another layout"));
    }
    let name;
    syn::parenthesized!(name in input);
    Ok((ours, Some(layout.to_string()), name.parse::<LitStr>()?.value()))
}
