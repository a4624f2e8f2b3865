//! Two copies of all weights in one file, such as those of a model and their moving average.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::foreign::{BETWEEN, split_last};
use super::{Listing, pytorch};
use crate::weight_error::WeightError;

/// The names that stand before two copies of the same tensors, such as `ema.` and `model.`, if there are any.
pub(super) fn copies(listing: &Listing) -> Option<[String; 2]> {
    // More modules than that are not compared.
    const MOST: usize = 12;
    let is_recurrent =
        |leaf: &str| pytorch::is_recurrent_weight(leaf) || leaf.trim_end_matches(":0") == "recurrent_kernel";
    let modules: BTreeSet<&str> = listing
        .names
        .iter()
        .map(|name| split_last(name))
        .filter(|(_, leaf)| is_recurrent(leaf))
        .map(|(module, _)| module)
        .take(MOST)
        .collect();
    let modules: Vec<&str> = modules.into_iter().collect();
    let under = |prefix: &str| -> BTreeSet<(&str, &[usize])> {
        let tensors = listing.names.iter().zip(&listing.shapes);
        tensors.filter_map(|(name, shape)| Some((name.strip_prefix(prefix)?, &shape[..]))).collect()
    };
    let pairs =
        modules.iter().enumerate().flat_map(|(i, one)| modules[i + 1..].iter().map(move |two| (one, two)));
    pairs.into_iter().find_map(|(one, two)| {
        let segments = |module: &&str| -> Vec<String> {
            module
                .split_inclusive(BETWEEN)
                .map(|segment| segment.trim_end_matches(BETWEEN).to_string())
                .collect()
        };
        let in_common =
            segments(one).iter().rev().zip(segments(two).iter().rev()).take_while(|(a, b)| a == b).count();
        let prefix = |module: &&str| -> String {
            let all: Vec<&str> = module.split_inclusive(BETWEEN).collect();
            all[..all.len() - in_common].concat()
        };
        let prefixes = [prefix(one), prefix(two)];
        let [first, second] = prefixes.each_ref().map(|prefix| under(prefix));
        // Halves of a bidirectional layer and equal layers of a stack are no networks.
        let recurrent: BTreeSet<&str> = first
            .iter()
            .map(|(name, _)| split_last(name))
            .filter(|(_, leaf)| is_recurrent(leaf))
            .map(|(module, _)| module)
            .collect();
        let is_more_than_a_layer = first.iter().any(|(name, _)| !recurrent.contains(split_last(name).0));
        let are_copies = prefixes.iter().all(|prefix| !prefix.is_empty()) && is_more_than_a_layer;
        (are_copies && first == second).then_some(prefixes)
    })
}

/// The error of a file with two copies of all weights.
pub(super) fn check_copies(listing: &Listing) -> Result<(), WeightError> {
    let Some(prefixes) = copies(listing) else { return Ok(()) };
    Err(WeightError::Ambiguous {
        wanted: "the weights".to_string(),
        candidates: prefixes.iter().map(|prefix| format!("those under `{prefix}`")).collect(),
        remedy: "say which with `ReadOptions::prefix`",
    })
}
