//! How a file is read: a prefix, a mapping of some tensors, other types of numbers, what is left aside.

use crate::file::{File, Style, file, layers, small};
use rnn_core::prelude::*;
use rnn_core::{
    Assume, LoadOptions, Mapping, ReadOptions, WeightError, list_tensors, list_tensors_with, read_f32_with,
};

const OURS: [&str; 2] = ["hidden.*", "output.*"];

fn load(file: &File, options: &LoadOptions) -> Result<RuntimeNetwork, WeightError> {
    small().0.from_safetensors_with(&file.bytes(), options)
}

/// The bytes of the network that the file holds.
fn saved(file: &File, options: &LoadOptions) -> Vec<u8> {
    let net = load(file, options).unwrap_or_else(|error| panic!("{}: {error}", file.header()));
    net.to_safetensors().expect("saved")
}

fn message(file: &File, options: &LoadOptions) -> String {
    load(file, options).map(drop).expect_err("a wrong file").to_string()
}

fn plain() -> LoadOptions {
    LoadOptions::default()
}

/// Two copies of all weights, as an average of them is saved: one word says which.
#[test]
fn a_prefix_settles_two_copies() {
    let (_, trained) = small();
    let averaged: Vec<_> = layers(4, &[(true, 5), (false, 2)]);
    for (style, separator, patterns) in [
        (Style::PyTorch, ".", ["rnn.*_l0", "fc.*"]),
        (Style::Keras, "/", ["simple_rnn/*", "dense/*"]),
        (Style::Ours, ".", OURS),
    ] {
        let under = |prefix: &str| patterns.map(|pattern| format!("{prefix}{separator}{pattern}"));
        let names = under("model");
        let mut both = file(&trained, style, &names.each_ref().map(String::as_str));
        let want = saved(&file(&trained, style, &patterns), &plain());
        let names = under("ema_model");
        both.tensors.extend(file(&averaged, style, &names.each_ref().map(String::as_str)).tensors);
        // Neither is preferred.
        assert!(load(&both, &plain()).is_err());
        assert!(load(&both, &plain().ignore_extra()).is_err());
        for prefix in ["model".to_string(), format!("model{separator}")] {
            assert_eq!(saved(&both, &plain().prefix(&prefix)), want, "{prefix}");
            let options = plain().prefix(&prefix);
            if style == Style::Ours {
                continue;
            }
            let inferred = RuntimeNetwork::infer_with(&both.bytes(), &Assume::framework_defaults(), &options);
            let outputs = |net: &RuntimeNetwork| net.forward(&[0.3; 12], Outputs::All).expect("lengths fit");
            let told = load(&both, &options).expect("the prefix settles it");
            assert_eq!(outputs(&inferred.expect("one network")), outputs(&told), "{prefix}");
        }
        let text = message(&both, &plain().prefix("ema_model"));
        assert!(text.contains("has shape") && !text.contains("ema_model"), "{text}");
    }
}

#[test]
fn a_prefix_that_is_none() {
    let (_, layers) = small();
    let file = file(&layers, Style::Ours, &["model.hidden.*", "model.output.*"]);
    for prefix in ["mode", "model_", "Model", "odel."] {
        let error = load(&file, &plain().prefix(prefix)).map(drop).expect_err("no such prefix");
        assert!(matches!(&error, WeightError::Prefix { existing, .. } if existing.len() == 5));
        assert_eq!(
            error.to_string(),
            format!(
                "no tensor's name begins with the prefix `{prefix}`; the file has model.hidden.bias_ih, \
                 model.hidden.weight_hh, model.hidden.weight_ih, model.output.bias, model.output.weight"
            )
        );
    }
    // One name for two tensors.
    let twice = File::default().f32("a.x", &[1], &[1.0]).f32("a/x", &[1], &[2.0]);
    let read = |prefix| read_f32_with(&twice.bytes(), "x", &ReadOptions::default().prefix(prefix));
    assert_eq!(
        read("a").expect_err("two tensors").to_string(),
        "x under the prefix `a` could be any of a.x, a/x; write the prefix with its `.` or `/`"
    );
    assert_eq!(read("a.").expect("one"), (vec![1], vec![1.0]));
    assert_eq!(read("a/").expect("one"), (vec![1], vec![2.0]));
}

