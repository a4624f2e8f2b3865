//! All that is wrong with a file, each with the layer it belongs to; a program that loads stops at the first.

use crate::file::File;
use rnn_core::{ReadOptions, WeightError};
use rnn_format::{Fault, LayerKind, LayerSpec, Spec, Tensor, check, fill, input_size};

const SPEC: Spec<'static> = Spec {
    input_size: 3,
    layers: &[
        LayerSpec { name: "first", kind: LayerKind::lstm(4) },
        LayerSpec { name: "second", kind: LayerKind::simple_rnn(5) },
        LayerSpec { name: "last", kind: LayerKind::dense(2) },
    ],
};

/// A file that fits.
fn fine() -> File {
    let tensor =
        |file: File, name: &str, shape: &[usize]| file.f32(name, shape, &vec![0.5; shape.iter().product()]);
    let shapes: [(&str, &[usize]); 8] = [
        ("first.weight_ih", &[16, 3]),
        ("first.weight_hh", &[16, 4]),
        ("first.bias_ih", &[16]),
        ("second.weight_ih", &[5, 4]),
        ("second.weight_hh", &[5, 5]),
        ("second.bias_ih", &[5]),
        ("last.weight", &[2, 5]),
        ("last.bias", &[2]),
    ];
    shapes.iter().fold(File::default(), |file, (name, shape)| tensor(file, name, shape))
}

fn faults(file: &File) -> Vec<Fault> {
    check(&SPEC, &file.bytes(), &ReadOptions::default()).err().unwrap_or_default()
}

/// The same thing comes first for a program that loads.
fn assert_first(file: &File, faults: &[Fault]) {
    let mut asked = false;
    let loaded = fill(&SPEC, &file.bytes(), &ReadOptions::default(), |len| {
        asked = true;
        vec![0.0; len]
    });
    let error = loaded.expect_err("the file is wrong").to_string();
    assert_eq!(error, faults[0].error.to_string());
    assert!(!asked, "no room for a file that is wrong");
}

#[test]
fn all_of_them_in_order() {
    let mut file = fine().without("last.bias").f32("another", &[1], &[1.0]);
    file.tensor("first.weight_hh").shape = vec![8, 8];
    file.tensor("second.weight_hh").dtype = "I32";
    let faults = faults(&file);
    let places: Vec<_> = faults.iter().map(|fault| (fault.layer, fault.tensor)).collect();
    assert_eq!(
        places,
        [
            (Some(0), Some(Tensor::WeightHh)),
            (Some(1), Some(Tensor::WeightHh)),
            (Some(2), Some(Tensor::Bias)),
            (None, None)
        ]
    );
    assert!(matches!(&faults[0].error, WeightError::Shape { found, .. } if found == &[8, 8]));
    assert!(matches!(&faults[1].error, WeightError::Type { .. }));
    assert!(matches!(&faults[2].error, WeightError::Missing { tensor, .. } if tensor == "last.bias"));
    assert!(matches!(&faults[3].error, WeightError::Extra { tensors } if tensors == &["another"]));
    assert_first(&file, &faults);
}

#[test]
fn none_of_a_file_that_fits() {
    let (file, options) = (fine().bytes(), ReadOptions::default());
    let checked = check(&SPEC, &file, &options).unwrap_or_else(|faults| panic!("{faults:?}"));
    let mut block = vec![f32::NAN; SPEC.packed_len()];
    checked.pack(&mut block);
    let (filled, _) = fill(&SPEC, &file, &options, |len| vec![f32::NAN; len]).expect("the file fits");
    assert_eq!(block, filled);
    assert_eq!(input_size(&Spec { input_size: 1, ..SPEC }, &file, &options), Some(3));
}

/// The first layer that another network differs in; of what is in no layer, none.
#[test]
fn another_network() {
    for (text, layer) in [
        (
            "input_size 3; layer a lstm 4 tanh bias; layer b simple_rnn 5 relu bias; layer c dense 2 linear bias",
            Some(1),
        ),
        ("input_size 3; layer a lstm 4 tanh bias; layer b simple_rnn 5 tanh bias", Some(2)),
        (
            "input_size 2; layer a lstm 4 tanh bias; layer b simple_rnn 5 tanh bias; layer c dense 2 linear bias",
            None,
        ),
    ] {
        let file = fine().with_metadata(text);
        let faults = faults(&file);
        assert_eq!(faults.iter().map(|fault| fault.layer).collect::<Vec<_>>(), [layer], "{text}");
        assert!(matches!(faults[0].error, WeightError::Architecture { .. }));
        assert_first(&file, &faults);
    }
}

/// W h of zeros is not zero, or not +0, where weights are infinite or all of a row negative.
#[test]
fn a_state_of_zeros() {
    let skipped = |change: &dyn Fn(&mut [f32])| {
        let (mut block, _) =
            fill(&SPEC, &fine().bytes(), &ReadOptions::default(), |len| vec![0.0; len]).expect("it fits");
        change(&mut block);
        SPEC.zero_state_can_be_skipped(&block)
    };
    assert!(skipped(&|_| {}));
    assert!(!skipped(&|block| block.iter_mut().for_each(|weight| *weight = -*weight)));
    assert!(!skipped(&|block| block.iter_mut().for_each(|weight| *weight = f32::INFINITY)));
    // V is no recurrent weight.
    let last = SPEC.packed_offset(2);
    assert!(skipped(&|block| block[last..].iter_mut().for_each(|weight| *weight = f32::NAN)));
}
