//! What may be wrong with a file.

use super::words::{JOINTS, WORDS};
use super::{File, Tensor, text};
use crate::choices::Choices;

/// Types of the format, and words that are none.
const DTYPES: &[&str] = &[
    "F32", "F16", "BF16", "F64", "I64", "I32", "U8", "BOOL", "F8_E4M3", "F8_E5M2", "F4", "C64", "f32", "",
    "F33",
];

/// Changes some of it; of one in four files nothing.
pub fn change(c: &mut Choices<'_>, file: &mut File) {
    if c.one_in(4) {
        return;
    }
    if c.one_in(48) {
        many(c, file);
    }
    for _ in 0..c.between(1, 3) {
        match c.below(16) {
            0 | 1 => add(c, file),
            2 => {
                let text = text::changed(c, &file.metadata.first().cloned().unwrap_or_default().1);
                file.metadata = vec![("rnn".to_string(), text)];
            }
            3 => {
                let key = c.pick(&["format", "rnn", "rnn", "", "format"]);
                file.metadata.push((key.to_string(), c.pick(&["pt", "tf", "{\"a\":1}", ""]).to_string()));
            }
            // All names at once: a module around everything.
            4 => {
                let before = [c.pick(WORDS), c.pick(JOINTS)].concat();
                let copy = c.one_in(3).then(|| file.tensors.clone());
                file.tensors.iter_mut().for_each(|tensor| tensor.name.insert_str(0, &before));
                file.tensors.extend(copy.into_iter().flatten());
            }
            5 => {
                let [from, to] = [c.pick(WORDS), c.pick(WORDS)];
                for tensor in &mut file.tensors {
                    tensor.name =
                        if from.is_empty() { tensor.name.clone() } else { tensor.name.replace(from, to) };
                }
            }
            // Every value narrower or wider.
            6 => {
                let dtype = c.pick(&["F16", "BF16", "F64"]);
                file.tensors.iter_mut().for_each(|tensor| retype(tensor, dtype));
            }
            _ if file.tensors.is_empty() => add(c, file),
            other => {
                let index = c.below(file.tensors.len());
                change_tensor(c, file, index, other);
            }
        }
    }
}

fn change_tensor(c: &mut Choices<'_>, file: &mut File, index: usize, how: usize) {
    let copy = file.tensors[index].clone();
    let tensor = &mut file.tensors[index];
    match how {
        7 => tensor.name = name(c),
        8 => tensor.name = text::changed(c, &copy.name),
        9 => {
            let number = if c.flip() { c.number() } else { c.below(9) };
            match tensor.shape.len() {
                0 => tensor.shape.push(number),
                len => {
                    let at = c.below(len);
                    match c.below(6) {
                        0 => tensor.shape.insert(at, c.pick(&[1, 1, 0, number])),
                        1 => drop(tensor.shape.remove(at)),
                        2 => tensor.shape.reverse(),
                        // With data that follow, if there are not too many.
                        3 if number < 64 => {
                            tensor.shape[at] = number;
                            let len = tensor.shape.iter().product::<usize>().min(1 << 14);
                            tensor.data.resize(4 * len, 0x3E);
                        }
                        _ => tensor.shape[at] = number,
                    }
                }
            }
        }
        10 => tensor.dtype = c.pick(DTYPES).to_string(),
        11 => retype(tensor, c.pick(DTYPES)),
        12 => {
            let mut offset = || match c.below(4) {
                0 => c.number().to_string(),
                1 => c.place(4096).to_string(),
                2 => c
                    .pick(&["-1", "1e3", "1.5", "null", "\"0\"", "99999999999999999999999", "00", "[]"])
                    .to_string(),
                _ => (c.number() / 4 * 4).to_string(),
            };
            tensor.lies = Some([offset(), offset()]);
        }
        13 => drop(file.tensors.remove(index)),
        14 => file.tensors.push(if c.flip() { copy } else { Tensor { name: name(c), ..copy } }),
        _ => file.tensors.swap(0, index),
    }
}

/// The bytes of other numbers in place of f32.
fn retype(tensor: &mut Tensor, dtype: &str) {
    tensor.dtype = dtype.to_string();
    let width = match dtype {
        "F16" | "BF16" => 2,
        "F64" | "I64" | "C64" => 8,
        "U8" | "BOOL" | "F8_E4M3" | "F8_E5M2" => 1,
        _ => return,
    };
    let count = tensor.data.len() / 4;
    tensor.data.resize(count * width, 0x3C);
}

/// A tensor more.
fn add(c: &mut Choices<'_>, file: &mut File) {
    let shape: Vec<usize> = (0..c.below(4)).map(|_| c.between(0, 6)).collect();
    let len = shape.iter().product::<usize>();
    let tensor = Tensor::new(name(c), &shape, vec![0x3F; 4 * len]);
    let at = c.below(file.tensors.len() + 1);
    file.tensors.insert(at, tensor);
}

/// A name of words.
fn name(c: &mut Choices<'_>) -> String {
    let mut name = c.pick(WORDS).to_string();
    for _ in 0..c.below(4) {
        name.push_str(if c.flip() { "." } else { c.pick(JOINTS) });
        name.push_str(c.pick(WORDS));
    }
    name
}

/// Many layers: a search through all their orders or pairs would never end.
fn many(c: &mut Choices<'_>, file: &mut File) {
    let (count, n) = (c.pick(&[8, 16, 40, 300, 1000]), c.between(1, 2));
    let how = c.below(5);
    let values = |len: usize| vec![0x3E; 4 * len];
    for index in 0..count {
        let mut push = |name: String, shape: &[usize]| {
            let len = shape.iter().product();
            file.tensors.push(Tensor::new(name, shape, values(len)));
        };
        match how {
            0 => push(format!("fc{index}.weight"), &[n, n]),
            1 => {
                push(format!("rnn{index}.weight_ih_l0"), &[n, n]);
                push(format!("rnn{index}.weight_hh_l0"), &[n, n]);
            }
            2 => {
                push(format!("rnn.weight_ih_l{index}"), &[4 * n, n]);
                push(format!("rnn.weight_hh_l{index}"), &[4 * n, n]);
            }
            3 => {
                push(format!("lstm_{index}/lstm_cell/kernel"), &[n, 4 * n]);
                push(format!("lstm_{index}/lstm_cell/recurrent_kernel"), &[n, 4 * n]);
            }
            _ => push(format!("optimizer.{index}"), &[]),
        }
    }
}

/// Changes the bytes themselves, of one file in four.
pub fn change_bytes(c: &mut Choices<'_>, bytes: &mut Vec<u8>) {
    if !c.one_in(4) {
        return;
    }
    for _ in 0..c.between(1, 3) {
        let at = c.place(bytes.len());
        match c.below(6) {
            0 => bytes.truncate(at),
            1 => {
                let len = c.number() as u64;
                for (byte, new) in bytes.iter_mut().zip(len.to_le_bytes()) {
                    *byte = new;
                }
            }
            // In the header.
            2 | 3 => {
                let at = at % 512;
                let byte = c.pick(b"{}[]:,\"\\0918nt \x00\xff\xc3");
                if let Some(place) = bytes.get_mut(at) {
                    *place = byte;
                }
            }
            4 => {
                let byte = u8::try_from(c.below(256)).unwrap_or(0);
                bytes.insert(at, byte);
            }
            _ => bytes.extend_from_slice(c.rest()),
        }
    }
}
