//! The faults this suite is there to find, planted: each must be found.

use crate::arena::{Arena, Place};
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

/// Set for the child process that is to die.
const CHILD: &str = "RNN_GUARD_READS";

/// Runs this very test again with the fault; the child must be ended by a signal for touching memory.
fn dies(test: &str, read: impl Fn(&Arena) -> f32, place: Place) {
    if std::env::var_os(CHILD).is_some() {
        let mut arena = Arena::new(100);
        arena.put(place, &[1.0; 100]);
        std::process::exit(i32::from(read(&arena).is_nan()));
    }
    let program = std::env::current_exe().expect("a test knows its program");
    let arguments = ["--exact", test, "--test-threads=1"];
    let run = Command::new(program).args(arguments).env(CHILD, "1").output().expect("the child starts");
    let signal = run.status.signal().unwrap_or_else(|| panic!("the child lived: {:?}", run.status));
    assert!([SIGSEGV, SIGBUS].contains(&signal), "signal {signal} is not for touching memory");
}

/// A segmentation fault.
const SIGSEGV: i32 = 11;

/// A bus error, which some systems send instead.
const SIGBUS: i32 = if cfg!(target_os = "linux") { 7 } else { 10 };

#[test]
fn a_read_past_the_end_dies() {
    dies("planted::a_read_past_the_end_dies", |arena| arena.touch(100), Place { at_end: true, gap: 0 });
}

#[test]
fn a_read_before_the_start_dies() {
    dies("planted::a_read_before_the_start_dies", |arena| arena.touch(-1), Place { at_end: false, gap: 0 });
}

#[test]
fn reads_inside_do_not_die() {
    for place in crate::arena::places() {
        let mut arena = Arena::new(100);
        arena.put(place, &[1.0; 100]);
        assert_eq!([arena.touch(0), arena.touch(99)].map(f32::to_bits), [1.0_f32.to_bits(); 2]);
        assert_eq!(arena.check(), Ok(()));
    }
}

#[test]
fn a_write_beside_a_slice_is_seen() {
    for (at_end, stray, said) in [(true, -1, "wrote at -1 of 9 floats"), (false, 9, "wrote at 9 of 9 floats")]
    {
        let mut arena = Arena::new(9);
        arena.take(Place { at_end, gap: 0 }, 9);
        arena.spoil(stray);
        assert_eq!(arena.check(), Err(said.to_owned()));
    }
}
