//! What lengths, masks, directions, merges and stacks mean, each said with simpler calls, to the bit.

use super::feeds::{Counts, Fed, Plan, Which, part, plan};
use super::stacks::{DIRECTIONS, Stack, Tensors, build, single, stack_of};
use crate::cases::check;
use proptest::prelude::*;
use proptest::sample::select;
use rnn_core::{Direction, LayerKind, Merge, Network, Outputs};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;

/// Directions that give their outputs in the order of time: what follows them sees steps where they were.
const IN_TIME: [Direction; 6] = [
    Direction::Forward,
    Direction::Reverse,
    Direction::Bidirectional(Merge::Concat),
    Direction::Bidirectional(Merge::Sum),
    Direction::Bidirectional(Merge::Product),
    Direction::Bidirectional(Merge::Average),
];

/// With these steps counting.
fn with(plan: &Plan, counts: Counts) -> Plan {
    Plan { counts, ..plan.clone() }
}

/// A row's length is a shorter sequence: its outputs, then zeros, and its states.
#[test]
fn a_length_is_a_shorter_sequence() {
    check(file!(), "a length is a shorter sequence", 1, (stack_of(&DIRECTIONS), plan()), |(stack, plan)| {
        let fed = with(&plan, Counts::Lengths).feed(&stack);
        for backend in backends::all() {
            let net = stack.network(backend);
            let (ys, states) = fed.call(&net);
            for row in 0..fed.rows.len() {
                let alone = fed.left_out(row);
                let (mut want, want_states) = alone.call(&net);
                want.resize(fed.given() * net.output_size(), 0.0);
                let what = format_args!("{backend}, row {row}");
                assert_bits_equal(part(&ys, fed.rows.len(), row), &want, what);
                assert_bits_equal(part(&states, fed.rows.len(), row), &want_states, what);
            }
        }
    });
}

/// A masked step is one left out: the states are the same, and so are the outputs of steps that count.
#[test]
fn a_mask_leaves_steps_out() {
    let stacks = prop_oneof![single(&DIRECTIONS).boxed(), stack_of(&IN_TIME).boxed()];
    let cases = (stacks, plan(), any::<bool>());
    check(file!(), "a mask leaves steps out", 1, cases, |(stack, plan, zero)| {
        let fed = with(&plan, if zero { Counts::ZeroMask } else { Counts::Mask }).feed(&stack);
        let backwards = stack.layers.iter().any(|layer| turns(*layer));
        // What the last step of dense layers alone is was not computed from those left out.
        let recurrent = stack.state_len() > 0;
        let both = |layer: &LayerKind| layer.directions() == 2;
        for backend in backends::all() {
            let net = stack.network(backend);
            let (ys, states) = fed.call(&net);
            for row in 0..fed.rows.len() {
                let what = format_args!("{backend}, row {row}");
                let alone = fed.left_out(row);
                let (want, want_states) = alone.call(&net);
                assert_bits_equal(part(&states, fed.rows.len(), row), &want_states, what);
                let (ys, n_o) = (part(&ys, fed.rows.len(), row), net.output_size());
                let last = stack.layers.iter().rev().find(|layer| layer.state_len() > 0);
                match fed.outputs {
                    Outputs::All => {
                        let place = |t| if backwards { fed.steps - 1 - t } else { t };
                        let mut counting: Vec<usize> =
                            (0..fed.steps).filter(|&t| fed.which.counts(row, t)).map(place).collect();
                        counting.sort_unstable();
                        let found: Vec<f32> =
                            counting.iter().flat_map(|&t| ys[t * n_o..][..n_o].to_vec()).collect();
                        assert_bits_equal(&found, &want, what);
                    }
                    // Repeated to the end; and a bidirectional layer's halves are, even where zeros are asked for.
                    Outputs::Last if recurrent && alone.steps > 0 && (!zero || last.is_some_and(both)) => {
                        assert_bits_equal(ys, &want, what);
                    }
                    _ => {}
                }
            }
        }
    });
}

/// Whether outputs come in the order of computation.
fn turns(kind: LayerKind) -> bool {
    kind.recurrent().is_some_and(|r| r.direction == Direction::GoBackwards)
}

