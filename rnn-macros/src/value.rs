//! Reads the values of options and of the sizes of layers: tokens in, a value or one sentence at the token out.

use crate::words;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use rnn_format::{Activation, MAX_SIZE};
use std::fmt::Display;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Error, Lit, LitBool, Path, Result, Token};

/// A size: a literal integer from 1 to [`MAX_SIZE`]. Braces around it, a suffix `usize` and digit groups are fine.
pub(crate) fn size(tokens: &TokenStream, name: &str, usual: usize) -> Result<usize> {
    let bare = bare(tokens.clone());
    let fail = |message: String| Err(Error::new_spanned(tokens, message));
    let number = match syn::parse2::<Lit>(bare) {
        // A minus is read as part of the literal.
        Ok(Lit::Int(number)) if number.base10_digits().starts_with('-') => {
            return fail(format!("`{name}` cannot be negative: sizes go from 1 to {MAX_SIZE}"));
        }
        Ok(Lit::Int(number)) => number,
        Ok(_) => return fail(format!("`{name}` is a whole number: write it as `{usual}`")),
        Err(_) => {
            return fail(format!(
                "`{name}` must be a literal number such as `{usual}`: \
                 the attribute runs before constants and parameters have values"
            ));
        }
    };
    if !matches!(number.suffix(), "" | "usize") {
        return fail(format!("`{name}` is a `usize`: write `{}`", number.base10_digits()));
    }
    match number.base10_parse::<usize>() {
        Ok(0) => fail(format!("`{name}` is 0: a size is at least 1")),
        Ok(size) if size <= MAX_SIZE => Ok(size),
        _ => fail(format!(
            "`{name}` of {} is too large: sizes go from 1 to {MAX_SIZE}",
            number.base10_digits()
        )),
    }
}

/// `true` or `false`.
pub(crate) fn flag(tokens: &TokenStream, name: &str) -> Result<bool> {
    syn::parse2::<LitBool>(bare(tokens.clone()))
        .map(|flag| flag.value)
        .map_err(|_| Error::new_spanned(tokens, format!("`{name}` is `true` or `false`")))
}

/// A literal number that is `fine`; `range` says which are.
pub(crate) fn number(
    tokens: &TokenStream,
    name: &str,
    usual: &str,
    fine: impl Fn(f32) -> bool,
    range: &str,
) -> Result<f32> {
    let fail = |message: String| Err(Error::new_spanned(tokens, message));
    let (digits, suffix) = match syn::parse2::<Lit>(bare(tokens.clone())) {
        Ok(Lit::Float(number)) => (number.base10_digits().to_owned(), number.suffix().to_owned()),
        Ok(Lit::Int(number)) => (number.base10_digits().to_owned(), number.suffix().to_owned()),
        Ok(_) => return fail(format!("`{name}` is a number: write it as `{usual}`")),
        Err(_) => {
            return fail(format!(
                "`{name}` must be a literal number such as `{usual}`: the attribute runs before constants have values"
            ));
        }
    };
    if !matches!(suffix.as_str(), "" | "f32") {
        return fail(format!("`{name}` is an `f32`: write `{digits}`"));
    }
    // A number too large for an f32 is read as infinity.
    match digits.parse::<f32>() {
        Ok(value) if value.is_finite() && fine(value) => Ok(value),
        _ => fail(format!("`{name}` cannot be {digits}: {range}")),
    }
}

