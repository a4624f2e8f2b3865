//! `SimpleRnn`: a run of many rows against single steps, over x and over projections of the caller's own, and errors.

use crate::assert_one_answer;
use rnn_core::kernel::{Affine, AffineWeights, Inputs, Layout, Run, SimpleRnn, Strided, StridedMut, Weights};
use rnn_core::{Activation, Backend, ShapeError};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;
use rnn_support::rng::Rng;

/// A row that has ended keeps its state and puts out zeros, whatever its neighbours do.
#[test]
fn rows_of_any_length_are_single_streams() {
    for (n_i, n_h, rows, steps) in [(1, 5, 3, 4), (3, 16, 9, 3), (2, 33, 5, 5), (20, 70, 4, 6)] {
        let mut rng = Rng::new(n_h as u64);
        let (u, w, b) = (rng.weights(n_h * n_i, n_h), rng.weights(n_h * n_h, n_h), rng.biases(n_h));
        // Steps outermost, as some callers have them, with room between the rows.
        let (row_stride, step_stride) = (n_i + 1, rows * (n_i + 1));
        let (x, start) = (rng.inputs(steps * step_stride), rng.states(rows * n_h));
        let lengths: Vec<usize> = (0..rows).map(|row| row * steps / (rows - 1)).collect();
        let mut results = Vec::new();
        for backend in backends::all() {
            let cell = SimpleRnn::new(n_i, n_h, Activation::Tanh, backend).expect("sizes above zero");
            let mut packed = vec![f32::NAN; cell.packed_len()];
            let weights = Weights { weight_ih: &u, weight_hh: &w, bias: Some(&b) };
            cell.pack(&weights, &mut packed).expect("the weights fit");
            let mut scratch = vec![f32::NAN; cell.scratch_len(rows).expect("the length fits")];

            let (mut want_h, mut want_y) = (start.clone(), vec![0.0; rows * steps * n_h]);
            for (row, h) in want_h.chunks_mut(n_h).enumerate() {
                for t in 0..lengths[row] {
                    let x = &x[row * row_stride + t * step_stride..][..n_i];
                    cell.step(&packed, x, h, &mut scratch).expect("lengths fit");
                    want_y[(row * steps + t) * n_h..][..n_h].copy_from_slice(h);
                }
            }
            let mut check = |inputs, what: &str| {
                let (mut h, mut y) = (start.clone(), vec![f32::NAN; rows * steps * n_h]);
                let run = Run { rows, steps, inputs, lengths: Some(&lengths) };
                cell.run(&packed, &run, &mut h, Some(&mut y), &mut scratch).expect("lengths fit");
                assert_bits_equal(&h, &want_h, format!("h of {what}, {n_i}x{n_h} on {backend}"));
                assert_bits_equal(&y, &want_y, format!("y of {what}, {n_i}x{n_h} on {backend}"));
            };
            check(Inputs::X { x: &x, row_stride, step_stride }, "x");

            // P = b + U x by the affine product: its sums are the cell's own where it has one chain.
            if n_h > 16 || n_i < 16 {
                let affine = Affine::new(n_i, n_h, backend).expect("sizes above zero");
                let mut matrix = vec![f32::NAN; affine.packed_len()];
                let weights = AffineWeights { weight: &u, layout: Layout::OutputInput, bias: Some(&b) };
                affine.pack(&weights, &mut matrix).expect("the weights fit");
                let mut p = vec![f32::NAN; steps * rows * n_h];
                let (from, to) =
                    (Strided { data: &x, stride: row_stride }, StridedMut { data: &mut p, stride: n_h });
                affine.gemm_into(&matrix, steps * rows, from, to).expect("lengths fit");
                check(Inputs::Projected { p: &p, row_stride: n_h, step_stride: rows * n_h }, "P");
            }
            results.push((backend, want_y));
        }
        assert_one_answer(&results, "simple rnn");
    }
}

#[test]
fn mistakes_are_named_and_change_nothing() {
    let cell = SimpleRnn::new(1, 2, Activation::Tanh, Backend::detect()).expect("sizes above zero");
    let (packed, mut scratch) =
        (vec![0.0; cell.packed_len()], vec![0.0; cell.scratch_len(3).expect("the length fits")]);
    let start = [0.25_f32; 6];
    let mut h = start;
    let mut run = |x: &[f32], strides: [usize; 2], lengths: Option<&[usize]>, y: Option<&mut [f32]>| {
        let inputs = Inputs::X { x, row_stride: strides[0], step_stride: strides[1] };
        let run = Run { rows: 3, steps: 4, inputs, lengths };
        cell.run(&packed, &run, &mut h, y, &mut scratch)
    };
    let x = [0.0; 12];
    let text = |result: Result<(), ShapeError>| result.unwrap_err().to_string();
    assert_eq!(
        text(run(&x[1..], [4, 1], None, None)),
        "x has 11 values, but this call takes 12: at least to the end of the last row's last step"
    );
    assert!(matches!(run(&x, [usize::MAX, 1], None, None), Err(ShapeError::Overflow { .. })));
    assert!(matches!(run(&x, [1, usize::MAX / 8], None, None), Err(ShapeError::Overflow { .. })));
    assert_eq!(
        text(run(&x, [4, 1], Some(&[1, 2]), None)),
        "lengths has 2 values, but this call takes 3: one for each of the B rows"
    );
    assert!(run(&x, [4, 1], Some(&[1, 2, 5]), None).is_err());
    assert!(run(&x, [4, 1], None, Some(&mut [0.0; 23])).is_err());
    assert_bits_equal(&h, &start, "h after mistakes");
    assert!(SimpleRnn::new(0, 1, Activation::Tanh, Backend::detect()).is_err());
    assert!(SimpleRnn::new(usize::MAX, usize::MAX, Activation::Tanh, Backend::detect()).is_err());
}
