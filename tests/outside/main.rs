//! What a newcomer does: a package outside this workspace, with default settings, whose program is the README's first one
//! as it stands there.
//!
//! The package is written below the target directory and built by Cargo in the debug profile. All of it is what the README
//! says: the dependency, the program, the file of weights. Only the versions are this workspace's, so that nothing is
//! downloaded.

use rnn_core::RuntimeNetwork;
use rnn_core::prelude::*;
use rnn_support::process::{output, tool};
use rnn_support::{bits, report};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// The inputs in the README's program.
const XS: [f32; 3] = [0.4, 0.7, -0.2];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests is a folder of the repository").to_owned()
}

fn weights() -> PathBuf {
    repository().join("rnn-core/examples/data/co2_lstm.safetensors")
}

/// The README's first block of Rust.
fn program() -> String {
    let readme = fs::read_to_string(repository().join("README.md")).expect("it is there");
    let (_, rest) = readme.split_once("```rust\n").expect("the README shows a program");
    rest.split_once("```\n").expect("a block ends").0.to_owned()
}

/// Writes the package, and with it where its program lies once it is built.
fn package(folder: &Path, program: &str) -> PathBuf {
    // The folder lies inside that of a workspace, of which this is no member.
    let manifest = format!(
        "[workspace]\n\n[package]\nname = \"outside\"\nedition = \"2024\"\n\n[dependencies]\nrnn-core = {{ path = '{}' }}\n",
        repository().join("rnn-core").display()
    );
    for sub in ["src", "models"] {
        fs::create_dir_all(folder.join(sub)).expect("the target directory can be written to");
    }
    fs::write(folder.join("Cargo.toml"), manifest).expect("it can be written");
    fs::write(folder.join("src/main.rs"), program).expect("it can be written");
    fs::copy(repository().join("Cargo.lock"), folder.join("Cargo.lock")).expect("the workspace has versions");
    fs::copy(weights(), folder.join("models/co2_lstm.safetensors")).expect("the example's data");
    built().join("debug/outside").with_extension(std::env::consts::EXE_EXTENSION)
}

/// Where all packages of this suite are built: what they depend on is compiled once.
fn built() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("outside-target")
}

fn cargo(folder: &Path, command: &str) -> Command {
    let mut cargo = Command::new(tool("CARGO", "cargo"));
    cargo.args([command, "--offline", "--manifest-path"]).arg(folder.join("Cargo.toml"));
    cargo.arg("--target-dir").arg(built());
    // Default settings, whatever this test was built with.
    for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        cargo.env_remove(variable);
    }
    cargo
}

/// What the README's program prints: each step of a network that is built at run time from the same file.
fn expected() -> Vec<f32> {
    let file = fs::read(weights()).expect("the example's data");
    let assume = rnn_core::Assume::framework_defaults().dense_last();
    let model = RuntimeNetwork::infer(&file, &assume).expect("PyTorch's names tell the network");
    model.forward(&XS, Outputs::All).expect("whole steps")
}

#[test]
fn the_readmes_program_runs_outside_the_workspace() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("outside");
    let built = package(&folder, &program());
    let start = Instant::now();
    output(&mut cargo(&folder, "build"));
    report::line(format_args!("the README's program was built in {:.1} s", start.elapsed().as_secs_f32()));
    let printed = output(&mut Command::new(built));
    let ys: Vec<f32> = printed.lines().map(|line| line.parse().expect("a number a line")).collect();
    bits::assert_bits_equal(&ys, &expected(), "what the program prints");

    // The build can fail: the attribute reads the file that lies beside the program.
    let wrong = program().replace("Lstm<40>", "Lstm<32>");
    package(&folder, &wrong);
    let refused = cargo(&folder, "build").output().expect("cargo ran before");
    let errors = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && errors.contains("it is that of `Lstm<40>`"), "{errors}");
}

/// A package that calls us by another name is told what to write, and runs when it has written it.
#[test]
fn a_renamed_package_is_told_where_the_attribute_finds_it() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("renamed");
    let program = program().replace("rnn_core::prelude", "nn::prelude");
    let check = |program: &str| {
        package(&folder, program);
        let manifest = folder.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).expect("it was written");
        let ours = "rnn-core = { path";
        assert!(text.contains(ours), "{text}");
        fs::write(&manifest, text.replace(ours, "nn = { package = 'rnn-core', path"))
            .expect("it can be written");
        let output = cargo(&folder, "check").output().expect("cargo ran before");
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (built, errors) = check(&program);
    assert!(!built && errors.contains("#[rnn(crate = ::nn)]"), "{errors}");
    // The one mistake, and none that follows from it.
    assert_eq!(errors.matches("error: ").count(), 2, "{errors}");
    let (built, errors) = check(&program.replace("#[rnn(", "#[rnn(crate = ::nn, "));
    assert!(built, "{errors}");
}
