//! Files of weights: where they are, what is in them, and that the compiler looks again when they change.

use crate::mistakes::Mistakes;
use crate::reading::Reading;
use crate::words;
use proc_macro2::TokenStream;
use quote::quote;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Error, Lit, LitStr, Result, Token};

/// What the struct's attribute says of files.
#[derive(Default)]
pub(crate) struct Files {
    /// The file that tells the layers.
    pub(crate) from: Given<LitStr>,
    /// The file whose weights become part of the program.
    pub(crate) weights: Given<LitStr>,
    /// Names of the file's layers, first to last.
    pub(crate) order: Given<Vec<String>>,
    /// How the files are read.
    pub(crate) reading: Reading,
}

/// An option: whether it stands there, and its value if that could be read.
pub(crate) struct Given<T> {
    pub(crate) seen: bool,
    pub(crate) tokens: TokenStream,
    pub(crate) value: Option<T>,
}

impl<T> Default for Given<T> {
    fn default() -> Self {
        Self { seen: false, tokens: TokenStream::new(), value: None }
    }
}

impl<T> Given<T> {
    /// Keeps the value, and the tokens it was read from.
    pub(crate) fn set(&mut self, tokens: &TokenStream, value: Result<T>) -> Result<()> {
        self.tokens = tokens.clone();
        self.value = Some(value?);
        Ok(())
    }
}

impl Files {
    /// A file is of one network: there is none to read beside `sizes`.
    pub(crate) fn beside_sizes(&mut self, mistakes: &mut Mistakes) {
        for (name, given) in [("from", &mut self.from), ("weights", &mut self.weights)] {
            if std::mem::take(&mut given.seen) && !given.tokens.is_empty() {
                let message = format!(
                    "`{name}` is the file of one network, and `sizes` makes one for each size, chosen when the program \
                     loads a file: remove one of the two"
                );
                mistakes.add(&given.tokens, message);
                given.value = None;
            }
        }
    }

    /// Whether a file may tell what the struct does not.
    pub(crate) const fn any(&self) -> bool {
        self.from.seen || self.weights.seen
    }
}

/// A path in quotes, relative to the crate.
pub(crate) fn path(tokens: &TokenStream, name: &str) -> Result<LitStr> {
    let fail = |message: String| Err(Error::new_spanned(tokens, message));
    let example = format!("`{name} = \"models/amp.safetensors\"`");
    let Ok(Lit::Str(literal)) = syn::parse2::<Lit>(crate::value::bare(tokens.clone())) else {
        return fail(format!(
            "`{name}` is a path in quotes, such as {example}: the attribute runs before macros and constants have values"
        ));
    };
    let text = literal.value();
    if text.trim().is_empty() {
        return fail(format!("`{name}` is an empty path: write {example}"));
    }
    if Path::new(&text).is_absolute() {
        return fail(format!(
            "`{name}` starts at the folder of the crate's Cargo.toml, so that it is found on every machine: write it as \
             in {example}"
        ));
    }
    Ok(literal)
}

/// Names between brackets, bare or in quotes.
pub(crate) fn names(tokens: &TokenStream) -> Result<Vec<String>> {
    let parser = |input: syn::parse::ParseStream<'_>| {
        let list;
        syn::bracketed!(list in input);
        let name = |input: syn::parse::ParseStream<'_>| {
            if input.peek(LitStr) {
                return input.parse::<LitStr>().map(|name| name.value());
            }
            input.call(<syn::Ident as syn::ext::IdentExt>::parse_any).map(|name| name.to_string())
        };
        Punctuated::<String, Token![,]>::parse_terminated_with(&list, name)
    };
    let names = parser.parse2(tokens.clone()).map(|names| names.into_iter().collect::<Vec<_>>());
    names.ok().filter(|names| !names.is_empty()).ok_or_else(|| {
        let message =
            "`order` is a list of the file's layers, first to last: write it as `order = [rnn, head]`";
        Error::new_spanned(tokens, message)
    })
}

/// A file that was read.
pub(crate) struct Model {
    /// Where its path is written.
    pub(crate) literal: LitStr,
    /// Its path, as written.
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
}

impl Model {
    /// Reads the file of an option, if it has a path.
    pub(crate) fn read(given: &Given<LitStr>, mistakes: &mut Mistakes) -> Option<Self> {
        let literal = given.value.clone()?;
        let path = literal.value();
        if let Some(error) = rnn_format::split_file(&path) {
            mistakes.add(literal, format!("{path}: {error}"));
            return None;
        }
        let Some(root) = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from) else {
            let message = "the path starts at the folder that CARGO_MANIFEST_DIR names, which is not set: build with \
                           cargo, or set it for this compiler";
            mistakes.add(literal, message);
            return None;
        };
        let full = root.join(&path);
        match std::fs::read(&full) {
            Ok(bytes) => Some(Self { literal, path, bytes }),
            Err(error) => {
                let message = match error.kind() {
                    ErrorKind::NotFound => format!(
                        "there is no file {}{} (the path starts at the folder of the crate's Cargo.toml)",
                        full.display(),
                        words::suggestion(neighbour(&root, &path).as_deref())
                    ),
                    _ => format!("{} cannot be read: {error}", full.display()),
                };
                mistakes.add(literal, message);
                None
            }
        }
    }

    /// Makes the compiler run the attribute again when the file changes. No absolute path: that would make two machines'
    /// programs differ.
    pub(crate) fn track(&self) -> TokenStream {
        let path = format!("/{}", self.path);
        quote! {
            const _: &[::core::primitive::u8] =
                ::core::include_bytes!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #path));
        }
    }
}

/// The path of a file in the same folder whose name resembles the one that is not there.
fn neighbour(root: &Path, path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once(['/', '\\']).map_or(("", path), |(folder, name)| (folder, name));
    let entries = std::fs::read_dir(root.join(folder)).ok()?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| Path::new(name).extension() == Some(OsStr::new("safetensors")))
        .collect();
    // In the order of their names, whatever that of the folder is.
    names.sort();
    let stem = |name: &str| name.trim_end_matches(".safetensors").to_owned();
    let wanted = stem(name);
    let near = words::nearest(&wanted, names.iter().map(|name| name.trim_end_matches(".safetensors")))?;
    Some(if folder.is_empty() {
        format!("{near}.safetensors")
    } else {
        format!("{folder}/{near}.safetensors")
    })
}
