//! Saved and loaded again: every bit, the scaler, tau and the architecture.

use crate::file::{Style, file, small};
use proptest::prelude::*;
use rnn_core::prelude::*;
use rnn_core::{LayerKind, LayerWeights, RecurrentWeights, Scaler};
use safetensors::SafeTensors;

#[rnn(input_size = 3)]
struct Small {
    hidden: SimpleRnn<5>,
    output: Dense<2>,
}

const TEXT: &str = "tau 12; mean 43.726720647773284; std 34.06106588296828";

fn same_metadata(net: &impl Save) {
    assert_eq!(net.tau(), Some(12));
    let scaler = net.scaler().expect("a scaler");
    assert_eq!(scaler, Scaler { mean: 43.726_720_647_773_284, std: 34.061_065_882_968_28 });
}

#[test]
fn metadata_and_architecture() {
    let (builder, layers) = small();
    let keras = file(&layers, Style::Keras, &["simple_rnn/*", "dense/*"]).with_metadata(TEXT).bytes();
    let built = builder.from_safetensors(&keras).expect("the file fits");
    same_metadata(&built);
    let saved = built.to_safetensors().expect("the format holds it");

    let again = RuntimeNetwork::from_safetensors(&saved).expect("our own file");
    same_metadata(&again);
    assert_eq!(again.architecture(), built.architecture());
    assert_eq!(again.to_safetensors().expect("the format holds it"), saved);

    let fixed = Small::from_safetensors(&saved).expect("our own file");
    same_metadata(&fixed);
    assert_eq!(fixed.to_safetensors().expect("the format holds it"), saved);
}

#[test]
fn without_metadata_there_is_none() {
    let (builder, layers) = small();
    let bytes = file(&layers, Style::Ours, &["hidden.*", "output.*"]).bytes();
    let net = builder.from_safetensors(&bytes).expect("the file fits");
    assert_eq!((net.tau(), net.scaler()), (None, None));
    let again =
        RuntimeNetwork::from_safetensors(&net.to_safetensors().expect("saved")).expect("our own file");
    assert_eq!((again.tau(), again.scaler()), (None, None));
}

#[test]
fn slices_are_saved_with_a_scaler_and_tau() {
    let (builder, layers) = small();
    let bytes = file(&layers, Style::Ours, &["hidden.*", "output.*"]).bytes();
    let net = builder.from_safetensors(&bytes).expect("the file fits");
    let scaler = Scaler { mean: 43.726_720_647_773_284, std: 34.061_065_882_968_28 };
    let saved = net.to_safetensors_with(Some(scaler), Some(12)).expect("the format holds it");
    same_metadata(&RuntimeNetwork::from_safetensors(&saved).expect("our own file"));
    assert_eq!((net.tau(), net.scaler()), (None, None), "the network itself is unchanged");
}

#[test]
fn through_a_file() {
    let (builder, layers) = small();
    let bytes = file(&layers, Style::Ours, &["hidden.*", "output.*"]).with_metadata(TEXT).bytes();
    let net = builder.clone().from_safetensors(&bytes).expect("the file fits");
    let path = std::env::temp_dir().join(format!("rnn-core-round-trip-{}.safetensors", std::process::id()));
    net.save(&path).expect("the folder can be written");
    let loaded = (RuntimeNetwork::load(&path), builder.load(&path), Small::load(&path));
    std::fs::remove_file(&path).expect("it was written");
    let want = net.to_safetensors().expect("saved");
    assert_eq!(loaded.0.expect("our own file").to_safetensors().expect("saved"), want);
    assert_eq!(loaded.1.expect("our own file").to_safetensors().expect("saved"), want);
    assert_eq!(loaded.2.expect("our own file").to_safetensors().expect("saved"), want);
}

/// Any bits: zeros of both signs, subnormals, infinities, NaNs with a payload.
fn values(len: usize) -> impl Strategy<Value = Vec<f32>> {
    let special =
        prop::sample::select(vec![0x8000_0000, 1, 0x7F80_0000, 0xFF80_0000, 0x7FC0_1234, 0xFFA0_0001]);
    prop::collection::vec(prop_oneof![any::<u32>(), special].prop_map(f32::from_bits), len)
}

fn layer() -> impl Strategy<Value = LayerKind> {
    let activation = prop::sample::select(Activation::ALL);
    (1_usize..40, activation, any::<bool>(), any::<bool>()).prop_map(|(size, activation, bias, recurrent)| {
        let recurrent = recurrent && activation.is_elementwise();
        let kind = if recurrent { LayerKind::simple_rnn(size) } else { LayerKind::dense(size) };
        kind.with_activation(activation).with_bias(bias)
    })
}

/// A layer with the values of U or V, W, and b or c.
type Filled = (LayerKind, [Vec<f32>; 3]);

/// The input size and the layers.
fn network() -> impl Strategy<Value = (usize, Vec<Filled>)> {
    (1_usize..20, prop::collection::vec(layer(), 1..4)).prop_flat_map(|(input_size, kinds)| {
        let mut n_i = input_size;
        let mut layers = Vec::new();
        for kind in kinds {
            let n = kind.output_size();
            layers.push((Just(kind), [values(n * n_i).boxed(), values(n * n).boxed(), values(n).boxed()]));
            n_i = n;
        }
        (Just(input_size), layers)
    })
}

proptest! {
    #[test]
    fn every_bit_of_any_network((input_size, layers) in network()) {
        let mut builder = RuntimeNetwork::builder(input_size);
        let mut weights = Vec::new();
        for (index, (kind, [weight, recurrent, bias])) in layers.iter().enumerate() {
            builder = builder.layer(format!("layer_{index}"), *kind);
            let bias = kind.bias().then_some(&bias[..]);
            weights.push(match kind {
                LayerKind::Dense { .. } => LayerWeights::Dense { weight, bias },
                _ => LayerWeights::recurrent(weight, recurrent, bias),
            });
        }
        let net = builder.from_slices(&weights)?;
        let saved = net.to_safetensors()?;
        let again = RuntimeNetwork::from_safetensors(&saved)?;
        prop_assert_eq!(again.architecture(), net.architecture());
        prop_assert_eq!(&again.to_safetensors()?, &saved);

        let tensors = SafeTensors::deserialize(&saved).expect("a safetensors file");
        let mut count = 0;
        let mut same = |index: usize, part: &str, values: &[f32]| {
            let want: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            count += 1;
            tensors.tensor(&format!("layer_{index}.{part}")).is_ok_and(|tensor| tensor.data() == want)
        };
        for (index, weights) in weights.iter().enumerate() {
            let bias = match *weights {
                LayerWeights::Recurrent(RecurrentWeights { weight_ih, weight_hh, bias_ih: bias, .. }) => {
                    prop_assert!(same(index, "weight_ih", weight_ih));
                    prop_assert!(same(index, "weight_hh", weight_hh));
                    bias.map(|bias| ("bias_ih", bias))
                }
                LayerWeights::Dense { weight, bias } => {
                    prop_assert!(same(index, "weight", weight));
                    bias.map(|bias| ("bias", bias))
                }
                _ => unreachable!("two kinds"),
            };
            if let Some((part, bias)) = bias {
                prop_assert!(same(index, part, bias));
            }
        }
        prop_assert_eq!(count, tensors.len());
    }
}
