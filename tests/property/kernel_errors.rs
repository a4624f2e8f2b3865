//! Wrong arguments of the kernel layer: typed errors, and nothing changed.

use rnn_core::kernel::{Inputs, Run, SimpleRnn, Weights};
use rnn_core::{Activation, Backend, ShapeError};
use rnn_support::bits::assert_bits_equal;

/// `n_i` = 2, `n_h` = 3.
fn cell() -> SimpleRnn {
    SimpleRnn::new(2, 3, Activation::Tanh, Backend::detect()).expect("sizes fit")
}

fn packed(cell: &SimpleRnn) -> Vec<f32> {
    let mut packed = vec![0.0; cell.packed_len()];
    let weights = Weights { weight_ih: &[0.5; 6], weight_hh: &[0.25; 9], bias: Some(&[0.1; 3]) };
    cell.pack(&weights, &mut packed).expect("lengths fit");
    packed
}

/// A call's buffers: packed weights, h, y and scratch.
type Buffers = [Vec<f32>; 4];

#[track_caller]
fn fails(mut buffers: Buffers, call: impl Fn(&mut Buffers) -> Result<(), ShapeError>) -> ShapeError {
    let before = buffers.clone();
    let error = call(&mut buffers).expect_err("wrong lengths");
    for (name, (after, before)) in ["packed", "h", "y", "scratch"].iter().zip(buffers.iter().zip(&before)) {
        assert_bits_equal(after, before, name);
    }
    error
}

fn wrong(len: usize) -> impl Iterator<Item = usize> {
    [len - 1, len + 1, 0].into_iter()
}

#[test]
fn impossible_cells() {
    let cell =
        |n_i, n_h| SimpleRnn::new(n_i, n_h, Activation::Tanh, Backend::PORTABLE).map(|_| ()).unwrap_err();
    assert!(matches!(cell(0, 3), ShapeError::Zero { argument: "n_i", .. }));
    assert!(matches!(cell(3, 0), ShapeError::Zero { argument: "n_h", .. }));
    for (n_i, n_h) in
        [(usize::MAX, 1), (1, usize::MAX), (usize::MAX >> 8, usize::MAX >> 8), (1, usize::MAX >> 8)]
    {
        assert!(matches!(cell(n_i, n_h), ShapeError::Overflow { .. }), "n_i={n_i}, n_h={n_h}");
    }
}

#[test]
fn wrong_packing_changes_nothing() {
    let cell = cell();
    let pack = |input: usize, recurrent: usize, bias: usize, packed: usize| {
        let [input, recurrent, bias] = [input, recurrent, bias].map(|len| vec![0.5; len]);
        fails([vec![7.0; packed], vec![], vec![], vec![]], |b| {
            let weights = Weights { weight_ih: &input, weight_hh: &recurrent, bias: Some(&bias) };
            cell.pack(&weights, &mut b[0])
        })
    };
    let len = cell.packed_len();
    for wrong in wrong(6) {
        assert!(matches!(
            pack(wrong, 9, 3, len),
            ShapeError::Length { argument: "weight_ih", expected: 6, .. }
        ));
    }
    for wrong in wrong(9) {
        assert!(matches!(
            pack(6, wrong, 3, len),
            ShapeError::Length { argument: "weight_hh", expected: 9, .. }
        ));
    }
    for wrong in wrong(3) {
        assert!(matches!(pack(6, 9, wrong, len), ShapeError::Length { argument: "bias", expected: 3, .. }));
    }
    for wrong in wrong(len) {
        assert!(matches!(pack(6, 9, 3, wrong), ShapeError::Length { argument: "packed", .. }));
    }
}

#[test]
fn a_wrong_step_changes_nothing() {
    let cell = cell();
    let step = |packed: Vec<f32>, x: usize, h: usize, scratch: usize| {
        fails([packed, vec![0.5; h], vec![], vec![1.0; scratch]], |[packed, h, _, scratch]| {
            cell.step(packed, &vec![1.0; x], h, scratch)
        })
    };
    let (good, scratch) = (packed(&cell), cell.scratch_len(1).expect("the length fits"));
    assert!(matches!(step(good[1..].into(), 2, 3, scratch), ShapeError::Length { argument: "packed", .. }));
    for wrong in wrong(2) {
        assert!(matches!(step(good.clone(), wrong, 3, scratch), ShapeError::Length { argument: "x", .. }));
    }
    for wrong in wrong(3) {
        assert!(matches!(step(good.clone(), 2, wrong, scratch), ShapeError::Length { argument: "h", .. }));
    }
    assert!(matches!(step(good, 2, 3, 0), ShapeError::Length { argument: "scratch", .. }));
}

