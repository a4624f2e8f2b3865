//! Networks of the `#[rnn]` attribute, whose steps are kernels of their own: one narrow panel, and a whole one
//! before a narrow one. Few, because each is compiled for every tier.

use crate::arena::{Arena, Place, places};
use crate::network::{Arenas, every_call};
use crate::weights;
use rnn_core::prelude::*;
use rnn_core::{Backend, FromStatic, LayerWeights};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;
use rnn_support::rng::Rng;

macro_rules! networks {
    ($($name:ident $n_i:literal $n_h:literal $n_o:literal)*) => {
        $(
            /// One layer and a head.
            #[rnn(input_size = $n_i)]
            struct $name {
                hidden: SimpleRnn<$n_h>,
                output: Dense<$n_o>,
            }
        )*

        /// Every call of every network on one backend.
        fn each(arenas: &mut Arenas, backend: Backend) {
            $(
                let mut rng = Rng::new($n_h);
                let (u, b) = weights(&mut rng, $n_h, $n_i);
                let (w, _) = weights(&mut rng, $n_h, $n_h);
                let (v, c) = weights(&mut rng, $n_o, $n_h);
                let entries = [
                    LayerWeights::recurrent(&u, &w, Some(&b)),
                    LayerWeights::Dense { weight: &v, bias: Some(&c) },
                ];
                let net = $name::from_slices(backend, &entries).expect("the weights fit");
                every_call(arenas, &net, $n_h);
                for place in places() {
                    // A network borrows its weights for ever; these are few.
                    let arena: &'static mut Arena = Box::leak(Box::new(Arena::new($name::PACKED_LEN)));
                    let block = arena.take(place, $name::PACKED_LEN);
                    $name::pack(&entries, block).expect("the weights fit");
                    let placed = $name::from_static(backend, block).expect("the length fits");
                    same(&placed, &net, place);
                }
            )*
        }
    };
}

networks! {
    Narrow 2 5 3
    Wide 9 20 17
}

/// Steps and batches over weights that stand between guards, beside those over weights on the heap.
fn same(placed: &dyn Network, owned: &dyn Network, place: Place) {
    let xs = Rng::new(1).inputs(6 * owned.input_size());
    let forward = |net: &dyn Network| net.forward(&xs, Outputs::All).expect("whole steps");
    let batch = |net: &dyn Network| net.forward_batch(&xs, 3, Outputs::All).expect("whole steps");
    let what = format_args!("weights on {} at {place:?}", owned.backend());
    assert_bits_equal(&forward(placed), &forward(owned), what);
    assert_bits_equal(&batch(placed), &batch(owned), what);
}

#[test]
fn made_by_the_macro() {
    let mut arenas = Arenas::new();
    for backend in backends::all() {
        each(&mut arenas, backend);
    }
}
