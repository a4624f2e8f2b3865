//! A cell of your own: its arithmetic is written here, everything else is the library's.
//!
//! `cargo run --release --example own_cell`

use rnn_core::custom::{Cell, CustomNetwork, Lanes, State};
use rnn_core::{Backend, LayerWeights, Network, Outputs, Windows};
use std::error::Error;

/// The minimal gated unit (Zhou et al. 2016, arXiv:1603.09420), without the reset of the state its candidate sees:
///
/// ```text
/// f  = sigmoid(U_f x + W_f h + b_f)        how much is new
/// n  = tanh(U_n x + W_n h + b_n)           what is new
/// h' = (1 - f) * h + f * n
/// ```
#[derive(Clone, Copy, Debug)]
struct MinimalGatedUnit;

impl Cell<2> for MinimalGatedUnit {
    /// h is all it remembers.
    const MEMORY: bool = false;

    #[inline(always)]
    fn update<L: Lanes>(&self, [f, n]: [L; 2], old: State<L>) -> State<L> {
        let (f, n) = (f.sigmoid(), n.tanh());
        State { h: f.mul_add(n - old.h, old.h), c: old.c }
    }
}

/// Inputs, units and outputs.
const SIZES: [usize; 3] = [2, 24, 1];

fn main() -> Result<(), Box<dyn Error>> {
    let [n_i, n_h, n_o] = SIZES;
    // Weights by hand; a real network loads a file: `CustomBuilder::from_safetensors`.
    let some = |len: usize| (0..len).map(|i| ((i * 37 % 101) as f32 / 50.0 - 1.0) / 5.0).collect::<Vec<_>>();
    let (u, w, b, v) = (some(2 * n_h * n_i), some(2 * n_h * n_h), some(2 * n_h), some(n_h));
    let weights =
        [LayerWeights::recurrent(&u, &w, Some(&b)), LayerWeights::Dense { weight: &v, bias: Some(&[0.5]) }];
    let net = CustomNetwork::new(MinimalGatedUnit, n_i, n_h).dense(n_o).build(Backend::detect(), &weights)?;
    println!("{}\n", net.summary());

    // Step by step, as a stream.
    let xs: Vec<f32> = (0..100 * n_i).map(|i| (i as f32 / 7.0).sin()).collect();
    let mut state = vec![0.0; net.state_len()];
    let mut steps = vec![0.0; 100 * n_o];
    for (x, y) in xs.chunks(n_i).zip(steps.chunks_mut(n_o)) {
        net.step_into(&mut state, x, y)?;
    }

    // A whole sequence, every row of a batch, and a window: the same bits.
    assert_eq!(net.forward(&xs, Outputs::All)?, steps);
    let batch = net.forward_batch(&xs.repeat(70), 70, Outputs::All)?;
    assert!(batch.chunks(steps.len()).all(|row| row == steps));
    let windows = net.windows(&xs, Windows::new(12))?;
    assert_eq!(windows[0].to_bits(), steps[11].to_bits());

    println!("after 100 steps {:.6}, in steps, as a sequence and as each of 70 rows", steps[99]);
    println!("the first of {} windows of 12 steps {:.6}", windows.len(), windows[0]);
    Ok(())
}
