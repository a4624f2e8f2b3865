//! Streams that join, leave, start anew and are set, stepped together, each beside itself alone.

use crate::check::{agree, is_untouched, outcome, untouched};
use crate::subject::Subject;
use rnn_core::{Network, StreamBatch, StreamId};
use rnn_fuzz::built::inputs;
use rnn_fuzz::choices::Choices;
use rnn_fuzz::say;
use rnn_support::rng::Rng;

/// Most streams that memory is asked for.
const MOST: usize = 512;

/// A stream and its state alone.
struct Alone {
    id: StreamId,
    state: Vec<f32>,
}

pub(crate) fn run(c: &mut Choices<'_>, of: &Subject) {
    let net: &dyn Network = &*of.net;
    let capacity = if c.one_in(4) { c.number() } else { c.between(1, 6) };
    let fits = u32::try_from(capacity).is_ok();
    if fits && capacity > MOST.min(crate::ROOM / (of.work + of.snapshot)) {
        return;
    }
    say!("let mut streams = StreamBatch::new(&net, {capacity})?;");
    let ok = net.is_causal() && capacity > 0 && fits;
    let Some(mut streams) = outcome(StreamBatch::new(net, capacity), ok, "StreamBatch::new") else { return };
    let mut alone: Vec<Alone> = Vec::new();
    let mut gone: Vec<StreamId> = Vec::new();
    let fresh = vec![0.0; net.state_len()];
    let mut budget = crate::WORK / 2 / of.work as u128;
    for _ in 0..c.between(1, 24) {
        let any = if alone.is_empty() { None } else { Some(c.below(alone.len())) };
        match (c.below(8), any) {
            (0 | 1, _) => {
                say!("streams.join();");
                match streams.join() {
                    Some(id) => {
                        assert_eq!(streams.row(id), Some(alone.len()), "the row behind the others");
                        alone.push(Alone { id, state: fresh.clone() });
                    }
                    None => assert_eq!(alone.len(), capacity, "there was room"),
                }
            }
            (2, Some(index)) => {
                let Alone { id, .. } = alone.swap_remove(index);
                say!("streams.leave(ids[{index}]);");
                assert!(streams.leave(id) && !streams.leave(id), "a stream leaves once");
                gone.push(id);
            }
            (3, Some(index)) => {
                say!("streams.reset(ids[{index}]);");
                assert!(streams.reset(alone[index].id), "a stream that is there");
                alone[index].state.clone_from(&fresh);
            }
            (4, Some(index)) => {
                let len = if c.one_in(4) { c.place(of.snapshot + 1) } else { of.snapshot };
                let snapshot = Rng::new(c.seed()).states(len);
                say!("streams.restore(ids[{index}], &{snapshot:?});");
                let result = streams.restore(alone[index].id, &snapshot);
                if outcome(result, len == of.snapshot, "restore") == Some(true) {
                    outcome(net.restore(&mut alone[index].state, &snapshot), true, "restore alone");
                }
            }
            (5, Some(index)) => {
                let mut snapshot =
                    untouched(if c.one_in(4) { c.place(of.snapshot + 1) } else { of.snapshot });
                say!("streams.snapshot_into(ids[{index}], &mut [f32::NAN; {}])", snapshot.len());
                let result = streams.snapshot_into(alone[index].id, &mut snapshot);
                let ok = snapshot.len() == of.snapshot;
                if outcome(result, ok, "snapshot_into").is_some() {
                    let want = net.snapshot(&alone[index].state).expect("its own state");
                    agree(&snapshot, want, false, "a stream's snapshot");
                }
            }
            _ => {
                let rows = alone.len() as u128;
                if budget < rows {
                    break;
                }
                budget -= rows;
                step(c, of, &mut streams, &mut alone);
            }
        }
        for &id in &gone {
            assert!(streams.row(id).is_none() && !streams.reset(id), "a stream that has left");
        }
        let rows: Vec<_> = alone.iter().map(|alone| streams.row(alone.id)).collect();
        assert_eq!(rows, (0..alone.len()).map(Some).collect::<Vec<_>>(), "the last row takes the place");
    }
}

fn step(c: &mut Choices<'_>, of: &Subject, streams: &mut StreamBatch<&dyn Network>, alone: &mut [Alone]) {
    let rows = alone.len();
    let mut lens = [rows * of.n_i, rows * of.n_o];
    if c.one_in(6) {
        let which = c.below(2);
        lens[which] = c.place(lens[which] + 2);
    }
    let ok = lens == [rows * of.n_i, rows * of.n_o];
    let seed = c.seed();
    let xs = inputs(seed, lens[0]);
    let mut ys = untouched(lens[1]);
    say!("streams.step_into(&rnn_fuzz::built::inputs({seed}, {}), &mut [f32::NAN; {}])", lens[0], lens[1]);
    if outcome(streams.step_into(&xs, &mut ys), ok, "StreamBatch::step_into").is_none() {
        assert!(is_untouched(&ys), "ys was changed by a call that failed");
        return;
    }
    for (row, alone) in alone.iter_mut().enumerate() {
        let mut want = vec![0.0; of.n_o];
        let x = &xs[row * of.n_i..(row + 1) * of.n_i];
        of.net.step_into(&mut alone.state, x, &mut want).expect("its own state");
        agree(&ys[row * of.n_o..(row + 1) * of.n_o], &want, false, format_args!("stream {row}"));
    }
}
