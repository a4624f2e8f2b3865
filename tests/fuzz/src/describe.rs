//! Random architectures: all cells, options, stacks and directions, of sizes on both sides of every threshold.

use crate::choices::Choices;
use rnn_core::{
    Activation, Architecture, CellKind, Direction, Layer, LayerKind, Merge, Recurrent, ResetGate,
};

/// Sizes around those at which code takes another way.
const THRESHOLDS: [usize; 16] = [63, 64, 65, 95, 96, 97, 127, 128, 129, 255, 256, 257, 511, 512, 1023, 1025];

/// What a network may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most layers.
    pub layers: usize,
    /// Most weights; a network that would have more gets small sizes.
    pub parameters: usize,
    /// Largest usual size.
    pub size: usize,
    /// Whether sizes around thresholds are among them.
    pub thresholds: bool,
}

/// A random architecture, one in 64 of them impossible.
pub fn architecture(c: &mut Choices<'_>, limits: Limits) -> Architecture {
    let count = [1, 1, 2, 2, 3, 4][c.below(6)].min(limits.layers);
    let mut made = Architecture {
        input_size: size(c, limits),
        layers: (0..count).map(|index| Layer { name: format!("l{index}"), kind: kind(c, limits) }).collect(),
    };
    while parameters(&made) > limits.parameters {
        made.input_size = made.input_size % limits.size + 1;
        for layer in &mut made.layers {
            resize(&mut layer.kind, |n| n % limits.size + 1);
        }
        if parameters(&made) > limits.parameters {
            made.layers.pop();
        }
    }
    if c.one_in(64) {
        spoil(c, &mut made);
    }
    made
}

/// Weights of a possible network.
fn parameters(architecture: &Architecture) -> usize {
    architecture.with_spec(|spec| spec.parameters())
}

/// Multiply-adds of a step.
#[must_use]
pub fn work(architecture: &Architecture) -> usize {
    parameters(architecture) + 1
}

/// Changes the sizes of a layer.
pub fn resize(kind: &mut LayerKind, f: impl Fn(usize) -> usize) {
    match kind {
        LayerKind::Recurrent(r) => {
            r.hidden_size = f(r.hidden_size);
            if let CellKind::Lstm { projection: Some(size), .. } = &mut r.cell {
                *size = f(*size);
            }
        }
        LayerKind::Dense { output_size, .. } => *output_size = f(*output_size),
        _ => {}
    }
}

fn size(c: &mut Choices<'_>, limits: Limits) -> usize {
    if limits.thresholds && c.one_in(8) { c.pick(&THRESHOLDS) } else { c.between(1, limits.size) }
}

fn kind(c: &mut Choices<'_>, limits: Limits) -> LayerKind {
    let n = size(c, limits);
    if c.one_in(4) {
        let f = if c.one_in(4) { Activation::Softmax } else { activation(c) };
        return LayerKind::dense(n).with_activation(f).with_bias(!c.one_in(4));
    }
    let mut r = Recurrent::new(cell(c, limits), n);
    r.bias = !c.one_in(4);
    if c.one_in(5) {
        r.clip = Some(c.pick(&[0.25, 1.0, 3.0, f32::MIN_POSITIVE, f32::MAX]));
    }
    if c.one_in(5) {
        r.delay = c.pick(&[1.0, 1.5, 2.0, 2.25, 3.0, 4.5, 7.0]);
    } else if c.one_in(100) && n <= 8 {
        r.delay = c.pick(&[1023.5, 1024.0]);
    }
    r.direction = match c.below(9) {
        0 => Direction::Reverse,
        1 => Direction::GoBackwards,
        2 => Direction::Bidirectional(c.pick(&[Merge::Concat, Merge::Sum, Merge::Product, Merge::Average])),
        _ => Direction::Forward,
    };
    LayerKind::Recurrent(r)
}

fn cell(c: &mut Choices<'_>, limits: Limits) -> CellKind {
    let usual = c.flip();
    let mut f = |or: Activation| if usual { or } else { activation(c) };
    let (gate, candidate, output) = (f(Activation::Sigmoid), f(Activation::Tanh), f(Activation::Tanh));
    match c.below(7) {
        0 => CellKind::SimpleRnn { activation: candidate },
        1 => CellKind::Gru { reset: ResetGate::AfterProduct, gate, candidate },
        2 => CellKind::Gru { reset: ResetGate::BeforeProduct, gate, candidate },
        3 | 4 => CellKind::Lstm {
            gate,
            candidate,
            output,
            peephole: c.one_in(4),
            coupled: c.one_in(4),
            projection: c.one_in(4).then(|| size(c, limits)),
        },
        5 => CellKind::MinGru { gate, candidate: if usual { Activation::Linear } else { candidate } },
        _ => CellKind::MinLstm { gate, candidate: if usual { Activation::Linear } else { candidate } },
    }
}

/// Any activation that looks at one value.
fn activation(c: &mut Choices<'_>) -> Activation {
    let f = loop {
        let f = c.pick(Activation::ALL);
        if f.is_elementwise() {
            break f;
        }
    };
    if !c.one_in(3) {
        return f;
    }
    let mut parameter = || c.pick(&[0.0, -0.5, 0.25, 1.0, 3.0, f32::MAX, f32::MIN_POSITIVE]);
    let parameters = [parameter(), parameter()];
    let count = f.parameters().iter().flatten().count();
    f.with_parameters(&parameters[..count]).unwrap_or(f)
}

/// Makes it impossible.
fn spoil(c: &mut Choices<'_>, made: &mut Architecture) {
    let index = c.below(made.layers.len());
    let wrong = c.pick(&[0, 65_537, usize::MAX / 8, usize::MAX]);
    let first = made.layers[0].name.clone();
    let layer = &mut made.layers[index];
    match c.below(8) {
        0 => made.input_size = wrong,
        1 => made.layers.clear(),
        2 => layer.name = c.pick(&["", "a.b", "1a", "a b", "a;b", "a\nb"]).to_string(),
        3 => layer.name = first + c.pick(&["", " "]),
        4 => layer.kind = layer.kind.with_clip(c.pick(&[0.0, -1.0, f32::NAN, f32::INFINITY])),
        5 => layer.kind = layer.kind.with_delay(c.pick(&[0.5, 1024.5, f32::NAN, f32::INFINITY, -1.0])),
        6 => layer.kind = layer.kind.with_activation(Activation::LeakyRelu { alpha: f32::NAN }),
        _ => resize(&mut layer.kind, |_| wrong),
    }
}
