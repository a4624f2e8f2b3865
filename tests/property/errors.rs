//! Wrong arguments: typed errors in the tutorial's words, and nothing changed.

use crate::forms::poison;
use crate::network::Case;
use rnn_core::{
    LayerKind, LayerWeights, Network, Outputs, RuntimeNetwork, ShapeError, StateMark, WeightError, Windows,
};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;

/// `n_i` = 2, `n_h` = 3 twice, `n_o` = 1.
fn net() -> RuntimeNetwork {
    let layers = vec![LayerKind::simple_rnn(3), LayerKind::simple_rnn(3), LayerKind::dense(1)];
    Case { n_i: 2, layers, seed: 1 }.network(backends::all()[0])
}

/// What a caller hands over to be written.
#[derive(Clone)]
struct Buffers {
    state: Vec<f32>,
    ys: Vec<f32>,
    scratch: Vec<f32>,
}

impl Buffers {
    fn new(state: usize, ys: usize, scratch: usize) -> Self {
        let numbers = |len| (0..len).map(|i| 1.0 + i as f32).collect::<Vec<_>>();
        let mut state = numbers(state);
        // No mark: a state that its network has not seen yet.
        let mark = state.len().saturating_sub(StateMark::LEN);
        state[mark..].fill(0.0);
        Self { state, ys: numbers(ys), scratch: numbers(scratch) }
    }
}

/// The call fails and leaves its buffers alone.
#[track_caller]
fn fails(mut buffers: Buffers, call: impl Fn(&mut Buffers) -> Result<(), ShapeError>) -> ShapeError {
    let before = buffers.clone();
    let error = call(&mut buffers).expect_err("wrong lengths");
    assert_bits_equal(&buffers.state, &before.state, "the state");
    assert_bits_equal(&buffers.ys, &before.ys, "the outputs");
    assert_bits_equal(&buffers.scratch, &before.scratch, "the scratch");
    assert!(!error.to_string().is_empty());
    error
}

/// One less and one more than fits, and nothing at all.
fn wrong(len: usize) -> impl Iterator<Item = usize> {
    [len - 1, len + 1, 0].into_iter()
}

#[test]
fn a_wrong_step_changes_nothing() {
    let net = net();
    let (state, x) = (net.state_len(), [1.0; 8]);
    for len in wrong(state) {
        let error = fails(Buffers::new(len, 1, 0), |b| net.step_into(&mut b.state, &x[..2], &mut b.ys));
        assert!(matches!(error, ShapeError::Length { argument: "state", found, .. } if found == len));
    }
    for len in wrong(2) {
        let error = fails(Buffers::new(state, 1, 0), |b| net.step_into(&mut b.state, &x[..len], &mut b.ys));
        assert!(matches!(error, ShapeError::Input { argument: "x", input_size: 2, first_size: 3, .. }));
    }
    for len in [0, 2] {
        let error = fails(Buffers::new(state, len, 0), |b| net.step_into(&mut b.state, &x[..2], &mut b.ys));
        assert!(matches!(error, ShapeError::Length { argument: "y", expected: 1, .. }));
    }
    let error = fails(Buffers::new(state, 1, 0), |b| net.step_into(&mut b.state, &x[..3], &mut b.ys));
    assert_eq!(error.to_string(), "x has shape (n_i=3), but this network takes n_i=2: U is (n_h=3, n_i=2)");
}

#[test]
fn a_wrong_buffer_changes_nothing() {
    let net = net();
    let (state, x) = (net.state_len(), [1.0; 9]);
    for len in wrong(state) {
        fails(Buffers::new(len, 4, 0), |b| net.process_into(&mut b.state, &x[..8], &mut b.ys));
    }
    fails(Buffers::new(state, 4, 0), |b| net.process_into(&mut b.state, &x, &mut b.ys));
    for len in wrong(4) {
        fails(Buffers::new(state, len, 0), |b| net.process_into(&mut b.state, &x[..8], &mut b.ys));
    }
    // T = 0 is a buffer like any other.
    let mut b = Buffers::new(state, 0, 0);
    let before = b.clone();
    assert_eq!(net.process_into(&mut b.state, &[], &mut b.ys), Ok(()));
    assert_bits_equal(&b.state[..6], &before.state[..6], "no steps");
}

#[test]
fn wrong_states_change_nothing() {
    let net = net();
    for len in wrong(net.state_len()) {
        fails(Buffers::new(len, 0, 0), |b| net.reset(&mut b.state));
        fails(Buffers::new(len, 0, 0), |b| net.restore(&mut b.state, &[0.0; 6]));
        fails(Buffers::new(len, 0, 0), |b| net.snapshot(&b.state).map(|_| ()));
    }
    for len in wrong(net.snapshot_len()) {
        let error =
            fails(Buffers::new(net.state_len(), 0, 0), |b| net.restore(&mut b.state, &vec![0.0; len]));
        assert!(matches!(error, ShapeError::Length { argument: "snapshot", expected: 6, .. }));
    }
}

