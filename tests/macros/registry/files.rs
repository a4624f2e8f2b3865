//! Files without our metadata, files of other networks, and files that are none.

use crate::{Amp, Odd, amp, case, load, network, odd, picked, steps, steps_of_slices};
use rnn_core::prelude::*;
use rnn_core::{Assume, LayerKind, LoadOptions, Mapping, ResetGate, WeightError};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use std::collections::HashMap;

type Tensors = Vec<(String, Vec<usize>, Vec<f32>)>;

/// All tensors of a file.
fn tensors(net: &RuntimeNetwork) -> Tensors {
    let bytes = net.to_safetensors().expect("it is small");
    let file = SafeTensors::deserialize(&bytes).expect("our own file");
    let names = file.names().into_iter().map(ToString::to_string);
    let read = |name: String| {
        let (shape, values) = rnn_core::read_f32(&bytes, &name).expect("it is there");
        (name, shape, values)
    };
    names.map(read).collect()
}

/// A file of these tensors that says no more.
fn file(tensors: &Tensors) -> Vec<u8> {
    let bytes: Vec<Vec<u8>> = tensors
        .iter()
        .map(|(_, _, values)| values.iter().flat_map(|value| value.to_le_bytes()).collect())
        .collect();
    let views = tensors.iter().zip(&bytes).map(|((name, shape, _), bytes)| {
        (name.as_str(), TensorView::new(Dtype::F32, shape.clone(), bytes).expect("shape and data agree"))
    });
    safetensors::serialize(views, None).expect("it is small")
}

/// The file with other names.
fn renamed(net: &RuntimeNetwork, rename: impl Fn(&str) -> String) -> Vec<u8> {
    let mut tensors = tensors(net);
    for (name, ..) in &mut tensors {
        *name = rename(name);
    }
    file(&tensors)
}

/// The file as PyTorch writes it, its stack called `stack` and its dense layer `dense`.
fn pytorch(net: &RuntimeNetwork, stack: &str, dense: &str) -> Vec<u8> {
    file(&as_pytorch(net, |layer, tensor| match layer.strip_prefix("rnn") {
        Some("") => format!("{stack}.{tensor}_l0"),
        Some(level) => format!("{stack}.{tensor}{level}"),
        None => format!("{dense}.{tensor}"),
    }))
}

/// The tensors with these names of a layer's tensor, and both biases: ours is one, and -0 changes no bit of it.
fn as_pytorch(net: &RuntimeNetwork, rename: impl Fn(&str, &str) -> String) -> Tensors {
    let ours = tensors(net);
    let mut all = Tensors::new();
    for (name, shape, values) in &ours {
        let (layer, tensor) = name.split_once('.').expect("a layer and a tensor");
        if tensor == "bias_ih" && !ours.iter().any(|(name, ..)| *name == format!("{layer}.bias_hh")) {
            all.push((rename(layer, "bias_hh"), shape.clone(), vec![-0.0; values.len()]));
        }
        all.push((rename(layer, tensor), shape.clone(), values.clone()));
    }
    all
}

const SIZES: [(usize, usize); 6] = [(1, 8), (1, 16), (2, 16), (1, 9), (3, 8), (1, 1)];

/// The file's network is picked, with the weights of `twin`.
fn is(bytes: &[u8], twin: &RuntimeNetwork, size: (usize, usize)) {
    let net = load(bytes);
    let told = picked(&net);
    let size = format!("{}x{}", size.0, size.1);
    let compiled = ["1x8", "1x16", "2x16"].contains(&&*size);
    assert!(told.contains(&size) && told.starts_with("compiled") == compiled, "{told}");
    assert_eq!(steps(&net, &case(1).xs), steps_of_slices(twin, &case(1).xs), "{told}");
}

#[test]
fn names_of_pytorch() {
    for size in SIZES {
        let twin = network(1, &amp(size), Backend::detect());
        for (stack, dense) in
            [("rnn", "head"), ("lstm", "dense"), ("model.rec", "model.lin"), ("a", "z"), ("z", "a")]
        {
            is(&pytorch(&twin, stack, dense), &twin, size);
        }
    }
}

#[test]
fn our_names_without_metadata() {
    for size in SIZES {
        let twin = network(1, &amp(size), Backend::detect());
        is(&renamed(&twin, str::to_owned), &twin, size);
    }
    // `nn.LSTMCell` under another name.
    let twin = network(1, &amp((1, 16)), Backend::detect());
    let cell = |layer: &str, tensor: &str| format!("{}.{tensor}", layer.replace("rnn", "cell"));
    is(&file(&as_pytorch(&twin, cell)), &twin, (1, 16));
}