/// What a masked step gives: of one recurrent layer the output before it in the order of computation, or zeros.
#[test]
fn a_masked_step_repeats_or_is_zero() {
    let cases = (single(&DIRECTIONS), plan(), any::<bool>());
    check(file!(), "a masked step repeats or is zero", 1, cases, |(stack, plan, zero)| {
        let counts = if zero { Counts::ZeroMask } else { Counts::Mask };
        let fed = Plan { outputs: Outputs::All, ..with(&plan, counts) }.feed(&stack);
        let direction = stack.layers[0].recurrent().expect("a recurrent layer").direction;
        let both = matches!(direction, Direction::Bidirectional(_));
        let forward = direction == Direction::Forward;
        for backend in backends::all() {
            let net = stack.network(backend);
            let (ys, _) = fed.call(&net);
            for row in 0..fed.rows.len() {
                let ys: Vec<&[f32]> = part(&ys, fed.rows.len(), row).chunks(net.output_size()).collect();
                let mut before = vec![0.0; net.output_size()];
                for step in 0..fed.steps {
                    let t = if forward { step } else { fed.steps - 1 - step };
                    let y = ys[if direction == Direction::GoBackwards { step } else { t }];
                    if !fed.which.counts(row, t) {
                        if zero || both {
                            before.fill(0.0);
                        }
                        assert_bits_equal(y, &before, format_args!("{backend}, row {row}, step {t}"));
                    }
                    before.copy_from_slice(y);
                }
            }
        }
    });
}

/// A mask without holes and lengths of T are neither.
#[test]
fn nothing_left_out_is_nothing_said() {
    check(
        file!(),
        "nothing left out is nothing said",
        2,
        (stack_of(&DIRECTIONS), plan()),
        |(stack, plan)| {
            let fed = with(&plan, Counts::All).feed(&stack);
            let (rows, steps) = (fed.rows.len(), fed.steps);
            let mask = vec![vec![true; steps]; rows];
            for backend in backends::all() {
                let net = stack.network(backend);
                let want = fed.call(&net);
                for which in [
                    Which::Lengths(vec![steps; rows]),
                    Which::Mask { mask: mask.clone(), zero: false },
                    Which::Mask { mask: mask.clone(), zero: true },
                ] {
                    let what = format!("{backend}, {which:?}");
                    let (ys, states) = Fed { which, ..fed.clone() }.call(&net);
                    assert_bits_equal(&ys, &want.0, &what);
                    assert_bits_equal(&states, &want.1, &what);
                }
            }
        },
    );
}

/// The other way round, step by step.
fn turned(values: &[f32], n: usize) -> Vec<f32> {
    values.chunks(n).rev().flatten().copied().collect()
}

/// Backwards is forwards over the turned sequence; what each row's end is, `a_length_is_a_shorter_sequence` tells.
#[test]
fn backwards_is_forwards_over_a_turned_sequence() {
    let cases =
        (single(&[Direction::Forward]), plan(), select(vec![Counts::All, Counts::Mask, Counts::ZeroMask]));
    check(file!(), "backwards is forwards over a turned sequence", 1, cases, |(stack, plan, counts)| {
        let fed = with(&plan, counts).feed(&stack);
        let rows = fed.rows.iter().map(|x| turned(x, stack.n_i)).collect();
        let which = match fed.which.clone() {
            Which::Mask { mut mask, zero } => {
                for row in &mut mask {
                    row.reverse();
                }
                Which::Mask { mask, zero }
            }
            other => other,
        };
        let back = Fed::contiguous(rows, fed.steps, which, fed.outputs, fed.states.clone());
        for backend in backends::all() {
            let (want, want_states) = back.call(&stack.network(backend));
            for direction in [Direction::Reverse, Direction::GoBackwards] {
                let layers = vec![stack.layers[0].with_direction(direction)];
                let net = Stack { layers, ..stack.clone() }.network(backend);
                let (mut ys, states) = fed.call(&net);
                if direction == Direction::Reverse && fed.outputs == Outputs::All {
                    let each = (fed.steps * net.output_size()).max(1);
                    ys = ys.chunks(each).flat_map(|ys| turned(ys, net.output_size())).collect();
                }
                let what = format_args!("{backend}, {direction:?}");
                assert_bits_equal(&ys, &want, what);
                assert_bits_equal(&states, &want_states, what);
            }
        }
    });
}

