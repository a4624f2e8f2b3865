//! Headers that are cut, too long, or say what is not so.

use crate::errors::{error_of, message, ours};
use crate::file::{entry, header, raw, small};
use rnn_core::{LoadOptions, WeightError};

#[test]
fn truncated_files() {
    let bytes = ours().bytes();
    let header = ours().header().len();
    let data = bytes.len() - 8 - header;
    for len in 0..bytes.len() {
        let error = error_of(&bytes[..len], &LoadOptions::default());
        let WeightError::File { reason } = &error else { panic!("{len} bytes: {error}") };
        let expected = match len {
            0..8 => format!("{len} bytes are less than the 8 of a header's length"),
            len if len < 8 + header => {
                format!("its header should have {header} bytes, but only {} follow", len - 8)
            }
            len => format!("its tensors take {data} bytes, but {} follow the header", len - 8 - header),
        };
        assert_eq!(*reason, expected);
        assert_eq!(error.to_string(), format!("not a valid safetensors file: {expected}"));
    }
    let longer = [&bytes[..], &[0]].concat();
    let text = message(&longer);
    assert!(
        text.ends_with(&format!("its tensors take {data} bytes, but {} follow the header", data + 1)),
        "{text}"
    );
}

#[test]
fn a_header_too_long() {
    let limit = LoadOptions::default().read.header_limit as u64;
    for (claimed, limit, options) in [
        (limit + 1, limit, LoadOptions::default()),
        (u64::MAX, limit, LoadOptions::default()),
        (65, 64, LoadOptions::default().header_limit(64)),
    ] {
        let mut bytes = ours().bytes();
        bytes[..8].copy_from_slice(&claimed.to_le_bytes());
        let error = error_of(&bytes, &options);
        assert!(
            matches!(&error, WeightError::HeaderTooLong { found, limit: l } if *found == claimed && *l as u64 == limit)
        );
        let text = format!(
            "the file claims a header of {claimed} bytes, more than the limit of {limit}: the option `header_limit` sets \
             another"
        );
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn lying_headers() {
    let data = ours().data();
    let lie = |from: &str, to: &str| {
        let header = ours().header();
        assert!(header.contains(from), "{header}");
        message(&raw(&header.replacen(from, to, 1), &data))
    };
    for (from, to, expected) in [
        (
            "[0,60]",
            "[0,64]",
            "tensor hidden.weight_ih is F32 of shape (5, 3), 60 bytes, but its data_offsets are [0, 64]",
        ),
        ("[0,60]", "[4,64]", "tensor hidden.weight_ih starts at byte 4 of the data, but 0 comes next"),
        (
            "[60,160]",
            "[160,60]",
            "tensor hidden.weight_hh is F32 of shape (5, 5), 100 bytes, but its data_offsets are [160, 60]",
        ),
        (
            "[5, 3]",
            "[5, 4]",
            "tensor hidden.weight_ih is F32 of shape (5, 4), 80 bytes, but its data_offsets are [0, 60]",
        ),
        (
            "[5, 3]",
            "[2000000000000000000, 4]",
            "tensor hidden.weight_ih is F32 of shape (2000000000000000000, 4), which overflows",
        ),
        (
            "[5, 3]",
            "[4611686018427387904, 4]",
            "a length or offset in its header is above 2305843009213693951",
        ),
        ("[5, 3]", "[-5, 3]", "tensor hidden.weight_ih: invalid value: integer `-5`"),
        ("[5, 3]", "[5.5, 3]", "tensor hidden.weight_ih: invalid type: floating point `5.5`"),
        ("[5, 3]", "5", "tensor hidden.weight_ih: invalid type: integer `5`"),
        ("F32", "F33", "tensor hidden.weight_ih: unknown variant `F33`"),
        ("\"dtype\"", "\"type\"", "tensor hidden.weight_ih: missing field `dtype`"),
        ("}", "", "invalid JSON in header"),
    ] {
        let text = lie(from, to);
        assert!(
            text.starts_with("not a valid safetensors file: ") && text.contains(expected),
            "{to}: {text}"
        );
    }
    let invalid = message(&[&1_u64.to_le_bytes()[..], &[0xFF]].concat());
    assert!(invalid.contains("invalid UTF-8 in header"), "{invalid}");
}

/// Lengths that each are possible and together wrap around to the file's own length.
#[test]
fn lengths_that_wrap() {
    let (mut start, step) = (0_u64, 1 << 60);
    let mut entries = Vec::new();
    for index in 0..16 {
        // The last one ends at 2^64 - 8 - the header's length, so that all together wrap to 0 data bytes.
        let end = if index == 15 { 0_u64.wrapping_sub(8 + 2048) } else { start + step };
        entries.push(entry(&format!("t{index}"), "U8", &[end - start], start, end));
        start = end;
    }
    let header = header(&entries);
    let header = format!("{header:<2048}");
    let text = message(&raw(&header, &[]));
    assert_eq!(
        text,
        "not a valid safetensors file: a length or offset in its header is above 2305843009213693951"
    );
    // Digits in names and metadata are no lengths.
    let name = "9".repeat(40);
    let file =
        ours().with_metadata(&format!("mean 0.{name}; std 1")).f32(&format!(r#"\"{name}"#), &[1], &[1.0]);
    let (builder, _) = small();
    builder
        .from_safetensors_with(&file.bytes(), &LoadOptions::default().ignore_extra())
        .expect("the file fits");
}
