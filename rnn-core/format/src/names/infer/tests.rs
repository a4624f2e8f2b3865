//! What is inferred from names and shapes, and what is refused because the names say something else.

use super::*;
use alloc::vec;

mod files;

type Tensors<'n> = Vec<(&'n str, Vec<usize>)>;

fn defaults() -> Assume {
    Assume::framework_defaults()
}

fn inferred(tensors: &Tensors<'_>, assume: &Assume) -> Result<Inferred, WeightError> {
    infer(tensors.iter().map(|(name, shape)| (*name, &shape[..])), assume)
}

/// The layers as the metadata have them.
fn layers(tensors: &Tensors<'_>, assume: &Assume) -> String {
    let Inferred { architecture, .. } = inferred(tensors, assume).unwrap_or_else(|error| panic!("{error}"));
    Metadata { architecture: Some(architecture), ..Metadata::default() }.to_text()
}

/// Why nothing is inferred, and what can be said.
fn refused(tensors: &Tensors<'_>, assume: &Assume) -> (String, String) {
    match inferred(tensors, assume) {
        Err(WeightError::NotInferred { reason, remedy }) => (reason, remedy),
        other => panic!("{other:?}"),
    }
}

/// `<module>weight_ih_l0` and the others of a layer of so many gates, 4 units and `n_i` inputs.
fn recurrent(gates: usize, n_i: usize) -> [(&'static str, Vec<usize>); 4] {
    let rows = 4 * gates;
    [
        ("weight_ih_l0", vec![rows, n_i]),
        ("weight_hh_l0", vec![rows, 4]),
        ("bias_ih_l0", vec![rows]),
        ("bias_hh_l0", vec![rows]),
    ]
}

/// Names with what stands before them.
struct Named(Vec<(String, Vec<usize>)>);

impl Named {
    fn new() -> Self {
        Self(Vec::new())
    }

    fn recurrent(mut self, module: &str, gates: usize, n_i: usize) -> Self {
        let named = |(tensor, shape)| (format!("{module}{tensor}"), shape);
        self.0.extend(recurrent(gates, n_i).map(named));
        self
    }

    /// With a bias.
    fn dense(self, module: &str, rows: usize, columns: usize) -> Self {
        self.tensor(&format!("{module}weight"), &[rows, columns]).tensor(&format!("{module}bias"), &[rows])
    }

    fn tensor(mut self, name: &str, shape: &[usize]) -> Self {
        self.0.push((name.to_string(), shape.to_vec()));
        self
    }

    fn list(&self) -> Tensors<'_> {
        self.0.iter().map(|(name, shape)| (&name[..], shape.clone())).collect()
    }
}

#[test]
fn a_table_is_no_head() {
    for table in ["embedding.weight", "emb.weight", "encoder.token_embed.weight", "charEmbedding.weight"] {
        let file = Named::new().recurrent("gru.", 3, 4).tensor(table, &[7, 4]);
        let (reason, remedy) = refused(&file.list(), &defaults());
        assert!(reason.contains("(7, 4) would be a dense layer by its shape, but `"), "{reason}");
        assert!(reason.ends_with("in its name says the table of an embedding"), "{reason}");
        assert!(remedy.contains("`Assume::ignore_names()`"), "{remedy}");
        // Who says that the name misleads is believed.
        let text = layers(&file.list(), &defaults().ignore_names());
        assert!(text.contains(" dense 7 linear no_bias"), "{text}");
    }
}

