//! Tools that a test runs.

use std::ffi::OsString;
use std::process::Command;

/// A tool by the name in this environment variable, else by its usual one.
#[must_use]
pub fn tool(variable: &str, usual: &str) -> OsString {
    std::env::var_os(variable).unwrap_or_else(|| usual.into())
}

/// Runs a command that must succeed; what it wrote.
///
/// # Panics
/// If it cannot be run or fails, with what it wrote to its error stream.
pub fn output(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{errors}", output.status);
    String::from_utf8(output.stdout).expect("text")
}
