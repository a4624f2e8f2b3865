//! Layers on top of each other.

use crate::Dense;
use crate::cell::State;
use crate::delay::Memory;
use crate::recurrent::{Recurrent, Sequence, Steps};

/// A layer of a network.
#[derive(Clone, Debug)]
pub enum Layer {
    /// A recurrent layer.
    Recurrent(Recurrent),
    /// A dense layer, applied to each step.
    Dense(Dense),
}

impl Layer {
    /// `n_i`.
    #[must_use]
    pub fn input_size(&self) -> usize {
        match self {
            Self::Recurrent(layer) => layer.input_size(),
            Self::Dense(layer) => layer.input_size,
        }
    }

    /// `n_o`.
    #[must_use]
    pub fn output_size(&self) -> usize {
        match self {
            Self::Recurrent(layer) => layer.output_size(),
            Self::Dense(layer) => layer.output_size,
        }
    }

    /// All states zero: none of a dense layer.
    #[must_use]
    pub fn zero(&self) -> Vec<Memory> {
        match self {
            Self::Recurrent(layer) => layer.zero(),
            Self::Dense(_) => Vec::new(),
        }
    }
}

/// A network: every layer gets the whole output of the one before, the lengths and the mask.
#[derive(Clone, Debug)]
pub struct Network {
    /// First to last.
    pub layers: Vec<Layer>,
}

impl Network {
    /// All states zero: layer by layer, forward then backward.
    #[must_use]
    pub fn zero(&self) -> Vec<Memory> {
        self.layers.iter().flat_map(Layer::zero).collect()
    }

    /// The network over one sequence, `(T, n_i)`, from these states.
    ///
    /// The mask reaches every recurrent layer as it is, in the order of time of the network's input (Keras), and dense
    /// layers map whatever they get at masked steps. A step past the length is 0 after every layer. The last output
    /// is the last one of the last recurrent layer, mapped by the dense layers behind it.
    ///
    /// # Panics
    /// If a length or size is wrong, or there is no layer.
    #[must_use]
    pub fn run(&self, xs: &[f64], steps: &Steps, memories: Vec<Memory>) -> Sequence {
        let n_i = self.layers.first().expect("a network has layers").input_size();
        assert_eq!(xs.len() % n_i, 0, "xs is (T, n_i)");
        let given = xs.len() / n_i;
        let count = steps.count(given);
        let mut rest = memories.into_iter();
        let mut now = Sequence { all: xs.to_vec(), last: Vec::new(), memories: Vec::new() };
        now.last = if count > 0 { xs[(count - 1) * n_i..count * n_i].to_vec() } else { vec![0.0; n_i] };
        for layer in &self.layers {
            let n_o = layer.output_size();
            match layer {
                Layer::Recurrent(layer) => {
                    let own = rest.by_ref().take(layer.recurrences.len()).collect();
                    let sequence = layer.run(&now.all, steps, own);
                    now.memories.extend(sequence.memories);
                    (now.all, now.last) = (sequence.all, sequence.last);
                }
                Layer::Dense(layer) => {
                    now.all = layer.apply_to_rows(&now.all[..count * layer.input_size]);
                    now.all.resize(given * n_o, 0.0);
                    now.last = if count > 0 { layer.apply(&now.last) } else { vec![0.0; n_o] };
                }
            }
        }
        assert!(rest.next().is_none(), "there are as many states as directions of recurrent layers");
        now
    }

    /// States as the numbers of a snapshot: layer, direction, past states newest first, h then c.
    #[must_use]
    pub fn flatten(memories: &[Memory]) -> Vec<f64> {
        memories.iter().flatten().flat_map(State::flatten).collect()
    }

    /// The states of the numbers of a snapshot.
    ///
    /// # Panics
    /// If there are too few or too many.
    #[must_use]
    pub fn unflatten(&self, mut numbers: &[f64]) -> Vec<Memory> {
        let mut memories = self.zero();
        for state in memories.iter_mut().flatten() {
            for part in [&mut state.h, &mut state.c] {
                let (own, others) = numbers.split_at(part.len());
                part.copy_from_slice(own);
                numbers = others;
            }
        }
        assert!(numbers.is_empty(), "a snapshot has as many numbers as the states");
        memories
    }
}
