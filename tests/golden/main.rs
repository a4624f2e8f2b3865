//! Golden values: what Keras and PyTorch compute in float64 from files with their own names, compared on every backend
//! through every call. `README.md` tells how they were made.

mod case;
mod compare;
mod frameworks;
mod sunspots;
