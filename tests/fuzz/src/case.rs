//! The case as Rust, printed when something is found.
//!
//! A target says each call before it makes it. A panic prints what was said; a hang does not unwind, so an artifact run
//! again with [`PRINT`] set prints each line at once.

use std::cell::RefCell;
use std::fmt::Arguments;
use std::panic;
use std::sync::Once;

/// Environment variable: print every line of the case when it is said.
pub const PRINT: &str = "RNN_FUZZ_PRINT";

thread_local! {
    static SAID: RefCell<String> = const { RefCell::new(String::new()) };
}

static INSTALLED: Once = Once::new();

/// A new case: forgets what was said of the last one. The first one makes panics print theirs.
pub fn begin() {
    INSTALLED.call_once(|| {
        let next = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let case = SAID.try_with(|said| said.try_borrow().map(|said| said.clone()));
            eprintln!(
                "--- the case ---\n{}--- what went wrong ---",
                case.ok().and_then(Result::ok).unwrap_or_default()
            );
            // libFuzzer's, which prints the message and keeps the input.
            next(info);
        }));
    });
    SAID.with_borrow_mut(String::clear);
}

/// One line of the case; [`crate::say!`] is shorter.
pub fn say(line: Arguments<'_>) {
    if std::env::var_os(PRINT).is_some() {
        eprintln!("{line}");
    }
    SAID.with_borrow_mut(|said| {
        use std::fmt::Write;
        // Writing to a string cannot fail.
        let _ = writeln!(said, "{line}");
    });
}

/// Says a line of the case, as `format!` writes it.
#[macro_export]
macro_rules! say {
    ($($format:tt)*) => {
        $crate::case::say(format_args!($($format)*))
    };
}
