//! x
mod agree;
use rnn_core::prelude::*;

/// Any LSTM amplifier.
#[rnn(input_size = 1, sizes = [1x8, 2 x 8, 16])]
#[derive(Clone, Debug)]
pub struct Amp {
    /// x
    rnn: Lstm<_>,
    head: Dense<1>,
}
#[test]
fn x() {
    let net = RuntimeNetwork::builder(1);
    let _ = net;
    fn f<T: Clone + std::fmt::Debug + Send + Sync + Network + FixedNetwork + Load + Save>() {}
    f::<Amp>();
}