#[test]
fn names_of_keras() {
    for size in SIZES {
        let twin = network(1, &amp(size), Backend::detect());
        let mut tensors = tensors(&twin);
        for (name, shape, values) in &mut tensors {
            let (layer, tensor) = name.split_once('.').expect("a layer and a tensor");
            let leaf = match tensor {
                "weight_ih" | "weight" => "kernel",
                "weight_hh" => "recurrent_kernel",
                _ => "bias",
            };
            *name = match layer.strip_prefix("rnn") {
                Some("" | "_l0") => format!("lstm/lstm_cell/{leaf}"),
                Some(level) => format!("lstm_{}/lstm_cell/{leaf}", level.trim_start_matches("_l")),
                None => format!("dense/{leaf}"),
            };
            if let [rows, columns] = shape[..] {
                *shape = vec![columns, rows];
                *values = (0..rows * columns).map(|i| values[i % rows * columns + i / rows]).collect();
            }
        }
        is(&file(&tensors), &twin, size);
    }
}

#[test]
fn names_of_ones_own() {
    for size in [(1, 8), (1, 9)] {
        let twin = network(1, &amp(size), Backend::detect());
        let bytes = renamed(&twin, |name| format!("net/{}", name.replace('.', "-")));
        let ours = ["rnn.weight_ih", "rnn.weight_hh", "rnn.bias_ih", "head.weight", "head.bias"];
        let mapping = ours
            .iter()
            .fold(Mapping::new(), |map, name| map.tensor(*name, format!("net/{}", name.replace('.', "-"))));
        let options = LoadOptions::default().mapping(mapping);
        let net = Amp::from_safetensors_with(&bytes, &options).expect("every name is told");
        assert_eq!(picked(&net).starts_with("compiled"), size == (1, 8));
        assert_eq!(steps(&net, &case(1).xs), steps_of_slices(&twin, &case(1).xs));
    }
}

#[test]
fn layers_of_other_names_in_the_metadata() {
    for size in [(2, 16), (1, 9)] {
        let layers = amp(size);
        let layers: Vec<_> =
            layers.iter().enumerate().map(|(i, (_, kind))| (format!("layer{i}"), *kind)).collect();
        let twin = network(1, &layers, Backend::detect());
        let bytes = twin.to_safetensors().expect("it is small");
        is(&bytes, &twin, size);
        // It is saved under the names of the description.
        let again = load(&bytes).to_safetensors().expect("it is small");
        let text = String::from_utf8_lossy(&again).into_owned();
        assert!(text.contains("head.weight") && !text.contains("layer0"), "{text}");
        is(&again, &twin, size);
    }
}

#[test]
fn options_are_those_of_the_description() {
    // 5 and 4 are told apart by every shape but that of the layer whose size is asked for.
    for (layers, hidden_size, compiled) in [(1, 5, true), (1, 6, false), (2, 5, false)] {
        let twin = network(2, &odd(layers, hidden_size), Backend::detect());
        let names = HashMap::from([("front", "fc1"), ("back", "gru"), ("output", "fc2")]);
        let name = |layer: &str, tensor: &str| match layer.strip_prefix("stack") {
            Some("") => format!("rnn.{tensor}_l0"),
            Some(level) => format!("rnn.{tensor}{level}"),
            None if layer == "back" => format!("gru.{tensor}_l0"),
            None => format!("{}.{tensor}", names[layer]),
        };
        for bytes in [renamed(&twin, str::to_owned), file(&as_pytorch(&twin, name))] {
            let net = Odd::from_safetensors(&bytes)
                .unwrap_or_else(|error| panic!("{layers}x{hidden_size}: {error}"));
            assert_eq!(picked(&net).starts_with("compiled"), compiled);
            assert_eq!(steps(&net, &case(2).xs), steps_of_slices(&twin, &case(2).xs));
        }
    }
}

