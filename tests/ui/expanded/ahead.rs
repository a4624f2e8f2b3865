// What `#[rnn]` makes of every kind of option, and of layers that look ahead. The comments are for readers;
// `rnn-macros/src/tests.rs` compares the rest with the expansion.
//
//     #[rnn(input_size = 2)]
//     pub struct Ahead {
//         #[rnn(peephole = true, projection = 20, clip = 3, delay = 2.5)]
//         amp: Lstm<40>,
//         /// Knows what follows.
//         #[rnn(reset = before_product, gate = fast_sigmoid, direction = bidirectional)]
//         around: Gru<16>,
//         #[rnn(direction = bidirectional, merge = sum, reset = after_product)]
//         again: Gru<12>,
//         #[rnn(bias = false, direction = reverse)]
//         back: MinGru<8>,
//         output: Dense<1>,
//     }

///
/// # Layers
///
/// n_i = 2 in, n_o = 1 out; 11617 parameters; 244 values of state.
///
/// - `amp`: `Lstm<40>`, `tanh`, `peephole = true`, `projection = 20`, `clip = 3.0`, `delay = 2.5`: U (160, 2), W (160, 20), b (160), p (120), W_hr (20, 40); gates i, f, g, o; 4600 parameters
/// - `around`: `Gru<16>`, `tanh`, `reset = before_product`, `gate = fast_sigmoid`, `direction = bidirectional`, `merge = concat`: U (48, 20), W (48, 16), b (48); gates r, z, n; once for each direction, 32 out; 3552 parameters
///   Knows what follows.
/// - `again`: `Gru<12>`, `tanh`, `reset = after_product`, `direction = bidirectional`, `merge = sum`: U (36, 32), W (36, 12), b (36), b_hn (12); gates r, z, n; once for each direction, 12 out; 3264 parameters
/// - `back`: `MinGru<8>`, `linear`, `direction = reverse`: U (16, 12), no bias; gates z, n; 192 parameters
/// - `output`: `Dense<1>`, `linear`: V (1, 8), b (1); 9 parameters
pub struct Ahead {
    __packed: ::rnn_core::__private::Packed,
}
const _: ::core::marker::PhantomData<Lstm<40>> = ::core::marker::PhantomData;
const _: ::core::marker::PhantomData<Gru<16>> = ::core::marker::PhantomData;
const _: ::core::marker::PhantomData<Gru<12>> = ::core::marker::PhantomData;
const _: ::core::marker::PhantomData<MinGru<8>> = ::core::marker::PhantomData;
const _: ::core::marker::PhantomData<Dense<1>> = ::core::marker::PhantomData;
const _: () = {
    use ::rnn_core::__private as __rnn;
    #[automatically_derived]
    impl __rnn::Compiled for Ahead {
        type Input = [::core::primitive::f32; 2];
        type Output = [::core::primitive::f32; 1];
        type Layers = __rnn::Chain<
            // n_i and n_h: peepholes, the projection and the rest are values, in `SPEC`. No layer is ever stepped here, so each
            // calls kernels of run-time sizes (`Called`).
            __rnn::LstmLayer<__rnn::Called<2, 40>>,
            __rnn::Chain<
                // Fed with the projection. The two forms of a GRU multiply other things, so they are two types.
                __rnn::Directed<__rnn::GruBeforeLayer<__rnn::Called<20, 16>>>,
                __rnn::Chain<
                    // Fed with both directions' outputs, concatenated; gives their sum.
                    __rnn::Directed<__rnn::GruAfterLayer<__rnn::Called<32, 12>>>,
                    __rnn::Chain<
                        // Any direction but forward is a wrapper.
                        __rnn::Directed<__rnn::MinGruLayer<__rnn::Called<12, 8>>>,
                        __rnn::DenseLayer<__rnn::Called<8, 1>>,
                    >,
                >,
            >,
        >;
        // The past states of `amp` (3 times h and c, 60 each) and the other layers' h, for each direction: 244. What passes
        // between the layers, the largest scratch; each in whole cache lines.
        type State = __rnn::InlineState<Self, 464>;
        const LAYERS: Self::Layers = __rnn::Chain::new(
            __rnn::LstmLayer::new(__rnn::Called, Self::SPEC.layers[0].kind),
            __rnn::Chain::new(
                __rnn::Directed::new(
                    __rnn::GruBeforeLayer::new(__rnn::Called, Self::SPEC.layers[1].kind),
                    Self::SPEC.layers[1].kind,
                ),
                __rnn::Chain::new(
                    __rnn::Directed::new(
                        __rnn::GruAfterLayer::new(
                            __rnn::Called,
                            Self::SPEC.layers[2].kind,
                        ),
                        Self::SPEC.layers[2].kind,
                    ),
                    __rnn::Chain::new(
                        __rnn::Directed::new(
                            __rnn::MinGruLayer::new(
                                __rnn::Called,
                                Self::SPEC.layers[3].kind,
                            ),
                            Self::SPEC.layers[3].kind,
                        ),
                        __rnn::DenseLayer::new(__rnn::Called, Self::SPEC.layers[4].kind),
                    ),
                ),
            ),
        );
        const SPEC: __rnn::Spec<'static> = __rnn::Spec {
            input_size: 2,
            layers: &[
                __rnn::LayerSpec {
                    name: "amp",
                    kind: __rnn::LayerKind::lstm(40)
                        .with_peephole()
                        .with_projection(20)
                        .with_clip(3.0)
                        // Its state is kept for 3 steps.
                        .with_delay(2.5),
                },
                __rnn::LayerSpec {
                    name: "around",
                    kind: __rnn::LayerKind::gru(16, __rnn::ResetGate::BeforeProduct)
                        // A GRU always says which form it has; the rest stands there if it differs from the default.
                        .with_gate(__rnn::Activation::FastSigmoid)
                        .with_direction(
                            __rnn::Direction::Bidirectional(__rnn::Merge::Concat),
                        ),
                },
                __rnn::LayerSpec {
                    name: "again",
                    kind: __rnn::LayerKind::gru(12, __rnn::ResetGate::AfterProduct)
                        .with_direction(
                            __rnn::Direction::Bidirectional(__rnn::Merge::Sum),
                        ),
                },
                __rnn::LayerSpec {
                    name: "back",
                    kind: __rnn::LayerKind::min_gru(8)
                        .with_direction(__rnn::Direction::Reverse)
                        .with_bias(false),
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
    // `around`, `again` and `back` need what follows, so there is no `Causal`, and with it no `step`.
};
