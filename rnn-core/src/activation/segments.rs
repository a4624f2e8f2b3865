//! A function in eight segments, each with a polynomial of its own.
//!
//! The segments are half octaves of u = x + offset, so that the index is three bits of u and every coefficient is
//! one lookup in a register. In a segment f(x) = c0 + r q(r) with r = x - centre and q of degree 6. The centres are
//! searched so that f(centre) is almost a float: c0 then carries no error of its own. The coefficients are
//! minimax fits of the error in ULP, each rounded before the next is fitted. In the first segment r is x, and c0 a
//! multiple of x that is exact, which keeps small results as good as large ones.

use crate::simd::Vector;

/// Centres and coefficients of the segments, by the low three bits of `u >> 22`.
pub(super) struct Segments {
    /// What is added to x.
    pub(super) offset: f32,
    /// u at the end of the first segment.
    pub(super) first_end: f32,
    /// Where each segment is expanded.
    pub(super) centres: [f32; 8],
    /// Coefficients of `r^0` to `r^7`. The first is not used in the first segment.
    pub(super) c: [[f32; 8]; 8],
}

impl Segments {
    /// f of each lane, where `first` is c0 in the first segment.
    #[inline(always)]
    pub(super) fn apply<V: Vector>(&self, t: V::Token, x: V, first: V) -> V {
        let u = x + V::splat(t, self.offset);
        let segment = V::shr::<22>(u.to_bits());
        let r = x - V::lookup(V::table(t, &self.centres), segment);
        let c7 = V::lookup(V::table(t, &self.c[7]), segment);
        let c6 = V::lookup(V::table(t, &self.c[6]), segment);
        let c5 = V::lookup(V::table(t, &self.c[5]), segment);
        let c4 = V::lookup(V::table(t, &self.c[4]), segment);
        let c3 = V::lookup(V::table(t, &self.c[3]), segment);
        let c2 = V::lookup(V::table(t, &self.c[2]), segment);
        let c1 = V::lookup(V::table(t, &self.c[1]), segment);
        let c0 = V::lookup(V::table(t, &self.c[0]), segment);
        // The test must be on u, as the index is: near the edge the rounding of u decides.
        let c0 = V::select(u.lt(V::splat(t, self.first_end)), first, c0);

        let r2 = r * r;
        let high = r2.mul_add(c7, r.mul_add(c6, c5));
        let low = r.mul_add(c4, c3).mul_add(r2, r.mul_add(c2, c1));
        let q = high.mul_add(r2 * r2, low);
        r.mul_add(q, c0)
    }
}
