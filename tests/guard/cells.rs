//! Every cell with every option in every direction, fed in every way, sequences with lengths, masks and strides among
//! them. The calls are many: each is made flush with both pages and at a few misalignments.

use crate::arena::places;
use crate::network::{Arenas, Call, every_call};
use rnn_core::{
    Activation, Backend, Direction, LayerKind, LayerWeights, Merge, Network, Outputs, Recurrent,
    RecurrentWeights, ResetGate, RuntimeNetwork, Sequences, StreamBatch,
};
use rnn_support::backends;
use rnn_support::rng::Rng;

/// Whole panels of all widths, all that is left over by them, and a fifth panel.
const SIZES: std::ops::RangeInclusive<usize> = 1..=70;

/// Each cell as it usually is, and with its options.
fn layers(size: usize) -> [LayerKind; 12] {
    let after = LayerKind::gru(size, ResetGate::AfterProduct);
    let before = LayerKind::gru(size, ResetGate::BeforeProduct);
    let lstm = LayerKind::lstm(size);
    [
        LayerKind::simple_rnn(size).with_delay(1.5).with_clip(1.0),
        after,
        after.with_delay(2.0).with_activation(Activation::Gelu),
        before,
        before.with_delay(2.5).with_clip(1.0),
        lstm,
        lstm.with_projection(size.div_ceil(3)),
        lstm.with_peephole().coupled().with_projection(size + 1).with_delay(1.25).with_clip(2.0),
        LayerKind::min_gru(size),
        LayerKind::min_gru(size).with_delay(2.0).with_activation(Activation::Tanh),
        LayerKind::min_lstm(size),
        LayerKind::min_lstm(size).with_delay(1.5).with_clip(1.0),
    ]
}

const DIRECTIONS: [Direction; 7] = [
    Direction::Forward,
    Direction::Reverse,
    Direction::Bidirectional(Merge::Concat),
    Direction::Forward,
    Direction::Bidirectional(Merge::Average),
    Direction::GoBackwards,
    Direction::Forward,
];

/// The tensors a layer has, of U, W, b, the peepholes and `W_hr`.
fn lend<'a>(layer: &Recurrent, [u, w, b, peephole, hr]: &'a [Vec<f32>; 5]) -> RecurrentWeights<'a> {
    RecurrentWeights {
        weight_hr: layer.projection().map(|_| &**hr),
        peephole: layer.has_peephole().then_some(peephole),
        ..RecurrentWeights::new(u, w, Some(b))
    }
}

/// The layer over `n_i` inputs, and a head in every other network.
fn network(n_i: usize, kind: LayerKind, head: bool, backend: Backend) -> RuntimeNetwork {
    let layer = kind.recurrent().expect("a recurrent layer");
    let (size, state) = (layer.hidden_size, layer.state_size());
    let rows = layer.cell.gates() * size;
    let mut rng = Rng::new(size as u64);
    let mut half = || {
        let w = if layer.cell.is_recurrent() { rows * state } else { 0 };
        let (u, w, b) = (rng.weights(rows * n_i, n_i), rng.weights(w, size), rng.biases(rows));
        [u, w, b, rng.weights(3 * size, size), rng.weights(state * size, size)]
    };
    let halves = [half(), half()];
    let [forward, backward] = halves.each_ref().map(|half| lend(&layer, half));
    let entry = match kind.directions() {
        2 => LayerWeights::Bidirectional { forward, backward },
        _ => LayerWeights::Recurrent(forward),
    };
    let builder = RuntimeNetwork::builder(n_i).layer("cell", kind).backend(backend);
    let v = Rng::new(1).weights(3 * kind.output_size(), kind.output_size());
    let dense = LayerWeights::Dense { weight: &v, bias: Some(&[0.1; 3]) };
    if head { builder.dense("output", 3).from_slices(&[entry, dense]) } else { builder.from_slices(&[entry]) }
        .expect("the weights fit")
}

/// Sequences with lengths, with a mask, and with strides in either order of rows and steps, the last of which
/// leave room between the rows.
fn sequences(arenas: &mut Arenas, net: &dyn Network, size: usize) {
    let (n_i, n_o, rows, steps) = (net.input_size(), net.output_size(), size % 11 + 1, 4);
    let mut rng = Rng::new(size as u64);
    let lengths: Vec<usize> = (0..rows).map(|row| (row + size) % (steps + 1)).collect();
    let mask: Vec<bool> = (0..rows * steps).map(|_| rng.bits() & 3 != 0).collect();
    let plain = Sequences::new(rows, steps);
    let (x, y) = (n_i + 3, n_o + 5);
    // The last step of the last row ends its slice: nothing stands behind it.
    let all = rows * steps;
    let strided = ((all - 1) * x + n_i, (all - 1) * y + n_o);
    let feeds = [
        (plain.lengths(&lengths), (all * n_i, all * n_o)),
        (plain.mask(&mask).time_major(), (all * n_i, all * n_o)),
        (plain.mask(&mask).zero_output_for_mask().outputs(Outputs::Last), (all * n_i, rows * n_o)),
        (plain.x_strides(steps * x, x).y_strides(steps * y, y), strided),
        (plain.lengths(&lengths).x_strides(x, rows * x).y_strides(y, rows * y), strided),
    ];
    let (sequences, (input, output)) = feeds[size % feeds.len()];
    let (input, states) = (rng.inputs(input), rng.states(rows * net.snapshot_len()));
    let scratch = net.run_scratch_len(&sequences).expect("the length fits");
    let call = Call { name: "run", input: &input, state: &states, output, scratch };
    arenas.every_place(net, &call, |xs, states, ys, scratch| {
        // What lies between strides is left alone.
        ys.fill(0.5);
        net.run_into(xs, &sequences, ys, Some(states), scratch).expect("the lengths fit");
    });
}

/// Streams stepped together: inputs and outputs are the caller's, all else is theirs.
fn streams(arenas: &mut Arenas, net: &dyn Network, size: usize) {
    let rows = size % 13 + 1;
    let input = Rng::new(size as u64).inputs(rows * net.input_size());
    let output = rows * net.output_size();
    let call = Call { name: "streams", input: &input, state: &[], output, scratch: 0 };
    arenas.every_place(net, &call, |xs, _, ys, _| {
        let mut streams = StreamBatch::new(net, rows + 1).expect("the network can be stepped");
        (0..rows).for_each(|_| assert!(streams.join().is_some()));
        for _ in 0..3 {
            streams.step_into(xs, ys).expect("the lengths fit");
        }
    });
}

#[test]
fn every_cell() {
    let places = places().filter(|place| [0, 1, 4, 7, 12].contains(&place.gap));
    let mut arenas = Arenas::at(places.collect(), [1 << 16, 1 << 16, 1 << 16, 1 << 18]);
    for backend in backends::all() {
        for size in SIZES {
            for (index, kind) in layers(size).into_iter().enumerate() {
                let kind = kind.with_direction(DIRECTIONS[(size + index) % DIRECTIONS.len()]);
                let net = network((size * 7) % 23 + 1, kind, (size + index) % 2 == 0, backend);
                every_call(&mut arenas, &net, size);
                sequences(&mut arenas, &net, size + index);
                if net.is_causal() {
                    streams(&mut arenas, &net, size + index);
                }
            }
        }
    }
}
