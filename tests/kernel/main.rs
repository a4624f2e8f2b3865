//! The kernel layer on bare slices: right within the table's bounds, one answer however called, mistakes named and
//! nothing then written.

mod affine;
mod simple_rnn;

use rnn_core::Backend;

/// Sizes one below, at and above panels and tiles.
const SIZES: [usize; 12] = [1, 3, 4, 5, 8, 9, 15, 16, 17, 33, 64, 70];

/// Asserts that all fused backends gave the bits of the first.
fn assert_one_answer(results: &[(Backend, Vec<f32>)], what: &str) {
    let mut fused = results.iter().filter(|(backend, _)| backend.is_fused());
    if let Some((_, want)) = fused.next() {
        for (backend, got) in fused {
            rnn_support::bits::assert_bits_equal(got, want, format!("{what} on {backend}"));
        }
    }
}
