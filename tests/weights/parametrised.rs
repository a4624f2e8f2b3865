//! Weights that PyTorch keeps in parts: what it computes of them is what is loaded. The files are `weight_norm`'s own
//! (`tests/golden/make_torch_weight_norm.py`).

use crate::file::{File, Style, file, layers, small};
use rnn_core::prelude::*;
use rnn_core::{Assume, LayerKind, LoadOptions, Mapping, RuntimeBuilder, WeightError, read_f32};
use rnn_format::ResetGate;
use rnn_support::tolerance::{check, rounded_once, weight_norm};
use safetensors::SafeTensors;

fn golden(name: &str) -> Vec<u8> {
    let path = format!("{}/golden/weight_norm/{name}.safetensors", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).expect("a file of the repository")
}

/// Our name of each weight, PyTorch's, and how many values its norms are of.
const WEIGHTS: [(&str, &str, usize); 5] = [
    ("gru.weight_ih", "gru.weight_ih_l0", 3),
    ("gru.weight_hh", "gru.weight_hh_l0", 5),
    ("one.weight", "one.weight", 5),
    ("two.weight", "two.weight", 3),
    ("three.weight", "three.weight", 6),
];

fn builder() -> RuntimeBuilder {
    RuntimeNetwork::builder(3)
        .layer("gru", LayerKind::gru(5, ResetGate::AfterProduct))
        .dense("one", 70)
        .dense("two", 3)
        .dense("three", 2)
}

#[test]
fn weight_norm_is_what_pytorch_computes() {
    for form in ["hook", "parametrized"] {
        let net = builder().from_safetensors(&golden(form)).expect("both forms are computed");
        let saved = net.to_safetensors().expect("saved");
        let expected = golden(&format!("{form}.expected"));
        let expected = SafeTensors::deserialize(&expected).expect("a safetensors file");
        for (ours, theirs, terms) in WEIGHTS {
            let (_, found) = read_f32(&saved, ours).expect("what is saved is the weight itself");
            let data = |kind: &str| {
                let tensor = expected.tensor(&format!("{kind}.{theirs}")).expect("an expected tensor");
                tensor.data().to_vec()
            };
            let wide: Vec<f64> =
                data("f64").as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
            let narrow: Vec<f64> =
                data("f32").as_chunks().0.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes))).collect();
            let once = check(&found, &wide, rounded_once);
            let once = once.unwrap_or_else(|error| panic!("{form}: {ours} against float64: {error}"));
            let both = check(&found, &narrow, |y| rounded_once(y) + weight_norm(terms, y));
            let both = both.unwrap_or_else(|error| panic!("{form}: {ours} against float32: {error}"));
            println!("{form}: {ours}: {once:.3} and {both:.3} of the bounds");
        }
        // The folded network is an ordinary one.
        let again = RuntimeNetwork::from_safetensors(&saved).expect("our own file");
        assert_eq!(again.to_safetensors().expect("saved"), saved);
        let assume = Assume::framework_defaults().hidden_dense(Activation::Linear);
        let inferred = RuntimeNetwork::infer(&golden(form), &assume).expect("sizes tell the order");
        assert_eq!(inferred.to_safetensors().expect("saved"), saved);
        // Its parts are no weights.
        let part = match form {
            "hook" => "gru.weight_hh_l0_v",
            _ => "gru.parametrizations.weight_hh_l0.original1",
        };
        let mapping = Mapping::new().tensor("gru.weight_hh", part);
        let error = builder().from_safetensors_with(&golden(form), &LoadOptions::default().mapping(mapping));
        let text = error.map(drop).expect_err("a part").to_string();
        assert_eq!(
            text,
            format!(
                "tensor {part} is a part of gru.weight_hh_l0, which is kept by weight_norm; name gru.weight_hh_l0, not its \
                 parts"
            )
        );
        let mapping = Mapping::new().tensor("gru.weight_hh", "gru.weight_hh_l0");
        let named = builder().from_safetensors_with(&golden(form), &LoadOptions::default().mapping(mapping));
        assert_eq!(named.expect("the weight").to_safetensors().expect("saved"), saved);
    }
}

