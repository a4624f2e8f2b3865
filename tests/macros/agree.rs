//! Runs a network of the attribute and its run-time twin through every call, on every backend.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rnn_core::prelude::*;
use rnn_core::{LayerKind, LayerWeights, Recurrent, RecurrentWeights};
use rnn_support::{backends, report};
use std::any::type_name;
use std::cell::Cell;

/// What is fed to both networks, and how it is cut.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// Weights are drawn from this.
    pub(crate) seed: u64,
    /// Rows of the batch, each of `steps` steps.
    pub(crate) batch: usize,
    pub(crate) steps: usize,
    /// Steps that `process_into` gets in its first call.
    pub(crate) split: usize,
    pub(crate) windows: Windows,
    /// `(batch, steps, n_i)`
    pub(crate) xs: Vec<f32>,
}

/// Short sequences; inputs up to where activations saturate, zeros of both signs and a subnormal among them.
fn case(input_size: usize) -> impl Strategy<Value = Case> {
    let value =
        prop_oneof![8 => -4.0f32..4.0, 1 => Just(0.0), 1 => Just(-0.0), 1 => Just(1e-40), 1 => Just(1e3)];
    let sizes = (any::<u64>(), 1usize..=6, 1usize..=9);
    sizes
        .prop_flat_map(move |(seed, batch, steps)| {
            let xs = prop::collection::vec(value.clone(), batch * steps * input_size);
            (Just(seed), Just(batch), Just(steps), 0..=steps, 1..=steps, 1usize..=3, xs)
        })
        .prop_map(|(seed, batch, steps, split, tau, stride, xs)| Case {
            seed,
            batch,
            steps,
            split,
            windows: Windows::new(tau).stride(stride),
            xs,
        })
}

/// Numbers in [-1, 1) that depend on nothing but the seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> f32 {
        // Knuth's constants; the upper bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let upper = u16::try_from(self.0 >> 48).expect("16 bits are left");
        f32::from(upper) / 32768.0 - 1.0
    }

    pub(crate) fn values(&mut self, len: usize, scale: f32) -> Vec<f32> {
        (0..len).map(|_| self.next() * scale).collect()
    }
}

/// One layer's weights, scaled so that no layer saturates; every bias there can be.
pub(crate) enum Weights {
    /// One for each direction.
    Recurrent(Vec<Direction>),
    Dense {
        weight: Vec<f32>,
        bias: Option<Vec<f32>>,
    },
}

/// Weights of one direction, as [`RecurrentWeights`] borrows them.
pub(crate) struct Direction {
    weight_ih: Vec<f32>,
    weight_hh: Vec<f32>,
    bias_ih: Option<Vec<f32>>,
    bias_hh: Option<Vec<f32>>,
    weight_hr: Option<Vec<f32>>,
    peephole: Option<Vec<f32>>,
}

impl Weights {
    pub(crate) fn new(kind: LayerKind, input_size: usize, random: &mut Random) -> Self {
        let Some(layer) = kind.recurrent() else {
            let (size, scale) = (kind.output_size(), (input_size as f32).sqrt().recip());
            let weight = random.values(size * input_size, scale);
            return Self::Dense { weight, bias: kind.bias().then(|| random.values(size, scale)) };
        };
        Self::Recurrent((0..layer.directions()).map(|_| Direction::new(layer, input_size, random)).collect())
    }

    pub(crate) fn lend(&self) -> LayerWeights<'_> {
        match self {
            Self::Dense { weight, bias } => LayerWeights::Dense { weight, bias: bias.as_deref() },
            Self::Recurrent(directions) => match directions.as_slice() {
                [forward, backward] => {
                    LayerWeights::Bidirectional { forward: forward.lend(), backward: backward.lend() }
                }
                one => LayerWeights::Recurrent(one[0].lend()),
            },
        }
    }
}

impl Direction {
    fn new(layer: Recurrent, input_size: usize, random: &mut Random) -> Self {
        let (size, gates) = (layer.hidden_size, layer.cell.gates());
        let state = if layer.cell.is_recurrent() { layer.state_size() } else { 0 };
        let scale = ((input_size + state) as f32).sqrt().recip();
        let mut values = |len| random.values(len, scale);
        Self {
            weight_ih: values(gates * size * input_size),
            weight_hh: values(gates * size * state),
            bias_ih: layer.bias.then(|| values(gates * size)),
            bias_hh: (layer.bias && layer.cell.is_recurrent()).then(|| values(gates * size)),
            weight_hr: layer.projection().map(|projection| values(projection * size)),
            peephole: layer.has_peephole().then(|| values(3 * size)),
        }
    }

