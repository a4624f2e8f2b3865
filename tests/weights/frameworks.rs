//! Files of PyTorch and Keras: every layer they have, every value at its place. All values of a network differ, so that
//! gates, rows and directions cannot be taken for one another.

use crate::every::{BOTH, Filled, lstm, projected};
use crate::file::File;
use rnn_format::{
    CellKind, Direction, LayerKind, Mapping, Merge, ReadOptions, Recurrent, ResetGate, Tensor, WeightError,
};

const AFTER: ResetGate = ResetGate::AfterProduct;
const BEFORE: ResetGate = ResetGate::BeforeProduct;

fn error(net: &Filled, file: &File) -> WeightError {
    net.load(file).expect_err("a file of another network")
}

#[test]
fn pytorch_has_every_layer_of_its_own() {
    let head = ("output", LayerKind::dense(2));
    for bias in [true, false] {
        for kind in [
            LayerKind::simple_rnn(5),
            LayerKind::gru(5, AFTER),
            LayerKind::lstm(5),
            projected(5, 3),
            LayerKind::lstm(17),
        ] {
            let kind = kind.with_bias(bias);
            for prefix in ["", "rnn.", "module.encoder.rnn.", "_orig_mod.0."] {
                for kind in [kind, kind.with_direction(Direction::Reverse), kind.with_direction(BOTH)] {
                    let head = (head.0, head.1.with_bias(bias));
                    let net = Filled::numbered(3, &[("hidden", kind), head], true);
                    net.assert_loads(&net.pytorch(&[&format!("{prefix}*_l0"), "fc.*"]));
                    // A cell module.
                    net.assert_loads(&net.pytorch(&[&format!("{prefix}*"), "fc.*"]));
                }
            }
        }
    }
}

#[test]
fn stacks_of_pytorch_in_both_directions() {
    for kind in [LayerKind::simple_rnn(4), LayerKind::gru(4, AFTER), LayerKind::lstm(4), projected(6, 4)] {
        for direction in [Direction::Forward, BOTH] {
            let kind = kind.with_direction(direction);
            let layers = [("a", kind), ("b", kind), ("c", kind), ("output", LayerKind::dense(1))];
            let net = Filled::numbered(4, &layers, true);
            net.assert_loads(&net.pytorch(&["m.rnn.*_l0", "m.rnn.*_l1", "m.rnn.*_l2", "m.head.*"]));
            let mut file = net.pytorch(&["rnn.*_l9", "rnn.*_l10", "rnn.*_l11", "head.*"]);
            file.tensors.reverse();
            net.assert_loads(&file);
        }
    }
}

#[test]
fn layers_of_several_cells_are_told_apart_by_shape() {
    let layers = [
        ("a", LayerKind::lstm(4).with_direction(BOTH)),
        ("b", LayerKind::gru(4, AFTER)),
        ("c", LayerKind::simple_rnn(4)),
        ("d", LayerKind::lstm(4)),
        ("e", LayerKind::dense(3)),
    ];
    let net = Filled::numbered(4, &layers, true);
    net.assert_loads(&net.pytorch(&["w.*_l0", "x.*_l0", "y.*_l0", "v.*_l0", "z.*"]));
    let net = Filled::numbered(4, &layers, false);
    net.assert_loads(&net.keras(&[
        ["bidirectional/forward_lstm/lstm_cell/", "bidirectional/backward_lstm/lstm_cell/"],
        ["gru/gru_cell/", ""],
        ["simple_rnn/simple_rnn_cell/", ""],
        ["lstm_1/lstm_cell/", ""],
        ["dense/", ""],
    ]));
}

