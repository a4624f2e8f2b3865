//! Lists the modules of the attribute's sources, which its target is made of as well: those `rnn-macros/src/lib.rs` names.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

fn main() {
    let own = env::var("CARGO_MANIFEST_DIR").expect("Cargo sets it");
    let sources = Path::new(&own).join("../../rnn-macros/src");
    let lib = fs::read_to_string(sources.join("lib.rs")).expect("the attribute's lib.rs");
    let mut modules = String::new();
    let mut before = "";
    for line in lib.lines() {
        if let Some(name) = line.strip_prefix("mod ").and_then(|line| line.strip_suffix(';'))
            && before != "#[cfg(test)]"
        {
            let path = sources.join(name).with_extension("rs").display().to_string();
            writeln!(modules, "#[path = {path:?}]\nmod {name};").expect("a string takes all");
        }
        before = line;
    }
    assert!(!modules.is_empty(), "no module found in the attribute's lib.rs");
    let out = env::var("OUT_DIR").expect("Cargo sets it");
    fs::write(Path::new(&out).join("attribute.rs"), modules).expect("Cargo's folder takes files");
    println!("cargo:rerun-if-changed={}", sources.join("lib.rs").display());
}
