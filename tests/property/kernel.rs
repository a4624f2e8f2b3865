//! The kernel layer on bare slices: packing, a step, T steps of many rows and T steps over a caller's own P, with any
//! strides, lengths and initial states; against the reference, and with the bits of the network layer.

use crate::cases::check;
use crate::forms::{poison, steps_from};
use crate::network::{Case, Weights, activation, precise, recurrent, wide};
use crate::sizes;
use proptest::prelude::*;
use rnn_core::kernel::{self, Inputs, Run};
use rnn_core::{Activation, Backend, LayerKind, Network};
use rnn_support::bits::{assert_bits_equal, canonical};
use rnn_support::rng::Rng;
use rnn_support::{backends, tolerance};

/// One layer and how its values lie.
#[derive(Clone, Debug)]
struct Layout {
    case: Case,
    rows: usize,
    steps: usize,
    /// Steps first, (T, B, n), or rows first, (B, T, n).
    steps_first: bool,
    /// Floats between one step's values and the next's.
    gap: usize,
    lengths: Option<Vec<usize>>,
}

fn layouts(activation: impl Strategy<Value = Activation>) -> impl Strategy<Value = Layout> {
    let kind = (sizes::size(), sizes::size(), activation, any::<bool>());
    let shape = (sizes::rows(), 0_usize..7, any::<bool>(), 0_usize..4);
    (kind, shape, any::<u64>(), any::<bool>()).prop_map(
        |((n_i, n_h, activation, bias), (rows, steps, steps_first, gap), seed, ragged)| {
            let kind = LayerKind::simple_rnn(n_h).with_activation(activation).with_bias(bias);
            let case = Case::single(n_i, kind, seed);
            let steps = case.affordable(rows, steps);
            let mut rng = Rng::new(seed);
            let lengths = ragged.then(|| (0..rows).map(|_| rng.below(steps + 1)).collect());
            Layout { case, rows, steps, steps_first, gap, lengths }
        },
    )
}

/// The cell and its packed weights.
struct Packed {
    cell: kernel::SimpleRnn,
    weights: Vec<f32>,
}

fn pack(n_i: usize, kind: LayerKind, weights: &Weights, backend: Backend) -> Packed {
    let cell =
        kernel::SimpleRnn::new(n_i, kind.output_size(), kind.activation(), backend).expect("sizes fit");
    let mut packed = poison(cell.packed_len());
    let bias = weights.one_bias();
    let weights =
        kernel::Weights { weight_ih: &weights.input, weight_hh: &weights.recurrent, bias: bias.as_deref() };
    cell.pack(&weights, &mut packed).expect("lengths fit");
    Packed { cell, weights: packed }
}

impl Layout {
    fn n_h(&self) -> usize {
        self.case.n_o()
    }

    /// (row stride, step stride) of `n` values a step.
    fn strides(&self, n: usize) -> (usize, usize) {
        let n = n + self.gap;
        if self.steps_first { (n, self.rows * n) } else { (self.steps * n, n) }
    }

    /// Values laid out (B, T, n), as the layout wants them, with NaN in the gaps.
    fn spread(&self, values: &[f32], n: usize) -> Vec<f32> {
        let (row_stride, step_stride) = self.strides(n);
        if self.steps == 0 {
            return Vec::new();
        }
        let mut spread = poison((self.rows - 1) * row_stride + (self.steps - 1) * step_stride + n);
        for (at, values) in values.chunks(n).enumerate() {
            let (row, t) = (at / self.steps, at % self.steps);
            spread[row * row_stride + t * step_stride..][..n].copy_from_slice(values);
        }
        spread
    }

    fn initial(&self) -> Vec<f32> {
        Rng::new(self.case.seed ^ 0x57A7E).states(self.rows * self.n_h())
    }

    fn length(&self, row: usize) -> usize {
        self.lengths.as_ref().map_or(self.steps, |lengths| lengths[row])
    }

    /// Final states and outputs of a run.
    fn run(&self, packed: &Packed, inputs: Inputs<'_>) -> (Vec<f32>, Vec<f32>) {
        let mut h = self.initial();
        let mut y = poison(self.rows * self.steps * self.n_h());
        let mut scratch = poison(packed.cell.scratch_len(self.rows).expect("the length fits"));
        let run = Run { rows: self.rows, steps: self.steps, inputs, lengths: self.lengths.as_deref() };
        packed.cell.run(&packed.weights, &run, &mut h, Some(&mut y), &mut scratch).expect("lengths fit");
        // The outputs are not needed for the states.
        let mut again = self.initial();
        packed.cell.run(&packed.weights, &run, &mut again, None, &mut scratch).expect("lengths fit");
        assert_bits_equal(&again, &h, "states without outputs");
        (h, y)
    }

