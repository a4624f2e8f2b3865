//! A macro-made network beside its run-time twin, in every form and on threads. (The suite `macros` compares many more, call
//! by call: each takes the compiler long.)

use crate::cases::check;
use crate::forms::assert_one_answer;
use crate::network::{Case, lend};
use proptest::prelude::*;
use rnn_core::prelude::*;
use rnn_core::{LayerKind, rnn};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;

#[rnn(input_size = 9)]
struct Small {
    first: SimpleRnn<17>,
    #[rnn(activation = sigmoid)]
    output: Dense<5>,
}

/// Both networks in every form, rows and windows on threads.
fn assert_twins<N: Network + Load>(name: &'static str, n_i: usize, layers: &[LayerKind]) {
    check(file!(), name, 4, (any::<u64>(), 1_usize..40, 1_usize..70), |(seed, steps, rows)| {
        let case = Case { n_i, layers: layers.to_vec(), seed };
        let (x, weights) = (case.inputs(steps), case.weights());
        let xs = case.inputs(rows);
        for backend in backends::all() {
            let made = N::from_slices(backend, &lend(layers, &weights)).expect("the weights fit");
            let twin = case.network(backend);
            let want = assert_one_answer(&twin, &x, "run time");
            assert_bits_equal(
                &assert_one_answer(&made, &x, "macro"),
                &want,
                format_args!("{name}, {backend}"),
            );
            let want = twin.forward_batch(&xs, rows, Outputs::All).expect("lengths fit");
            assert_bits_equal(
                &made.par_forward_batch(&xs, rows, Outputs::All).expect("lengths fit"),
                &want,
                "rows",
            );
            let windows = Windows::new(1 + steps / 2);
            let want = twin.windows(&x, windows).expect("windows fit");
            assert_bits_equal(&made.par_windows(&x, windows).expect("windows fit"), &want, "windows");
        }
    });
}

#[test]
fn small() {
    let output = LayerKind::dense(5).with_activation(Activation::Sigmoid);
    assert_twins::<Small>("macro-made and run-time: Small", 9, &[LayerKind::simple_rnn(17), output]);
}