#[test]
fn keras_has_every_layer_of_its_own() {
    for (class, kind) in [
        ("simple_rnn", LayerKind::simple_rnn(5)),
        ("gru", LayerKind::gru(5, AFTER)),
        ("gru", LayerKind::gru(5, BEFORE)),
        ("lstm", LayerKind::lstm(5)),
        ("gru", LayerKind::gru(17, AFTER)),
    ] {
        for bias in [true, false] {
            let kind = kind.with_bias(bias);
            let dense = LayerKind::dense(2).with_bias(bias);
            let net = Filled::numbered(3, &[("hidden", kind), ("output", dense)], false);
            for (path, end) in [
                (format!("{class}/"), "dense/"),
                (format!("{class}/{class}_cell/*:0"), "dense/*:0"),
                (format!("sequential/{class}_4/{class}_cell_4/"), "sequential/dense_3/"),
                (format!("model_weights/{class}/{class}/{class}_cell/*:0"), "model_weights/dense/dense/*:0"),
                (format!("layers/{class}/cell/vars/"), "layers/dense/vars/"),
                (format!("layers/rnn/cell/cells/{class}_cell/vars/"), "layers/dense/vars/"),
                ("hidden/".to_string(), "output/"),
            ] {
                net.assert_loads(&net.keras(&[[&path, ""], [end, ""]]));
            }
            let both = kind.with_direction(BOTH);
            let net = Filled::numbered(3, &[("hidden", both), ("output", dense)], false);
            for (start, cell, end) in [
                ("bidirectional/", format!("_{class}/{class}_cell/"), "dense/"),
                ("bidirectional_2/", format!("_{class}/{class}_cell/*:0"), "dense/*:0"),
                ("m/bidirectional/", format!("_{class}/"), "m/dense/"),
                ("layers/bidirectional/", "_layer/cell/vars/".to_string(), "layers/dense/vars/"),
                ("hidden/", format!("_{class}/{class}_cell/"), "output/"),
            ] {
                let [forward, backward] = ["forward", "backward"].map(|way| format!("{start}{way}{cell}"));
                net.assert_loads(&net.keras(&[[&forward, &backward], [end, ""]]));
            }
        }
    }
}

#[test]
fn stacks_of_keras() {
    let layers = [
        ("a", LayerKind::lstm(4)),
        ("b", LayerKind::lstm(4)),
        ("c", LayerKind::lstm(4).with_direction(Direction::Bidirectional(Merge::Sum))),
        ("d", LayerKind::lstm(4).with_direction(Direction::Bidirectional(Merge::Sum))),
        ("e", LayerKind::dense(4)),
        ("f", LayerKind::dense(4)),
    ];
    let net = Filled::numbered(4, &layers, false);
    net.assert_loads(&net.keras(&[
        ["layers/lstm/cell/vars/", ""],
        ["layers/lstm_1/cell/vars/", ""],
        ["layers/bidirectional/forward_layer/cell/vars/", "layers/bidirectional/backward_layer/cell/vars/"],
        [
            "layers/bidirectional_1/forward_layer/cell/vars/",
            "layers/bidirectional_1/backward_layer/cell/vars/",
        ],
        ["layers/dense/vars/", ""],
        ["layers/dense_1/vars/", ""],
    ]));
    // Keras 3 counts classes, whatever the layers are called.
    let swapped = [("lstm_1", LayerKind::lstm(4)), ("lstm", LayerKind::lstm(4))];
    let net = Filled::numbered(4, &swapped, false);
    net.assert_loads(&net.keras(&[["layers/lstm/cell/vars/", ""], ["layers/lstm_1/cell/vars/", ""]]));
    // With names it is by these.
    net.assert_loads(&net.keras(&[["lstm_1/", ""], ["lstm/", ""]]));

    // A list of cells.
    for cells in [["lstm_cell", "lstm_cell_1"], ["lstm_cell_9", "lstm_cell_10"]] {
        for (start, end) in
            [("layers/rnn/cell/cells/", "/vars/"), ("rnn/", "/"), ("rnn/stacked_rnn_cells/", "/")]
        {
            let net = Filled::numbered(4, &[layers[0], layers[1], ("output", LayerKind::dense(1))], false);
            let dense = if end == "/" { "dense/" } else { "layers/dense/vars/" };
            let [one, two] = cells.map(|cell| format!("{start}{cell}{end}"));
            net.assert_loads(&net.keras(&[[&one, ""], [&two, ""], [dense, ""]]));
        }
    }
    let net = Filled::numbered(4, &[("a", LayerKind::lstm(4)), ("b", LayerKind::gru(4, AFTER))], false);
    let cells = ["layers/rnn/cell/cells/lstm_cell/vars/", "layers/rnn/cell/cells/gru_cell/vars/"];
    net.assert_loads(&net.keras(&[[cells[0], ""], [cells[1], ""]]));
}

