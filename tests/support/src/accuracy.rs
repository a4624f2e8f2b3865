//! The accuracy table of the docs (`rnn-core/src/activation/accuracy.md`): what a sweep found, row by row.

use rnn_core::{Activation, Backend};
use std::fmt::Write as _;
use std::path::PathBuf;

/// The activations of the table, in its order: all of one argument.
pub const ACTIVATIONS: [Activation; 20] = [
    Activation::Linear,
    Activation::Relu,
    Activation::Tanh,
    Activation::Sigmoid,
    Activation::FastTanh,
    Activation::FastSigmoid,
    Activation::Affine { alpha: 0.3, beta: 0.5 },
    Activation::LeakyRelu { alpha: 0.01 },
    Activation::ThresholdedRelu { alpha: 1.0 },
    Activation::ScaledTanh { alpha: 1.7159, beta: 2.0 / 3.0 },
    Activation::HardSigmoid { alpha: 0.2, beta: 0.5 },
    Activation::HardSigmoidKeras3,
    Activation::Elu { alpha: 1.0 },
    Activation::Softsign,
    Activation::Softplus,
    Activation::Silu,
    Activation::Gelu,
    Activation::GeluTanh,
    Activation::Relu6,
    Activation::Exponential,
];

/// What a sweep over all 2^32 inputs found.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Row {
    /// Greatest error in ULP for x >= 0; infinite, a dash in the table, where it is not bounded.
    pub ulp: f64,
    /// The same for x < 0.
    pub ulp_negative: f64,
    /// Greatest absolute error; infinite, a dash in the table, where values and errors grow without end.
    pub absolute: f64,
    /// Hash of all results, or of one in 256: [`every_float::is_hashed`](crate::every_float::is_hashed).
    pub hash: u64,
}

/// Where the table is kept.
#[must_use]
pub fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../rnn-core/src/activation/accuracy.md")
}

/// The table as it stands.
///
/// # Panics
/// If it cannot be read.
#[must_use]
pub fn read() -> String {
    let path = path();
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// How the table names backends that share all their bits.
#[must_use]
pub const fn group(fused: bool) -> &'static str {
    if fused { "fused" } else { "unfused" }
}

/// The row of an activation on a backend.
///
/// # Panics
/// If the table has none or more than one, or one that cannot be read.
#[must_use]
pub fn row(table: &str, f: Activation, backend: Backend) -> Row {
    let (f, group) = (f.to_string(), group(backend.is_fused()));
    let mut rows = table.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, name, backends, cells @ .., _] = cells.as_slice() else { return None };
        (*name == f && *backends == group).then(|| cells.to_vec())
    });
    let cells = rows.next().unwrap_or_else(|| panic!("no row of {f} on {group} backends"));
    assert!(rows.next().is_none(), "two rows of {f} on {group} backends");
    parse(&cells).unwrap_or_else(|| panic!("cannot read the row of {f} on {group} backends: {cells:?}"))
}

fn parse(cells: &[&str]) -> Option<Row> {
    let [ulp, ulp_negative, absolute, hash] = cells else { return None };
    let number = |cell: &str| if cell == "-" { Some(f64::INFINITY) } else { cell.parse().ok() };
    let hash = hash.strip_prefix('`')?.strip_suffix('`').filter(|digits| digits.len() == 16)?;
    Some(Row {
        ulp: number(ulp)?,
        ulp_negative: number(ulp_negative)?,
        absolute: number(absolute)?,
        hash: u64::from_str_radix(hash, 16).ok()?,
    })
}

/// The line of the table for this row. Errors are rounded up: the table may not promise more than was found.
#[must_use]
pub fn line(f: Activation, fused: bool, row: &Row) -> String {
    let up = |ulp: f64| match ulp {
        f64::INFINITY => "-".into(),
        0.0 => "0".into(),
        ulp => format!("{:.4}", (ulp * 1e4).ceil() / 1e4),
    };
    let mut line = format!("| {f} | {} ", group(fused));
    // Writing to a string cannot fail.
    let _ = write!(line, "| {} | {} ", up(row.ulp), up(row.ulp_negative));
    let _ = write!(line, "| {} | `{:016x}` |", scientific_up(row.absolute), row.hash);
    line
}

/// Three digits, rounded up.
fn scientific_up(x: f64) -> String {
    if x == 0.0 || x.is_infinite() {
        return if x == 0.0 { "0" } else { "-" }.into();
    }
    #[expect(clippy::cast_possible_truncation, reason = "an f64 has exponents of three digits")]
    let unit = 10_f64.powi(x.log10().floor() as i32 - 2);
    // A value of three digits stays as it is in spite of the division's rounding.
    format!("{:.2e}", (x / unit - 1e-9).ceil() * unit)
}

/// The table with the lines of all its rows replaced.
///
/// # Panics
/// If there is no table.
#[must_use]
pub fn replace_rows(table: &str, lines: &[String]) -> String {
    const RULE: &str = "|---|---|---|---|---|---|";
    let end = table.find(RULE).expect("the rule under the table's head") + RULE.len();
    let mut text = table[..end].to_string();
    for line in lines {
        text.push('\n');
        text.push_str(line);
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_activation_of_one_argument() {
        let mut missing = Activation::ALL.iter().filter(|f| f.is_elementwise() && !ACTIVATIONS.contains(f));
        assert_eq!(missing.next(), None);
    }

    const FOUND: Row = Row { ulp: 1.157_21, ulp_negative: 1.9, absolute: 6.441e-8, hash: 0xAB };

    #[test]
    fn a_row_comes_back_rounded_up() {
        let line = line(Activation::Tanh, Backend::PORTABLE.is_fused(), &FOUND);
        let table = replace_rows("text\n\n|---|---|---|---|---|---|\n| old |\n", &[line]);
        let row = row(&table, Activation::Tanh, Backend::PORTABLE);
        assert_eq!(row, Row { ulp: 1.1573, ulp_negative: 1.9, absolute: 6.45e-8, hash: 0xAB });
        assert_eq!(scientific_up(6.45e-8), "6.45e-8");
    }

    #[test]
    #[should_panic(expected = "no row of tanh")]
    fn a_missing_row_is_no_row() {
        let _ =
            row("| sigmoid | fused | 1 | 1 | 1 | `0000000000000000` |", Activation::Tanh, Backend::PORTABLE);
    }

    #[test]
    #[should_panic(expected = "cannot read the row of tanh")]
    fn half_a_hash_is_no_hash() {
        let table = "| tanh | fused | 1 | 1 | 1 | `00` |\n| tanh | unfused | 1 | 1 | 1 | `00` |";
        let _ = row(table, Activation::Tanh, Backend::PORTABLE);
    }
}
