//! The long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000; Keras, PyTorch
//! and ONNX `LSTM`):
//!
//! ```text
//! i = s(U_i x + W_i h + b_i + p_i * c)        input gate
//! f = s(U_f x + W_f h + b_f + p_f * c)        forget gate, or 1 - i where the two are coupled
//! g = t(U_g x + W_g h + b_g)                  candidate (Keras and ONNX call it c)
//! c' = f * c + i * g
//! o = s(U_o x + W_o h + b_o + p_o * c')       output gate
//! h' = o * u(c')
//! ```
//!
//! The rows of `weight_ih` and `weight_hh` are i, f, g, o, as in PyTorch and Keras; ONNX has i, o, f, c. s = sigmoid, t = u = tanh.
//! The peepholes p (Gers and Schmidhuber 2000) are ONNX' input P, coupling is its `input_forget`. A clip limits what s
//! and t are given, not the c' that u is given. A projection of h' is the layer's matter.

use super::functions::clamp;
use super::{Cell, Fast, Functions, Named, Precise, State, Style, Sums};
use crate::dims::Dims;
use crate::simd::{Simd, Vector};
use rnn_format::{CellKind, Recurrent};

/// Gates i, f, g, o.
#[derive(Clone, Copy, Debug)]
pub struct Lstm {
    style: Style,
    names: Named,
    options: Options,
}

/// What is unusual.
#[derive(Clone, Copy, Debug)]
struct Options {
    peephole: bool,
    coupled: bool,
    clip: Option<f32>,
}

impl Lstm {
    /// The cell with a layer's options.
    pub(crate) const fn new(layer: &Recurrent) -> Self {
        let CellKind::Lstm { gate, candidate, output, peephole, coupled, .. } = layer.cell else {
            panic!("the kind of layer chose this cell")
        };
        let options = Options { peephole, coupled, clip: layer.clip };
        Self { style: Style::of(layer), names: Named { gate, candidate, output }, options }
    }
}

impl Cell<4> for Lstm {
    const MEMORY: bool = true;

    #[inline(always)]
    fn is_usual(self) -> bool {
        self.style != Style::Named
    }

    #[inline(always)]
    fn update<V: Vector>(self, t: V::Token, sums: &Sums<'_, V, 4>, old: State<V>) -> State<V> {
        match self.style {
            Style::Fast => equations(Fast, t, sums, old, None),
            _ => equations(Precise, t, sums, old, None),
        }
    }

    #[inline(always)]
    fn written_out<V: Vector, D: Dims>(self, t: V::Token, sums: &Sums<'_, V, 4>, old: State<V>) -> State<V> {
        if const { D::FAST } {
            equations(Fast, t, sums, old, None)
        } else {
            equations(Precise, t, sums, old, None)
        }
    }

    #[cold]
    #[inline(never)]
    fn unusual<V: Vector>(self, t: V::Token, sums: &Sums<'_, V, 4>, old: State<V>) -> State<V> {
        t.vectorize(
            #[inline(always)]
            || equations(self.names, t, sums, old, Some(self.options)),
        )
    }
}

#[inline(always)]
fn equations<V: Vector, F: Functions>(
    functions: F,
    t: V::Token,
    sums: &Sums<'_, V, 4>,
    old: State<V>,
    options: Option<Options>,
) -> State<V> {
    let [mut i, mut f, mut g, mut o] = sums.gates;
    // Not `Option::map`: with debug assertions that is a function of its own, outside the frame.
    let peephole = match options {
        Some(Options { peephole: true, .. }) => Some(sums.peephole.bias_of::<V, 3>(t, sums.unit)),
        _ => None,
    };
    let limit = options.and_then(|options| options.clip);
    if let Some([p_i, p_f, _]) = peephole {
        i = p_i.mul_add(old.c, i);
        f = p_f.mul_add(old.c, f);
    }
    if let Some(limit) = limit {
        (i, f, g) = (clamp(t, limit, i), clamp(t, limit, f), clamp(t, limit, g));
    }
    let i = functions.gate(t, i);
    let f = if options.is_some_and(|options| options.coupled) {
        V::splat(t, 1.0) - i
    } else {
        functions.gate(t, f)
    };
    let g = functions.candidate(t, g);
    let c = f.mul_add(old.c, i * g);
    if let Some([_, _, p_o]) = peephole {
        o = p_o.mul_add(c, o);
    }
    if let Some(limit) = limit {
        o = clamp(t, limit, o);
    }
    State { h: functions.gate(t, o) * functions.output(t, c), c }
}
