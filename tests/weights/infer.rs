//! Networks from names and shapes alone: what these tell, and that nothing else is guessed.

use crate::every::{BOTH, Filled, projected};
use crate::file::{File, Style, file, small};
use rnn_core::{Network, RuntimeNetwork, Save};
use rnn_format::{
    Activation, Architecture, Assume, Direction, Inferred, LayerKind, Merge, ReadOptions, ResetGate,
    WeightError, infer_file,
};

const AFTER: ResetGate = ResetGate::AfterProduct;
const BEFORE: ResetGate = ResetGate::BeforeProduct;

fn infer(file: &File, assume: &Assume) -> Result<Inferred, WeightError> {
    infer_file(&file.bytes(), &ReadOptions::default(), assume)
}

fn defaults() -> Assume {
    Assume::framework_defaults()
}

/// The layers and their kinds.
fn kinds(architecture: &Architecture) -> Vec<(&str, LayerKind)> {
    architecture.layers.iter().map(|layer| (layer.name.as_str(), layer.kind)).collect()
}

/// The file gives this network and its very weights.
fn assert_infers(net: &Filled, file: &File, assume: &Assume) {
    for reversed in [false, true] {
        let mut file = file.clone();
        if reversed {
            file.tensors.reverse();
        }
        let inferred = infer(&file, assume).unwrap_or_else(|error| panic!("{}: {error}", file.header()));
        let found = kinds(&inferred.architecture);
        assert_eq!(inferred.architecture.input_size, net.architecture.input_size);
        assert_eq!(found, kinds(&net.architecture), "{}", file.header());
        let options = ReadOptions::default().mapping(inferred.mapping);
        let loaded = net.load_with(&file, &options).expect("the inferred network is the file's");
        assert!(loaded == net.packed(), "{}", file.header());
    }
}

fn candidates(file: &File, assume: &Assume) -> (Vec<String>, String) {
    let error = infer(file, assume).expect_err("more than one network");
    let text = error.to_string();
    let WeightError::Ambiguous { wanted, candidates, remedy } = error else { panic!("{text}") };
    assert_eq!(text, format!("{wanted} could be any of {}; {remedy}", candidates.join(", ")));
    (candidates, remedy.to_string())
}

#[test]
fn cells_of_pytorch() {
    for bias in [true, false] {
        for kind in [
            LayerKind::simple_rnn(5),
            LayerKind::gru(5, AFTER),
            LayerKind::lstm(5),
            projected(5, 3),
            projected(8, 2),
            LayerKind::gru(1, AFTER),
        ] {
            for kind in [kind, kind.with_direction(BOTH)] {
                let kind = kind.with_bias(bias);
                let layers = [("rnn", kind), ("fc", LayerKind::dense(2).with_bias(bias))];
                let net = Filled::numbered(7, &layers, true);
                for prefix in ["", "module.", "model.net."] {
                    let patterns = [format!("{prefix}rnn.*_l0"), format!("{prefix}fc.*")];
                    assert_infers(&net, &net.pytorch(&patterns.each_ref().map(|p| &p[..])), &defaults());
                }
                assert_infers(&net, &net.pytorch(&["rnn.*", "fc.*"]), &defaults());
            }
        }
    }
    // nn.Sequential, and a recurrent layer that is the module itself.
    let layers = [("layer_0", LayerKind::lstm(5)), ("layer_2", LayerKind::dense(2))];
    let net = Filled::numbered(2, &layers, true);
    assert_infers(&net, &net.pytorch(&["0.*_l0", "2.*"]), &defaults());
    let net = Filled::numbered(3, &[("rnn", LayerKind::lstm(5))], true);
    assert_infers(&net, &net.pytorch(&["*_l0"]), &defaults());
}

#[test]
fn stacks_of_pytorch() {
    for kind in [LayerKind::gru(4, AFTER), projected(6, 4), LayerKind::lstm(4).with_direction(BOTH)] {
        let layers = [
            ("rnn_l0", kind),
            ("rnn_l1", kind),
            ("rnn_l2", kind),
            ("fc1", LayerKind::dense(4)),
            ("fc2", LayerKind::dense(1)),
        ];
        let net = Filled::numbered(3, &layers, true);
        let file = net.pytorch(&["rnn.*_l0", "rnn.*_l1", "rnn.*_l2", "fc1.*", "fc2.*"]);
        let assume = defaults().hidden_dense(Activation::Linear);
        assert_infers(&net, &file, &assume);
        // What is applied between two dense layers is not in the file.
        let error = infer(&file, &defaults()).expect_err("an activation");
        let WeightError::Ambiguous { wanted, candidates, remedy } = &error else { panic!("{error}") };
        assert_eq!(
            (&wanted[..], *remedy),
            (
                "the activation of fc1",
                "say which, such as `Assume::framework_defaults().hidden_dense(Activation::Relu)`"
            )
        );
        assert_eq!(candidates.len(), Activation::ALL.len());
    }
}

