//! A random case from the fuzzer's bytes.

use rnn_support::rng::Rng;

/// A stream of choices: first those of the fuzzer's bytes, two a choice, then those of a generator that the bytes seed.
///
/// So a short input is a whole random case, and libFuzzer finds its way by changing the first choices one by one.
#[derive(Clone, Debug)]
pub struct Choices<'a> {
    bytes: &'a [u8],
    rng: Rng,
}

impl<'a> Choices<'a> {
    /// The choices of an input.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        // FNV-1a: inputs that differ in one bit go different ways at their end.
        let seed = bytes
            .iter()
            .fold(0xCBF2_9CE4_8422_2325_u64, |hash, &b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3));
        Self { bytes, rng: Rng::new(seed) }
    }

    /// Sixteen bits.
    fn draw(&mut self) -> usize {
        match self.bytes {
            [a, b, rest @ ..] => {
                self.bytes = rest;
                usize::from(u16::from_le_bytes([*a, *b]))
            }
            _ => self.rng.below(1 << 16),
        }
    }

    /// Below `end`, which is between 1 and 65536.
    pub fn below(&mut self, end: usize) -> usize {
        self.draw() % end
    }

    /// From `first` to `last`, both included.
    pub fn between(&mut self, first: usize, last: usize) -> usize {
        first + self.below(last - first + 1)
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    /// Heads or tails.
    pub fn flip(&mut self) -> bool {
        self.below(2) == 1
    }

    /// One of them.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// A seed for what is too long to be chosen number by number.
    pub fn seed(&mut self) -> u64 {
        let low = self.draw() as u64;
        low | (self.draw() as u64) << 16
    }

    /// Any `usize`, mostly one at which something may go wrong: zero, one, small, around a power of two, a part of the
    /// largest.
    pub fn number(&mut self) -> usize {
        match self.below(8) {
            0 => self.below(3),
            1 => self.below(64),
            2 => usize::MAX - self.below(3),
            3 => usize::MAX / self.between(1, 64),
            4 => (isize::MAX as usize / 4).wrapping_add(self.below(5)).wrapping_sub(2),
            5 => (1_usize << self.below(usize::BITS as usize)).wrapping_add(self.below(3)).wrapping_sub(1),
            6 => self.below(1 << 16),
            _ => (0..4).fold(0, |number, _| number << 16 | self.draw()),
        }
    }

    /// Where something in a text or a file may go wrong: `len` or fewer.
    pub fn place(&mut self, len: usize) -> usize {
        if len < 1 << 16 { self.below(len + 1) } else { (self.draw() << 16 | self.draw()) % (len + 1) }
    }

    /// The bytes that no choice has taken yet.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_first_then_a_generator_of_its_own() {
        let mut choices = Choices::new(&[5, 0, 1, 1]);
        assert_eq!((choices.below(4), choices.below(1 << 16)), (1, 257));
        let tail = |bytes: &[u8]| Choices::new(bytes).number();
        assert_eq!(tail(&[]), tail(&[]));
        assert_ne!(tail(&[1]), tail(&[2]));
    }

    #[test]
    fn numbers_reach_both_ends() {
        let numbers: Vec<usize> = (0..4000_u16).map(|i| Choices::new(&i.to_le_bytes()).number()).collect();
        for wanted in [0, 1, usize::MAX, usize::MAX / 2, isize::MAX as usize / 4 + 1] {
            assert!(numbers.contains(&wanted), "{wanted}");
        }
    }
}
