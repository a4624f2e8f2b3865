//! What users are told about their mistakes, word for word and underlined where it matters; and programs that must
//! run in a debug build.
//!
//! `fail/*.rs` are structs with mistakes, `fail/*.stderr` what rustc 1.95 prints. Other compilers draw other frames
//! around the same messages, so there the comparison is skipped; `rnn-macros/src/tests.rs` counts the messages
//! anywhere. `TRYBUILD=overwrite cargo test -p rnn-tests-ui` writes them anew: read the difference before you keep it.

mod models;

use rnn_support::report;
use std::fs::DirEntry;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The compiler whose frames are in `fail/*.stderr`.
const RUSTC: &str = "rustc 1.95.";

fn version() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output =
        Command::new(rustc).arg("--version").output().expect("cargo runs a compiler, so there is one");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The programs in `fail`. One has messages with a path below the target directory.
fn failing() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = std::fs::read_dir(folder.join("fail")).expect("a folder of this package");
    let path =
        |entry: std::io::Result<DirEntry>| Path::new("fail").join(entry.expect("an entry").file_name());
    let mut paths: Vec<PathBuf> = entries.map(path).collect();
    let target = models::target();
    let is_usual = target.ends_with("target") && target.parent().is_some_and(|root| folder.starts_with(root));
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    if !is_usual {
        report::line(format_args!("skipped: fail/weights_file.rs shows a path below <workspace>/target"));
        paths.retain(|path| !path.ends_with("weights_file.rs"));
    }
    paths.sort();
    paths
}

#[test]
fn users_programs() {
    models::write();
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
    let version = version();
    if version.starts_with(RUSTC) {
        for path in failing() {
            cases.compile_fail(path);
        }
    } else {
        report::line(format_args!("skipped: messages are compared on {RUSTC}x, and this is {version}"));
    }
}
