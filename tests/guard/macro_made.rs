//! Networks of the `#[rnn]` attribute, whose steps are kernels of their own: one narrow panel, and a whole one before a
//! narrow one. Few, because each is compiled for every tier.

use crate::network::{Arenas, every_call};
use crate::weights;
use rnn_core::prelude::*;
use rnn_core::{Backend, LayerWeights};
use rnn_support::backends;
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
                let net = $name::from_slices(backend, &[
                    LayerWeights::SimpleRnn { weight_ih: &u, weight_hh: &w, bias: Some(&b) },
                    LayerWeights::Dense { weight: &v, bias: Some(&c) },
                ]);
                every_call(arenas, &net.expect("the weights fit"), $n_h);
            )*
        }
    };
}

networks! {
    Narrow 2 5 3
    Wide 9 20 17
}

#[test]
fn made_by_the_macro() {
    let mut arenas = Arenas::new();
    for backend in backends::all() {
        each(&mut arenas, backend);
    }
}
