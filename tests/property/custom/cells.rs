//! The cells, and random networks of one of them.

use crate::network::{Case, Weights, lend, wide};
use crate::sizes;
use proptest::prelude::*;
use proptest::sample::select;
use rnn_core::custom::{Cell, CustomBuilder, CustomNetwork, Lanes, State};
use rnn_core::{
    Backend, CellKind, Direction, LayerKind, LayerWeights, LoadOptions, Merge, Network, Recurrent,
    RuntimeNetwork, Save, WeightError,
};
use rnn_reference as reference;
use rnn_support::rng::Rng;

/// The LSTM, gates i, f, g, o.
#[derive(Clone, Copy, Debug)]
pub(super) struct MemoryCell;

impl Cell<4> for MemoryCell {
    const MEMORY: bool = true;
    #[inline(always)]
    fn update<L: Lanes>(&self, [i, f, g, o]: [L; 4], old: State<L>) -> State<L> {
        let c = f.sigmoid().mul_add(old.c, i.sigmoid() * g.tanh());
        State { h: o.sigmoid() * c.tanh(), c }
    }
}

/// The minimal gated unit without the reset of its state, gates f, n.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mgu;

impl Cell<2> for Mgu {
    const MEMORY: bool = false;
    #[inline(always)]
    fn update<L: Lanes>(&self, [f, n]: [L; 2], old: State<L>) -> State<L> {
        let (f, n) = (f.sigmoid(), n.tanh());
        State { h: f.mul_add(n - old.h, old.h), c: old.c }
    }
}

/// tanh of the sum of any number of gates.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sum<const G: usize>;

impl<const G: usize> Cell<G> for Sum<G> {
    const MEMORY: bool = false;
    #[inline(always)]
    fn update<L: Lanes>(&self, gates: [L; G], old: State<L>) -> State<L> {
        let mut sum = gates[0];
        for &gate in &gates[1..] {
            sum = sum + gate;
        }
        State { h: sum.tanh(), c: old.c }
    }
}

/// The minimal gated unit in f64.
#[derive(Clone, Debug)]
pub(super) struct WideMgu {
    n_i: usize,
    n_h: usize,
    u: Vec<f64>,
    w: Vec<f64>,
    b: Vec<f64>,
    clip: f64,
}

impl WideMgu {
    /// Pre-activation of a row, or the sum of the magnitudes of its terms.
    fn row(&self, row: usize, x: &[f64], h: &[f64], of: fn(f64) -> f64) -> f64 {
        let dot = |matrix: &[f64], v: &[f64]| -> f64 {
            matrix[row * v.len()..][..v.len()].iter().zip(v).map(|(w, v)| of(w * v)).sum()
        };
        dot(&self.u, x) + dot(&self.w, h) + of(self.b[row])
    }
}

impl reference::Cell for WideMgu {
    fn input_size(&self) -> usize {
        self.n_i
    }
    fn output_size(&self) -> usize {
        self.n_h
    }
    fn next(&self, x: &[f64], past: &reference::State) -> reference::State {
        let gate = |row| self.row(row, x, &past.h, |term| term).clamp(-self.clip, self.clip);
        let unit = |j: usize| {
            let f = 1.0 / (1.0 + (-gate(j)).exp());
            (1.0 - f) * past.h[j] + f * gate(self.n_h + j).tanh()
        };
        reference::State { h: (0..self.n_h).map(unit).collect(), c: Vec::new() }
    }
    fn row_sum(&self, x: &[f64], past: &reference::State) -> f64 {
        (0..2 * self.n_h).map(|row| self.row(row, x, &past.h, f64::abs)).fold(0.0, f64::max)
    }
}

/// A network of one cell, whichever, and where its weights come from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Own {
    pub(super) n_i: usize,
    pub(super) n_h: usize,
    /// Of a head.
    pub(super) n_o: Option<usize>,
    /// The options; its cell and size are others'.
    pub(super) layer: Recurrent,
    pub(super) seed: u64,
}

/// The tensors of the forward half, the backward half and the head.
pub(super) struct Tensors {
    halves: [Vec<Weights>; 2],
    head: Vec<Weights>,
}

pub(super) fn own() -> impl Strategy<Value = Own> {
    let directions = vec![
        Direction::Reverse,
        Direction::GoBackwards,
        Direction::Bidirectional(Merge::Concat),
        Direction::Bidirectional(Merge::Average),
    ];
    let direction = prop_oneof![1 => Just(Direction::Forward), 1 => select(directions)];
    let delay = prop_oneof![3 => Just(1.0_f32), 1 => select(vec![2.0_f32, 3.0, 1.5, 2.25])];
    let clip = prop::option::weighted(0.25, select(vec![0.25_f32, 1.0]));
    let options = (prop::bool::weighted(0.75), clip, direction, delay);
    let n_o = prop::option::of(sizes::size());
    (sizes::size(), sizes::size(), n_o, options, any::<u64>()).prop_map(|(n_i, n_h, n_o, options, seed)| {
        let (bias, clip, direction, delay) = options;
        let layer = Recurrent { bias, clip, direction, delay, ..Recurrent::new(CellKind::LSTM, n_h) };
        Own { n_i, n_h, n_o, layer, seed }
    })
}

