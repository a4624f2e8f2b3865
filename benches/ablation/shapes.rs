//! The shapes: three cells of eight sizes, alone and with a head, in each form. Each costs the compiler seconds.

use crate::contest::{Cost, Effort, Weights, generated, plain, run_time};
use crate::plain::{Alone, Cell, Gru, Libm, Lstm, Output, Rational, SimpleRnn};
use crate::table::Line;
use rnn_core::prelude::{Backend, FixedNetwork, Load, Network};
use rnn_core::{LayerKind, ResetGate};

/// The sizes.
pub(crate) const SIZES: &[usize] = &[4, 8, 12, 16, 20, 24, 32, 40];

/// Networks whose sizes the compiler knows, a module a size, and what measures the wanted ones.
macro_rules! networks {
    ($($module:ident $hidden:literal)*) => {
        $(mod $module {
            use rnn_core::prelude::*;

            networks! { @cell $hidden
                Rnn RnnHead { SimpleRnn }
                Gated GatedHead { #[rnn(reset = after_product)] Gru }
                Long LongHead { Lstm }
            }
        })*

        /// Measures the wanted shapes.
        pub(crate) fn measure(
            wanted: &impl Fn(&str, usize) -> bool,
            backends: &[Backend],
            effort: Effort,
            lines: &mut Vec<Line>,
        ) {
            let mut shape = |kind: LayerKind, run: fn(&Contest<'_>, &mut Vec<Line>)| {
                if wanted(kind.name(), kind.size()) {
                    run(&Contest { weights: Weights::new(kind), backends, effort }, lines);
                }
            };
            $({
                networks! { @measure shape $module $hidden
                    LayerKind::simple_rnn($hidden), SimpleRnn Rnn RnnHead;
                    LayerKind::gru($hidden, ResetGate::AfterProduct), Gru Gated GatedHead;
                    LayerKind::lstm($hidden), Lstm Long LongHead;
                }
            })*
        }
    };
    (@cell $hidden:literal $($alone:ident $head:ident { $(#[$option:meta])* $cell:ident })*) => {$(
        #[doc = "The layer alone."]
        #[rnn(input_size = 1)]
        pub(crate) struct $alone {
            $(#[$option])*
            hidden: $cell<$hidden>,
        }

        #[doc = "The layer and a dense one of one output."]
        #[rnn(input_size = 1)]
        pub(crate) struct $head {
            $(#[$option])*
            hidden: $cell<$hidden>,
            head: Dense<1>,
        }
    )*};
    (@measure $shape:ident $module:ident $hidden:literal
        $($kind:expr, $cell:ident $alone:ident $head:ident;)*) => {$(
        $shape($kind, |contest, lines| {
            type Of<F> = $cell<F, 1, $hidden>;
            contest.enter::<$module::$alone, Of<Libm>, Of<Rational>, _, $hidden, $hidden>(|| Alone, lines);
                contest.enter::<$module::$head, Of<Libm>, Of<Rational>, _, $hidden, 1>(|| contest.head(), lines);
        });
    )*};
}
networks! {
    h4 4
    h8 8
    h12 12
    h16 16
    h20 20
    h24 24
    h32 32
    h40 40
}

/// A shape about to be measured.
struct Contest<'a> {
    weights: Weights,
    backends: &'a [Backend],
    effort: Effort,
}

impl Contest<'_> {
    fn head<const H: usize>(&self) -> crate::plain::Head<H> {
        self.weights.head()
    }

    /// The network `N` on every backend, and its competitors `L` and `R`.
    fn enter<N, L, R, Y, const H: usize, const O: usize>(&self, output: impl Fn() -> Y, lines: &mut Vec<Line>)
    where
        N: FixedNetwork<Input = [f32; 1], Output = [f32; O]> + Network + Load,
        L: Cell<1, H>,
        R: Cell<1, H>,
        Y: Output<H, O>,
    {
        let (weights, effort, head) = (&self.weights, self.effort, O != H);
        let mut plains: Option<[Cost; 2]> = None;
        for &backend in self.backends {
            let (generated, outputs) = generated::<N, O>(weights, head, backend, effort);
            let run_time = run_time::<O>(weights, head, backend, effort, &outputs);
            let [libm, rational] = *plains.get_or_insert_with(|| {
                [
                    plain::<L, Y, H, O>(weights, output(), effort, &outputs),
                    plain::<R, Y, H, O>(weights, output(), effort, &outputs),
                ]
            });
            let costs = [generated, run_time, libm, rational];
            lines.push(Line { cell: weights.cell(), hidden: H, head, backend, costs });
        }
    }
}
