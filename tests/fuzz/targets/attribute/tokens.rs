//! Tokens with some of them changed, groups included.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use rnn_fuzz::choices::Choices;

/// Words and signs that mean something here.
const WORDS: &[&str] = &[
    "struct",
    "enum",
    "pub",
    "rnn",
    "input_size",
    "sizes",
    "weights",
    "from",
    "order",
    "crate",
    "activation",
    "gate",
    "bias",
    "true",
    "false",
    "tanh",
    "softmax",
    "Lstm",
    "Gru",
    "Dense",
    "SimpleRnn",
    "Bidirectional",
    "x",
    "_",
    "r#in",
    "self",
    "dyn",
    "where",
    "const",
    "unsafe",
    "for",
    "reset",
    "direction",
    "merge",
    "clip",
    "delay",
    "projection",
];

/// Signs.
const SIGNS: &[char] = &['<', '>', '=', ',', ';', ':', '#', '!', '-', '+', '&', '.', '_', '\''];

/// Literals.
const LITERALS: &[&str] = &[
    "0",
    "1",
    "8",
    "65536",
    "65537",
    "18446744073709551615",
    "340282366920938463463374607431768211456",
    "1e400",
    "1.5",
    "0x10",
    "1_000",
    "8usize",
    "8u256",
    "1x8",
    "2x16",
    "0x8",
    "1x",
    "1e5x2",
    "\"a\"",
    "\"\"",
    "b\"a\"",
    "c\"a\"",
    "'a'",
    "r#\"a\"#",
    "1f32",
    "0b2",
    "1e",
    "3.",
    "\"models/amp.safetensors\"",
    "99999999999999999999x1",
    "1x99999999999",
];

/// One to four of them removed, doubled, exchanged or replaced.
pub(crate) fn changed(c: &mut Choices<'_>, tokens: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for _ in 0..c.between(1, 2) {
        change(c, &mut tokens, 0);
    }
    tokens.into_iter().collect()
}

fn change(c: &mut Choices<'_>, tokens: &mut Vec<TokenTree>, depth: usize) {
    let at = c.below(tokens.len() + 1);
    if let Some(TokenTree::Group(group)) = tokens.get(at)
        && depth < 8
        && !c.one_in(4)
    {
        let mut inner: Vec<TokenTree> = group.stream().into_iter().collect();
        change(c, &mut inner, depth + 1);
        tokens[at] = Group::new(group.delimiter(), inner.into_iter().collect()).into();
        return;
    }
    let new = token(c);
    match (c.below(6), tokens.get(at).cloned()) {
        (0, Some(_)) => drop(tokens.remove(at)),
        (1, Some(token)) => tokens.insert(at, token),
        (2, Some(_)) => tokens[at] = new,
        (3, Some(_)) => tokens.truncate(at),
        // In a group of its own. An invisible group is among them, because macros put one around their arguments.
        (4, Some(token)) => {
            let delimiter = c.pick(&[
                Delimiter::None,
                Delimiter::None,
                Delimiter::Brace,
                Delimiter::Parenthesis,
                Delimiter::Bracket,
            ]);
            tokens[at] = Group::new(delimiter, token.into()).into();
        }
        _ => tokens.insert(at, new),
    }
}

/// Any token.
fn token(c: &mut Choices<'_>) -> TokenTree {
    match c.below(4) {
        0 => {
            let word = c.pick(WORDS);
            match word.strip_prefix("r#") {
                Some(raw) => Ident::new_raw(raw, Span::call_site()).into(),
                None => Ident::new(word, Span::call_site()).into(),
            }
        }
        1 => Punct::new(c.pick(&SIGNS[..12]), if c.flip() { Spacing::Alone } else { Spacing::Joint }).into(),
        2 => {
            let literal = c.pick(LITERALS).parse::<Literal>().ok();
            literal.unwrap_or_else(|| Literal::usize_unsuffixed(c.number())).into()
        }
        _ => Group::new(c.pick(&[Delimiter::None, Delimiter::Brace, Delimiter::Bracket]), TokenStream::new())
            .into(),
    }
}