/// PyTorch's file of the small network.
fn plain() -> File {
    file(&small().1, Style::PyTorch, &["rnn.*_l0", "fc.*"])
}

fn load(file: &File, options: &LoadOptions) -> Result<Vec<u8>, WeightError> {
    small().0.from_safetensors_with(&file.bytes(), options)?.to_safetensors()
}

#[test]
fn other_parametrisations_are_refused_by_name() {
    let options = LoadOptions::default();
    for (parts, form) in [
        (
            &[("fc.weight_orig", &[2, 5][..]), ("fc.weight_u", &[2]), ("fc.weight_v", &[5])][..],
            "spectral_norm",
        ),
        (&[("fc.weight_orig", &[2, 5]), ("fc.weight_mask", &[2, 5])], "pruning"),
        (
            &[("fc.parametrizations.weight.original", &[2, 5]), ("fc.parametrizations.weight.0._u", &[2])],
            "spectral_norm",
        ),
        (
            &[
                ("fc.parametrizations.weight.original", &[2, 5]),
                ("fc.parametrizations.weight.0.base", &[5, 5]),
            ],
            "orthogonal",
        ),
        (&[("fc.parametrizations.weight.original", &[2, 5])], "a kind that is not known"),
    ] {
        let mut file = plain().without("fc.weight");
        for (name, shape) in parts {
            file = file.f32(name, shape, &vec![0.5; shape.iter().product()]);
        }
        let error = load(&file, &options).expect_err("not computed");
        assert!(
            matches!(&error, WeightError::Unsupported { tensor, .. } if tensor == "fc.weight"),
            "{error}"
        );
        assert!(error.to_string().contains(&format!("({form})")), "{error}");
        assert!(load(&file, &options.clone().ignore_extra()).is_err());
    }
    // g that is no norm of v.
    let file = plain()
        .without("fc.weight")
        .f32("fc.parametrizations.weight.original0", &[5, 1], &[1.0; 5])
        .f32("fc.parametrizations.weight.original1", &[2, 5], &[1.0; 10]);
    let error = load(&file, &options).expect_err("not computed");
    assert!(matches!(&error, WeightError::Unsupported { .. }), "{error}");
}

/// A weight from which another was dropped out lies beside it, in the module or around it.
#[test]
fn a_dropped_out_copy_does_not_disturb() {
    let options = LoadOptions::default();
    let want = load(&plain(), &options).expect("the plain file");
    for (patterns, raw) in [
        (["rnn.*_l0", "fc.*"], "rnn.weight_hh_l0_raw"),
        (["rnn.module.*_l0", "fc.*"], "rnn.weight_hh_l0_raw"),
        (["module.*_l0", "fc.*"], "weight_hh_l0_raw"),
    ] {
        let file = file(&small().1, Style::PyTorch, &patterns).f32(raw, &[5, 5], &[0.25; 25]);
        assert_eq!(load(&file, &options).expect("the copy is left aside"), want, "{raw}");
    }
    // What was dropped out is no weight: the raw one is, by its name.
    let mut dropped = plain();
    let weight = dropped.tensor("rnn.weight_hh_l0");
    let whole = weight.data.clone();
    weight.data[8..16].fill(0);
    dropped = dropped.f32("rnn.weight_hh_l0_raw", &[5, 5], &[0.0; 25]);
    dropped.tensor("rnn.weight_hh_l0_raw").data = whole;
    let error = load(&dropped, &options).expect_err("zeros where weights were").to_string();
    assert!(
        error.starts_with("tensor rnn.weight_hh_l0 is a copy of rnn.weight_hh_l0_raw of which values"),
        "{error}"
    );
    let mapping = Mapping::new().tensor("hidden.weight_hh", "rnn.weight_hh_l0_raw");
    assert_eq!(load(&dropped, &options.mapping(mapping)).expect("the whole weight"), want);
}