    /// Each row of steps given the final state and outputs one step at a time.
    fn assert_rows(
        &self,
        h: &[f32],
        y: &[f32],
        what: &str,
        mut alone: impl FnMut(usize, &mut [f32], usize) -> Vec<f32>,
    ) {
        let n_h = self.n_h();
        for (row, initial) in self.initial().chunks_mut(n_h).enumerate() {
            let (length, y) = (self.length(row), &y[row * self.steps * n_h..][..self.steps * n_h]);
            let want = alone(row, initial, length);
            assert_bits_equal(&y[..length * n_h], &want, format_args!("{what}, row {row}"));
            assert_bits_equal(&h[row * n_h..][..n_h], initial, format_args!("{what}, state of row {row}"));
            assert!(y[length * n_h..].iter().all(|y| y.to_bits() == 0), "{what}: a row past its end is zero");
        }
    }
}

#[test]
fn runs_are_steps_and_the_network() {
    check(file!(), "kernel runs are steps and the network", 1, layouts(activation()), |layout| {
        let (n_i, n_h) = (layout.case.n_i, layout.n_h());
        let x = layout.case.inputs(layout.rows * layout.steps);
        let spread = layout.spread(&x, n_i);
        let (row_stride, step_stride) = layout.strides(n_i);
        let row = |row: usize, length: usize| &x[row * layout.steps * n_i..][..length * n_i];
        let weights = &layout.case.weights()[0];
        let mut fused: Option<Vec<f32>> = None;
        for backend in backends::all() {
            let packed = pack(n_i, layout.case.layers[0], weights, backend);
            let (h, y) = layout.run(&packed, Inputs::X { x: &spread, row_stride, step_stride });
            layout.assert_rows(&h, &y, "kernel steps", |at, h, length| {
                let mut scratch = poison(packed.cell.scratch_len(1).expect("the length fits"));
                let step = |x| {
                    packed.cell.step(&packed.weights, x, h, &mut scratch).expect("lengths fit");
                    h.to_vec()
                };
                row(at, length).chunks(n_i).flat_map(step).collect()
            });
            let net = layout.case.network(backend);
            layout.assert_rows(&h, &y, "network", |at, h, length| {
                let mut state = poison(net.state_len());
                net.restore(&mut state, h).expect("lengths fit");
                let ys = steps_from(&net, &mut state, row(at, length));
                h.copy_from_slice(&state[..n_h]);
                ys
            });
            if backend.is_fused() {
                assert_bits_equal(&y, fused.get_or_insert_with(|| y.clone()), format_args!("{backend}"));
            }
        }
    });
}

#[test]
fn runs_against_the_reference() {
    check(file!(), "kernel runs against f64", 1, layouts(precise()), |layout| {
        let (n_i, n_h) = (layout.case.n_i, layout.n_h());
        let x = layout.case.inputs(layout.rows * layout.steps);
        let spread = layout.spread(&x, n_i);
        let (row_stride, step_stride) = layout.strides(n_i);
        let weights = &layout.case.weights()[0];
        let reference = recurrent(n_i, layout.case.layers[0], weights);
        let activation = layout.case.layers[0].activation();
        for backend in backends::all() {
            let packed = pack(n_i, layout.case.layers[0], weights, backend);
            let (_, y) = layout.run(&packed, Inputs::X { x: &spread, row_stride, step_stride });
            for (row, h) in layout.initial().chunks(n_h).enumerate() {
                let length = layout.length(row);
                let x = wide(&x[row * layout.steps * n_i..][..length * n_i]);
                let want = reference.sequence(&x, &wide(h));
                // Each row starts from a state of its own: no step is held to less than the table's row for one step.
                let k = tolerance::terms(n_i, n_h);
                let a = if length == 0 { 0.0 } else { reference.largest_row_sum(&x[..n_i], &wide(h)) };
                let step = |y| tolerance::one_step(k, a) + tolerance::activation(activation, y);
                let bound = |y| tolerance::sequence(k, length, y).max(step(y));
                if let Err(mismatch) =
                    tolerance::check(&y[row * layout.steps * n_h..][..length * n_h], &want, bound)
                {
                    panic!("{backend}, row {row}: {mismatch}");
                }
            }
        }
    });
}

/// P = b + U x by the cell itself, as a linear step whose W is zero; +0 for -0 is all that adding W h = 0 may change.
fn projections(layout: &Layout, weights: &Weights, x: &[f32], backend: Backend) -> Vec<f32> {
    let (n_i, n_h) = (layout.case.n_i, layout.n_h());
    let kind = layout.case.layers[0].with_activation(Activation::Linear);
    let weights = Weights { recurrent: vec![0.0; n_h * n_h], ..weights.clone() };
    let packed = pack(n_i, kind, &weights, backend);
    let mut scratch = poison(packed.cell.scratch_len(1).expect("the length fits"));
    let project = |x| {
        let mut p = vec![0.0; n_h];
        packed.cell.step(&packed.weights, x, &mut p, &mut scratch).expect("lengths fit");
        p
    };
    x.chunks(n_i).flat_map(project).collect()
}

