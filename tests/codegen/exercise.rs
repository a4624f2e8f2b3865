//! Every call there is, so that all code to be judged is part of this program.

use crate::cells;
use rnn_core::kernel::{self, Inputs, Run};
use rnn_core::prelude::*;
use rnn_core::{Backend, LayerKind, LayerWeights, activation};
use rnn_support::backends;

/// One layer whose step takes several groups of panels and one that takes one, with functions compiled into the
/// kernel and functions that run as a pass of their own.
#[rnn(input_size = 8)]
struct Made {
    first: SimpleRnn<20>,
    #[rnn(activation = fast_sigmoid)]
    second: SimpleRnn<5>,
    #[rnn(activation = sigmoid)]
    output: Dense<3>,
}

const WEIGHTS: [LayerWeights<'static>; 3] = [
    LayerWeights::recurrent(&[0.01; 160], &[0.01; 400], Some(&[0.1; 20])),
    LayerWeights::recurrent(&[0.01; 100], &[0.01; 25], Some(&[0.1; 5])),
    LayerWeights::Dense { weight: &[0.1; 15], bias: Some(&[0.0; 3]) },
];

/// Calls everything on every backend; both kinds of network must agree.
#[inline(never)]
pub(crate) fn all() {
    for backend in backends::all() {
        let made = Made::from_slices(backend, &WEIGHTS).expect("the weights fit");
        let built = RuntimeNetwork::builder(8)
            .simple_rnn("first", 20)
            .layer("second", LayerKind::simple_rnn(5).with_activation(Activation::FastSigmoid))
            .layer("output", LayerKind::dense(3).with_activation(Activation::Sigmoid))
            .backend(backend)
            .from_slices(&WEIGHTS)
            .expect("the weights fit");
        let mut state = made.initial_state();
        let y = made.step(&mut state, &[0.5; 8]);
        assert_eq!(network(&made, &mut made.initial_state())[..3], y);
        assert_eq!(network(&built, &mut built.initial_state())[..3], y);
        cells::all(backend, network);
        activations(backend);
        kernel_layer(backend);
    }
}

/// Every way to feed a network.
fn network(net: &dyn Network, state: &mut [f32]) -> Vec<f32> {
    let xs = [0.5; 72 * 8];
    let mut ys = vec![0.0; 72 * 3];
    net.step_into(state, &xs[..8], &mut ys[..3]).expect("lengths fit");
    net.process_into(state, &xs, &mut ys).expect("lengths fit");
    net.par_windows(&xs, Windows::new(3)).expect("lengths fit");
    net.windows(&xs, Windows::new(2).stride(2)).expect("lengths fit");
    net.forward_batch(&xs, 36, Outputs::Last).expect("lengths fit");
    net.par_forward_batch(&xs, 36, Outputs::All).expect("lengths fit");
    net.forward(&xs, Outputs::All).expect("lengths fit")
}

fn activations(backend: Backend) {
    let (x, mut y) = ([0.5; 21], [0.0; 21]);
    activation::tanh_into(backend, &x, &mut y).expect("lengths fit");
    assert!(y.iter().all(|y| (y - 0.462_117_16).abs() < 1e-6));
    for &f in Activation::ALL {
        activation::apply(f, backend, &mut y);
    }
}

fn kernel_layer(backend: Backend) {
    for n_h in [4, 37] {
        let cell = kernel::SimpleRnn::new(2, n_h, Activation::Relu, backend).expect("sizes are not zero");
        let mut scratch = vec![0.0; cell.scratch_len(9).expect("the length fits")];
        let packed = vec![0.0; cell.packed_len()];
        let (mut h, mut y) = (vec![0.5; 9 * n_h], vec![1.0; 9 * n_h]);
        cell.step(&packed, &[1.0, 2.0], &mut h[..n_h], &mut scratch).expect("lengths fit");
        let inputs = Inputs::X { x: &[1.0; 18], row_stride: 2, step_stride: 2 };
        let run = Run { rows: 9, steps: 1, inputs, lengths: None };
        cell.run(&packed, &run, &mut h, Some(&mut y), &mut scratch).expect("lengths fit");
        assert!(h.iter().chain(&y).all(|h| *h == 0.0), "all weights are zero");
    }
}
