//! Whose names a file may have: each reading gives the very network our own names give.

use crate::file::{File, Style, alike, file, layers, small, stack};
use rnn_core::{LoadOptions, Mapping, RuntimeBuilder, RuntimeNetwork, Save, WeightError};

const OURS: [&str; 2] = ["hidden.*", "output.*"];
const OUR_STACK: [&str; 4] = ["one.*", "two.*", "head.*", "output.*"];

fn load(builder: &RuntimeBuilder, file: &File, options: &LoadOptions) -> Result<RuntimeNetwork, WeightError> {
    builder.clone().from_safetensors_with(&file.bytes(), options)
}

/// The network's own file: equal bytes, equal network.
fn saved(builder: &RuntimeBuilder, file: &File, options: &LoadOptions) -> Vec<u8> {
    let net = load(builder, file, options).unwrap_or_else(|error| panic!("{}: {error}", file.header()));
    net.to_safetensors().expect("the format holds it")
}

#[test]
fn one_recurrent_and_one_dense_layer() {
    let (builder, layers) = small();
    let options = LoadOptions::default();
    let want = saved(&builder, &file(&layers, Style::Ours, &OURS), &options);
    for (style, patterns) in [
        // Ours, and ours with both biases.
        (Style::PyTorch, OURS),
        // Keras as in the README, as Keras 2 and Keras 3 say it, later in a session, with names of the user's.
        (Style::Keras, ["simple_rnn/*", "dense/*"]),
        (Style::Keras, ["simple_rnn/simple_rnn_cell/*:0", "dense/*:0"]),
        (Style::Keras, ["sequential/simple_rnn/simple_rnn_cell/*", "sequential/dense/*"]),
        (Style::Keras, ["simple_rnn_7/*", "dense_3/*"]),
        (Style::Keras, ["encoder/*", "decoder/*"]),
        // PyTorch: `nn.RNN` and `nn.Linear`, a list, a cell, nested modules.
        (Style::PyTorch, ["rnn.*_l0", "fc.*"]),
        (Style::PyTorch, ["0.*_l0", "1.*"]),
        (Style::PyTorch, ["cell.*", "head.*"]),
        (Style::PyTorch, ["model.encoder.rnn.*_l0", "model.head.0.*"]),
        (Style::PyTorch, ["hidden.*_l0", "output.*"]),
        // A recurrent layer that is the module itself.
        (Style::PyTorch, ["*_l0", "fc.*"]),
    ] {
        assert_eq!(saved(&builder, &file(&layers, style, &patterns), &options), want, "{patterns:?}");
    }
}

#[test]
fn stacks_map_by_number_or_by_name() {
    let (builder, layers) = stack();
    let options = LoadOptions::default();
    let want = saved(&builder, &file(&layers, Style::Ours, &OUR_STACK), &options);
    for (style, patterns) in [
        (Style::Keras, ["simple_rnn/*", "simple_rnn_1/*", "dense/*", "dense_1/*"]),
        // By number, not by letter.
        (Style::Keras, ["simple_rnn_9/*", "simple_rnn_10/*", "dense_2/*", "dense_11/*"]),
        (Style::Keras, ["s/simple_rnn/c/*", "s/simple_rnn_1/c/*", "s/dense/*", "s/dense_1/*"]),
        (Style::Keras, ["one/*", "two/*", "head/*", "output/*"]),
        (Style::Keras, ["m/one/simple_rnn_cell/*", "m/two/simple_rnn_cell/*", "m/head/*", "m/output/*"]),
        (Style::PyTorch, ["rnn.*_l0", "rnn.*_l1", "fc1.*", "fc2.*"]),
        (Style::PyTorch, ["rnn.*_l0", "rnn.*_l1", "head.*", "output.*"]),
        (Style::PyTorch, ["rnn1.*_l0", "rnn2.*_l0", "head.0.*", "head.2.*"]),
        (Style::PyTorch, ["rnn.9.*_l0", "rnn.10.*_l0", "fc.*", "fc2.*"]),
        (Style::PyTorch, ["one.*_l0", "two.*_l0", "head.*", "output.*"]),
    ] {
        let mut file = file(&layers, style, &patterns);
        assert_eq!(saved(&builder, &file, &options), want, "{patterns:?}");
        // The order in the file means nothing.
        file.tensors.reverse();
        assert_eq!(saved(&builder, &file, &options), want, "{patterns:?}, reversed");
    }
}

#[test]
fn a_mapping_names_what_it_likes() {
    let (builder, layers) = small();
    let want = saved(&builder, &file(&layers, Style::Ours, &OURS), &LoadOptions::default());
    let mapping = Mapping::new()
        .tensor("hidden.weight_ih", "U")
        .tensor("hidden.weight_hh", "something else")
        .tensor("hidden.weight_hh", "W")
        .tensor("hidden.bias_ih", "b");
    let mut part = file(&layers, Style::Ours, &OURS);
    for (ours, theirs) in [("hidden.weight_ih", "U"), ("hidden.weight_hh", "W"), ("hidden.bias_ih", "b")] {
        part.tensor(ours).name = theirs.to_string();
    }
    assert_eq!(saved(&builder, &part, &LoadOptions::default().mapping(mapping)), want, "the rest is ours");

    let mapping = Mapping::new()
        .transposed("hidden.weight_ih", "a/kernel")
        .transposed("hidden.weight_hh", "a/recurrent_kernel")
        .tensor("hidden.bias_ih", "a/bias")
        .transposed("output.weight", "b/kernel")
        .tensor("output.bias", "b/bias");
    let keras = file(&layers, Style::Keras, &["a/*", "b/*"]);
    assert_eq!(saved(&builder, &keras, &LoadOptions::default().mapping(mapping)), want, "transposed");
}