#[test]
fn words_are_compared_with_what_is_inferred() {
    let head = |name: &str| Named::new().recurrent("rnn.", 4, 3).dense(name, 2, 4);
    for (name, what) in [
        ("norm.", "a normalisation"),
        ("layer_norm1.", "a normalisation"),
        ("conv.", "a convolution"),
        ("self_attn.out_proj.", "a part of an attention"),
        ("attention.", "a part of an attention"),
        ("quant.", "a quantised layer"),
        ("lora_A.", "a low-rank adapter"),
        ("lstm.", "a part of a recurrent layer"),
        ("GRUCell.", "a part of a recurrent layer"),
        ("cell.", "a part of a recurrent layer"),
    ] {
        let (reason, _) = refused(&head(name).list(), &defaults());
        assert!(reason.ends_with(&format!("in its name says {what}")), "{name}: {reason}");
        assert!(layers(&head(name).list(), &defaults().ignore_names()).contains("dense 2 linear bias"));
    }
    for name in ["fc.", "ensemble.", "normal.", "quantile_head.", "rnn_out.", "lstm2out.", "converter.", "x."]
    {
        assert!(layers(&head(name).list(), &defaults()).contains("dense 2 linear bias"), "{name}");
    }
    let cell = |name: &str, gates| Named::new().recurrent(name, gates, 3).dense("fc.", 2, 4);
    for (name, gates, says) in [
        ("lstm.", 3, "`lstm` in its name says lstm"),
        ("encoder.GRU_2.", 4, "`gru` in its name says gru"),
        ("simple_rnn.", 4, "`simple rnn` in its name says simple_rnn"),
        ("conv_lstm.", 4, "`conv lstm` in its name says a convolutional LSTM"),
        ("attention_gru.", 3, "`attention` in its name says a part of an attention"),
        ("sru.", 3, "`sru` in its name says a cell that is none of this library's"),
    ] {
        let (reason, _) = refused(&cell(name, gates).list(), &defaults());
        assert!(reason.ends_with(says), "{name}: {reason}");
        assert!(layers(&cell(name, gates).list(), &defaults().ignore_names()).contains("dense 2"));
    }
    // Levels of one module.
    let level = |level: &str| {
        recurrent(3, if level == "0" { 3 } else { 4 })
            .map(|(name, shape)| (format!("lstm.{}", name.replace('0', level)), shape))
    };
    let (reason, _) = refused(&Named(level("0").into_iter().chain(level("1")).collect()).list(), &defaults());
    assert!(reason.ends_with("`lstm` in its name says lstm"), "{reason}");
    for name in ["rnn.", "cell.", "core.cell.", "lstm_gru.", "ensemble.", "head.", "myRNN."] {
        for gates in [1, 3, 4] {
            if name != "lstm_gru." || gates > 1 {
                assert!(layers(&cell(name, gates).list(), &defaults()).contains("dense 2"), "{name}");
            }
        }
    }
}

/// What all layers stand in, and what holds a recurrent layer, is no layer's own name.
#[test]
fn a_module_that_holds_all_says_nothing_of_its_parts() {
    for (rnn, fc) in [
        ("lstm_model.rnn.", "lstm_model.last."),
        ("conv_net.lstm.", "conv_net.last."),
        ("attention.lstm.", "attention.fc."),
        ("lstm.", "lstm.last."),
        ("lstm.lstm.", "lstm.fc."),
    ] {
        let file = Named::new().recurrent(rnn, 4, 3).dense(fc, 2, 4);
        assert!(layers(&file.list(), &defaults()).contains("dense 2"), "{rnn} {fc}");
    }
    // Of a part of it all is meant.
    let file = Named::new().recurrent("rnn.", 4, 3).dense("attention.fc.", 2, 4);
    refused(&file.list(), &defaults());
}

#[test]
fn no_network_without_a_recurrent_layer() {
    for assume in [defaults(), defaults().ignore_names().stacked().dense_last()] {
        for tensors in [
            vec![("head.weight", vec![2, 4]), ("head.bias", vec![2])],
            vec![("head.0.weight", vec![5, 4]), ("head.2.weight", vec![1, 5])],
            vec![("weight", vec![2, 4])],
            vec![("dense/kernel", vec![4, 2]), ("dense/bias", vec![2])],
            vec![("layers/dense/vars/0", vec![4, 2])],
        ] {
            let (reason, remedy) = refused(&tensors, &assume);
            assert!(reason.starts_with("the file has no recurrent layer that is known by its names, only "));
            assert!(reason.ends_with(", but perhaps a part of a network"), "{reason}");
            assert_eq!(remedy, "a network without one is not inferred: describe it if this is all of it");
        }
    }
}

