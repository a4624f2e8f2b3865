//! Each typed error, and that its message names the tensor, what was found and what was expected.

use crate::file::{File, Style, file, small};
use rnn_core::prelude::*;
use rnn_core::{LayerKind, LayerWeights, LoadOptions, Mapping, WeightError, read_f32};

/// The same network by the attribute: the same errors.
#[rnn(input_size = 3)]
pub(crate) struct Small {
    hidden: SimpleRnn<5>,
    output: Dense<2>,
}

/// The error of a file, which both kinds of network give.
pub(crate) fn error_of(bytes: &[u8], options: &LoadOptions) -> WeightError {
    let error = small().0.from_safetensors_with(bytes, options).map(drop).expect_err("a wrong file");
    let fixed = Small::from_safetensors_with(bytes, options).map(drop);
    assert_eq!(error.to_string(), fixed.expect_err("a wrong file").to_string());
    error
}

pub(crate) fn ours() -> File {
    file(&small().1, Style::Ours, &["hidden.*", "output.*"])
}

pub(crate) fn message(bytes: &[u8]) -> String {
    error_of(bytes, &LoadOptions::default()).to_string()
}

#[test]
fn the_right_file_is_right() {
    let (builder, _) = small();
    builder.from_safetensors(&ours().bytes()).expect("the file fits");
}

#[test]
fn a_missing_tensor() {
    let bytes = ours().without("hidden.weight_hh").bytes();
    let error = error_of(&bytes, &LoadOptions::default());
    let names = ["hidden.bias_ih", "hidden.weight_ih", "output.bias", "output.weight"];
    assert!(matches!(&error, WeightError::Missing { tensor, existing }
        if tensor == "hidden.weight_hh" && *existing == names));
    assert_eq!(
        error.to_string(),
        "tensor hidden.weight_hh is missing; the file has hidden.bias_ih, hidden.weight_ih, output.bias, output.weight"
    );
}

/// Every tensor a framework's file must have is missed by the name it would have there.
#[test]
fn each_tensor_of_each_style_is_missed_by_name() {
    let (_, layers) = small();
    for (style, patterns) in [
        (Style::Ours, ["hidden.*", "output.*"]),
        (Style::Keras, ["simple_rnn/*", "dense/*"]),
        (Style::PyTorch, ["rnn.*_l0", "fc.*"]),
    ] {
        let whole = file(&layers, style, &patterns);
        for name in whole.tensors.iter().map(|tensor| &tensor.name) {
            let text = message(&whole.clone().without(name).bytes());
            // Without it Keras' layer is no recurrent one, PyTorch's no dense one.
            let expected = match &name[..] {
                "simple_rnn/recurrent_kernel" => "recurrent_kernel of a recurrent layer for `hidden`",
                "dense/kernel" => "kernel of a dense layer for `output`",
                "fc.weight" => "weight of a dense layer for `output`",
                name => name,
            };
            assert!(
                text.starts_with(&format!("tensor {expected} is missing; the file has ")),
                "{name}: {text}"
            );
        }
    }
    let empty = message(&File::default().bytes());
    assert_eq!(empty, "tensor hidden.weight_ih is missing");
}

#[test]
fn a_mapped_tensor_that_is_missing() {
    let options = LoadOptions::default().mapping(Mapping::new().tensor("hidden.weight_hh", "W"));
    let text = error_of(&ours().bytes(), &options).to_string();
    assert!(text.starts_with("tensor W is missing; the file has hidden.bias_ih, "), "{text}");
}

#[test]
fn extra_tensors() {
    let file = ours().f32("scale", &[2], &[1.0, 2.0]).f32("hidden.bias_xx", &[], &[3.0]);
    let error = error_of(&file.bytes(), &LoadOptions::default());
    assert!(matches!(&error, WeightError::Extra { tensors } if *tensors == ["hidden.bias_xx", "scale"]));
    assert_eq!(
        error.to_string(),
        "no layer takes these tensors of the file: hidden.bias_xx, scale; the option `ignore_extra` leaves them aside"
    );
    let (builder, _) = small();
    builder.from_safetensors_with(&file.bytes(), &LoadOptions::default().ignore_extra()).expect("left aside");
}

