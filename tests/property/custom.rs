//! Cells of the user's own: the built-in LSTM written again has its bits, a cell that is not built in keeps every promise
//! the built-in ones keep.

mod cells;
mod operations;

use crate::batches::batch;
use crate::cases::check;
use crate::forms::{assert_one_answer, by_steps, state, steps_from};
use crate::network::wide;
use crate::sizes;
use cells::{MemoryCell, Mgu, Own, Sum, own};
use proptest::sample::select;
use rnn_core::custom::CustomNetwork;
use rnn_core::{
    Activation, Backend, CellKind, Direction, LayerKind, Merge, Network, Outputs, Recurrent, RuntimeNetwork,
    Save, Sequences, SpecError, StreamBatch, WeightError, Windows,
};
use rnn_reference as reference;
use rnn_support::bits::assert_bits_equal;
use rnn_support::rng::Rng;
use rnn_support::{backends, tolerance};

/// Everything a sequence of steps or windows gives, in any direction.
fn answers(net: &dyn Network, x: &[f32], rows: usize) -> Vec<f32> {
    let steps = x.len() / net.input_size();
    let mut all = net.forward(x, Outputs::All).expect("the lengths fit");
    let (mut states, lengths) =
        (vec![0.25; rows * net.snapshot_len()], (0..rows).map(|row| row % (steps + 1)));
    let lengths: Vec<usize> = lengths.collect();
    let xs = x.repeat(rows);
    all.extend(batch(net, &xs, rows, Outputs::All, Some(&mut states)));
    all.extend(states);
    let sequences = Sequences::new(rows, steps).lengths(&lengths);
    all.extend(net.run(&xs, &sequences, None).expect("the lengths fit"));
    all.extend(net.windows(x, Windows::new(steps.min(3))).expect("the lengths fit"));
    all
}

#[test]
fn an_lstm_written_again_is_the_built_in_one() {
    let cases = (own(), sizes::rows(), 1_usize..8);
    check(file!(), "an LSTM of one's own", 1, cases, |(own, rows, steps)| {
        let (rows, steps) = (rows.min(1 + 100_000 / (own.n_h * own.n_h)), steps);
        let x = own.inputs(steps);
        for backend in backends::all() {
            let built_in = own.built_in(CellKind::LSTM, backend);
            let ours = own.build(MemoryCell, backend);
            assert_eq!(ours.snapshot_len(), built_in.snapshot_len());
            assert_eq!(ours.output_size(), built_in.output_size());
            assert_eq!(ours.is_causal(), built_in.is_causal());
            let what = format_args!("{backend}");
            assert_bits_equal(&answers(&*ours, &x, rows), &answers(&built_in, &x, rows), what);
            if ours.is_causal() {
                assert_bits_equal(&by_steps(&*ours, &x), &by_steps(&built_in, &x), what);
            }
        }
    });
}

/// A single gate, which has a built-in cell with the same arithmetic, and the most there may be.
#[test]
fn one_gate_and_eight() {
    check(file!(), "one gate and eight", 2, (own(), 1_usize..8), |(own, steps)| {
        let own = Own { layer: Recurrent { direction: Direction::Forward, ..own.layer }, ..own };
        let x = own.inputs(steps);
        let mut fused = None;
        for backend in backends::all() {
            let one = own.build(Sum::<1>, backend);
            let want = assert_one_answer(&*one, &x, "one gate");
            // Up to 128 units a built-in simple layer adds in two chains.
            if own.n_h == 1 || own.n_h > 128 {
                let built_in = own.built_in(CellKind::SimpleRnn { activation: Activation::Tanh }, backend);
                assert_bits_equal(&want, &by_steps(&built_in, &x), format_args!("{backend}, one gate"));
            }
            let eight = assert_one_answer(&*own.build(Sum::<8>, backend), &x, "eight gates");
            if backend.is_fused() {
                assert_bits_equal(
                    &eight,
                    fused.get_or_insert_with(|| eight.clone()),
                    "on every fused backend",
                );
            }
        }
    });
}

#[test]
fn one_answer_however_it_is_fed() {
    check(file!(), "a cell of one's own: one answer", 1, (own(), 0_usize..40), |(own, steps)| {
        let own = Own { layer: Recurrent { direction: Direction::Forward, ..own.layer }, ..own };
        let steps = steps.min(2 + 400_000 / (own.n_h * own.n_h));
        let x = own.inputs(steps);
        let mut fused = None;
        for backend in backends::all() {
            let net = own.build(Mgu, backend);
            let want = assert_one_answer(&*net, &x, "a minimal gated unit");
            if backend.is_fused() {
                assert_bits_equal(&want, fused.get_or_insert_with(|| want.clone()), "on every fused backend");
            }
        }
    });
}

