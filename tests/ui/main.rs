//! What users are told about their mistakes, word for word and underlined where it matters; and programs that must
//! run in a debug build.
//!
//! `fail/*.rs` are structs with mistakes, `fail/*.stderr` what rustc 1.95 prints. Other compilers draw other frames
//! around the same messages, so there the comparison is skipped; `rnn-macros/src/tests.rs` counts the messages
//! anywhere. `TRYBUILD=overwrite cargo test -p rnn-tests-ui` writes them anew: read the difference before you keep it.

mod models;

use rnn_support::report;
use std::process::Command;

/// The compiler whose frames are in `fail/*.stderr`.
const RUSTC: &str = "rustc 1.95.";

fn version() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output =
        Command::new(rustc).arg("--version").output().expect("cargo runs a compiler, so there is one");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn users_programs() {
    models::write();
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
    let version = version();
    if version.starts_with(RUSTC) {
        cases.compile_fail("fail/*.rs");
    } else {
        report::line(format_args!("skipped: messages are compared on {RUSTC}x, and this is {version}"));
    }
}