/// A bias the network does not have is not dropped, whether or not what is of no layer is left aside.
#[test]
fn a_bias_too_many() {
    let (_, layers) = small();
    for (style, patterns, of_hidden, of_output) in [
        (Style::Ours, ["hidden.*", "output.*"], "hidden.bias_ih", "output.bias"),
        (Style::PyTorch, ["rnn.*_l0", "fc.*"], "rnn.bias_hh_l0, rnn.bias_ih_l0", "fc.bias"),
        (Style::PyTorch, ["cell.*", "fc.*"], "cell.bias_hh, cell.bias_ih", "fc.bias"),
        (Style::Keras, ["simple_rnn/*", "dense/*"], "simple_rnn/bias", "dense/bias"),
        (Style::Keras, ["simple_rnn/*:0", "dense/*:0"], "simple_rnn/bias:0", "dense/bias:0"),
    ] {
        let more = file(&layers, style, &patterns).f32("bn.running_mean", &[5], &[0.0; 5]);
        for (hidden, output) in [(false, true), (true, false)] {
            let builder = RuntimeNetwork::builder(3)
                .layer("hidden", LayerKind::simple_rnn(5).with_bias(hidden))
                .layer("output", LayerKind::dense(2).with_bias(output));
            let (layer, tensors) = if hidden { ("output", of_output) } else { ("hidden", of_hidden) };
            let options = LoadOptions::default();
            for options in [options.clone(), options.ignore_extra()] {
                let error = builder.clone().from_safetensors_with(&more.bytes(), &options);
                assert_eq!(
                    error.expect_err("a bias too many").to_string(),
                    format!(
                        "layer {layer} is described without a bias, but its weights have {tensors}: nothing that belongs to a \
                         layer is left aside"
                    )
                );
            }
        }
        small()
            .0
            .from_safetensors_with(&more.bytes(), &LoadOptions::default().ignore_extra())
            .expect("left aside");
    }
}

/// Nor anything else that its layer would have in another form.
#[test]
fn a_part_of_a_layer_too_many() {
    let left_aside = LoadOptions::default().ignore_extra();
    for (name, shape) in [
        ("hidden.weight_ih_reverse", &[5, 3][..]),
        ("hidden.weight_hr", &[2, 5]),
        ("hidden.peephole", &[15]),
        ("hidden.bias_hh_reverse", &[5]),
    ] {
        let file = ours().f32(name, shape, &vec![0.0; shape.iter().product()]);
        let text = error_of(&file.bytes(), &left_aside).to_string();
        let what = if name.contains("bias") { "a bias" } else { "them" };
        assert!(
            text.starts_with(&format!(
                "layer hidden is described without {what}, but its weights have {name}: "
            )),
            "{text}"
        );
    }
    let others = ours().f32("hidden.weight_ih_l0_g", &[5, 1], &[1.0; 5]).f32("hidden.scale", &[5], &[1.0; 5]);
    small().0.from_safetensors_with(&others.bytes(), &left_aside).expect("of no layer");
}

#[test]
fn misshapen_tensors() {
    let (_, layers) = small();
    let wrong = |style, patterns: &[&str], name: &str, shape: &[usize]| {
        let mut file = file(&layers, style, patterns);
        let tensor = file.tensor(name);
        tensor.shape = shape.to_vec();
        tensor.data.resize(4 * shape.iter().product::<usize>(), 0);
        error_of(&file.bytes(), &LoadOptions::default())
    };
    let error = wrong(Style::Ours, &["hidden.*", "output.*"], "hidden.weight_ih", &[3, 5]);
    assert!(matches!(&error, WeightError::Shape { tensor, found, expected, .. }
        if tensor == "hidden.weight_ih" && *found == [3, 5] && *expected == [5, 3]));
    let text = "tensor hidden.weight_ih has shape (3, 5), but this network takes (5, 3): U is (n_h=5, n_i=3)";
    assert_eq!(error.to_string(), text);

    let ours = ["hidden.*", "output.*"];
    let keras = ["simple_rnn/*", "dense/*"];
    for (style, patterns, name, shape, rest) in [
        (
            Style::Ours,
            ours,
            "hidden.weight_hh",
            &[5, 4][..],
            "(5, 4), but this network takes (5, 5): W is (n_h=5, n_h=5)",
        ),
        (Style::Ours, ours, "hidden.bias_ih", &[5, 1], "(5, 1), but this network takes (5,): b is (n_h=5)"),
        (Style::Ours, ours, "output.weight", &[], "(), but this network takes (2, 5): V is (n_o=2, n_i=5)"),
        (Style::Ours, ours, "output.bias", &[0], "(0,), but this network takes (2,): c is (n_o=2)"),
        (Style::PyTorch, ours, "hidden.bias_hh", &[4], "(4,), but this network takes (5,): b is (n_h=5)"),
        (
            Style::Keras,
            keras,
            "simple_rnn/kernel",
            &[5, 3],
            "(5, 3), but this network takes (3, 5): U is (n_h=5, n_i=3), stored transposed",
        ),
        // A GRU's matrix is no SimpleRNN's.
        (
            Style::Keras,
            keras,
            "simple_rnn/recurrent_kernel",
            &[5, 15],
            "(5, 15), but this network takes (5, 5): W is (n_h=5, n_h=5), stored transposed",
        ),
    ] {
        let text = wrong(style, &patterns, name, shape).to_string();
        assert_eq!(text, format!("tensor {name} has shape {rest}"));
    }
}