#[test]
fn activations_are_those_said() {
    let layers = [
        ("rnn", LayerKind::simple_rnn(5).with_activation(Activation::Relu)),
        ("fc1", LayerKind::dense(4).with_activation(Activation::Sigmoid)),
        ("fc2", LayerKind::dense(2).with_activation(Activation::Tanh)),
    ];
    let net = Filled::numbered(3, &layers, true);
    let assume = defaults()
        .state_activation(Activation::Relu)
        .hidden_dense(Activation::Sigmoid)
        .last_dense(Activation::Tanh);
    assert_infers(&net, &net.pytorch(&["rnn.*_l0", "fc1.*", "fc2.*"]), &assume);
}

#[test]
fn layers_of_keras() {
    for (class, kind) in [
        ("simple_rnn", LayerKind::simple_rnn(5)),
        ("gru", LayerKind::gru(5, AFTER)),
        ("gru", LayerKind::gru(5, BEFORE)),
        ("lstm", LayerKind::lstm(5).with_bias(false)),
    ] {
        let net = Filled::numbered(3, &[(class, kind), ("dense", LayerKind::dense(2))], false);
        for (path, dense) in [
            (format!("{class}/{class}_cell/"), "dense/"),
            (format!("sequential/{class}/{class}_cell/*:0"), "sequential/dense/*:0"),
            (format!("layers/{class}/cell/vars/"), "layers/dense/vars/"),
        ] {
            assert_infers(&net, &net.keras(&[[&path, ""], [dense, ""]]), &defaults());
        }
        let both = kind.with_direction(BOTH);
        let net = Filled::numbered(3, &[("bidirectional", both), ("dense", LayerKind::dense(2))], false);
        let ways = ["forward", "backward"].map(|way| format!("bidirectional/{way}_{class}/{class}_cell/"));
        assert_infers(&net, &net.keras(&[[&ways[0], &ways[1]], ["dense/", ""]]), &defaults());
        let ways = ["forward", "backward"].map(|way| format!("layers/bidirectional/{way}_layer/cell/vars/"));
        assert_infers(&net, &net.keras(&[[&ways[0], &ways[1]], ["layers/dense/vars/", ""]]), &defaults());
    }
    let lstm = LayerKind::lstm(4);
    let net = Filled::numbered(
        3,
        &[("rnn_lstm_cell_0", lstm), ("rnn_lstm_cell_1", lstm), ("dense", LayerKind::dense(2))],
        false,
    );
    let file = net.keras(&[
        ["layers/rnn/cell/cells/lstm_cell/vars/", ""],
        ["layers/rnn/cell/cells/lstm_cell_1/vars/", ""],
        ["layers/dense/vars/", ""],
    ]);
    assert_infers(&net, &file, &defaults());
}

#[test]
fn a_keras_gru_without_bias_has_two_forms() {
    let file = |reset| {
        let kind = LayerKind::gru(5, reset).with_bias(false);
        let net = Filled::numbered(3, &[("gru", kind)], false);
        let file = net.keras(&[["gru/gru_cell/", ""]]);
        (net, file)
    };
    let (_, both) = file(AFTER);
    let (networks, remedy) = candidates(&both, &defaults());
    let text = |reset| format!("`input_size 3; layer gru gru 5 tanh no_bias reset={reset}`");
    assert_eq!(networks, [text("after_product"), text("before_product")]);
    assert_eq!(remedy, "say which with `Assume::reset`");
    for reset in [AFTER, BEFORE] {
        let (net, file) = file(reset);
        assert_infers(&net, &file, &defaults().reset(reset));
    }
    // A bias tells, whatever is said.
    let net = Filled::numbered(3, &[("gru", LayerKind::gru(5, BEFORE))], false);
    assert_infers(&net, &net.keras(&[["gru/gru_cell/", ""]]), &defaults().reset(AFTER));
}

#[test]
fn what_follows_tells_the_merge() {
    let lstm = |merge| LayerKind::lstm(4).with_direction(Direction::Bidirectional(merge));
    let paths = [["bidirectional/forward_lstm/", "bidirectional/backward_lstm/"], ["dense/", ""]];
    let layers = |merge| [("bidirectional", lstm(merge)), ("dense", LayerKind::dense(2))];
    let file = Filled::numbered(3, &layers(Merge::Sum), false).keras(&paths);
    let (networks, remedy) = candidates(&file, &defaults());
    let text = |merge| {
        format!(
            "`input_size 3; layer bidirectional lstm 4 tanh bias direction=bidirectional merge={merge}; \
             layer dense dense 2 linear bias`"
        )
    };
    assert_eq!(networks, ["sum", "product", "average"].map(text));
    assert_eq!(remedy, "say which with `Assume::merge`");
    for merge in [Merge::Sum, Merge::Product, Merge::Average, Merge::Concat] {
        let net = Filled::numbered(3, &layers(merge), false);
        assert_infers(&net, &net.keras(&paths), &defaults().merge(merge));
        let alone = Filled::numbered(3, &layers(merge)[..1], false);
        assert_infers(&alone, &alone.keras(&paths[..1]), &defaults().merge(merge));
    }
    // What is said must fit.
    let error = infer(&file, &defaults().merge(Merge::Concat)).expect_err("eight values for four");
    assert_eq!(
        error.to_string(),
        "the file's layers do not follow one another in any order: bidirectional (3 to 8), dense (4 to 2)"
    );
}

