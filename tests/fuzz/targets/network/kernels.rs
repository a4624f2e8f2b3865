//! The kernel layer: sizes, rows, steps and strides may be any number.

use crate::check::{agree, is_untouched, outcome, scratch, unchanged, untouched};
use rnn_core::kernel::{Affine, AffineWeights, Inputs, Layout, Run, SimpleRnn, Strided, StridedMut, Weights};
use rnn_core::{Activation, Backend};
use rnn_fuzz::built::inputs;
use rnn_fuzz::choices::Choices;
use rnn_fuzz::say;
use rnn_support::rng::Rng;

pub(crate) fn run(c: &mut Choices<'_>) {
    let backends: Vec<Backend> = Backend::available().collect();
    let backend = c.pick(&backends);
    say!("let backend = Backend::by_name({:?}).unwrap();", backend.name());
    match c.below(4) {
        0 => impossible(c, backend),
        1 => affine(c, backend),
        _ => recurrent(c, backend),
    }
}

/// Sizes of any number: made or refused, and lengths that fit.
fn impossible(c: &mut Choices<'_>, backend: Backend) {
    let (n_i, n) = (c.number(), c.number());
    let f = c.pick(&[Activation::Tanh, Activation::Softmax, Activation::Elu { alpha: f32::NAN }]);
    say!("SimpleRnn::new({n_i}, {n}, {f:?}, backend)");
    let most = isize::MAX as usize / 4;
    if let Ok(cell) = SimpleRnn::new(n_i, n, f, backend) {
        assert!(n_i > 0 && n > 0 && f == Activation::Tanh, "an impossible cell");
        let rows = c.number();
        say!("scratch_len({rows})");
        let scratch = cell.scratch_len(rows);
        assert!(cell.packed_len() <= most && scratch.is_ok_and(|len| len <= most) == scratch.is_ok());
        let nothing = Weights { weight_ih: &[], weight_hh: &[], bias: None };
        outcome(cell.pack(&nothing, &mut []), false, "pack");
    }
    say!("Affine::new({n_i}, {n}, backend)");
    if let Ok(affine) = Affine::new(n_i, n, backend) {
        assert!(n_i > 0 && n > 0 && affine.packed_len() <= most, "an impossible product");
        let nothing = AffineWeights { weight: &[], layout: Layout::OutputInput, bias: None };
        outcome(affine.pack(&nothing, &mut []), false, "pack");
    }
}

/// A number, in one case of four any.
fn perhaps(c: &mut Choices<'_>, spoilt: bool, usual: usize) -> usize {
    if spoilt && c.one_in(3) { c.number() } else { usual }
}

/// Floats from the first of a grid to the end of the last.
fn extent(grid: [(usize, usize); 2], n: usize) -> u128 {
    if grid.iter().any(|&(count, _)| count == 0) {
        return 0;
    }
    let wide = |(count, stride): (usize, usize)| (count as u128 - 1) * stride as u128;
    wide(grid[0]) + wide(grid[1]) + n as u128
}

fn affine(c: &mut Choices<'_>, backend: Backend) {
    let (n_i, n_o) = (c.between(1, 40), c.between(1, 40));
    let affine = Affine::new(n_i, n_o, backend).expect("small sizes");
    let mut rng = Rng::new(c.seed());
    let (weight, bias) = (rng.weights(n_i * n_o, n_i), rng.biases(n_o));
    let mut packed = vec![0.0; affine.packed_len()];
    let layout = c.pick(&[Layout::OutputInput, Layout::InputOutput]);
    affine
        .pack(&AffineWeights { weight: &weight, layout, bias: Some(&bias) }, &mut packed)
        .expect("its weights");
    let usual = if c.one_in(6) { c.pick(&[63, 64, 65, 129]) } else { c.between(0, 9) };
    let (x_stride, y_stride) = (c.between(0, n_i + 2), c.between(n_o, n_o + 2));
    let xs = inputs(c.seed(), usize::try_from(extent([(usual, x_stride), (1, 0)], n_i)).expect("small"));
    let ys_len = usize::try_from(extent([(usual, y_stride), (1, 0)], n_o)).expect("small");
    let spoilt = c.one_in(3);
    let rows = perhaps(c, spoilt, usual);
    let (x_stride, y_stride) = (perhaps(c, spoilt, x_stride), perhaps(c, spoilt, y_stride));
    let mut ys = untouched(perhaps(c, spoilt, ys_len).min(1 << 12));
    say!(
        "Affine::new({n_i}, {n_o}, backend)?.gemm_into(&packed, {rows}, Strided {{ data: &[0.5; {}], stride: {x_stride} }}, StridedMut {{ data: &mut [0.0; {}], stride: {y_stride} }})",
        xs.len(),
        ys.len()
    );
    let ok = extent([(rows, x_stride), (1, 0)], n_i) <= xs.len() as u128
        && extent([(rows, y_stride), (1, 0)], n_o) <= ys.len() as u128
        && (rows < 2 || y_stride >= n_o);
    let out = StridedMut { data: &mut ys, stride: y_stride };
    if outcome(affine.gemm_into(&packed, rows, Strided { data: &xs, stride: x_stride }, out), ok, "gemm_into")
        .is_none()
    {
        assert!(is_untouched(&ys), "y was changed by a call that failed");
        return;
    }
    for row in 0..rows {
        let mut want = vec![0.0; n_o];
        let x = &xs[row * x_stride..][..n_i];
        affine.gemv_into(&packed, x, &mut want).expect("its own lengths");
        agree(&ys[row * y_stride..][..n_o], &want, false, format_args!("gemm_into: row {row}"));
    }
}

