//! How much memory a load takes.

use crate::file::{File, entry, header, raw, small};
use rnn_core::{LayerKind, LayerWeights, LoadOptions, RuntimeNetwork, WeightError};
use rnn_support::alloc::peak;
use std::hint::black_box;

#[test]
fn the_meter_sees_what_is_held_at_once() {
    let kib = |n: usize| vec![1_u8; n * 1024];
    let ((), most) = peak(|| {
        drop(black_box(kib(3)));
        let first = black_box(kib(4));
        let mut second = black_box(kib(1));
        second.reserve_exact(2048 * 1024);
        drop((first, second));
        drop(black_box(kib(8)));
    });
    assert!((2053 * 1024..2056 * 1024).contains(&most), "{most}");
}

/// The packed weights and little more: no copy of the tensors on the way.
#[test]
fn a_load_holds_its_weights_once() {
    for n in [16, 256, 700] {
        let file = File::default()
            .f32("h.weight_ih", &[n, 8], &vec![0.1; n * 8])
            .f32("h.weight_hh", &[n, n], &vec![0.1; n * n])
            .f32("h.bias_ih", &[n], &vec![0.1; n])
            .bytes();
        let builder = RuntimeNetwork::builder(8).layer("h", LayerKind::simple_rnn(n));
        let (net, most) = peak(|| builder.from_safetensors(&file));
        net.expect("the file fits");
        // Panels are filled up to 16 units, blocks to lines of 16 floats.
        let packed = 4 * (n.next_multiple_of(16) * (n + 9) + 64);
        assert!(most <= packed + 16 * 1024, "{most} bytes for {packed}");
        assert!(most >= packed / 2, "{most} bytes for {packed}: the meter is off");
    }
}

/// A header as long as the limit allows, nothing but small tensors.
#[test]
fn a_long_header_stays_within_bounds() {
    let one = |index: usize| entry(&index.to_string(), "U8", &[0, 0], 0, 0);
    let (mut len, mut entries) = (0, Vec::new());
    while len < LoadOptions::default().read.header_limit - 80 {
        entries.push(one(entries.len()));
        len += entries[entries.len() - 1].len() + 1;
    }
    let (header, count) = (header(&entries), entries.len());
    drop(entries);
    let bytes = raw(&header, &[]);
    let (loaded, most) = peak(|| small().0.from_safetensors(&bytes).map(drop));
    assert!(matches!(loaded, Err(WeightError::Missing { existing, .. }) if existing.len() == count));
    assert!(most <= 16 * bytes.len(), "{most} bytes for a header of {}", bytes.len());
}

/// The description asks for 17 GB and the file holds a few floats: the shape is refused before any room is made.
#[test]
fn a_description_larger_than_the_file_takes_nothing() {
    let file = File::default().f32("h.weight_ih", &[2, 1], &[0.1; 2]).f32("h.weight_hh", &[2, 2], &[0.1; 4]);
    let bytes = file.f32("h.bias_ih", &[2], &[0.1; 2]).bytes();
    let builder = RuntimeNetwork::builder(1).simple_rnn("h", 65536);
    let (loaded, most) = peak(|| builder.clone().from_safetensors(&bytes).map(drop));
    assert!(matches!(loaded, Err(WeightError::Shape { .. })), "{loaded:?}");
    assert!(most <= 16 * 1024, "{most} bytes");
    let slices = LayerWeights::recurrent(&[0.1; 2], &[0.1; 4], Some(&[0.1; 2]));
    let (loaded, most) = peak(|| builder.from_slices(&[slices]).map(drop));
    assert!(matches!(loaded, Err(WeightError::Shape { .. })), "{loaded:?}");
    assert!(most <= 16 * 1024, "{most} bytes");
}

/// A few words in the metadata ask for 68 GB: refused before any of it is taken.
#[test]
fn an_architecture_larger_than_the_file_is_refused() {
    let text = "input_size 65536; layer a simple_rnn 65536 tanh bias; layer b simple_rnn 65536 tanh bias";
    let bytes = File::default().with_metadata(text).f32("a.bias_ih", &[1], &[0.0]).bytes();
    let (loaded, most) = peak(|| RuntimeNetwork::from_safetensors(&bytes).map(drop));
    let error = loaded.expect_err("an architecture that does not fit");
    assert!(matches!(error, WeightError::File { .. }), "{error}");
    assert!(
        error.to_string().contains("its architecture has 17180000256 parameters, but all of it is"),
        "{error}"
    );
    assert!(most <= 16 * 1024, "{most}");
}