/// One 1 among zeros, for each gate of a Keras GRU in turn: it arrives in the row that the equations say.
#[test]
fn one_hot_gates_of_keras() {
    let net = Filled::numbered(1, &[("gru", LayerKind::gru(1, AFTER).with_bias(false))], false);
    for (column, row) in [(0, 1), (1, 0), (2, 2)] {
        let mut hot = [0.0; 3];
        hot[column] = 1.0;
        let file =
            File::default().f32("gru/kernel", &[1, 3], &hot).f32("gru/recurrent_kernel", &[1, 3], &[0.0; 3]);
        let mut rows = [0.0; 3];
        rows[row] = 1.0;
        let ours =
            File::default().f32("gru.weight_ih", &[3, 1], &rows).f32("gru.weight_hh", &[3, 1], &[0.0; 3]);
        assert_eq!(net.load(&file).expect("Keras' file"), net.load(&ours).expect("our file"), "{column}");
    }
}

/// The same file, gate rows exchanged, is another network.
#[test]
fn our_order_is_not_keras_order() {
    let kind = LayerKind::gru(3, AFTER);
    let net = Filled::numbered(3, &[("hidden", kind)], false);
    let keras = net.keras(&[["gru/", ""]]);
    let mapping = Mapping::new()
        .transposed("hidden.weight_ih", "gru/kernel")
        .transposed("hidden.weight_hh", "gru/recurrent_kernel");
    let unordered = net.load_with(&keras, &ReadOptions::default().mapping(mapping).ignore_extra());
    assert!(matches!(unordered, Err(WeightError::Missing { tensor, .. }) if tensor == "hidden.bias_ih"));
    let mapping = Mapping::new()
        .keras("hidden.weight_ih", "gru/kernel")
        .keras("hidden.weight_hh", "gru/recurrent_kernel")
        .keras("hidden.bias_ih", "gru/bias")
        .keras("hidden.bias_hh", "gru/bias");
    let loaded = net.load_with(&keras, &ReadOptions::default().mapping(mapping)).expect("the mapping fits");
    assert_eq!(loaded, net.packed());

    let plain = Filled::numbered(3, &[("hidden", kind.with_bias(false))], false);
    let keras = plain.keras(&[["gru/", ""]]);
    let mapping = Mapping::new()
        .transposed("hidden.weight_ih", "gru/kernel")
        .transposed("hidden.weight_hh", "gru/recurrent_kernel");
    let unordered = plain.load_with(&keras, &ReadOptions::default().mapping(mapping)).expect("shapes fit");
    assert_ne!(unordered, plain.packed());
}