/// A bidirectional layer is a forward and a reverse layer, joined number by number.
#[test]
fn both_directions_are_two_layers() {
    let cases = (single(&DIRECTIONS[3..]), plan());
    check(file!(), "both directions are two layers", 1, cases, |(stack, plan)| {
        let fed = plan.feed(&stack);
        let kind = stack.layers[0];
        let Some(Direction::Bidirectional(merge)) = kind.recurrent().map(|r| r.direction) else { return };
        let tensors = stack.tensors();
        let halves = tensors[0].halves();
        // Masked outputs are zero, but a last one alone is the last that was computed.
        let which = match fed.which.clone() {
            Which::Mask { mask, .. } => Which::Mask { mask, zero: fed.outputs != Outputs::Last },
            other => other,
        };
        let len = stack.state_len() / 2;
        let own = |index: usize| Fed {
            which: which.clone(),
            states: fed
                .states
                .as_ref()
                .map(|s| s.chunks(len).skip(index).step_by(2).flatten().copied().collect()),
            ..fed.plain()
        };
        for backend in backends::all() {
            let (ys, states) = fed.call(&build(stack.n_i, &stack.layers, &tensors, backend));
            let half = |index: usize, direction| {
                let tensors: &[Tensors] = &halves[index..=index];
                let net = build(stack.n_i, &[kind.with_direction(direction)], tensors, backend);
                (net.output_size(), own(index).call(&net))
            };
            let (n, (forward, forward_states)) = half(0, Direction::Forward);
            let (_, (backward, backward_states)) = half(1, Direction::Reverse);
            let each = |join: fn(f32, f32) -> f32| -> Vec<f32> {
                forward.iter().zip(&backward).map(|(&a, &b)| join(a, b)).collect()
            };
            let side_by_side = |a: &[f32], b: &[f32], n| -> Vec<f32> {
                a.chunks(n).zip(b.chunks(n)).flat_map(|(a, b)| [a, b].concat()).collect()
            };
            let want = match merge {
                Merge::Concat => side_by_side(&forward, &backward, n),
                Merge::Sum => each(|a, b| a + b),
                Merge::Product => each(|a, b| a * b),
                Merge::Average => each(|a, b| (a + b) * 0.5),
            };
            assert_bits_equal(&ys, &want, format_args!("{backend}, {merge:?}"));
            let want = side_by_side(&forward_states, &backward_states, len);
            assert_bits_equal(&states, &want, format_args!("{backend}, the states of {merge:?}"));
        }
    });
}

/// A stack is its layers, each over the whole outputs of the one before.
#[test]
fn a_stack_is_layer_after_layer() {
    check(file!(), "a stack is layer after layer", 1, (stack_of(&DIRECTIONS), plan()), |(stack, plan)| {
        let mut fed = plan.feed(&stack);
        // A dense layer of its own maps whatever stands at a masked step; and the last output of one without a
        // recurrent layer behind it is not the last that was computed, but that of the last step.
        if fed.outputs == Outputs::Last && stack.layers.last().is_some_and(|kind| kind.state_len() == 0) {
            fed = Fed { outputs: Outputs::All, ..fed.plain() };
        }
        let (rows, tensors) = (fed.rows.len(), stack.tensors());
        for backend in backends::all() {
            let (ys, states) = fed.call(&stack.network(backend));
            let mut now = Fed { outputs: Outputs::All, states: None, ..fed.plain() };
            let mut want_states = vec![Vec::new(); rows];
            let mut from = 0;
            for (index, (n_i, kind)) in stack.sized().enumerate() {
                let net = build(n_i, &[kind], &tensors[index..=index], backend);
                let is_last = index + 1 == stack.layers.len();
                let outputs = if is_last { fed.outputs } else { Outputs::All };
                let len = kind.state_len();
                let own = fed.states.as_ref().map(|states| {
                    (0..rows).flat_map(|row| part(states, rows, row)[from..from + len].to_vec()).collect()
                });
                let (which, steps) = (now.which.clone(), now.steps);
                let layer = Fed::contiguous(now.rows.clone(), steps, which.clone(), outputs, own);
                let (out, after) = layer.call(&net);
                for (row, states) in want_states.iter_mut().enumerate() {
                    states.extend_from_slice(part(&after, rows, row));
                }
                let out = (0..rows).map(|row| part(&out, rows, row).to_vec()).collect();
                now = Fed::contiguous(out, steps, which, Outputs::All, None);
                from += len;
            }
            assert_bits_equal(&ys, &now.rows.concat(), backend);
            assert_bits_equal(&states, &want_states.concat(), format_args!("{backend}, the states"));
        }
    });
}
