//! Wrong arguments: typed errors in the tutorial's words, and nothing changed.

use rnn_core::{
    Backend, HasState, LayerWeights, Network, Outputs, RuntimeNetwork, ShapeError, WeightError, Windows,
};

fn net() -> RuntimeNetwork {
    RuntimeNetwork::builder(1)
        .simple_rnn("hidden", 2)
        .dense("output", 1)
        .from_slices(&[
            LayerWeights::SimpleRnn { weight_ih: &[1.0; 2], weight_hh: &[0.5; 4], bias: Some(&[0.0; 2]) },
            LayerWeights::Dense { weight: &[1.0; 2], bias: Some(&[0.0]) },
        ])
        .expect("the weights fit")
}

#[test]
fn a_wrong_step_changes_nothing() {
    let net = net();
    let mut state = net.initial_state();
    let mut y = [7.0];
    let error = net.step_into(&mut state, &[1.0; 3], &mut y).unwrap_err();
    assert_eq!(error.to_string(), "x has shape (n_i=3), but this network takes n_i=1: U is (n_h=2, n_i=1)");
    assert!(net.step_into(&mut state, &[1.0], &mut [0.0; 2]).is_err());
    assert!(net.step_into(&mut state[1..], &[1.0], &mut y).is_err());
    assert!(state.iter().all(|&x| x == 0.0) && y[0] == 7.0);
}

#[test]
fn empty_and_impossible_sequences() {
    let net = net();
    assert_eq!(net.forward(&[], Outputs::All), Ok(vec![]));
    assert_eq!(net.forward(&[], Outputs::Last), Err(ShapeError::NoSteps));
    assert_eq!(net.forward_batch(&[], 0, Outputs::Last), Ok(vec![]));
    assert!(matches!(net.forward_batch(&[1.0; 5], 2, Outputs::All), Err(ShapeError::Length { .. })));
    assert!(matches!(net.forward_batch(&[], usize::MAX, Outputs::Last), Err(ShapeError::NoSteps)));
}

#[test]
fn impossible_windows() {
    let net = net();
    let text = |windows| net.windows(&[0.0; 5], windows).unwrap_err().to_string();
    assert_eq!(text(Windows::new(0)), "tau is 0, but must be at least 1");
    assert_eq!(text(Windows::new(2).stride(0)), "stride is 0, but must be at least 1");
    assert_eq!(
        text(Windows::new(12)),
        "no window of tau=12 steps fits between step 0 and step 5 of a series of T=5"
    );
    assert!(net.windows(&[0.0; 5], Windows::new(2).end(6)).is_err());
    assert!(net.windows(&[0.0; 5], Windows::new(2).start(usize::MAX)).is_err());
}

#[test]
fn wrong_weights_name_the_tensor() {
    let build = |weight_ih: &[f32]| {
        RuntimeNetwork::builder(1).simple_rnn("hidden", 2).backend(Backend::PORTABLE).from_slices(&[
            LayerWeights::SimpleRnn { weight_ih, weight_hh: &[0.5; 4], bias: Some(&[0.0; 2]) },
        ])
    };
    let error = build(&[1.0; 4]).unwrap_err();
    assert!(matches!(error, WeightError::Shape { .. }));
    assert_eq!(
        error.to_string(),
        "tensor hidden.weight_ih has shape (4,), but this network takes (2, 1): U is (n_h=2, n_i=1)"
    );
    assert!(RuntimeNetwork::builder(0).simple_rnn("hidden", 2).from_slices(&[]).is_err());
    assert!(RuntimeNetwork::builder(1).simple_rnn("hidden", 1_000_000).from_slices(&[]).is_err());
}