impl Own {
    pub(super) fn inputs(&self, steps: usize) -> Vec<f32> {
        Rng::new(self.seed ^ 0x5EED).inputs(steps * self.n_i)
    }

    /// The layer of this cell.
    fn layer(&self, cell: CellKind) -> LayerKind {
        LayerKind::Recurrent(Recurrent { cell, hidden_size: self.n_h, ..self.layer })
    }

    pub(super) fn kind<C: Cell<G>, const G: usize>(&self, _: C) -> LayerKind {
        self.layer(CellKind::Custom { gates: G, memory: C::MEMORY })
    }

    /// The network whose forward half is this one's backward half.
    pub(super) fn other_half(&self) -> Self {
        Self { seed: !self.seed, ..*self }
    }

    /// Those of a cell of so many gates.
    pub(super) fn tensors(&self, gates: usize) -> Tensors {
        let half = |seed| {
            let kind = self.layer(CellKind::Custom { gates, memory: false });
            Case::single(self.n_i, kind, seed).weights()
        };
        let n_o = self.n_o.unwrap_or(1);
        let n_i = self.layer(CellKind::Custom { gates, memory: false }).output_size();
        let head = Case::single(n_i, LayerKind::dense(n_o), self.seed ^ 1).weights();
        Tensors { halves: [half(self.seed), half(self.other_half().seed)], head }
    }

    /// Entries of any builder.
    pub(super) fn entries<'a>(&self, tensors: &'a Tensors) -> Vec<LayerWeights<'a>> {
        let kind = self.layer(CellKind::LSTM);
        let half = |half: &'a [Weights]| match lend(&[kind], half)[..] {
            [LayerWeights::Recurrent(weights)] => weights,
            _ => panic!("one recurrent layer"),
        };
        let [forward, backward] = &tensors.halves;
        let cell = if kind.directions() == 2 {
            LayerWeights::Bidirectional { forward: half(forward), backward: half(backward) }
        } else {
            LayerWeights::Recurrent(half(forward))
        };
        let head = self.n_o.map(|n_o| lend(&[LayerKind::dense(n_o)], &tensors.head));
        std::iter::once(cell).chain(head.into_iter().flatten()).collect()
    }

    fn builder<C: Cell<G>, const G: usize>(&self, cell: C) -> CustomBuilder<C, G> {
        let Recurrent { bias, clip, direction, delay, .. } = self.layer;
        let builder =
            CustomNetwork::new(cell, self.n_i, self.n_h).bias(bias).direction(direction).delay(delay);
        clip.map_or(builder, |clip| builder.clip(clip))
    }

    pub(super) fn build<C: Cell<G>, const G: usize>(&self, cell: C, backend: Backend) -> Box<dyn Network> {
        let (builder, tensors) = (self.builder(cell), self.tensors(G));
        let entries = self.entries(&tensors);
        match self.n_o {
            Some(n_o) => Box::new(builder.dense(n_o).build(backend, &entries).expect("the weights fit")),
            None => Box::new(builder.build(backend, &entries).expect("the weights fit")),
        }
    }

    /// The same network of a cell of the library.
    pub(super) fn built_in(&self, cell: CellKind, backend: Backend) -> RuntimeNetwork {
        let tensors = self.tensors(cell.gates());
        let builder = RuntimeNetwork::builder(self.n_i).layer("cell", self.layer(cell)).backend(backend);
        let builder = match self.n_o {
            Some(n_o) => builder.dense("head", n_o),
            None => builder,
        };
        builder.from_slices(&self.entries(&tensors)).expect("the weights fit")
    }

    /// As a file.
    pub(super) fn saved<C: Cell<G>, const G: usize>(&self, cell: C) -> Vec<u8> {
        let (builder, tensors) = (self.builder(cell), self.tensors(G));
        let (entries, backend) = (self.entries(&tensors), Backend::PORTABLE);
        let bytes = match self.n_o {
            Some(n_o) => {
                builder.dense(n_o).build(backend, &entries).expect("the weights fit").to_safetensors()
            }
            None => builder.build(backend, &entries).expect("the weights fit").to_safetensors(),
        };
        bytes.expect("the format holds it")
    }

    /// From a file.
    pub(super) fn load<C: Cell<G>, const G: usize>(
        &self,
        cell: C,
        backend: Backend,
        bytes: &[u8],
    ) -> Result<Box<dyn Network>, WeightError> {
        let (builder, options) = (self.builder(cell), LoadOptions::default().backend(backend));
        Ok(match self.n_o {
            Some(n_o) => Box::new(builder.dense(n_o).from_safetensors_with(bytes, &options)?),
            None => Box::new(builder.from_safetensors_with(bytes, &options)?),
        })
    }

    /// The minimal gated unit of these weights.
    pub(super) fn reference(&self) -> WideMgu {
        let Tensors { halves: [weights, _], .. } = self.tensors(2);
        let Weights { input, recurrent, bias, second, .. } = &weights[0];
        let values = |bias: &Option<Vec<f32>>| bias.as_deref().map_or_else(|| vec![0.0; 2 * self.n_h], wide);
        let b = values(bias).iter().zip(values(second)).map(|(b, second)| b + second).collect();
        let clip = self.layer.clip.map_or(f64::INFINITY, f64::from);
        WideMgu { n_i: self.n_i, n_h: self.n_h, u: wide(input), w: wide(recurrent), b, clip }
    }
}
