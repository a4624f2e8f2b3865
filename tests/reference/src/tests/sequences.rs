//! Directions, lengths, masks and delay on paper.
//!
//! The cell is h' = u x + 10 h, so that a state shows its inputs as digits.

use super::close;
use super::random::lstm;
use crate::{Activation, Direction, Memory, Merge, Recurrence, Recurrent, Sequence, SimpleRnn, State, Steps};

fn digits(u: f64) -> Recurrence {
    Recurrence::new(SimpleRnn {
        input_size: 1,
        hidden_size: 1,
        u: vec![u],
        w: vec![10.0],
        b: vec![0.0],
        activation: Activation::Linear,
        clip: None,
    })
}

fn state(h: f64) -> State {
    State { h: vec![h], c: Vec::new() }
}

/// x = 1, 2, 4.
fn run(layer: &Recurrent, steps: &Steps) -> Sequence {
    layer.run(&[1.0, 2.0, 4.0], steps, layer.zero())
}

fn check(got: &Sequence, all: &[f64], last: &[f64], states: &[f64]) {
    close(&got.all, all);
    close(&got.last, last);
    let newest: Vec<f64> = got.memories.iter().map(|memory| memory[0].h[0]).collect();
    close(&newest, states);
}

fn both(merge: Merge) -> Recurrent {
    Recurrent::bidirectional(digits(1.0), digits(2.0), merge)
}

fn length(length: usize) -> Steps {
    Steps { length: Some(length), ..Steps::default() }
}

fn mask(mask: [u8; 3]) -> Steps {
    Steps { mask: Some(mask.map(|valid| valid == 1).to_vec()), ..Steps::default() }
}

fn zeroed(mask: Steps) -> Steps {
    Steps { zero_output_for_mask: true, ..mask }
}

#[test]
fn directions() {
    let all = Steps::default();
    let one = |direction| Recurrent::new(direction, digits(1.0));
    check(&run(&one(Direction::Forward), &all), &[1.0, 12.0, 124.0], &[124.0], &[124.0]);
    check(&run(&one(Direction::Reverse), &all), &[421.0, 42.0, 4.0], &[421.0], &[421.0]);
    check(&run(&one(Direction::GoBackwards), &all), &[4.0, 42.0, 421.0], &[421.0], &[421.0]);
    // Backward with u = 2: 8, 84, 842.
    let concat = run(&both(Merge::Concat), &all);
    check(&concat, &[1.0, 842.0, 12.0, 84.0, 124.0, 8.0], &[124.0, 842.0], &[124.0, 842.0]);
    assert_eq!(both(Merge::Concat).output_size(), 2);
    let merged = |merge, all: [f64; 3], last: f64| {
        check(&run(&both(merge), &Steps::default()), &all, &[last], &[124.0, 842.0]);
        assert_eq!(both(merge).output_size(), 1);
    };
    merged(Merge::Sum, [843.0, 96.0, 132.0], 966.0);
    merged(Merge::Product, [842.0, 1008.0, 992.0], 104_408.0);
    merged(Merge::Average, [421.5, 48.0, 66.0], 483.0);
}

#[test]
fn initial_states() {
    let from = |layer: &Recurrent, states: &[f64]| {
        let memories: Vec<Memory> = states.iter().map(|&h| vec![state(h)]).collect();
        layer.run(&[1.0, 2.0, 4.0], &Steps::default(), memories)
    };
    let forward = Recurrent::new(Direction::Forward, digits(1.0));
    check(&from(&forward, &[7.0]), &[71.0, 712.0, 7124.0], &[7124.0], &[7124.0]);
    let reverse = Recurrent::new(Direction::Reverse, digits(1.0));
    check(&from(&reverse, &[7.0]), &[7421.0, 742.0, 74.0], &[7421.0], &[7421.0]);
    let got = from(&both(Merge::Concat), &[7.0, 1.0]);
    check(&got, &[71.0, 1842.0, 712.0, 184.0, 7124.0, 18.0], &[7124.0, 1842.0], &[7124.0, 1842.0]);
}

