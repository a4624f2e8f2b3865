//! The words the attribute knows, and the nearest of them to one it does not.

use crate::spec::Cell;
use rnn_format::{Direction, Merge, ResetGate};

/// Options of the struct's attribute.
pub(crate) const STRUCT_OPTIONS: [&str; 12] = [
    "input_size",
    "sizes",
    "weights",
    "from",
    "order",
    "prefix",
    "mapping",
    "ignore_extra",
    "ignore_metadata",
    "header_limit",
    "round_f64",
    "crate",
];

/// Options of a field's attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldOption {
    Activation,
    Gate,
    Output,
    Bias,
    Reset,
    Peephole,
    Coupled,
    Projection,
    Clip,
    Delay,
    Direction,
    Merge,
}

impl FieldOption {
    /// In the order of the variants.
    pub(crate) const ALL: [Self; 12] = [
        Self::Activation,
        Self::Gate,
        Self::Output,
        Self::Bias,
        Self::Reset,
        Self::Peephole,
        Self::Coupled,
        Self::Projection,
        Self::Clip,
        Self::Delay,
        Self::Direction,
        Self::Merge,
    ];

    /// How it is written, to show in messages.
    pub(crate) const fn example(self) -> &'static str {
        match self {
            Self::Activation => "activation = tanh",
            Self::Gate => "gate = sigmoid",
            Self::Output => "output = tanh",
            Self::Bias => "bias = false",
            Self::Reset => "reset = after_product",
            Self::Peephole => "peephole = true",
            Self::Coupled => "coupled = true",
            Self::Projection => "projection = 20",
            Self::Clip => "clip = 3.0",
            Self::Delay => "delay = 2.5",
            Self::Direction => "direction = bidirectional",
            Self::Merge => "merge = concat",
        }
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        self.example().split(' ').next().unwrap_or_default()
    }

    /// Whether layers of this kind have it.
    pub(crate) const fn is_of(self, cell: Cell) -> bool {
        match self {
            Self::Activation | Self::Bias => true,
            Self::Gate => !matches!(cell, Cell::SimpleRnn | Cell::Dense),
            Self::Reset => matches!(cell, Cell::Gru),
            Self::Output | Self::Peephole | Self::Coupled | Self::Projection => matches!(cell, Cell::Lstm),
            Self::Clip | Self::Delay | Self::Direction | Self::Merge => !matches!(cell, Cell::Dense),
        }
    }
}

/// The field option of this name.
pub(crate) fn field_option(name: &str) -> Option<FieldOption> {
    FieldOption::ALL.into_iter().find(|option| option.name() == name)
}

/// The names of the options of a kind of layer, or of all kinds.
pub(crate) fn field_options(cell: Option<Cell>) -> Vec<&'static str> {
    let is_of = |option: &FieldOption| cell.is_none_or(|cell| option.is_of(cell));
    FieldOption::ALL.into_iter().filter(is_of).map(FieldOption::name).collect()
}

/// Values of `reset`.
pub(crate) const RESETS: [(&str, ResetGate); 2] =
    [("after_product", ResetGate::AfterProduct), ("before_product", ResetGate::BeforeProduct)];

/// Values of `direction`.
pub(crate) const DIRECTIONS: [(&str, Direction); 4] = [
    ("forward", Direction::Forward),
    ("reverse", Direction::Reverse),
    ("go_backwards", Direction::GoBackwards),
    ("bidirectional", Direction::Bidirectional(Merge::Concat)),
];

/// Values of `merge`.
pub(crate) const MERGES: [(&str, Merge); 4] = [
    ("concat", Merge::Concat),
    ("sum", Merge::Sum),
    ("product", Merge::Product),
    ("average", Merge::Average),
];

