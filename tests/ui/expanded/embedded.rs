// What `#[rnn]` makes of a file that says which network it holds; its weights are few, so that they can be shown. The comments are
// for readers; `rnn-macros/src/tests.rs` compares the rest with the expansion.
//
//     /// What a file says of itself.
//     #[rnn(weights = "../tests/tiny.safetensors")]
//     pub struct Tiny;

/// What a file says of itself.
///
/// # Layers
///
/// n_i = 1 in, n_o = 1 out; 11 parameters; 2 values of state.
///
/// The layers are those of `../tests/tiny.safetensors`, as it says itself:
///
/// ```text
/// #[rnn(input_size = 1, weights = "../tests/tiny.safetensors")]
/// struct Tiny {
///     hidden: SimpleRnn<2>,
///     output: Dense<1>,
/// }
/// ```
///
/// The weights of `../tests/tiny.safetensors` are part of the program (`Embedded`).
///
/// - `hidden`: `SimpleRnn<2>`, `tanh`: U (2, 1), W (2, 2), b (2); 8 parameters
/// - `output`: `Dense<1>`, `linear`: V (1, 2), b (1); 3 parameters
pub struct Tiny {
    __packed: ::rnn_core::__private::Packed,
}
// There are no fields whose types could be named; the rest is as for any network.
const _: () = {
    use ::rnn_core::__private as __rnn;
    #[automatically_derived]
    impl __rnn::Compiled for Tiny {
        type Input = [::core::primitive::f32; 1];
        type Output = [::core::primitive::f32; 1];
        type Layers = __rnn::Chain<
            __rnn::SimpleRnnLayer<__rnn::Fixed<1, 2>>,
            __rnn::DenseLayer<__rnn::Fixed<2, 1>>,
        >;
        type State = __rnn::InlineState<Self, 64>;
        const LAYERS: Self::Layers = __rnn::Chain::new(
            __rnn::SimpleRnnLayer::new(__rnn::Fixed, Self::SPEC.layers[0].kind),
            __rnn::DenseLayer::new(__rnn::Fixed, Self::SPEC.layers[1].kind),
        );
        const SPEC: __rnn::Spec<'static> = __rnn::Spec {
            input_size: 1,
            layers: &[
                __rnn::LayerSpec {
                    name: "hidden",
                    kind: __rnn::LayerKind::simple_rnn(2),
                },
                __rnn::LayerSpec {
                    name: "output",
                    kind: __rnn::LayerKind::dense(1),
                },
            ],
        };
        #[inline]
        fn from_packed(__packed: __rnn::Packed) -> Self {
            Self { __packed }
        }
        #[inline]
        fn packed(&self) -> &__rnn::Packed {
            &self.__packed
        }
    }
    #[automatically_derived]
    impl __rnn::Causal for Tiny {}
    // Nobody reads this: the compiler runs the attribute again when the file has changed.
    const _: &[::core::primitive::u8] = ::core::include_bytes!(
        ::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/../tests/tiny.safetensors")
    );
    // The floats below are bytes, and their order is that of the machine which packed them.
    #[cfg(target_endian = "big")]
    ::core::compile_error!(
        "embedded weights are little-endian, and this target is not: load them when the program runs"
    );
    // The packed block on a cache line: U and b, W, V and c, each in panels that are filled with zeros.
    static __WEIGHTS: __rnn::Block<192> = __rnn::Block::new(
        b"\0\0\x80>\0\0\0>\0\0\0\0\0\0\0\0\0\0\0?\0\0\x80\xBF\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x80>\0\0@?\0\0\0\0\0\0\0\0\0\0\0\xBF\0\0\0?\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x80=\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x80?\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xBF\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
    );
    // From which `Embedded` follows.
    #[automatically_derived]
    impl __rnn::WithWeights for Tiny {
        const SCALER: ::core::option::Option<__rnn::Scaler> = ::core::option::Option::Some(__rnn::Scaler {
            mean: 43.726720647773284,
            std: 34.06106588296828,
        });
        const TAU: ::core::option::Option<::core::primitive::usize> = ::core::option::Option::Some(
            12,
        );
        // Told once, so that an embedded network is made without a look at its weights.
        const ZERO_STATE_CAN_BE_SKIPPED: ::core::primitive::bool = true;
        #[inline]
        fn block() -> &'static [::core::primitive::f32] {
            __WEIGHTS.floats()
        }
    }
};
