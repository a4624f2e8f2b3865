//! What a caller hands over beforehand changes nothing: too much scratch, at any alignment, full of NaN, old results or
//! zeros. (All other suites hand over exactly enough, full of NaN.)

use crate::cases::check;
use crate::network::case;
use proptest::prelude::*;
use rnn_core::{Network, Outputs, Windows};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;

#[test]
fn scratch_of_any_size_place_and_content() {
    let fill = prop::sample::select(vec![f32::NAN, f32::INFINITY, 0.0, -3.5]);
    let cases = (case(), 1_usize..40, 0_usize..17, 0_usize..40, fill);
    check(
        file!(),
        "scratch of any size, place and content",
        2,
        cases,
        |(case, steps, offset, extra, fill)| {
            let steps = case.affordable(8, steps);
            let x = case.inputs(steps);
            let windows = Windows::new(steps.div_ceil(2));
            let count = windows.count(steps).expect("windows fit");
            for backend in backends::all() {
                let net = case.network(backend);
                let mut memory = vec![fill; offset + extra + 1_000];
                let mut scratch = |len: usize| {
                    memory.resize(offset + extra + len, fill);
                    memory.fill(fill);
                    memory.clone()
                };
                let n_o = case.n_o();
                let mut state = scratch(net.state_len());
                let state = &mut state[offset..offset + net.state_len()];
                net.reset(state).expect("the length fits");
                let mut ys = vec![fill; steps * n_o];
                net.process_into(state, &x, &mut ys).expect("lengths fit");
                let want = net.forward(&x, Outputs::All).expect("lengths fit");
                assert_bits_equal(&ys, &want, format_args!("{backend}, a state anywhere"));

                ys.fill(fill);
                let mut buffer = scratch(net.forward_scratch_len(steps).expect("the length fits"));
                net.forward_into(&x, Outputs::All, &mut ys, &mut buffer[offset..]).expect("lengths fit");
                assert_bits_equal(&ys, &want, format_args!("{backend}, forward_into"));

                ys.fill(fill);
                let mut buffer = scratch(net.batch_scratch_len(steps, 1).expect("the length fits"));
                // T rows of one step: the first has the bits of the sequence's first.
                net.forward_batch_into(&x, steps, Outputs::Last, &mut ys, None, &mut buffer[offset..])
                    .expect("lengths fit");
                let rows = net.forward_batch(&x, steps, Outputs::Last).expect("lengths fit");
                assert_bits_equal(&ys, &rows, format_args!("{backend}, forward_batch_into"));
                assert_bits_equal(&ys[..n_o], &want[..n_o], format_args!("{backend}, the first row"));

                let mut ys = vec![fill; count * n_o];
                let mut buffer = scratch(net.windows_scratch_len(steps, windows).expect("windows fit"));
                net.windows_into(&x, windows, &mut ys, &mut buffer[offset..]).expect("lengths fit");
                let want = net.windows(&x, windows).expect("windows fit");
                assert_bits_equal(&ys, &want, format_args!("{backend}, windows_into"));
            }
        },
    );
}
