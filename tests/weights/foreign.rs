//! Files of another kind: what each is said to be, and the line of Python that makes a safetensors file of it.

use crate::file::{Style, file, small};
use rnn_core::prelude::*;
use rnn_core::{Assume, WeightError, list_tensors, read_f32};

/// A zip archive of empty members, as far as readers look.
fn zip(members: &[&str], comment: &[u8], beyond_4_gib: bool) -> Vec<u8> {
    let (mut bytes, mut table) = (Vec::new(), Vec::new());
    let length = |text: &[u8]| u16::try_from(text.len()).expect("short").to_le_bytes();
    for name in members {
        let place = u32::try_from(bytes.len()).expect("small").to_le_bytes();
        bytes.extend(
            [&b"PK\x03\x04"[..], &[0; 22], &length(name.as_bytes()), &[3, 0], name.as_bytes(), b"xxx"]
                .concat(),
        );
        table.extend(
            [&b"PK\x01\x02"[..], &[0; 24], &length(name.as_bytes()), &[1, 0], &[2, 0], &[0; 8], &place]
                .concat(),
        );
        table.extend([name.as_bytes(), b"x", b"cc"].concat());
    }
    let place = bytes.len();
    bytes.extend(&table);
    let mut short = u32::try_from(place).expect("small");
    if beyond_4_gib {
        let record = bytes.len() as u64;
        bytes.extend([&b"PK\x06\x06"[..], &[0; 44], &(place as u64).to_le_bytes()].concat());
        bytes.extend([&b"PK\x06\x07"[..], &[0; 4], &record.to_le_bytes(), &[0; 4]].concat());
        short = u32::MAX;
    }
    bytes.extend([&b"PK\x05\x06"[..], &[0; 12], &short.to_le_bytes(), &length(comment), comment].concat());
    bytes
}

fn text_of(bytes: &[u8]) -> String {
    let error = small().0.from_safetensors(bytes).map(drop).expect_err("another kind of file");
    assert!(matches!(error, WeightError::Foreign { .. }), "{error}");
    let text = error.to_string();
    // Whatever reads a file says the same.
    let others = [
        RuntimeNetwork::from_safetensors(bytes).map(drop),
        RuntimeNetwork::infer(bytes, &Assume::framework_defaults()).map(drop),
        crate::errors::Small::from_safetensors(bytes).map(drop),
        read_f32(bytes, "x").map(drop),
        list_tensors(bytes).map(drop),
    ];
    for other in others {
        assert_eq!(other.expect_err("another kind of file").to_string(), text);
    }
    text
}

/// What a file is, and a part of what is to be done.
fn assert_says(bytes: &[u8], found: &str, remedy: &str) {
    let text = text_of(bytes);
    assert!(text.starts_with(&format!("this is {found}, and no whole safetensors file: ")), "{text}");
    assert!(text.contains(remedy), "{text}");
}

#[test]
fn archives_by_their_members() {
    let torch = ["archive/data.pkl", "archive/byteorder", "archive/data/0", "archive/version"];
    for (members, found, remedy) in [
        (
            &torch[..],
            "what `torch.save` wrote",
            r#"save_file(torch.load("model.pt", map_location="cpu"), "model.safetensors")"#,
        ),
        (
            &["m/data.pkl", "m/code/__torch__.py", "m/constants.pkl"],
            "what `torch.jit.save` wrote",
            r#"torch.jit.load("model.pt", map_location="cpu").state_dict()"#,
        ),
        (
            &["m/archive_format", "m/models/model.json", "m/data/weights/w"],
            "what `torch.export.save` wrote",
            r#"torch.export.load("model.pt2").state_dict"#,
        ),
        (
            &["metadata.json", "config.json", "model.weights.h5"],
            "a `.keras` file",
            r#"save_file({w.path: w.numpy() for w in keras.models.load_model("model.keras").weights}, "model.safetensors")"#,
        ),
        (
            &["rnn.npy", "fc.npy"],
            "arrays of NumPy, `.npz`",
            r#"save_file(dict(numpy.load("model.npz")), "model.safetensors")"#,
        ),
        (&["a.safetensors"], "a zip archive of a.safetensors", "unpack it"),
        (&["a", "b", "c", "d"], "a zip archive of a, b, c, ..", "unpack it"),
        (&[], "a zip archive of ", "unpack it"),
    ] {
        for (comment, beyond) in [(&b""[..], false), (b"a comment", false), (b"", true)] {
            if !(members.is_empty() && beyond) {
                assert_says(&zip(members, comment, beyond), found, remedy);
            }
        }
    }
    // Cut somewhere, it is an archive all the same: as long as the first name is there, of that.
    let whole = zip(&torch, b"", false);
    for len in 4..whole.len() {
        let text = text_of(&whole[..len]);
        let found = if len < 30 + torch[0].len() { "a zip archive of " } else { "what `torch.save` wrote" };
        assert!(text.starts_with(&format!("this is {found}")), "{len}: {text}");
    }
}

