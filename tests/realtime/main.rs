//! No allocation after construction: `step` and every serial `_into` call, counted.

use rnn_core::{Backend, HasState, LayerWeights, Network, Outputs, RuntimeNetwork, Windows};
use rnn_support::alloc::{Counting, count};

#[global_allocator]
static COUNTER: Counting = Counting;

#[test]
fn the_counter_sees_an_allocation() {
    let (_, counted) = count(|| std::hint::black_box(vec![0_u8; 100]).len());
    assert!(counted >= 1);
}

#[test]
fn into_calls_allocate_nothing() {
    for backend in Backend::available() {
        let net = RuntimeNetwork::builder(8)
            .simple_rnn("a", 70)
            .simple_rnn("b", 20)
            .dense("output", 3)
            .backend(backend)
            .from_slices(&[
                LayerWeights::SimpleRnn {
                    weight_ih: &[0.01; 560],
                    weight_hh: &vec![0.01; 4900],
                    bias: Some(&[0.1; 70]),
                },
                LayerWeights::SimpleRnn {
                    weight_ih: &[0.01; 1400],
                    weight_hh: &[0.01; 400],
                    bias: Some(&[0.1; 20]),
                },
                LayerWeights::Dense { weight: &[0.1; 60], bias: Some(&[0.0; 3]) },
            ])
            .expect("the weights fit");
        let xs = vec![0.5; 100 * 8];
        let mut ys = vec![0.0; 100 * 3];
        let mut state = net.initial_state();
        let windows = Windows::new(10);
        let need = [
            net.forward_scratch_len(),
            net.batch_scratch_len(10),
            net.windows_scratch_len(100, windows).expect("windows fit"),
        ];
        let mut scratch = vec![0.0; need.into_iter().max().unwrap_or(0)];
        let mut states = vec![0.0; 10 * net.snapshot_len()];
        let (result, counted) = count(|| {
            net.step_into(&mut state, &xs[..8], &mut ys[..3])?;
            net.process_into(&mut state, &xs, &mut ys)?;
            net.forward_into(&xs, Outputs::All, &mut ys, &mut scratch)?;
            net.forward_batch_into(&xs, 10, Outputs::All, &mut ys, Some(&mut states), &mut scratch)?;
            net.windows_into(&xs, windows, &mut ys[..91 * 3], &mut scratch)?;
            // Errors allocate nothing either.
            assert!(net.step_into(&mut state, &xs, &mut ys[..3]).is_err());
            net.reset(&mut state)
        });
        result.expect("lengths fit");
        assert_eq!(counted, 0, "allocations on {backend}");
    }
}
