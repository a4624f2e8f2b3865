//! The recurrence as a careful program would build it on `matrixmultiply`: the input segment of all steps in one product,
//! then one product a step for all rows together, the system's tanh over the sums.

use crate::case::Case;
use crate::naive::tanh;
use crate::{Baseline, Grid};

/// C += A B^T: A (m, k), B (n, k) and C (m, n), all row-major and contiguous.
///
/// # Panics
/// If a slice has another length.
pub fn add_product([m, k, n]: [usize; 3], a: &[f32], b: &[f32], c: &mut [f32]) {
    assert_eq!([a.len(), b.len(), c.len()], [m * k, n * k, m * n], "A (m, k), B (n, k), C (m, n)");
    let stride = |n: usize| isize::try_from(n).expect("no slice is longer");
    let (k_stride, n_stride) = (stride(k), stride(n));
    // SAFETY: by the lengths just asserted, element (i, l) of A at `i * k + l`, (l, j) of B^T at `j * k + l` and (i, j) of
    // C at `i * n + j` lie inside their slices for all i < m, l < k, j < n; C is borrowed alone and its elements do not
    // alias.
    unsafe {
        matrixmultiply::sgemm(
            m,
            k,
            n,
            1.0,
            a.as_ptr(),
            k_stride,
            1,
            b.as_ptr(),
            1,
            k_stride,
            1.0,
            c.as_mut_ptr(),
            n_stride,
            1,
        );
    }
}

/// y = V x + c of `m` rows.
pub fn affine(m: usize, v: &[f32], c: &[f32], x: &[f32], y: &mut [f32]) {
    let n = c.len();
    y.chunks_mut(n).for_each(|y| y.copy_from_slice(c));
    add_product([m, v.len() / n, n], x, v, y);
}

/// The network on `matrixmultiply`. Its buffers grow at the first call of a size and stay.
#[derive(Clone, Debug)]
pub struct Sgemm<'a> {
    case: &'a Case,
    /// P = b + U x of all steps.
    p: Vec<f32>,
    /// The sums of a step, one row for each sequence.
    g: Vec<f32>,
    /// h of each sequence, or of each step.
    h: Vec<f32>,
}

impl<'a> Sgemm<'a> {
    /// The network of this case at h = 0.
    #[must_use]
    pub fn new(case: &'a Case) -> Self {
        Self { case, p: Vec::new(), g: vec![0.0; case.n_h], h: vec![0.0; case.n_h] }
    }

    /// Computes P of all steps of a series.
    fn project(&mut self, series: &[f32]) {
        let Case { n_i, n_h, u, b, .. } = self.case;
        let steps = series.len() / n_i;
        self.p.resize(steps * n_h, 0.0);
        affine(steps, u, b, series, &mut self.p);
    }

    /// ys from the h of `rows` rows.
    fn output(&self, rows: usize, h: &[f32], ys: &mut [f32]) {
        if self.case.n_o == 0 {
            ys.copy_from_slice(h);
        } else {
            affine(rows, &self.case.v, &self.case.c, h, ys);
        }
    }
}

impl Baseline for Sgemm<'_> {
    fn set_state(&mut self, h: &[f32]) {
        self.g.resize(h.len(), 0.0);
        self.g.copy_from_slice(h);
    }

    /// h stands in `g` from call to call; `h` collects those of all steps for the head.
    fn process(&mut self, xs: &[f32], ys: &mut [f32]) {
        let n_h = self.case.n_h;
        self.project(xs);
        let steps = self.p.len() / n_h;
        self.h.resize(steps * n_h, 0.0);
        for (p, h) in self.p.chunks(n_h).zip(self.h.chunks_mut(n_h)) {
            h.copy_from_slice(p);
            add_product([1, n_h, n_h], &self.g, &self.case.w, h);
            for h in &mut *h {
                *h = tanh(*h);
            }
            self.g.copy_from_slice(h);
        }
        self.output(steps, &self.h, ys);
    }

    fn last(&mut self, series: &[f32], grid: Grid, ys: &mut [f32]) {
        let (n_h, Grid { rows, stride, steps }) = (self.case.n_h, grid);
        self.project(series);
        self.g.resize(rows * n_h, 0.0);
        self.h.resize(rows * n_h, 0.0);
        self.h.fill(0.0);
        for t in 0..steps {
            for (row, g) in self.g.chunks_mut(n_h).enumerate() {
                g.copy_from_slice(&self.p[(row * stride + t) * n_h..][..n_h]);
            }
            add_product([rows, n_h, n_h], &self.h, &self.case.w, &mut self.g);
            for (h, g) in self.h.iter_mut().zip(&self.g) {
                *h = tanh(*g);
            }
        }
        self.output(rows, &self.h, ys);
    }
}

#[cfg(test)]
mod tests {
    use super::{Sgemm, add_product};
    use crate::case::Case;
    use crate::naive::Naive;
    use crate::{Baseline, Grid};
    use rnn_support::tolerance::check;

    #[test]
    fn a_product_by_hand() {
        let mut c = [100.0, 200.0];
        add_product([1, 2, 2], &[1.0, 2.0], &[3.0, 4.0, 5.0, 6.0], &mut c);
        assert_eq!(c.map(f32::to_bits), [111.0_f32, 217.0].map(f32::to_bits));
    }

    #[test]
    fn both_baselines_agree() {
        for n_o in [0, 2] {
            let case = Case::new(3, 10, n_o);
            let xs = case.inputs(9);
            let (mut naive, mut sgemm) = (Naive::new(&case), Sgemm::new(&case));
            let grid = Grid { rows: 5, stride: 2, steps: 1 };
            let (mut want, mut got) = (vec![0.0; 9 * case.width()], vec![f32::NAN; 9 * case.width()]);
            let mut compare = |len: usize, run: &dyn Fn(&mut dyn Baseline, &mut [f32])| {
                run(&mut naive, &mut want[..len]);
                run(&mut sgemm, &mut got[..len]);
                let want: Vec<f64> = want[..len].iter().copied().map(f64::from).collect();
                check(&got[..len], &want, |_| case.bound(9)).expect("the same network");
            };
            compare(9 * case.width(), &|net, ys| {
                net.set_state(&case.state());
                net.process(&xs, ys);
            });
            for steps in [1, 3] {
                let grid = Grid { steps, ..grid };
                let rows = Grid { rows: 4, ..grid };
                compare(4 * case.width(), &|net, ys| net.last(&xs, rows, ys));
            }
        }
    }
}
