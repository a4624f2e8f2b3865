//! What a network must give: each layer and direction alone, step by step.
//!
//! A step over a network of one layer that goes forward is all that is trusted here. Directions, merges, lengths, masks
//! and the way from layer to layer are written out plainly, as `docs/sequences.md` tells them.

use crate::built::Weights;
use rnn_core::{Architecture, Backend, Direction, LayerKind, Merge, Network, RuntimeNetwork};

/// Which steps of a row count.
#[derive(Clone, Debug, PartialEq)]
pub enum Which {
    /// All.
    All,
    /// So many from the start.
    Length(usize),
    /// Those that are true; at the others outputs are repeated, or zero.
    Mask {
        /// One for each step.
        mask: Vec<bool>,
        /// Zeros instead of repeated outputs.
        zero: bool,
    },
}

impl Which {
    fn counts(&self, t: usize) -> bool {
        match self {
            Self::Mask { mask, .. } => mask[t],
            _ => true,
        }
    }
}

/// What a network makes of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The outputs (T, n_o).
    pub all: Vec<f32>,
    /// The last output (n_o).
    pub last: Vec<f32>,
    /// The final state, as a snapshot.
    pub state: Vec<f32>,
}

/// The layers of a network, each direction a network of its own.
#[derive(Clone, Debug)]
pub struct Stepped {
    layers: Vec<(LayerKind, Vec<RuntimeNetwork>)>,
    input_size: usize,
}

/// The outputs of one direction in the order of computation, and what it held at its end.
struct Pass {
    outputs: Vec<Vec<f32>>,
    held: Vec<f32>,
}

impl Stepped {
    /// The layers of this network.
    #[must_use]
    pub fn new(architecture: &Architecture, weights: &Weights, backend: Backend) -> Self {
        let layer = |(index, kind): (usize, LayerKind)| {
            let directions = (0..kind.directions()).map(|d| weights.alone(index, d, backend)).collect();
            (kind, directions)
        };
        let kinds = architecture.layers.iter().map(|layer| layer.kind);
        Self { layers: kinds.enumerate().map(layer).collect(), input_size: architecture.input_size }
    }

    /// One row, `xs` (T, n_i), from this snapshot or from zero.
    ///
    /// # Panics
    /// If a length is wrong, or a step over one layer fails: a finding.
    #[must_use]
    pub fn row(&self, xs: &[f32], which: &Which, state: Option<&[f32]>) -> Row {
        let given = xs.len() / self.input_size;
        let count = if let Which::Length(length) = which { *length } else { given };
        let mut now: Vec<Vec<f32>> = xs.chunks(self.input_size).map(<[f32]>::to_vec).collect();
        let mut last = now[..count].last().cloned().unwrap_or_else(|| vec![0.0; self.input_size]);
        let mut rest = state;
        let mut states = Vec::new();
        for (kind, directions) in &self.layers {
            let n_o = kind.output_size();
            if let LayerKind::Recurrent(r) = kind {
                let own: Vec<Option<&[f32]>> = directions
                    .iter()
                    .map(|net| {
                        rest.as_mut()
                            .map(|rest| rest.split_off(..net.snapshot_len()).expect("a snapshot of all"))
                    })
                    .collect();
                (now, last) = recurrent(r.direction, directions, &now[..count], which, &own, &mut states);
            } else {
                let dense = |x: &[f32]| step(&directions[0], &mut directions[0].new_state(), x);
                now = now[..count].iter().map(|x| dense(x)).collect();
                last = if count > 0 { dense(&last) } else { vec![0.0; n_o] };
            }
            now.resize(given, vec![0.0; n_o]);
        }
        Row { all: now.concat(), last, state: states }
    }
}

/// A fresh state.
trait NewState {
    fn new_state(&self) -> Vec<f32>;
}

impl NewState for RuntimeNetwork {
    fn new_state(&self) -> Vec<f32> {
        vec![0.0; self.state_len()]
    }
}

fn step(net: &RuntimeNetwork, state: &mut [f32], x: &[f32]) -> Vec<f32> {
    let mut y = vec![0.0; net.output_size()];
    net.step_into(state, x, &mut y).expect("a step of one layer");
    y
}

/// A layer over the steps that exist; its final states go to `states`.
fn recurrent(
    direction: Direction,
    directions: &[RuntimeNetwork],
    xs: &[Vec<f32>],
    which: &Which,
    from: &[Option<&[f32]>],
    states: &mut Vec<f32>,
) -> (Vec<Vec<f32>>, Vec<f32>) {
    let both = matches!(direction, Direction::Bidirectional(_));
    let zeroed = both || matches!(which, Which::Mask { zero: true, .. });
    let mut pass = |index: usize, backwards: bool| {
        let net: &RuntimeNetwork = &directions[index];
        let mut state = net.new_state();
        if let Some(snapshot) = from[index] {
            net.restore(&mut state, snapshot).expect("a snapshot of this layer");
        }
        let zeros = vec![0.0; net.output_size()];
        let mut pass = Pass { outputs: Vec::new(), held: zeros.clone() };
        for t in 0..xs.len() {
            let t = if backwards { xs.len() - 1 - t } else { t };
            let counts = which.counts(t);
            if counts {
                pass.held = step(net, &mut state, &xs[t]);
            }
            pass.outputs.push(if counts || !zeroed { pass.held.clone() } else { zeros.clone() });
        }
        states.extend_from_slice(net.snapshot(&state).expect("its own state"));
        pass
    };
    // The last output of a layer alone is the last of its outputs, zeroed or not.
    let alone = |pass: Pass| {
        let last = pass.outputs.last().unwrap_or(&pass.held).clone();
        (pass.outputs, last)
    };
    match direction {
        Direction::Forward => alone(pass(0, false)),
        Direction::GoBackwards => alone(pass(0, true)),
        Direction::Reverse => {
            let (mut outputs, last) = alone(pass(0, true));
            outputs.reverse();
            (outputs, last)
        }
        Direction::Bidirectional(how) => {
            let (forward, mut backward) = (pass(0, false), pass(1, true));
            backward.outputs.reverse();
            let outputs = forward.outputs.iter().zip(&backward.outputs);
            let outputs = outputs.map(|(f, b)| merge(how, f, b)).collect();
            (outputs, merge(how, &forward.held, &backward.held))
        }
    }
}

fn merge(how: Merge, forward: &[f32], backward: &[f32]) -> Vec<f32> {
    let each = |f: fn(f32, f32) -> f32| forward.iter().zip(backward).map(|(&x, &y)| f(x, y)).collect();
    match how {
        Merge::Concat => [forward, backward].concat(),
        Merge::Sum => each(|x, y| x + y),
        Merge::Product => each(|x, y| x * y),
        Merge::Average => each(|x, y| (x + y) * 0.5),
    }
}