#[test]
fn a_wrong_sequence_changes_nothing() {
    let net = net();
    let (x, scratch) = ([1.0; 9], net.forward_scratch_len(4).expect("the length fits"));
    let forward = |x: &[f32], outputs, ys, scratch| {
        fails(Buffers::new(0, ys, scratch), |b| net.forward_into(x, outputs, &mut b.ys, &mut b.scratch))
    };
    for len in wrong(4) {
        forward(&x[..8], Outputs::All, len, scratch);
    }
    forward(&x[..8], Outputs::Last, 0, scratch);
    forward(&x[..8], Outputs::Last, 4, scratch);
    forward(&x, Outputs::All, 4, scratch);
    assert!(matches!(
        forward(&x[..8], Outputs::All, 4, scratch - 1),
        ShapeError::Length { argument: "scratch", .. }
    ));
    assert_eq!(forward(&[], Outputs::Last, 1, scratch), ShapeError::NoSteps);
    assert_eq!(net.forward(&[], Outputs::All), Ok(vec![]));
}

#[test]
fn a_wrong_batch_changes_nothing() {
    let net = net();
    let (x, scratch) = ([1.0; 13], net.batch_scratch_len(3, 2).expect("the length fits"));
    // Three rows of two steps: x is (3, 2, 2).
    let batch = |x: &[f32], rows, outputs, states: usize, ys, scratch| {
        fails(Buffers::new(states, ys, scratch), |b| {
            net.forward_batch_into(x, rows, outputs, &mut b.ys, Some(&mut b.state), &mut b.scratch)
        })
    };
    let fits = |b: &mut Buffers| {
        net.forward_batch_into(&x[..12], 3, Outputs::All, &mut b.ys, Some(&mut b.state), &mut b.scratch)
    };
    assert_eq!(fits(&mut Buffers::new(18, 6, scratch)), Ok(()));
    for len in wrong(12) {
        batch(&x[..len], 3, Outputs::All, 18, 6, scratch);
    }
    for len in wrong(6) {
        batch(&x[..12], 3, Outputs::All, 18, len, scratch);
    }
    for len in wrong(3) {
        batch(&x[..12], 3, Outputs::Last, 18, len, scratch);
    }
    for len in wrong(18) {
        batch(&x[..12], 3, Outputs::All, len, 6, scratch);
    }
    batch(&x[..12], 3, Outputs::All, 18, 6, scratch - 1);
    batch(&x[..12], 0, Outputs::All, 18, 6, scratch);
    batch(&x[..12], 5, Outputs::All, 18, 6, scratch);
    assert_eq!(batch(&[], 3, Outputs::Last, 18, 3, scratch), ShapeError::NoSteps);
    // Products of sizes that wrap would look like sizes that fit.
    for rows in [usize::MAX, usize::MAX / 2 + 1, usize::MAX / 4 + 1] {
        for outputs in [Outputs::All, Outputs::Last] {
            batch(&x[..12], rows, outputs, 18, 6, scratch);
            batch(&[], rows, outputs, 18, 6, scratch);
            assert!(net.forward_batch(&x[..12], rows, outputs).is_err());
        }
    }
}

#[test]
fn impossible_windows() {
    let net = net();
    let x = [1.0; 10];
    let windows = |windows: Windows| {
        let error =
            fails(Buffers::new(0, 5, 4096), |b| net.windows_into(&x, windows, &mut b.ys, &mut b.scratch));
        assert_eq!(net.windows(&x, windows), Err(error));
        assert_eq!(net.windows_scratch_len(5, windows), Err(error));
        assert_eq!(windows.count(5), Err(error));
        error
    };
    assert_eq!(windows(Windows::new(0)).to_string(), "tau is 0, but must be at least 1");
    assert_eq!(windows(Windows::new(2).stride(0)).to_string(), "stride is 0, but must be at least 1");
    assert_eq!(
        windows(Windows::new(12)).to_string(),
        "no window of tau=12 steps fits between step 0 and step 5 of a series of T=5"
    );
    for impossible in [
        Windows::new(6),
        Windows::new(usize::MAX),
        Windows::new(usize::MAX).start(2),
        Windows::new(1).start(5),
        Windows::new(1).start(usize::MAX),
        Windows::new(2).end(1),
        Windows::new(2).end(6),
        Windows::new(2).end(usize::MAX),
        Windows::new(2).start(4).end(3),
    ] {
        assert!(matches!(windows(impossible), ShapeError::Window { .. }), "{impossible:?}");
    }
    assert!(net.windows(&[], Windows::new(1)).is_err());
}

