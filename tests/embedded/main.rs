//! Networks without std and heap: a static library linked into a C program gives the bits the std build gives. One packs
//! weights into a buffer, the other has them as part of the library.
//!
//! The library is built by Cargo from a package of its own, with its own profile, into a directory of this test's. It
//! defines no allocator, so that it links only if nothing in it allocates.

#[path = "firmware/src/network.rs"]
mod network;

use network::{Controller, STEPS, WEIGHTS, input};
use rnn_core::prelude::*;
use rnn_core::{FromStatic, LayerWeights, LoadOptions, ShapeError};
use rnn_support::process::{output, tool};
use rnn_support::report;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the library.
fn library(firmware: &Path, target: &Path) -> PathBuf {
    let mut cargo = Command::new(tool("CARGO", "cargo"));
    cargo.args(["build", "--release", "--locked", "--manifest-path"]).arg(firmware.join("Cargo.toml"));
    // The firmware is for the plainest CPU of this architecture, whatever this test was built for.
    cargo.arg("--target-dir").arg(target).env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    output(&mut cargo);
    target.join("release/libfirmware.a")
}

/// What the firmware has as part of itself, from its file.
#[rnn(input_size = 1)]
struct Co2 {
    rnn: Lstm<40>,
    head: Dense<1>,
}

/// The outputs of that network on the portable backend.
fn expected_of_the_lstm() -> Vec<u32> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../rnn-core/examples/data/co2_lstm.safetensors");
    let file = std::fs::read(file).expect("the example's data");
    let net = Co2::from_safetensors_with(&file, &LoadOptions::default().backend(Backend::PORTABLE))
        .expect("it fits");
    let mut state = net.initial_state();
    (0..STEPS).flat_map(|t| net.step(&mut state, &[input(t)[0]])).map(f32::to_bits).collect()
}

/// The outputs of the std build on the portable backend, which is what the firmware has.
fn expected() -> Vec<u32> {
    let net = Controller::from_slices(Backend::PORTABLE, &WEIGHTS).expect("the weights fit");
    let mut state = net.initial_state();
    (0..STEPS).flat_map(|t| net.step(&mut state, &input(t))).map(f32::to_bits).collect()
}

#[test]
fn a_static_library_gives_the_same_bits() {
    let cc = tool("CC", "cc");
    if cfg!(not(unix)) || Command::new(&cc).arg("--version").output().is_err() {
        return report::line(format_args!("skipped: no C compiler {}", cc.display()));
    }
    let firmware = Path::new(env!("CARGO_MANIFEST_DIR")).join("embedded/firmware");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("firmware");
    let library = library(&firmware, &target);
    let program = target.join("controller");
    let warnings = ["-std=c99", "-Wall", "-Wextra", "-Werror"];
    output(Command::new(cc).args(warnings).arg("-o").arg(&program).arg(firmware.join("main.c")).arg(library));
    let printed = output(&mut Command::new(program));
    let bits: Vec<u32> =
        printed.lines().map(|line| u32::from_str_radix(line, 16).expect("eight digits")).collect();
    let want = [expected(), expected_of_the_lstm()].concat();
    if cfg!(target_feature = "fma") && cfg!(target_arch = "x86_64") {
        return report::line(format_args!("skipped: this test is fused, the firmware is not; bits differ"));
    }
    assert_eq!(bits, want);
    // The comparison can fail: the outputs are neither constant nor few.
    assert_eq!(bits.len(), STEPS * 3);
    assert!(want.iter().collect::<std::collections::HashSet<_>>().len() > STEPS);
}

/// A block of its own, as a `static` would be.
fn block(len: usize) -> &'static mut [f32] {
    vec![f32::NAN; len].leak()
}

#[test]
fn static_weights_are_owned_weights() {
    for backend in rnn_support::backends::all() {
        let block = block(Controller::PACKED_LEN);
        Controller::pack(&WEIGHTS, block).expect("the weights fit");
        let net = Controller::from_static(backend, block).expect("the length fits");
        let owned = Controller::from_slices(backend, &WEIGHTS).expect("the weights fit");
        let xs: Vec<f32> = (0..STEPS).flat_map(input).collect();
        let of = |net: &Controller| net.forward(&xs, Outputs::All).expect("whole steps");
        rnn_support::bits::assert_bits_equal(&of(&net), &of(&owned), backend);
    }
}

#[test]
fn what_does_not_fit_is_refused_and_nothing_written() {
    let said = |weights: &[LayerWeights<'_>], len| {
        let block = block(len);
        let error = Controller::pack(weights, block).expect_err("it does not fit").to_string();
        assert!(block.iter().all(|value| value.is_nan()), "written in spite of: {error}");
        error
    };
    let len = Controller::PACKED_LEN;
    assert!(said(&WEIGHTS, len - 1).starts_with("block has "));
    assert_eq!(said(&WEIGHTS[..2], len), "entry 2 of the weights must be those of a dense layer");
    let [first, second, head] = WEIGHTS;
    assert_eq!(said(&[first, head, head], len), "entry 1 of the weights must be those of a simple_rnn layer");
    assert_eq!(
        said(&[first, second, head, head], len),
        "the network has no layer for entry 3 of the weights"
    );
    let short = LayerWeights::Dense { weight: &[0.0; 11], bias: Some(&[0.0; 2]) };
    assert!(said(&[first, second, short], len).starts_with("weight has 11 values, but this call takes 12"));
    let no_bias = LayerWeights::Dense { weight: &[0.0; 12], bias: None };
    assert!(said(&[first, second, no_bias], len).starts_with("bias has 0 values, but this call takes 2"));
    let error = Controller::from_static(Backend::PORTABLE, block(len + 1)).err();
    assert!(matches!(error, Some(ShapeError::Length { argument: "block", .. })), "{error:?}");
}
