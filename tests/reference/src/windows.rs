//! Overlapping windows of a series, as Keras' `timeseries_dataset_from_array` cuts them.

/// Windows of tau steps: window m covers the steps start + m * stride .. start + m * stride + tau, and all of them
/// lie wholly inside start .. end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// tau: steps of a window.
    pub tau: usize,
    /// Steps from the first step of a window to the first step of the next.
    pub stride: usize,
    /// First step of the first window.
    pub start: usize,
    /// One past the last step a window may cover.
    pub end: usize,
}

impl Windows {
    /// The first steps of the windows that lie inside: none if not even one fits.
    ///
    /// # Panics
    /// If the stride is 0.
    #[must_use]
    pub fn first_steps(&self) -> Vec<usize> {
        assert!(self.stride > 0, "a stride of 0 would never end");
        let mut firsts = Vec::new();
        let mut first = self.start;
        while first + self.tau <= self.end {
            firsts.push(first);
            first += self.stride;
        }
        firsts
    }
}

/// Calls f with each window of a series, `(T, n_i)`, as `(tau, n_i)`, and joins what it returns.
///
/// f starts from h = 0 by its own doing: `each_window(.., |x| rnn.sequence(x, &rnn.zero_state()))`.
///
/// # Panics
/// If `end` is past the series or the series is not `(T, n_i)`.
#[must_use]
pub fn each_window(
    series: &[f64],
    input_size: usize,
    windows: &Windows,
    mut f: impl FnMut(&[f64]) -> Vec<f64>,
) -> Vec<f64> {
    assert_eq!(series.len() % input_size, 0, "series is (T, n_i)");
    assert!(windows.end <= series.len() / input_size, "end is at most T");
    let mut results = Vec::new();
    for first in windows.first_steps() {
        results.extend(f(&series[first * input_size..(first + windows.tau) * input_size]));
    }
    results
}