#[test]
fn files_by_their_first_bytes() {
    let legacy = b"\x80\x02\x8A\x0Al\xFC\x9CF\xF9 j\xA8P\x19.\x80\x02M\xE9\x03.";
    let tar = [&[b'a'; 100][..], &[0; 157], b"ustar\x0000", &[0; 200]].concat();
    let leveldb = [&b"\x00\x00\x02model"[..], &[0; 60], b"\x57\xFB\x80\x8B\x24\x75\x47\xDB"].concat();
    let onnx = b"\x08\x08\x12\x07pytorch\x1A\x052.4.0:\x10";
    for (bytes, found, remedy) in [
        (&legacy[..], "what `torch.save` wrote before PyTorch 1.6", "torch.load("),
        (b"\x80\x04\x95\x10\0\0\0\0\0\0\0}\x94.", "a pickle of Python", "torch.load("),
        (b"\x89HDF\r\n\x1A\n\0\0\0\0\0\x08\x08\0", "an HDF5 file, such as Keras' `.h5`", r#"load_model("model.h5")"#),
        (b"\x93NUMPY\x01\0v\0{'descr': '<f4'", "one array of NumPy, `.npy`", "numpy.load("),
        (onnx, "an ONNX model", "torch import save_file; save_file(model.state_dict(), "),
        (b"\x08\x0A:\x80\x04\x0A\x10\x0A\x01", "an ONNX model", "orders gates differently"),
        (b"\x08\x01\x12\xA0\x1A\x0A\x20\x0A\x01", "a SavedModel of TensorFlow", "for w in model.weights}"),
        (b"\x08\x05\x12\x40\x0A\x10input", "a Core ML model", "save_file("),
        (b"\x1C\0\0\0TFL3\x14\0\x20\0", "a TensorFlow Lite model", "save_file("),
        (&leveldb, "the index of a TensorFlow checkpoint", "save_file("),
        (b"GGUF\x03\0\0\0\x10\0\0\0\0\0\0\0", "a GGUF file", "save_file("),
        (b"\x81\xA6params\x82\xA3gru", "MessagePack, as flax saves parameters", "save_file("),
        (b"MATLAB 5.0 MAT-file, Platform: GLNXA64", "a `.mat` file of MATLAB", "save_file("),
        (b"\x1F\x8B\x08\0\0\0\0\0\0\x03", "compressed with gzip", "unpack it"),
        (b"BZh91AY&SY\0", "compressed with bzip2", "unpack it"),
        (b"\xFD7zXZ\0\0\x04\xE6", "compressed with xz", "unpack it"),
        (b"\x28\xB5\x2F\xFD\x04\0\x01\0\0", "compressed with zstd", "unpack it"),
        (b"7z\xBC\xAF\x27\x1C\0\x04\0", "a 7z archive", "unpack it"),
        (b"Rar!\x1A\x07\x01\0\0", "a RAR archive", "unpack it"),
        (&tar, "a tar archive", "unpack it"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 6344\n",
            "the pointer of Git LFS to a file that is not there",
            "git lfs pull",
        ),
        (b"<!DOCTYPE html>\n<html><head>", "an HTML page, not the file behind it", "/resolve/"),
        (b"\r\n  <HTML lang='en'>", "an HTML page, not the file behind it", "/raw/"),
        (b"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code>", "XML", "save_file("),
        (b"{\"layers\": [{\"type\": \"lstm\"}]}", "JSON", "numpy.array(values, \"f4\")"),
        // A brace where a safetensors file has one.
        (b"{\"lstm\":{\"kernel\":[[0.5]]}}", "JSON", "numpy.array(values, \"f4\")"),
        (b"\xEF\xBB\xBF[1.0, 2.0]", "JSON", "save_file("),
        (
            b"{\"metadata\": {}, \"weight_map\": {\"rnn.weight_ih_l0\": \"model-00001-of-00002.safetensors\"}}",
            "the index of a model that is split into several files",
            r#"for f in glob.glob("model-*.safetensors")"#,
        ),
        (b"epoch,loss\n1,0.5\n2,0.25\n", "text", "save_file("),
    ] {
        assert_says(bytes, found, remedy);
    }
}

/// No safetensors file is taken for another, whatever its header's length and however it is cut.
#[test]
fn ours_are_not_foreign() {
    let (builder, layers) = small();
    let whole = file(&layers, Style::Ours, &["hidden.*", "output.*"]);
    for blanks in 0..600 {
        let header = format!("{:<1$}", whole.header(), whole.header().len() + blanks);
        let bytes = crate::file::raw(&header, &whole.data());
        builder.clone().from_safetensors(&bytes).expect("a safetensors file");
    }
    // Nor its beginning, whatever the length is.
    for length in 1_u64..=70_000 {
        for len in 0..=8 {
            let error =
                builder.clone().from_safetensors(&length.to_le_bytes()[..len]).expect_err("it is cut");
            assert!(matches!(error, WeightError::File { .. }), "{length}, {len}: {error}");
        }
    }
    let bytes = whole.bytes();
    for len in 0..bytes.len() {
        let error = builder.clone().from_safetensors(&bytes[..len]).expect_err("it is cut");
        assert!(matches!(error, WeightError::File { .. }), "{len}: {error}");
    }
}

/// Damaged archives are told to be something, and nothing panics.
#[test]
fn damaged_archives() {
    for beyond in [false, true] {
        let whole = zip(&["archive/data.pkl", "archive/version", "x"], b"a comment", beyond);
        for place in 0..whole.len() {
            for mask in [1, 2, 0x10, 0x80, 0xFF] {
                let mut bytes = whole.clone();
                bytes[place] ^= mask;
                let error = list_tensors(&bytes).expect_err("no safetensors file");
                assert!(matches!(error, WeightError::Foreign { .. }) || place < 4, "{place}: {error}");
            }
        }
    }
}

/// A file's path is in what is said of it, be it not there or another kind of file.
#[test]
fn paths() {
    let path = std::env::temp_dir().join("rnn-core, no such file");
    let shown = path.display().to_string();
    for error in [
        crate::errors::Small::load(&path).map(drop),
        small().0.load(&path).map(drop),
        RuntimeNetwork::load(&path).map(drop),
        crate::errors::Small::load_with(&path, &rnn_core::LoadOptions::default()).map(drop),
    ] {
        let error = error.expect_err("it is not there");
        assert!(matches!(&error, WeightError::Io { path: found, .. } if *found == path), "{error}");
        assert!(error.to_string().starts_with(&format!("{shown}: ")), "{error}");
        assert!(std::error::Error::source(&error).is_some());
    }
    // One of several by its name is not the whole.
    let shard = path.with_file_name("model-00001-of-00002.safetensors");
    let error = small().0.load(&shard).map(drop).expect_err("a part").to_string();
    let found = "this is file 1 of 2 that hold a model together, and no whole safetensors file: make one file of them";
    assert!(error.starts_with(found), "{error}");
    for whole in ["model-00001-of-00001.safetensors", "a-1-of-2.safetensors", "made-of-00002.safetensors"] {
        let error = small().0.load(path.with_file_name(whole)).map(drop).expect_err("it is not there");
        assert!(matches!(error, WeightError::Io { .. }), "{error}");
    }
    let (builder, layers) = small();
    let net = builder.from_safetensors(&file(&layers, Style::Ours, &["hidden.*", "output.*"]).bytes());
    let error = net.expect("the file fits").save(path.join("folder")).expect_err("there is no such folder");
    assert!(error.to_string().starts_with(&shown), "{error}");
}
