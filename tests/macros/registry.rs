//! Registries of sizes: whatever a file holds, the network that was picked is the one of its size, and gives the bits of the
//! run-time network and of the plain struct of that size.
//!
//! `files` has the files of others, what is refused, and hostile bytes.

#[allow(dead_code, reason = "the other suite compares whole sets of random cases")]
mod agree;
#[path = "registry/files.rs"]
mod files;

use agree::{Answers, Case, Random, Weights, answers, of_sequences};
use rnn_core::prelude::*;
use rnn_core::{LayerKind, LoadOptions, ShapeError, StreamBatch};
use rnn_support::backends;

/// The sizes that people train amplifiers in.
#[rnn(input_size = 1, sizes = [1x8, 1x12, 1x16, 1x24, 1x40, 2x8, 2x16])]
#[derive(Clone, Debug)]
pub(crate) struct Amp {
    rnn: Lstm<_>,
    head: Dense<1>,
}

/// Layers before and behind, one of them recurrent; options that no file of another library tells.
#[rnn(input_size = 2, sizes = [1x5])]
pub(crate) struct Odd {
    #[rnn(activation = relu)]
    front: Dense<3>,
    #[rnn(activation = fast_tanh, clip = 0.75)]
    stack: SimpleRnn<_>,
    #[rnn(reset = after_product)]
    back: Gru<4>,
    output: Dense<2>,
}

/// What cannot be stepped can be of several sizes too.
#[rnn(input_size = 2, sizes = [1x4])]
pub(crate) struct Ahead {
    #[rnn(direction = bidirectional)]
    around: SimpleRnn<_>,
    output: Dense<1>,
}

const COMPILED: [(usize, usize); 7] = [(1, 8), (1, 12), (1, 16), (1, 24), (1, 40), (2, 8), (2, 16)];
const OTHERS: [(usize, usize); 5] = [(1, 1), (1, 9), (2, 40), (3, 8), (2, 12)];

/// The layers of an amplifier of this size, named as the registry names them.
pub(crate) fn amp((layers, hidden_size): (usize, usize)) -> Vec<(String, LayerKind)> {
    let name = |level: usize| if layers == 1 { "rnn".to_owned() } else { format!("rnn_l{level}") };
    let stack = (0..layers).map(|level| (name(level), LayerKind::lstm(hidden_size)));
    stack.chain([("head".to_owned(), LayerKind::dense(1))]).collect()
}

/// A network of these layers and random weights.
pub(crate) fn network(input_size: usize, layers: &[(String, LayerKind)], backend: Backend) -> RuntimeNetwork {
    let mut random = Random(7);
    let inputs = std::iter::once(input_size).chain(layers.iter().map(|(_, kind)| kind.output_size()));
    let weights: Vec<_> =
        layers.iter().zip(inputs).map(|((_, kind), n_i)| Weights::new(*kind, n_i, &mut random)).collect();
    let weights: Vec<_> = weights.iter().map(Weights::lend).collect();
    let builder = RuntimeNetwork::builder(input_size).backend(backend);
    let builder = layers.iter().fold(builder, |net, (name, kind)| net.layer(name.as_str(), *kind));
    builder.from_slices(&weights).expect("weights of these layers")
}

fn case(input_size: usize) -> Case {
    let (batch, steps) = (3, 7);
    let mut xs = Random(11).values(batch * steps * input_size, 2.0);
    (xs[1], xs[4]) = (0.0, -0.0);
    Case { seed: 0, batch, steps, split: 3, windows: Windows::new(3).stride(2), xs }
}

/// Every step of two streams, the second of which joins late.
fn streams<N: Network>(net: &N, xs: &[f32]) -> Vec<u32> {
    let mut streams = StreamBatch::new(net, 2).expect("it can be stepped");
    let n_o = net.output_size();
    let mut all = Vec::new();
    streams.join().expect("there is room");
    for (step, x) in xs.chunks(net.input_size()).enumerate() {
        if step == 2 {
            streams.join().expect("there is room");
        }
        let mut ys = vec![0.0; streams.len() * n_o];
        streams.step_into(&x.repeat(streams.len()), &mut ys).expect("the lengths are right");
        all.extend(ys.iter().map(|y| y.to_bits()));
    }
    all
}

