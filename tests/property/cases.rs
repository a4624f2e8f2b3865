//! Runs a property over random cases and says how many.
//!
//! `PROPTEST_CASES` sets the number (256 unless set); costly properties take a stated part of it, those of each cell eight
//! times as many: 100,000 cases of each cell in every form, as before a release, are `PROPTEST_CASES=12500`. A case that fails is
//! shrunk, its seed kept in `proptest-regressions` beside the other suites' and tried first from then on.

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestRunner};
use rnn_support::report;
use std::cell::Cell;
use std::fmt::Debug;
use std::path::Path;

/// Runs `test` on a `part`-th of the usual number of cases; `file` and `name` are the property's own.
#[track_caller]
pub(crate) fn check<S: Strategy>(file: &'static str, name: &str, part: u32, cases: S, test: impl Fn(S::Value))
where
    S::Value: Debug,
{
    check_cases(file, name, (Config::default().cases / part).max(1), cases, test);
}

/// The same on eight times the usual number, 2048 unless set otherwise: for cheap properties of each cell.
#[track_caller]
pub(crate) fn check_often<S: Strategy>(file: &'static str, name: &str, cases: S, test: impl Fn(S::Value))
where
    S::Value: Debug,
{
    check_cases(file, name, Config::default().cases.saturating_mul(8), cases, test);
}

#[track_caller]
fn check_cases<S: Strategy>(file: &'static str, name: &str, count: u32, cases: S, test: impl Fn(S::Value))
where
    S::Value: Debug,
{
    let config = Config { cases: count, source_file: Some(file), ..Config::default() };
    match run(config, cases, test) {
        Ok(count) => report::line(format_args!(
            "property: {name}: {count} cases, {} of them failures kept from earlier runs",
            kept(file)
        )),
        Err(failure) => panic!("{name}: {failure}"),
    }
}

/// The number of cases tried, or the smallest that fails.
pub(crate) fn run<S: Strategy>(config: Config, cases: S, test: impl Fn(S::Value)) -> Result<u32, String>
where
    S::Value: Debug,
{
    let count = Cell::new(0);
    let result = TestRunner::new(config).run(&cases, |case| {
        count.set(count.get() + 1);
        test(case);
        Ok(())
    });
    result.map(|()| count.get()).map_err(|failure| failure.to_string())
}

/// Failures kept for the properties of a file.
fn kept(file: &str) -> usize {
    let name = Path::new(file).with_extension("txt");
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("proptest-regressions")
        .join(name.file_name().unwrap_or_default());
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().filter(|line| line.starts_with("cc ")).count()
}
