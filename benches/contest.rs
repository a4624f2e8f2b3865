//! Check, then measure: a contender that does not give the baseline's values is not timed.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput};
use rnn_support::tolerance::check;
use std::hint::black_box;
use std::time::Duration;

/// Criterion with samples small enough that all benches together stay under five minutes on one core. Arguments may
/// ask for more: `cargo bench -- --sample-size 100 --measurement-time 3`.
#[must_use]
pub fn criterion() -> Criterion {
    Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(500))
        .nresamples(2_000)
        .configure_from_args()
}

/// Several ways to compute one result.
pub struct Contest<'a, 'c> {
    group: &'a mut BenchmarkGroup<'c, WallTime>,
    shape: String,
    want: Vec<f32>,
    bound: f64,
}

impl<'a, 'c> Contest<'a, 'c> {
    /// A contest over `elements` elements (see the crate's head). `want` is the result on the first call, and `bound` how
    /// far from it a contender may be.
    pub fn new(
        group: &'a mut BenchmarkGroup<'c, WallTime>,
        shape: impl Into<String>,
        elements: usize,
        want: Vec<f32>,
        bound: f64,
    ) -> Self {
        group.throughput(Throughput::Elements(elements as u64));
        Self { group, shape: shape.into(), want, bound }
    }

    /// Checks what `run` writes, then times it.
    ///
    /// # Panics
    /// If it writes something else.
    pub fn enter(&mut self, name: &str, mut run: impl FnMut(&mut [f32])) {
        let mut got = vec![f32::NAN; self.want.len()];
        run(&mut got);
        let want: Vec<f64> = self.want.iter().copied().map(f64::from).collect();
        if let Err(mismatch) = check(&got, &want, |_| self.bound) {
            panic!("{name} {}: {mismatch}", self.shape);
        }
        let id = BenchmarkId::new(name, &self.shape);
        self.group.bench_function(id, |bencher| bencher.iter(|| run(black_box(&mut got))));
    }
}

#[cfg(test)]
mod tests {
    use super::{Contest, Criterion};

    fn enter(result: f32) {
        let mut criterion = Criterion::default();
        let mut group = criterion.benchmark_group("test");
        Contest::new(&mut group, "shape", 1, vec![1.0, 2.0], 1e-6).enter("mine", |y| {
            y[0] = 1.0;
            y[1] = result;
        });
    }

    #[test]
    #[should_panic(expected = "mine shape: value 1 is 2.1e0")]
    fn a_wrong_result_is_not_timed() {
        enter(2.1);
    }

    #[test]
    #[should_panic(expected = "mine shape: value 1 is NaN")]
    fn nor_is_one_never_written() {
        enter(f32::NAN);
    }
}
