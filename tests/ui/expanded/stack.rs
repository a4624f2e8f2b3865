// Every option there is, on a network too large for a stack. The comments are for readers;
// `rnn-macros/src/tests.rs` compares the rest with the expansion.
//
//     #[rnn(input_size = 3, crate = ::facade::rnn_core)]
//     pub(crate) struct Stack {
//         #[rnn(activation = fast_tanh)]
//         r#in: SimpleRnn<9000>,
//         #[rnn(activation = sigmoid, bias = false)]
//         middle: rnn_core::prelude::SimpleRnn<12>,
//         #[rnn(activation = relu)]
//         output: Dense<{ 2usize }>,
//     }

///
/// # Layers
///
/// n_i = 3 in, n_o = 2 out; 81144170 parameters; 9012 values of state.
///
/// - `in`: `SimpleRnn<9000>`, `fast_tanh`: U (9000, 3), W (9000, 9000), b (9000); 81036000 parameters
/// - `middle`: `SimpleRnn<12>`, `sigmoid`: U (12, 9000), W (12, 12), no bias; 108144 parameters
/// - `output`: `Dense<2>`, `relu`: V (2, 12), b (2); 26 parameters
pub(crate) struct Stack {
    __packed: ::facade::rnn_core::__private::Packed,
}
// As the user wrote them.
const _: ::core::marker::PhantomData<SimpleRnn<9000>> = ::core::marker::PhantomData;
const _: ::core::marker::PhantomData<rnn_core::prelude::SimpleRnn<12>> = ::core::marker::PhantomData;
const _: ::core::marker::PhantomData<Dense<{ 2usize }>> = ::core::marker::PhantomData;
const _: () = {
    // `crate = ..` said where to look.
    use ::facade::rnn_core::__private as __rnn;
    #[automatically_derived]
    impl __rnn::Compiled for Stack {
        type Input = [::core::primitive::f32; 3];
        type Output = [::core::primitive::f32; 2];
        // Layers nest to the right; each is fed with the output of the one before. Steps this large, and with activations that
        // are not compiled into the cell, call a kernel of run-time sizes (`Called`); small ones are written out (`Fixed`).
        type Layers = __rnn::Chain<
            __rnn::SimpleRnnLayer<__rnn::Called<3, 9000>>,
            __rnn::Chain<
                __rnn::SimpleRnnLayer<__rnn::Called<9000, 12>>,
                __rnn::DenseLayer<__rnn::Fixed<12, 2>>,
            >,
        >;
        // More than 64 KiB.
        type State = __rnn::HeapState<Self>;
        const LAYERS: Self::Layers = __rnn::Chain::new(
            __rnn::SimpleRnnLayer::new(__rnn::Called, Self::SPEC.layers[0].kind),
            __rnn::Chain::new(
                __rnn::SimpleRnnLayer::new(__rnn::Called, Self::SPEC.layers[1].kind),
                __rnn::DenseLayer::new(__rnn::Fixed, Self::SPEC.layers[2].kind),
            ),
        );
        const SPEC: __rnn::Spec<'static> = __rnn::Spec {
            input_size: 3,
            layers: &[
                __rnn::LayerSpec {
                    // Tensors are called `in.weight_ih`: `r#` is Rust's, not the file's.
                    name: "in",
                    kind: __rnn::LayerKind::simple_rnn(9000).with_activation(__rnn::Activation::FastTanh),
                },
                __rnn::LayerSpec {
                    name: "middle",
                    kind: __rnn::LayerKind::simple_rnn(12).with_activation(__rnn::Activation::Sigmoid).with_bias(false),
                },
                __rnn::LayerSpec {
                    name: "output",
                    kind: __rnn::LayerKind::dense(2).with_activation(__rnn::Activation::Relu),
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
    impl __rnn::Causal for Stack {}
};
