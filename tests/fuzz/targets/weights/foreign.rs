//! Files of another kind: their first bytes, archives with the names of their members, and lies about both.

use rnn_fuzz::choices::Choices;

/// How files begin.
const BEGINNINGS: &[&[u8]] = &[
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x89HDF\r\n\x1a\n",
    b"\x80\x02",
    b"\x80\x04\x95",
    b"\x93NUMPY\x01\x00v\x00",
    b"\x08\x07\x12\x07pytorch",
    b"{\"weights\": [",
    b"[1, 2",
    b"<!DOCTYPE html><html>",
    b"<html>",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
    b"GGUF\x03\x00\x00\x00",
    b"\x1f\x8b\x08",
    b"\xff\xfe{\x00",
    b"\xef\xbb\xbf{",
    b"{\"metadata\":{\"total_size\":1},\"weight_map\":{\"a\":\"b.safetensors\"}}",
    b"BZh9",
    b"\x28\xb5\x2f\xfd",
    b"Not Found",
    b"",
];

/// Names of members of an archive.
const MEMBERS: &[&str] = &[
    "archive/data.pkl",
    "archive/data/0",
    "archive/version",
    "model/constants.pkl",
    "config.json",
    "metadata.json",
    "model.weights.h5",
    "arr_0.npy",
    "lstm/kernel.npy",
    "",
    "é",
    "saved_model.pb",
    "word/document.xml",
    "/",
    "..",
];

/// Such a file.
pub(crate) fn file(c: &mut Choices<'_>) -> Vec<u8> {
    let mut bytes = if c.flip() { archive(c) } else { c.pick(BEGINNINGS).to_vec() };
    for _ in 0..c.below(4) {
        let at = c.place(bytes.len());
        match c.below(4) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, u8::try_from(c.below(256)).unwrap_or(0)),
            2 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = c.pick(&[0, 1, 0x7F, 0x80, 0xFF]);
                }
            }
            _ => bytes.extend(std::iter::repeat_n(c.pick(b" 0{\xff"), c.below(600))),
        }
    }
    bytes.extend_from_slice(c.rest());
    bytes
}

/// A zip: its members stored, and a directory at the end.
fn archive(c: &mut Choices<'_>) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    let count = c.below(5);
    let lie = |c: &mut Choices<'_>, len: usize| if c.one_in(12) { c.number() } else { len };
    for _ in 0..count {
        let name = c.pick(MEMBERS);
        let content = vec![0x2A; c.below(40)];
        let start = lie(c, bytes.len());
        let fields = [lie(c, content.len()), lie(c, content.len())];
        let name_len = lie(c, name.len());
        let rest = |out: &mut Vec<u8>| {
            out.extend([0; 4]);
            out.extend(fields.iter().flat_map(|&field| (field as u32).to_le_bytes()));
            out.extend((name_len as u16).to_le_bytes());
            out.extend([0; 2]);
        };
        directory.extend(b"PK\x01\x02\x14\x00\x14\x00\x00\x08\x00\x00\x00\x00\x21\x00");
        rest(&mut directory);
        directory.extend([0; 10]);
        directory.extend((start as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        bytes.extend(b"PK\x03\x04\x14\x00\x00\x08\x00\x00\x00\x00\x21\x00");
        rest(&mut bytes);
        bytes.extend(name.as_bytes());
        bytes.extend(content);
    }
    let [entries, len, start] = [count, directory.len(), bytes.len()].map(|field| lie(c, field));
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\x00\x00\x00\x00");
    bytes.extend((entries as u16).to_le_bytes());
    bytes.extend((entries as u16).to_le_bytes());
    bytes.extend((len as u32).to_le_bytes());
    bytes.extend((start as u32).to_le_bytes());
    let comment = vec![b'c'; if c.one_in(4) { c.below(300) } else { 0 }];
    let comment_len = lie(c, comment.len());
    bytes.extend((comment_len as u16).to_le_bytes());
    bytes.extend(comment);
    bytes
}