/// One value in, one value out: the head could as well come first.
#[test]
fn a_dense_layer_before_or_after() {
    let layers = [("rnn", LayerKind::gru(4, AFTER)), ("head", LayerKind::dense(1))];
    let net = Filled::numbered(1, &layers, true);
    let file = net.pytorch(&["rnn.*_l0", "head.*"]);
    let (networks, remedy) = candidates(&file, &defaults());
    assert_eq!(
        networks,
        [
            "`input_size 4; layer head dense 1 linear bias; layer rnn gru 4 tanh bias reset=after_product`",
            "`input_size 1; layer rnn gru 4 tanh bias reset=after_product; layer head dense 1 linear bias`",
        ]
    );
    assert_eq!(remedy, "give the order of the layers with `Assume::order` or `Assume::dense_last`");
    assert_infers(&net, &file, &defaults().dense_last());
    assert_infers(&net, &file, &defaults().order(["rnn", "head"]));
    let other =
        infer(&file, &defaults().order(["head", "rnn"]).hidden_dense(Activation::Relu)).expect("said");
    let names: Vec<&str> = other.architecture.layers.iter().map(|layer| &layer.name[..]).collect();
    assert_eq!((other.architecture.input_size, &names[..]), (4, &["head", "rnn"][..]));
    // Numbers are an order.
    let layers = [("layer_0", layers[0].1), ("layer_1", layers[1].1)];
    let net = Filled::numbered(1, &layers, true);
    assert_infers(&net, &net.pytorch(&["0.*_l0", "1.*"]), &defaults());
}

#[test]
fn orders_are_never_chosen() {
    let lstm = LayerKind::lstm(4);
    let net = Filled::numbered(4, &[("ape", lstm), ("zebra", lstm), ("out", LayerKind::dense(1))], true);
    let file = net.pytorch(&["ape.*_l0", "zebra.*_l0", "out.*"]);
    let (networks, _) = candidates(&file, &defaults());
    assert_eq!(networks.len(), 2);
    assert_infers(&net, &file, &defaults().stacked().order(["ape", "zebra", "out"]));
    let other = infer(&file, &defaults().stacked().order(["zebra", "ape", "out"])).expect("said");
    assert_eq!(other.architecture.layers[0].name, "zebra");

    for order in [&["ape", "out"][..], &["ape", "zebra", "out", "fc"], &["ape", "ape", "zebra", "out"]] {
        let error = infer(&file, &defaults().order(order.iter().copied())).expect_err("another order");
        assert!(matches!(error, WeightError::Order { .. }));
        let text = format!("the order names {}, but the file has out, ape, zebra", order.join(", "));
        assert_eq!(error.to_string(), text);
    }
    let error = infer(&file, &defaults().order(["out", "ape", "zebra"])).expect_err("one value for four");
    assert!(matches!(error, WeightError::Chain { .. }), "{error}");

    // Two stacks are not woven into one another.
    let stacks = [("a_l0", lstm), ("a_l1", lstm), ("b_l0", lstm), ("b_l1", lstm)];
    let net = Filled::numbered(4, &stacks, true);
    let file = net.pytorch(&["a.*_l0", "a.*_l1", "b.*_l0", "b.*_l1"]);
    assert_eq!(candidates(&file, &defaults()).0.len(), 2);
    assert_infers(&net, &file, &defaults().stacked().order(["a", "b"]));

    // Many alike: some of their orders are told, in no time.
    let names: Vec<String> = (0..30_u8).map(|i| char::from(b'A' + i).to_string()).collect();
    let layers: Vec<(&str, LayerKind)> = names.iter().map(|name| (&name[..], lstm)).collect();
    let net = Filled::numbered(4, &layers, true);
    let patterns: Vec<String> = (0..30_u8)
        .map(|i| format!("{}x.*_l0", char::from(b'a' + i % 26).to_string().repeat(1 + usize::from(i / 26))))
        .collect();
    let patterns: Vec<&str> = patterns.iter().map(|pattern| &pattern[..]).collect();
    assert_eq!(candidates(&net.pytorch(&patterns), &defaults()).0.len(), 8);
}

