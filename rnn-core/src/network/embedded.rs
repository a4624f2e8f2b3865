//! Networks whose weights are part of the program: the `#[rnn]` attribute read their file when the crate was compiled.

use super::Compiled;
use super::packed::Packed;
use crate::simd::Backend;
use core::fmt;
use rnn_format::Scaler;

/// A network with `#[rnn(weights = "..")]`: trained, checked and packed before the program starts. Making it takes a moment
/// whatever its size, no file, no heap and no `std`, and cannot fail.
///
/// ```ignore
/// use rnn_core::prelude::*;
///
/// /// The next value of a standardised series.
/// #[rnn(weights = "models/co2.safetensors")]
/// struct Co2 {
///     rnn: Lstm<40>,
///     head: Dense<1>,
/// }
///
/// let model = Co2::embedded();
/// let mut state = model.initial_state();
/// let [y] = model.step(&mut state, &[0.3]);
/// ```
///
/// [`Load`](crate::prelude::Load) still takes weights from elsewhere.
pub trait Embedded: Sized {
    /// Mean and standard deviation the inputs were standardised with, if the file says so.
    const SCALER: Option<Scaler>;
    /// Steps of the windows the network was trained on, if the file says so.
    const TAU: Option<usize>;

    /// The network on the best backend. Nothing is copied.
    #[must_use]
    fn embedded() -> Self {
        Self::embedded_on(Backend::detect())
    }

    /// The network on a backend of your choice. Nothing is copied.
    #[must_use]
    fn embedded_on(backend: Backend) -> Self;
}

/// What the attribute says of embedded weights.
pub trait WithWeights: Compiled {
    /// [`Embedded::SCALER`].
    const SCALER: Option<Scaler>;
    /// [`Embedded::TAU`].
    const TAU: Option<usize>;
    /// Whether the weights allow what [`rnn_format::Spec::zero_state_can_be_skipped`] asks.
    const ZERO_STATE_CAN_BE_SKIPPED: bool;
    /// What the network was taken for, if it was inferred from the file's tensors.
    const ASSUMED: &'static str = "";
    /// The packed block.
    fn block() -> &'static [f32];
}

impl<N: WithWeights> Embedded for N {
    const SCALER: Option<Scaler> = <N as WithWeights>::SCALER;
    const TAU: Option<usize> = <N as WithWeights>::TAU;

    fn embedded_on(backend: Backend) -> Self {
        Packed::embedded::<N>(backend).network()
    }
}

/// `BYTES` bytes of a packed block, little-endian, on a cache line of their own.
#[repr(C, align(64))]
pub struct Block<const BYTES: usize>([u8; BYTES]);

impl<const BYTES: usize> Block<BYTES> {
    /// Of a literal, for a `static`.
    #[must_use]
    pub const fn new(bytes: &[u8; BYTES]) -> Self {
        Self(*bytes)
    }

    /// Its floats.
    #[must_use]
    pub fn floats(&self) -> &[f32] {
        bytemuck::cast_slice(&self.0)
    }
}

impl<const BYTES: usize> fmt::Debug for Block<BYTES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Block({BYTES} bytes)")
    }
}