/// What the mapping does not name is found as ever.
#[test]
fn a_mapping_may_be_partial() {
    let (_, layers) = small();
    let want = saved(&file(&layers, Style::Ours, &OURS), &plain());
    let head = Mapping::new().tensor("output.weight", "decoder.V").tensor("output.bias", "decoder.c");
    // A head of odd names beside a layer of PyTorch's, and another matrix that may not be taken for it.
    let mut odd = file(&layers, Style::PyTorch, &["rnn.*_l0", "fc.*"]);
    odd.tensor("fc.weight").name = "decoder.V".to_string();
    odd.tensor("fc.bias").name = "decoder.c".to_string();
    assert!(load(&odd, &plain()).is_err());
    assert_eq!(saved(&odd, &plain().mapping(head.clone())), want);
    let table = odd.clone().f32("table.weight", &[2, 5], &[9.0; 10]);
    assert_eq!(saved(&table, &plain().mapping(head.clone()).ignore_extra()), want);
    // Of Keras', the head's own names.
    let keras = file(&layers, Style::Keras, &["simple_rnn/simple_rnn_cell/*", "proj/*"]);
    let two = keras.clone().f32("aux/kernel", &[5, 2], &[9.0; 10]).f32("aux/bias", &[2], &[9.0; 2]);
    let text = message(&two, &plain().ignore_extra());
    assert_eq!(
        text,
        "a dense layer could be any of aux, proj; name it with a mapping, or its copy with a prefix"
    );
    let named = Mapping::new().keras("output.weight", "proj/kernel").keras("output.bias", "proj/bias");
    assert_eq!(saved(&two, &plain().mapping(named).ignore_extra()), want);
    // One tensor of a layer, the others by the framework's names.
    let mut one = file(&layers, Style::PyTorch, &["rnn.*_l0", "fc.*"]);
    one.tensor("rnn.weight_hh_l0").name = "W".to_string();
    assert_eq!(saved(&one, &plain().mapping(Mapping::new().tensor("hidden.weight_hh", "W"))), want);
    // The second bias of a layer whose other tensors are named.
    let named = Mapping::new()
        .tensor("hidden.weight_ih", "enc.weight_ih_l0")
        .tensor("hidden.weight_hh", "enc.weight_hh_l0")
        .tensor("hidden.bias_ih", "enc.bias_ih_l0");
    let enc = file(&layers, Style::PyTorch, &["enc.*_l0", "fc.*"]);
    let other = file(&layers, Style::PyTorch, &["dec.*_l0", "fc2.*"]);
    let mut both = enc.clone();
    both.tensors.extend(other.tensors.into_iter().filter(|tensor| tensor.name.starts_with("dec")));
    assert_eq!(saved(&both, &plain().mapping(named.clone()).ignore_extra()), want);
    assert_eq!(saved(&enc, &plain().mapping(named)), want);
    // What is mapped must be there.
    let text = message(&one, &plain().mapping(head));
    assert!(
        text.starts_with("tensor rnn.weight_hh_l0 is missing") || text.starts_with("tensor decoder.V"),
        "{text}"
    );
}

/// A `/` in one name does not make the others Keras'.
#[test]
fn a_slash_in_one_name() {
    let (_, layers) = small();
    let want = saved(&file(&layers, Style::Ours, &OURS), &plain());
    let left_aside = plain().ignore_extra();
    for (style, patterns) in [(Style::Ours, OURS), (Style::PyTorch, ["rnn.*_l0", "fc.*"])] {
        let mut slash = file(&layers, style, &patterns);
        slash = slash.f32("optimizer/iterations", &[1], &[7.0]).f32("metrics/loss/total", &[1], &[0.5]);
        assert_eq!(saved(&slash, &left_aside), want, "{patterns:?}");
        let text = message(&slash, &plain());
        assert!(text.contains("metrics/loss/total, optimizer/iterations"), "{text}");
    }
    // PyTorch's names in a path with one.
    let path = file(&layers, Style::PyTorch, &["enc/rnn.*_l0", "enc/fc.*"]);
    assert_eq!(saved(&path, &plain()), want);
    // Beside Keras' names a dot is none of PyTorch's.
    let keras = file(&layers, Style::Keras, &["simple_rnn/*", "dense/*"]);
    let keras = keras.f32("ema.weight", &[2, 5], &[0.0; 10]);
    assert_eq!(saved(&keras, &left_aside), want);
    // Recurrent layers of both are two networks.
    let mut both = file(&layers, Style::Keras, &["simple_rnn/*", "dense/*"]);
    both.tensors.extend(file(&layers, Style::PyTorch, &["b.rnn.*_l0", "b.fc.*"]).tensors);
    let text = message(&both, &left_aside);
    assert_eq!(
        text,
        "the layers could be any of those with PyTorch's names, such as b.rnn.weight_hh_l0, those with Keras', such as \
         simple_rnn; say with a prefix what stands before the names of one, or name its tensors with a mapping"
    );
    assert_eq!(saved(&both, &plain().prefix("b")), want);
}