/// Thousands of layers are no search.
#[test]
fn more_layers_than_can_be_ordered() {
    let rnn = File::default().f32("weight_ih_l0", &[1, 1], &[1.0]).f32("weight_hh_l0", &[1, 1], &[1.0]);
    let file = (0..3000).fold(rnn, |file, i| file.f32(&format!("x{i}a.weight"), &[1, 1], &[1.0]));
    let (layers, remedy) = candidates(&file, &defaults());
    assert_eq!((layers.len(), &remedy[..]), (3001, "describe so large a network instead"));
}

#[test]
fn what_is_no_network() {
    let lstm = Filled::numbered(3, &[("rnn", LayerKind::lstm(4)), ("fc", LayerKind::dense(1))], true);
    let whole = lstm.pytorch(&["rnn.*_l0", "fc.*"]);
    let text = |file: &File| infer(file, &defaults()).expect_err("no network").to_string();
    assert_eq!(text(&File::default()), "tensor the first matrix of any layer is missing");
    assert_eq!(
        text(&whole.clone().f32("norm.weight", &[4], &[1.0; 4])),
        "no layer takes these tensors of the file: norm.weight; the option `ignore_extra` leaves them aside"
    );
    assert!(text(&whole.clone().without("rnn.bias_hh_l0")).starts_with("tensor rnn.bias_hh_l0 is missing"));
    assert!(
        text(&whole.clone().without("rnn.weight_hh_l0")).starts_with("tensor rnn.weight_hh_l0 is missing")
    );
    assert_eq!(
        text(&lstm.pytorch(&["rnn.*_l1", "fc.*"]).f32("rnn.weight_hr_l1", &[2, 4], &[0.0; 8])),
        "layer rnn.weight*_l1 is a recurrent layer, but its projection gives 2 values and its weight_hh takes 4"
    );
    // Two gates, as of cells that no framework has.
    let two =
        File::default().f32("x.weight_ih_l0", &[8, 3], &[0.0; 24]).f32("x.weight_hh_l0", &[8, 4], &[0.0; 32]);
    assert_eq!(
        text(&two),
        "layer x.weight*_l0 is a recurrent layer, but its (8, 4) is neither 1, 3 nor 4 gates of 4"
    );
    let other = File::default().f32("gru/kernel", &[3, 16], &[0.0; 48]).f32(
        "gru/recurrent_kernel",
        &[4, 16],
        &[0.0; 64],
    );
    assert_eq!(
        text(&other),
        "gru would be lstm by its shape, but `gru` in its name says gru; if the name misleads, say \
         `Assume::ignore_names()`, otherwise describe the network"
    );
    let net = Filled::numbered(3, &[("rnn", LayerKind::lstm(4)), ("fc", LayerKind::dense(1))], true);
    let mut file = net.pytorch(&["rnn.*_l0", "fc.*"]);
    let fc = file.tensor("fc.weight");
    (fc.shape, fc.data) = (vec![1, 5], vec![0; 20]);
    assert_eq!(
        text(&file),
        "the file's layers do not follow one another in any order: fc.weight* (5 to 1), rnn.weight*_l0 (3 to 4)"
    );
}

/// The network that runs, from a file that does not say which it is.
#[test]
fn a_runtime_network() {
    let (builder, layers) = small();
    let want = builder.from_safetensors(&file(&layers, Style::Ours, &["hidden.*", "output.*"]).bytes());
    let want = want.expect("the file fits");
    for (style, patterns) in [
        (Style::PyTorch, ["hidden.*_l0", "output.*"]),
        (Style::Keras, ["hidden/simple_rnn_cell/*", "output/*"]),
    ] {
        let bytes = file(&layers, style, &patterns).with_metadata("tau 12").bytes();
        let net = RuntimeNetwork::infer(&bytes, &defaults()).expect("one network");
        assert_eq!(net.tau(), Some(12));
        assert_eq!(net.architecture(), want.architecture());
        let assumed = "hidden has tanh states; hidden runs from the first step to the last; output has the activation linear";
        assert_eq!(net.summary().assumed(), Some(assumed));
        assert!(net.summary().to_string().ends_with(&format!("\nassumed: {assumed}")), "{}", net.summary());
        assert_eq!(
            net.to_safetensors_with(None, None).expect("saved"),
            want.to_safetensors().expect("saved")
        );
        assert!(matches!(RuntimeNetwork::from_safetensors(&bytes), Err(WeightError::NoArchitecture)));
    }
    // A file that says is loaded as it says.
    let saved = want.to_safetensors().expect("saved");
    let assume = defaults().state_activation(Activation::Relu);
    let net = RuntimeNetwork::infer(&saved, &assume).expect("our own file");
    assert_eq!(net.summary().assumed(), None);
    assert_eq!(net.architecture(), want.architecture());
}
