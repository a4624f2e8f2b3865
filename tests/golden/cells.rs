//! Every cell with its options, lengths, masks and directions, as PyTorch, Keras and ONNX Runtime compute it.

use crate::cell_case::CellCase;
use crate::compare::{Checker, Failure, every_call};
use crate::reference;
use rnn_core::{CellKind, Direction, LayerKind, Merge, Network, Outputs, RuntimeNetwork, Sequences};
use rnn_support::{backends, report};

/// Cases of each framework: none may be missed.
pub(crate) const COUNTS: [(&str, usize); 3] = [("torch", 73), ("keras", 143), ("onnxruntime", 131)];

/// The cases of a framework, past the ends of rows with our zeros, and the same with the reference's values.
pub(crate) fn cases(framework: &str, count: usize) -> Vec<(CellCase, CellCase)> {
    let cases = CellCase::all(framework);
    assert_eq!(cases.len(), count, "cases of {framework}");
    let with_truth = |cell: CellCase| {
        let net = reference::network(&cell.case);
        let name = cell.case.name.clone();
        let cell = cell.with_zero_padding(&reference::of_zeros(&net));
        let cell = cell.unwrap_or_else(|mismatch| panic!("{name}, past the end: {mismatch}"));
        let truth = reference::truth(&cell, &net);
        (cell, truth)
    };
    cases.into_iter().map(with_truth).collect()
}

/// Compares every call that the case can be fed to; the worst error as a part of its bound.
pub(crate) fn everything(cell: &CellCase, net: &RuntimeNetwork) -> Result<f64, Failure> {
    let mut worst = every_run(cell, net)?;
    if cell.is_full() {
        worst = worst.max(every_call(&cell.case, net)?).max(every_call(&cell.last(), net)?);
    }
    Ok(worst)
}

/// Rows and steps exchanged, of values of `n` floats.
fn transposed<T: Copy>(values: &[T], rows: usize, steps: usize, n: usize) -> Vec<T> {
    let at = |step: usize, row: usize| &values[(row * steps + step) * n..][..n];
    (0..steps).flat_map(|step| (0..rows).flat_map(move |row| at(step, row))).copied().collect()
}

/// [`Network::run_into`] in both layouts: all outputs, the last ones, the states alone.
fn every_run(cell: &CellCase, net: &RuntimeNetwork) -> Result<f64, Failure> {
    let case = &cell.case;
    let (batch, steps, n_o) = (case.batch, case.steps, net.output_size());
    let mut checker = Checker { case, worst: 0.0 };
    for time_major in [false, true] {
        let turned =
            |mask: &Vec<bool>| if time_major { transposed(mask, batch, steps, 1) } else { mask.clone() };
        let mask = cell.mask.as_ref().map(turned);
        let mut sequences = Sequences::new(batch, steps);
        if let Some(lengths) = &cell.lengths {
            sequences = sequences.lengths(lengths);
        }
        if let Some(mask) = &mask {
            sequences = sequences.mask(mask);
            if cell.zero_output_for_mask {
                sequences = sequences.zero_output_for_mask();
            }
        }
        let mut x = case.x.clone();
        if time_major {
            sequences = sequences.time_major();
            x = transposed(&x, batch, steps, net.input_size());
        }
        let calls = if time_major {
            [
                ("run_into, all, time-major", Outputs::All, &case.y[..]),
                ("run_into, last, time-major", Outputs::Last, &cell.y_last),
                ("run_into, states, time-major", Outputs::States, &[]),
            ]
        } else {
            [
                ("run_into, all", Outputs::All, &case.y[..]),
                ("run_into, last", Outputs::Last, &cell.y_last),
                ("run_into, states", Outputs::States, &[]),
            ]
        };
        for (call, outputs, want) in calls {
            let sequences = sequences.outputs(outputs);
            let mut states = case.h0.clone().unwrap_or_else(|| vec![0.0; batch * net.snapshot_len()]);
            let mut ys = vec![f32::NAN; want.len()];
            let mut scratch = vec![f32::NAN; net.run_scratch_len(&sequences).expect("the length fits")];
            net.run_into(&x, &sequences, &mut ys, Some(&mut states), &mut scratch).expect("lengths fit");
            checker.states(call, &states)?;
            let in_rows = |ys: Vec<f32>| {
                if time_major && outputs == Outputs::All { transposed(&ys, steps, batch, n_o) } else { ys }
            };
            checker.check(call, &in_rows(ys), want)?;
            if case.h0.is_none() {
                let ys = net.run(&x, &sequences, None).expect("lengths fit");
                checker.check(call, &in_rows(ys), want)?;
            }
        }
    }
    Ok(checker.worst)
}

