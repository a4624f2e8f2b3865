//! Collects mistakes, so that a user sees all of a struct's at once.

use proc_macro2::Span;
use quote::ToTokens;
use std::fmt::Display;

/// Every mistake found so far, in the order found.
#[derive(Default)]
pub(crate) struct Mistakes(Option<syn::Error>);

impl Mistakes {
    /// A mistake at `tokens`. The message says how to mend it.
    pub(crate) fn add(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// A mistake at the attribute itself: something is missing.
    pub(crate) fn missing(&mut self, message: impl Display) {
        self.push(syn::Error::new(Span::call_site(), message));
    }

    /// A mistake someone else has described.
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            None => self.0 = Some(error),
            Some(all) => all.combine(error),
        }
    }

    /// Whether there are none.
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// All of them in one, or `None` if there are none.
    pub(crate) fn into_error(self) -> Option<syn::Error> {
        self.0
    }
}
