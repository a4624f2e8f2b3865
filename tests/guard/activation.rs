//! Activations on slices.

use crate::SIZES;
use crate::arena::{Arena, places};
use rnn_core::{Activation, Backend, activation};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;
use rnn_support::rng::Rng;

#[test]
fn in_place() {
    let mut arena = Arena::new(*SIZES.end());
    for backend in backends::all() {
        for len in SIZES {
            let x = Rng::new(len as u64).inputs(len);
            for &f in Activation::ALL {
                let mut want = x.clone();
                activation::apply(f, backend, &mut want);
                for place in places() {
                    activation::apply(f, backend, arena.put(place, &x));
                    let what = format_args!("{f:?} of {len} values on {backend} at {place:?}");
                    assert_bits_equal(arena.slice(), &want, what);
                    assert_eq!(arena.check(), Ok(()), "{what}");
                }
            }
        }
    }
}

/// The calls from one slice into another.
#[test]
fn into_another() {
    type Into = fn(Backend, &[f32], &mut [f32]) -> Result<(), rnn_core::ShapeError>;
    const CALLS: [(Activation, Into); 6] = [
        (Activation::Linear, activation::linear_into),
        (Activation::Tanh, activation::tanh_into),
        (Activation::Sigmoid, activation::sigmoid_into),
        (Activation::Relu, activation::relu_into),
        (Activation::FastTanh, activation::fast_tanh_into),
        (Activation::FastSigmoid, activation::fast_sigmoid_into),
    ];
    const OTHERS: [Activation; 2] = [Activation::Gelu, Activation::Softmax];
    let (mut from, mut to) = (Arena::new(*SIZES.end()), Arena::new(*SIZES.end()));
    for backend in backends::all() {
        for len in SIZES {
            let x = Rng::new(len as u64).inputs(len);
            for (f, call) in CALLS {
                let mut want = x.clone();
                activation::apply(f, backend, &mut want);
                for place in places() {
                    let x = from.put(place, &x);
                    call(backend, x, to.take(place.of_argument(1), len)).expect("the lengths are equal");
                    let what = format_args!("{f:?} of {len} values on {backend} at {place:?}");
                    assert_bits_equal(to.slice(), &want, what);
                    assert_eq!((from.check(), to.check()), (Ok(()), Ok(())), "{what}");
                }
            }
            for f in OTHERS {
                let mut want = x.clone();
                activation::apply(f, backend, &mut want);
                for place in places() {
                    let x = from.put(place, &x);
                    let y = to.take(place.of_argument(1), len);
                    activation::apply_into(f, backend, x, y).expect("the lengths are equal");
                    let what = format_args!("{f:?} of {len} values on {backend} at {place:?}");
                    assert_bits_equal(to.slice(), &want, what);
                    assert_eq!((from.check(), to.check()), (Ok(()), Ok(())), "{what}");
                }
            }
        }
    }
}
