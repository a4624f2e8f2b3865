//! [`StreamBatch`]: each stream has the bits it has alone, whoever joins, leaves or starts anew beside it.

use crate::cases::check;
use crate::forms::{poison, state};
use crate::network::{Case, case};
use proptest::prelude::*;
use rnn_core::{Direction, LayerKind, Network, ResetGate, RuntimeNetwork, ShapeError, StreamBatch, StreamId};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;
use rnn_support::rng::Rng;
use std::sync::Arc;

/// What happens to a set of streams; numbers choose one of those there are.
#[derive(Clone, Copy, Debug)]
enum Act {
    /// So many join.
    Join(usize),
    Leave(usize),
    Reset(usize),
    /// The state of the first goes to the second.
    Copy(usize, usize),
    /// One gets a state of random numbers.
    Restore(usize, u64),
    /// So many steps.
    Step(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let which = || 0_usize..1000;
    prop_oneof![
        3 => (1_usize..24).prop_map(Act::Join),
        3 => which().prop_map(Act::Leave),
        1 => which().prop_map(Act::Reset),
        2 => (which(), which()).prop_map(|(from, to)| Act::Copy(from, to)),
        1 => (which(), any::<u64>()).prop_map(|(which, seed)| Act::Restore(which, seed)),
        5 => (1_usize..7).prop_map(Act::Step),
    ]
}

/// A set of streams beside each of them alone.
struct Twins<'a> {
    net: &'a RuntimeNetwork,
    together: StreamBatch<&'a RuntimeNetwork>,
    /// Those that are there, each with its own state.
    alone: Vec<(StreamId, Vec<f32>)>,
    gone: Vec<StreamId>,
    rng: Rng,
}

impl Twins<'_> {
    fn join(&mut self) {
        let room = self.together.len() < self.together.capacity();
        let joined = self.together.join();
        assert_eq!(joined.is_some(), room, "a stream joins where there is room");
        let Some(id) = joined else { return };
        assert!(!self.gone.contains(&id) && self.alone.iter().all(|(other, _)| *other != id), "a new name");
        assert_eq!(self.together.row(id), Some(self.together.len() - 1), "behind the others");
        self.alone.push((id, state(self.net)));
    }

    fn act(&mut self, act: Act) {
        let there = self.alone.len();
        match act {
            Act::Join(count) => (0..count).for_each(|_| self.join()),
            Act::Step(count) => (0..count).for_each(|_| self.step()),
            _ if there == 0 => {}
            Act::Leave(which) => {
                let (id, _) = self.alone.swap_remove(which % there);
                assert!(self.together.leave(id));
                self.gone.push(id);
            }
            Act::Reset(which) => {
                let (id, own) = &mut self.alone[which % there];
                assert!(self.together.reset(*id));
                self.net.reset(own).expect("the length fits");
            }
            Act::Copy(from, to) => {
                let mut snapshot = poison(self.net.snapshot_len());
                let from = self.alone[from % there].0;
                assert_eq!(self.together.snapshot_into(from, &mut snapshot), Ok(true));
                self.restore(to % there, &snapshot);
            }
            Act::Restore(which, seed) => {
                let snapshot = Rng::new(seed).states(self.net.snapshot_len());
                self.restore(which % there, &snapshot);
            }
        }
    }

    fn restore(&mut self, which: usize, snapshot: &[f32]) {
        let (id, own) = &mut self.alone[which];
        assert_eq!(self.together.restore(*id, snapshot), Ok(true));
        *own = poison(own.len());
        self.net.restore(own, snapshot).expect("the lengths fit");
    }

    fn step(&mut self) {
        let (n_i, n_o, there) = (self.net.input_size(), self.net.output_size(), self.alone.len());
        let xs = self.rng.inputs(there * n_i);
        let mut ys = poison(there * n_o);
        self.together.step_into(&xs, &mut ys).expect("the lengths fit");
        for (id, own) in &mut self.alone {
            let row = self.together.row(*id).expect("it has not left");
            let mut want = poison(n_o);
            self.net.step_into(own, &xs[row * n_i..][..n_i], &mut want).expect("the lengths fit");
            let backend = self.net.backend();
            assert_bits_equal(
                &ys[row * n_o..][..n_o],
                &want,
                format_args!("{backend}, row {row} of {there}"),
            );
        }
    }

    /// Names, rows and states are those of the streams there are.
    fn check(&self) {
        assert_eq!(self.together.len(), self.alone.len());
        assert_eq!(self.together.is_empty(), self.alone.is_empty());
        assert_eq!(self.together.ids().count(), self.alone.len());
        for (row, id) in self.together.ids().enumerate() {
            assert_eq!(self.together.row(id), Some(row));
            assert!(self.alone.iter().any(|(other, _)| *other == id));
        }
        let mut snapshot = poison(self.net.snapshot_len());
        for (id, own) in &self.alone {
            assert_eq!(self.together.snapshot_into(*id, &mut snapshot), Ok(true));
            let want = self.net.snapshot(own).expect("the length fits");
            assert_bits_equal(&snapshot, want, format_args!("{}, a snapshot", self.net.backend()));
        }
    }

    /// Old names are no names, and using them changes nothing.
    fn use_old_names(&mut self) {
        let snapshot = vec![0.5; self.net.snapshot_len()];
        for &id in &self.gone {
            let mut kept = snapshot.clone();
            assert_eq!(self.together.row(id), None);
            assert!(!self.together.leave(id) && !self.together.reset(id));
            assert_eq!(self.together.restore(id, &snapshot), Ok(false));
            assert_eq!(self.together.snapshot_into(id, &mut kept), Ok(false));
            assert_bits_equal(&kept, &snapshot, "what was to receive a snapshot");
        }
    }
}

