//! What the words of a tensor's name say that it is.
//!
//! A name is cut into words at everything that is no letter (`.`, `/`, `_`, digits) and where a capital begins a new word:
//! `encoder.BiLSTM_1` is `encoder`, `bi`, `lstm`. Only whole words count: `ensemble` holds no `emb`, `normal` no `norm`,
//! `quantile` no `quant`.

use alloc::string::String;
use alloc::vec::Vec;

/// What a word says of the tensors that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// A recurrent layer: of the class of this name ([`CellKind::name`](crate::CellKind::name)), or of any.
    Cell(Option<&'static str>),
    /// A dense layer.
    Dense,
    /// A convolution. One of a single tap is a dense layer.
    Convolution,
    /// Something that no layer here is: what.
    Other(&'static str),
}

const ANY: Says = Says::Cell(None);
const SIMPLE: Says = Says::Cell(Some("simple_rnn"));
const GRU: Says = Says::Cell(Some("gru"));
const LSTM: Says = Says::Cell(Some("lstm"));
const TABLE: Says = Says::Other("the table of an embedding");
const NORM: Says = Says::Other("a normalisation");
const ATTENTION: Says = Says::Other("a part of an attention");
const QUANTISED: Says = Says::Other("a quantised layer");
const ADAPTER: Says = Says::Other("a low-rank adapter");
const TRANSFORMER: Says = Says::Other("a part of a transformer");
const OTHER_CELL: Says = Says::Other("a cell that is none of this library's");

/// The words that say something, in lower case. Two words are looked for before each of them.
const WORDS: &[(&str, Says)] = &[
    ("rnn", ANY),
    ("birnn", ANY),
    ("cell", ANY),
    ("cells", ANY),
    ("recurrent", ANY),
    ("simple rnn", SIMPLE),
    ("simplernn", SIMPLE),
    ("vanilla rnn", SIMPLE),
    ("elman", SIMPLE),
    ("gru", GRU),
    ("bigru", GRU),
    ("lstm", LSTM),
    ("bilstm", LSTM),
    ("blstm", LSTM),
    ("lstmp", LSTM),
    ("cudnngru", GRU),
    ("cudnnlstm", LSTM),
    ("dense", Says::Dense),
    ("linear", Says::Dense),
    ("fc", Says::Dense),
    ("head", Says::Dense),
    ("heads", Says::Dense),
    ("out", Says::Dense),
    ("output", Says::Dense),
    ("outputs", Says::Dense),
    ("proj", Says::Dense),
    ("projection", Says::Dense),
    ("classifier", Says::Dense),
    ("regressor", Says::Dense),
    ("logits", Says::Dense),
    ("mlp", Says::Dense),
    ("readout", Says::Dense),
    ("conv", Says::Convolution),
    ("convs", Says::Convolution),
    ("convolution", Says::Convolution),
    ("convolutional", Says::Convolution),
    ("embedding", TABLE),
    ("embeddings", TABLE),
    ("embedder", TABLE),
    ("embed", TABLE),
    ("embeds", TABLE),
    ("emb", TABLE),
    ("wte", TABLE),
    ("wpe", TABLE),
    ("lookup", TABLE),
    ("codebook", TABLE),
    ("norm", NORM),
    ("norms", NORM),
    ("normalization", NORM),
    ("normalisation", NORM),
    ("layernorm", NORM),
    ("batchnorm", NORM),
    ("groupnorm", NORM),
    ("instancenorm", NORM),
    ("rmsnorm", NORM),
    ("ln", NORM),
    ("bn", NORM),
    ("attention", ATTENTION),
    ("attentions", ATTENTION),
    ("attn", ATTENTION),
    ("mha", ATTENTION),
    ("qkv", ATTENTION),
    ("query", ATTENTION),
    ("transformer", TRANSFORMER),
    ("quant", QUANTISED),
    ("quantized", QUANTISED),
    ("quantised", QUANTISED),
    ("quantizer", QUANTISED),
    ("qweight", QUANTISED),
    ("lora", ADAPTER),
    ("conv lstm", Says::Other("a convolutional LSTM")),
    ("convlstm", Says::Other("a convolutional LSTM")),
    ("conv gru", Says::Other("a convolutional GRU")),
    ("convgru", Says::Other("a convolutional GRU")),
    ("sru", OTHER_CELL),
    ("qrnn", OTHER_CELL),
    ("indrnn", OTHER_CELL),
    ("mgu", OTHER_CELL),
    ("mlstm", OTHER_CELL),
    ("slstm", OTHER_CELL),
    ("xlstm", OTHER_CELL),
    ("min gru", OTHER_CELL),
    ("mingru", OTHER_CELL),
    ("min lstm", OTHER_CELL),
    ("minlstm", OTHER_CELL),
];

/// The words of a name, in lower case.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    for run in name.split(|c: char| !c.is_alphabetic()) {
        let letters: Vec<char> = run.chars().collect();
        let mut start = 0;
        for at in 1..letters.len() {
            let (before, here) = (letters[at - 1], letters[at]);
            let ends_acronym = before.is_uppercase() && letters.get(at + 1).is_some_and(|c| c.is_lowercase());
            if here.is_uppercase() && (before.is_lowercase() || ends_acronym) {
                words.push(letters[start..at].iter().flat_map(|c| c.to_lowercase()).collect());
                start = at;
            }
        }
        if start < letters.len() {
            words.push(letters[start..].iter().flat_map(|c| c.to_lowercase()).collect());
        }
    }
    words
}

