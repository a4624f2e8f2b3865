//! Any number of threads: blocks of rows and of windows shared among pools of one, two, three and five.

use crate::cases::check;
use crate::network::case;
use crate::windows::{Cut, cut};
use proptest::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use rnn_core::{Network, Outputs};
use rnn_support::backends;
use rnn_support::bits::assert_bits_equal;

fn pools() -> Vec<(usize, ThreadPool)> {
    let pool = |threads| ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool of threads");
    [1, 2, 3, 5].map(|threads| (threads, pool(threads))).into()
}

#[test]
fn rows_on_threads() {
    let pools = pools();
    let rows = prop_oneof![1_usize..=9, 63_usize..=66, 127_usize..=130, Just(0)];
    check(file!(), "rows on threads", 4, (case(), rows, 1_usize..4), |(case, rows, steps)| {
        let steps = case.affordable(rows, steps);
        let x = case.inputs(rows * steps);
        for backend in backends::all() {
            let net = case.network(backend);
            for outputs in [Outputs::All, Outputs::Last] {
                let want = net.forward_batch(&x, rows, outputs).expect("lengths fit");
                for (threads, pool) in &pools {
                    let ys = pool.install(|| net.par_forward_batch(&x, rows, outputs)).expect("lengths fit");
                    assert_bits_equal(
                        &ys,
                        &want,
                        format_args!("{backend}, {rows} rows on {threads} threads"),
                    );
                }
            }
        }
    });
}

#[test]
fn windows_on_threads() {
    let pools = pools();
    // A task takes 1024 windows: some cuts have more.
    let many = (1020_usize..1030, 1_usize..4, 1_usize..4)
        .prop_map(|(count, tau, stride)| Cut::new(count, tau, stride, 1, 0, 0));
    let cuts = prop_oneof![2 => cut(), 1 => many];
    check(file!(), "windows on threads", 4, (case(), cuts), |(mut case, cut)| {
        case.layers.retain(|layer| layer.output_size() <= 33);
        if case.layers.is_empty() {
            case.layers.push(rnn_core::LayerKind::simple_rnn(9));
        }
        let x = case.inputs(cut.steps);
        for backend in backends::all() {
            let net = case.network(backend);
            let want = net.windows(&x, cut.windows()).expect("windows fit");
            for (threads, pool) in &pools {
                let ys = pool.install(|| net.par_windows(&x, cut.windows())).expect("windows fit");
                assert_bits_equal(&ys, &want, format_args!("{backend} on {threads} threads"));
            }
        }
    });
}

/// The same errors with threads as without.
#[test]
fn wrong_arguments_on_threads() {
    let net =
        crate::network::Case::single(2, rnn_core::LayerKind::simple_rnn(3), 1).network(backends::all()[0]);
    for rows in [0, 1, 3, usize::MAX] {
        for outputs in [Outputs::All, Outputs::Last] {
            let serial = net.forward_batch(&[1.0; 7], rows, outputs);
            assert!(serial.is_err());
            assert_eq!(net.par_forward_batch(&[1.0; 7], rows, outputs), serial);
        }
    }
    for windows in [rnn_core::Windows::new(0), rnn_core::Windows::new(9), rnn_core::Windows::new(1).stride(0)]
    {
        let serial = net.windows(&[1.0; 8], windows);
        assert!(serial.is_err());
        assert_eq!(net.par_windows(&[1.0; 8], windows), serial);
    }
}
