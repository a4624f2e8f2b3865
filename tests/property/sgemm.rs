//! `matrixmultiply` behind checked lengths.

/// C = A B^T + C with A (m, k), B (n, k) and C (m, n), all row-major.
///
/// # Panics
/// If a length is wrong.
pub(crate) fn add_product([m, k, n]: [usize; 3], a: &[f32], b: &[f32], c: &mut [f32]) {
    assert_eq!(a.len(), m * k, "A is (m, k)");
    assert_eq!(b.len(), n * k, "B is (n, k)");
    assert_eq!(c.len(), m * n, "C is (m, n)");
    let stride = |size: usize| isize::try_from(size).expect("a slice's length fits");
    let (a, b, c) = (a.as_ptr(), b.as_ptr(), c.as_mut_ptr());
    // SAFETY: with the strides given, A's elements are a[i * k + l] for i < m, l < k; B^T's are b[j * k + l] for j < n;
    // C's are c[i * n + j]. The asserted lengths hold all of them, and C is borrowed mutably, so it overlaps neither.
    unsafe { matrixmultiply::sgemm(m, k, n, 1.0, a, stride(k), 1, b, 1, stride(k), 1.0, c, stride(n), 1) }
}
