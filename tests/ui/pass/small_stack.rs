//! An H=1024 network is built and run on a thread of 256 KiB, without optimisation: weights never pass by value.

use rnn_core::LayerWeights;
use rnn_core::prelude::*;

#[rnn(input_size = 1)]
struct Net {
    hidden: SimpleRnn<1024>,
    output: Dense<1>,
}

fn main() {
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(|| {
        let (small, large) = (vec![1.0 / 1024.0; 1024], vec![1.0 / 1024.0; 1024 * 1024]);
        let weights = [
            LayerWeights::SimpleRnn { weight_ih: &small, weight_hh: &large, bias: Some(&small) },
            LayerWeights::Dense { weight: &small, bias: Some(&[0.0]) },
        ];
        let net = Net::from_slices(Backend::detect(), &weights).unwrap();
        let mut state = net.initial_state();
        let [y] = net.step(&mut state, &[1.0]);
        assert!((y - 2.0 / 1024.0).abs() < 1e-6, "{y}");
        let ys = net.forward(&[1.0; 5], Outputs::Last).unwrap();
        assert!(ys[0].is_finite());
    });
    thread.unwrap().join().unwrap();
}
