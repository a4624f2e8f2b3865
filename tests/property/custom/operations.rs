//! Every operation of [`Lanes`], one step at a time: what it says, in every lane, on every backend.

use rnn_core::custom::{Cell, CustomNetwork, Lanes, State};
use rnn_core::{Activation, LayerWeights, Network, activation};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;

/// Operations, each with what it is of three numbers; the last is whether the multiply-add rounds once.
type Meaning = fn([f32; 3], bool) -> f32;

const OPERATIONS: [(&str, Meaning); 9] = [
    ("add", |[a, b, _], _| a + b),
    ("sub", |[a, b, _], _| a - b),
    ("mul", |[a, b, _], _| a * b),
    ("div", |[a, b, _], _| a / b),
    ("mul_add", |[a, b, c], fused| if fused { a.mul_add(b, c) } else { a * b + c }),
    ("min", |[a, b, _], _| if a < b { a } else { b }),
    ("max", |[a, b, _], _| if a > b { a } else { b }),
    ("if_less", |[a, b, c], _| if a < b { c } else { a }),
    ("constant", |[a, _, _], _| a + 0.625),
];

/// Functions, those with a method of their own first.
const FUNCTIONS: [Activation; 5] =
    [Activation::Tanh, Activation::Sigmoid, Activation::Relu, Activation::FastTanh, Activation::FastSigmoid];

/// h' = an operation on the gates, or, past [`OPERATIONS`] and [`FUNCTIONS`], an activation of the first.
#[derive(Clone, Copy, Debug)]
struct Operation(usize);

impl Cell<3> for Operation {
    const MEMORY: bool = true;
    #[inline(always)]
    fn update<L: Lanes>(&self, [a, b, c]: [L; 3], old: State<L>) -> State<L> {
        let h = match self.0 {
            0 => a + b,
            1 => a - b,
            2 => a * b,
            3 => a / b,
            4 => a.mul_add(b, c),
            5 => a.min(b),
            6 => a.max(b),
            7 => a.if_less(b, c, a),
            8 => a + a.constant(0.625),
            9 => a.tanh(),
            10 => a.sigmoid(),
            11 => a.relu(),
            12 => a.fast_tanh(),
            13 => a.fast_sigmoid(),
            other => a.activate(Activation::ALL[other - 14]),
        };
        // The memory counts the steps.
        State { h, c: old.c + old.c.constant(1.0) }
    }
}

/// Gates of these units: numbers of all magnitudes, both zeros, infinities and a NaN in every place.
fn gates(units: usize) -> [Vec<f32>; 3] {
    let values = [
        0.5,
        -0.0,
        0.0,
        1.0,
        -3.25,
        1e-30,
        7.5e8,
        f32::NAN,
        f32::INFINITY,
        0.1,
        -0.7,
        f32::NEG_INFINITY,
        88.0,
    ];
    [1, 5, 7]
        .map(|stride| (0..units).map(|unit| values[(unit * stride + stride / 2) % values.len()]).collect())
}

#[test]
fn every_operation() {
    for backend in backends::all() {
        for units in [1, 3, 4, 5, 8, 13, 16, 17, 40, 169] {
            let gates = gates(units);
            // Biases are the gates to the bit: no input and no state adds to them.
            let bias = gates.concat();
            let (u, w) = (vec![0.0; 3 * units], vec![0.0; 3 * units * units]);
            let weights = [LayerWeights::recurrent(&u, &w, Some(&bias))];
            for op in 0..OPERATIONS.len() + FUNCTIONS.len() + Activation::ALL.len() {
                let net = CustomNetwork::new(Operation(op), 1, units);
                let net = net.build(backend, &weights).expect("the weights fit");
                let mut state = vec![0.0; net.state_len()];
                let mut got = vec![0.0; units];
                // -0 + 0 is 0: the product with the input comes out as a gate that is nowhere -0.
                let gate = |gate: usize, unit: usize| gates[gate][unit] + 0.0;
                net.step_into(&mut state, &[1.0], &mut got).expect("the lengths fit");
                let (name, want) = if let Some((name, meaning)) = OPERATIONS.get(op) {
                    let unit = |unit| meaning([0, 1, 2].map(|g| gate(g, unit)), backend.is_fused());
                    ((*name).to_string(), (0..units).map(unit).collect())
                } else {
                    let op = op - OPERATIONS.len();
                    let f = FUNCTIONS.iter().chain(Activation::ALL).nth(op).expect("one of both");
                    let mut values: Vec<f32> = (0..units).map(|unit| gate(0, unit)).collect();
                    // It looks at more than one lane.
                    if *f != Activation::Softmax {
                        activation::apply(*f, backend, &mut values);
                    }
                    (format!("activate {f}"), values)
                };
                assert_bits_equal(&got, &want, format_args!("{name}, {units} units, {backend}"));
                let c = &net.snapshot(&state).expect("the length fits")[units..];
                assert_bits_equal(c, &vec![1.0; units], format_args!("{name}, the memory, {backend}"));
            }
        }
    }
}
