//! A series from a file, and the numbers it is standardised with.

use std::error::Error;

/// Two columns under a heading: when, and how much.
pub(crate) fn read_csv(text: &str) -> Result<(Vec<String>, Vec<f64>), Box<dyn Error>> {
    let mut columns = (Vec::new(), Vec::new());
    for line in text.lines().skip(1) {
        let (when, value) = line.split_once(',').ok_or_else(|| format!("no comma in {line:?}"))?;
        columns.0.push(when.trim().to_string());
        columns.1.push(value.trim().parse()?);
    }
    Ok(columns)
}

/// Mean and population standard deviation.
pub(crate) fn scaler(x: &[f64]) -> (f64, f64) {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    (mean, (x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt())
}

/// (x - mean) / std as networks take it.
#[expect(clippy::cast_possible_truncation, reason = "networks compute in f32")]
pub(crate) fn standardised(x: &[f64], (mean, std): (f64, f64)) -> Vec<f32> {
    x.iter().map(|x| ((x - mean) / std) as f32).collect()
}