#[test]
fn each_stream_as_it_is_alone() {
    let capacity = prop_oneof![2 => 1_usize..=9, 1 => 10_usize..=70];
    let acts = prop::collection::vec(act(), 1..24);
    check(file!(), "streams stepped together", 1, (case(), capacity, acts), |(case, capacity, acts)| {
        let steps: usize = acts.iter().map(|act| if let Act::Step(count) = act { *count } else { 0 }).sum();
        let capacity = case.affordable(steps, capacity);
        for backend in backends::all() {
            let net = case.network(backend);
            let together = StreamBatch::new(&net, capacity).expect("the model can be stepped");
            assert_eq!((together.capacity(), together.len()), (capacity, 0));
            let rng = Rng::new(case.seed);
            let mut twins = Twins { net: &net, together, alone: Vec::new(), gone: Vec::new(), rng };
            for &act in [Act::Join(1)].iter().chain(&acts) {
                twins.act(act);
                twins.check();
            }
            twins.use_old_names();
            twins.check();
            twins.step();
            twins.check();
        }
    });
}

/// A stream that saw a NaN leaves, and who takes its place knows nothing of it.
#[test]
fn a_place_is_taken_over_clean() {
    for kind in [LayerKind::lstm(9), LayerKind::gru(9, ResetGate::BeforeProduct).with_delay(2.5)] {
        let net = Case::single(2, kind, 5).network(backends::all()[0]);
        let mut streams = StreamBatch::new(&net, 2).expect("the model can be stepped");
        let [sick, well] = [0, 1].map(|_| streams.join().expect("there is room"));
        assert_eq!(streams.join(), None, "both places are taken");
        let mut ys = poison(18);
        streams.step_into(&[f32::NAN, 1.0, 0.5, 1.0], &mut ys).expect("the lengths fit");
        assert!(ys[..9].iter().all(|y| y.is_nan()) && ys[9..].iter().all(|y| y.is_finite()));
        assert!(streams.leave(sick));
        let new = streams.join().expect("there is room");
        assert_ne!(new, sick);
        assert_eq!([new, well].map(|id| streams.row(id)), [Some(1), Some(0)]);
        streams.step_into(&[0.5; 4], &mut ys).expect("the lengths fit");
        assert!(ys.iter().all(|y| y.is_finite()), "{ys:?}");
    }
}

