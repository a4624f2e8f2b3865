//! A cell and how old the state is that it sees.
//!
//! With a delay of d >= 1 steps (1 is the ordinary recurrence), k = floor(d) and a = d - k, the cell reads
//!
//! ```text
//! s = (1 - a) s_{t-k} + a s_{t-k-1}
//! ```
//!
//! wherever its equations say `h_{t-1}` and `c_{t-1}`. It lets a network trained at one sample rate run at d times that
//! rate. States before the first step are the initial ones.

use crate::cell::{Cell, State};
use std::sync::Arc;

/// The past states of a recurrence, newest first: ceil(d) of them.
pub type Memory = Vec<State>;

/// A cell with its delay.
#[derive(Clone, Debug)]
pub struct Recurrence {
    /// What is computed at each step.
    pub cell: Arc<dyn Cell>,
    /// d, at least 1.
    pub delay: f64,
}

impl Recurrence {
    /// The ordinary recurrence of a cell.
    pub fn new(cell: impl Cell + 'static) -> Self {
        Self { cell: Arc::new(cell), delay: 1.0 }
    }

    /// The same with a delay.
    #[must_use]
    pub fn with_delay(self, delay: f64) -> Self {
        Self { delay, ..self }
    }

    /// ceil(d): how many past states are kept.
    ///
    /// # Panics
    /// If d is below 1 or infinite.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number of steps")]
    pub fn states(&self) -> usize {
        assert!(self.delay >= 1.0 && self.delay.is_finite(), "a delay is at least 1");
        self.delay.ceil() as usize
    }

    /// All past states zero.
    #[must_use]
    pub fn zero(&self) -> Memory {
        vec![self.cell.zero(); self.states()]
    }

    /// The state that the next step sees.
    ///
    /// # Panics
    /// If there are not ceil(d) past states.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number of steps")]
    pub fn read(&self, memory: &[State]) -> State {
        assert_eq!(memory.len(), self.states(), "there are ceil(d) past states");
        let k = self.delay.floor();
        let a = self.delay - k;
        let newer = &memory[k as usize - 1];
        if a == 0.0 {
            return newer.clone();
        }
        let older = &memory[k as usize];
        let mix =
            |new: &[f64], old: &[f64]| new.iter().zip(old).map(|(n, o)| (1.0 - a) * n + a * o).collect();
        State { h: mix(&newer.h, &older.h), c: mix(&newer.c, &older.c) }
    }

    /// One step: the output, and the memory moved on by it.
    ///
    /// # Panics
    /// If a length is wrong.
    pub fn step(&self, x: &[f64], memory: &mut Memory) -> Vec<f64> {
        let next = self.cell.next(x, &self.read(memory));
        let output = next.h.clone();
        memory.insert(0, next);
        memory.pop();
        output
    }
}