    fn lend(&self) -> RecurrentWeights<'_> {
        RecurrentWeights {
            weight_ih: &self.weight_ih,
            weight_hh: &self.weight_hh,
            bias_ih: self.bias_ih.as_deref(),
            bias_hh: self.bias_hh.as_deref(),
            weight_hr: self.weight_hr.as_deref(),
            peephole: self.peephole.as_deref(),
        }
    }
}

/// What every call gave, as bits.
#[derive(Debug, PartialEq)]
pub(crate) struct Answers(Vec<(&'static str, Vec<u32>)>);

impl Answers {
    fn add(&mut self, call: &'static str, values: &[f32]) {
        self.0.push((call, values.iter().map(|value| value.to_bits()).collect()));
    }
}

/// All calls on slices.
pub(crate) fn answers<N: Network + HasState>(net: &N, case: &Case) -> Answers {
    let (n_i, n_o) = (net.input_size(), net.output_size());
    let sequence = &case.xs[..case.steps * n_i];
    let fits = "the lengths are right";
    let mut answers = of_sequences(net, case);

    let (mut state, mut ys) = (net.initial_state(), vec![0.0; case.steps * n_o]);
    for (x, y) in sequence.chunks(n_i).zip(ys.chunks_mut(n_o)) {
        net.step_into(&mut state, x, y).expect(fits);
    }
    answers.add("step_into", &ys);
    answers.add("snapshot", net.snapshot(&state).expect(fits));

    net.reset(&mut state).expect(fits);
    let (first, rest) = sequence.split_at(case.split * n_i);
    let (first_ys, rest_ys) = ys.split_at_mut(case.split * n_o);
    net.process_into(&mut state, first, first_ys).expect(fits);
    net.process_into(&mut state, rest, rest_ys).expect(fits);
    answers.add("process_into", &ys);
    answers
}

/// All calls on whole sequences, which networks that look ahead have as well.
pub(crate) fn of_sequences(net: &impl Network, case: &Case) -> Answers {
    let sequence = &case.xs[..case.steps * net.input_size()];
    let fits = "the lengths are right";
    let mut answers = Answers(Vec::new());
    for (call, outputs) in [("forward", Outputs::All), ("forward, last", Outputs::Last)] {
        answers.add(call, &net.forward(sequence, outputs).expect(fits));
    }
    for (call, outputs) in [("forward_batch", Outputs::All), ("forward_batch, last", Outputs::Last)] {
        answers.add(call, &net.forward_batch(&case.xs, case.batch, outputs).expect(fits));
    }
    answers.add("windows", &net.windows(&case.xs, case.windows).expect(fits));
    answers
}

/// Asserts that `N` and the run-time network of `layers` agree bit for bit in every call, on every backend, and that all
/// fused backends agree.
pub(crate) fn agree<N, const I: usize, const O: usize>(layers: &[(&str, LayerKind)])
where
    N: Network + Load + FixedNetwork<Input = [f32; I], Output = [f32; O]>,
{
    on_random_cases(layers, I, &|case, pairs: &[(N, RuntimeNetwork)]| {
        let mut fused = None;
        for (fixed, twin) in pairs {
            answers_agree(fixed.backend(), answers(fixed, case), &answers(twin, case), &mut fused);
            steps_agree(fixed, twin, case);
        }
    });
}

/// [`agree`] for networks that look ahead: every call on whole sequences, and no other.
pub(crate) fn agree_ahead<N: Network + Load>(input_size: usize, layers: &[(&str, LayerKind)]) {
    on_random_cases(layers, input_size, &|case, pairs: &[(N, RuntimeNetwork)]| {
        let mut fused = None;
        for (fixed, twin) in pairs {
            let backend = fixed.backend();
            answers_agree(backend, of_sequences(fixed, case), &of_sequences(twin, case), &mut fused);
        }
    });
}

/// Compares a network with its twin, and with the first fused backend's.
fn answers_agree(backend: Backend, of_fixed: Answers, of_twin: &Answers, fused: &mut Option<Answers>) {
    let name = backend.name();
    for (fixed, twin) in of_fixed.0.iter().zip(&of_twin.0) {
        assert_eq!(fixed, twin, "macro, run time: {name}");
    }
    if backend.is_fused() {
        match fused {
            Some(first) => assert_eq!(*first, of_fixed, "two fused backends: {name}"),
            None => *fused = Some(of_fixed),
        }
    }
}

/// [`agree`] for a step on arrays alone: the call that has all sizes as constants, and which the others repeat or run
/// with sizes as values. Each call of each network takes the compiler seconds, for there are three tiers; so a few
/// networks answer for the other calls.
pub(crate) fn agree_in_steps<N, const I: usize, const O: usize>(layers: &[(&str, LayerKind)])
where
    N: Network + Load + FixedNetwork<Input = [f32; I], Output = [f32; O]>,
{
    on_random_cases(layers, I, &|case, pairs: &[(N, RuntimeNetwork)]| {
        for (fixed, twin) in pairs {
            steps_agree(fixed, twin, case);
        }
    });
}

/// [`agree_in_steps`] on one case that is not kept when it fails: what the comparison's own tests need.
pub(crate) fn agree_once<N, const I: usize, const O: usize>(layers: &[(&str, LayerKind)])
where
    N: Network + Load + FixedNetwork<Input = [f32; I], Output = [f32; O]>,
{
    let (batch, steps) = (1, 4);
    let xs = Random(2).values(steps * I, 1.0);
    let case = Case { seed: 1, batch, steps, split: 0, windows: Windows::new(1), xs };
    for (fixed, twin) in pairs::<N>(layers, I, case.seed) {
        steps_agree(&fixed, &twin, &case);
    }
}

fn steps_agree<N, const I: usize, const O: usize>(fixed: &N, twin: &RuntimeNetwork, case: &Case)
where
    N: Network + FixedNetwork<Input = [f32; I], Output = [f32; O]>,
{
    let name = fixed.backend().name();
    let (mut state, mut twins) = (fixed.initial_state(), twin.initial_state());
    for x in case.xs.as_chunks::<I>().0 {
        let mut y = [0.0; O];
        twin.step_into(&mut twins, x, &mut y).expect("the lengths are right");
        assert_eq!(
            fixed.step(&mut state, x).map(f32::to_bits),
            y.map(f32::to_bits),
            "step on arrays: {name}"
        );
        let snapshots = [&*state, &*twins].map(|state| &state[..twin.snapshot_len()]);
        let [state, twins] = snapshots.map(|values| values.iter().map(|value| value.to_bits()));
        assert!(state.eq(twins), "state after a step on arrays: {name}");
    }
}

/// What compares: a case, and the network and its twin on each backend.
type Compare<'a, N> = &'a dyn Fn(&Case, &[(N, RuntimeNetwork)]);

fn on_random_cases<N: Network + Load>(
    layers: &[(&str, LayerKind)],
    input_size: usize,
    compare: Compare<'_, N>,
) {
    // Failures are kept beside the other suites' and tried first by every network.
    let config = Config { source_file: Some(file!()), ..Config::default() };
    let count = Cell::new(0);
    let run = TestRunner::new(config).run(&case(input_size), |case| {
        count.set(count.get() + 1);
        compare(&case, &pairs(layers, input_size, case.seed));
        Ok(())
    });
    run.unwrap_or_else(|failure| panic!("{layers:?}: {failure}"));
    let name = type_name::<N>();
    report::line(format_args!("macros: {name}: {} cases, {} of them failures kept", count.get(), kept()));
}

/// Failures kept from earlier runs.
fn kept() -> usize {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/proptest-regressions/agree.txt");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().filter(|line| line.starts_with("cc ")).count()
}

/// The network and its twin, of the same random weights, on each backend.
fn pairs<N: Network + Load>(
    layers: &[(&str, LayerKind)],
    input_size: usize,
    seed: u64,
) -> Vec<(N, RuntimeNetwork)> {
    let mut random = Random(seed);
    let inputs = std::iter::once(input_size).chain(layers.iter().map(|(_, kind)| kind.output_size()));
    let weights: Vec<_> =
        layers.iter().zip(inputs).map(|((_, kind), input)| Weights::new(*kind, input, &mut random)).collect();
    let weights: Vec<_> = weights.iter().map(Weights::lend).collect();
    let pair = |backend| {
        let fixed = N::from_slices(backend, &weights).expect("the weights fit the attribute's network");
        let twin = RuntimeNetwork::builder(input_size).backend(backend);
        let twin = layers.iter().fold(twin, |net, (name, kind)| net.layer(*name, *kind));
        let twin = twin.from_slices(&weights).expect("the weights fit the run-time network");
        assert_eq!(fixed.state_len(), twin.state_len(), "{}", backend.name());
        (fixed, twin)
    };
    backends::all().into_iter().map(pair).collect()
}
