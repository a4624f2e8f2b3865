//! The backends a test runs on: all this CPU has, and no silence about the others.

use crate::report;
use rnn_core::Backend;
use std::sync::Once;

/// Environment variable naming the backends that must be there, separated by commas: `avx512,avx2`.
pub const REQUIRE: &str = "RNN_REQUIRE_BACKENDS";

/// What is missing is said once in a run, not once in a test.
static SAID: Once = Once::new();

/// All backends this CPU has, fastest first. Those it lacks are printed.
///
/// # Panics
/// If one that [`REQUIRE`] names is missing: a run that was to cover it must not pass without it.
#[must_use]
pub fn all() -> Vec<Backend> {
    let available: Vec<Backend> = Backend::available().collect();
    let has = |name: &str| available.iter().any(|backend| backend.name() == name);
    SAID.call_once(|| {
        for name in Backend::names().filter(|name| !has(name)) {
            report::line(format_args!("skipped: this CPU has no {name}"));
        }
    });
    let required = std::env::var(REQUIRE).unwrap_or_default();
    if let Some(name) = missing(&required, has) {
        panic!("{REQUIRE} names {name}, which this CPU or target does not have");
    }
    available
}

/// The backends that fuse a multiply-add: their results are equal bit for bit.
#[must_use]
pub fn fused() -> Vec<Backend> {
    all().into_iter().filter(|backend| backend.is_fused()).collect()
}

/// The first name of a list that is not there.
fn missing(required: &str, has: impl Fn(&str) -> bool) -> Option<&str> {
    required.split(',').map(str::trim).filter(|name| !name.is_empty()).find(|name| !has(name))
}

#[cfg(test)]
mod tests {
    use super::missing;

    #[test]
    fn a_missing_backend_is_named() {
        let has = |name: &str| name == "avx2" || name == "portable";
        assert_eq!(missing("", has), None);
        assert_eq!(missing("avx2, portable", has), None);
        assert_eq!(missing("avx2,avx512", has), Some("avx512"));
        assert_eq!(missing("avx-2", has), Some("avx-2"));
    }
}
