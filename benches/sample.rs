//! Times that can be trusted on a machine that is not quite at rest: samples of wall time, each counted in cycles of its
//! own moment, and dropped where the clock changed meanwhile.
//!
//! Not the time of the thread: systems came out with up to 20 % too little of it, and a kernel with 113 % of the peak.

use crate::roof::Yardstick;
use std::fmt;
use std::time::Instant;

/// How far the cycle before a sample and that after it may differ: more, and the clock changed or the yardstick was
/// interrupted.
const STEADY: f64 = 1.02;

/// From here on a median is above the 2nd percentile because others are at work, and the line says so.
const NOISE: f64 = 1.04;

/// Tries for each sample that is wanted.
const TRIES: usize = 4;

/// What a run took: cycles, over the samples that were kept. NaN where none was.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// Half of the samples took longer.
    pub median: f64,
    /// The 2nd percentile.
    pub low: f64,
    /// Seconds of a cycle, the median of the samples.
    pub cycle: f64,
    /// Samples that were not steady.
    pub dropped: usize,
}

/// One run: its seconds, and those of a cycle just before and just after it.
#[derive(Clone, Copy, Debug)]
struct Sample {
    before: f64,
    seconds: f64,
    after: f64,
}

impl Sample {
    fn take(yardstick: Yardstick, run: &mut impl FnMut()) -> Self {
        let before = yardstick.cycle();
        let start = Instant::now();
        run();
        let seconds = start.elapsed().as_secs_f64();
        Self { before, seconds, after: yardstick.cycle() }
    }

    fn is_steady(&self) -> bool {
        self.before.max(self.after) <= STEADY * self.cycle()
    }

    /// Seconds of a cycle: an interrupt only ever adds to one.
    fn cycle(&self) -> f64 {
        self.before.min(self.after)
    }
}

/// The times of `run`, which should take 0.1 ms or more, after one run that is not timed: of `repeats` steady samples, or of
/// those that four times as many tries gave.
pub fn measure(yardstick: Yardstick, repeats: usize, mut run: impl FnMut()) -> Times {
    run();
    let (mut kept, mut tries) = (Vec::with_capacity(repeats), 0);
    while kept.len() < repeats && tries < TRIES * repeats {
        tries += 1;
        let sample = Sample::take(yardstick, &mut run);
        if sample.is_steady() {
            kept.push(sample);
        }
    }
    Times::of(&kept, tries - kept.len())
}

impl Times {
    fn of(kept: &[Sample], dropped: usize) -> Self {
        let cycles = sorted(kept.iter().map(|sample| sample.seconds / sample.cycle()));
        let cycle = rank(&sorted(kept.iter().map(Sample::cycle)), 50);
        Self { median: rank(&cycles, 50), low: rank(&cycles, 2), cycle, dropped }
    }

    /// Those of one of `count` equal parts of the run.
    #[must_use]
    pub fn each(self, count: usize) -> Self {
        let count = count as f64;
        Self { median: self.median / count, low: self.low / count, ..self }
    }

    /// Seconds of the median.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.median * self.cycle
    }

    /// A remark for the end of a printed line: why the samples cannot be trusted. It is empty if they can.
    #[must_use]
    pub fn doubt(&self) -> Doubt {
        Doubt(*self)
    }
}

/// Printed behind a figure: ` (unsteady: ..)`, or nothing.
#[derive(Clone, Copy, Debug)]
pub struct Doubt(Times);

impl fmt::Display for Doubt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Times { median, low, dropped, .. } = self.0;
        if median.is_nan() {
            write!(out, " (no steady sample, {dropped} dropped)")
        } else if median > NOISE * low {
            write!(out, " (unsteady: median {:.0} % above the 2nd percentile)", 100.0 * (median / low - 1.0))
        } else {
            Ok(())
        }
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The percentile by nearest rank, NaN of none.
fn rank(sorted: &[f64], percent: usize) -> f64 {
    let rank = (percent * sorted.len()).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::{Sample, Times, measure, rank};
    use crate::roof::Yardstick;

    fn sample(before: f64, seconds: f64, after: f64) -> Sample {
        Sample { before, seconds, after }
    }

    #[test]
    fn a_sample_whose_clock_changed_is_dropped() {
        assert!(sample(1.0, 9.0, 1.019).is_steady() && sample(1.019, 9.0, 1.0).is_steady());
        assert!(!sample(1.0, 9.0, 1.021).is_steady() && !sample(1.021, 9.0, 1.0).is_steady());
        assert!(!sample(f64::NAN, 9.0, f64::NAN).is_steady());
    }

    #[test]
    fn a_sample_is_counted_in_cycles_of_its_own_moment() {
        // The clock halves: twice the seconds, the same cycles.
        let times =
            Times::of(&[sample(0.5, 50.0, 0.505), sample(1.01, 100.0, 1.0), sample(1.0, 100.0, 1.0)], 2);
        assert_eq!((times.median, times.low, times.cycle, times.dropped), (100.0, 100.0, 1.0, 2));
        let quarter = times.each(4);
        assert_eq!((quarter.median, quarter.low, quarter.seconds()), (25.0, 25.0, 25.0));
    }

    #[test]
    fn median_and_2nd_percentile_by_rank() {
        let values: Vec<f64> = (1..=200).map(f64::from).collect();
        assert_eq!((rank(&values, 50), rank(&values, 2)), (100.0, 4.0));
        assert_eq!((rank(&values[..1], 50), rank(&values[..1], 2)), (1.0, 1.0));
        assert!(rank(&[], 50).is_nan());
    }

    #[test]
    fn what_is_in_doubt_says_so() {
        let of = |seconds: &[f64]| {
            let kept: Vec<_> = seconds.iter().map(|&seconds| sample(1.0, seconds, 1.0)).collect();
            Times::of(&kept, 7).doubt().to_string()
        };
        assert_eq!(of(&[100.0, 103.0, 103.0]), "");
        assert_eq!(of(&[100.0, 110.0, 300.0]), " (unsteady: median 10 % above the 2nd percentile)");
        assert_eq!(of(&[]), " (no steady sample, 7 dropped)");
    }

    #[test]
    fn the_first_run_is_not_timed_and_tries_end() {
        let Some(yardstick) = Yardstick::detect() else {
            println!("skipped: without a fused multiply-add there is no cycle to count by");
            return;
        };
        let mut runs = 0;
        let times = measure(yardstick, 5, || runs += 1);
        assert!((6..=21).contains(&runs), "{runs} runs");
        assert!(times.dropped <= 20);
        assert!(times.low <= times.median || times.dropped == 20, "{times:?}");
    }
}