/// One of some words.
pub(crate) fn word<T: Copy>(tokens: &TokenStream, name: &str, values: &[(&'static str, T)]) -> Result<T> {
    let bare = bare(tokens.clone());
    let known: Vec<_> = values.iter().map(|(word, _)| *word).collect();
    let fail = |message: String| Err(Error::new_spanned(tokens, message));
    if let Ok(Lit::Str(text)) = syn::parse2::<Lit>(bare.clone()) {
        let text = text.value();
        let meant = known.iter().find(|word| **word == text).unwrap_or(&known[0]);
        return fail(format!("`{name}` is written without quotes: `{name} = {meant}`"));
    }
    let Ok(path) = Path::parse_mod_style.parse2(bare) else {
        return fail(format!("`{name}` is one of {}", words::list(known)));
    };
    let word = path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
    if let Some(&(_, value)) = values.iter().find(|(known, _)| path.is_ident(known)) {
        return Ok(value);
    }
    // The variant of core's enum says the same: `Direction::GoBackwards`.
    let plain = |word: &str| word.replace('_', "").to_ascii_lowercase();
    match known.iter().find(|known| plain(known) == plain(&word)) {
        Some(meant) => fail(format!("`{name}` takes a bare name: write `{name} = {meant}`")),
        None => fail(format!(
            "unknown {name} `{word}`{} (`{name}` is one of {})",
            words::suggestion(words::nearest_value(&word, &known)),
            words::list(known.iter().copied())
        )),
    }
}

/// The activation that an option takes, by its name in files, with parameters or without: `tanh`, `leaky_relu(0.1)`.
pub(crate) fn activation(tokens: &TokenStream, option: &str) -> Result<Activation> {
    let bare = bare(tokens.clone());
    let known = || Activation::ALL.iter().map(|activation| activation.name());
    let fail = |message: &dyn Display| Err(Error::new_spanned(tokens, message));
    if let Ok(Lit::Str(text)) = syn::parse2::<Lit>(bare.clone()) {
        let meant = Activation::from_name(&text.value()).unwrap_or(Activation::Tanh);
        return fail(&format!("activations are written without quotes: `{option} = {meant}`"));
    }
    let (name, parameters) = call(bare);
    // A path says the same with more words: its last segment is what was meant.
    let Ok(path) = Path::parse_mod_style.parse2(name) else {
        return fail(&format!("`{option}` is one of {}", words::list(known())));
    };
    let word = path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
    match Activation::ALL.iter().copied().find(|activation| activation.name() == word) {
        Some(activation) if path.get_ident().is_some() => {
            with_parameters(activation, tokens, option, parameters)
        }
        Some(activation) => {
            fail(&format!("an activation is written as a bare name: `{}`", activation.name()))
        }
        None => fail(&format!(
            "unknown activation `{word}`{} (activations are {})",
            words::suggestion(words::nearest(&word, known())),
            words::list(known())
        )),
    }
}

/// `name(..)` as the name and what is in the parentheses.
fn call(tokens: TokenStream) -> (TokenStream, Option<TokenStream>) {
    let mut trees: Vec<_> = tokens.into_iter().collect();
    let parameters = match trees.last() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => Some(group.stream()),
        _ => None,
    };
    if parameters.is_some() {
        trees.pop();
    }
    (trees.into_iter().collect(), parameters)
}

/// The activation with these parameters, or with its defaults.
fn with_parameters(
    activation: Activation,
    tokens: &TokenStream,
    option: &str,
    parameters: Option<TokenStream>,
) -> Result<Activation> {
    let name = activation.name();
    let fail = |message: String| Err(Error::new_spanned(tokens, message));
    let Some(parameters) = parameters else {
        if activation.has_defaults() {
            return Ok(activation);
        }
        return fail(format!("the parameters of `{name}` have no defaults: write them as in `{activation}`"));
    };
    let Ok(numbers) = Punctuated::<Lit, Token![,]>::parse_terminated.parse2(parameters) else {
        return fail(format!(
            "the parameters of `{name}` must be literal numbers as in `{activation}`: \
             the attribute runs before constants have values"
        ));
    };
    let values = numbers.iter().map(parameter).collect::<Result<Vec<_>>>()?;
    match (activation.with_parameters(&values), activation.parameters()) {
        (Some(activation), _) => Ok(activation),
        (None, [None, _]) => fail(format!("`{name}` has no parameters: write `{option} = {name}`")),
        (None, [_, None]) => fail(format!("`{name}` has one parameter, as in `{activation}`")),
        (None, _) => fail(format!("`{name}` has two parameters, as in `{activation}`")),
    }
}

/// A literal number, a minus before it included.
fn parameter(number: &Lit) -> Result<f32> {
    let fail = |message: String| Err(Error::new_spanned(number, message));
    let (digits, suffix) = match number {
        Lit::Float(number) => (number.base10_digits(), number.suffix()),
        Lit::Int(number) => (number.base10_digits(), number.suffix()),
        _ => return fail("parameters of activations are numbers".to_owned()),
    };
    if !matches!(suffix, "" | "f32") {
        return fail(format!("parameters of activations are `f32`: write `{digits}`"));
    }
    // A number too large for an f32 is read as infinity.
    match digits.parse::<f32>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ => fail(format!("{digits} is too large for an `f32`")),
    }
}

/// The path to `rnn_core`, bare or in quotes.
pub(crate) fn path(tokens: &TokenStream) -> Result<Path> {
    let bare = bare(tokens.clone());
    let parsed = match syn::parse2::<Lit>(bare.clone()) {
        Ok(Lit::Str(text)) => text.parse_with(Path::parse_mod_style),
        _ => Path::parse_mod_style.parse2(bare),
    };
    parsed.map_err(|_| {
        Error::new_spanned(tokens, "`crate` is the path to rnn_core, such as `crate = ::my::rnn_core`")
    })
}

/// The tokens without braces, and without the invisible groups that `macro_rules!` puts around its fragments.
pub(crate) fn bare(tokens: TokenStream) -> TokenStream {
    let mut trees = tokens.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Group(group)), None)
            if matches!(group.delimiter(), Delimiter::None | Delimiter::Brace) =>
        {
            bare(group.stream())
        }
        _ => tokens,
    }
}

/// The first whole number in some tokens, if it can be a size: what a mistaken type may have meant.
pub(crate) fn guess(tokens: &impl ToTokens) -> Option<usize> {
    tokens.to_token_stream().into_iter().find_map(|tree| match tree {
        TokenTree::Group(group) => guess(&group.stream()),
        TokenTree::Literal(literal) => match Lit::new(literal) {
            Lit::Int(number) => number.base10_parse().ok().filter(|size| (1..=MAX_SIZE).contains(size)),
            _ => None,
        },
        _ => None,
    })
}