/// `Sequential(Embedding, GRU, Linear)`.
#[test]
fn a_table_in_front_is_no_head() {
    let options = LoadOptions::default();
    let want = load(&plain(), &options).expect("the plain file");
    for (patterns, table) in [
        (["1.*_l0", "2.*"], "0.weight"),
        (["net.1.*_l0", "net.2.*"], "net.0.weight"),
        (["rnn.*_l0", "fc.*"], "embedding.weight"),
        (["rnn.*_l0", "z.*"], "char_emb.weight"),
    ] {
        // Of the head's very shape or of another.
        for shape in [[7, 3], [2, 5]] {
            let file = file(&small().1, Style::PyTorch, &patterns).f32(
                table,
                &shape,
                &vec![9.0; shape[0] * shape[1]],
            );
            let error = load(&file, &options).expect_err("a tensor too many");
            assert!(matches!(&error, WeightError::Extra { tensors } if tensors[..] == [table]), "{error}");
            assert_eq!(load(&file, &options.clone().ignore_extra()).expect("the table is left aside"), want);
        }
    }
    // Of two dense layers with biases neither is left aside.
    let three = layers(3, &[(true, 5), (false, 5), (false, 2)]);
    let two = file(&three, Style::PyTorch, &["rnn.*_l0", "fc1.*", "fc2.*"]);
    assert!(matches!(load(&two, &options.ignore_extra()), Err(WeightError::Ambiguous { .. })));
}

/// (n_o, n_i, 1) of PyTorch, (1, n_i, n_o) of Keras.
#[test]
fn a_head_that_is_a_convolution_of_one_tap() {
    let options = LoadOptions::default();
    let want = load(&plain(), &options).expect("the plain file");
    for (style, patterns, name, shape, wrong) in [
        (Style::PyTorch, ["rnn.*_l0", "conv.*"], "conv.weight", &[2, 5, 1][..], &[2, 1, 5][..]),
        (Style::PyTorch, ["rnn.*_l0", "fc.*"], "fc.weight", &[2, 5, 1, 1], &[1, 2, 5, 1]),
        (Style::Ours, ["hidden.*", "output.*"], "output.weight", &[2, 5, 1], &[5, 2, 1]),
        (Style::Keras, ["simple_rnn/*", "conv1d/*"], "conv1d/kernel", &[1, 5, 2], &[5, 2, 1]),
    ] {
        let mut file = file(&small().1, style, &patterns);
        file.tensor(name).shape = shape.to_vec();
        assert_eq!(load(&file, &options).expect("a dense layer"), want, "{shape:?}");
        file.tensor(name).shape = wrong.to_vec();
        assert!(load(&file, &options).is_err(), "{wrong:?}");
    }
}

/// What is not read is told by its name in every way to load.
#[test]
fn files_that_are_known_but_not_read() {
    let options = LoadOptions::default();
    let cudnn = {
        let mut file = file(&small().1, Style::Keras, &["simple_rnn/*", "dense/*"]);
        let bias = file.tensor("simple_rnn/bias");
        (bias.shape, bias.data) = (vec![10], vec![0; 40]);
        file
    };
    let named = |names: [&str; 2]| {
        names.iter().fold(File::default(), |file, name| file.f32(name, &[5, 5], &[0.5; 25]))
    };
    for (file, tensor) in [
        (cudnn, "simple_rnn/bias"),
        (
            named(["params/SimpleCell_0/h/kernel", "params/SimpleCell_0/i/kernel"]),
            "params/SimpleCell_0/h/kernel",
        ),
        (named(["rnn.Whh", "rnn.Wxh"]), "rnn.Whh"),
    ] {
        let error = load(&file, &options).expect_err("not read");
        assert!(matches!(&error, WeightError::Unsupported { tensor: t, .. } if t == tensor), "{error}");
        let error = RuntimeNetwork::infer(&file.bytes(), &Assume::framework_defaults()).map(drop);
        assert!(matches!(error, Err(WeightError::Unsupported { .. })), "{error:?}");
    }
}