#[test]
fn lengths() {
    // What stands past the end is not read.
    let padded = |layer: &Recurrent, steps: &Steps| layer.run(&[1.0, 2.0, f64::NAN], steps, layer.zero());
    let one = |direction| Recurrent::new(direction, digits(1.0));
    let two = length(2);
    check(&padded(&one(Direction::Forward), &two), &[1.0, 12.0, 0.0], &[12.0], &[12.0]);
    check(&padded(&one(Direction::Reverse), &two), &[21.0, 2.0, 0.0], &[21.0], &[21.0]);
    check(&padded(&one(Direction::GoBackwards), &two), &[2.0, 21.0, 0.0], &[21.0], &[21.0]);
    let got = padded(&both(Merge::Concat), &two);
    check(&got, &[1.0, 42.0, 12.0, 4.0, 0.0, 0.0], &[12.0, 42.0], &[12.0, 42.0]);
    check(&padded(&both(Merge::Average), &two), &[21.5, 8.0, 0.0], &[27.0], &[12.0, 42.0]);
    for direction in [Direction::Forward, Direction::Reverse, Direction::GoBackwards] {
        // No step: no output, and the state is the one it was.
        let none = one(direction).run(&[1.0, 2.0, 4.0], &length(0), vec![vec![state(7.0)]]);
        check(&none, &[0.0; 3], &[0.0], &[7.0]);
    }
    let none = both(Merge::Sum).run(&[1.0], &length(0), vec![vec![state(7.0)], vec![state(8.0)]]);
    check(&none, &[0.0], &[0.0], &[7.0, 8.0]);
}

#[test]
fn masks_in_one_direction() {
    let forward = Recurrent::new(Direction::Forward, digits(1.0));
    // A hole: held and repeated, or zero.
    check(&run(&forward, &mask([1, 0, 1])), &[1.0, 1.0, 14.0], &[14.0], &[14.0]);
    check(&run(&forward, &zeroed(mask([1, 0, 1]))), &[1.0, 0.0, 14.0], &[14.0], &[14.0]);
    // At the start there is nothing to repeat, whatever the state is.
    check(&run(&forward, &mask([0, 1, 1])), &[0.0, 2.0, 24.0], &[24.0], &[24.0]);
    let from_seven = forward.run(&[1.0, 2.0, 4.0], &mask([0, 1, 1]), vec![vec![state(7.0)]]);
    check(&from_seven, &[0.0, 72.0, 724.0], &[724.0], &[724.0]);
    // At the end.
    check(&run(&forward, &mask([1, 1, 0])), &[1.0, 12.0, 12.0], &[12.0], &[12.0]);
    check(&run(&forward, &zeroed(mask([1, 1, 0]))), &[1.0, 12.0, 0.0], &[0.0], &[12.0]);
    check(&run(&forward, &mask([0, 0, 0])), &[0.0; 3], &[0.0], &[0.0]);

    // Backwards, the step repeated is the one after it.
    let reverse = Recurrent::new(Direction::Reverse, digits(1.0));
    check(&run(&reverse, &mask([1, 0, 1])), &[41.0, 4.0, 4.0], &[41.0], &[41.0]);
    check(&run(&reverse, &mask([0, 1, 1])), &[42.0, 42.0, 4.0], &[42.0], &[42.0]);
    check(&run(&reverse, &mask([1, 1, 0])), &[21.0, 2.0, 0.0], &[21.0], &[21.0]);
    let backwards = Recurrent::new(Direction::GoBackwards, digits(1.0));
    check(&run(&backwards, &mask([0, 1, 1])), &[4.0, 42.0, 42.0], &[42.0], &[42.0]);
    check(&run(&backwards, &zeroed(mask([0, 1, 1]))), &[4.0, 42.0, 0.0], &[0.0], &[42.0]);
    check(&run(&backwards, &mask([1, 1, 0])), &[0.0, 2.0, 21.0], &[21.0], &[21.0]);

    // A mask and a length: the last step does not exist, so the masked one comes first.
    let steps = Steps { length: Some(2), ..mask([1, 0, 1]) };
    check(&run(&reverse, &steps), &[1.0, 0.0, 0.0], &[1.0], &[1.0]);
    check(&run(&forward, &steps), &[1.0, 1.0, 0.0], &[1.0], &[1.0]);
}

