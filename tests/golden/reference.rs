//! The f64 reference with the weights of a case, compared with the framework as our networks are.

use crate::case::Case;
use crate::cell_case::CellCase;
use rnn_core::{Activation, Architecture, Backend, CellKind, Layer, LayerKind, Save};
use rnn_reference as reference;
use rnn_reference::{Dense, Direction, Merge, Network, Recurrence, Recurrent, Steps};
use rnn_support::tolerance::Mismatch;
use safetensors::SafeTensors;
use std::collections::HashMap;

/// How far f64 may be from f64, with max(1, |y|): what the generators allow between the frameworks and plain numpy.
fn limit(case: &Case) -> f64 {
    let uses = |f: &dyn Fn(Activation) -> bool| {
        case.architecture.layers.iter().any(|Layer { kind, .. }| {
            let gate = kind.recurrent().and_then(|r| r.cell.gate());
            f(kind.activation()) || gate.is_some_and(f)
        })
    };
    if uses(&|f| matches!(f, Activation::LeakyRelu { alpha } if alpha.to_bits() == 0.2_f32.to_bits())) {
        // Keras' slope is 0.2 in f64, ours the nearest f32.
        1e-7
    } else if uses(&|f| matches!(f, Activation::Gelu | Activation::GeluTanh)) {
        // TensorFlow's gelu has its constants in float32.
        1e-8
    } else {
        1e-13
    }
}

/// As [`rnn_support::tolerance::check`], of values in f64.
pub(crate) fn check(got: &[f64], want: &[f64], bound: impl Fn(f64) -> f64) -> Result<f64, Mismatch> {
    if got.len() != want.len() {
        return Err(Mismatch::Length { got: got.len(), want: want.len() });
    }
    let mut worst = 0.0_f64;
    for (index, (&got, &want)) in got.iter().zip(want).enumerate() {
        let (error, bound) = ((got - want).abs(), bound(want));
        // The other way round a NaN would pass.
        #[expect(clippy::neg_cmp_op_on_partial_ord, reason = "a NaN must fail")]
        if !(error <= bound) {
            #[expect(clippy::cast_possible_truncation, reason = "for a message")]
            return Err(Mismatch::Value { index, got: got as f32, want, bound, count: 1 });
        }
        if error > 0.0 {
            worst = worst.max(error / bound);
        }
    }
    Ok(worst)
}

/// What the reference makes of a case, in place of the framework's values.
pub(crate) fn truth(cell: &CellCase, net: &Network) -> CellCase {
    let case = &cell.case;
    let mut found = cell.clone();
    (found.case.y, found.y_last, found.case.h_last) = (Vec::new(), Vec::new(), Vec::new());
    found.case.single = false;
    let xs: Vec<f64> = case.x.iter().copied().map(f64::from).collect();
    let snapshot = Network::flatten(&net.zero()).len();
    for (row, xs) in xs.chunks(xs.len() / case.batch).enumerate() {
        let h0 = case.h0.as_ref().map_or_else(
            || vec![0.0; snapshot],
            |h0| h0[row * snapshot..][..snapshot].iter().copied().map(f64::from).collect(),
        );
        let steps = Steps {
            length: cell.lengths.as_ref().map(|lengths| lengths[row]),
            mask: cell.mask.as_ref().map(|mask| mask[row * case.steps..][..case.steps].to_vec()),
            zero_output_for_mask: cell.zero_output_for_mask,
        };
        let sequence = net.run(xs, &steps, net.unflatten(&h0));
        found.case.y.extend(sequence.all);
        found.y_last.extend(sequence.last);
        found.case.h_last.extend(Network::flatten(&sequence.memories));
    }
    found
}

/// Compares the reference with the framework: the worst error as a part of its bound.
pub(crate) fn compare(cell: &CellCase, truth: &CellCase) -> Result<f64, Mismatch> {
    let case = &cell.case;
    let limit = limit(case);
    // What the framework computed in float32 is within the bound of a sequence.
    let bound = |y: f64| if case.single { case.bound(y) / 2.0 } else { limit * y.abs().max(1.0) };
    let all = check(&truth.case.y, &case.y, bound)?;
    let last = check(&truth.y_last, &cell.y_last, bound)?;
    let states = check(&truth.case.h_last, &case.h_last, bound)?;
    Ok(all.max(last).max(states))
}

/// What the layers after the last recurrent one make of zeros.
pub(crate) fn of_zeros(net: &Network) -> Vec<f64> {
    net.layers.iter().fold(Vec::new(), |y, layer| match layer {
        reference::Layer::Recurrent(layer) => vec![0.0; layer.output_size()],
        reference::Layer::Dense(layer) if y.is_empty() => vec![0.0; layer.output_size],
        reference::Layer::Dense(layer) => layer.apply(&y),
    })
}

/// The reference of a case.
pub(crate) fn network(case: &Case) -> Network {
    let weights = weights(case);
    let Architecture { mut input_size, ref layers } = case.architecture;
    let layers = layers.iter().map(|layer| {
        let built = self::layer(layer, input_size, &weights);
        input_size = layer.kind.output_size();
        built
    });
    Network { layers: layers.collect() }
}

