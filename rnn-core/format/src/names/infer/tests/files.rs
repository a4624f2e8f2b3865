//! Whole files: convolutions, names of other frameworks, copies, weights in parts.

use super::*;

#[test]
fn a_convolution_of_one_tap_is_a_dense_layer() {
    for name in ["head.", "conv.", "fc.conv1d."] {
        let head = |shape: &[usize]| {
            Named::new()
                .recurrent("rnn.", 4, 3)
                .tensor(&format!("{name}weight"), shape)
                .tensor(&format!("{name}bias"), &[1])
        };
        for shape in [&[1, 4, 1][..], &[1, 4, 1, 1]] {
            assert!(layers(&head(shape).list(), &defaults()).ends_with("dense 1 linear bias"), "{name}");
        }
        assert!(inferred(&head(&[1, 4, 3]).list(), &defaults()).is_err(), "{name}");
    }
    let keras = vec![
        ("lstm/lstm_cell/kernel", vec![3, 16]),
        ("lstm/lstm_cell/recurrent_kernel", vec![4, 16]),
        ("lstm/lstm_cell/bias", vec![16]),
        ("conv1d/kernel", vec![1, 4, 2]),
        ("conv1d/bias", vec![2]),
    ];
    assert!(layers(&keras, &defaults()).ends_with("layer conv1d dense 2 linear bias"));
}

/// Two layers of Keras that happen to be called as the halves of one.
#[test]
fn forward_pass_and_backward_pass_are_two_layers() {
    let layer = |path: &str, n_i: usize| {
        [
            (format!("{path}/lstm_cell/kernel"), vec![n_i, 16]),
            (format!("{path}/lstm_cell/recurrent_kernel"), vec![4, 16]),
            (format!("{path}/lstm_cell/bias"), vec![16]),
        ]
    };
    let file = |one: &str, two: &str, dense: Option<&str>, n_i| {
        let dense = dense
            .into_iter()
            .flat_map(|path| [(format!("{path}/kernel"), vec![n_i, 2]), (format!("{path}/bias"), vec![2])]);
        Named(
            layer(one, 3).into_iter().chain(layer(two, if n_i == 4 { 4 } else { 3 })).chain(dense).collect(),
        )
    };
    for dense in [Some("sequential/dense"), None] {
        let two = file("sequential/forward_pass", "sequential/backward_pass", dense, 4);
        let text = layers(&two.list(), &defaults().stacked());
        assert!(
            text.starts_with("input_size 3; layer forward_pass lstm 4 tanh bias; layer backward_pass lstm 4"),
            "{text}"
        );
        refused(&two.list(), &defaults());
    }
    for (one, two) in [
        ("bidirectional/forward_pass", "bidirectional/backward_pass"),
        ("net/bidirectional_1/forward_lstm_3", "net/bidirectional_1/backward_lstm_3"),
        ("around/forward_lstm", "around/backward_lstm"),
    ] {
        let text = layers(&file(one, two, Some("net/dense"), 8).list(), &defaults());
        assert!(text.contains("lstm 4 tanh bias direction=bidirectional"), "{text}");
    }
}

