//! What lies at the edges: layers on both sides of every size at which something changes, numbers up to the largest there
//! are, states of other networks, one buffer for inputs and outputs.

mod in_place;
mod numbers;
mod states;
mod thresholds;