#[test]
fn wrong_types() {
    for (dtype, size) in [("F64", 8), ("I32", 4), ("U8", 1), ("BOOL", 1)] {
        let mut file = ours();
        let tensor = file.tensor("output.weight");
        tensor.dtype = dtype;
        tensor.data = vec![0; 10 * size];
        let error = error_of(&file.bytes(), &LoadOptions::default());
        assert!(
            matches!(&error, WeightError::Type { tensor, found } if tensor == "output.weight" && found == dtype)
        );
        let way_on = if dtype == "F64" {
            "the option `round_f64` rounds it to F32"
        } else {
            "save the file as one of these"
        };
        assert_eq!(
            error.to_string(),
            format!("tensor output.weight holds {dtype}, and weights are F32, F16 or BF16: {way_on}")
        );
        assert!(matches!(read_f32(&file.bytes(), "output.weight"), Err(WeightError::Type { .. })));
    }
}

#[test]
fn another_network() {
    let text = "input_size 3; layer a simple_rnn 5 relu bias; layer b dense 2 linear bias";
    let error = error_of(&ours().with_metadata(text).bytes(), &LoadOptions::default());
    assert!(matches!(error, WeightError::Architecture { .. }));
    assert_eq!(
        error.to_string(),
        format!(
            "the file holds the network `{text}`, but this one is `input_size 3; layer hidden simple_rnn 5 tanh bias; \
             layer output dense 2 linear bias`"
        )
    );
}

#[test]
fn metadata_that_makes_no_sense() {
    for (text, entry) in [
        ("tau twelve", "tau twelve"),
        ("tau 12; what 3", "what 3"),
        ("mean 1", "mean without std, or std without mean"),
        ("layer a dense 2 linear bias", "layer without input_size"),
        ("input_size 3; layer a dense 2 linear", "layer a dense 2 linear"),
        ("input_size 3; layer a dense 2 softmin bias", "layer a dense 2 softmin bias"),
        ("input_size 3; layer a dense 2 affine bias", "layer a dense 2 affine bias"),
        ("input_size 3; layer a dense 2 elu(nan) bias", "layer a dense 2 elu(nan) bias"),
        ("input_size 3; layer a mgu 2 tanh bias", "layer a mgu 2 tanh bias"),
        ("input_size -3", "input_size -3"),
    ] {
        let error = error_of(&ours().with_metadata(text).bytes(), &LoadOptions::default());
        assert!(matches!(&error, WeightError::Metadata { entry: e } if e == entry), "{error}");
        assert_eq!(
            error.to_string(),
            format!(
                "the file's metadata has the malformed entry `{entry}`; if its line under the key `rnn` is another program's, \
                 the option `ignore_metadata` reads the file without"
            )
        );
        let bytes = ours().with_metadata(text).bytes();
        let left_aside = LoadOptions::default().ignore_metadata();
        small().0.from_safetensors_with(&bytes, &left_aside).expect("the tensors fit");
    }
}

#[test]
fn a_file_that_does_not_say_which_network() {
    for file in [ours(), ours().with_metadata("tau 12")] {
        let error = RuntimeNetwork::from_safetensors(&file.bytes()).map(drop).expect_err("no architecture");
        assert!(matches!(error, WeightError::NoArchitecture));
        let text = "the file does not say which network it holds: describe it with `RuntimeNetwork::builder` or a struct with \
                    `#[rnn(..)]`, or infer it from its tensors with `RuntimeNetwork::infer`";
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn a_file_that_cannot_be_read() {
    let path = std::env::temp_dir().join("rnn-core, no such file");
    assert!(matches!(Small::load(&path), Err(WeightError::Io { .. })));
    assert!(matches!(small().0.load(&path), Err(WeightError::Io { .. })));
}

#[test]
fn slices_that_do_not_fit() {
    let (weight_ih, weight_hh, bias) = ([0.0; 15], [0.0; 25], Some(&[0.0; 5][..]));
    let rnn = LayerWeights::recurrent(&weight_ih, &weight_hh, bias);
    let dense = LayerWeights::Dense { weight: &[0.0; 10], bias: Some(&[0.0; 2]) };
    let short = LayerWeights::recurrent(&weight_ih[1..], &weight_hh, bias);
    let no_bias = LayerWeights::recurrent(&weight_ih, &weight_hh, None);
    assert!(small().0.from_slices(&[rnn, dense]).is_ok());
    for (weights, text) in [
        (
            &[short, dense][..],
            "tensor hidden.weight_ih has shape (14,), but this network takes (5, 3): U is (n_h=5, n_i=3)",
        ),
        (
            &[no_bias, dense],
            "layer hidden has a bias, but its weights have none: give hidden.bias_ih, or describe the layer without \
             (`with_bias(false)`)",
        ),
        (
            &[rnn, LayerWeights::Dense { weight: &[0.0; 10], bias: None }],
            "layer output has a bias, but its weights have none: give output.bias, or describe the layer without \
             (`with_bias(false)`)",
        ),
        (&[rnn], "tensor output is missing"),
        (&[dense, dense], "tensor hidden.weight_ih is missing"),
        (&[rnn, rnn], "tensor output.weight is missing"),
        (&[rnn, dense, dense], "3 entries of weights were given, but the network has 2 layers"),
    ] {
        assert_eq!(small().0.from_slices(weights).map(drop).expect_err("wrong slices").to_string(), text);
    }
}
