//! Asked = used: a cutter takes exactly as many floats as the table of lengths asks for. The tests try every kind of layer,
//! option, direction and stack, on both sides of every size at which something changes. No kernel runs.

use super::cut;
use crate::dims::Dyn;
use crate::layer::{
    Any, Chain, DenseLayer, Directed, Layer, Layers, LstmLayer, MinLstmLayer, SimpleRnnLayer,
};
use rnn_format::{
    CellKind, Direction, LayerKind, LayerSpec, MOST_FLOATS, Merge, Recurrent, ResetGate, RowLengths, Spec,
    StepScratch, round_to_line,
};
use std::vec;
use std::vec::Vec;

/// Sizes of a layer: all small ones, and those around a multiple of 2 KiB and the longest pass over K.
fn sizes() -> impl Iterator<Item = usize> + Clone {
    (1..=130).chain(255..=257).chain(511..=513).chain(1023..=1025)
}

/// Rows around tiles and blocks.
const ROWS: [usize; 9] = [0, 1, 2, 63, 64, 65, 127, 128, 129];

const DIRECTIONS: [Direction; 6] = [
    Direction::Forward,
    Direction::Reverse,
    Direction::GoBackwards,
    Direction::Bidirectional(Merge::Concat),
    Direction::Bidirectional(Merge::Sum),
    Direction::Bidirectional(Merge::Average),
];

/// Every cell of `n` units with each of its options that changes a length.
fn recurrent_layers(n: usize) -> Vec<Recurrent> {
    let mut kinds = vec![
        LayerKind::simple_rnn(n),
        LayerKind::gru(n, ResetGate::AfterProduct),
        LayerKind::gru(n, ResetGate::BeforeProduct),
        LayerKind::lstm(n),
        LayerKind::lstm(n).with_peephole(),
        LayerKind::min_gru(n),
        LayerKind::min_lstm(n),
    ];
    kinds.extend([1, n.div_ceil(2), 512, 513].map(|size| LayerKind::lstm(n).with_projection(size)));
    let custom = (1..=8)
        .flat_map(|gates| [false, true].map(|memory| Recurrent::new(CellKind::Custom { gates, memory }, n)));
    let plain: Vec<Recurrent> = kinds.into_iter().filter_map(LayerKind::recurrent).chain(custom).collect();
    let delays = [1.0, 1.5, 2.0, 3.25];
    plain.iter().flat_map(|layer| delays.map(|delay| Recurrent { delay, ..*layer })).collect()
}

#[test]
fn one_layer_takes_what_it_asks_for() {
    let mut buffer = Vec::new();
    for n in sizes() {
        for layer in recurrent_layers(n) {
            let what = std::format!("{layer:?}");
            let step = StepScratch::of(&layer);
            buffer.resize(buffer.len().max(step.len()), 0.0);
            let (parts, left) = cut::step(&step, &mut buffer[..step.len()]);
            assert_eq!(left.len(), 0, "a step of {what}");
            assert!(parts.next.len() >= layer.state_size(), "{what}");
            if layer.is_plain() {
                let (next, work) = cut::plain_step(&step, &mut buffer[..step.len()]);
                assert_eq!(next.len() + work.len(), step.len(), "{what}");
                assert_eq!(work.len(), step.work.iter().sum::<usize>(), "a plain step of {what}");
            }
            let work = step.work.iter().sum();
            let parts = cut::work(&step, &mut buffer[..work]);
            assert_eq!(parts.map(|part| part.len()).iter().sum::<usize>(), work, "{what}");

            for n_i in [1, 16, 512, 1024] {
                let lengths = RowLengths::of(&layer);
                assert_eq!(lengths.state_len(3), (layer.past_states() + 1) * lengths.slot_len(3), "{what}");
                for rows in ROWS {
                    let asked = lengths.scratch_len(n_i, rows);
                    buffer.resize(buffer.len().max(asked), 0.0);
                    let (parts, left) = cut::rows(&lengths, n_i, rows, rows, &mut buffer[..asked]);
                    assert_eq!(left.len(), 0, "{rows} rows of {what}");
                    assert_eq!(parts.mixed.len(), if lengths.mixed { lengths.slot_len(rows) } else { 0 });
                }
            }
        }
    }
}

/// What the layers from `index` on take of a step's scratch, cut as [`Layers`] does.
fn taken(spec: &Spec<'_>, index: usize) -> usize {
    let kind = spec.layers[index].kind;
    let own = kind.recurrent().map_or(0, |layer| {
        let mut buffer = vec![0.0; StepScratch::of(&layer).len()];
        let asked = buffer.len();
        asked - cut::step(&StepScratch::of(&layer), &mut buffer).1.len()
    });
    if index + 1 == spec.layers.len() {
        return own;
    }
    round_to_line(kind.output_size()) + own.max(taken(spec, index + 1))
}