/// One kernel for the input and the state.
#[test]
fn a_fused_kernel_is_no_dense_layer() {
    let lstm = vec![("rnn/basic_lstm_cell/kernel", vec![6, 16]), ("rnn/basic_lstm_cell/bias", vec![16])];
    let (reason, _) = refused(&lstm, &defaults());
    assert_eq!(
        reason,
        "the file has no recurrent layer that is known by its names, only rnn/basic_lstm_cell: rnn/basic_lstm_cell \
         (6, 16) seems to be something else, because `lstm` in its name and its shape are those of the fused kernel of \
         an old TensorFlow cell, (n_i=2 + n_h=4, 4*n_h=16)"
    );
    let basic = vec![("rnn/basic_rnn_cell/kernel:0", vec![6, 4]), ("rnn/basic_rnn_cell/bias:0", vec![4])];
    let (reason, _) = refused(&basic, &defaults());
    assert!(reason.ends_with("an old TensorFlow cell, (n_i=2 + n_h=4, 1*n_h=4)"), "{reason}");
    // Beside a layer that is one.
    let mut beside = lstm;
    beside.extend([
        ("gru/gru_cell/kernel", vec![16, 12]),
        ("gru/gru_cell/recurrent_kernel", vec![4, 12]),
        ("gru/gru_cell/bias", vec![2, 12]),
    ]);
    let (reason, _) = refused(&beside, &defaults().hidden_dense(Activation::Linear));
    assert!(reason.contains("the fused kernel of an old TensorFlow cell"), "{reason}");
}

#[test]
fn modules_of_different_names_are_said_to_be_stacked() {
    for (one, two) in
        [("encoder.", "decoder."), ("encoder.rnn.", "decoder.rnn."), ("lstm.", "rnn."), ("a.", "b.")]
    {
        // The second takes what the first gives, by its size.
        let file = Named::new().recurrent(one, 4, 3).recurrent(two, 4, 4).dense("fc.", 2, 4);
        let (reason, remedy) = refused(&file.list(), &defaults());
        let (one, two) = (one.trim_end_matches('.'), two.trim_end_matches('.'));
        assert!(
            reason.starts_with(&format!("the recurrent layers {one} and {two} may be a stack, or ")),
            "{reason}"
        );
        assert!(remedy.contains("say `Assume::stacked()`"), "{remedy}");
        let said = inferred(&file.list(), &defaults().stacked()).expect("a stack");
        assert_eq!(said.architecture.layers.len(), 3);
        assert!(said.assumed.contains(&format!("{one}, {two} are a stack")), "{:?}", said.assumed);
    }
}

/// Levels of a module, and names that differ by a number alone: of the latter it is told.
#[test]
fn numbered_modules_are_a_stack_that_is_told() {
    for (one, two) in
        [("lstm1.", "lstm2."), ("rnn.", "rnn_1."), ("layers.0.lstm.", "layers.1.lstm."), ("0.", "1.")]
    {
        let file = Named::new().recurrent(one, 4, 3).recurrent(two, 4, 4).dense("fc.", 2, 4);
        let Inferred { assumed, .. } = inferred(&file.list(), &defaults()).expect("a stack");
        let (one, two) = (one.trim_end_matches('.'), two.trim_end_matches('.'));
        let told = format!("{two} takes what {one} gives, because their names differ by a number alone");
        assert!(assumed.contains(&told), "{assumed:?}");
    }
    let keras = |layer: &str, n_i: usize| {
        let path = |tensor: &str| format!("sequential/{layer}/lstm_cell/{tensor}");
        [(path("kernel"), vec![n_i, 16]), (path("recurrent_kernel"), vec![4, 16]), (path("bias"), vec![16])]
    };
    let file = Named(keras("lstm", 3).into_iter().chain(keras("lstm_1", 4)).collect());
    let Inferred { assumed, .. } = inferred(&file.list(), &defaults()).expect("a stack");
    let told = "lstm_1 takes what lstm gives, because their names differ by a number alone".to_string();
    assert!(assumed.contains(&told), "{assumed:?}");
    // Levels of one module are certain.
    let level = |level: usize, n_i| {
        recurrent(4, n_i).map(|(name, shape)| (name.replace('0', &level.to_string()), shape))
    };
    let file = Named(level(0, 3).into_iter().chain(level(1, 4)).collect());
    let Inferred { assumed, .. } = inferred(&file.list(), &defaults()).expect("a stack");
    assert!(assumed.iter().all(|clause| !clause.contains("takes what")), "{assumed:?}");
}

