//! Random networks, run time and reference.

use proptest::prelude::*;
use rnn_core::{Activation, Backend, LayerKind, LayerWeights, RuntimeNetwork};
use rnn_reference::{Activation as Function, Dense, SimpleRnn};
use rnn_support::rng::Rng;

/// A recurrent layer or two and a head.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) n_i: usize,
    pub(crate) hidden: Vec<(usize, Activation, bool)>,
    pub(crate) n_o: usize,
    pub(crate) seed: u64,
}

/// Sizes one below, at and above every boundary.
pub(crate) fn size() -> impl Strategy<Value = usize> {
    prop::sample::select(vec![
        1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 20, 24, 31, 32, 33, 47, 48, 49, 63, 64, 65, 80,
    ])
}

pub(crate) fn case() -> impl Strategy<Value = Case> {
    let activation = prop::sample::select(vec![
        Activation::Tanh,
        Activation::Sigmoid,
        Activation::Relu,
        Activation::Linear,
    ]);
    let layer = (size(), activation, any::<bool>());
    (
        prop::sample::select(vec![1, 2, 3, 7, 8, 9, 17]),
        prop::collection::vec(layer, 1..=2),
        size(),
        any::<u64>(),
    )
        .prop_map(|(n_i, hidden, n_o, seed)| Case { n_i, hidden, n_o, seed })
}

/// Weights in PyTorch's layout: U, W, b of each layer, then V, c.
pub(crate) struct Weights {
    layers: Vec<[Vec<f32>; 3]>,
    head: [Vec<f32>; 2],
}

impl Case {
    pub(crate) fn weights(&self) -> Weights {
        let mut rng = Rng::new(self.seed);
        let mut vec =
            |len: usize, scale: f32| -> Vec<f32> { (0..len).map(|_| rng.uniform(-scale..=scale)).collect() };
        let mut n_i = self.n_i;
        let mut layers = Vec::new();
        for &(n_h, ..) in &self.hidden {
            // 1 / sqrt(n_h), and half of it for layers that do not saturate, so that no state grows without end.
            let scale = 1.0 / (n_h as f32).sqrt();
            layers.push([vec(n_h * n_i, scale), vec(n_h * n_h, 0.5 * scale), vec(n_h, 0.5)]);
            n_i = n_h;
        }
        let head = [vec(self.n_o * n_i, 1.0 / (n_i as f32).sqrt()), vec(self.n_o, 0.5)];
        Weights { layers, head }
    }

    pub(crate) fn network(&self, backend: Backend) -> RuntimeNetwork {
        let weights = self.weights();
        let mut builder = RuntimeNetwork::builder(self.n_i).backend(backend);
        let mut entries = Vec::new();
        for (index, (&(n_h, activation, bias), [u, w, b])) in
            self.hidden.iter().zip(&weights.layers).enumerate()
        {
            let kind = LayerKind::simple_rnn(n_h).with_activation(activation).with_bias(bias);
            builder = builder.layer(format!("hidden{index}"), kind);
            entries.push(LayerWeights::SimpleRnn { weight_ih: u, weight_hh: w, bias: bias.then_some(b) });
        }
        entries.push(LayerWeights::Dense { weight: &weights.head[0], bias: Some(&weights.head[1]) });
        builder.dense("output", self.n_o).from_slices(&entries).expect("the weights fit")
    }

    pub(crate) fn inputs(&self, steps: usize) -> Vec<f32> {
        Rng::new(self.seed ^ 0x5EED).inputs(steps * self.n_i)
    }

    /// The reference's outputs of all steps.
    pub(crate) fn reference(&self, x: &[f32]) -> Vec<f64> {
        let wide = |x: &[f32]| x.iter().copied().map(f64::from).collect::<Vec<_>>();
        let weights = self.weights();
        let mut x = wide(x);
        let mut n_i = self.n_i;
        for (&(n_h, activation, bias), [u, w, b]) in self.hidden.iter().zip(&weights.layers) {
            let b = if bias { wide(b) } else { vec![0.0; n_h] };
            let f = match activation {
                Activation::Tanh => Function::Tanh,
                Activation::Sigmoid => Function::Sigmoid,
                Activation::Relu => Function::Relu,
                _ => Function::Linear,
            };
            let layer =
                SimpleRnn { input_size: n_i, hidden_size: n_h, u: wide(u), w: wide(w), b, activation: f };
            x = layer.sequence(&x, &vec![0.0; n_h]);
            n_i = n_h;
        }
        let head = Dense {
            input_size: n_i,
            output_size: self.n_o,
            v: wide(&weights.head[0]),
            c: wide(&weights.head[1]),
            activation: Function::Linear,
        };
        head.apply_to_rows(&x)
    }

    /// Terms of the largest pre-activation.
    pub(crate) fn terms(&self) -> usize {
        let mut n_i = self.n_i;
        let mut most = 0;
        for &(n_h, ..) in &self.hidden {
            most = most.max(n_i + n_h + 2);
            n_i = n_h;
        }
        most
    }
}
