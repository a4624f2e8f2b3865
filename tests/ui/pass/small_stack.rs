//! An H=1024 network is loaded on a thread of 256 KiB, without optimisation: weights never pass by value.
//!
//! A step needs more stack there: without optimisation no two variables share a place, and a kernel is all one function.

use rnn_core::LayerWeights;
use rnn_core::prelude::*;
use std::thread;

#[rnn(input_size = 1)]
struct Net {
    hidden: SimpleRnn<1024>,
    output: Dense<1>,
}

fn load() -> Net {
    let (small, large) = (vec![1.0 / 1024.0; 1024], vec![1.0 / 1024.0; 1024 * 1024]);
    let weights = [
        LayerWeights::recurrent(&small, &large, Some(&small)),
        LayerWeights::Dense { weight: &small, bias: Some(&[0.0]) },
    ];
    Net::from_slices(Backend::detect(), &weights).unwrap()
}

fn run(net: &Net) {
    let mut state = net.initial_state();
    let [y] = net.step(&mut state, &[1.0]);
    assert!((y - 2.0 / 1024.0).abs() < 1e-6, "{y}");
    let ys = net.forward(&[1.0; 5], Outputs::Last).unwrap();
    assert!(ys[0].is_finite());
}

fn on_a_stack_of<T: Send>(bytes: usize, f: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| thread::Builder::new().stack_size(bytes).spawn_scoped(scope, f).unwrap().join().unwrap())
}

fn main() {
    assert!(cfg!(debug_assertions), "this program says something about debug builds only");
    let net = on_a_stack_of(256 << 10, || {
        let net = load();
        let state = net.initial_state();
        assert!(net.snapshot(&state).unwrap().iter().all(|h| *h == 0.0));
        net
    });
    on_a_stack_of(8 << 20, || run(&net));
}