#[test]
fn what_was_assumed() {
    let file = Named::new().recurrent("rnn.", 4, 3).dense("fc.", 2, 4);
    let Inferred { assumed, .. } = inferred(&file.list(), &defaults()).expect("one network");
    assert_eq!(
        assumed,
        [
            "rnn has sigmoid gates, tanh candidates and tanh outputs",
            "rnn runs from the first step to the last",
            "fc has the activation linear"
        ]
    );
    let file = Named::new().tensor("in.weight", &[3, 5]).recurrent("gru.", 3, 3).dense("fc.", 2, 4);
    let assume = defaults().hidden_dense(Activation::Relu).last_dense(Activation::Softmax);
    let Inferred { assumed, .. } = inferred(&file.list(), &assume).expect("one network");
    assert_eq!(
        assumed,
        [
            "in has the activation relu",
            "in has no bias and is a dense layer, not the table of an embedding",
            "gru has sigmoid gates and tanh candidates",
            "gru runs from the first step to the last",
            "fc has the activation softmax"
        ]
    );
    let keras = vec![
        ("bidirectional/forward_simple_rnn/simple_rnn_cell/kernel", vec![3, 4]),
        ("bidirectional/forward_simple_rnn/simple_rnn_cell/recurrent_kernel", vec![4, 4]),
        ("bidirectional/backward_simple_rnn/simple_rnn_cell/kernel", vec![3, 4]),
        ("bidirectional/backward_simple_rnn/simple_rnn_cell/recurrent_kernel", vec![4, 4]),
    ];
    let Inferred { assumed, .. } = inferred(&keras, &defaults()).expect("one network");
    assert_eq!(
        assumed,
        ["bidirectional has tanh states", "the directions of bidirectional are concatenated"]
    );
}

/// Three modules whose names are one identifier.
#[test]
fn names_that_collide_are_numbered() {
    let file = Named::new()
        .recurrent("rnn.", 3, 3)
        .dense("h.a.", 5, 4)
        .dense("h_a.", 6, 5)
        .dense("h-a.", 7, 6)
        .dense("h+a.", 8, 7);
    let assume = defaults().hidden_dense(Activation::Linear);
    let network = inferred(&file.list(), &assume).expect("sizes tell the order").architecture;
    let mut names: Vec<&str> = network.layers.iter().map(|layer| &layer.name[..]).collect();
    names.sort_unstable();
    assert_eq!(names, ["h_a", "h_a_2", "h_a_3", "h_a_4", "rnn"]);
}

/// Which of two a matrix without a bias is, its size alone does not tell.
#[test]
fn a_matrix_may_be_a_table() {
    let file = |name: &str| Named::new().recurrent("rnn.", 3, 4).tensor(name, &[7, 4]);
    let (reason, remedy) = refused(&file("x.weight").list(), &defaults());
    assert_eq!(
        reason,
        "x.weight* (7, 4) has no bias, and may be a dense layer or the table of an embedding in front of the recurrent layers"
    );
    assert!(remedy.contains("`Assume::dense_last()`"), "{remedy}");
    for assume in [defaults().dense_last(), defaults().order(["rnn", "x"]), defaults().ignore_names()] {
        assert!(layers(&file("x.weight").list(), &assume).contains("dense 7 linear no_bias"));
    }
    assert!(layers(&file("head.weight").list(), &defaults()).contains("dense 7 linear no_bias"));
    assert!(
        layers(&Named::new().recurrent("0.", 3, 4).tensor("1.weight", &[7, 4]).list(), &defaults())
            .contains("dense 7")
    );
    // A table has no bias, and rows as long as what is put in.
    assert!(
        layers(&Named::new().recurrent("rnn.", 3, 4).dense("x.", 7, 4).list(), &defaults())
            .contains("dense 7")
    );
    assert!(
        layers(&Named::new().recurrent("rnn.", 3, 5).tensor("x.weight", &[7, 4]).list(), &defaults())
            .contains("dense 7")
    );
}