/// Every step on arrays.
fn steps<N, const I: usize, const O: usize>(net: &N, xs: &[f32]) -> Vec<u32>
where
    N: FixedNetwork<Input = [f32; I], Output = [f32; O]>,
{
    let mut state = net.initial_state();
    xs.as_chunks::<I>().0.iter().flat_map(|x| net.step(&mut state, x)).map(f32::to_bits).collect()
}

/// The same, of a network whose arrays are slices.
fn steps_of_slices<N: Network + HasState>(net: &N, xs: &[f32]) -> Vec<u32> {
    let (mut state, mut y) = (net.initial_state(), vec![0.0; net.output_size()]);
    let mut step = |x| {
        net.step_into(&mut state, x, &mut y).expect("the lengths are right");
        y.iter().map(|y| y.to_bits()).collect::<Vec<_>>()
    };
    xs.chunks(net.input_size()).flat_map(&mut step).collect()
}

/// What a network was picked as.
pub(crate) fn picked(net: &impl Network) -> String {
    let summary = net.summary();
    let picked = summary.picked().expect("a registry tells").to_owned();
    assert!(summary.to_string().ends_with(&format!("\n{picked}")), "{summary}");
    picked
}

pub(crate) fn load(bytes: &[u8]) -> Amp {
    Amp::from_safetensors(bytes).unwrap_or_else(|error| panic!("{error}"))
}

fn first_bits(answers: &Answers, other: &Answers, what: std::fmt::Arguments<'_>) {
    assert_eq!(answers, other, "{what}");
}

#[test]
fn every_size_has_the_bits_of_the_run_time_network() {
    let case = case(1);
    for size in COMPILED.into_iter().chain(OTHERS) {
        let (layers, hidden_size) = size;
        for backend in backends::all() {
            let twin = network(1, &amp(size), backend);
            let bytes = twin.to_safetensors().expect("it is small");
            let net = Amp::from_safetensors_with(&bytes, &LoadOptions::default().backend(backend))
                .expect("its own file");
            let what = format!("{layers}x{hidden_size} on {backend}");
            let told = if COMPILED.contains(&size) {
                format!("compiled for {layers}x{hidden_size}")
            } else {
                format!(
                    "run time: {layers}x{hidden_size} is not among 1x8, 1x12, 1x16, 1x24, 1x40, 2x8, 2x16"
                )
            };
            assert_eq!(picked(&net), told);
            assert_eq!((net.backend(), net.is_causal()), (backend, true));
            assert_eq!(net.state_len(), twin.state_len(), "{what}");
            assert_eq!(net.initial_state().len(), net.state_len(), "{what}");
            first_bits(&answers(&net, &case), &answers(&twin, &case), format_args!("{what}"));
            assert_eq!(steps(&net, &case.xs), steps_of_slices(&twin, &case.xs), "{what}");
            assert_eq!(streams(&net, &case.xs), streams(&twin, &case.xs), "{what}");
            let par = |outputs| {
                net.par_forward_batch(&case.xs, case.batch, outputs).expect("the lengths are right")
            };
            let one =
                |outputs| twin.forward_batch(&case.xs, case.batch, outputs).expect("the lengths are right");
            assert_eq!(par(Outputs::All), one(Outputs::All), "{what}");
            assert_eq!(
                net.par_windows(&case.xs, case.windows).ok(),
                twin.windows(&case.xs, case.windows).ok(),
                "{what}"
            );
            // Out and in again: the same file, the same network.
            assert_eq!(net.to_safetensors().expect("it is small"), bytes, "{what}");
            assert_eq!(picked(&net.clone()), told);
        }
    }
}

/// Compares with the struct of one size.
fn same_as<N>(size: (usize, usize))
where
    N: Network + Load + FixedNetwork<Input = [f32; 1], Output = [f32; 1]>,
{
    let case = case(1);
    for backend in backends::all() {
        let bytes = network(1, &amp(size), backend).to_safetensors().expect("it is small");
        let options = LoadOptions::default().backend(backend);
        let plain = N::from_safetensors_with(&bytes, &options).expect("its own file");
        let net = Amp::from_safetensors_with(&bytes, &options).expect("its own file");
        assert_eq!(picked(&net), format!("compiled for {}x{}", size.0, size.1));
        assert_eq!(steps(&net, &case.xs), steps(&plain, &case.xs), "{size:?} on {backend}");
        let run = |net: &dyn Network| {
            let (mut state, mut ys) = (vec![0.0; net.state_len()], vec![0.0; case.xs.len()]);
            net.process_into(&mut state, &case.xs, &mut ys).expect("the lengths are right");
            let snapshot = net.snapshot(&state).expect("the length is right");
            ys.iter().chain(snapshot).map(|value| value.to_bits()).collect::<Vec<_>>()
        };
        assert_eq!(run(&net), run(&plain), "{size:?} on {backend}");
    }
}

