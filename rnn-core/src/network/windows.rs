//! How a series is cut into overlapping windows.

use crate::error::ShapeError;

/// Windows of tau steps: (M, tau, n_i) without making it.
///
/// As Keras' `timeseries_dataset_from_array(data, None, sequence_length=tau, sequence_stride=stride,
/// start_index=start, end_index=end)`: window m covers the steps `start + m * stride ..` of length tau, and all
/// windows lie inside `start..end`.
///
/// ```
/// use rnn_core::Windows;
///
/// let windows = Windows::new(12).stride(3);
/// assert_eq!(windows.count(20)?, 3); // steps 0..12, 3..15, 6..18
/// # Ok::<(), rnn_core::ShapeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    tau: usize,
    stride: usize,
    start: usize,
    end: Option<usize>,
}

impl Windows {
    /// Windows of `tau` steps, one starting at each step of the series.
    #[must_use]
    pub const fn new(tau: usize) -> Self {
        Self { tau, stride: 1, start: 0, end: None }
    }

    /// Steps from one window's start to the next; 1 unless said otherwise.
    #[must_use]
    pub const fn stride(mut self, stride: usize) -> Self {
        self.stride = stride;
        self
    }

    /// First step of the first window; 0 unless said otherwise.
    #[must_use]
    pub const fn start(mut self, start: usize) -> Self {
        self.start = start;
        self
    }

    /// One past the last step a window may use; the end of the series unless said otherwise.
    #[must_use]
    pub const fn end(mut self, end: usize) -> Self {
        self.end = Some(end);
        self
    }

    /// M: the number of windows in a series of `steps` steps.
    ///
    /// # Errors
    /// [`ShapeError::Zero`] if tau or stride is zero; [`ShapeError::Window`] if `end` lies past the series or not
    /// even one window fits (a series shorter than tau is a mistake more often than a request for nothing).
    pub const fn count(&self, steps: usize) -> Result<usize, ShapeError> {
        if self.tau == 0 {
            return Err(ShapeError::Zero { argument: "tau" });
        }
        if self.stride == 0 {
            return Err(ShapeError::Zero { argument: "stride" });
        }
        let end = match self.end {
            Some(end) => end,
            None => steps,
        };
        if end > steps || self.start > end || end - self.start < self.tau {
            return Err(ShapeError::Window { tau: self.tau, start: self.start, end, steps });
        }
        Ok((end - self.start - self.tau) / self.stride + 1)
    }

    /// Steps of a window.
    #[must_use]
    pub const fn tau(&self) -> usize {
        self.tau
    }

    /// First step of window `m`.
    pub(crate) const fn first_step(&self, m: usize) -> usize {
        self.start + m * self.stride
    }

    /// Steps from one window's start to the next.
    pub(crate) const fn step(&self) -> usize {
        self.stride
    }
}
