//! The library's side of the comparison.

use crate::roof::{Roof, least};
use rnn_core::prelude::*;
use rnn_core::{FixedNetwork, LayerWeights, activation};
use rnn_support::rng::Rng;
use std::hint::black_box;

macro_rules! network {
    ($($name:ident $hidden:literal $inputs:literal)*) => {$(
        #[doc = "A single recurrent layer."]
        #[rnn(input_size = $inputs)]
        pub(crate) struct $name {
            hidden: SimpleRnn<$hidden>,
        }
    )*};
}
network! {
    Step8 8 1
    Step16 16 1
    Step32 32 1
    Step64 64 1
    Step128 128 1
    Step256 256 1
}

/// Values for one recurrent layer.
struct Weights {
    ih: Vec<f32>,
    hh: Vec<f32>,
    bias: Vec<f32>,
}

impl Weights {
    fn new(inputs: usize, hidden: usize) -> Self {
        let mut rng = Rng::new(1);
        Self {
            ih: rng.weights(inputs * hidden, hidden),
            hh: rng.weights(hidden * hidden, hidden),
            bias: rng.biases(hidden),
        }
    }

    fn lend(&self) -> LayerWeights<'_> {
        LayerWeights::recurrent(&self.ih, &self.hh, Some(&self.bias))
    }
}

/// Everything about one tier.
pub(crate) fn report(tier: &str, roof: Roof, quick: bool, wanted: impl Fn(&str) -> bool) {
    let repeats = if quick { 1 } else { 50 };
    let backend = Backend::by_name(tier).expect("the roof found this tier");
    println!(
        "{tier}: cycle {:.4} ns, {:.1} GFLOP/s = {:.1} multiply-adds a cycle, L1 {:.0} and L2 {:.0} B a cycle",
        roof.cycle * 1e9,
        roof.flops * 1e-9,
        roof.flops * roof.cycle / 2.0,
        roof.l1 * roof.cycle,
        roof.l2 * roof.cycle
    );
    if wanted("activations") {
        activations(backend, repeats);
    }
    if wanted("steps") {
        steps(backend, roof, repeats);
    }
    for hidden in [64, 128, 256, 512].into_iter().filter(|_| wanted("batch")) {
        batch(backend, roof, hidden, if quick { 1 } else { 40 });
    }
    for tau in [12, 48].into_iter().filter(|_| wanted("windows")) {
        windows(backend, roof, tau, if quick { 1 } else { 8 });
    }
}

fn activations(backend: Backend, repeats: usize) {
    let mut rng = Rng::new(2);
    let x: Vec<f32> = (0..65536).map(|_| rng.uniform(-8.0..=8.0)).collect();
    let mut y = vec![0.0; x.len()];
    for (name, activation) in [
        ("tanh", Activation::Tanh),
        ("sigmoid", Activation::Sigmoid),
        ("fast_tanh", Activation::FastTanh),
        ("fast_sigmoid", Activation::FastSigmoid),
    ] {
        y.copy_from_slice(&x);
        let seconds = least(repeats, || activation::apply(activation, backend, black_box(&mut y)));
        println!("  {name}: {:.3} ns an element", seconds / x.len() as f64 * 1e9);
    }
}

fn steps(backend: Backend, roof: Roof, repeats: usize) {
    macro_rules! step {
        ($($name:ident $hidden:literal)*) => {$({
            let weights = Weights::new(1, $hidden);
            let model = $name::from_slices(backend, &[weights.lend()]).expect("sizes fit");
            let mut state = model.initial_state();
            let calls: usize = if repeats == 1 { 10 } else { 1_000_000 / $hidden };
            let mut x = [0.25];
            let seconds = least(repeats, || {
                for _ in 0..calls {
                    x[0] = black_box(0.25);
                    let y = FixedNetwork::step(&model, &mut state, &x);
                    black_box(&y);
                }
            });
            let step = seconds / calls as f64 / roof.cycle;
            let xs = vec![0.25; 256];
            let mut ys = vec![0.0; 256 * $hidden];
            let calls = calls.div_ceil(256);
            let seconds = least(repeats, || {
                for _ in 0..calls {
                    model.process_into(&mut state, black_box(&xs), black_box(&mut ys)).expect("lengths fit");
                }
            });
            let process = seconds / (calls * 256) as f64 / roof.cycle;
            let multiply_adds = f64::from($hidden * ($hidden + 1));
            let issue = 2.0 * multiply_adds / roof.flops / roof.cycle;
            let bytes = f64::from(4 * $hidden * ($hidden + 2));
            let load = bytes / if bytes < 28.0 * 1024.0 { roof.l1 } else { roof.l2 } / roof.cycle;
            println!(
                "  step H={}: {step:.0} cycles, process {process:.0}; bounds: issue {issue:.0}, weights {load:.0}, \
                 goal {:.0}",
                $hidden,
                if $hidden == 16 { 122.0 } else { 1.2 * issue.max(load) + 80.0 }
            );
        })*};
    }
    step!(Step8 8 Step16 16 Step32 32 Step64 64 Step128 128 Step256 256);
}

/// One recurrent layer of run-time sizes.
fn network(backend: Backend, inputs: usize, hidden: usize) -> RuntimeNetwork {
    RuntimeNetwork::builder(inputs)
        .backend(backend)
        .simple_rnn("hidden", hidden)
        .from_slices(&[Weights::new(inputs, hidden).lend()])
        .expect("sizes fit")
}

fn batch(backend: Backend, roof: Roof, hidden: usize, repeats: usize) {
    let (batch, steps, inputs) = (64, 64, 64);
    let model = network(backend, inputs, hidden);
    let xs = Rng::new(3).inputs(batch * steps * inputs);
    let mut ys = vec![0.0; batch * hidden];
    let mut scratch = vec![0.0; model.batch_scratch_len(batch, steps)];
    let seconds = least(repeats, || {
        model
            .forward_batch_into(black_box(&xs), batch, Outputs::Last, &mut ys, None, &mut scratch)
            .expect("lengths fit");
        black_box(&mut ys);
    });
    // The first recurrent product, of zeros, is not made and not counted.
    let flop = 2 * batch * hidden * (steps * inputs + (steps - 1) * hidden);
    println!(
        "  batch B={batch} T={steps} n_i={inputs} H={hidden}: {:.1} % of the multiply-add peak",
        100.0 * flop as f64 / seconds / roof.flops
    );
}

fn windows(backend: Backend, roof: Roof, tau: usize, repeats: usize) {
    let (series, inputs, hidden) = (10_000, 8, 64);
    let model = network(backend, inputs, hidden);
    let xs = Rng::new(4).inputs(series * inputs);
    let windows = Windows::new(tau);
    let count = windows.count(series).expect("the series is long enough");
    let mut ys = vec![0.0; count * hidden];
    let mut scratch =
        vec![0.0; model.windows_scratch_len(series, windows).expect("the series is long enough")];
    let seconds = least(repeats, || {
        model.windows_into(black_box(&xs), windows, &mut ys, &mut scratch).expect("lengths fit");
        black_box(&mut ys);
    });
    let flop = 2 * hidden * (series * inputs + count * (tau - 1) * hidden);
    println!(
        "  windows N={series} n_i={inputs} tau={tau} H={hidden}: {:.1} % of the multiply-add peak",
        100.0 * flop as f64 / seconds / roof.flops
    );
}
