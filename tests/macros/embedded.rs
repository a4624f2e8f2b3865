//! Networks whose weights are part of the program: the bits of the same file loaded when the program runs, by the attribute's
//! network and by one built at run time, in every call, on every backend.

use rnn_core::prelude::*;
use rnn_core::{Assume, LayerKind, LoadOptions, RuntimeBuilder, Scaler, read_f32};
use rnn_support::backends;

/// `nn.LSTM(1, 40)` and `nn.Linear(40, 1)`; the file tells n_i.
#[rnn(weights = "../../rnn-core/examples/data/co2_lstm.safetensors")]
struct Co2 {
    rnn: Lstm<40>,
    head: Dense<1>,
}

/// Two layers of one module.
#[rnn(input_size = 1, weights = "../../rnn-core/examples/data/co2_lstm_stacked.safetensors")]
struct Stacked {
    first: Lstm<20>,
    second: Lstm<20>,
    head: Dense<1>,
}

/// PyTorch's form.
#[rnn(input_size = 1, weights = "../../rnn-core/examples/data/sunspots_gru.safetensors")]
struct Sunspots {
    #[rnn(reset = after_product)]
    rnn: Gru<24>,
    head: Dense<1>,
}

/// Keras' names and layouts.
#[rnn(weights = "../../rnn-core/examples/data/sunspots_simple_rnn.safetensors")]
struct Keras {
    hidden: SimpleRnn<32>,
    output: Dense<1>,
}

/// Two directions, twice.
#[rnn(input_size = 4, weights = "../golden/cells/torch/lstm_bidirectional_stack.safetensors")]
struct Around {
    #[rnn(direction = bidirectional)]
    lstm_l0: Lstm<9>,
    #[rnn(direction = bidirectional)]
    lstm_l1: Lstm<9>,
    fc: Dense<3>,
}

/// The same, as its names and shapes tell.
#[rnn(
    from = "../golden/cells/torch/lstm_bidirectional_stack.safetensors",
    weights = "../golden/cells/torch/lstm_bidirectional_stack.safetensors"
)]
struct AroundItself;

/// What says itself which network it is; its weights come when the program runs.
#[rnn(from = "../tiny.safetensors")]
struct Tiny;

/// Both of one file, named once.
#[rnn(input_size = 1, weights = "../tiny.safetensors")]
struct TinyEmbedded;

/// In which order its layers stand, no shape of this one tells.
#[rnn(weights = "../../rnn-core/examples/data/co2_lstm.safetensors", order = [rnn, head])]
struct Co2Itself;