/// All weights by our names, the two biases of a gate added in f64 where they are one.
///
/// The names are resolved by the loader that the case tests: a mistake there is none here, for both are compared with
/// the framework. It adds biases in f32, so it is given a file with only the first of them, and one with only the second.
fn weights(case: &Case) -> HashMap<String, Vec<f64>> {
    let [first, second] = [0, 1].map(|which| {
        let net = case.network(&one_bias(case, which), Backend::PORTABLE).expect("the file is valid");
        let file = net.to_safetensors().expect("a small file");
        let tensors = SafeTensors::deserialize(&file).expect("a safetensors file").tensors().into_iter().map(
            |(name, view)| {
                let values = view.data().as_chunks().0.iter().copied();
                (name, values.map(f32::from_le_bytes).map(f64::from).collect::<Vec<f64>>())
            },
        );
        tensors.collect::<HashMap<_, _>>()
    });
    let mut weights = first;
    for (name, values) in &mut weights {
        if name.contains(".bias") {
            values.iter_mut().zip(&second[name]).for_each(|(sum, bias)| *sum += bias);
        }
    }
    weights
}

/// The framework's file with all first biases (0) or all second ones (1) and zeros for the others.
fn one_bias(case: &Case, which: usize) -> Vec<u8> {
    let mut file = case.weights.clone();
    for (name, view) in SafeTensors::deserialize(&case.weights).expect("a safetensors file").tensors() {
        let leaf = name.rsplit(['/', '.']).next().unwrap_or_default();
        let offset = view.data().as_ptr().addr() - case.weights.as_ptr().addr();
        let columns = view.shape().last().copied().unwrap_or(1);
        for index in 0..view.data().len() / 4 {
            let bias = match (leaf, view.shape()) {
                // PyTorch.
                (leaf, _) if leaf.starts_with("bias_hh") => 1,
                // Keras' GRU that resets after the product: a row each.
                ("bias", &[2, _]) => index / columns,
                (leaf, _) if leaf.starts_with("bias") => 0,
                // ONNX: half a row each.
                ("B", _) => index % columns / (columns / 2),
                _ => continue,
            };
            if bias != which {
                file[offset + 4 * index..][..4].fill(0);
            }
        }
    }
    file
}

fn layer(Layer { name, kind }: &Layer, n_i: usize, weights: &HashMap<String, Vec<f64>>) -> reference::Layer {
    let f = |f: Activation| reference::Activation::from_name(&f.to_string()).expect("the reference has it");
    let get = |tensor: &str| weights.get(&format!("{name}.{tensor}")).cloned();
    let or_zeros = |tensor: &str, len: usize| get(tensor).unwrap_or_else(|| vec![0.0; len]);
    let r = match *kind {
        LayerKind::Recurrent(r) => r,
        LayerKind::Dense { output_size, activation, .. } => {
            return reference::Layer::Dense(Dense {
                input_size: n_i,
                output_size,
                v: get("weight").expect("V"),
                c: or_zeros("bias", output_size),
                activation: f(activation),
            });
        }
        _ => panic!("{name} is another kind of layer"),
    };
    let (n_h, clip) = (r.hidden_size, r.clip.map(f64::from));
    let recurrence = |end: &str| {
        let get = |tensor: &str| get(&format!("{tensor}{end}"));
        let bias = |tensor: &str| or_zeros(&format!("{tensor}{end}"), r.cell.gates() * n_h);
        let (weight_ih, weight_hh) = (get("weight_ih").expect("U"), get("weight_hh").expect("W"));
        match r.cell {
            CellKind::SimpleRnn { activation } => Recurrence::new(reference::SimpleRnn {
                input_size: n_i,
                hidden_size: n_h,
                u: weight_ih,
                w: weight_hh,
                b: bias("bias_ih"),
                activation: f(activation),
                clip,
            }),
            CellKind::Gru { reset, gate, candidate } => Recurrence::new(reference::Gru {
                input_size: n_i,
                hidden_size: n_h,
                weight_ih,
                weight_hh,
                bias_ih: bias("bias_ih"),
                bias_hh: bias("bias_hh"),
                reset: match reset {
                    rnn_core::ResetGate::AfterProduct => reference::ResetGate::AfterProduct,
                    rnn_core::ResetGate::BeforeProduct => reference::ResetGate::BeforeProduct,
                },
                gate: f(gate),
                candidate: f(candidate),
                clip,
            }),
            CellKind::Lstm { gate, candidate, output, coupled, .. } => Recurrence::new(reference::Lstm {
                input_size: n_i,
                hidden_size: n_h,
                weight_ih,
                weight_hh,
                bias: bias("bias_ih"),
                peephole: get("peephole"),
                weight_hr: get("weight_hr"),
                coupled,
                gate: f(gate),
                candidate: f(candidate),
                output: f(output),
                clip,
            }),
            other => panic!("no framework has {other:?}"),
        }
    };
    reference::Layer::Recurrent(match r.direction {
        rnn_core::Direction::Forward => Recurrent::new(Direction::Forward, recurrence("")),
        rnn_core::Direction::Reverse => Recurrent::new(Direction::Reverse, recurrence("")),
        rnn_core::Direction::GoBackwards => Recurrent::new(Direction::GoBackwards, recurrence("")),
        rnn_core::Direction::Bidirectional(merge) => {
            let merge = match merge {
                rnn_core::Merge::Concat => Merge::Concat,
                rnn_core::Merge::Sum => Merge::Sum,
                rnn_core::Merge::Product => Merge::Product,
                rnn_core::Merge::Average => Merge::Average,
            };
            Recurrent::bidirectional(recurrence(""), recurrence("_reverse"), merge)
        }
    })
}
