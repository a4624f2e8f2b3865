//! Every cell with every option, in one direction and both, and a cell of this program's own.

use rnn_core::custom::{Cell, CustomNetwork, Lanes, State};
use rnn_core::prelude::*;
use rnn_core::{
    Backend, Direction, LayerKind, LayerWeights, Merge, RecurrentWeights, ResetGate, Sequences, StreamBatch,
};

/// Gates of several panels and of one, written out in this program's own functions.
#[rnn(input_size = 8)]
struct Gates {
    #[rnn(reset = after_product)]
    first: Gru<20>,
    #[rnn(projection = 5)]
    second: Lstm<17>,
    #[rnn(reset = before_product, delay = 1.5)]
    third: Gru<8>,
    fourth: MinGru<8>,
    #[rnn(gate = fast_sigmoid, activation = fast_tanh)]
    quick: Lstm<12>,
    #[rnn(clip = 2.0)]
    fifth: MinLstm<4>,
    output: Dense<3>,
}

/// gates f, n.
#[derive(Clone, Copy, Debug)]
struct Mgu;

impl Cell<2> for Mgu {
    const MEMORY: bool = true;
    #[inline(always)]
    fn update<L: Lanes>(&self, [f, n]: [L; 2], old: State<L>) -> State<L> {
        let (f, n) = (f.sigmoid(), n.min(n.constant(3.0)).tanh());
        let c = f.fast_sigmoid().mul_add(old.c, f * n.relu());
        State { h: f.mul_add(n - old.h, old.h) + c.activate(Activation::Silu).fast_tanh(), c }
    }
}

/// Each as it usually is, and with its options.
fn kinds() -> Vec<LayerKind> {
    let after = LayerKind::gru(20, ResetGate::AfterProduct);
    let before = LayerKind::gru(20, ResetGate::BeforeProduct);
    let lstm = LayerKind::lstm(20);
    let both = Direction::Bidirectional(Merge::Average);
    vec![
        LayerKind::simple_rnn(20).with_activation(Activation::Elu { alpha: 1.0 }).with_delay(1.5),
        after,
        after.with_gate(Activation::HardSigmoidKeras3).with_clip(1.0).with_delay(2.5),
        before,
        before.with_activation(Activation::Relu).with_delay(2.0),
        lstm,
        lstm.with_projection(7).with_gate(Activation::FastSigmoid).with_activation(Activation::FastTanh),
        lstm.with_projection(21).with_peephole().coupled().with_clip(1.0).with_delay(1.25),
        LayerKind::min_gru(20),
        LayerKind::min_gru(20).with_activation(Activation::Tanh),
        LayerKind::min_lstm(20),
        LayerKind::min_lstm(20).with_clip(1.0),
        lstm.with_direction(both),
        after.with_direction(Direction::GoBackwards),
    ]
}

/// Calls all of them: `network` is every way to feed one that goes forward.
pub(crate) fn all(backend: Backend, network: fn(&dyn Network, &mut [f32]) -> Vec<f32>) {
    for kind in kinds() {
        let layer = kind.recurrent().expect("a recurrent layer");
        let (rows, state) = (layer.cell.gates() * layer.hidden_size, layer.state_size());
        let some = |len: usize| vec![0.01_f32; len];
        let (u, w, b) = (some(rows * 8), some(rows * state), some(rows));
        let (p, hr, v) =
            (some(3 * layer.hidden_size), some(state * layer.hidden_size), some(3 * kind.output_size()));
        let weights = RecurrentWeights {
            weight_hh: if layer.cell.is_recurrent() { &w } else { &[] },
            peephole: layer.has_peephole().then_some(&p),
            weight_hr: layer.projection().map(|_| &*hr),
            ..RecurrentWeights::new(&u, &[], Some(&b))
        };
        let entry = match kind.directions() {
            2 => LayerWeights::Bidirectional { forward: weights, backward: weights },
            _ => LayerWeights::Recurrent(weights),
        };
        let net = RuntimeNetwork::builder(8)
            .layer("cell", kind)
            .dense("output", 3)
            .backend(backend)
            .from_slices(&[entry, LayerWeights::Dense { weight: &v, bias: Some(&[0.1; 3]) }])
            .expect("the weights fit");
        feed(&net, network);
    }

    let (u, w, b, v) = ([0.01; 320], [0.01; 800], [0.01; 40], [0.01; 60]);
    let weights = [
        LayerWeights::recurrent(&u, &w, Some(&b)),
        LayerWeights::Dense { weight: &v, bias: Some(&[0.1; 3]) },
    ];
    let own = CustomNetwork::new(Mgu, 8, 20).dense(3).build(backend, &weights).expect("the weights fit");
    feed(&own, network);

    let recurrent = |ih, hh, bias| LayerWeights::recurrent(ih, hh, Some(bias));
    let projected = RecurrentWeights {
        weight_hr: Some(&[0.01; 85]),
        ..RecurrentWeights::new(&[0.01; 1360], &[0.01; 340], Some(&[0.01; 68]))
    };
    let weights = [
        recurrent(&[0.01; 480], &[0.01; 1200], &[0.01; 60]),
        LayerWeights::Recurrent(projected),
        recurrent(&[0.01; 120], &[0.01; 192], &[0.01; 24]),
        recurrent(&[0.01; 128], &[], &[0.01; 16]),
        recurrent(&[0.01; 384], &[0.01; 576], &[0.01; 48]),
        recurrent(&[0.01; 144], &[], &[0.01; 12]),
        LayerWeights::Dense { weight: &[0.01; 12], bias: Some(&[0.1; 3]) },
    ];
    let made = Gates::from_slices(backend, &weights).expect("the weights fit");
    feed(&made, network);
    let y = made.step(&mut made.initial_state(), &[0.5; 8]);
    assert_eq!(made.forward(&[0.5; 8], Outputs::Last).expect("one step"), y);
}

/// Every way, lengths and masks, and streams stepped together.
fn feed(net: &dyn Network, network: fn(&dyn Network, &mut [f32]) -> Vec<f32>) {
    let (xs, mask) = ([0.5; 6 * 8], [true, false, true, true, false, true]);
    let sequences = Sequences::new(2, 3);
    let ys = net.run(&xs, &sequences.lengths(&[1, 3]), None).expect("lengths fit");
    assert_eq!(ys[..3], net.forward(&xs[..8], Outputs::All).expect("one step")[..]);
    net.run(&xs, &sequences.mask(&mask).time_major(), None).expect("lengths fit");
    if !net.is_causal() {
        return;
    }
    let want = network(net, &mut vec![0.0; net.state_len()]);
    let mut streams = StreamBatch::new(net, 2).expect("no layer goes backwards");
    assert!(streams.join().is_some());
    let mut y = [0.0; 3];
    streams.step_into(&xs[..8], &mut y).expect("lengths fit");
    assert_eq!(want[..3], y);
}