macro_rules! plain {
    ($($name:ident($layers:literal x $size:literal) { $($layer:ident)+ })+) => {
        $(
            #[rnn(input_size = 1)]
            struct $name {
                $($layer: Lstm<$size>,)+
                head: Dense<1>,
            }
        )+

        #[test]
        fn every_compiled_size_has_the_bits_of_its_struct() {
            let mut seen = Vec::new();
            $(
                same_as::<$name>(($layers, $size));
                seen.push(($layers, $size));
            )+
            assert_eq!(seen, COMPILED);
        }
    };
}

plain! {
    Amp1x8(1 x 8) { rnn }
    Amp1x12(1 x 12) { rnn }
    Amp1x16(1 x 16) { rnn }
    Amp1x24(1 x 24) { rnn }
    Amp1x40(1 x 40) { rnn }
    Amp2x8(2 x 8) { rnn_l0 rnn_l1 }
    Amp2x16(2 x 16) { rnn_l0 rnn_l1 }
}

#[test]
fn from_slices_the_number_and_length_of_entries_tell() {
    for size in COMPILED.into_iter().chain(OTHERS) {
        let layers = amp(size);
        let mut random = Random(7);
        let inputs = std::iter::once(1).chain(layers.iter().map(|(_, kind)| kind.output_size()));
        let weights: Vec<_> =
            layers.iter().zip(inputs).map(|((_, kind), n_i)| Weights::new(*kind, n_i, &mut random)).collect();
        let mut weights: Vec<_> = weights.iter().map(Weights::lend).collect();
        let net = Amp::from_slices(Backend::detect(), &weights).expect("weights of these layers");
        assert!(picked(&net).contains(&format!("{}x{}", size.0, size.1)), "{}", picked(&net));
        let twin = network(1, &layers, Backend::detect());
        assert_eq!(steps(&net, &case(1).xs), steps_of_slices(&twin, &case(1).xs));
        weights.pop();
        assert!(Amp::from_slices(Backend::detect(), &weights).is_err());
    }
    assert!(Amp::from_slices(Backend::detect(), &[]).is_err());
}

/// The layers of [`Odd`].
pub(crate) fn odd(layers: usize, hidden_size: usize) -> Vec<(String, LayerKind)> {
    let name = |level: usize| if layers == 1 { "stack".to_owned() } else { format!("stack_l{level}") };
    let stack = LayerKind::simple_rnn(hidden_size).with_activation(Activation::FastTanh).with_clip(0.75);
    let after = LayerKind::gru(4, rnn_core::ResetGate::AfterProduct);
    std::iter::once(("front".to_owned(), LayerKind::dense(3).with_activation(Activation::Relu)))
        .chain((0..layers).map(|level| (name(level), stack)))
        .chain([("back".to_owned(), after), ("output".to_owned(), LayerKind::dense(2))])
        .collect()
}

#[test]
fn layers_around_the_open_one() {
    let case = case(2);
    for (size, told) in [((1, 5), "compiled for 1x5"), ((2, 5), "run time: 2x5 is not among 1x5")] {
        let twin = network(2, &odd(size.0, size.1), Backend::detect());
        let net = Odd::from_safetensors(&twin.to_safetensors().expect("it is small")).expect("its own file");
        assert_eq!(picked(&net), told);
        first_bits(&answers(&net, &case), &answers(&twin, &case), format_args!("{size:?}"));
        assert_eq!(steps(&net, &case.xs), steps_of_slices(&twin, &case.xs));
    }
}

