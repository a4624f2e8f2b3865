//! One expansion and what is asserted of it.

use crate::{expand, tokens};
use proc_macro2::{TokenStream, TokenTree};
use rnn_fuzz::choices::Choices;
use rnn_fuzz::file::text;
use rnn_fuzz::say;

/// What is known beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// A struct without a mistake.
    Right,
    /// Nothing.
    Nothing,
}

/// Expands a text, if it is made of tokens.
pub(crate) fn expand(attribute: &str, item: &str, known: Known) {
    let (Ok(attribute), Ok(item)) = (attribute.parse(), item.parse()) else {
        assert!(known == Known::Nothing, "the target's own text: {attribute} {item}");
        return;
    };
    expand_tokens(attribute, item, known);
}

/// Expands tokens.
pub(crate) fn expand_tokens(attribute: TokenStream, item: TokenStream, known: Known) {
    say!("let attribute = r#####\"{attribute}\"#####;");
    say!("let item = r#####\"{item}\"#####;");
    say!("expand::rnn(attribute.parse().unwrap(), item.parse().unwrap())");
    let empty = item.is_empty();
    let items = expand::rnn(attribute.clone(), item.clone());
    let again = expand::rnn(attribute, item).to_string();
    let text = items.to_string();
    assert!(text == again, "twice, and not the same");
    let complains = says_compile_error(items.clone());
    let is_list = syn::parse2::<syn::File>(items);
    assert!(complains || is_list.is_ok(), "no items, and not a word about it: {text}");
    assert!(complains || empty || !text.is_empty(), "nothing was made of something");
    if known == Known::Right {
        assert!(!complains, "a struct without a mistake: {text}");
        assert!(is_list.is_ok(), "a struct without a mistake is no list of items: {text}");
    }
}

fn says_compile_error(items: TokenStream) -> bool {
    items.into_iter().any(|token| match token {
        TokenTree::Group(group) => says_compile_error(group.stream()),
        TokenTree::Ident(ident) => ident == "compile_error",
        _ => false,
    })
}

/// Any text the bytes are, or one of a struct cut and changed.
pub(crate) fn any_text(c: &mut Choices<'_>) {
    let mut item = "pub struct Net { a: Lstm<8>, #[rnn(bias = false)] b: Dense<1> }".to_string();
    let mut attribute = "input_size = 1".to_string();
    if c.flip() {
        item = text::changed(c, &item);
        attribute = text::changed(c, &attribute);
    }
    let rest = String::from_utf8_lossy(c.rest()).into_owned();
    match c.below(4) {
        0 | 1 => item.push_str(&rest),
        2 => item = rest,
        _ => attribute.push_str(&rest),
    }
    let (Ok(mut attribute), Ok(mut item)) = (attribute.parse(), item.parse()) else { return };
    if c.flip() {
        attribute = tokens::changed(c, attribute);
        item = tokens::changed(c, item);
    }
    expand_tokens(attribute, item, Known::Nothing);
}