/// Any number of rows, any position, threads, and streams stepped together.
#[test]
fn rows_threads_and_streams() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().expect("a pool of threads");
    check(file!(), "a cell of one's own: rows", 4, (own(), 1_usize..4), |(own, steps)| {
        let own = Own {
            layer: Recurrent { direction: Direction::Forward, ..own.layer },
            n_h: own.n_h.min(70),
            ..own
        };
        for backend in backends::all() {
            let net = own.build(Mgu, backend);
            let (n_i, n_o) = (net.input_size(), net.output_size());
            for rows in [1, 2, 5, 9, 64, 65, 129] {
                let x = Rng::new(own.seed).inputs(rows * steps * n_i);
                let want: Vec<f32> =
                    x.chunks(steps * n_i).flat_map(|x| steps_from(&*net, &mut state(&*net), x)).collect();
                let what = format_args!("{backend}, {rows} rows");
                assert_bits_equal(&batch(&*net, &x, rows, Outputs::All, None), &want, what);
                let ys = pool.install(|| net.par_forward_batch(&x, rows, Outputs::All)).expect("lengths fit");
                assert_bits_equal(&ys, &want, what);
                let mut streams = StreamBatch::new(&*net, rows).expect("the cell goes forward");
                (0..rows).for_each(|_| assert!(streams.join().is_some()));
                for step in 0..steps {
                    let at = |values: &[f32], size: usize| -> Vec<f32> {
                        let rows = values.chunks(steps * size);
                        rows.flat_map(|row| row[step * size..][..size].to_vec()).collect()
                    };
                    let mut ys = vec![f32::NAN; rows * n_o];
                    streams.step_into(&at(&x, n_i), &mut ys).expect("the lengths fit");
                    assert_bits_equal(&ys, &at(&want, n_o), what);
                }
            }
        }
    });
}

/// `x` with its steps in the other order.
fn reversed(x: &[f32], size: usize) -> Vec<f32> {
    x.chunks(size).rev().flatten().copied().collect()
}

/// Every direction from layers that go forward.
#[test]
fn directions_are_halves_that_go_forward() {
    let merges = [Merge::Concat, Merge::Sum, Merge::Product, Merge::Average];
    check(
        file!(),
        "a cell of one's own: directions",
        1,
        (own(), 1_usize..12, select(merges.to_vec())),
        |(own, steps, merge)| {
            let x = own.inputs(steps);
            // Heads follow the merge.
            let own = Own { n_o: None, ..own };
            let turned = |direction| Own { layer: Recurrent { direction, ..own.layer }, ..own };
            let forward = turned(Direction::Forward);
            for backend in backends::all() {
                let run = |own: &Own, x: &[f32], outputs| {
                    own.build(Mgu, backend).forward(x, outputs).expect("lengths fit")
                };
                let want = run(&forward, &reversed(&x, own.n_i), Outputs::All);
                let got = run(&turned(Direction::GoBackwards), &x, Outputs::All);
                assert_bits_equal(&got, &want, format_args!("{backend}, going backwards"));
                let got = run(&turned(Direction::Reverse), &x, Outputs::All);
                let backward = reversed(&want, own.n_h);
                assert_bits_equal(&got, &backward, format_args!("{backend}, in reverse"));

                let ahead = run(&forward, &x, Outputs::All);
                let behind = run(&forward.other_half(), &reversed(&x, own.n_i), Outputs::All);
                let last = merged(merge, &ahead[ahead.len() - own.n_h..], &behind[behind.len() - own.n_h..]);
                let behind = reversed(&behind, own.n_h);
                let steps = ahead.chunks(own.n_h).zip(behind.chunks(own.n_h));
                let want: Vec<f32> = steps.flat_map(|(a, b)| merged(merge, a, b)).collect();
                let both = turned(Direction::Bidirectional(merge));
                assert_bits_equal(
                    &run(&both, &x, Outputs::All),
                    &want,
                    format_args!("{backend}, both, {merge:?}"),
                );
                assert_bits_equal(
                    &run(&both, &x, Outputs::Last),
                    &last,
                    format_args!("{backend}, the last, {merge:?}"),
                );
            }
        },
    );
}

fn merged(merge: Merge, a: &[f32], b: &[f32]) -> Vec<f32> {
    let each = |f: fn(f32, f32) -> f32| a.iter().zip(b).map(|(&a, &b)| f(a, b)).collect();
    match merge {
        Merge::Concat => [a, b].concat(),
        Merge::Sum => each(|a, b| a + b),
        Merge::Product => each(|a, b| a * b),
        Merge::Average => each(|a, b| 0.5 * (a + b)),
    }
}

