//! Weights as ONNX' operators RNN, GRU and LSTM take them, made ours: `W` (D, G n_h, n_i), `R` (D, G n_h, n_h), `B` (D, 2 G n_h),
//! `P` (D, 3 n_h).

use rnn_core::{
    CellKind, LayerKind, LayerWeights, RecurrentWeights, RuntimeBuilder, RuntimeNetwork, WeightError,
    read_f32,
};

/// Where our gates are among ONNX', and our peepholes i, f, o among its i, o, f.
fn orders(cell: CellKind) -> (&'static [usize], &'static [usize]) {
    match cell {
        // r, z, n of z, r, h.
        CellKind::Gru { .. } => (&[1, 0, 2], &[]),
        // i, f, g, o of i, o, f, c.
        CellKind::Lstm { .. } => (&[0, 2, 3, 1], &[0, 2, 1]),
        _ => (&[0], &[]),
    }
}

/// Blocks of equal length in another order.
fn blocks(values: &[f32], order: &[usize]) -> Vec<f32> {
    let len = values.len() / order.len();
    order.iter().flat_map(|&block| &values[block * len..][..len]).copied().collect()
}

/// One direction in our order.
struct Owned {
    weight_ih: Vec<f32>,
    weight_hh: Vec<f32>,
    biases: Option<(Vec<f32>, Vec<f32>)>,
    peephole: Option<Vec<f32>>,
}

impl Owned {
    fn borrow(&self) -> RecurrentWeights<'_> {
        let biases = self.biases.as_ref();
        RecurrentWeights {
            bias_hh: biases.map(|(_, state)| &state[..]),
            peephole: self.peephole.as_deref(),
            ..RecurrentWeights::new(&self.weight_ih, &self.weight_hh, biases.map(|(input, _)| &input[..]))
        }
    }
}

/// The network of one layer with the tensors of a file.
pub(crate) fn network(
    builder: RuntimeBuilder,
    kind: LayerKind,
    file: &[u8],
) -> Result<RuntimeNetwork, WeightError> {
    let directions = kind.directions();
    let (gates, peepholes) = orders(kind.recurrent().expect("an operator is a recurrent layer").cell);
    let halves = |name: &str| -> Option<Vec<Vec<f32>>> {
        let (shape, values) = read_f32(file, name).ok()?;
        assert_eq!(shape[0], directions, "{name} has the directions first");
        Some(values.chunks(values.len() / directions).map(<[f32]>::to_vec).collect())
    };
    let (w, r) = (halves("W").expect("W"), halves("R").expect("R"));
    let (b, p) = (halves("B"), halves("P"));
    let owned: Vec<Owned> = (0..directions)
        .map(|direction| Owned {
            weight_ih: blocks(&w[direction], gates),
            weight_hh: blocks(&r[direction], gates),
            biases: b.as_ref().map(|b| {
                let (input, state) = b[direction].split_at(b[direction].len() / 2);
                (blocks(input, gates), blocks(state, gates))
            }),
            peephole: p.as_ref().map(|p| blocks(&p[direction], peepholes)),
        })
        .collect();
    builder.from_slices(&[match &owned[..] {
        [one] => LayerWeights::Recurrent(one.borrow()),
        [forward, backward] => {
            LayerWeights::Bidirectional { forward: forward.borrow(), backward: backward.borrow() }
        }
        _ => panic!("one direction or two"),
    }])
}
