//! The calls that tell lengths, of any numbers.

use crate::subject::Subject;
use rnn_core::Sequences;
use rnn_fuzz::choices::Choices;
use rnn_fuzz::say;

pub(crate) fn run(c: &mut Choices<'_>, of: &Subject) {
    let net = &*of.net;
    let (batch, steps) = (c.number(), c.number());
    say!("net.forward_scratch_len({steps})");
    let forward = net.forward_scratch_len(steps);
    say!("net.batch_scratch_len({batch}, {steps})");
    let of_batch = net.batch_scratch_len(batch, steps);
    say!("net.run_scratch_len(&Sequences::new({batch}, {steps}))");
    let of_run = net.run_scratch_len(&Sequences::new(batch, steps));
    assert_eq!(of_batch, of_run, "one length for both");
    // Bounded however large the batch and, if it can be stepped, however many the steps.
    if net.is_causal() {
        assert!(
            forward.is_ok() && of_batch.is_ok(),
            "a network that can be stepped needs no more for more steps"
        );
    }
    for len in [forward, of_batch].into_iter().flatten() {
        assert!(len <= isize::MAX as usize / 4, "{len} floats do not fit the address space");
    }
    say!("net.rows_len({batch})");
    if let Ok((state, scratch)) = net.rows_len(batch) {
        let most = isize::MAX as usize / 4;
        assert!(state <= most && scratch <= most, "{state} and {scratch} floats of rows");
    }
    assert!(!net.summary().to_string().is_empty(), "a summary says something");
}