#[test]
fn a_mapping_of_no_tensor_is_refused() {
    let (builder, layers) = small();
    let mapping = Mapping::new().tensor("hiden.bias_hh", "b");
    let error = load(&builder, &file(&layers, Style::Ours, &OURS), &LoadOptions::default().mapping(mapping))
        .expect_err("a misspelt name");
    assert!(matches!(&error, WeightError::Mapping { tensor, expected }
        if tensor == "hiden.bias_hh" && expected.len() == 6));
    assert_eq!(
        error.to_string(),
        "the mapping names hiden.bias_hh, but this network has hidden.weight_ih, hidden.weight_hh, hidden.bias_ih, \
         hidden.bias_hh, output.weight, output.bias"
    );
}

#[test]
fn what_is_ambiguous_lists_the_candidates() {
    let (builder, layers) = alike();
    for (style, patterns, wanted, expected) in [
        (
            Style::Keras,
            ["encoder/*", "decoder/*", "dense/*", "dense_1/*"],
            "a recurrent layer",
            ["decoder", "encoder"],
        ),
        (
            Style::Keras,
            ["gru/*", "simple_rnn/*", "dense/*", "dense_1/*"],
            "a recurrent layer",
            ["gru", "simple_rnn"],
        ),
        (
            Style::PyTorch,
            ["rnn.*_l0", "rnn.*_l1", "norm1.*", "fc2.*"],
            "a dense layer",
            ["fc2.weight*", "norm1.weight*"],
        ),
        (
            Style::PyTorch,
            ["a.rnn.*_l0", "b.rnn.*_l0", "fc1.*", "fc2.*"],
            "a recurrent layer",
            ["a.rnn.weight*_l0", "b.rnn.weight*_l0"],
        ),
    ] {
        let error = load(&builder, &file(&layers, style, &patterns), &LoadOptions::default());
        let error = error.expect_err("two readings");
        let WeightError::Ambiguous { candidates, wanted: what, .. } = &error else { panic!("{error}") };
        assert_eq!((&what[..], &candidates[..]), (wanted, &expected.map(String::from)[..]));
        let text = format!(
            "{wanted} could be any of {}; name it with a mapping, or its copy with a prefix",
            expected.join(", ")
        );
        assert_eq!(error.to_string(), text);
    }
}

/// Names without an order, of layers that differ in shape: one reading is left.
#[test]
fn shapes_tell_layers_apart() {
    let builder = RuntimeNetwork::builder(3)
        .simple_rnn("one", 5)
        .simple_rnn("two", 4)
        .dense("head", 6)
        .dense("output", 2);
    let layers = layers(3, &[(true, 5), (true, 4), (false, 6), (false, 2)]);
    let options = LoadOptions::default();
    let want = saved(&builder, &file(&layers, Style::Ours, &OUR_STACK), &options);
    for (style, patterns) in [
        (Style::Keras, ["zebra/*", "ape/*", "wide/*", "narrow/*"]),
        (Style::Keras, ["zebra/c/*", "ape/c/*", "wide/*", "narrow/*"]),
        (Style::PyTorch, ["encoder.rnn.*_l0", "decoder.*", "wide.*", "narrow.*"]),
    ] {
        assert_eq!(saved(&builder, &file(&layers, style, &patterns), &options), want, "{patterns:?}");
    }
    // A scale is no dense layer.
    let scaled = file(&layers, Style::PyTorch, &["a.*_l0", "a.*_l1", "wide.*", "z.*"]);
    let scaled = scaled.f32("norm.weight", &[6], &[1.0; 6]);
    let error = load(&builder, &scaled, &options).expect_err("a layer too many");
    assert_eq!(
        error.to_string(),
        "no layer takes these tensors of the file: norm.weight; the option `ignore_extra` leaves them aside"
    );
    assert_eq!(saved(&builder, &scaled, &options.ignore_extra()), want);
}

/// With what no layer takes left aside, the first of several is a guess.
#[test]
fn more_layers_than_the_network_has_are_no_choice() {
    let (builder, _) = small();
    let (_, layers) = stack();
    for (style, patterns) in [
        (Style::Keras, ["simple_rnn/*", "simple_rnn_1/*", "dense/*", "dense_1/*"]),
        (Style::PyTorch, ["rnn.*_l0", "rnn.*_l1", "fc1.*", "fc2.*"]),
    ] {
        let file = file(&layers, style, &patterns);
        let error = load(&builder, &file, &LoadOptions::default().ignore_extra()).expect_err("a guess");
        assert!(matches!(error, WeightError::Ambiguous { .. }), "{error}");
    }
    // Our own layer's name among them is none.
    let (_, two) = small();
    let mut own = file(&two, Style::Keras, &["hidden/*", "output/*"]);
    let want = saved(&builder, &own, &LoadOptions::default());
    own.tensors.extend(file(&layers, Style::Keras, &["a/*", "b/*", "c/*", "d/*"]).tensors);
    assert_eq!(saved(&builder, &own, &LoadOptions::default().ignore_extra()), want);
    let error = load(&builder, &own, &LoadOptions::default()).expect_err("ten tensors too many");
    assert!(matches!(&error, WeightError::Extra { tensors } if tensors.len() == 10), "{error}");
}
