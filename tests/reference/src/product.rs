//! What every cell's equations are made of: matrix times vector, and the clip of a pre-activation.

/// `(M v)_j = sum over k of M_jk v_k`, `(rows)`, of M, `(rows, v.len())`.
pub(crate) fn product(m: &[f64], rows: usize, v: &[f64]) -> Vec<f64> {
    let columns = v.len();
    assert_eq!(m.len(), rows * columns, "a matrix is ({rows}, {columns})");
    let mut result = vec![0.0; rows];
    for j in 0..rows {
        for k in 0..columns {
            result[j] += m[j * columns + k] * v[k];
        }
    }
    result
}

/// `sum over k of |M_jk v_k|`, `(rows)`: what rounding errors of the product are proportional to.
pub(crate) fn magnitudes(m: &[f64], rows: usize, v: &[f64]) -> Vec<f64> {
    let columns = v.len();
    assert_eq!(m.len(), rows * columns, "a matrix is ({rows}, {columns})");
    let mut result = vec![0.0; rows];
    for j in 0..rows {
        for k in 0..columns {
            result[j] += (m[j * columns + k] * v[k]).abs();
        }
    }
    result
}

/// min(max(z, -clip), clip), z where there is no clip. A NaN stays one.
pub(crate) fn clipped(z: f64, clip: Option<f64>) -> f64 {
    clip.map_or(z, |clip| z.clamp(-clip, clip))
}

/// The largest value. A NaN makes it one: a bound made of it then refuses everything.
pub(crate) fn largest(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut largest = 0.0;
    for value in values {
        if value > largest || value.is_nan() {
            largest = value;
        }
    }
    largest
}
