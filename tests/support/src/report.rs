//! Lines that a run shows even where the test harness keeps the output of passing tests to itself.

use std::fmt::Arguments;
use std::io::Write;

/// Writes a line to the error stream itself; only what goes through the printing macros is captured.
pub fn line(text: Arguments<'_>) {
    // One write, so that lines of parallel tests do not mix. A closed stream is no reason for a test to fail.
    let _ = std::io::stderr().write_all(format!("{text}\n").as_bytes());
}
