//! Networks built at run time, fed in every way.

use crate::arena::{Arena, Place, places};
use crate::{SIZES, beside, weights};
use rnn_core::{Backend, LayerWeights, Network, Outputs, RuntimeNetwork, Windows};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;
use rnn_support::rng::Rng;

/// Two recurrent layers and a head, one of whose three sizes is `size`, and others beside it.
fn network(size: usize, backend: Backend) -> RuntimeNetwork {
    let (n_i, first, second, n_o) = match size % 3 {
        0 => (size, beside(size), 7, beside(size + 1)),
        1 => (beside(size), size, beside(size + 1), size % 20 + 1),
        _ => (size % 11 + 1, 5, beside(size), size),
    };
    let mut rng = Rng::new(size as u64);
    let (u1, b1) = weights(&mut rng, first, n_i);
    let (w1, _) = weights(&mut rng, first, first);
    let (u2, b2) = weights(&mut rng, second, first);
    let (w2, _) = weights(&mut rng, second, second);
    let (v, c) = weights(&mut rng, n_o, second);
    let recurrent = |weight_ih, weight_hh, bias| LayerWeights::recurrent(weight_ih, weight_hh, bias);
    RuntimeNetwork::builder(n_i)
        .simple_rnn("first", first)
        .simple_rnn("second", second)
        .dense("output", n_o)
        .backend(backend)
        .from_slices(&[
            recurrent(&u1, &w1, Some(&b1)),
            recurrent(&u2, &w2, Some(&b2)),
            LayerWeights::Dense { weight: &v, bias: Some(&c) },
        ])
        .expect("the weights fit")
}

/// The arguments of a call: values it reads, values it changes, room it writes, room whose contents do not matter.
pub(crate) struct Call<'a> {
    pub(crate) name: &'a str,
    pub(crate) input: &'a [f32],
    pub(crate) state: &'a [f32],
    pub(crate) output: usize,
    pub(crate) scratch: usize,
}

/// One arena for each argument, for all calls of a network, and the places in them.
pub(crate) struct Arenas {
    arenas: [Arena; 4],
    places: Vec<Place>,
}

impl Arenas {
    pub(crate) fn new() -> Self {
        Self::at(places().collect(), [1 << 16, 1 << 14, 1 << 16, 1 << 17])
    }

    /// With room for so many floats of input, state, output and scratch.
    pub(crate) fn at(places: Vec<Place>, room: [usize; 4]) -> Self {
        Self { arenas: room.map(Arena::new), places }
    }

    /// Makes a call in ordinary memory and at every place.
    pub(crate) fn every_place(
        &mut self,
        net: &dyn Network,
        call: &Call<'_>,
        f: impl Fn(&[f32], &mut [f32], &mut [f32], &mut [f32]),
    ) {
        let (mut state, mut output) = (call.state.to_vec(), vec![0.0; call.output]);
        f(call.input, &mut state, &mut output, &mut vec![0.0; call.scratch]);
        let [inputs, states, outputs, scratches] = &mut self.arenas;
        for &place in &self.places {
            let input = inputs.put(place, call.input);
            let got_state = states.put(place.of_argument(1), call.state);
            let got = outputs.take(place.of_argument(2), call.output);
            f(input, got_state, got, scratches.take(place.of_argument(3), call.scratch));
            let (n_i, n_o, backend) = (net.input_size(), net.output_size(), net.backend());
            let what = format_args!("{} of {n_i} to {n_o} on {backend} at {place:?}", call.name);
            assert_bits_equal(got, &output, what);
            assert_bits_equal(got_state, &state, what);
            for arena in [&*inputs, states, outputs, scratches] {
                assert_eq!(arena.check(), Ok(()), "{what}");
            }
        }
    }
}

/// Steps of a sequence: two blocks of shared projections and some.
const STEPS: usize = 35;

/// Every call of [`Network`] on slices; `size` varies rows and windows.
pub(crate) fn every_call(arenas: &mut Arenas, net: &dyn Network, size: usize) {
    let (n_i, n_o) = (net.input_size(), net.output_size());
    let mut rng = Rng::new(size as u64);
    let xs = rng.inputs(STEPS * n_i);
    let mut state = vec![0.0; net.state_len()];
    net.restore(&mut state, &rng.states(net.snapshot_len())).expect("the lengths fit");

    if net.is_causal() {
        let call = Call { name: "step", input: &xs[..n_i], state: &state, output: n_o, scratch: 0 };
        arenas.every_place(net, &call, |x, state, y, _| net.step_into(state, x, y).expect("the lengths fit"));

        let call =
            Call { name: "process", input: &xs[..3 * n_i], state: &state, output: 3 * n_o, scratch: 0 };
        arenas.every_place(net, &call, |xs, state, ys, _| {
            net.process_into(state, xs, ys).expect("the lengths fit");
        });
    }

    let (outputs, len) =
        if size.is_multiple_of(2) { (Outputs::All, STEPS * n_o) } else { (Outputs::Last, n_o) };
    let scratch = net.forward_scratch_len(STEPS).expect("the length fits");
    let call = Call { name: "forward", input: &xs, state: &[], output: len, scratch };
    arenas.every_place(net, &call, |xs, _, ys, scratch| {
        net.forward_into(xs, outputs, ys, scratch).expect("the lengths fit");
    });

    // Up to a whole block of rows and one row of the next; long batches are rare, for they take long.
    let rows = if size.is_multiple_of(43) { 65 } else { size % 11 + 1 };
    let states = rng.states(rows * net.snapshot_len());
    let xs = rng.inputs(rows * 2 * n_i);
    let steps = if outputs == Outputs::All { 2 } else { 1 };
    let scratch = net.batch_scratch_len(rows, 2).expect("the length fits");
    let call =
        Call { name: "forward_batch", input: &xs, state: &states, output: rows * steps * n_o, scratch };
    arenas.every_place(net, &call, |xs, states, ys, scratch| {
        net.forward_batch_into(xs, rows, outputs, ys, Some(states), scratch).expect("the lengths fit");
    });
    let call = Call { name: "forward_batch from zero", state: &[], ..call };
    arenas.every_place(net, &call, |xs, _, ys, scratch| {
        net.forward_batch_into(xs, rows, outputs, ys, None, scratch).expect("the lengths fit");
    });

    // Windows that overlap and windows that do not; the last one ends the series.
    let windows = Windows::new(3).stride(size % 4 + 1);
    let count = size % 13 + 1;
    let steps = (count - 1) * (size % 4 + 1) + 3;
    let series = rng.inputs(steps * n_i);
    let scratch = net.windows_scratch_len(steps, windows).expect("windows fit");
    let call = Call { name: "windows", input: &series, state: &[], output: count * n_o, scratch };
    arenas.every_place(net, &call, |series, _, ys, scratch| {
        net.windows_into(series, windows, ys, scratch).expect("the lengths fit");
    });
}

#[test]
fn built_at_run_time() {
    let mut arenas = Arenas::new();
    for backend in backends::all() {
        for size in SIZES {
            every_call(&mut arenas, &network(size, backend), size);
        }
    }
}