#[test]
fn other_networks_of_the_same_ends_run_at_run_time() {
    for kind in [LayerKind::gru(8, ResetGate::AfterProduct), LayerKind::lstm(8).with_peephole()] {
        let layers = [("rnn".to_owned(), kind), ("head".to_owned(), LayerKind::dense(1))];
        let twin = network(1, &layers, Backend::detect());
        let net = load(&twin.to_safetensors().expect("it is small"));
        let told = picked(&net);
        assert!(told.starts_with("run time: `input_size 1; layer rnn "), "{told}");
        assert!(told.ends_with("` is no size of the layers described"), "{told}");
        assert_eq!(steps(&net, &case(1).xs), steps_of_slices(&twin, &case(1).xs));
    }
    // A file that does not say what it is, is inferred by who asks for it, and then picked.
    let twin = network(1, &amp((1, 8)), Backend::detect());
    let bytes = pytorch(&twin, "rnn", "head");
    let assume = Assume::framework_defaults().dense_last();
    let net =
        RuntimeNetwork::infer(&bytes, &assume).and_then(Amp::try_from).expect("an LSTM and a dense layer");
    assert_eq!(picked(&net), "compiled for 1x8");
}

fn refused(bytes: &[u8]) -> WeightError {
    match Amp::from_safetensors(bytes) {
        Ok(net) => panic!("loaded as {}", picked(&net)),
        Err(error) => error,
    }
}

#[test]
fn other_ends_are_refused() {
    let of = |input_size, output_size| {
        let layers =
            [("rnn".to_owned(), LayerKind::lstm(8)), ("head".to_owned(), LayerKind::dense(output_size))];
        network(input_size, &layers, Backend::detect())
    };
    for (n_i, n_o) in [(2, 1), (1, 2), (3, 4)] {
        let net = of(n_i, n_o);
        let error = refused(&net.to_safetensors().expect("it is small"));
        let WeightError::Ends { found, expected } = error else { panic!("{error}") };
        assert_eq!((found, expected), ((n_i, n_o), (1, 1)));
        assert_eq!(
            error.to_string(),
            format!("the network has n_i={n_i} and n_o={n_o}, but this one has n_i=1 and n_o=1")
        );
        assert!(matches!(Amp::try_from(net.clone()), Err(WeightError::Ends { .. })));
        // Of a file that does not say, the tensor that does not fit is told.
        let error = refused(&pytorch(&net, "rnn", "head"));
        assert!(matches!(error, WeightError::Shape { .. }), "{error}");
    }
}

#[test]
fn what_cannot_be_stepped_is_refused() {
    let back = LayerKind::lstm(8).with_direction(rnn_core::Direction::Reverse);
    let net =
        network(1, &[("rnn".to_owned(), back), ("head".to_owned(), LayerKind::dense(1))], Backend::detect());
    let error = refused(&net.to_safetensors().expect("it is small"));
    assert!(matches!(&error, WeightError::NotCausal { layer } if layer == "rnn"), "{error}");
}

#[test]
fn files_that_do_not_say_must_be_as_described() {
    // Another cell: the size is n_h all the same, so the gates are what is told.
    let gru = [
        ("rnn".to_owned(), LayerKind::gru(16, ResetGate::AfterProduct)),
        ("head".to_owned(), LayerKind::dense(1)),
    ];
    let error = refused(&pytorch(&network(1, &gru, Backend::detect()), "rnn", "head"));
    let WeightError::Shape { tensor, found, expected, .. } = &error else { panic!("{error}") };
    assert_eq!((&**tensor, &**found, &**expected), ("rnn.weight_ih_l0", &[48, 1][..], &[64, 1][..]));

    let twin = network(1, &amp((2, 8)), Backend::detect());
    let all = tensors(&twin);
    let as_pytorch = as_pytorch(&twin, |layer, tensor| match layer.strip_prefix("rnn") {
        Some(level) => format!("rnn.{tensor}{level}"),
        None => format!("{layer}.{tensor}"),
    });
    for all in [&all, &as_pytorch] {
        for missing in 0..all.len() {
            let mut rest = all.clone();
            let (name, ..) = rest.remove(missing);
            assert!(Amp::from_safetensors(&file(&rest)).is_err(), "without {name}");
        }
    }
    let mut more = all.clone();
    more.push(("extra.weight".to_owned(), vec![2, 2], vec![0.0; 4]));
    assert!(matches!(refused(&file(&more)), WeightError::Extra { .. }));
    let ignored = LoadOptions::default().ignore_extra();
    let net = Amp::from_safetensors_with(&file(&more), &ignored).expect("it is left aside");
    assert_eq!(picked(&net), "compiled for 2x8");

    // Layers of two widths are no stack.
    let layers =
        [("rnn_l0", LayerKind::lstm(8)), ("rnn_l1", LayerKind::lstm(16)), ("head", LayerKind::dense(1))];
    let net = network(1, &layers.map(|(name, kind)| (name.to_owned(), kind)), Backend::detect());
    for bytes in [renamed(&net, str::to_owned), pytorch(&net, "rnn", "head")] {
        assert!(matches!(refused(&bytes), WeightError::Shape { .. }));
    }
    assert!(picked(&load(&net.to_safetensors().expect("it is small"))).starts_with("run time: `"));
}

