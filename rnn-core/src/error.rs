//! What is wrong with a call's arguments, in the tutorial's words.

use core::fmt;
use rnn_format::{MOST_FLOATS, StateMark};

/// An argument's length does not fit the network or the other arguments.
///
/// Small, `Copy`, borrows nothing; words are made only when it is displayed. No call changes anything before it
/// has checked all of its arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShapeError {
    /// x holds no whole number of steps.
    #[non_exhaustive]
    Input {
        /// Which argument: `x`, `xs` or `series`.
        argument: &'static str,
        /// Values found.
        found: usize,
        /// Steps times rows the call asked for; `None` if any whole number will do.
        steps: Option<usize>,
        /// n_i of the network.
        input_size: usize,
        /// n_h or n_o of the network's first layer.
        first_size: usize,
    },
    /// An argument has one length it may have.
    #[non_exhaustive]
    Length {
        /// Which argument.
        argument: &'static str,
        /// Values found.
        found: usize,
        /// Values expected.
        expected: usize,
        /// What the expected length is made of.
        meaning: &'static str,
    },
    /// An argument that must be at least one is zero.
    #[non_exhaustive]
    Zero {
        /// Which argument.
        argument: &'static str,
    },
    /// The windows do not fit the series.
    #[non_exhaustive]
    Window {
        /// Steps of a window.
        tau: usize,
        /// First step the windows may use.
        start: usize,
        /// One past the last step they may use.
        end: usize,
        /// Steps of the series.
        steps: usize,
    },
    /// A state that another network has used, or a buffer that is none.
    #[non_exhaustive]
    State {
        /// The network it belongs to, by the mark in it; `None` if there is no mark.
        found: Option<StateMark>,
        /// This network.
        expected: StateMark,
    },
    /// One buffer cannot be input and output of a network that gives more values a step than it takes, or fewer.
    #[non_exhaustive]
    InPlace {
        /// n_i of the network.
        input_size: usize,
        /// n_o of the network.
        output_size: usize,
    },
    /// The last output of no step was asked for.
    NoSteps,
    /// A network with a layer that goes backwards was to be stepped.
    NotCausal,
    /// An activation that a recurrent cell cannot have.
    #[non_exhaustive]
    Activation {
        /// Its name.
        found: &'static str,
    },
    /// Weights of another kind than the layer's, of no layer, or none.
    #[non_exhaustive]
    Weights {
        /// The entry.
        index: usize,
        /// The kind of the layer it is for; `None` if the network has fewer layers.
        expected: Option<&'static str>,
    },
    /// A product of sizes does not fit the address space.
    #[non_exhaustive]
    Overflow {
        /// What was being counted.
        what: &'static str,
    },
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Input { argument, found, steps, input_size: n_i, first_size: n_h } => {
                match steps {
                    Some(1) if found > 0 => {
                        write!(f, "{argument} has shape (n_i={found}), but this network takes n_i={n_i}")?;
                    }
                    Some(steps) if steps > 0 && found % steps == 0 && found > 0 => {
                        let n = found / steps;
                        write!(
                            f,
                            "{argument} has shape (T={steps}, n_i={n}), but this network takes n_i={n_i}"
                        )?;
                    }
                    Some(steps) => write!(
                        f,
                        "{argument} has {found} values, but (T={steps}, n_i={n_i}) has {}",
                        steps.saturating_mul(n_i)
                    )?,
                    None => write!(
                        f,
                        "{argument} has {found} values, which is no whole number of steps of n_i={n_i}"
                    )?,
                }
                write!(f, ": U is (n_h={n_h}, n_i={n_i})")
            }
            Self::Length { argument, found, expected, meaning } => {
                write!(f, "{argument} has {found} values, but this call takes {expected}: {meaning}")
            }
            Self::Zero { argument } => write!(f, "{argument} is 0, but must be at least 1"),
            Self::Window { tau, start, end, steps } => write!(
                f,
                "no window of tau={tau} steps fits between step {start} and step {end} of a series of T={steps}"
            ),
            Self::State { found: Some(found), expected } => {
                let hidden =
                    if found.reads_as(expected) { ", of other sizes or options behind that" } else { "" };
                write!(
                    f,
                    "the state belongs to a network of {found}{hidden}, but this one has {expected}: each network makes \
                     its own by `initial_state`, and `reset` frees one for another"
                )
            }
            Self::State { found: None, expected } => write!(
                f,
                "the buffer holds no network's state, but this call takes one of {expected}: zeros are a fresh one, and \
                 `reset` makes them"
            ),
            Self::InPlace { input_size: n_i, output_size: n_o } => write!(
                f,
                "one buffer cannot hold inputs and outputs of n_i={n_i} and n_o={n_o}: `process_into` takes two"
            ),
            Self::NoSteps => f.write_str("the last output was asked for, but xs has no step (T=0)"),
            Self::NotCausal => f.write_str(
                "this network has a layer that goes backwards: it runs over whole sequences and has no step",
            ),
            Self::Activation { found } => {
                write!(f, "{found} is no activation of a cell: it looks at one unit, with finite parameters")
            }
            Self::Weights { index, expected: Some(kind) } => {
                write!(f, "entry {index} of the weights must be those of a {kind} layer")
            }
            Self::Weights { index, expected: None } => {
                write!(f, "the network has no layer for entry {index} of the weights")
            }
            Self::Overflow { what } => write!(f, "{what} overflows the address space"),
        }
    }
}

/// The words of [`fmt::Display`]: `main` prints an error so that returns it.
impl fmt::Debug for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for ShapeError {}

/// `found == expected`, or the error that says so.
pub(crate) const fn check_length(
    argument: &'static str,
    found: usize,
    expected: usize,
    meaning: &'static str,
) -> Result<(), ShapeError> {
    if found == expected { Ok(()) } else { Err(ShapeError::Length { argument, found, expected, meaning }) }
}

/// The product of all factors, or the error that names what overflowed.
pub(crate) fn checked(what: &'static str, factors: &[usize]) -> Result<usize, ShapeError> {
    factors
        .iter()
        .try_fold(1_usize, |product, &factor| product.checked_mul(factor))
        .ok_or(ShapeError::Overflow { what })
        .and_then(|product| fitting(what, product))
}

/// A length that may have stopped at `usize::MAX`, or the error that names what overflowed.
pub(crate) const fn fitting(what: &'static str, len: usize) -> Result<usize, ShapeError> {
    if len <= MOST_FLOATS { Ok(len) } else { Err(ShapeError::Overflow { what }) }
}

/// Checks that the last of a grid of rows lies inside an argument: `grid` is how many there are and how far apart, one
/// pair for each direction, `len` the values of a row. Where there is no row, nothing is read.
pub(crate) fn check_strided(
    argument: &'static str,
    found: usize,
    grid: &[(usize, usize)],
    len: usize,
    meaning: &'static str,
) -> Result<(), ShapeError> {
    if grid.iter().any(|&(count, _)| count == 0) {
        return Ok(());
    }
    let mut end = len;
    for &(count, stride) in grid {
        let start = checked("strides", &[count - 1, stride])?;
        end = end.checked_add(start).ok_or(ShapeError::Overflow { what: "strides" })?;
    }
    if found >= end { Ok(()) } else { check_length(argument, found, end, meaning) }
}