#[test]
fn networks_that_look_ahead() {
    let case = case(2);
    for hidden_size in [4, 6] {
        let both = rnn_core::Direction::Bidirectional(rnn_core::Merge::Concat);
        let around = LayerKind::simple_rnn(hidden_size).with_direction(both);
        let layers = [("around".to_owned(), around), ("output".to_owned(), LayerKind::dense(1))];
        let twin = network(2, &layers, Backend::detect());
        let net =
            Ahead::from_safetensors(&twin.to_safetensors().expect("it is small")).expect("its own file");
        assert_eq!(picked(&net).starts_with("compiled"), hidden_size == 4);
        first_bits(&of_sequences(&net, &case), &of_sequences(&twin, &case), format_args!("{hidden_size}"));
        assert!(!net.is_causal());
    }
}

#[test]
fn a_run_time_network_finds_its_size() {
    let twin = network(1, &amp((2, 8)), Backend::detect());
    let net = Amp::try_from(twin.clone()).expect("an amplifier");
    assert_eq!(picked(&net), "compiled for 2x8");
    assert_eq!(steps(&net, &case(1).xs), steps_of_slices(&twin, &case(1).xs));
}

#[test]
fn it_goes_to_another_thread() {
    let net = load(&network(1, &amp((1, 8)), Backend::detect()).to_safetensors().expect("it is small"));
    let here = steps(&net, &case(1).xs);
    let (shared, owned) = (&net, net.clone());
    let there = std::thread::scope(|scope| {
        [
            scope.spawn(|| steps(shared, &case(1).xs)).join().expect("it runs"),
            scope.spawn(move || steps(&owned, &case(1).xs)).join().expect("it runs"),
        ]
    });
    assert_eq!(there, [here.clone(), here]);
    assert!(format!("{net:?}").starts_with("Amp"), "{net:?}");
}

/// Sizes whose states are of one length: rounded up to whole lines, many are.
#[rnn(input_size = 1, sizes = [1x4, 1x5])]
struct Small {
    rnn: Lstm<_>,
    head: Dense<1>,
}

fn small(size: usize) -> Small {
    let twin = network(1, &amp((1, size)), Backend::detect());
    Small::from_safetensors(&twin.to_safetensors().expect("it is small")).expect("its own file")
}

/// Both compiled, and one of them at run time.
#[test]
fn a_network_swapped_in_refuses_the_state_of_the_one_before() {
    let (four, others) = (small(4), [small(5), small(3)]);
    let mut state = four.initial_state();
    four.step(&mut state, &[0.5]);
    let before = state.to_vec();
    for other in &others {
        assert_eq!(other.state_len(), state.len(), "a test of equal lengths");
        let mut ys = [7.0; 2];
        let error = other.process_into(&mut state, &[0.5; 2], &mut ys);
        assert!(matches!(error, Err(ShapeError::State { found: Some(_), .. })), "{error:?}");
        let error = other.step_into(&mut state, &[0.5], &mut ys[..1]);
        assert!(matches!(error, Err(ShapeError::State { found: Some(_), .. })), "{error:?}");
        let text = error.expect_err("refused").to_string();
        assert!(text.contains("n_h=4") && text.matches("n_h=").count() == 2, "{text}");
        assert_eq!((&state[..], ys), (&before[..], [7.0; 2]), "nothing is changed");
    }
    // Its own goes on; set anew it serves another.
    four.process_into(&mut state, &[0.5], &mut [0.0]).expect("its own state");
    state.reset();
    others[0].process_into(&mut state, &[0.5], &mut [0.0]).expect("a fresh state");
}

#[test]
#[should_panic(expected = "a state of another network")]
fn a_state_of_another_size_is_refused() {
    let of = |size| load(&network(1, &amp(size), Backend::detect()).to_safetensors().expect("it is small"));
    let mut state = of((1, 40)).initial_state();
    of((1, 8)).step(&mut state, &[1.0]);
}

#[test]
#[should_panic(expected = "a state of another network")]
fn a_state_of_another_size_and_the_same_length_is_refused_by_a_step_on_arrays() {
    // Inputs and outputs of one size each: what differs is the state alone.
    let of = |size| load(&network(1, &amp(size), Backend::detect()).to_safetensors().expect("it is small"));
    let (small, other) = (of((1, 12)), of((1, 13)));
    let mut state = small.initial_state();
    assert_eq!(state.len(), other.state_len(), "a test of equal lengths");
    small.step(&mut state, &[1.0]);
    other.step(&mut state, &[1.0]);
}