/// A caller's own P gives the bits of its x: hoisting the input segment changes nothing.
#[test]
fn runs_over_own_projections() {
    check(file!(), "kernel runs over own projections", 1, layouts(activation()), |layout| {
        let (n_i, n_h) = (layout.case.n_i, layout.n_h());
        let x = layout.case.inputs(layout.rows * layout.steps);
        let weights = &layout.case.weights()[0];
        for backend in backends::all() {
            let packed = pack(n_i, layout.case.layers[0], weights, backend);
            let spread = layout.spread(&x, n_i);
            let (row_stride, step_stride) = layout.strides(n_i);
            let want = layout.run(&packed, Inputs::X { x: &spread, row_stride, step_stride });
            let p = layout.spread(&projections(&layout, weights, &x, backend), n_h);
            let (row_stride, step_stride) = layout.strides(n_h);
            // U and b are not read.
            let unread = Weights {
                input: poison(weights.input.len()),
                recurrent: weights.recurrent.clone(),
                bias: weights.bias.as_ref().map(|bias| poison(bias.len())),
                ..Weights::default()
            };
            let packed = pack(n_i, layout.case.layers[0], &unread, backend);
            let got = layout.run(&packed, Inputs::Projected { p: &p, row_stride, step_stride });
            assert_bits_equal(&got.1, &want.1, format_args!("{backend}, outputs"));
            assert_bits_equal(&got.0, &want.0, format_args!("{backend}, states"));
        }
    });
}

/// Strides may make rows overlap, as windows do, or share one row.
#[test]
fn rows_may_overlap() {
    let cases = (sizes::size(), sizes::size(), sizes::rows(), 1_usize..6, 0_usize..4, any::<u64>());
    check(file!(), "kernel rows may overlap", 4, cases, |(n_i, n_h, rows, steps, stride, seed)| {
        let case = Case::single(n_i, LayerKind::simple_rnn(n_h), seed);
        let steps = case.affordable(rows, steps);
        let x = case.inputs((rows - 1) * stride + steps);
        let copies: Vec<f32> =
            (0..rows).flat_map(|row| x[row * stride * n_i..][..steps * n_i].to_vec()).collect();
        for backend in backends::all() {
            let packed = pack(n_i, case.layers[0], &case.weights()[0], backend);
            let mut scratch = poison(packed.cell.scratch_len(rows).expect("the length fits"));
            let mut run = |x: &[f32], row_stride| {
                let (mut h, mut y) = (vec![0.25; rows * n_h], poison(rows * steps * n_h));
                let inputs = Inputs::X { x, row_stride, step_stride: n_i };
                let run = Run { rows, steps, inputs, lengths: None };
                packed
                    .cell
                    .run(&packed.weights, &run, &mut h, Some(&mut y), &mut scratch)
                    .expect("lengths fit");
                (h, y)
            };
            let (got, want) = (run(&x, stride * n_i), run(&copies, steps * n_i));
            assert_bits_equal(&got.1, &want.1, backend);
            assert_bits_equal(&got.0, &want.0, backend);
        }
    });
}

/// Packing moves values and pads with zeros: each weight is there as often as it was given, to the bit, and the layout is
/// the same on every backend.
#[test]
fn packing_only_moves_and_pads() {
    check(
        file!(),
        "packing only moves and pads",
        2,
        (sizes::size(), sizes::size(), any::<u64>()),
        |(n_i, n_h, seed)| {
            let case = Case::single(n_i, LayerKind::simple_rnn(n_h), seed);
            let weights = &mut case.weights()[0];
            weights.input[0] = f32::from_bits(0x7F80_0001);
            weights.recurrent[0] = 1e-41;
            let sorted = |values: &[f32]| {
                let mut bits: Vec<u32> =
                    values.iter().map(|value| value.to_bits()).filter(|&bits| bits != 0).collect();
                bits.sort_unstable();
                bits
            };
            let bias = weights.one_bias().unwrap_or_default();
            let given = [&weights.input[..], &weights.recurrent, &bias].concat();
            let packs = backends::all()
                .into_iter()
                .map(|backend| pack(n_i, case.layers[0], weights, backend).weights);
            let packs: Vec<_> = packs.collect();
            for packed in &packs {
                assert_eq!(sorted(packed), sorted(&given));
                assert!(packed.iter().zip(&packs[0]).all(|(a, b)| canonical(*a) == canonical(*b)));
            }
        },
    );
}
