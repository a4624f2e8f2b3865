//! What users are told about their mistakes, word for word and underlined where it matters; and programs that must
//! run in a debug build.
//!
//! `fail/*.rs` are structs with mistakes, `fail/*.stderr` what rustc 1.95 prints. Other compilers draw other frames around the same
//! messages, so there the comparison is skipped; `rnn-macros/src/tests.rs` counts the messages anywhere.
//! `TRYBUILD=overwrite cargo test -p rnn-tests --test ui` writes them anew: read the difference before you keep it.

use std::process::Command;

/// The compiler whose frames are in `fail/*.stderr`.
const RUSTC: &str = "rustc 1.95.";

fn version() -> Option<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().ok()?;
    String::from_utf8(output.stdout).ok()
}

#[test]
fn users_programs() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass/*.rs");
    match version() {
        Some(version) if version.starts_with(RUSTC) => cases.compile_fail("ui/fail/*.rs"),
        other => println!(
            "skipped: messages are compared on {RUSTC}x, not on {}",
            other.unwrap_or_default().trim()
        ),
    }
}
