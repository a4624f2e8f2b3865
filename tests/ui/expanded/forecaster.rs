// What `#[rnn]` makes of the forecaster of example `forecast`. The comments are for readers; `rnn-macros/src/tests.rs` compares
// the rest with the expansion.
//
//     /// Twelve yearly sunspot counts in, next year's out.
//     #[rnn(input_size = 1)]
//     #[derive(Clone, Debug)]
//     pub struct Forecaster {
//         /// Remembers the cycle.
//         hidden: SimpleRnn<32>,
//         output: Dense<1>,
//     }

// The user's documentation, with a section on what became of the fields.
/// Twelve yearly sunspot counts in, next year's out.
#[derive(Clone, Debug)]
///
/// # Layers
///
/// n_i = 1 in, n_o = 1 out; 1121 parameters; 32 values of state.
///
/// - `hidden`: `SimpleRnn<32>`, `tanh`: U (32, 1), W (32, 32), b (32); 1088 parameters
///   Remembers the cycle.
/// - `output`: `Dense<1>`, `linear`: V (1, 32), b (1); 33 parameters
pub struct Forecaster {
    // Weights on the heap or in a static, and the backend: the struct itself is small.
    __packed: ::rnn_core::__private::Packed,
}
// The types of the fields are named once, so that their imports count as used and an editor can follow them.
const _: ::core::marker::PhantomData<SimpleRnn<32>> = ::core::marker::PhantomData;
const _: ::core::marker::PhantomData<Dense<1>> = ::core::marker::PhantomData;
// A block of its own, so that nothing but the implementation is added to the user's module.
const _: () = {
    // The only name of the outside; everything below goes through it or starts at `::core`.
    use ::rnn_core::__private as __rnn;
    #[automatically_derived]
    impl __rnn::Compiled for Forecaster {
        // Arrays in, arrays out: a wrong length does not compile.
        type Input = [::core::primitive::f32; 1];
        type Output = [::core::primitive::f32; 1];
        // The sizes are in the types, so each loop of the kernels has a constant trip count.
        type Layers = __rnn::Chain<
            __rnn::SimpleRnnLayer<__rnn::Fixed<1, 32>>,
            __rnn::DenseLayer<__rnn::Fixed<32, 1>>,
        >;
        // h (32), what passes between the layers (32), the scratch of one step (32).
        type State = __rnn::InlineState<Self, 112>;
        // What the types cannot say.
        const LAYERS: Self::Layers = __rnn::Chain::new(
            __rnn::SimpleRnnLayer::new(__rnn::Fixed, Self::SPEC.layers[0].kind),
            __rnn::DenseLayer::new(__rnn::Fixed, Self::SPEC.layers[1].kind),
        );
        // What the weights of a file are checked against.
        const SPEC: __rnn::Spec<'static> = __rnn::Spec {
            input_size: 1,
            layers: &[
                __rnn::LayerSpec {
                    name: "hidden",
                    kind: __rnn::LayerKind::simple_rnn(32),
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
    // All layers run forward, so it can be stepped.
    #[automatically_derived]
    impl __rnn::Causal for Forecaster {}
};