/// What the words of a name say, each with the word or the two that say it.
pub(super) fn said(name: &str) -> Vec<(String, Says)> {
    let words = words(name);
    let find = |word: &str| WORDS.iter().find(|(known, _)| *known == word).map(|&(_, says)| says);
    let (mut said, mut at) = (Vec::new(), 0);
    while let Some(word) = words.get(at) {
        let pair = words.get(at + 1).map(|next| alloc::format!("{word} {next}"));
        if let Some((pair, says)) = pair.and_then(|pair| find(&pair).map(|says| (pair, says))) {
            said.push((pair, says));
            at += 2;
            continue;
        }
        if let Some(says) = find(word) {
            said.push((word.clone(), says));
        }
        at += 1;
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn words_end_where_letters_and_cases_do() {
        for (name, expected) in [
            ("encoder.BiLSTM_1", &["encoder", "bi", "lstm"][..]),
            ("LSTMCell", &["lstm", "cell"]),
            ("BatchNorm1d/gamma:0", &["batch", "norm", "d", "gamma"]),
            ("rnn.weight_hh_l0_reverse", &["rnn", "weight", "hh", "l", "reverse"]),
            ("myRNN2Out", &["my", "rnn", "out"]),
            ("GRU", &["gru"]),
            ("0.1._", &[]),
            ("\u{dc}berLSTM", &["\u{fc}ber", "lstm"]),
        ] {
            assert_eq!(words(name), expected, "{name}");
        }
    }

    #[test]
    fn only_whole_words_count() {
        for name in ["ensemble.fc1", "normal.dense", "quantile_head", "converter_out", "attendance.linear"] {
            let others: Vec<_> = said(name).into_iter().filter(|(_, says)| *says != Says::Dense).collect();
            assert!(others.is_empty(), "{name}: {others:?}");
        }
        for (name, word, says) in [
            ("model.token_embedding.0", "embedding", TABLE),
            ("charEmb", "emb", TABLE),
            ("LayerNorm_0", "norm", NORM),
            ("bn1", "bn", NORM),
            ("self_attn", "attn", ATTENTION),
            ("quant.scale", "quant", QUANTISED),
            ("Conv1d", "conv", Says::Convolution),
            ("basic_lstm_cell", "lstm", LSTM),
            ("simple_rnn_3", "simple rnn", SIMPLE),
            ("ConvLSTM2D", "conv lstm", Says::Other("a convolutional LSTM")),
        ] {
            assert!(said(name).contains(&(word.to_string(), says)), "{name}: {:?}", said(name));
        }
    }

    #[test]
    fn the_table_has_every_word_once_and_as_names_are_cut() {
        for (index, (word, _)) in WORDS.iter().enumerate() {
            assert!(WORDS[..index].iter().all(|(other, _)| other != word), "{word} twice");
            assert_eq!(words(word).join(" "), *word);
        }
    }
}