/// What a registry is told of files is what any network is: another kind of file, a prefix, a mapping of some tensors.
#[test]
fn read_as_by_any_network() {
    let archive = [&b"PK\x03\x04"[..], &[0; 22], &[16, 0, 0, 0], b"archive/data.pkl"].concat();
    let error = refused(&archive);
    assert!(matches!(error, WeightError::Foreign { .. }), "{error}");
    assert!(error.to_string().contains("torch.load("), "{error}");

    for size in [(1, 8), (2, 8), (1, 9)] {
        let twin = network(1, &amp(size), Backend::detect());
        let steps_of_twin = steps_of_slices(&twin, &case(1).xs);
        // PyTorch's names, the head's but for its own, in a copy of two.
        let names = |copy: &str, head: &str| {
            let (copy, head) = (copy.to_owned(), head.to_owned());
            as_pytorch(&twin, move |layer, tensor| match layer.strip_prefix("rnn") {
                Some("") => format!("{copy}.rnn.{tensor}_l0"),
                Some(level) => format!("{copy}.rnn.{tensor}{level}"),
                None => format!("{copy}.{head}.{tensor}"),
            })
        };
        let mut both = names("ema", "odd");
        both.extend(names("model", "fc").into_iter().map(|(name, shape, values)| {
            let zeros = vec![0.0; values.len()];
            (name, shape, zeros)
        }));
        let bytes = file(&both);
        let _ = refused(&bytes);
        let mapping = Mapping::new().tensor("head.weight", "odd.weight").tensor("head.bias", "odd.bias");
        let options = LoadOptions::default().prefix("ema");
        for options in [options.clone(), options.mapping(mapping)] {
            let net = Amp::from_safetensors_with(&bytes, &options).expect("one of two copies");
            assert_eq!(picked(&net).starts_with("compiled"), size != (1, 9));
            assert_eq!(steps(&net, &case(1).xs), steps_of_twin);
        }
    }
}

#[test]
fn hostile_bytes() {
    let twin = network(1, &amp((1, 8)), Backend::detect());
    for bytes in [twin.to_safetensors().expect("it is small"), pytorch(&twin, "rnn", "head")] {
        for len in 0..bytes.len() {
            assert!(Amp::from_safetensors(&bytes[..len]).is_err(), "{len} bytes");
        }
        // No byte of the header makes it panic, whatever it is turned into.
        let header = 8 + usize::from(bytes[0]) + 256 * usize::from(bytes[1]);
        for place in 0..header {
            for mask in [1, 2, 4, 16, 0x80] {
                let mut bytes = bytes.clone();
                bytes[place] ^= mask;
                let _ = Amp::from_safetensors(&bytes);
            }
        }
    }
    let empty = |name: &str, shape: &[usize]| (name.to_owned(), shape.to_vec(), Vec::new());
    // Matrices of nothing, of all layers or of none.
    assert!(Amp::from_safetensors(&file(&Vec::new())).is_err());
    for shape in [&[0, 0][..], &[0, 8], &[8, 0], &[0], &[0, 1, 1], &[0, 100_000], &[0, usize::MAX >> 4]] {
        for names in [
            ["rnn.weight_ih", "rnn.weight_hh"],
            ["a.weight_ih_l0", "a.weight_hh_l0"],
            ["a/kernel", "a/recurrent_kernel"],
        ] {
            let tensors = names.iter().map(|name| empty(name, shape)).collect();
            assert!(Amp::from_safetensors(&file(&tensors)).is_err(), "{names:?} of {shape:?}");
        }
    }
    // A stack of very many layers takes no long time.
    let many = (0..1000).map(|level| empty(&format!("rnn.weight_ih_l{level}"), &[0, 1])).collect();
    assert!(Amp::from_safetensors(&file(&many)).is_err());
}
