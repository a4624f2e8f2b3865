//! Cells with random weights, for relations that must hold whatever the numbers are.

use crate::{Activation, Gru, Lstm, MinGru, MinLstm, Recurrence, ResetGate, SimpleRnn};

/// Numbers between -1 and 1, none of them 0: Knuth's MMIX generator.
pub(super) struct Numbers(u64);

impl Numbers {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(super) fn take(&mut self, len: usize) -> Vec<f64> {
        (0..len)
            .map(|_| {
                self.0 =
                    self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 52) as f64 - 1.0
            })
            .collect()
    }
}

pub(super) fn simple_rnn(n_i: usize, n_h: usize, seed: u64) -> SimpleRnn {
    let mut numbers = Numbers::new(seed);
    SimpleRnn {
        input_size: n_i,
        hidden_size: n_h,
        u: numbers.take(n_h * n_i),
        w: numbers.take(n_h * n_h),
        b: numbers.take(n_h),
        activation: Activation::Tanh,
        clip: None,
    }
}

pub(super) fn gru(n_i: usize, n_h: usize, reset: ResetGate, seed: u64) -> Gru {
    let mut numbers = Numbers::new(seed);
    Gru {
        input_size: n_i,
        hidden_size: n_h,
        weight_ih: numbers.take(3 * n_h * n_i),
        weight_hh: numbers.take(3 * n_h * n_h),
        bias_ih: numbers.take(3 * n_h),
        bias_hh: numbers.take(3 * n_h),
        reset,
        gate: Activation::Sigmoid,
        candidate: Activation::Tanh,
        clip: None,
    }
}

/// Without options.
pub(super) fn lstm(n_i: usize, n_h: usize, seed: u64) -> Lstm {
    let mut numbers = Numbers::new(seed);
    Lstm {
        input_size: n_i,
        hidden_size: n_h,
        weight_ih: numbers.take(4 * n_h * n_i),
        weight_hh: numbers.take(4 * n_h * n_h),
        bias: numbers.take(4 * n_h),
        peephole: None,
        weight_hr: None,
        coupled: false,
        gate: Activation::Sigmoid,
        candidate: Activation::Tanh,
        output: Activation::Tanh,
        clip: None,
    }
}

/// With peepholes, and a projection to n values.
pub(super) fn projected(n_i: usize, n_h: usize, n: usize, seed: u64) -> Lstm {
    let mut numbers = Numbers::new(seed ^ 0xFF);
    Lstm {
        weight_hh: numbers.take(4 * n_h * n),
        weight_hr: Some(numbers.take(n * n_h)),
        peephole: Some(numbers.take(3 * n_h)),
        ..lstm(n_i, n_h, seed)
    }
}

pub(super) fn min_gru(n_i: usize, n_h: usize, seed: u64) -> MinGru {
    let mut numbers = Numbers::new(seed);
    MinGru {
        input_size: n_i,
        hidden_size: n_h,
        weight_ih: numbers.take(2 * n_h * n_i),
        bias: numbers.take(2 * n_h),
        gate: Activation::Sigmoid,
        candidate: Activation::Linear,
        clip: None,
    }
}

pub(super) fn min_lstm(n_i: usize, n_h: usize, seed: u64) -> MinLstm {
    let mut numbers = Numbers::new(seed);
    MinLstm {
        input_size: n_i,
        hidden_size: n_h,
        weight_ih: numbers.take(3 * n_h * n_i),
        bias: numbers.take(3 * n_h),
        gate: Activation::Sigmoid,
        candidate: Activation::Linear,
        clip: None,
    }
}

/// One of every cell and form, all of the same input size, at this delay.
pub(super) fn every_cell(n_i: usize, delay: f64, seed: u64) -> Vec<Recurrence> {
    let cells = [
        Recurrence::new(simple_rnn(n_i, 3, seed)),
        Recurrence::new(gru(n_i, 3, ResetGate::AfterProduct, seed)),
        Recurrence::new(gru(n_i, 2, ResetGate::BeforeProduct, seed)),
        Recurrence::new(lstm(n_i, 3, seed)),
        Recurrence::new(Lstm { coupled: true, ..lstm(n_i, 2, seed) }),
        Recurrence::new(projected(n_i, 4, 2, seed)),
        Recurrence::new(min_gru(n_i, 3, seed)),
        Recurrence::new(min_lstm(n_i, 2, seed)),
    ];
    cells.into_iter().map(|cell| cell.with_delay(delay)).collect()
}
