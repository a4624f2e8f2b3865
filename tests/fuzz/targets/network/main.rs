//! Random networks, fed by every way with random numbers.
//!
//! Each call gives a typed error and changes nothing, or gives the bits of each layer alone, step by step
//! ([`rnn_fuzz::stepped`]); which of the two is known before. It always comes back soon: what would be more work than
//! [`WORK`] is not called; numbers that cause no work may have any value.
#![no_main]
#![forbid(unsafe_code)]

mod batches;
mod check;
mod feed;
mod kernels;
mod lengths;
mod made;
mod others;
mod sequences;
mod steps;
mod streams;
mod subject;
mod windows;

use rnn_fuzz::choices::Choices;
use rnn_fuzz::describe::{self, Limits};
use rnn_fuzz::{case, say};
use subject::Subject;

/// Most multiply-adds of a call.
pub(crate) const WORK: u128 = 4_000_000;

/// Most floats of memory that a call is given, or asks for.
pub(crate) const ROOM: usize = 1 << 22;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    case::begin();
    let c = &mut Choices::new(data);
    if c.one_in(16) {
        kernels::run(c);
        return;
    }
    let made = c.one_in(6).then(|| c.below(made::COUNT));
    let thresholds = c.one_in(4);
    let limits = Limits { layers: 4, parameters: 1 << 21, size: 40, thresholds };
    let architecture = made.map_or_else(|| describe::architecture(c, limits), made::architecture);
    let Some(subject) = Subject::new(c, architecture, made) else { return };
    for _ in 0..c.between(1, 4) {
        say!("// ---");
        match c.below(9) {
            0 => steps::run(c, &subject),
            1 | 2 => sequences::run(c, &subject),
            3 => sequences::run_spoilt(c, &subject),
            4 => batches::run(c, &subject),
            5 => windows::run(c, &subject),
            6 => streams::run(c, &subject),
            7 => others::run(c, &subject),
            _ => lengths::run(c, &subject),
        }
    }
});