fn any(spec: &Spec<'_>) -> Vec<Any> {
    (0..spec.layers.len()).map(|index| Any::new(spec, index)).collect()
}

/// The description, the list of run-time layers and the chain of typed ones give one number for each buffer.
#[test]
fn stacks_take_what_they_ask_for() {
    let names = ["a", "b", "c", "d"];
    for n in sizes() {
        for direction in DIRECTIONS {
            let first = LayerKind::simple_rnn(n).with_direction(direction);
            let second = LayerKind::lstm(n).with_projection(n.div_ceil(3)).with_delay(1.5);
            let third = LayerKind::min_lstm(n.div_ceil(2)).with_direction(direction);
            let stacks: [&[LayerKind]; 6] = [
                &[first],
                &[first, LayerKind::dense(1)],
                &[first, LayerKind::dense(n)],
                &[second, LayerKind::gru(3, ResetGate::BeforeProduct), LayerKind::dense(2)],
                &[first, second, third],
                &[LayerKind::dense(n), first, second, LayerKind::dense(n)],
            ];
            for kinds in stacks {
                let layers: Vec<LayerSpec<'_>> =
                    names.iter().zip(kinds).map(|(name, &kind)| LayerSpec { name, kind }).collect();
                let spec = Spec { input_size: 5, layers: &layers };
                let list = any(&spec);
                let list = Layers(&list);
                assert_eq!(list.state_len(), spec.snapshot_len(), "{kinds:?}");
                assert_eq!(list.scratch_len(), spec.scratch_len(), "{kinds:?}");
                assert_eq!(list.scratch_len(), taken(&spec, 0), "{kinds:?}");
                assert_eq!(list.packed_len(), spec.packed_len(), "{kinds:?}");
            }
            let sizes = [(5, n), (first.output_size(), n), (second.output_size(), n.div_ceil(2))];
            let [a, b, c] = sizes.map(|(input, output)| Dyn { input, output });
            let d = Dyn { input: third.output_size(), output: 7 };
            let chain = Chain::new(
                Directed::new(SimpleRnnLayer::new(a, first), first),
                Chain::new(
                    LstmLayer::new(b, second),
                    Chain::new(
                        Directed::new(MinLstmLayer::new(c, third), third),
                        DenseLayer::new(d, LayerKind::dense(7)),
                    ),
                ),
            );
            let kinds = [first, second, third, LayerKind::dense(7)];
            let layers: Vec<LayerSpec<'_>> =
                names.iter().zip(kinds).map(|(name, kind)| LayerSpec { name, kind }).collect();
            let list = any(&Spec { input_size: 5, layers: &layers });
            let list = Layers(&list);
            let of = |layers: &dyn Lengths| {
                let rows = ROWS.map(|rows| [1, 2, 65].map(|steps| layers.of_rows(rows, steps)));
                (layers.of_step(), rows)
            };
            assert_eq!(of(&chain), of(&list), "{direction:?}, {n} units");
        }
    }
}

/// All lengths of some layers.
trait Lengths {
    fn of_step(&self) -> [usize; 4];
    fn of_rows(&self, rows: usize, steps: usize) -> [usize; 3];
}

impl<L: Layer> Lengths for L {
    fn of_step(&self) -> [usize; 4] {
        [self.state_len(), self.packed_len(), self.scratch_len(), self.shared_len()]
    }
    fn of_rows(&self, rows: usize, steps: usize) -> [usize; 3] {
        [self.rows_state_len(rows), self.rows_scratch_len(rows), self.run_scratch_len(rows, steps)]
    }
}

/// Numbers that do not fit give lengths that do not fit, never small ones.
#[test]
fn lengths_stop_where_numbers_end() {
    let kind = LayerKind::lstm(3).with_direction(Direction::Bidirectional(Merge::Sum)).with_delay(2.5);
    let layers = [LayerSpec { name: "a", kind }, LayerSpec { name: "b", kind: LayerKind::lstm(2) }];
    let spec = Spec { input_size: 1, layers: &layers };
    let list = any(&spec);
    let list = Layers(&list);
    for shift in 0..usize::BITS {
        let large = usize::MAX >> shift;
        let [state, scratch, run] = list.of_rows(large, 1);
        let of_steps = list.of_rows(1, large)[2];
        // Each row and each step takes a line at least.
        let least = if large > MOST_FLOATS / 16 { MOST_FLOATS } else { large * 16 };
        for (what, len) in [("states", state), ("scratch", scratch), ("a run", run), ("steps", of_steps)] {
            assert!(len >= least, "{what} of {large}: {len}");
        }
    }
}
