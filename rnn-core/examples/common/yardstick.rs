//! What a forecast must beat: the last value again, and a linear regression on the same window.

/// Mean squared error.
pub(crate) fn mse(forecast: &[f32], truth: &[f32]) -> f64 {
    assert_eq!(forecast.len(), truth.len());
    let sum: f64 = forecast.iter().zip(truth).map(|(a, b)| f64::from(a - b).powi(2)).sum();
    sum / truth.len() as f64
}

/// Forecasts from index `train` on by least squares on the `tau` values before, fitted to targets before `train`.
pub(crate) fn autoregression(series: &[f32], tau: usize, train: usize) -> Vec<f32> {
    let n = tau + 1;
    let features = |target: usize| -> Vec<f64> {
        let mut row: Vec<f64> = series[target - tau..target].iter().copied().map(f64::from).collect();
        row.push(1.0);
        row
    };
    // Normal equations A w = b.
    let mut a = vec![vec![0.0; n + 1]; n];
    for target in tau..train {
        let row = features(target);
        for i in 0..n {
            for j in 0..n {
                a[i][j] += row[i] * row[j];
            }
            a[i][n] += row[i] * f64::from(series[target]);
        }
    }
    let w = solve(a);
    let dot = |row: Vec<f64>| row.iter().zip(&w).map(|(x, w)| x * w).sum::<f64>();
    #[expect(clippy::cast_possible_truncation, reason = "compared with f32 forecasts")]
    (train..series.len()).map(|target| dot(features(target)) as f32).collect()
}

/// Gauss elimination with pivoting; the last column is the right-hand side.
fn solve(mut a: Vec<Vec<f64>>) -> Vec<f64> {
    let n = a.len();
    for column in 0..n {
        let pivot = (column..n).max_by(|&i, &j| a[i][column].abs().total_cmp(&a[j][column].abs()));
        a.swap(column, pivot.expect("a row is left"));
        let row = a[column].clone();
        for other in a.iter_mut().skip(column + 1) {
            let factor = other[column] / row[column];
            for (x, y) in other.iter_mut().zip(&row) {
                *x -= factor * y;
            }
        }
    }
    let mut w = vec![0.0; n];
    for i in (0..n).rev() {
        let known: f64 = (i + 1..n).map(|j| a[i][j] * w[j]).sum();
        w[i] = (a[i][n] - known) / a[i][i];
    }
    w
}
