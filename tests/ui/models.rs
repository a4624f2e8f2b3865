//! The files that programs in `fail` speak of: shapes and names, all weights zero.
//!
//! trybuild compiles the programs in a package of its own below the target directory; there a path such as
//! `models/amp.safetensors` starts, so there they are written.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// A name, a type and a shape.
type Tensor = (&'static str, &'static str, &'static [usize]);

const F32: &str = "F32";

/// `nn.LSTM(1, 40)` and `nn.Linear(40, 1)`.
const AMP: [Tensor; 6] = [
    ("rnn.weight_ih_l0", F32, &[160, 1]),
    ("rnn.weight_hh_l0", F32, &[160, 40]),
    ("rnn.bias_ih_l0", F32, &[160]),
    ("rnn.bias_hh_l0", F32, &[160]),
    ("head.weight", F32, &[1, 40]),
    ("head.bias", F32, &[1]),
];

/// The same with 32 units.
const SMALLER: [Tensor; 6] = [
    ("rnn.weight_ih_l0", F32, &[128, 1]),
    ("rnn.weight_hh_l0", F32, &[128, 32]),
    ("rnn.bias_ih_l0", F32, &[128]),
    ("rnn.bias_hh_l0", F32, &[128]),
    ("head.weight", F32, &[1, 32]),
    ("head.bias", F32, &[1]),
];

/// Keras' `SimpleRNN(32)` and `Dense(1)`.
const KERAS: [Tensor; 5] = [
    ("simple_rnn/kernel", F32, &[1, 32]),
    ("simple_rnn/recurrent_kernel", F32, &[32, 32]),
    ("simple_rnn/bias", F32, &[32]),
    ("dense/kernel", F32, &[32, 1]),
    ("dense/bias", F32, &[1]),
];

/// As we save it.
const OURS: [Tensor; 5] = [
    ("rnn.weight_ih", F32, &[160, 1]),
    ("rnn.weight_hh", F32, &[160, 40]),
    ("rnn.bias_ih", F32, &[160]),
    ("head.weight", F32, &[1, 40]),
    ("head.bias", F32, &[1]),
];

/// Nothing tells which is first.
const TWO_DENSE: [Tensor; 2] = [("in.weight", F32, &[8, 8]), ("out.weight", F32, &[8, 8])];

/// Its head alone.
const HEAD: [Tensor; 2] = [("head.weight", F32, &[1, 40]), ("head.bias", F32, &[1])];

/// `nn.Embedding(7, 4)` and `nn.GRU(4, 4)`.
const TABLE: [Tensor; 5] = [
    ("embedding.weight", F32, &[7, 4]),
    ("gru.weight_ih_l0", F32, &[12, 4]),
    ("gru.weight_hh_l0", F32, &[12, 4]),
    ("gru.bias_ih_l0", F32, &[12]),
    ("gru.bias_hh_l0", F32, &[12]),
];

/// Two recurrent modules, of which the second could take what the first gives.
const TWO_MODULES: [Tensor; 8] = [
    ("encoder.weight_ih_l0", F32, &[16, 3]),
    ("encoder.weight_hh_l0", F32, &[16, 4]),
    ("encoder.bias_ih_l0", F32, &[16]),
    ("encoder.bias_hh_l0", F32, &[16]),
    ("decoder.weight_ih_l0", F32, &[16, 4]),
    ("decoder.weight_hh_l0", F32, &[16, 4]),
    ("decoder.bias_ih_l0", F32, &[16]),
    ("decoder.bias_hh_l0", F32, &[16]),
];

/// A safetensors file.
fn file(metadata: &str, tensors: &[Tensor]) -> Vec<u8> {
    let (mut entries, mut data) = (Vec::new(), Vec::new());
    if !metadata.is_empty() {
        entries.push(format!(r#""__metadata__":{{"rnn":"{metadata}"}}"#));
    }
    for (name, dtype, shape) in tensors {
        let size = if *dtype == F32 { 4 } else { 8 };
        let start = data.len();
        data.resize(start + size * shape.iter().product::<usize>(), 0);
        let end = data.len();
        entries.push(format!(
            r#""{name}":{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[{start},{end}]}}"#
        ));
    }
    let header = format!("{{{}}}", entries.join(","));
    let len = u64::try_from(header.len()).expect("a short header").to_le_bytes();
    [&len, header.as_bytes(), &data].concat()
}

/// The tensors of a file but for one, in place of which there may be others.
fn instead(name: &str, others: &[Tensor]) -> Vec<Tensor> {
    AMP.iter().filter(|tensor| tensor.0 != name).chain(others).copied().collect()
}

/// The target directory, as trybuild finds it.
pub(crate) fn target() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output =
        Command::new(cargo).args(["metadata", "--no-deps", "--format-version=1", "--offline"]).output();
    let text = String::from_utf8(output.expect("cargo runs this test").stdout).expect("JSON is UTF-8");
    let (_, rest) = text.split_once(r#""target_directory":""#).expect("metadata name it");
    let (path, _) = rest.split_once('"').expect("a JSON string ends");
    PathBuf::from(path.replace(r"\\", r"\"))
}

/// Writes them all.
pub(crate) fn write() {
    let folder = target().join("tests/trybuild").join(env!("CARGO_PKG_NAME")).join("models");
    fs::create_dir_all(&folder).expect("the target directory can be written to");
    let both: Vec<Tensor> = AMP[..4]
        .iter()
        .copied()
        .chain([
            ("rnn.weight_ih_l0_reverse", F32, &[160, 1][..]),
            ("rnn.weight_hh_l0_reverse", F32, &[160, 40]),
            ("rnn.bias_ih_l0_reverse", F32, &[160]),
            ("rnn.bias_hh_l0_reverse", F32, &[160]),
            ("head.weight", F32, &[1, 40]),
            ("head.bias", F32, &[1]),
        ])
        .collect();
    let said =
        "input_size 1; layer rnn lstm 40 tanh bias; layer head dense 1 linear bias; tau 24; mean -0.5; std 2";
    let double = ("rnn.weight_hh_l0", "F64", &[160, 40][..]);
    let files: [(&str, Vec<u8>); 18] = [
        ("amp", file("", &AMP)),
        ("smaller", file("", &SMALLER)),
        ("keras", file("", &KERAS)),
        ("ours", file(said, &OURS)),
        ("both", file("", &both)),
        ("missing", file("", &instead("head.bias", &[]))),
        ("extra", file("", &instead("", &[("norm.scale", F32, &[40]), ("norm.shift", F32, &[40])]))),
        ("double", file("", &instead("rnn.weight_hh_l0", &[double]))),
        ("integer", file("", &instead("rnn.weight_hh_l0", &[("rnn.weight_hh_l0", "I64", &[160, 40])]))),
        ("two_dense", file("", &TWO_DENSE)),
        ("head", file("", &HEAD)),
        ("table", file("", &TABLE)),
        ("two_modules", file("", &TWO_MODULES)),
        ("text", b"This is no file of weights, but somebody's notes.".to_vec()),
        // As `torch.save` begins one, as far as the name of its first member.
        ("torch", [&b"PK\x03\x04"[..], &[0; 22], &[16, 0, 0, 0], b"archive/data.pkl"].concat()),
        ("page", b"<!DOCTYPE html><html lang=\"en\"><head></head></html>".to_vec()),
        ("pointer", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 6344\n".to_vec()),
        ("noise", [0xF5; 64].to_vec()),
    ];
    for (name, bytes) in files {
        fs::write(folder.join(name).with_extension("safetensors"), bytes)
            .expect("a file in the target directory");
    }
}