#[test]
fn masks_in_both_directions() {
    let concat = both(Merge::Concat);
    // Forward 1, hold, 14; backward 8, hold, 82. Masked outputs are 0 with or without being asked for.
    let all = [1.0, 82.0, 0.0, 0.0, 14.0, 8.0];
    for steps in [mask([1, 0, 1]), zeroed(mask([1, 0, 1]))] {
        check(&run(&concat, &steps), &all, &[14.0, 82.0], &[14.0, 82.0]);
    }
    // The last outputs are those of the last steps that count: 12 at time 1 and 42 at time 0.
    let all = [1.0, 42.0, 12.0, 4.0, 0.0, 0.0];
    check(&run(&concat, &mask([1, 1, 0])), &all, &[12.0, 42.0], &[12.0, 42.0]);
    // 24 at time 2 and 84 at time 1.
    check(&run(&both(Merge::Sum), &mask([0, 1, 1])), &[0.0, 86.0, 32.0], &[108.0], &[24.0, 84.0]);
}

#[test]
fn delay_by_hand() {
    let xs = [1.0, 2.0, 4.0, 8.0];
    let over = |delay: f64, memory: Option<&[f64]>| {
        let layer = Recurrent::new(Direction::Forward, digits(1.0).with_delay(delay));
        let memory =
            memory.map_or_else(|| layer.zero(), |past| vec![past.iter().map(|&h| state(h)).collect()]);
        let got = layer.run(&xs, &Steps::default(), memory);
        let past: Vec<f64> = got.memories[0].iter().map(|state| state.h[0]).collect();
        (got.all, past)
    };
    // d = 2: 4 + 10*1, 8 + 10*2. The newest of the two states kept comes first.
    let (all, past) = over(2.0, None);
    close(&all, &[1.0, 2.0, 14.0, 28.0]);
    close(&past, &[28.0, 14.0]);
    // From past states 5 and, before it, 3: 1 + 10*3, 2 + 10*5, 4 + 10*31, 8 + 10*52.
    close(&over(2.0, Some(&[5.0, 3.0])).0, &[31.0, 52.0, 314.0, 528.0]);
    // d = 1.5: s = (h_{t-1} + h_{t-2}) / 2: 2 + 10 * 1/2 = 7, 4 + 10 * 4 = 44, 8 + 10 * 25.5 = 263.
    let (all, past) = over(1.5, None);
    close(&all, &[1.0, 7.0, 44.0, 263.0]);
    close(&past, &[263.0, 44.0]);
    // d = 2.25: s = 3/4 h_{t-2} + 1/4 h_{t-3}: 4 + 7.5, 8 + 10 * (1.5 + 0.25).
    let (all, past) = over(2.25, None);
    close(&all, &[1.0, 2.0, 11.5, 25.5]);
    close(&past, &[25.5, 11.5, 2.0]);
    // d = 1 is no delay.
    let (all, past) = over(1.0, Some(&[7.0]));
    close(&all, &[71.0, 712.0, 7124.0, 71248.0]);
    close(&past, &[71248.0]);
}

/// c is as old as h is.
#[test]
fn delay_of_both_halves_of_a_state() {
    let lstm = Recurrence::new(lstm(1, 1, 1)).with_delay(1.25);
    let of = |h: f64, c: f64| State { h: vec![h], c: vec![c] };
    // 3/4 of the newest, 1/4 of the one before.
    assert_eq!(lstm.read(&[of(8.0, 4.0), of(16.0, -4.0)]), of(10.0, 2.0));
    assert_eq!(lstm.zero(), [of(0.0, 0.0), of(0.0, 0.0)]);
}

/// The state of a masked step is held as a whole: the step after it sees what it would have seen.
#[test]
fn a_mask_holds_every_past_state() {
    let layer = Recurrent::new(Direction::Forward, digits(1.0).with_delay(2.0));
    let steps = Steps { mask: Some(vec![true, true, false, true]), ..Steps::default() };
    let got = layer.run(&[1.0, 2.0, 9.0, 4.0], &steps, layer.zero());
    // 4 + 10 * 1, as without the masked step.
    close(&got.all, &[1.0, 2.0, 2.0, 14.0]);
    assert_eq!(got.memories, [vec![state(14.0), state(2.0)]]);
}

#[test]
#[should_panic(expected = "a delay is at least 1")]
fn a_delay_is_at_least_one() {
    let _ = digits(1.0).with_delay(0.5).zero();
}
