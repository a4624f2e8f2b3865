//! Within the tolerance of the f64 reference, on every backend.

use crate::network::case;
use proptest::prelude::*;
use rnn_core::{Network, Outputs};
use rnn_support::{backends, tolerance};

proptest! {
    #[test]
    fn forward_is_the_reference(case in case(), steps in 0_usize..24) {
        let x = case.inputs(steps);
        let want = case.reference(&x);
        for backend in backends::all() {
            let got = case.network(backend).forward(&x, Outputs::All)?;
            let bound = |y| tolerance::sequence(case.terms() * case.hidden.len(), steps, y);
            if let Err(mismatch) = tolerance::check(&got, &want, bound) {
                return Err(TestCaseError::fail(format!("{backend}: {mismatch}")));
            }
        }
    }
}
