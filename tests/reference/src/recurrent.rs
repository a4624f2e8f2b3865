//! A recurrent layer over one sequence: directions, lengths and masks.
//!
//! A batch is a loop over its rows, each with its own [`Steps`]. Steps that do not count are never read, so that
//! whatever stands there (padding, a NaN) reaches nothing.

use crate::delay::{Memory, Recurrence};

/// What becomes of the outputs of the two directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merge {
    /// Forward, then backward.
    Concat,
    /// Their sum.
    Sum,
    /// Their product.
    Product,
    /// Half their sum.
    Average,
}

/// In which order steps are computed, and in which order their outputs stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the first step on.
    Forward,
    /// From the last step back, the outputs in the order of time (ONNX, PyTorch).
    Reverse,
    /// From the last step back, the outputs in the order of computation (Keras' `go_backwards`).
    GoBackwards,
    /// Both, each with weights of its own.
    Bidirectional(Merge),
}

/// Which steps of a sequence count. The default: all.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    /// Steps from the start that exist, of those given; all without it. From there on outputs are 0, the final state is
    /// that after the last existing step, and a backward direction starts at that step.
    pub length: Option<usize>,
    /// One for each given step, in the order of time. At a step that is false the state is held, and the output is the
    /// one of the step computed before, 0 if there is none (Keras).
    pub mask: Option<Vec<bool>>,
    /// Outputs of masked steps are 0. Always so in the sequence of a bidirectional layer, but not in its last output,
    /// which is that of the last step that counts in either direction (Keras).
    pub zero_output_for_mask: bool,
}

impl Steps {
    /// Steps that exist, of `given`.
    ///
    /// # Panics
    /// If the length is more than that or the mask has another.
    #[must_use]
    pub fn count(&self, given: usize) -> usize {
        let count = self.length.unwrap_or(given);
        assert!(count <= given, "a length is at most T");
        assert!(self.mask.as_ref().is_none_or(|mask| mask.len() == given), "a mask is (T)");
        count
    }

    fn masked(&self, t: usize) -> bool {
        self.mask.as_ref().is_some_and(|mask| !mask[t])
    }
}

/// What a layer or a network makes of a sequence.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence {
    /// The outputs of all steps, `(T, n_o)`, 0 from the row's own end on.
    pub all: Vec<f64>,
    /// The output after the last step that was computed, `(n_o)`: the backward half's is that of time 0. Zeros if no
    /// step exists.
    pub last: Vec<f64>,
    /// The final states, of a layer one for each direction, of a network layer by layer.
    pub memories: Vec<Memory>,
}

/// A recurrent layer.
#[derive(Clone, Debug)]
pub struct Recurrent {
    /// In which order.
    pub direction: Direction,
    /// One, or forward and backward of a bidirectional layer.
    pub recurrences: Vec<Recurrence>,
}

/// One direction's outputs, in the order of computation.
struct Pass {
    outputs: Vec<Vec<f64>>,
    /// The output of the last step that was not masked, zeros before there is one.
    held: Vec<f64>,
    memory: Memory,
}

impl Recurrent {
    /// A layer of one recurrence.
    ///
    /// # Panics
    /// If the direction needs two.
    #[must_use]
    pub fn new(direction: Direction, recurrence: Recurrence) -> Self {
        assert!(!matches!(direction, Direction::Bidirectional(_)), "two recurrences are needed");
        Self { direction, recurrences: vec![recurrence] }
    }

    /// A layer of both directions.
    ///
    /// # Panics
    /// If their sizes differ.
    #[must_use]
    pub fn bidirectional(forward: Recurrence, backward: Recurrence, merge: Merge) -> Self {
        assert_eq!(forward.cell.input_size(), backward.cell.input_size(), "both directions see one input");
        assert_eq!(forward.cell.output_size(), backward.cell.output_size(), "outputs of both are merged");
        Self { direction: Direction::Bidirectional(merge), recurrences: vec![forward, backward] }
    }

    /// `n_i`.
    #[must_use]
    pub fn input_size(&self) -> usize {
        self.recurrences[0].cell.input_size()
    }

