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

#[test]
fn every_form_of_both() {
    let output = LayerKind::dense(5).with_activation(Activation::Sigmoid);
    let layers = [LayerKind::simple_rnn(17), output];
    check(
        file!(),
        "macro-made and run-time",
        2,
        (any::<u64>(), 1_usize..40, 1_usize..70),
        |(seed, steps, rows)| {
            let case = Case { n_i: 9, layers: layers.to_vec(), seed };
            let (x, weights) = (case.inputs(steps), case.weights());
            let xs = case.inputs(rows);
            for backend in backends::all() {
                let made = Small::from_slices(backend, &lend(&layers, &weights)).expect("the weights fit");
                let twin = case.network(backend);
                let want = assert_one_answer(&twin, &x, "run time");
                assert_bits_equal(&assert_one_answer(&made, &x, "macro"), &want, backend);

                let mut state = made.initial_state();
                let by_arrays: Vec<f32> =
                    x.as_chunks().0.iter().flat_map(|x| made.step(&mut state, x)).collect();
                assert_bits_equal(&by_arrays, &want, format_args!("{backend}, steps on arrays"));

                let want = twin.forward_batch(&xs, rows, Outputs::All).expect("lengths fit");
                let ys = made.par_forward_batch(&xs, rows, Outputs::All).expect("lengths fit");
                assert_bits_equal(&ys, &want, format_args!("{backend}, rows on threads"));
                let windows = Windows::new(1 + steps / 2);
                let want = twin.windows(&x, windows).expect("windows fit");
                let ys = made.par_windows(&x, windows).expect("windows fit");
                assert_bits_equal(&ys, &want, format_args!("{backend}, windows on threads"));
            }
        },
    );
}
