//! Tokens to syntax, spans kept: what stands there, before anyone asks whether it makes sense.
//!
//! An attribute is read piece by piece between commas, so one half-typed option hides neither the others nor the
//! struct.

use crate::mistakes::Mistakes;
use proc_macro2::{Ident, Spacing, TokenStream, TokenTree};
use syn::{Attribute, DeriveInput, Meta};

/// One option of an attribute.
pub(crate) struct Setting {
    pub(crate) name: Ident,
    pub(crate) value: Value,
}

/// What follows the name of an option.
pub(crate) enum Value {
    /// The tokens after `=`, at least one.
    Given(TokenStream),
    /// Nothing: `name` or `name =`.
    Missing,
    /// Something that does not begin with `=`.
    Malformed(TokenStream),
}

/// The options of an attribute; pieces that are none become mistakes.
pub(crate) fn settings(tokens: TokenStream, mistakes: &mut Mistakes) -> Vec<Setting> {
    let mut settings = Vec::new();
    let mut piece = Vec::new();
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => {
                if piece.is_empty() {
                    mistakes.add(&token, "no option before this comma: remove the comma");
                }
                settings.extend(setting(std::mem::take(&mut piece), mistakes));
            }
            _ => piece.push(token),
        }
    }
    settings.extend(setting(piece, mistakes));
    settings
}

fn setting(piece: Vec<TokenTree>, mistakes: &mut Mistakes) -> Option<Setting> {
    let mut tokens = piece.into_iter();
    let name = match tokens.next()? {
        TokenTree::Ident(name) => name,
        other => {
            mistakes.add(other, "an option is a name and a value, such as `bias = false`");
            return None;
        }
    };
    let rest: Vec<_> = tokens.collect();
    let value = match rest.as_slice() {
        [] => Value::Missing,
        [equals, value @ ..] if is_punct(equals, '=') => match value {
            [] => Value::Missing,
            // `==` and `=>`.
            [next, ..] if is_joint(equals) && (is_punct(next, '=') || is_punct(next, '>')) => {
                Value::Malformed(rest.into_iter().collect())
            }
            value => Value::Given(value.iter().cloned().collect()),
        },
        _ => Value::Malformed(rest.into_iter().collect()),
    };
    Some(Setting { name, value })
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

fn is_joint(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.spacing() == Spacing::Joint)
}

/// The struct (or what stands in its place).
pub(crate) fn item(tokens: TokenStream) -> syn::Result<DeriveInput> {
    let other = |token: TokenTree| {
        let message = "`#[rnn]` stands on a struct whose fields are layers, such as \
                       `struct Network { hidden: SimpleRnn<32>, output: Dense<1> }`";
        syn::Error::new_spanned(token, message)
    };
    syn::parse2::<DeriveInput>(tokens.clone()).map_err(|error| {
        let is_kind =
            |token: &TokenTree| matches!(token, TokenTree::Ident(name) if KINDS.iter().any(|k| name == k));
        if tokens.clone().into_iter().any(|token| is_kind(&token)) {
            return error;
        }
        let keyword = |token: &TokenTree| matches!(token, TokenTree::Ident(name) if name != "pub");
        tokens.into_iter().find(keyword).map_or(error, other)
    })
}

/// Keywords of the items [`DeriveInput`] reads.
const KINDS: [&str; 3] = ["struct", "enum", "union"];

/// Whether this is our attribute, by its own name or through a path.
pub(crate) fn is_rnn(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|segment| segment.ident == "rnn")
}

/// Whether this is documentation, a comment or `#[doc = ..]`.
pub(crate) fn is_doc(attribute: &Attribute) -> bool {
    matches!(&attribute.meta, Meta::NameValue(pair) if pair.path.is_ident("doc"))
}
