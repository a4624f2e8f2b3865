//! Keras and PyTorch, case by case, and that a wrong weight would show.

use crate::case::Case;
use crate::compare::every_call;
use rnn_core::{Activation, Network};
use rnn_support::{backends, report};
use safetensors::SafeTensors;

fn compare_all(framework: &str, count: usize) {
    let cases = Case::all(framework);
    assert_eq!(cases.len(), count, "cases of {framework}");
    for backend in backends::all() {
        let mut worst = 0.0_f64;
        for case in &cases {
            let net = case.network(&case.weights, backend).unwrap_or_else(|e| panic!("{}: {e}", case.name));
            assert_eq!(net.backend(), backend);
            match every_call(case, &net) {
                Ok(ratio) => worst = worst.max(ratio),
                Err(failure) => {
                    panic!("{} on {backend}, {}: {}", case.name, failure.call, failure.mismatch)
                }
            }
        }
        report::line(format_args!(
            "{framework} on {backend}: {count} cases, worst error {worst:.3} of its bound"
        ));
    }
}

#[test]
fn keras() {
    compare_all("keras", 14);
}

#[test]
fn pytorch() {
    compare_all("torch", 13);
}

/// The cases between them have what the frameworks and we share.
#[test]
fn the_cases_cover_the_options() {
    for (framework, activations) in [
        ("keras", &[Activation::Tanh, Activation::Relu, Activation::Sigmoid, Activation::Linear][..]),
        ("torch", &[Activation::Tanh, Activation::Relu]),
    ] {
        let cases = Case::all(framework);
        let some = |what: &str, has: &dyn Fn(&Case) -> bool| {
            assert!(cases.iter().any(has), "no case of {framework} has {what}");
        };
        let recurrent = |case: &Case| {
            case.architecture
                .layers
                .iter()
                .filter(|l| l.kind.state_len() > 0)
                .map(|l| l.kind)
                .collect::<Vec<_>>()
        };
        for f in activations {
            some(f.name(), &|case| recurrent(case).iter().any(|kind| kind.activation() == *f));
        }
        for bias in [true, false] {
            some("bias or none", &|case| recurrent(case).iter().any(|kind| kind.bias() == bias));
            some("bias or none in a dense layer", &|case| {
                case.architecture.layers.iter().any(|l| l.kind.state_len() == 0 && l.kind.bias() == bias)
            });
            some("all or last outputs", &|case| case.sequences == bias);
            some("an initial state or none", &|case| case.h0.is_some() == bias);
            some("windows or none", &|case| case.series.is_some() == bias);
            some("a stack or none", &|case| (recurrent(case).len() > 1) == bias);
        }
    }
}

/// Harness that cannot fail proves nothing: each tensor of each file, one value of it off by 2^-8, is noticed.
#[test]
fn a_perturbed_weight_is_noticed() {
    let backend = backends::all()[0];
    for case in Case::all("keras").into_iter().chain(Case::all("torch")) {
        let tensors = SafeTensors::deserialize(&case.weights).expect("a safetensors file");
        let data = 8 + SafeTensors::read_metadata(&case.weights).expect("a safetensors file").0;
        let start = data..;
        for (name, view) in tensors.tensors() {
            // The first step cannot see W from h = 0.
            if case.steps == 1
                && name.contains(if name.contains("kernel") { "recurrent" } else { "weight_hh" })
            {
                continue;
            }
            let offset = view.data().as_ptr().addr() - case.weights[start.clone()].as_ptr().addr() + data;
            // A unit that relu keeps at zero hides its weights: one of the tensor's values must show.
            let noticed = (0..view.data().len() / 4).any(|index| {
                let mut weights = case.weights.clone();
                let bytes = &mut weights[offset + 4 * index..][..4];
                let value = f32::from_le_bytes(bytes.try_into().expect("four bytes")) + 1.0 / 256.0;
                bytes.copy_from_slice(&value.to_le_bytes());
                every_call(&case, &case.network(&weights, backend).expect("the file is valid")).is_err()
            });
            assert!(noticed, "{}: {name}", case.name);
        }
    }
}
