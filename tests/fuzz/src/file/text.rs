//! Texts with some of them changed, and the words of a line of metadata.

use crate::choices::Choices;

/// Pieces of a line.
pub const PIECES: &[&str] = &[
    "input_size 1",
    "layer a lstm 3 tanh bias",
    "layer b dense 1 linear bias",
    "layer g gru 2 tanh bias reset=after_product",
    "tau 12",
    "mean 1",
    "std 0.5",
    ";",
    "; ",
    " ",
    "layer",
    "simple_rnn",
    "min_gru",
    "min_lstm",
    "custom",
    "gates=2",
    "memory",
    "tanh",
    "softmax",
    "no_bias",
    "clip=0",
    "clip=inf",
    "clip=nan",
    "delay=1e30",
    "delay=-1",
    "delay=1024.5",
    "direction=bidirectional",
    "merge=concat",
    "direction=reverse",
    "peephole",
    "coupled",
    "projection=0",
    "projection=18446744073709551615",
    "gate=elu(1e39)",
    "affine(1,2)",
    "affine(",
    "leaky_relu(nan)",
    "0",
    "65536",
    "65537",
    "18446744073709551615",
    "18446744073709551616",
    "-1",
    "1e400",
    "é",
    "=",
    "layer a dense 1 linear bias",
];

/// A text with some of it changed.
pub fn changed(c: &mut Choices<'_>, text: &str) -> String {
    let mut text = text.to_string();
    for _ in 0..c.between(1, 3) {
        let mut at = c.place(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let number = c.number().to_string();
        match c.below(6) {
            0 => text.truncate(at),
            1 => text.insert_str(at, c.pick(PIECES)),
            2 => text.insert_str(at, &number),
            3 => {
                let from =
                    c.pick(&["0", "1", "2", "3", " ", ";", "bias", "lstm", "tanh", "layer", ".", "_", "l0"]);
                text = text.replacen(from, if c.flip() { &number } else { c.pick(PIECES) }, 1);
            }
            4 => text.push_str(&["; ", c.pick(PIECES)].concat()),
            _ => {
                text.pop();
            }
        }
    }
    text
}
