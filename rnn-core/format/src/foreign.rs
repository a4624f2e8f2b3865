//! Files of another kind, by the bytes they begin with and, of a zip, the names of its members: what each is, and the line of
//! Python that makes a safetensors file of it.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::weight_error::WeightError;

/// Of weights that PyTorch saved.
const TORCH: &str = r#"make one in Python with `import torch; from safetensors.torch import save_file; save_file(torch.load("model.pt", map_location="cpu"), "model.safetensors")` where the file holds a `state_dict`; of a whole model save its `.state_dict()`, of a checkpoint the entry that is one"#;
/// Of a program and its weights.
const TORCH_SCRIPT: &str = r#"make one in Python with `import torch; from safetensors.torch import save_file; save_file(torch.jit.load("model.pt", map_location="cpu").state_dict(), "model.safetensors")`"#;
/// The same in the newer form.
const TORCH_EXPORT: &str = r#"make one in Python with `import torch; from safetensors.torch import save_file; save_file(dict(torch.export.load("model.pt2").state_dict), "model.safetensors")`"#;
const KERAS: &str = r#"make one in Python with `import keras; from safetensors.numpy import save_file; save_file({w.path: w.numpy() for w in keras.models.load_model("model.keras").weights}, "model.safetensors")`"#;
const HDF5: &str = r#"make one in Python with `import keras; from safetensors.numpy import save_file; save_file({w.path: w.numpy() for w in keras.models.load_model("model.h5").weights}, "model.safetensors")`; where the file holds weights alone, build the model, call its `load_weights` and save `model.weights` so"#;
const SAVED_MODEL: &str = r#"make one in Python, where the model was made, with `from safetensors.numpy import save_file; save_file({w.path: w.numpy() for w in model.weights}, "model.safetensors")`"#;
const NPZ: &str = r#"make one in Python with `import numpy; from safetensors.numpy import save_file; save_file(dict(numpy.load("model.npz")), "model.safetensors")`"#;
const NPY: &str = r#"make one in Python with `import numpy; from safetensors.numpy import save_file; save_file({"rnn.weight_ih": numpy.load("weight_ih.npy")}, "model.safetensors")`, all arrays of the network in one call"#;
const ONNX: &str = r#"ONNX orders gates differently and names no layers, so save the weights where the model was made: in PyTorch with `from safetensors.torch import save_file; save_file(model.state_dict(), "model.safetensors")`, in Keras with `from safetensors.numpy import save_file; save_file({w.path: w.numpy() for w in model.weights}, "model.safetensors")`"#;
/// Where nothing more is known.
const SOURCE: &str = r#"make one in Python, where the model was made: in PyTorch with `from safetensors.torch import save_file; save_file(model.state_dict(), "model.safetensors")`, in Keras with `from safetensors.numpy import save_file; save_file({w.path: w.numpy() for w in model.weights}, "model.safetensors")`"#;
/// Of arrays by name.
const ARRAYS: &str = r#"make one in Python from its arrays with `import numpy; from safetensors.numpy import save_file; save_file({name: numpy.array(values, "f4") for name, values in arrays.items()}, "model.safetensors")`"#;
const INDEX: &str = r#"make one file of them in Python with `import glob; from safetensors.torch import load_file, save_file; save_file({k: v for f in glob.glob("model-*.safetensors") for k, v in load_file(f).items()}, "model.safetensors")`"#;
const POINTER: &str = "`git lfs pull` puts the file itself in its place; `huggingface_hub.hf_hub_download(repo, \"model.safetensors\")` gets it in Python";
const PAGE: &str = "download the file itself: its address has `/resolve/` (Hugging Face) or `/raw/` (GitHub) where that of its page has `/blob/`; `huggingface_hub.hf_hub_download(repo, \"model.safetensors\")` gets it in Python";
const PACKED: &str = "unpack it; in Python `shutil.unpack_archive` or the module of that name does so";

/// What a file is that is not a safetensors file, if that can be told.
///
/// A safetensors file begins with the length of its header and has `{` behind it, which none of the others has there.
pub(crate) fn foreign(file: &[u8]) -> Option<WeightError> {
    if file.get(8) == Some(&b'{') && !is_text(file) {
        return None;
    }
    let (found, remedy) = if let Some(members) = members(file) {
        zip(&members)
    } else {
        // A length that was cut may begin as anything.
        let binary = || if file.len() > 8 { by_magic(file).or_else(|| protobuf(file)) } else { None };
        let (found, remedy) = binary().or_else(|| text(file))?;
        (found.to_string(), remedy)
    };
    Some(WeightError::Foreign { found, remedy })
}

