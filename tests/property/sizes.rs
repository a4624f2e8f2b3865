//! Sizes one below, at and above every boundary: lanes (4, 8, 16), tiles (4, 6, 8, 12 rows), panels (16), groups of
//! panels (32, 64, 128), blocks of rows (64) and of terms (256),
//! rows of a multiple of 2 KiB (512) and passes over K (1024).

use proptest::prelude::*;

/// One below, at and above.
fn around(boundaries: &[usize]) -> impl Strategy<Value = usize> + use<> {
    let sizes: Vec<usize> = boundaries.iter().flat_map(|&size| [size - 1, size, size + 1]).collect();
    prop::sample::select(sizes)
}

/// `n_i`, `n_h` or `n_o`; large ones seldom, for their cost grows with the square.
pub(crate) fn size() -> impl Strategy<Value = usize> {
    prop_oneof![
        40 => 1_usize..=3,
        60 => around(&[4, 8]),
        60 => around(&[16, 32]),
        30 => around(&[48, 64]),
        10 => around(&[128]),
        10 => around(&[256]),
        10 => 1_usize..=320,
        1 => around(&[512, 1024]),
    ]
}

/// The same, none above two groups of panels: cheap enough for thousands of cases.
pub(crate) fn small() -> impl Strategy<Value = usize> {
    prop_oneof![4 => 1_usize..=3, 4 => around(&[4, 8]), 4 => around(&[16]), 2 => around(&[32])]
}

/// B or M: rows stepped together.
pub(crate) fn rows() -> impl Strategy<Value = usize> {
    let rows: Vec<usize> = (1..=9).chain([12, 13, 16, 17, 31, 33]).collect();
    prop_oneof![
        4 => prop::sample::select(rows),
        2 => 63_usize..=66,
        1 => 127_usize..=129,
    ]
}

/// T of a sequence: 0, 1, and around the blocks of steps that are projected together.
pub(crate) fn steps() -> impl Strategy<Value = usize> {
    prop_oneof![1 => Just(0_usize), 2 => Just(1), 4 => 2_usize..=20, 3 => around(&[32, 64]), 1 => around(&[128])]
}