/// The word of a value.
pub(crate) fn name_of<T: PartialEq>(value: &T, words: &[(&'static str, T)]) -> &'static str {
    words.iter().find(|(_, known)| known == value).map_or("", |(word, _)| word)
}

/// Derives of the standard library that a handle to packed weights cannot have.
pub(crate) const IMPOSSIBLE_DERIVES: [&str; 7] =
    ["Copy", "Default", "PartialEq", "Eq", "PartialOrd", "Ord", "Hash"];

/// Other libraries' names of our layers.
const SYNONYMS: [(&str, Cell); 14] = [
    ("rnn", Cell::SimpleRnn),
    ("elman", Cell::SimpleRnn),
    ("rnncell", Cell::SimpleRnn),
    ("grucell", Cell::Gru),
    ("lstmcell", Cell::Lstm),
    ("linear", Cell::Dense),
    ("fullyconnected", Cell::Dense),
    ("fc", Cell::Dense),
    ("affine", Cell::Dense),
    ("timedense", Cell::Dense),
    ("simplernncell", Cell::SimpleRnn),
    ("vanillarnn", Cell::SimpleRnn),
    ("cudnngru", Cell::Gru),
    ("cudnnlstm", Cell::Lstm),
];

/// Other libraries' names of our options.
const OPTION_SYNONYMS: [(&str, &str); 14] = [
    ("recurrent_activation", "gate"),
    ("nonlinearity", "activation"),
    ("use_bias", "bias"),
    ("reset_after", "reset"),
    ("linear_before_reset", "reset"),
    ("use_peepholes", "peephole"),
    ("input_forget", "coupled"),
    ("proj_size", "projection"),
    ("merge_mode", "merge"),
    ("reverse", "direction"),
    ("backward", "direction"),
    ("go_backwards", "direction"),
    ("bidirectional", "direction"),
    ("delay_samples", "delay"),
];

/// Other libraries' names of our values.
const VALUE_SYNONYMS: [(&str, &str); 9] = [
    ("backward", "reverse"),
    ("backwards", "reverse"),
    ("both", "bidirectional"),
    ("concatenate", "concat"),
    ("add", "sum"),
    ("mul", "product"),
    ("multiply", "product"),
    ("ave", "average"),
    ("mean", "average"),
];

/// The layer of this name.
pub(crate) fn cell(name: &str) -> Option<Cell> {
    Cell::ALL.into_iter().find(|cell| cell.marker() == name)
}

/// The layer that may have been meant by an unknown name.
pub(crate) fn nearest_cell(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let synonym = SYNONYMS.iter().find(|(word, _)| *word == lower).map(|(_, cell)| cell.marker());
    synonym.or_else(|| nearest(name, Cell::ALL.map(Cell::marker)))
}

/// The option of `known` that may have been meant by an unknown name.
pub(crate) fn nearest_field_option(name: &str, known: &[&'static str]) -> Option<&'static str> {
    synonym(name, known, &OPTION_SYNONYMS).or_else(|| nearest(name, known.iter().copied()))
}

/// The value of `known` that may have been meant by an unknown word.
pub(crate) fn nearest_value(word: &str, known: &[&'static str]) -> Option<&'static str> {
    synonym(word, known, &VALUE_SYNONYMS).or_else(|| nearest(word, known.iter().copied()))
}

/// What others call `word`, if it is known here.
fn synonym(word: &str, known: &[&str], synonyms: &[(&str, &'static str)]) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    synonyms.iter().find(|(other, own)| *other == lower && known.contains(own)).map(|&(_, own)| own)
}

/// The word of `known` that `word` most resembles, if it resembles one at all: it is its beginning, as while somebody
/// types, or at most a third of the letters differ; case aside.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_ascii_lowercase();
    let far = |candidate: &str| {
        let candidate = candidate.to_ascii_lowercase();
        let begins = lower.len() >= 2 && candidate.starts_with(&lower);
        if begins { 0 } else { distance(&lower, &candidate) }
    };
    known
        .into_iter()
        .map(|candidate| (far(candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().max(3) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// "; did you mean `x`?", or nothing.
pub(crate) fn suggestion(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |word| format!("; did you mean `{word}`?"))
}

/// "`a`, `b` and `c`".
pub(crate) fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut quoted: Vec<_> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match quoted.pop() {
        None => String::new(),
        Some(last) if quoted.is_empty() => last,
        Some(last) => format!("{} and {last}", quoted.join(", ")),
    }
}

/// Damerau's distance: insertions, deletions, replacements and swaps of neighbours from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let [a, b] = [a, b].map(|word| word.chars().collect::<Vec<_>>());
    // Row i holds the distances from the first i letters of `a` to the beginnings of `b`.
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let replaced = rows[i][j] + usize::from(a[i] != b[j]);
            let swapped = i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j];
            let swapped = if swapped { rows[i - 1][j - 1] + 1 } else { replaced };
            row.push(replaced.min(swapped).min(rows[i][j + 1] + 1).min(row[j] + 1));
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("tanh", "tanh"), 0);
        assert_eq!(distance("tanh", "than"), 2);
        assert_eq!(distance("tanh", "tnah"), 1);
    }

    #[test]
    fn resemblance() {
        let known = ["input_size", "crate"];
        assert_eq!(nearest("inputsize", known), Some("input_size"));
        assert_eq!(nearest("Input_Sise", known), Some("input_size"));
        assert_eq!(nearest("inp", known), Some("input_size"));
        assert_eq!(nearest("weights", known), None);
        assert_eq!(nearest_cell("SimpleRNN"), Some("SimpleRnn"));
        assert_eq!(nearest_cell("Linear"), Some("Dense"));
        assert_eq!(nearest_cell("Conv1d"), None);
        assert_eq!(nearest_cell("LSTM"), Some("Lstm"));
        assert_eq!(nearest_cell("minGRU"), Some("MinGru"));
        assert_eq!(nearest_cell("GRUCell"), Some("Gru"));
    }

    /// Options are found by their own name and by others'; no suggestion is one the layer does not have.
    #[test]
    fn options_and_values() {
        for (index, option) in FieldOption::ALL.into_iter().enumerate() {
            assert_eq!(field_option(option.name()), Some(option));
            assert_eq!(option as usize, index);
        }
        let lstm = field_options(Some(Cell::Lstm));
        assert_eq!(nearest_field_option("proj_size", &lstm), Some("projection"));
        assert_eq!(nearest_field_option("peepholes", &lstm), Some("peephole"));
        assert_eq!(nearest_field_option("proj_size", &field_options(Some(Cell::Gru))), None);
        assert_eq!(field_options(Some(Cell::Dense)), ["activation", "bias"]);
        for (_, own) in OPTION_SYNONYMS {
            assert!(field_option(own).is_some(), "{own}");
        }
        let values = DIRECTIONS.map(|(word, _)| word);
        assert_eq!(nearest_value("backward", &values), Some("reverse"));
        assert_eq!(nearest_value("backward", &MERGES.map(|(word, _)| word)), None);
        assert_eq!(nearest_value("bi", &values), Some("bidirectional"));
        let known = [&values[..], &MERGES.map(|(word, _)| word)].concat();
        assert!(VALUE_SYNONYMS.iter().all(|(_, own)| known.contains(own)));
        assert_eq!(name_of(&Direction::GoBackwards, &DIRECTIONS), "go_backwards");
    }

    #[test]
    fn lists() {
        assert_eq!(list(["a"]), "`a`");
        assert_eq!(list(["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
