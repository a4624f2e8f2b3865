// A registry of two sizes. The comments are for readers; `rnn-macros/src/tests.rs` compares the rest with the expansion.
//
//     /// Any LSTM amplifier.
//     #[rnn(input_size = 1, sizes = [1x8, 2x16])]
//     #[derive(Clone, Debug)]
//     pub struct Amp {
//         /// As many layers, and as wide, as a size says.
//         rnn: Lstm<_>,
//         head: Dense<1>,
//     }

/// Any LSTM amplifier.
#[derive(Clone, Debug)]
///
/// # Sizes
///
/// n_i = 1 in, n_o = 1 out. Compiled, as layers x hidden_size; any other size runs at run time:
///
/// - 1x8: 329 parameters; 16 values of state
/// - 2x16: 3281 parameters; 64 values of state
///
/// # Layers
///
/// - `rnn`: `Lstm<_>`, `tanh`; of several layers `rnn_l0`, `rnn_l1`, ..
///   As many layers, and as wide, as a size says.
/// - `head`: `Dense<1>`, `linear`
pub struct Amp {
    // The enum below, whose name stays there.
    __networks: <Self as ::rnn_core::__private::Registry>::Networks,
}
// `_` is no size: any other stands for it, so that the import counts as used.
const _: ::core::marker::PhantomData<Lstm<1>> = ::core::marker::PhantomData;
const _: ::core::marker::PhantomData<Dense<1>> = ::core::marker::PhantomData;
const _: () = {
    use ::rnn_core::__private as __rnn;
    // One of these runs. All of them are small: their weights are on the heap.
    #[derive(::core::clone::Clone, ::core::fmt::Debug)]
    pub enum __Networks {
        Size1x8(__Size1x8),
        Size2x16(__Size2x16),
        RunTime(__rnn::RuntimeNetwork),
    }
    // What `#[rnn]` makes of `struct Size1x8 { rnn: Lstm<8>, head: Dense<1> }`.
    #[derive(::core::clone::Clone, ::core::fmt::Debug)]
    pub struct __Size1x8 {
        __packed: ::rnn_core::__private::Packed,
    }
    const _: () = {
        use ::rnn_core::__private as __rnn;
        #[automatically_derived]
        impl __rnn::Compiled for __Size1x8 {
            type Input = [::core::primitive::f32; 1];
            type Output = [::core::primitive::f32; 1];
            type Layers = __rnn::Chain<
                __rnn::LstmLayer<__rnn::Fixed<1, 8>>,
                __rnn::DenseLayer<__rnn::Fixed<8, 1>>,
            >;
            type State = __rnn::InlineState<Self, 64>;
            const LAYERS: Self::Layers = __rnn::Chain::new(
                __rnn::LstmLayer::new(__rnn::Fixed, Self::SPEC.layers[0].kind),
                __rnn::DenseLayer::new(__rnn::Fixed, Self::SPEC.layers[1].kind),
            );
            const SPEC: __rnn::Spec<'static> = __rnn::Spec {
                input_size: 1,
                layers: &[
                    __rnn::LayerSpec {
                        name: "rnn",
                        kind: __rnn::LayerKind::lstm(8),
                    },
                    __rnn::LayerSpec {
                        name: "head",
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
        impl __rnn::Causal for __Size1x8 {}
    };
    // And of `struct Size2x16 { rnn_l0: Lstm<16>, rnn_l1: Lstm<16>, head: Dense<1> }`.
    #[derive(::core::clone::Clone, ::core::fmt::Debug)]
    pub struct __Size2x16 {
        __packed: ::rnn_core::__private::Packed,
    }
    const _: () = {
        use ::rnn_core::__private as __rnn;
        #[automatically_derived]
        impl __rnn::Compiled for __Size2x16 {
            type Input = [::core::primitive::f32; 1];
            type Output = [::core::primitive::f32; 1];
            type Layers = __rnn::Chain<
                __rnn::LstmLayer<__rnn::Fixed<1, 16>>,
                __rnn::Chain<
                    __rnn::LstmLayer<__rnn::Fixed<16, 16>>,
                    __rnn::DenseLayer<__rnn::Fixed<16, 1>>,
                >,
            >;
            type State = __rnn::InlineState<Self, 128>;
            const LAYERS: Self::Layers = __rnn::Chain::new(
                __rnn::LstmLayer::new(__rnn::Fixed, Self::SPEC.layers[0].kind),
                __rnn::Chain::new(
                    __rnn::LstmLayer::new(__rnn::Fixed, Self::SPEC.layers[1].kind),
                    __rnn::DenseLayer::new(__rnn::Fixed, Self::SPEC.layers[2].kind),
                ),
            );
            const SPEC: __rnn::Spec<'static> = __rnn::Spec {
                input_size: 1,
                layers: &[
                    __rnn::LayerSpec {
                        name: "rnn_l0",
                        kind: __rnn::LayerKind::lstm(16),
                    },
                    __rnn::LayerSpec {
                        name: "rnn_l1",
                        kind: __rnn::LayerKind::lstm(16),
                    },
                    __rnn::LayerSpec {
                        name: "head",
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
        impl __rnn::Causal for __Size2x16 {}
    };
    #[automatically_derived]
    impl __rnn::Registry for Amp {
        type Networks = __Networks;
        // What a file is read as; the size of `open` comes from the file.
        const FORM: __rnn::Form<'static> = __rnn::Form {
            input_size: 1,
            before: &[],
            open: __rnn::LayerSpec {
                name: "rnn",
                kind: __rnn::LayerKind::lstm(8),
            },
            after: &[
                __rnn::LayerSpec {
                    name: "head",
                    kind: __rnn::LayerKind::dense(1),
                },
            ],
        };
        const SIZES: &'static [__rnn::Size] = &[
            __rnn::Size::new(1, 8),
            __rnn::Size::new(2, 16),
        ];
        // Once, at load time.
        fn pick(
            index: __rnn::Option<__rnn::usize>,
            network: __rnn::RuntimeNetwork,
        ) -> Self {
            let __networks = match index {
                __rnn::Option::Some(0) => {
                    __Networks::Size1x8(__rnn::registry::compiled(network))
                }
                __rnn::Option::Some(1) => {
                    __Networks::Size2x16(__rnn::registry::compiled(network))
                }
                _ => __Networks::RunTime(network),
            };
            Self { __networks }
        }
        // For the summary.
        fn picked(&self) -> __rnn::Picked<'_> {
            match &self.__networks {
                __Networks::Size1x8(_) => __rnn::Picked::Compiled(0),
                __Networks::Size2x16(_) => __rnn::Picked::Compiled(1),
                __Networks::RunTime(network) => __rnn::Picked::RunTime(network),
            }
        }
    }
    // `Network`, `HasState`, `Load`, `Save`: each call is one `match` of these three and the call of the one that is there.
    __rnn::delegate! {
        Amp.__networks : __Networks[Size1x8, Size2x16, RunTime]
    }
    // `FixedNetwork`, for all layers run forward.
    __rnn::delegate! {
        step Amp.__networks : __Networks[Size1x8, Size2x16, RunTime],
        [::core::primitive::f32; 1] => [::core::primitive::f32; 1]
    }
};
