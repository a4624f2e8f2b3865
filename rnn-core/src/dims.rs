//! Sizes of a layer: known to the compiler or only at run time, one kernel source for both.
//!
//! With [`Fixed`] every trip count of a step is a constant, so loops unroll and tails vanish; that is all the `#[rnn]`
//! attribute does differently. It says [`Called`] of layers that gain nothing from it
//! (`LayerKind::is_written_out` in the format).
//!
//! What a user's compiler does not know from a type it builds before it finds it useless, so the type says too which
//! activations are meant ([`Fast`]) and whether there is more to a step than its cell ([`Extended`]). In what is written out
//! such questions are asked with `if const`: a plain `if` does not keep the way not taken from being built.

/// Input and output size of a layer.
pub trait Dims: Copy + Send + Sync + 'static {
    /// Whether a step is compiled with the sizes as constants, where the tier has such steps.
    const FIXED: bool;
    /// Whether the activations such a step has compiled in are the fast ones, not those of full accuracy.
    const FAST: bool = false;
    /// Whether the compiler knows that the layer has neither projection nor delay.
    const PLAIN: bool = false;
    /// What [`Dims::input`] gives, if the compiler knows it, else 0.
    const INPUT_SIZE: usize;
    /// What [`Dims::output`] gives, if the compiler knows it, else 0.
    const UNITS: usize;
    /// n_i: values a step takes.
    fn input(self) -> usize;
    /// n_h of a recurrent layer, n_o of a dense one: values a step gives.
    fn output(self) -> usize;
}

/// Sizes in the type, of a layer whose step is written out for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixed<const INPUT: usize, const OUTPUT: usize>;

impl<const INPUT: usize, const OUTPUT: usize> Dims for Fixed<INPUT, OUTPUT> {
    const FIXED: bool = true;
    const PLAIN: bool = true;
    const INPUT_SIZE: usize = INPUT;
    const UNITS: usize = OUTPUT;
    #[inline(always)]
    fn input(self) -> usize {
        INPUT
    }
    #[inline(always)]
    fn output(self) -> usize {
        OUTPUT
    }
}

/// Sizes as in `D`, of a layer whose activations are the fast ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fast<D>(pub D);

/// Sizes as in `D`, of a layer with a projection or a delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extended<D>(pub D);

macro_rules! with {
    ($name:ident, FAST $fast:expr, PLAIN $plain:expr) => {
        impl<D: Dims> Dims for $name<D> {
            const FIXED: bool = D::FIXED;
            const FAST: bool = $fast;
            const PLAIN: bool = $plain;
            const INPUT_SIZE: usize = D::INPUT_SIZE;
            const UNITS: usize = D::UNITS;
            #[inline(always)]
            fn input(self) -> usize {
                self.0.input()
            }
            #[inline(always)]
            fn output(self) -> usize {
                self.0.output()
            }
        }
    };
}
with!(Fast, FAST true, PLAIN D::PLAIN);
with!(Extended, FAST D::FAST, PLAIN false);

/// Sizes in the type, of a layer whose step calls the kernel of run-time sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Called<const INPUT: usize, const OUTPUT: usize>;

impl<const INPUT: usize, const OUTPUT: usize> Dims for Called<INPUT, OUTPUT> {
    const FIXED: bool = false;
    const INPUT_SIZE: usize = INPUT;
    const UNITS: usize = OUTPUT;
    #[inline(always)]
    fn input(self) -> usize {
        INPUT
    }
    #[inline(always)]
    fn output(self) -> usize {
        OUTPUT
    }
}

/// Sizes in the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dyn {
    /// n_i.
    pub input: usize,
    /// n_h or n_o.
    pub output: usize,
}

impl Dims for Dyn {
    const FIXED: bool = false;
    const INPUT_SIZE: usize = 0;
    const UNITS: usize = 0;
    #[inline(always)]
    fn input(self) -> usize {
        self.input
    }
    #[inline(always)]
    fn output(self) -> usize {
        self.output
    }
}