#[test]
fn wrong_windows_change_nothing() {
    let net = net();
    let (x, windows) = ([1.0; 11], Windows::new(2));
    let scratch = net.windows_scratch_len(5, windows).expect("windows fit");
    let run = |x: &[f32], ys, scratch| {
        fails(Buffers::new(0, ys, scratch), |b| net.windows_into(x, windows, &mut b.ys, &mut b.scratch))
    };
    for len in wrong(4) {
        run(&x[..10], len, scratch);
    }
    run(&x, 4, scratch);
    run(&x[..10], 4, scratch - 1);
    // (M, tau, n_i) is never counted, for it is never made: a stride past the series leaves one window.
    for stride in [4, 5, usize::MAX / 4] {
        let ys = net.windows(&x[..10], windows.stride(stride));
        assert_eq!(ys.map(|ys| ys.len()), Ok(1), "stride {stride}");
    }
}

#[test]
fn strides_past_the_address_space() {
    for stride in [usize::MAX, usize::MAX / 2 + 1] {
        let ys = net().windows(&[1.0; 10], Windows::new(2).stride(stride));
        assert_eq!(ys.map(|ys| ys.len()), Ok(1), "stride {stride}");
    }
}

/// The harness of this suite does see a buffer that was written.
#[test]
#[should_panic(expected = "the outputs: value 0 is")]
fn a_failing_call_that_writes_is_found() {
    fails(Buffers::new(1, 1, 1), |b| {
        b.ys[0] = 9.0;
        Err(ShapeError::NoSteps)
    });
}

/// A sequence of the wrong width: `ys` tells T, and so the error tells the width. Sizes are those of example `forecast`,
/// where any number of values is a whole number of steps.
#[test]
fn a_sequence_of_the_wrong_width() {
    let layers = vec![LayerKind::simple_rnn(32), LayerKind::dense(1)];
    let net = Case { n_i: 1, layers, seed: 1 }.network(backends::all()[0]);
    let xs = [0.5; 3 * 128];
    let said = "xs has shape (T=128, n_i=3), but this network takes n_i=1: U is (n_h=32, n_i=1)";
    let (state, scratch) = (net.state_len(), net.forward_scratch_len(128).expect("the length fits"));
    let error = fails(Buffers::new(state, 128, 0), |b| net.process_into(&mut b.state, &xs, &mut b.ys));
    assert_eq!(error.to_string(), said);
    let error = fails(Buffers::new(0, 128, scratch), |b| {
        net.forward_into(&xs, Outputs::All, &mut b.ys, &mut b.scratch)
    });
    assert_eq!(error.to_string(), said);
    // T cannot be told from 127 outputs.
    let error = fails(Buffers::new(state, 127, 0), |b| net.process_into(&mut b.state, &xs, &mut b.ys));
    assert!(matches!(error, ShapeError::Length { argument: "ys", found: 127, expected: 384, .. }), "{error}");
}

#[test]
fn wrong_weights_name_the_tensor() {
    let build = |weight_ih: &[f32], bias: Option<&[f32]>| {
        let weights = [LayerWeights::recurrent(weight_ih, &[0.5; 4], bias)];
        RuntimeNetwork::builder(1).simple_rnn("hidden", 2).from_slices(&weights)
    };
    assert!(build(&[1.0; 2], Some(&[0.0; 2])).is_ok());
    let error = build(&[1.0; 4], Some(&[0.0; 2])).unwrap_err();
    assert!(matches!(error, WeightError::Shape { .. }));
    assert_eq!(
        error.to_string(),
        "tensor hidden.weight_ih has shape (4,), but this network takes (2, 1): U is (n_h=2, n_i=1)"
    );
    assert!(build(&[1.0; 2], Some(&[0.0; 3])).unwrap_err().to_string().contains("hidden.bias"));
    assert!(build(&[1.0; 2], None).is_err(), "a bias is missing");
}

#[test]
fn impossible_sizes() {
    let build = |n_i, n_h| RuntimeNetwork::builder(n_i).simple_rnn("hidden", n_h).from_slices(&[]);
    for (n_i, n_h) in [(0, 2), (2, 0), (1, 1_000_000), (usize::MAX, 1), (1, usize::MAX)] {
        assert!(build(n_i, n_h).is_err(), "n_i={n_i}, n_h={n_h}");
    }
    assert!(RuntimeNetwork::builder(1).from_slices(&[]).is_err(), "no layer");
    assert!(poison(3).iter().all(|value| value.is_nan()), "what suites call poison");
}