/// The options' backend goes before the builder's.
#[test]
fn a_backend() {
    let (builder, layers) = small();
    let bytes = file(&layers, Style::Ours, &OURS).bytes();
    let portable = plain().backend(Backend::PORTABLE);
    let backend = |net: RuntimeNetwork| net.backend();
    let load =
        |options| backend(builder.clone().from_safetensors_with(&bytes, options).expect("the file fits"));
    assert_eq!((load(&portable), load(&plain())), (Backend::PORTABLE, Backend::detect()));
    let said = builder.clone().backend(Backend::PORTABLE).from_safetensors(&bytes).expect("the file fits");
    assert_eq!(backend(said), Backend::PORTABLE);
    let fixed = crate::errors::Small::from_safetensors_with(&bytes, &portable).expect("the file fits");
    assert_eq!(fixed.backend(), Backend::PORTABLE);
}

/// Half precision is exact, so it loads as it is; F64 is rounded where that is said.
#[test]
fn other_types_of_numbers() {
    let (_, layers) = small();
    let mut f32s = file(&layers, Style::PyTorch, &["rnn.*_l0", "fc.*"]);
    // Values that all types hold: multiples of 1/64 below 2.
    for tensor in &mut f32s.tensors {
        tensor.data =
            values(&tensor.data).iter().flat_map(|x| ((x * 64.0).round() / 64.0).to_le_bytes()).collect();
    }
    let want = saved(&f32s, &plain());
    let as_type = |dtype: &'static str, to: &dyn Fn(f32) -> Vec<u8>| {
        let mut file = f32s.clone();
        for tensor in &mut file.tensors {
            (tensor.dtype, tensor.data) = (dtype, values(&tensor.data).into_iter().flat_map(to).collect());
        }
        file
    };
    let upper = |x: f32| (x.to_bits() >> 16) as u16;
    let bf16 = as_type("BF16", &|x| upper(x).to_le_bytes().to_vec());
    let f16 = as_type("F16", &|x| {
        // Of a multiple of 1/64 below 2 no digit is lost.
        let bits = x.to_bits();
        let magnitude = if x == 0.0 { 0 } else { ((bits >> 23 & 0xFF) - 112) << 10 | (bits >> 13 & 0x3FF) };
        u16::try_from(bits >> 31 << 15 | magnitude).expect("16 bits").to_le_bytes().to_vec()
    });
    let f64s = as_type("F64", &|x| f64::from(x).to_le_bytes().to_vec());
    for file in [&bf16, &f16] {
        assert_eq!(saved(file, &plain()), want);
        let net = RuntimeNetwork::infer(&file.bytes(), &Assume::framework_defaults()).expect("one network");
        assert_eq!(net.architecture().layers.len(), 2);
    }
    let text = message(&f64s, &plain());
    assert!(
        text.ends_with(
            "holds F64, and weights are F32, F16 or BF16: the option `round_f64` rounds it to F32"
        ),
        "{text}"
    );
    assert_eq!(saved(&f64s, &plain().round_f64()), want);
    let read = |options: &ReadOptions| read_f32_with(&f64s.bytes(), "fc.bias", options);
    assert!(matches!(read(&ReadOptions::default()), Err(WeightError::Type { .. })));
    assert_eq!(read(&ReadOptions::default().round_f64()).expect("rounded").1.len(), 2);
    // A value that no f32 comes near is not made an infinity.
    let mut large = f64s.clone();
    large.tensor("fc.bias").data = [1e39_f64, 0.0].iter().flat_map(|x| x.to_le_bytes()).collect();
    assert_eq!(
        message(&large, &plain().round_f64()),
        "tensor fc.bias holds 1e39, which no f32 comes near: its greatest is 3.4028235e38"
    );
}