/// What is wrong with a file of this path if by its name it is one of several that hold a model together: `model-00001-of-00002.safetensors`.
/// A network that is inferred from one of them would be another.
#[must_use]
pub fn split_file(path: &str) -> Option<WeightError> {
    let name = path.rsplit(['/', '\\']).next()?.strip_suffix(".safetensors")?;
    let (before, count) = name.rsplit_once("-of-")?;
    let (_, index) = before.rsplit_once('-')?;
    let number = |text: &str| text.parse::<usize>().ok().filter(|_| text.len() == 5);
    let (index, count) = (number(index)?, number(count)?);
    let found = format!("file {index} of {count} that hold a model together");
    (count > 1).then_some(WeightError::Foreign { found, remedy: INDEX })
}

/// A kind and what is to be done.
type Kind = (&'static str, &'static str);

/// What a file is by fixed bytes at a fixed place.
fn by_magic(file: &[u8]) -> Option<Kind> {
    let starts = [
        // The magic number of `torch.save` before its archives.
        (
            &b"\x80\x02\x8A\x0A\x6C\xFC\x9C\x46\xF9\x20\x6A\xA8\x50\x19"[..],
            "what `torch.save` wrote before PyTorch 1.6",
            TORCH,
        ),
        (b"\x80\x02", PICKLE, TORCH),
        (b"\x80\x03", PICKLE, TORCH),
        (b"\x80\x04", PICKLE, TORCH),
        (b"\x80\x05", PICKLE, TORCH),
        (b"\x89HDF\r\n\x1A\n", "an HDF5 file, such as Keras' `.h5`", HDF5),
        (b"\x93NUMPY", "one array of NumPy, `.npy`", NPY),
        (b"MATLAB 5.0 MAT-file", "a `.mat` file of MATLAB", ARRAYS),
        (b"GGUF", "a GGUF file", SOURCE),
        (
            b"version https://git-lfs.github.com/spec/",
            "the pointer of Git LFS to a file that is not there",
            POINTER,
        ),
        (b"\x1F\x8B", "compressed with gzip", PACKED),
        (b"BZh", "compressed with bzip2", PACKED),
        (b"\xFD7zXZ\0", "compressed with xz", PACKED),
        (b"\x28\xB5\x2F\xFD", "compressed with zstd", PACKED),
        (b"7z\xBC\xAF\x27\x1C", "a 7z archive", PACKED),
        (b"Rar!\x1A\x07", "a RAR archive", PACKED),
    ];
    if let Some(&(_, found, remedy)) = starts.iter().find(|(magic, ..)| file.starts_with(magic)) {
        return Some((found, remedy));
    }
    let at = |place: usize, magic: &[u8]| file.get(place..).is_some_and(|rest| rest.starts_with(magic));
    if at(4, b"TFL3") {
        return Some(("a TensorFlow Lite model", SAVED_MODEL));
    }
    if at(257, b"ustar") {
        return Some(("a tar archive", PACKED));
    }
    // The last bytes of a table of LevelDB.
    if file.ends_with(b"\x57\xFB\x80\x8B\x24\x75\x47\xDB") {
        return Some(("the index of a TensorFlow checkpoint", SAVED_MODEL));
    }
    // A map of MessagePack whose first key is a short string.
    match file {
        [0x81..=0x8F, length @ 0xA1..=0xBF, key @ ..]
            if key.get(..usize::from(length - 0xA0)).is_some_and(|key| key.is_ascii() && is_text(key)) =>
        {
            Some(("MessagePack, as flax saves parameters", ARRAYS))
        }
        _ => None,
    }
}

const PICKLE: &str = "a pickle of Python";

/// What a message of protocol buffers is: all begin with field 1, a small version.
fn protobuf(file: &[u8]) -> Option<Kind> {
    match *file {
        // Next comes the name of the program that made the file. A model without that has a version, a domain or the graph here.
        [0x08, 1..=31, 0x12, 1..=127, b' '..=b'~', ..]
        | [0x08, 1..=31, 0x1A | 0x22 | 0x28 | 0x32 | 0x3A | 0x42, ..] => Some(("an ONNX model", ONNX)),
        [0x08, 1, 0x12, ..] => Some(("a SavedModel of TensorFlow", SAVED_MODEL)),
        [0x08, 1..=31, 0x12, ..] => Some(("a Core ML model", SOURCE)),
        _ => None,
    }
}

