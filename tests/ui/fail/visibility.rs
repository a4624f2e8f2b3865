//! A network is seen from where its struct would be.

mod inner {
    use rnn_core::prelude::*;

    #[rnn(input_size = 1)]
    struct Private {
        output: Dense<1>,
    }

    #[rnn(input_size = 1, sizes = [1x2])]
    pub(self) struct PrivateSizes {
        hidden: Lstm<_>,
        output: Dense<1>,
    }

    pub mod deeper {
        use rnn_core::prelude::*;

        #[rnn(input_size = 1)]
        pub(super) struct ForItsParent {
            output: Dense<1>,
        }
    }
}

fn main() {
    let _: Option<inner::Private> = None;
    let _: Option<inner::PrivateSizes> = None;
    let _: Option<inner::deeper::ForItsParent> = None;
}
