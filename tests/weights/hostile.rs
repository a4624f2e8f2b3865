//! Files that mean harm: never a panic, never more memory than their size warrants.

use crate::file::{Style, entry, file, header, raw, small};
use proptest::prelude::*;
use rnn_core::{Assume, LoadOptions, Network, Outputs, RuntimeNetwork, Save, read_f32};
use rnn_support::alloc::peak;

/// What a load may hold at most: names and shapes of a header, packed weights of at most one float for a byte in panels
/// filled up to 4 lanes, and the message.
fn allowed(file: &[u8]) -> usize {
    32 * 1024 + 64 * file.len()
}

/// Loads in every way; a network that comes out of it must run. Whether one did.
fn load(bytes: &[u8]) -> bool {
    let mut any = false;
    let options = [LoadOptions::default(), LoadOptions::default().ignore_extra()];
    let (builder, _) = small();
    let assume = Assume::framework_defaults().dense_last();
    for kind in 0..4 {
        let (loaded, most) = peak(|| match (kind, options.get(kind)) {
            (_, Some(options)) => builder.clone().from_safetensors_with(bytes, options),
            (2, None) => RuntimeNetwork::from_safetensors(bytes),
            _ => RuntimeNetwork::infer(bytes, &assume),
        });
        assert!(most <= allowed(bytes), "{most} bytes for a file of {}", bytes.len());
        match loaded {
            Ok(net) => {
                let xs = vec![0.5; 2 * net.input_size()];
                assert_eq!(net.forward(&xs, Outputs::All).expect("lengths fit").len(), 2 * net.output_size());
                assert!(!net.to_safetensors().expect("saved").is_empty());
                any = true;
            }
            // Whatever is wrong has words.
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    let (_, most) = peak(|| read_f32(bytes, "hidden.weight_ih").is_ok());
    assert!(most <= allowed(bytes), "{most} bytes for a file of {}", bytes.len());
    any
}

/// Our own file and the two frameworks'.
fn valid(kind: usize) -> Vec<u8> {
    let (builder, layers) = small();
    match kind {
        0 => {
            let bytes =
                file(&layers, Style::Ours, &["hidden.*", "output.*"]).with_metadata("tau 3; mean 1; std 2");
            let net = builder.from_safetensors(&bytes.bytes()).expect("the file fits");
            net.to_safetensors().expect("saved")
        }
        1 => file(&layers, Style::Keras, &["s/simple_rnn/c/*", "s/dense/*"]).bytes(),
        _ => file(&layers, Style::PyTorch, &["rnn.*_l0", "fc.*"]).bytes(),
    }
}

#[derive(Clone, Debug)]
enum Change {
    Set(u8),
    Flip(u8),
    Remove(usize),
    Insert(Vec<u8>),
    /// Doubles what stands there.
    Repeat(usize),
    Truncate,
}

fn change() -> impl Strategy<Value = Change> {
    let token = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        ":",
        "0",
        "9",
        "\\",
        "null",
        "-1",
        "1e9",
        "18446744073709551615",
        "4611686018427387904",
        "65536",
        "simple_rnn ",
        "layer a dense 65536 linear bias;",
        "/",
        "*",
        ".",
        "_l0",
        "_l1",
        "weight",
        "\0",
    ]);
    prop_oneof![
        any::<u8>().prop_map(Change::Set),
        (0_u8..8).prop_map(|bit| Change::Flip(1 << bit)),
        (1_usize..20).prop_map(Change::Remove),
        token.prop_map(|token| Change::Insert(token.as_bytes().to_vec())),
        prop::collection::vec(any::<u8>(), 1..9).prop_map(Change::Insert),
        (1_usize..60).prop_map(Change::Repeat),
        Just(Change::Truncate),
    ]
}

fn apply(bytes: &mut Vec<u8>, at: usize, change: &Change) {
    if bytes.is_empty() {
        return;
    }
    let at = at % bytes.len();
    let end = |len: &usize| (at + len).min(bytes.len());
    match change {
        Change::Set(byte) => bytes[at] = *byte,
        Change::Flip(bit) => bytes[at] ^= bit,
        Change::Remove(len) => drop(bytes.drain(at..end(len))),
        Change::Insert(new) => drop(bytes.splice(at..at, new.iter().copied())),
        Change::Repeat(len) => {
            let new = bytes[at..end(len)].to_vec();
            drop(bytes.splice(at..at, new));
        }
        Change::Truncate => bytes.truncate(at),
    }
}

#[test]
fn the_unchanged_files_load() {
    assert!((0..3).all(|kind| load(&valid(kind))));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4 * ProptestConfig::default().cases, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(!load(&bytes));
        // With a length that is right, so that the header is looked at.
        load(&[&(bytes.len() as u64).to_le_bytes()[..], &bytes].concat());
    }

    #[test]
    fn changed_files(
        kind in 0_usize..3,
        changes in prop::collection::vec((any::<usize>(), change()), 1..6),
        keep_length in any::<bool>(),
    ) {
        let whole = valid(kind);
        let len = usize::from_le_bytes(whole[..8].try_into()?);
        // Most of a file is data, and most harm in the header.
        let (mut head, mut tail) = (whole[8..8 + len].to_vec(), whole[8 + len..].to_vec());
        for (at, change) in &changes {
            apply(if at % 8 == 0 { &mut tail } else { &mut head }, at / 8, change);
        }
        let length = if keep_length { len } else { head.len() } as u64;
        load(&[&length.to_le_bytes()[..], &head, &tail].concat());
    }

    #[test]
    fn headers_of_any_numbers(numbers in prop::collection::vec((number(), number(), number(), number()), 1..20)) {
        let entries: Vec<String> = numbers
            .iter()
            .enumerate()
            .map(|(index, (rows, columns, start, end))| {
                entry(&format!("layer_{index}.weight_ih"), "F32", &[rows, columns], *start, *end)
            })
            .collect();
        load(&raw(&header(&entries), &[0; 64]));
    }

    #[test]
    fn metadata_that_asks_for_much(sizes in prop::collection::vec((any::<bool>(), number()), 0..6), n_i in number()) {
        let mut words = vec![format!("input_size {n_i}")];
        words.extend(sizes.iter().enumerate().map(|(index, (recurrent, size))| {
            let kind = if *recurrent { "simple_rnn" } else { "dense" };
            format!("layer l{index} {kind} {size} tanh bias")
        }));
        let text = words.join("; ");
        let (_, layers) = small();
        load(&file(&layers, Style::Ours, &["hidden.*", "output.*"]).with_metadata(&text).bytes());
    }
}

/// Sizes and offsets around every limit.
fn number() -> impl Strategy<Value = u64> {
    prop_oneof![
        0_u64..70,
        prop::sample::select(vec![65_535, 65_536, 65_537]),
        (0_u32..64, 0_u64..3).prop_map(|(bit, off)| (1_u64 << bit).wrapping_add(off).wrapping_sub(1)),
        Just(u64::MAX),
    ]
}