#[test]
fn a_gru_of_the_other_form_is_refused() {
    let after = Filled::numbered(3, &[("hidden", LayerKind::gru(5, AFTER))], true);
    let before = Filled::numbered(3, &[("hidden", LayerKind::gru(5, BEFORE))], false);
    for (net, file, text) in [
        (
            &before,
            after.pytorch(&["rnn.*_l0"]),
            "layer hidden is a GRU that resets before the product, but the file's names are PyTorch's, whose GRU resets \
             after it",
        ),
        (
            &before,
            after.pytorch(&["hidden.*"]),
            "layer hidden is a GRU that resets before the product, but hidden.bias_hh is the second bias of PyTorch's, \
             which resets after it (a mapping says that it is not)",
        ),
        (
            &before,
            after.keras(&[["gru/", ""]]),
            "layer hidden is a GRU that resets before the product, whose Keras bias is (15,), but gru/bias is (2, 15), \
             that of one that resets after it",
        ),
        (
            &after,
            before.keras(&[["layers/gru/cell/vars/", ""]]),
            "layer hidden is a GRU that resets after the product, whose Keras bias is (2, 15), but \
             layers/gru/cell/vars/2 is (15,), that of one that resets before it",
        ),
    ] {
        let error = error(net, &file);
        assert!(matches!(&error, WeightError::Layout { layer, .. } if layer == "hidden"), "{error}");
        assert_eq!(error.to_string(), text);
    }
    // A bias of neither form has a wrong shape.
    let mut file = after.keras(&[["gru/", ""]]);
    file.tensor("gru/bias").shape = vec![15, 2];
    assert_eq!(
        error(&after, &file).to_string(),
        "tensor gru/bias has shape (15, 2), but this network takes (2, 15): b is (3*n_h=15), one row for each of the two \
         biases"
    );
}

#[test]
fn layers_a_framework_does_not_have() {
    let recurrent = |cell| LayerKind::Recurrent(Recurrent::new(cell, 4));
    let keras = "the file's names are Keras', which has no such layer";
    let pytorch = "the file's names are PyTorch's, which has no such layer";
    for (kind, expected, keras_only) in [
        (LayerKind::min_gru(4), "a minimal GRU", false),
        (LayerKind::min_lstm(4), "a minimal LSTM", false),
        (recurrent(lstm(true, false, None)), "an LSTM with peepholes", false),
        (recurrent(lstm(false, true, None)), "an LSTM with coupled gates", false),
        (projected(4, 3), "an LSTM with a projection", true),
    ] {
        let net = Filled::numbered(3, &[("hidden", kind)], true);
        let lstm = Filled::numbered(3, &[("hidden", LayerKind::lstm(4))], false);
        let text = error(&net, &lstm.keras(&[["lstm/", ""]])).to_string();
        assert_eq!(text, format!("layer hidden is {expected}, but {keras}"));
        if !keras_only {
            let text = error(&net, &lstm.pytorch(&["rnn.*_l0"])).to_string();
            assert_eq!(text, format!("layer hidden is {expected}, but {pytorch}"));
        }
        // Our names have them all.
        net.assert_loads(&net.canonical());
    }
}

#[test]
fn directions_must_agree() {
    let one = Filled::numbered(3, &[("a", LayerKind::lstm(4))], false);
    let both = Filled::numbered(3, &[("a", LayerKind::lstm(4).with_direction(BOTH))], false);
    let two = Filled::numbered(3, &[("a", LayerKind::lstm(4)), ("b", LayerKind::lstm(4))], false);
    let keras = both.keras(&[["b/forward_lstm/", "b/backward_lstm/"]]);
    let single = one.keras(&[["lstm/", ""]]);
    for (net, file, text) in [
        (&one, &keras, "layer a is a layer of one direction, but b in the file has two directions"),
        (&two, &keras, "layer a is a layer of one direction, but b in the file has two directions"),
        (&both, &single, "layer a is a layer of two directions, but lstm in the file has one direction"),
    ] {
        assert_eq!(error(net, file).to_string(), text);
    }
    let file =
        Filled::numbered(3, &[("a", LayerKind::lstm(4).with_direction(BOTH))], true).pytorch(&["r.*_l0"]);
    assert_eq!(
        error(&two, &file).to_string(),
        "layer a is a layer of one direction, but r.weight*_l0 in the file has two directions"
    );
    // Half of a pair is missed by name.
    let file = file.without("r.weight_hh_l0_reverse");
    let text = error(&Filled::numbered(3, &[("a", LayerKind::lstm(4).with_direction(BOTH))], true), &file)
        .to_string();
    assert!(text.starts_with("tensor r.weight_hh_l0_reverse is missing"), "{text}");
}

