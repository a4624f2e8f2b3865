//! Windows of a series: tau, stride, start and end may be any number.

use crate::check::{agree, is_untouched, outcome, scratch, untouched};
use crate::subject::Subject;
use rnn_core::Windows;
use rnn_fuzz::built::inputs;
use rnn_fuzz::choices::Choices;
use rnn_fuzz::say;
use rnn_fuzz::stepped::Which;

/// What windows are asked for.
#[derive(Clone, Copy, Debug)]
struct Asked {
    tau: usize,
    stride: usize,
    start: usize,
    end: Option<usize>,
}

impl Asked {
    fn windows(self) -> Windows {
        let windows = Windows::new(self.tau).stride(self.stride).start(self.start);
        self.end.map_or(windows, |end| windows.end(end))
    }

    /// M, if there is at least one window.
    fn count(self, steps: usize) -> Option<usize> {
        let end = self.end.unwrap_or(steps);
        if self.tau == 0 || self.stride == 0 || end > steps {
            return None;
        }
        let room = end.checked_sub(self.start)?.checked_sub(self.tau)?;
        Some(room / self.stride + 1)
    }
}

pub(crate) fn run(c: &mut Choices<'_>, of: &Subject) {
    let most = if c.one_in(8) { 150 } else { 24 };
    let steps = of.steps(c, 1, most);
    let mut number = |usual: usize| if c.one_in(6) { c.number() } else { usual };
    let (tau, stride, start) = (number(usize::MAX), number(1), number(0));
    let mut asked = Asked { tau, stride, start, end: None };
    if tau == usize::MAX && !c.one_in(16) {
        asked.tau = c.between(1, 12);
    }
    if stride == 1 {
        asked.stride = c.between(1, 4);
    }
    if start == 0 && c.one_in(3) {
        asked.start = c.below(4);
    }
    if c.one_in(4) {
        asked.end = Some(if c.one_in(4) { c.number() } else { c.place(steps) });
    }
    let len = steps * of.n_i + usize::from(of.n_i > 1 && c.one_in(12));
    let seed = c.seed();
    say!("let series = rnn_fuzz::built::inputs({seed}, {len});");
    let series = inputs(seed, len);
    let Asked { tau, stride, start, end } = asked;
    say!("let windows = Windows::new({tau}).stride({stride}).start({start}); // .end({end:?})");
    let windows = asked.windows();
    let count = asked.count(steps);
    outcome(windows.count(steps), count.is_some(), "count");
    // Of any series.
    let other = c.number();
    say!("windows.count({other})");
    assert_eq!(windows.count(other).ok(), asked.count(other), "windows of {other} steps");
    say!("net.windows_scratch_len({other}, windows)");
    let _ = of.net.windows_scratch_len(other, windows);
    if count.is_some_and(|count| of.is_too_much(count as u128 * asked.tau as u128)) {
        return;
    }
    let ok = count.is_some() && len.is_multiple_of(of.n_i);
    let window = |m: usize| {
        let first = (asked.start + m * asked.stride) * of.n_i;
        of.stepped.row(&series[first..first + asked.tau * of.n_i], &Which::All, None).last
    };
    let want: Vec<f32> = if ok { (0..count.unwrap_or(0)).flat_map(window).collect() } else { Vec::new() };
    say!("net.windows(&series, windows)");
    if let Some(ys) = outcome(of.net.windows(&series, windows), ok, "windows") {
        agree(&ys, &want, true, "windows");
    }
    if c.one_in(4) {
        say!("net.par_windows(&series, windows)");
        if let Some(ys) = outcome(of.net.par_windows(&series, windows), ok, "par_windows") {
            agree(&ys, &want, true, "par_windows");
        }
    }
    let needed = of.net.windows_scratch_len(steps, windows);
    assert_eq!(needed.is_ok(), count.is_some(), "windows_scratch_len: {needed:?}");
    let mut scratch = scratch(needed, c.below(2));
    if c.one_in(8) {
        scratch.pop();
    }
    let mut ys = untouched(if c.one_in(4) { c.place(want.len() + 2) } else { want.len() });
    let ok = ok && ys.len() == want.len() && needed.is_ok_and(|needed| needed <= scratch.len());
    say!(
        "net.windows_into(&series, windows, &mut [f32::NAN; {}], &mut [f32::NAN; {}])",
        ys.len(),
        scratch.len()
    );
    match outcome(of.net.windows_into(&series, windows, &mut ys, &mut scratch), ok, "windows_into") {
        Some(()) => agree(&ys, &want, true, "windows_into"),
        None => assert!(is_untouched(&ys), "ys was changed by a call that failed"),
    }
}
