//! How a file is read: a prefix, a mapping of some tensors, other types of numbers, what is left aside.

use crate::file::{File, Style, file, layers, small};
use rnn_core::prelude::*;
use rnn_core::{Assume, LoadOptions, Mapping, ReadOptions, WeightError, read_f32_with};

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
        let mut both = file(&trained, style, &names.each_ref().map(|name| name.as_str()));
        let want = saved(&file(&trained, style, &patterns), &plain());
        let names = under("ema_model");
        both.tensors.extend(file(&averaged, style, &names.each_ref().map(|name| name.as_str())).tensors);
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
    assert_eq!(text, "a dense layer could be any of aux, proj; name it with a mapping");
    let named = Mapping::new().keras("output.weight", "proj/kernel").keras("output.bias", "proj/bias");
    assert_eq!(saved(&two, &plain().mapping(named).ignore_extra()), want);
    // One tensor of a layer, the others by the framework's names.
    let mut one = file(&layers, Style::PyTorch, &["rnn.*_l0", "fc.*"]);
    one.tensor("rnn.weight_hh_l0").name = "W".to_string();
    assert_eq!(saved(&one, &plain().mapping(Mapping::new().tensor("hidden.weight_hh", "W"))), want);
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