#[test]
fn errors_change_nothing() {
    let layers = vec![LayerKind::lstm(5).with_delay(2.5), LayerKind::dense(2)];
    let net = Case { n_i: 3, layers, seed: 7 }.network(backends::all()[0]);
    let mut streams = StreamBatch::new(&net, 4).expect("the model can be stepped");
    let ids = [0, 1].map(|_| streams.join().expect("there is room"));
    let xs = Rng::new(1).inputs(6);
    let mut ys = poison(4);
    streams.step_into(&xs, &mut ys).expect("the lengths fit");
    let mut untouched = streams.clone();

    let len = net.snapshot_len();
    for wrong in [0, len - 1, len + 1] {
        let mut snapshot = vec![0.75; wrong];
        let found = streams.snapshot_into(ids[0], &mut snapshot);
        let is_length = |error: &ShapeError| {
            matches!(error, ShapeError::Length { argument: "snapshot", found, expected, .. }
                if (*found, *expected) == (wrong, len))
        };
        assert!(found.as_ref().is_err_and(is_length), "{found:?}");
        assert!(snapshot.iter().all(|x| x.to_bits() == 0.75_f32.to_bits()), "written");
        let found = streams.restore(ids[0], &snapshot);
        assert!(found.as_ref().is_err_and(is_length), "{found:?}");
    }
    // Of as many rows as there is room for, of one too few, of none.
    for (inputs, outputs, argument) in [(12, 8, "xs"), (3, 2, "xs"), (0, 0, "xs"), (6, 8, "ys"), (6, 3, "ys")]
    {
        let mut ys = vec![0.75; outputs];
        let found = streams.step_into(&vec![1.0; inputs], &mut ys);
        let is_named = |error: &ShapeError| matches!(error, ShapeError::Length { argument: name, .. } if *name == argument);
        assert!(found.as_ref().is_err_and(is_named), "{found:?}");
        assert!(ys.iter().all(|y| y.to_bits() == 0.75_f32.to_bits()), "written");
    }

    let (mut got, mut want) = (poison(4), poison(4));
    streams.step_into(&xs, &mut got).expect("the lengths fit");
    untouched.step_into(&xs, &mut want).expect("the lengths fit");
    assert_bits_equal(&got, &want, "the step after the errors");
}

#[test]
fn sets_that_cannot_be_made() {
    let backend = backends::all()[0];
    let net = Case::single(3, LayerKind::lstm(4), 1).network(backend);
    let error = StreamBatch::new(&net, 0).err();
    assert!(matches!(error, Some(ShapeError::Zero { argument: "capacity", .. })), "{error:?}");
    for capacity in [usize::MAX, usize::MAX / 8, usize::MAX / 64] {
        let error = StreamBatch::new(&net, capacity).err();
        assert!(matches!(error, Some(ShapeError::Overflow { .. })), "{error:?}");
    }
    for direction in [Direction::Reverse, Direction::GoBackwards] {
        let kind = LayerKind::gru(4, ResetGate::AfterProduct).with_direction(direction);
        let layers = vec![LayerKind::simple_rnn(2), kind];
        let net = Case { n_i: 3, layers, seed: 1 }.network(backend);
        assert_eq!(StreamBatch::new(&net, 3).err(), Some(ShapeError::NotCausal));
    }
}

/// No streams take a step of no rows; shared and owned models, trait objects among them, serve as borrowed ones.
#[test]
fn any_owner_and_no_streams() {
    let net = Case::single(1, LayerKind::simple_rnn(3), 1).network(backends::all()[0]);
    let shared: Arc<dyn Network> = Arc::new(net.clone());
    let mut first = StreamBatch::new(shared.clone(), 2).expect("the model can be stepped");
    let mut second = StreamBatch::new(Box::new(net), 2).expect("the model can be stepped");
    assert_eq!(first.step_into(&[], &mut []), Ok(()));
    assert!(first.step_into(&[1.0], &mut [0.0; 3]).is_err());
    assert!(first.join().is_some() && second.join().is_some());
    let (mut a, mut b) = (poison(3), poison(3));
    first.step_into(&[0.5], &mut a).expect("the lengths fit");
    second.step_into(&[0.5], &mut b).expect("the lengths fit");
    assert_bits_equal(&a, &b, "owned and shared");
    assert_eq!(first.model().input_size(), second.model().input_size());
}