/// Each tensor of each file is missed by its name there, or by what it tells.
#[test]
fn every_tensor_is_needed() {
    for kind in [LayerKind::gru(4, AFTER), projected(4, 3), LayerKind::lstm(4)] {
        let kind = kind.with_direction(BOTH);
        let net = Filled::numbered(3, &[("a", kind), ("b", LayerKind::dense(1))], true);
        let mut files = vec![net.pytorch(&["rnn.*_l0", "fc.*"])];
        if kind.recurrent().is_some_and(|r| r.projection().is_none()) {
            let net = Filled::numbered(3, &[("a", kind), ("b", LayerKind::dense(1))], false);
            files.push(net.keras(&[["bi/forward_x/", "bi/backward_x/"], ["dense/", ""]]));
            files.push(net.keras(&[
                ["l/bi/forward_x/cell/vars/", "l/bi/backward_x/cell/vars/"],
                ["l/dense/vars/", ""],
            ]));
        }
        for whole in files {
            for tensor in &whole.tensors {
                let error = error(&net, &whole.clone().without(&tensor.name));
                assert!(
                    matches!(
                        error,
                        WeightError::Missing { .. }
                            | WeightError::Layout { .. }
                            | WeightError::Unplaced { .. }
                    ),
                    "{}: {error}",
                    tensor.name
                );
            }
        }
    }
    // A bias the layer has and the file has not, and the other way round.
    for (has, file) in [(true, false), (false, true)] {
        let net = Filled::numbered(3, &[("a", LayerKind::lstm(4).with_bias(has))], true);
        let other = Filled::numbered(3, &[("a", LayerKind::lstm(4).with_bias(file))], true);
        let error = error(&net, &other.pytorch(&["rnn.*_l0"]));
        match (has, error) {
            (true, WeightError::Missing { tensor, .. }) => assert_eq!(tensor, "rnn.bias_ih_l0"),
            (false, WeightError::Unplaced { tensors, .. }) => {
                assert_eq!(tensors, ["rnn.bias_hh_l0", "rnn.bias_ih_l0"]);
            }
            (_, error) => panic!("{error}"),
        }
    }
}

/// Our GRU's two biases: the candidate's second one is kept, the others' are added.
#[test]
fn biases_of_a_gru() {
    let net = Filled::numbered(1, &[("hidden", LayerKind::gru(1, AFTER))], true);
    let file = |first: [f32; 3], second: [f32; 3]| {
        File::default()
            .f32("hidden.weight_ih", &[3, 1], &[0.0; 3])
            .f32("hidden.weight_hh", &[3, 1], &[0.0; 3])
            .f32("hidden.bias_ih", &[3], &first)
            .f32("hidden.bias_hh", &[3], &second)
    };
    let load = |file: &File| net.load(file).expect("the file fits");
    let whole = load(&file([1.0, 2.0, 4.0], [8.0, 16.0, 32.0]));
    assert_eq!(whole, load(&file([9.0, 18.0, 4.0], [0.0, 0.0, 32.0])));
    assert_ne!(whole, load(&file([9.0, 18.0, 36.0], [0.0; 3])));
    assert_ne!(whole, load(&file([9.0, 18.0, 32.0], [0.0, 0.0, 4.0])));
    let single = load(&file([9.0, 18.0, 36.0], [0.0; 3]));
    assert_eq!(single, load(&file([9.0, 18.0, 36.0], [0.0; 3]).without("hidden.bias_hh")));
    let kind = net.architecture.layers[0].kind;
    assert!(matches!(kind.recurrent(), Some(Recurrent { cell: CellKind::Gru { reset: AFTER, .. }, .. })));
    assert_eq!(Tensor::BiasHh.shape(kind, 1), (3, None));
}
