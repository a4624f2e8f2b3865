//! All 2^32 floats through an activation, and one hash of all results.
//!
//! The hash holds an activation for ever: a result that changes in one bit changes it. NaN results count as one value,
//! for their payloads are the hardware's affair. Blocks are hashed on their own and added up, so threads may share
//! them in any order.

use crate::bits::canonical;
use rnn_core::{Activation, Backend, activation};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

/// Floats of a block: 16 KiB, which stays in the first cache level.
pub const BLOCK: usize = 1 << 12;

/// Blocks of all floats.
pub const BLOCKS: u32 = 1 << 20;

/// Blocks a thread takes at a time.
const TAKEN: u32 = 64;

/// Writes the floats of a block: all bit patterns in ascending order, block after block.
pub fn fill(block: u32, x: &mut [f32; BLOCK]) {
    for (low, x) in (0..).zip(x) {
        *x = f32::from_bits((block << 12) + low);
    }
}

/// Mixes the results of a block. Each step can be undone, so that no single change is lost, and the lanes are
/// independent, so that the compiler makes vectors of them.
#[must_use]
pub fn hash(block: u32, y: &[f32; BLOCK]) -> u64 {
    let mut lanes = [0_u32; 32];
    for y in y.as_chunks::<32>().0 {
        for (lane, &y) in lanes.iter_mut().zip(y) {
            *lane = (*lane ^ canonical(y)).wrapping_mul(0x9E37_79B1).rotate_left(13);
        }
    }
    let start = u64::from(block).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    lanes.iter().fold(start, |hash, &lane| {
        (hash ^ u64::from(lane)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31)
    })
}

/// Shares the blocks of all floats among the CPU's threads; what each thread gathers is returned.
///
/// # Panics
/// If `each` does.
pub fn for_all<T: Default + Send>(each: impl Fn(&mut T, u32) + Sync) -> Vec<T> {
    let next = AtomicU32::new(0);
    let gather = || {
        let mut gathered = T::default();
        loop {
            let first = next.fetch_add(TAKEN, Ordering::Relaxed);
            if first >= BLOCKS {
                return gathered;
            }
            (first..first + TAKEN).for_each(|block| each(&mut gathered, block));
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(gather)).collect();
        threads.into_iter().map(|thread| thread.join().expect("the other threads say why")).collect()
    })
}

/// One block in how many is hashed: all of the activations that are compiled into kernels, one in 16 of those with
/// tables or polynomials, one in 256 of those that are a few operations, spread over all exponents and leading bits.
/// (All of all would take a quarter of an hour.)
#[must_use]
pub const fn stride(f: Activation) -> u32 {
    match f {
        Activation::Linear
        | Activation::Tanh
        | Activation::Sigmoid
        | Activation::Relu
        | Activation::FastTanh
        | Activation::FastSigmoid => 1,
        Activation::Affine { .. }
        | Activation::LeakyRelu { .. }
        | Activation::ThresholdedRelu { .. }
        | Activation::HardSigmoid { .. }
        | Activation::HardSigmoidKeras3
        | Activation::Softsign
        | Activation::Relu6 => 256,
        _ => 16,
    }
}

/// Whether the results of a block are part of the hash.
#[must_use]
pub const fn is_hashed(f: Activation, block: u32) -> bool {
    let stride = stride(f);
    block % stride == (block / stride * 167) % stride
}

/// The hash of all 2^32 results, as far as [`is_hashed`] says.
#[must_use]
pub fn hash_of_all(f: Activation, backend: Backend) -> u64 {
    let hashes = for_all(|sum: &mut u64, block| {
        if !is_hashed(f, block) {
            return;
        }
        let mut y = [0.0; BLOCK];
        fill(block, &mut y);
        activation::apply(f, backend, &mut y);
        *sum = sum.wrapping_add(hash(block, &y));
    });
    hashes.into_iter().fold(0, u64::wrapping_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_hold_every_float_once() {
        let mut x = [0.0; BLOCK];
        for block in [0, 1, BLOCKS / 2, BLOCKS - 1] {
            fill(block, &mut x);
            let first = u64::from(block) * BLOCK as u64;
            assert!((first..).zip(&x).all(|(bits, x)| u64::from(x.to_bits()) == bits));
        }
        assert_eq!(u64::from(BLOCKS) * BLOCK as u64, 1 << 32);
    }

    #[test]
    fn one_changed_or_moved_result_shows() {
        let mut y = [0.0; BLOCK];
        fill(0x3_F000, &mut y);
        let right = hash(7, &y);
        for at in [0, 1, 31, 32, BLOCK - 1] {
            for bit in 0..32 {
                let mut wrong = y;
                wrong[at] = f32::from_bits(y[at].to_bits() ^ 1 << bit);
                assert_ne!(hash(7, &wrong), right, "bit {bit} of result {at}");
            }
        }
        let mut moved = y;
        moved.swap(5, 5 + 32);
        assert_ne!(hash(7, &moved), right, "two results of a lane swapped");
        moved = y;
        moved.swap(5, 6);
        assert_ne!(hash(7, &moved), right, "two results of two lanes swapped");
        assert_ne!(hash(8, &y), right, "two blocks swapped");
    }

    #[test]
    fn nans_are_one_value() {
        let mut y = [0.5; BLOCK];
        y[9] = f32::NAN;
        let right = hash(0, &y);
        y[9] = f32::from_bits(0xFF80_0001);
        assert_eq!(hash(0, &y), right);
        y[9] = f32::INFINITY;
        assert_ne!(hash(0, &y), right);
    }

    #[test]
    fn blocks_that_are_hashed_are_spread() {
        for (f, count) in
            [(Activation::Tanh, 1 << 20), (Activation::Gelu, 1 << 16), (Activation::Relu6, 1 << 12)]
        {
            let hashed: Vec<u32> = (0..BLOCKS).filter(|&block| is_hashed(f, block)).collect();
            assert_eq!(hashed.len(), count);
            // Every exponent of both signs, and each bit of the mantissa above a block's either way.
            assert!((0..512).all(|high| hashed.iter().any(|block| block >> 11 == high)));
            assert!(
                (0..11).all(|bit| [0, 1].iter().all(|&value| hashed.iter().any(|b| b >> bit & 1 == value)))
            );
        }
    }

    #[test]
    fn threads_share_all_blocks() {
        let parts = for_all(|part: &mut (u64, u64), block| {
            *part = (part.0 + 1, part.1 + u64::from(block));
        });
        let (count, sum) = parts.iter().fold((0, 0), |(count, sum), part| (count + part.0, sum + part.1));
        let blocks = u64::from(BLOCKS);
        assert_eq!((count, sum), (blocks, blocks * (blocks - 1) / 2));
    }
}