fn values(data: &[u8]) -> Vec<f32> {
    data.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().expect("four"))).collect()
}

/// What training leaves beside the weights is left aside wherever a file is read.
#[test]
fn what_training_leaves() {
    let (builder, layers) = small();
    let want = saved(&file(&layers, Style::Ours, &OURS), &plain());
    let mut more = file(&layers, Style::PyTorch, &["model.rnn.*_l0", "model.fc.*"])
        .f32("optimizer.state.0.exp_avg", &[5, 3], &[0.0; 15])
        .f32("optimizer.state.0.step", &[], &[1.0])
        .f32("model.bn.weight", &[5], &[1.0; 5])
        .f32("model.bn.bias", &[5], &[0.0; 5])
        .f32("model.bn.running_mean", &[5], &[0.0; 5])
        .f32("val_metrics.rmse.total", &[], &[0.0]);
    more.tensors.push(crate::file::Tensor {
        name: "model.bn.num_batches_tracked".to_string(),
        dtype: "I64",
        shape: Vec::new(),
        data: vec![0; 8],
    });
    let text = message(&more, &plain());
    assert!(text.ends_with("val_metrics.rmse.total; the option `ignore_extra` leaves them aside"), "{text}");
    let options = plain().ignore_extra();
    assert_eq!(saved(&more, &options), want);
    let assume = Assume::framework_defaults();
    assert!(matches!(RuntimeNetwork::infer(&more.bytes(), &assume), Err(WeightError::Extra { .. })));
    let inferred = RuntimeNetwork::infer_with(&more.bytes(), &assume, &options).expect("one network");
    let outputs = |net: &RuntimeNetwork| net.forward(&[0.3; 12], Outputs::All).expect("lengths fit");
    assert_eq!(
        outputs(&inferred),
        outputs(&builder.from_safetensors_with(&more.bytes(), &options).expect("it fits"))
    );
    // A part of a layer is none of that.
    let apart = more.clone().f32("model.rnn.peephole_l0", &[15], &[0.0; 15]);
    let error = RuntimeNetwork::infer_with(&apart.bytes(), &assume, &options).map(drop).expect_err("a part");
    assert!(matches!(error, WeightError::Unplaced { .. }), "{error}");
}

/// Thousands of small tensors: the header is longer than 350 KB, and loads; the limit is for all ways to read.
#[test]
fn a_long_header() {
    let (builder, layers) = small();
    let mut many = file(&layers, Style::PyTorch, &["rnn.*_l0", "fc.*"]);
    for index in 0..4500 {
        many = many.f32(&format!("metrics.epoch_{index}.loss"), &[], &[0.0]);
    }
    let (header, bytes) = (many.header().len(), many.bytes());
    assert!(header > 350_000, "{header}");
    let options = plain().ignore_extra();
    builder.clone().from_safetensors_with(&bytes, &options).expect("the file fits");
    let short = options.header_limit(300_000);
    let assume = Assume::framework_defaults();
    let read = &short.read;
    for error in [
        builder.clone().from_safetensors_with(&bytes, &short).map(drop),
        RuntimeNetwork::from_safetensors_with(&bytes, &short).map(drop),
        RuntimeNetwork::infer_with(&bytes, &assume, &short).map(drop),
        crate::errors::Small::from_safetensors_with(&bytes, &short).map(drop),
        read_f32_with(&bytes, "fc.bias", read).map(drop),
        list_tensors_with(&bytes, read).map(drop),
    ] {
        let text = error.expect_err("a limit below it").to_string();
        assert!(
            text.ends_with("more than the limit of 300000: the option `header_limit` sets another"),
            "{text}"
        );
    }
}