#[test]
fn a_minimal_gated_unit_against_f64() {
    let worst = std::cell::Cell::new(0.0_f64);
    check(file!(), "a cell of one's own against f64", 1, (own(), 0_usize..33), |(own, steps)| {
        let own = Own { n_o: None, layer: Recurrent { direction: Direction::Forward, ..own.layer }, ..own };
        let x = own.inputs(steps);
        let cell = own.reference();
        let recurrence = reference::Recurrence::new(cell).with_delay(f64::from(own.layer.delay));
        let layer = reference::Recurrent::new(reference::Direction::Forward, recurrence);
        let zero = layer.zero();
        let want = layer.run(&wide(&x), &reference::Steps::default(), zero).all;
        let terms = tolerance::terms(own.n_i, own.n_h);
        for backend in backends::all() {
            let got = own.build(Mgu, backend).forward(&x, Outputs::All).expect("the lengths fit");
            match tolerance::check(&got, &want, |y| tolerance::sequence(terms, steps, y)) {
                Ok(part) => worst.set(worst.get().max(part)),
                Err(mismatch) => panic!("{backend}, T={steps}: {mismatch}"),
            }
        }
    });
    rnn_support::report::line(format_args!(
        "property: a cell of one's own: at worst {:.2} of the bound",
        worst.get()
    ));
    assert!(worst.get() > 1e-3, "a bound nothing comes near bounds nothing");
}

/// What is saved is loaded with the same bits, by the cell it was saved from alone.
#[test]
fn files() {
    check(file!(), "a cell of one's own: files", 4, (own(), 1_usize..8), |(own, steps)| {
        let own = Own { n_h: own.n_h.min(40), ..own };
        let x = own.inputs(steps);
        let bytes = own.saved(Mgu);
        for backend in backends::all() {
            let want = answers(&*own.build(Mgu, backend), &x, 3);
            let loaded = own.load(Mgu, backend, &bytes).expect("saved by the same cell");
            assert_bits_equal(&answers(&*loaded, &x, 3), &want, format_args!("{backend}"));
            assert!(own.load(MemoryCell, backend, &bytes).is_err(), "four gates from a file of two");
        }
        assert_eq!(own.saved(Mgu), bytes, "the same bytes every time");
        let found = RuntimeNetwork::from_safetensors(&bytes).err();
        assert!(matches!(found, Some(WeightError::Spec(SpecError::Custom { layer: 0, .. }))), "{found:?}");
        let builder = RuntimeNetwork::builder(own.n_i).layer("cell", own.kind(Mgu));
        assert!(builder.from_safetensors(&bytes).is_err());
    });
}

/// A network built at run time has no way to know what a cell of the user's own computes.
#[test]
fn no_other_network_runs_it() {
    let cell = LayerKind::Recurrent(Recurrent::new(CellKind::Custom { gates: 2, memory: false }, 3));
    let builder = RuntimeNetwork::builder(2).simple_rnn("first", 2).layer("second", cell);
    let found = builder.from_slices(&[]).err();
    assert!(matches!(found, Some(WeightError::Spec(SpecError::Custom { layer: 1, .. }))), "{found:?}");
}

#[test]
fn mistakes_of_a_description() {
    let new = || CustomNetwork::new(Mgu, 2, 3);
    let backend = Backend::PORTABLE;
    let spec = |result: Result<_, WeightError>| match result {
        Err(WeightError::Spec(error)) => error,
        other => panic!("no mistake of the description: {:?}", other.map(|_: CustomNetwork<Mgu, 2>| ())),
    };
    let error = spec(CustomNetwork::new(Mgu, 2, 0).build(backend, &[]));
    assert!(matches!(error, SpecError::LayerSize { layer: 0, found: 0, .. }), "{error:?}");
    for clip in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let error = spec(new().clip(clip).build(backend, &[]));
        assert!(matches!(error, SpecError::Clip { layer: 0, .. }), "{error:?}");
    }
    for delay in [0.5, 0.0, f32::NAN] {
        let error = spec(new().delay(delay).build(backend, &[]));
        assert!(matches!(error, SpecError::Delay { layer: 0, .. }), "{error:?}");
    }
    let own = Own { n_i: 2, n_h: 3, n_o: None, layer: Recurrent::new(CellKind::LSTM, 3), seed: 1 };
    // Those of four gates do not fit two.
    let four = own.tensors(4);
    assert!(new().build(backend, &own.entries(&four)).is_err());
    assert!(new().build(backend, &[]).is_err());
    let two = own.tensors(2);
    let net = new().build(backend, &own.entries(&two)).expect("two gates fit");
    assert!(net.to_safetensors().is_ok_and(|bytes| !bytes.is_empty()));
    assert_eq!((net.snapshot_len(), net.output_size()), (3, 3));
    assert!(new().bias(false).build(backend, &own.entries(&two)).is_err(), "a bias where none is");
}
