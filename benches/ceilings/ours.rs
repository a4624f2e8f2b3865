//! The library's side of the comparison.

use rnn_benches::roof::{Roof, least};
use rnn_core::prelude::*;
use rnn_core::{CellKind, FixedNetwork, LayerKind, LayerWeights, RecurrentWeights, ResetGate, activation};
use rnn_support::rng::Rng;
use std::hint::black_box;

/// A single recurrent layer whose sizes the compiler knows.
macro_rules! network {
    ($($name:ident { $(#[$option:meta])* $cell:ident $hidden:literal $inputs:literal })*) => {$(
        #[doc = "A single recurrent layer."]
        #[rnn(input_size = $inputs)]
        pub(crate) struct $name {
            $(#[$option])*
            hidden: $cell<$hidden>,
        }
    )*};
}
network! {
    Step8 { SimpleRnn 8 1 }
    Step16 { SimpleRnn 16 1 }
    Step32 { SimpleRnn 32 1 }
    Step64 { SimpleRnn 64 1 }
    Step128 { SimpleRnn 128 1 }
    Step256 { SimpleRnn 256 1 }
    Gru8 { #[rnn(reset = after_product)] Gru 8 1 }
    Gru16 { #[rnn(reset = after_product)] Gru 16 1 }
    Gru32 { #[rnn(reset = after_product)] Gru 32 1 }
    Gru64 { #[rnn(reset = after_product)] Gru 64 1 }
    Gru128 { #[rnn(reset = after_product)] Gru 128 1 }
    Lstm8 { Lstm 8 1 }
    Lstm16 { Lstm 16 1 }
    Lstm32 { Lstm 32 1 }
    Lstm64 { Lstm 64 1 }
    Lstm128 { Lstm 128 1 }
}

/// Values for one recurrent layer.
struct Weights {
    ih: Vec<f32>,
    hh: Vec<f32>,
    bias: Vec<f32>,
}

impl Weights {
    fn new(inputs: usize, kind: LayerKind) -> Self {
        let mut rng = Rng::new(1);
        let hidden = kind.size();
        let rows = kind.recurrent().map_or(1, |layer| layer.cell.gates()) * hidden;
        Self {
            ih: rng.weights(inputs * rows, hidden),
            hh: rng.weights(hidden * rows, hidden),
            bias: rng.biases(rows),
        }
    }

    fn lend(&self) -> LayerWeights<'_> {
        LayerWeights::Recurrent(RecurrentWeights {
            bias_hh: Some(&self.bias),
            ..RecurrentWeights::new(&self.ih, &self.hh, Some(&self.bias))
        })
    }
}

/// The cells that are measured, at a size.
fn cells(hidden: usize) -> [LayerKind; 4] {
    [
        LayerKind::simple_rnn(hidden),
        LayerKind::gru(hidden, ResetGate::AfterProduct),
        LayerKind::gru(hidden, ResetGate::BeforeProduct),
        LayerKind::lstm(hidden),
    ]
}

/// The name of a cell in a line.
fn name(kind: LayerKind) -> &'static str {
    match kind.recurrent().map(|layer| layer.cell) {
        Some(CellKind::Gru { reset: ResetGate::BeforeProduct, .. }) => "gru (reset before)",
        _ => kind.name(),
    }
}

/// Multiply-adds of one step and row with the state's product, and those of the input alone.
fn multiply_adds(kind: LayerKind, inputs: usize) -> [usize; 2] {
    let gates = kind.recurrent().map_or(1, |layer| layer.cell.gates());
    let hidden = kind.size();
    [gates * hidden * (inputs + hidden), gates * hidden * inputs]
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
        for kind in cells(hidden) {
            batch(backend, roof, kind, if quick { 1 } else { 20 });
        }
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
        ($($name:ident $kind:expr, $hidden:literal;)*) => {$({
            let kind = $kind;
            let weights = Weights::new(1, kind);
            let model = $name::from_slices(backend, &[weights.lend()]).expect("sizes fit");
            let mut state = model.initial_state();
            let calls: usize = if repeats == 1 { 10 } else { 500_000 / $hidden };
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
            let [all, _] = multiply_adds(kind, 1);
            let issue = 2.0 * all as f64 / roof.flops / roof.cycle;
            let bytes = 4.0 * (all + weights.bias.len()) as f64;
            let load = bytes / if bytes < 28.0 * 1024.0 { roof.l1 } else { roof.l2 } / roof.cycle;
            println!(
                "  step {} H={}: {step:.0} cycles, process {process:.0}; bounds: issue {issue:.0}, weights {load:.0}",
                name(kind),
                $hidden,
            );
        })*};
    }
    let gru = |hidden| LayerKind::gru(hidden, ResetGate::AfterProduct);
    step! {
        Step8 LayerKind::simple_rnn(8), 8;
        Step16 LayerKind::simple_rnn(16), 16;
        Step32 LayerKind::simple_rnn(32), 32;
        Step64 LayerKind::simple_rnn(64), 64;
        Step128 LayerKind::simple_rnn(128), 128;
        Step256 LayerKind::simple_rnn(256), 256;
        Gru8 gru(8), 8;
        Gru16 gru(16), 16;
        Gru32 gru(32), 32;
        Gru64 gru(64), 64;
        Gru128 gru(128), 128;
        Lstm8 LayerKind::lstm(8), 8;
        Lstm16 LayerKind::lstm(16), 16;
        Lstm32 LayerKind::lstm(32), 32;
        Lstm64 LayerKind::lstm(64), 64;
        Lstm128 LayerKind::lstm(128), 128;
    }
}

/// One recurrent layer of run-time sizes.
fn network(backend: Backend, inputs: usize, kind: LayerKind) -> RuntimeNetwork {
    RuntimeNetwork::builder(inputs)
        .backend(backend)
        .layer("hidden", kind)
        .from_slices(&[Weights::new(inputs, kind).lend()])
        .expect("sizes fit")
}

fn batch(backend: Backend, roof: Roof, kind: LayerKind, repeats: usize) {
    let (batch, steps, inputs, hidden) = (64, 64, 64, kind.size());
    let model = network(backend, inputs, kind);
    let xs = Rng::new(3).inputs(batch * steps * inputs);
    let mut ys = vec![0.0; batch * hidden];
    let mut scratch = vec![0.0; model.batch_scratch_len(batch, steps).expect("the length fits")];
    let seconds = least(repeats, || {
        model
            .forward_batch_into(black_box(&xs), batch, Outputs::Last, &mut ys, None, &mut scratch)
            .expect("lengths fit");
        black_box(&mut ys);
    });
    // The first recurrent product, of zeros, is not made and not counted.
    let [all, input] = multiply_adds(kind, inputs);
    let flop = 2 * batch * ((steps - 1) * all + input);
    println!(
        "  batch {} B={batch} T={steps} n_i={inputs} H={hidden}: {:.1} % of the multiply-add peak",
        name(kind),
        100.0 * flop as f64 / seconds / roof.flops
    );
}

fn windows(backend: Backend, roof: Roof, tau: usize, repeats: usize) {
    let (series, inputs, hidden) = (10_000, 8, 64);
    let model = network(backend, inputs, LayerKind::simple_rnn(hidden));
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