/// Another program's line under our key is none of ours; a damaged line of ours is an error.
#[test]
fn another_line_under_our_key() {
    let (_, layers) = small();
    let ours = file(&layers, Style::Ours, &OURS);
    let want = saved(&ours, &plain());
    for text in
        ["lstm", "", "true", "2 x 64", "{'type': 'lstm', 'layers': 2}", "hidden=5; dense=2", "a; b; c"]
    {
        assert_eq!(saved(&ours.clone().with_metadata(text), &plain()), want, "{text}");
        let error = RuntimeNetwork::from_safetensors(&ours.clone().with_metadata(text).bytes()).map(drop);
        assert!(matches!(error, Err(WeightError::NoArchitecture)), "{text}");
    }
    let line = "input_size 3; layer hidden simple_rnn 5 tanh bias; layer output dense 2 linear bias; tau 12; mean 1; std 2";
    load(&ours.clone().with_metadata(line), &plain()).expect("the line is ours");
    let mut damaged = 0;
    for place in 0..line.len() {
        for change in ["", "#", "7"] {
            let text = format!("{}{change}{}", &line[..place], &line[place + 1..]);
            // It says the same, or something else that is sound; or it is refused, but never read as no line at all.
            match load(&ours.clone().with_metadata(&text), &plain()) {
                Ok(net) => {
                    let said = [net.tau().is_some(), net.scaler().is_some()];
                    assert!(said != [false, false], "{text}");
                }
                Err(
                    WeightError::Metadata { .. } | WeightError::Architecture { .. } | WeightError::Spec(_),
                ) => damaged += 1,
                Err(error) => panic!("{text}: {error}"),
            }
        }
    }
    assert!(damaged > line.len(), "{damaged}");
    // Whose line it is can be said.
    let other = ours.with_metadata("layer norm, then an LSTM");
    assert!(matches!(load(&other, &plain()), Err(WeightError::Metadata { .. })));
    assert_eq!(saved(&other, &plain().ignore_metadata()), want);
}

/// What there is to be mapped.
#[test]
fn the_names_in_a_file() {
    let (_, layers) = small();
    let file = file(&layers, Style::PyTorch, &["model.rnn.*_l0", "model.fc.*"]).f32("step", &[], &[1.0]);
    let shown: Vec<String> =
        list_tensors(&file.bytes()).expect("a safetensors file").iter().map(ToString::to_string).collect();
    let names = [
        "model.fc.bias F32 (2,)",
        "model.fc.weight F32 (2, 5)",
        "model.rnn.bias_hh_l0 F32 (5,)",
        "model.rnn.bias_ih_l0 F32 (5,)",
        "model.rnn.weight_hh_l0 F32 (5, 5)",
        "model.rnn.weight_ih_l0 F32 (5, 3)",
        "step F32 ()",
    ];
    assert_eq!(shown, names);
    let under =
        list_tensors_with(&file.bytes(), &ReadOptions::default().prefix("model.rnn")).expect("four tensors");
    assert_eq!(under.len(), 4);
    assert_eq!(
        (under[3].name.as_str(), under[3].dtype.as_str(), &under[3].shape[..]),
        ("weight_ih_l0", "F32", &[5, 3][..])
    );
}

/// What `main` prints of an error that it returns.
#[test]
fn debug_is_prose() {
    let (_, layers) = small();
    let error =
        load(&file(&layers, Style::Ours, &["a.*", "b.*"]), &plain()).map(drop).expect_err("other names");
    assert_eq!(format!("{error:?}"), error.to_string());
    let error: Box<dyn std::error::Error> = Box::new(error);
    assert!(format!("{error:?}").starts_with("tensor a.bias_hh is missing"), "{error:?}");
    let spec = RuntimeNetwork::builder(0).dense("a", 1).from_slices(&[]).map(drop).expect_err("no input");
    let WeightError::Spec(inner) = &spec else { panic!("{spec}") };
    assert_eq!((format!("{inner:?}"), format!("{spec:?}")), (inner.to_string(), spec.to_string()));
    let (builder, layers) = small();
    let net = builder.from_safetensors(&file(&layers, Style::Ours, &OURS).bytes()).expect("the file fits");
    let error = net.forward(&[0.0; 4], Outputs::All).expect_err("no whole step");
    assert_eq!(format!("{error:?}"), error.to_string());
    let error = "tan".parse::<Activation>().expect_err("no activation");
    assert_eq!(format!("{error:?}"), error.to_string());
}