fn compare_all(framework: &str) {
    let (_, count) = COUNTS.into_iter().find(|(name, _)| *name == framework).expect("a framework");
    let cases = cases(framework, count);
    for backend in backends::all() {
        let (mut worst, mut from_f64, mut compared) = (0.0_f64, 0.0_f64, 0);
        for (cell, truth) in &cases {
            let case = &cell.case;
            let net = case.network(&case.weights, backend).unwrap_or_else(|e| panic!("{}: {e}", case.name));
            let check = |what: &str, cell: &CellCase| match everything(cell, &net) {
                Ok(ratio) => ratio,
                Err(Failure { call, mismatch }) => {
                    panic!("{} on {backend} against {what}, {call}: {mismatch}", case.name)
                }
            };
            worst = worst.max(check("the framework", cell));
            from_f64 = from_f64.max(check("the reference", truth));
            compared += 1;
        }
        assert_eq!(compared, count);
        report::line(format_args!(
            "cells of {framework} on {backend}: {count} cases, worst error {worst:.3} of its bound, \
             {from_f64:.3} from the f64 reference"
        ));
    }
}

#[test]
fn pytorch() {
    compare_all("torch");
}

#[test]
fn keras() {
    compare_all("keras");
}

#[test]
fn onnxruntime() {
    compare_all("onnxruntime");
}

#[test]
fn the_reference_agrees_with_the_frameworks() {
    for (framework, count) in COUNTS {
        let (mut worst, mut single, mut double) = (0.0_f64, 0, 0);
        for (cell, truth) in cases(framework, count) {
            let ratio = reference::compare(&cell, &truth);
            worst = worst.max(ratio.unwrap_or_else(|mismatch| panic!("{}: {mismatch}", cell.case.name)));
            *if cell.case.single { &mut single } else { &mut double } += 1;
        }
        // Whoever can compute in float64 did so in every case.
        assert_eq!((single, double), if framework == "onnxruntime" { (count, 0) } else { (0, count) });
        report::line(format_args!(
            "the reference and the cells of {framework}: {count} cases, worst error {worst:.3} of its bound"
        ));
    }
}

/// The cases between them have what the frameworks and we share.
#[test]
fn the_cells_cover_the_options() {
    for (framework, count) in COUNTS {
        let cases = CellCase::all(framework);
        assert_eq!(cases.len(), count);
        let (torch, keras, onnx) = (framework == "torch", framework == "keras", framework == "onnxruntime");
        let has = |cell: &CellCase, f: &dyn Fn(LayerKind) -> bool| {
            cell.case.architecture.layers.iter().any(|layer| f(layer.kind))
        };
        let recurrent = |f: fn(rnn_core::Recurrent) -> bool| {
            cases.iter().any(|cell| has(cell, &|kind| kind.recurrent().is_some_and(f)))
        };
        let direction = |wanted| {
            cases
                .iter()
                .any(|cell| has(cell, &|kind| kind.recurrent().is_some_and(|r| r.direction == wanted)))
        };
        for cell in ["simple_rnn", "gru", "lstm"] {
            for bias in [false, true] {
                let some =
                    cases.iter().any(|case| has(case, &|kind| kind.name() == cell && kind.bias() == bias));
                assert!(some, "{framework}: {cell}, bias {bias}");
            }
        }
        assert_eq!(recurrent(|r| r.cell.name() == "gru" && !r.is_apart()), keras || onnx);
        assert_eq!(recurrent(|r| r.has_peephole()), onnx);
        assert_eq!(recurrent(|r| matches!(r.cell, CellKind::Lstm { coupled: true, .. })), onnx);
        assert_eq!(recurrent(|r| r.clip.is_some()), onnx);
        assert_eq!(recurrent(|r| r.projection().is_some()), torch);
        assert_eq!(direction(Direction::Reverse), onnx);
        assert_eq!(direction(Direction::GoBackwards), keras);
        assert!(direction(Direction::Bidirectional(Merge::Concat)));
        for merge in [Merge::Sum, Merge::Product, Merge::Average] {
            assert_eq!(direction(Direction::Bidirectional(merge)), keras);
        }
        assert_eq!(cases.iter().any(|cell| cell.lengths.is_some()), torch || onnx);
        assert_eq!(cases.iter().any(|cell| cell.lengths.iter().flatten().any(|&n| n == 0)), onnx);
        assert_eq!(cases.iter().any(|cell| cell.mask.is_some()), keras);
        assert_eq!(cases.iter().any(|cell| cell.zero_output_for_mask), keras);
        for given in [false, true] {
            assert!(cases.iter().any(|cell| cell.case.h0.is_some() == given));
        }
    }
}