/// Whether a file may be text: no control characters among its first bytes.
fn is_text(file: &[u8]) -> bool {
    let head = &file[..file.len().min(512)];
    !head.iter().any(|&byte| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r'))
        // A letter may be cut at the end.
        && core::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true)
}

/// What a text is.
fn text(file: &[u8]) -> Option<Kind> {
    // A file of fewer bytes may be the beginning of anything.
    if file.len() < 8 || !is_text(file) {
        return None;
    }
    let file = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file).trim_ascii_start();
    let has = |word: &[u8]| file.windows(word.len()).any(|window| window == word);
    let starts =
        |word: &str| file.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()));
    Some(match file.first() {
        Some(b'{') if has(b"\"weight_map\"") => {
            ("the index of a model that is split into several files", INDEX)
        }
        Some(b'{' | b'[') => ("JSON", ARRAYS),
        _ if starts("<!doctype html") || starts("<html") => ("an HTML page, not the file behind it", PAGE),
        _ if starts("<?xml") || starts("<") => ("XML", SOURCE),
        _ => ("text", SOURCE),
    })
}

/// What a zip archive is by the names of its members.
fn zip(members: &[&[u8]]) -> (String, &'static str) {
    let any = |ending: &[u8]| members.iter().any(|name| name.ends_with(ending));
    let (found, remedy) = if any(b"serialized_exported_program.json") || any(b"/archive_format") {
        ("what `torch.export.save` wrote", TORCH_EXPORT)
    } else if any(b"/constants.pkl") {
        ("what `torch.jit.save` wrote", TORCH_SCRIPT)
    } else if any(b"/data.pkl") {
        ("what `torch.save` wrote", TORCH)
    } else if any(b"model.weights.h5") {
        ("a `.keras` file", KERAS)
    } else if any(b".npy") {
        ("arrays of NumPy, `.npz`", NPZ)
    } else {
        let shown = members.iter().take(3).map(|name| String::from_utf8_lossy(name).into_owned());
        let shown: Vec<String> = shown.collect();
        let more = if members.len() > 3 { ", .." } else { "" };
        return (format!("a zip archive of {}{more}", shown.join(", ")), PACKED);
    };
    (found.to_string(), remedy)
}

/// The names of the members of a zip archive, from the table at its end; of one that was cut, the first alone. `None` if the
/// file is none.
fn members(file: &[u8]) -> Option<Vec<&[u8]>> {
    if !file.starts_with(b"PK\x03\x04") && !file.starts_with(b"PK\x05\x06") {
        return None;
    }
    let mut names = Vec::new();
    let mut rest = table(file).unwrap_or_default();
    while let Some(entry) = rest.strip_prefix(b"PK\x01\x02") {
        // Of 46 bytes, the lengths of the name, what else there is, and a comment.
        let [Some(name), Some(extra), Some(comment)] = [24, 26, 28].map(|place| number::<2>(entry, place))
        else {
            break;
        };
        let Some(bytes) = entry.get(42..42 + name) else { break };
        names.push(bytes);
        rest = entry.get(42 + name + extra + comment..).unwrap_or_default();
    }
    if names.is_empty() {
        let first = number::<2>(file, 26).and_then(|len| file.get(30..30 + len));
        names.extend(first);
    }
    Some(names)
}

/// The table of a zip archive. The record at the archive's end tells where it starts; only a comment may follow that record.
fn table(file: &[u8]) -> Option<&[u8]> {
    const LONGEST: usize = 22 + 65535;
    let start = file.len().saturating_sub(LONGEST);
    let end = start + file[start..].windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let place = number::<4>(file, end + 16)?;
    if place != 0xFFFF_FFFF {
        return file.get(place..);
    }
    // Of an archive above 4 GiB, in a record of its own.
    let record = number::<8>(file, end.checked_sub(20)? + 8)?;
    file.get(number::<8>(file, record.checked_add(48)?)?..)
}

/// A little-endian number of N bytes.
fn number<const N: usize>(bytes: &[u8], place: usize) -> Option<usize> {
    let bytes = bytes.get(place..)?.first_chunk::<N>()?;
    bytes
        .iter()
        .rev()
        .try_fold(0_usize, |number, &byte| number.checked_mul(256)?.checked_add(usize::from(byte)))
}
