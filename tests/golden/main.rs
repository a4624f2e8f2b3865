//! Golden values: what Keras, PyTorch and ONNX Runtime compute from files with their own names, compared on every backend
//! through every call. `README.md` tells how they were made.

mod case;
mod cell_case;
mod cells;
mod compare;
mod faults;
mod frameworks;
mod onnx;
mod reference;
mod sunspots;
mod trained;