    /// `n_o`: twice a cell's output where both directions are joined.
    #[must_use]
    pub fn output_size(&self) -> usize {
        let size = self.recurrences[0].cell.output_size();
        if self.direction == Direction::Bidirectional(Merge::Concat) { 2 * size } else { size }
    }

    /// All states zero, one memory for each direction.
    #[must_use]
    pub fn zero(&self) -> Vec<Memory> {
        self.recurrences.iter().map(Recurrence::zero).collect()
    }

    /// The layer over xs, `(T, n_i)`, from the states `memories`, one for each direction.
    ///
    /// # Panics
    /// If a length is wrong.
    #[must_use]
    pub fn run(&self, xs: &[f64], steps: &Steps, mut memories: Vec<Memory>) -> Sequence {
        assert_eq!(xs.len() % self.input_size(), 0, "xs is (T, n_i)");
        let given = xs.len() / self.input_size();
        let count = steps.count(given);
        let both = matches!(self.direction, Direction::Bidirectional(_));
        let needed = if both { 2 } else { 1 };
        assert_eq!((self.recurrences.len(), memories.len()), (needed, needed), "one for each direction");
        let zeroed = both || steps.zero_output_for_mask;
        let in_time: Vec<usize> = (0..count).collect();
        let backwards: Vec<usize> = (0..count).rev().collect();
        let mut pass = |index: usize, order: &[usize]| {
            let memory = std::mem::take(&mut memories[index]);
            pass(&self.recurrences[index], xs, order, steps, zeroed, memory)
        };

        let (mut outputs, last, memories) = match self.direction {
            Direction::Forward => alone(pass(0, &in_time)),
            Direction::GoBackwards => alone(pass(0, &backwards)),
            Direction::Reverse => {
                let (mut outputs, last, memories) = alone(pass(0, &backwards));
                outputs.reverse();
                (outputs, last, memories)
            }
            Direction::Bidirectional(how) => {
                let (forward, mut backward) = (pass(0, &in_time), pass(1, &backwards));
                backward.outputs.reverse();
                let outputs = forward.outputs.iter().zip(&backward.outputs);
                let outputs = outputs.map(|(f, b)| merge(how, f, b)).collect();
                let last = merge(how, &forward.held, &backward.held);
                (outputs, last, vec![forward.memory, backward.memory])
            }
        };
        outputs.resize(given, vec![0.0; self.output_size()]);
        Sequence { all: outputs.concat(), last, memories }
    }
}

/// Steps the recurrence at these times, one after the other.
fn pass(
    recurrence: &Recurrence,
    xs: &[f64],
    order: &[usize],
    steps: &Steps,
    zeroed: bool,
    mut memory: Memory,
) -> Pass {
    let n_i = recurrence.cell.input_size();
    let zeros = vec![0.0; recurrence.cell.output_size()];
    let mut held = zeros.clone();
    let mut outputs = Vec::new();
    for &t in order {
        let masked = steps.masked(t);
        if !masked {
            held = recurrence.step(&xs[t * n_i..(t + 1) * n_i], &mut memory);
        }
        outputs.push(if masked && zeroed { zeros.clone() } else { held.clone() });
    }
    Pass { outputs, held, memory }
}

/// A pass as a layer of its own: its last output is the last of its outputs, zeroed or not.
fn alone(pass: Pass) -> (Vec<Vec<f64>>, Vec<f64>, Vec<Memory>) {
    let last = pass.outputs.last().unwrap_or(&pass.held).clone();
    (pass.outputs, last, vec![pass.memory])
}

fn merge(how: Merge, forward: &[f64], backward: &[f64]) -> Vec<f64> {
    let each = |f: fn(f64, f64) -> f64| forward.iter().zip(backward).map(|(&x, &y)| f(x, y)).collect();
    match how {
        Merge::Concat => [forward, backward].concat(),
        Merge::Sum => each(|x, y| x + y),
        Merge::Product => each(|x, y| x * y),
        Merge::Average => each(f64::midpoint),
    }
}