/// A file of the repository.
fn read(path: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"))).expect("a file of the repository")
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// Numbers that no two steps share.
fn inputs(len: usize) -> Vec<f32> {
    (0..len).map(|i| (i as f32 * 0.37).sin() * 2.0).collect()
}

/// All calls on whole sequences, and on steps where there are any.
fn answers(net: &(impl Network + HasState)) -> Vec<Vec<u32>> {
    let (batch, steps, n_i) = (3, 7, net.input_size());
    let xs = inputs(batch * steps * n_i);
    let fits = "the lengths are right";
    let sequence = &xs[..steps * n_i];
    let mut answers = vec![
        net.forward(sequence, Outputs::All).expect(fits),
        net.forward_batch(&xs, batch, Outputs::All).expect(fits),
        net.windows(&xs, Windows::new(5)).expect(fits),
    ];
    if net.is_causal() {
        let (mut state, mut ys) = (net.initial_state(), vec![0.0; steps * net.output_size()]);
        net.process_into(&mut state, sequence, &mut ys).expect(fits);
        answers.push(ys);
    }
    answers.iter().map(|values| bits(values)).collect()
}

/// Asserts that the network, the same from its file and the one built at run time give the same bits.
fn same<N: Network + HasState + Load + Embedded>(path: &str, built: impl Fn(Backend) -> RuntimeBuilder) {
    let file = read(path);

    for backend in backends::all() {
        let embedded = N::embedded_on(backend);
        assert_eq!(embedded.backend().name(), backend.name());
        let wanted = answers(&embedded);
        let loaded =
            N::from_safetensors_with(&file, &LoadOptions::default().backend(backend)).expect("the file fits");
        assert_eq!(answers(&loaded), wanted, "from the file: {}", backend.name());
        let built = built(backend).from_safetensors(&file).expect("the file fits");
        assert_eq!(answers(&built), wanted, "built at run time: {}", backend.name());
    }
}

/// Asserts that a step on arrays gives what a step on slices of the loaded network gives.
fn same_steps<N, const I: usize, const O: usize>(path: &str)
where
    N: Network + Load + Embedded + FixedNetwork<Input = [f32; I], Output = [f32; O]>,
{
    let file = read(path);
    for backend in backends::all() {
        let embedded = N::embedded_on(backend);
        let loaded =
            N::from_safetensors_with(&file, &LoadOptions::default().backend(backend)).expect("the file fits");
        let (mut state, mut other) = (embedded.initial_state(), loaded.initial_state());
        for x in inputs(9 * I).as_chunks::<I>().0 {
            let mut y = [0.0; O];
            loaded.step_into(&mut other, x, &mut y).expect("the lengths are right");
            assert_eq!(embedded.step(&mut state, x).map(f32::to_bits), y.map(f32::to_bits));
        }
    }
}

fn builder(input_size: usize, layers: &[(&str, LayerKind)], backend: Backend) -> RuntimeBuilder {
    let start = RuntimeNetwork::builder(input_size).backend(backend);
    layers.iter().fold(start, |builder, (name, kind)| builder.layer(*name, *kind))
}

const DATA: &str = "../rnn-core/examples/data";

#[test]
fn pytorch() {
    let path = format!("{DATA}/co2_lstm.safetensors");
    let layers = [("rnn", LayerKind::lstm(40)), ("head", LayerKind::dense(1))];
    same::<Co2>(&path, |backend| builder(1, &layers, backend));
    same_steps::<Co2, 1, 1>(&path);
    let path = format!("{DATA}/co2_lstm_stacked.safetensors");
    let layers = [("a", LayerKind::lstm(20)), ("b", LayerKind::lstm(20)), ("head", LayerKind::dense(1))];
    same::<Stacked>(&path, |backend| builder(1, &layers, backend));
    same_steps::<Stacked, 1, 1>(&path);
}

#[test]
fn gru_and_keras() {
    let path = format!("{DATA}/sunspots_gru.safetensors");
    let layers =
        [("rnn", LayerKind::gru(24, rnn_core::ResetGate::AfterProduct)), ("head", LayerKind::dense(1))];
    same::<Sunspots>(&path, |backend| builder(1, &layers, backend));
    same_steps::<Sunspots, 1, 1>(&path);
    let path = format!("{DATA}/sunspots_simple_rnn.safetensors");
    let layers = [("hidden", LayerKind::simple_rnn(32)), ("output", LayerKind::dense(1))];
    same::<Keras>(&path, |backend| builder(1, &layers, backend));
    same_steps::<Keras, 1, 1>(&path);
}

#[test]
fn two_directions_and_a_struct_without_fields() {
    let path = "golden/cells/torch/lstm_bidirectional_stack.safetensors";
    let both = LayerKind::lstm(9).with_direction(rnn_core::Direction::Bidirectional(rnn_core::Merge::Concat));
    let layers = [("lstm_l0", both), ("lstm_l1", both), ("fc", LayerKind::dense(3))];
    same::<Around>(path, |backend| builder(4, &layers, backend));
    let (described, told) = (Around::embedded(), AroundItself::embedded());
    assert_eq!(answers(&described), answers(&told));
    // Who describes assumes nothing.
    let assumed = "lstm_l0 has sigmoid gates, tanh candidates and tanh outputs; lstm_l1 has sigmoid gates, tanh candidates and \
                   tanh outputs; fc has the activation linear";
    let (told_text, described_text) = (told.summary().to_string(), described.summary().to_string());
    assert_eq!((described.summary().assumed(), told.summary().assumed()), (None, Some(assumed)));
    assert_eq!(told_text, format!("{described_text}\nassumed: {assumed}"));
    let inferred =
        RuntimeNetwork::infer(&read(path), &Assume::framework_defaults()).expect("it can be but one");
    assert_eq!(answers(&inferred), answers(&told));
}

/// Every window of the example's series within 2e-6 of what PyTorch predicts.
#[test]
fn as_pytorch_predicts() {
    let file = read(&format!("{DATA}/co2_lstm.expected.safetensors"));
    let (_, x) = read_f32(&file, "x").expect("a tensor");
    let (_, wanted) = read_f32(&file, "prediction").expect("a tensor");
    for backend in backends::all() {
        let ys =
            Co2::embedded_on(backend).forward_batch(&x, wanted.len(), Outputs::Last).expect("lengths fit");
        let worst = ys.iter().zip(&wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst <= 2e-6 && ys.iter().all(|y| y.is_finite()), "{worst} on {}", backend.name());
        let itself = Co2Itself::embedded_on(backend).forward_batch(&x, wanted.len(), Outputs::Last);
        assert_eq!(bits(&itself.expect("lengths fit")), bits(&ys));
    }
}

/// The file says how its series was standardised; what is saved again is the same network.
#[test]
fn what_the_file_says_besides() {
    let path = "tiny.safetensors";
    assert_eq!(
        TinyEmbedded::SCALER,
        Some(Scaler { mean: 43.726_720_647_773_284, std: 34.061_065_882_968_28 })
    );
    assert_eq!(TinyEmbedded::TAU, Some(12));
    assert_eq!((Co2::SCALER, Co2::TAU), (None, None));
    let net = TinyEmbedded::embedded();
    assert_eq!((net.scaler(), net.tau()), (TinyEmbedded::SCALER, TinyEmbedded::TAU));
    let saved = net.to_safetensors().expect("it is small");
    assert_eq!(saved, read(path));
    let again = Tiny::from_safetensors(&saved).expect("its own file");
    assert_eq!(answers(&again), answers(&net));
    let built = RuntimeNetwork::from_safetensors(&saved).expect("it says what it is");
    assert_eq!(answers(&built), answers(&net));
    // Of PyTorch's file: two biases become one.
    let saved = Co2::embedded().to_safetensors().expect("it is small");
    let again = Co2::from_safetensors(&saved).expect("its own file");
    assert_eq!(answers(&again), answers(&Co2::embedded()));
}

/// Weights from elsewhere change nothing of those in the program; and a changed weight is noticed.
#[test]
fn another_file_at_run_time() {
    let mut file = read(&format!("{DATA}/co2_lstm.safetensors"));
    let at = file.len() - 4;
    let value = f32::from_le_bytes(file[at..].try_into().expect("four bytes"));
    file[at..].copy_from_slice(&(value + 1.0 / 1024.0).to_le_bytes());
    let other = Co2::from_safetensors(&file).expect("the file fits");
    assert_ne!(answers(&other), answers(&Co2::embedded()));
}

#[test]
fn inside_a_function() {
    /// Nothing of the module is in reach.
    #[rnn(weights = "../tiny.safetensors")]
    #[derive(Clone, Debug)]
    struct Local;

    let [y] = Local::embedded().clone().step(&mut Local::embedded().initial_state(), &[1.0]);
    let [same] = TinyEmbedded::embedded().step(&mut TinyEmbedded::embedded().initial_state(), &[1.0]);
    assert_eq!(y.to_bits(), same.to_bits());
    // Its weights by hand: h = tanh(U x + b), y = V h + c.
    let h = [(0.5_f64 + 0.25).tanh(), (-1.0_f64 + 0.125).tanh()];
    assert!((f64::from(y) - (h[0] - 0.5 * h[1] + 0.0625)).abs() < 1e-6, "{y}");
}
