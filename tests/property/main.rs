//! Optimised against reference, and every way to feed a sequence against every other, over random networks.
//!
//! | file | question |
//! | --- | --- |
//! | `reference` | within the tolerances of f64? |
//! | `products` | within them of other people's matrix product? |
//! | `gates` | is each number that of the gate it should be, and does every option have an effect? |
//! | `order`, `order_gates` | are sums added in the contract's order? |
//! | `agreement` | one answer for a sequence, however it is fed, on every backend? |
//! | `cells` | the same for thousands of small cases of each cell |
//! | `batches`, `windows`, `threads` | and for rows, windows and any number of threads? |
//! | `twins` | macro-made as built at run time? |
//! | `streams` | and for streams stepped together, whoever joins and leaves? |
//! | `custom` | and for a cell of the user's own? |
//! | `sequences` | in any direction, with lengths, masks and strides? |
//! | `kernel` | the same on bare slices, with strides, lengths and a caller's own P? |
//! | `nonfinite` | and with values that are no numbers? |
//! | `scratch` | does anything depend on what a caller hands over to be written? |
//! | `activation` | are activations what their page says? |
//! | `errors`, `kernel_errors` | are wrong arguments refused, and nothing changed? |
//! | `edges` | at every threshold, with numbers of any size, with states of other networks, in one buffer? |
//! | `negative` | are planted faults found? |
//!
//! `cases`, `sizes`, `kinds`, `network` and `forms` make what the others compare. Results and scratch are full of NaN beforehand
//! throughout. The number of cases is proptest's `PROPTEST_CASES`, 256 unless set: with it `cells` tries 2,048 of each cell and form.
//! Before a release `PROPTEST_CASES=12500` tries 100,000 of those, a quarter of an hour on two cores. The number and the failures kept in
//! `proptest-regressions` are printed.
#![deny(unsafe_code)]

mod activation;
mod agreement;
mod batches;
mod cases;
mod cells;
mod custom;
mod edges;
mod errors;
mod forms;
mod gates;
mod kernel;
mod kernel_errors;
mod kinds;
mod negative;
mod network;
mod nonfinite;
mod one_step;
mod order;
mod order_gates;
mod products;
mod reference;
mod scratch;
mod sequences;
#[expect(unsafe_code, reason = "matrixmultiply takes pointers")]
mod sgemm;
mod sizes;
mod softmax;
mod streams;
mod threads;
mod twins;
mod windows;