#[test]
fn cudnn_flax_and_mlx_are_told() {
    let text = |tensors: &Tensors<'_>| match inferred(tensors, &defaults()) {
        Err(error @ WeightError::Unsupported { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    };
    for (class, gates) in [("cu_dnnlstm", 4), ("cu_dnngru", 3), ("lstm", 4), ("gru", 3)] {
        let names = ["kernel", "recurrent_kernel", "bias"].map(|tensor| format!("{class}/{tensor}"));
        let shapes = [vec![3, 4 * gates], vec![4, 4 * gates], vec![8 * gates]];
        let tensors = names.iter().map(String::as_str).zip(shapes).collect();
        let told = format!("tensor {class}/bias is CuDNN's pair of biases (2 x {})", 4 * gates);
        assert!(text(&tensors).starts_with(&told), "{}", text(&tensors));
    }
    for (between, gates, n) in [
        ("/", &["ii", "if", "ig", "io", "hi", "hf", "hg", "ho"][..], 4),
        (".", &["ii", "if_", "ig", "io", "hi", "hf", "hg", "ho"], 4),
        ("/", &["ir", "iz", "in", "hr", "hz", "hn"], 4),
        (".", &["dense_i", "dense_h"], 16),
    ] {
        let name = |gate: &&str| ["params", "cell_0", gate, "kernel"].join(between);
        let names: Vec<String> = gates.iter().map(name).collect();
        let mut tensors: Tensors<'_> = names.iter().map(|name| (&name[..], vec![4, n])).collect();
        tensors.push(("params/head/kernel", vec![4, 1]));
        assert!(text(&tensors).contains(" is of a cell by flax' names, "), "{}", text(&tensors));
    }
    for (names, n) in [(["rnn.Wx", "rnn.Wh"], 16), (["layers.0.Wxh", "layers.0.Whh"], 4)] {
        let tensors = vec![(names[0], vec![n, 3]), (names[1], vec![n, 4]), ("fc.weight", vec![1, 4])];
        assert!(text(&tensors).contains(" is of a cell by MLX' names "), "{}", text(&tensors));
    }
}

/// Both are whole networks: which is meant, a prefix says.
#[test]
fn two_copies_of_all_weights() {
    let file = |one: &str, two: &str| {
        [one, two].into_iter().fold(Named::new(), |file, prefix| {
            file.recurrent(&format!("{prefix}rnn."), 4, 4).dense(&format!("{prefix}fc."), 4, 4)
        })
    };
    for (one, two) in [("ema.", "model."), ("ema_model.module.", "model.")] {
        match inferred(&file(one, two).list(), &defaults()) {
            Err(WeightError::Ambiguous { wanted, candidates, remedy }) => {
                assert_eq!(wanted, "the weights");
                assert_eq!(candidates, [format!("those under `{one}`"), format!("those under `{two}`")]);
                assert_eq!(remedy, "say which with `ReadOptions::prefix`");
            }
            other => panic!("{other:?}"),
        }
    }
    // An encoder and a decoder that differ are none.
    let file = Named::new().recurrent("a.rnn.", 4, 3).recurrent("b.rnn.", 4, 4).dense("b.fc.", 2, 4);
    refused(&file.list(), &defaults());
}

#[test]
fn parametrised_weights_are_the_weight_itself() {
    let named = |weight: &str, keep: &dyn Fn(&str) -> Vec<(String, Vec<usize>)>| {
        let file = Named::new().recurrent("rnn.", 4, 3).dense("fc.", 2, 4);
        let (parts, whole): (Vec<_>, Vec<_>) = file.0.into_iter().partition(|(name, _)| name == weight);
        assert_eq!(parts.len(), 1);
        Named(whole.into_iter().chain(keep(weight)).collect())
    };
    let hook = |name: &str| vec![(format!("{name}_g"), vec![16, 1]), (format!("{name}_v"), vec![16, 4])];
    let file = named("rnn.weight_hh_l0", &hook);
    assert_eq!(
        layers(&file.list(), &defaults()),
        "input_size 3; layer rnn lstm 4 tanh bias; layer fc dense 2 linear bias"
    );
    let spectral = |name: &str| {
        [("_orig", vec![2, 4]), ("_u", vec![2]), ("_v", vec![4])]
            .map(|(end, shape)| (format!("{name}{end}"), shape))
            .into()
    };
    let file = named("fc.weight", &spectral);
    let error = inferred(&file.list(), &defaults()).expect_err("not computed").to_string();
    assert!(error.starts_with("tensor fc.weight is kept as fc.weight_orig, "), "{error}");
    // The weight from which a copy was dropped out.
    let raw =
        Named::new().recurrent("rnn.", 4, 3).tensor("rnn.weight_hh_l0_raw", &[16, 4]).dense("fc.", 2, 4);
    assert!(layers(&raw.list(), &defaults()).contains("lstm 4"));
}
