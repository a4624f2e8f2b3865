//! Activations and the kernel layer: they never allocate, packing included.

use crate::allocates_nothing;
use rnn_core::kernel::{Inputs, Run, SimpleRnn, Weights};
use rnn_core::{Activation, activation};
use rnn_support::backends;

#[test]
fn activations() {
    let x = [0.5; 100];
    let mut y = [0.0; 100];
    for backend in backends::all() {
        for &f in Activation::ALL {
            allocates_nothing(format_args!("{f:?} on {backend}"), || activation::apply(f, backend, &mut y));
        }
        allocates_nothing(format_args!("activations into a slice on {backend}"), || {
            activation::linear_into(backend, &x, &mut y)?;
            activation::tanh_into(backend, &x, &mut y)?;
            activation::sigmoid_into(backend, &x, &mut y)?;
            activation::relu_into(backend, &x, &mut y)?;
            activation::fast_tanh_into(backend, &x, &mut y)?;
            activation::fast_sigmoid_into(backend, &x, &mut y)?;
            assert!(activation::tanh_into(backend, &x, &mut y[1..]).is_err());
            Ok::<(), rnn_core::ShapeError>(())
        })
        .expect("the lengths are equal");
    }
}

#[test]
fn kernel_layer() {
    const ROWS: usize = 20;
    const T: usize = 3;
    for backend in backends::all() {
        for (n_i, n_h) in [(1, 4), (8, 70)] {
            let weights =
                Weights { weight_ih: &vec![0.01; n_h * n_i], weight_hh: &vec![0.01; n_h * n_h], bias: None };
            let cell = SimpleRnn::new(n_i, n_h, Activation::Tanh, backend).expect("sizes are not zero");
            let mut packed = vec![0.0; cell.packed_len()];
            let mut scratch = vec![0.0; cell.scratch_len(ROWS).expect("the length fits")];
            let mut h = vec![0.25; ROWS * n_h];
            let mut y = vec![0.0; ROWS * T * n_h];
            let (x, p) = (vec![0.5; ROWS * T * n_i], vec![0.5; ROWS * T * n_h]);
            let lengths: Vec<usize> = (0..ROWS).map(|row| row % (T + 1)).collect();
            let result = allocates_nothing(format_args!("{n_i} to {n_h} on {backend}"), || {
                let cell = SimpleRnn::new(n_i, n_h, Activation::Tanh, backend)?;
                cell.pack(&weights, &mut packed)?;
                cell.step(&packed, &x[..n_i], &mut h[..n_h], &mut scratch)?;
                let inputs = Inputs::X { x: &x, row_stride: T * n_i, step_stride: n_i };
                let run = Run { rows: ROWS, steps: T, inputs, lengths: Some(&lengths) };
                cell.run(&packed, &run, &mut h, Some(&mut y), &mut scratch)?;
                let inputs = Inputs::Projected { p: &p, row_stride: T * n_h, step_stride: n_h };
                let run = Run { inputs, lengths: None, ..run };
                cell.run(&packed, &run, &mut h, None, &mut scratch)?;
                assert!(cell.step(&packed, &x, &mut h[..n_h], &mut scratch).is_err());
                Ok::<(), rnn_core::ShapeError>(())
            });
            result.expect("lengths fit");
        }
    }
}
