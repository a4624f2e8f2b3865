//! The words the attribute knows, and the nearest of them to one it does not.

use crate::spec::Cell;

/// Options of the struct's attribute, each with an example.
pub(crate) const STRUCT_OPTIONS: [(&str, &str); 2] =
    [("input_size", "input_size = 1"), ("crate", "crate = ::my::rnn_core")];

/// Options of a field's attribute, each with an example.
pub(crate) const FIELD_OPTIONS: [(&str, &str); 2] =
    [("activation", "activation = tanh"), ("bias", "bias = false")];

/// Derives of the standard library that a handle to packed weights cannot have.
pub(crate) const IMPOSSIBLE_DERIVES: [&str; 7] =
    ["Copy", "Default", "PartialEq", "Eq", "PartialOrd", "Ord", "Hash"];

/// Other libraries' names of our layers.
const SYNONYMS: [(&str, Cell); 5] = [
    ("rnn", Cell::SimpleRnn),
    ("elman", Cell::SimpleRnn),
    ("rnncell", Cell::SimpleRnn),
    ("linear", Cell::Dense),
    ("fullyconnected", Cell::Dense),
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
    }

    #[test]
    fn lists() {
        assert_eq!(list(["a"]), "`a`");
        assert_eq!(list(["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