/// Two rows of four steps: x is (2, 4, 2).
fn right<'a>(x: &'a [f32], lengths: Option<&'a [usize]>) -> Run<'a> {
    Run { rows: 2, steps: 4, inputs: Inputs::X { x, row_stride: 8, step_stride: 2 }, lengths }
}

fn run_fails(run: &Run<'_>, lens: [usize; 3]) -> ShapeError {
    let cell = cell();
    let [h, y, scratch] = lens.map(|len| vec![0.5; len]);
    fails([packed(&cell), h, y, scratch], |[packed, h, y, scratch]| {
        cell.run(packed, run, h, Some(y), scratch)
    })
}

#[test]
fn a_wrong_run_changes_nothing() {
    let scratch = cell().scratch_len(2).expect("the length fits");
    let x = [1.0; 17];
    for wrong in wrong(6) {
        assert!(matches!(
            run_fails(&right(&x[..16], None), [wrong, 24, scratch]),
            ShapeError::Length { argument: "h", .. }
        ));
    }
    for wrong in wrong(24) {
        assert!(matches!(
            run_fails(&right(&x[..16], None), [6, wrong, scratch]),
            ShapeError::Length { argument: "y", .. }
        ));
    }
    for wrong in [scratch - 1, 0] {
        assert!(matches!(
            run_fails(&right(&x[..16], None), [6, 24, wrong]),
            ShapeError::Length { argument: "scratch", .. }
        ));
    }
    for wrong in [0, 15] {
        assert!(matches!(
            run_fails(&right(&x[..wrong], None), [6, 24, scratch]),
            ShapeError::Length { argument: "x", .. }
        ));
    }
    for lengths in [&[4][..], &[4, 4, 4], &[]] {
        assert!(matches!(
            run_fails(&right(&x[..16], Some(lengths)), [6, 24, scratch]),
            ShapeError::Length { argument: "lengths", .. }
        ));
    }
    for lengths in [[5, 4], [0, 5], [usize::MAX, 0]] {
        run_fails(&right(&x[..16], Some(&lengths)), [6, 24, scratch]);
    }
}

#[test]
fn sizes_that_wrap() {
    let scratch = cell().scratch_len(2).expect("the length fits");
    let x = [1.0; 16];
    for stride in [usize::MAX, usize::MAX / 2, usize::MAX / 3] {
        for (row_stride, step_stride) in [(stride, 2), (8, stride), (stride, stride)] {
            for inputs in [
                Inputs::X { x: &x, row_stride, step_stride },
                Inputs::Projected { p: &x, row_stride, step_stride },
            ] {
                run_fails(&Run { inputs, ..right(&x, None) }, [6, 24, scratch]);
            }
        }
    }
    for (rows, steps) in [(usize::MAX, 4), (2, usize::MAX), (usize::MAX, usize::MAX), (usize::MAX / 3 + 1, 4)]
    {
        run_fails(&Run { rows, steps, ..right(&x, None) }, [6, 24, scratch]);
    }
}

/// No rows, no steps and rows of no steps are runs like any other; states stay.
#[test]
fn nothing_to_run() {
    let (cell, mut scratch) = (cell(), vec![f32::NAN; 4096]);
    let packed = packed(&cell);
    let mut run = |rows, steps, lengths| {
        let (mut h, mut y) = (vec![0.5; rows * 3], vec![f32::NAN; rows * steps * 3]);
        let x = vec![1.0; rows * steps * 2];
        let inputs = Inputs::X { x: &x, row_stride: steps * 2, step_stride: 2 };
        let run = Run { rows, steps, inputs, lengths };
        assert_eq!(cell.run(&packed, &run, &mut h, Some(&mut y), &mut scratch), Ok(()));
        assert_bits_equal(&h, &vec![0.5; rows * 3], "states");
        assert_bits_equal(&y, &vec![0.0; rows * steps * 3], "outputs");
    };
    run(0, 0, None);
    run(0, 3, Some(&[]));
    run(2, 0, None);
    run(2, 3, Some(&[0, 0]));
}

/// Steps that no row has take no time where no output is wanted.
#[test]
fn steps_past_the_longest_row() {
    let (cell, mut scratch) = (cell(), vec![f32::NAN; 4096]);
    let packed = packed(&cell);
    let mut run = |steps| {
        let mut h = vec![0.5; 6];
        let inputs = Inputs::X { x: &[1.0, -0.5], row_stride: 0, step_stride: 0 };
        let run = Run { rows: 2, steps, inputs, lengths: Some(&[3, 1]) };
        assert_eq!(cell.run(&packed, &run, &mut h, None, &mut scratch), Ok(()));
        h
    };
    assert_bits_equal(&run(1 << 60), &run(3), "states");
}