fn recurrent(c: &mut Choices<'_>, backend: Backend) {
    let (n_i, n_h) = (c.between(1, 40), c.between(1, 40));
    let cell = SimpleRnn::new(n_i, n_h, Activation::Tanh, backend).expect("small sizes");
    let mut rng = Rng::new(c.seed());
    let (weight_ih, weight_hh, bias) =
        (rng.weights(n_i * n_h, n_h), rng.weights(n_h * n_h, n_h), rng.biases(n_h));
    let mut packed = vec![0.0; cell.packed_len()];
    let weights = Weights { weight_ih: &weight_ih, weight_hh: &weight_hh, bias: Some(&bias) };
    cell.pack(&weights, &mut packed).expect("its weights");

    let usual = (if c.one_in(6) { c.pick(&[64, 65]) } else { c.between(0, 6) }, c.between(0, 8));
    let strides = (c.between(0, n_i + 2), c.between(0, n_i + 2));
    let grid = |(rows, steps): (usize, usize), (row, step): (usize, usize)| [(rows, row), (steps, step)];
    let xs = inputs(c.seed(), usize::try_from(extent(grid(usual, strides), n_i)).expect("small"));
    let spoilt = c.one_in(3);
    let (rows, steps) = (perhaps(c, spoilt, usual.0), perhaps(c, spoilt, usual.1));
    let strides = (perhaps(c, spoilt, strides.0), perhaps(c, spoilt, strides.1));
    let strides = if spoilt && c.one_in(3) { (0, 0) } else { strides };
    let other_h = spoilt && c.flip();
    let mut h = rng.states(perhaps(c, other_h, usual.0 * n_h).min(1 << 12));
    let mut ys = c.flip().then(|| untouched(usual.0 * usual.1 * n_h));
    let lengths: Option<Vec<usize>> =
        c.flip().then(|| (0..usual.0).map(|_| rng.below(usual.1 + 1)).collect());
    let needed = cell.scratch_len(rows);
    let mut scratch = scratch(needed, 0);
    if spoilt && c.one_in(4) {
        scratch.pop();
    }
    let run = Run {
        rows,
        steps,
        inputs: Inputs::X { x: &xs, row_stride: strides.0, step_stride: strides.1 },
        lengths: lengths.as_deref(),
    };
    say!(
        "SimpleRnn::new({n_i}, {n_h}, Activation::Tanh, backend)?.run(&packed, &{run:?}, &mut [0.5; {}], {:?}, &mut [f32::NAN; {}])",
        h.len(),
        ys.as_ref().map(Vec::len),
        scratch.len()
    );
    let product = |factors: [usize; 3]| factors.iter().fold(1_u128, |p, &f| p.saturating_mul(f as u128));
    let ok = h.len() as u128 == product([rows, n_h, 1])
        && ys.as_ref().is_none_or(|ys| ys.len() as u128 == product([rows, steps, n_h]))
        && needed.is_ok_and(|needed| needed <= scratch.len())
        && lengths.as_ref().is_none_or(|lens| lens.len() == rows && lens.iter().all(|&len| len <= steps))
        && extent(grid((rows, steps), strides), n_i) <= xs.len() as u128;
    let taken =
        lengths.as_ref().map_or(product([rows, steps, 1]), |lens| lens.iter().map(|&len| len as u128).sum());
    if ok && taken > 1 << 12 {
        return;
    }
    let before = (h.clone(), ys.clone());
    if outcome(cell.run(&packed, &run, &mut h, ys.as_deref_mut(), &mut scratch), ok, "SimpleRnn::run")
        .is_none()
    {
        unchanged(&h, &before.0, "h");
        assert!(ys.is_none_or(|ys| is_untouched(&ys)), "y was changed by a call that failed");
        return;
    }
    let mut own = vec![0.0; cell.scratch_len(1).expect("one row")];
    for row in 0..rows {
        let mut state = before.0[row * n_h..(row + 1) * n_h].to_vec();
        let len = lengths.as_ref().map_or(steps, |lengths| lengths[row]);
        for t in 0..len {
            let x = &xs[row * strides.0 + t * strides.1..][..n_i];
            cell.step(&packed, x, &mut state, &mut own).expect("its own lengths");
            if let Some(ys) = &ys {
                let at = (row * steps + t) * n_h;
                agree(&ys[at..at + n_h], &state, false, format_args!("SimpleRnn::run: row {row}, step {t}"));
            }
        }
        agree(
            &h[row * n_h..(row + 1) * n_h],
            &state,
            false,
            format_args!("SimpleRnn::run: state of row {row}"),
        );
        if let Some(ys) = &ys {
            let rest = &ys[(row * steps + len) * n_h..(row + 1) * steps * n_h];
            agree(
                rest,
                &vec![0.0; rest.len()],
                false,
                format_args!("SimpleRnn::run: row {row} past its end"),
            );
        }
    }
}
