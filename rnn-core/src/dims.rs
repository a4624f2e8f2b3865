//! Sizes of a layer: known to the compiler or only at run time, one kernel source for both.
//!
//! With a small [`Fixed`] every trip count of a step is a constant, so loops unroll and tails vanish; that is all the
//! `#[rnn]` attribute does differently.

/// Input and output size of a layer.
pub trait Dims: Copy + Send + Sync + 'static {
    /// Whether the compiler knows both and they are small enough for that to gain anything: a step of more units is a
    /// matter of its weights, and its loops written out would cost the user's compiler minutes.
    const FIXED: bool;
    /// What [`Dims::output`] gives, if the compiler knows it, else 0.
    const UNITS: usize;
    /// n_i: values a step takes.
    fn input(self) -> usize;
    /// n_h of a recurrent layer, n_o of a dense one: values a step gives.
    fn output(self) -> usize;
}

/// Sizes in the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixed<const INPUT: usize, const OUTPUT: usize>;

impl<const INPUT: usize, const OUTPUT: usize> Dims for Fixed<INPUT, OUTPUT> {
    const FIXED: bool = INPUT <= 64 && OUTPUT <= 64;
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
