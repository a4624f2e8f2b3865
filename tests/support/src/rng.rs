//! A small generator whose numbers are the same on every machine and in every version of this repository.

use std::ops::RangeInclusive;

/// A stream of random numbers: the mixer of `SplitMix64` (Steele, Lea and Flood, 2014) over a counter.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// The stream of this seed; streams of different seeds are unrelated.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Below `end`, which is not 0. The bias of the remainder is below 2^-32 for any size used in tests.
    #[expect(clippy::cast_possible_truncation, reason = "a remainder of a usize fits one")]
    pub const fn below(&mut self, end: usize) -> usize {
        (self.bits() % end as u64) as usize
    }

    /// Uniform in [-1, 1), a multiple of 2^-23: every value is exact.
    pub const fn unit(&mut self) -> f32 {
        let bits = (self.bits() >> 40).cast_signed() - (1 << 23);
        bits as f32 / (1_u32 << 23) as f32
    }

    /// Uniform between the ends.
    pub fn uniform(&mut self, range: RangeInclusive<f32>) -> f32 {
        let (start, end) = range.into_inner();
        let middle = f32::midpoint(start, end);
        (middle + self.unit() * (end - middle)).clamp(start, end)
    }

    /// Weights as frameworks start them: uniform in `+-1/sqrt(n_h)`.
    pub fn weights(&mut self, len: usize, hidden_size: usize) -> Vec<f32> {
        let limit = 1.0 / (hidden_size.max(1) as f32).sqrt();
        (0..len).map(|_| self.uniform(-limit..=limit)).collect()
    }

    /// Biases, none of them small: a forgotten or misplaced bias must show.
    pub fn biases(&mut self, len: usize) -> Vec<f32> {
        let mut bias =
            || if self.bits() & 1 == 0 { self.uniform(0.1..=0.5) } else { self.uniform(-0.5..=-0.1) };
        (0..len).map(|_| bias()).collect()
    }

    /// Inputs |x| <= 4, one in sixteen of them a zero of either sign.
    pub fn inputs(&mut self, len: usize) -> Vec<f32> {
        let mut input = || match self.below(32) {
            0 => 0.0,
            1 => -0.0,
            _ => self.uniform(-4.0..=4.0),
        };
        (0..len).map(|_| input()).collect()
    }

    /// States as a bounded activation leaves them: |h| < 1, never zero.
    pub fn states(&mut self, len: usize) -> Vec<f32> {
        (0..len).map(|_| self.uniform(0.05..=0.95) * if self.bits() & 1 == 0 { 1.0 } else { -1.0 }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_numbers_for_ever() {
        // The first outputs of SplitMix64 from 0, as its authors' program prints them.
        let mut rng = Rng::new(0);
        assert_eq!([rng.bits(), rng.bits()], [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4]);
    }

    #[test]
    fn ranges_are_kept_and_filled() {
        let mut rng = Rng::new(1);
        let inputs = rng.inputs(10_000);
        assert!(inputs.iter().all(|x| x.abs() <= 4.0));
        assert!(inputs.iter().any(|x| *x > 3.9) && inputs.iter().any(|x| *x < -3.9));
        assert!(inputs.iter().any(|x| *x == 0.0 && x.is_sign_negative()));
        assert!(rng.biases(10_000).iter().all(|b| (0.1..=0.5).contains(&b.abs())));
        assert!(rng.weights(10_000, 16).iter().all(|w| w.abs() <= 0.25));
        assert!(rng.states(10_000).iter().all(|h| (0.05..=0.95).contains(&h.abs())));
    }
}
