//! The figures as tables, one a backend, and the places where the generated form loses.

use crate::contest::Cost;
use rnn_benches::sample::Times;
use rnn_core::Backend;

/// The forms, in the order of [`Line::costs`].
const FORMS: [&str; 4] = ["generated", "run-time", "plain, libm", "plain, rational"];

/// What one shape costs on one backend.
pub(crate) struct Line {
    /// Name of the cell.
    pub(crate) cell: &'static str,
    /// Units.
    pub(crate) hidden: usize,
    /// Whether a dense layer follows.
    pub(crate) head: bool,
    /// Ours ran on it; the competitor runs on what it was compiled for.
    pub(crate) backend: Backend,
    /// Of each form.
    pub(crate) costs: [Cost; 4],
}

impl Line {
    fn name(&self) -> String {
        format!("{} {}{}", self.cell, self.hidden, if self.head { " + dense" } else { "" })
    }
}

/// What a competitor is compiled for.
fn target() -> &'static str {
    if cfg!(target_feature = "avx512f") {
        "AVX-512"
    } else if cfg!(target_feature = "avx2") {
        "AVX2"
    } else {
        "SSE2"
    }
}

/// Prints the lines of a backend, in cycles a step.
pub(crate) fn print(backend: Backend, lines: &[Line]) {
    let of_call: [(&str, fn(&Cost) -> &Times); 2] =
        [("step", |cost| &cost.step), ("process", |cost| &cost.process)];
    println!("\n{backend}; plain compiled for {}; cycles a step\n", target());
    let head: Vec<String> =
        of_call.iter().flat_map(|(call, _)| FORMS.map(|form| format!("{call}: {form}"))).collect();
    println!("| | {} |\n|---{}|", head.join(" | "), "|---:".repeat(head.len()));
    let (mut losses, mut doubts) = (Vec::new(), Vec::new());
    for line in lines.iter().filter(|line| line.backend == backend) {
        print!("| {}", line.name());
        for (call, of) in of_call {
            let cycles = line.costs.each_ref().map(|cost| of(cost).median);
            for (form, cost) in line.costs.iter().enumerate() {
                print!(" | {:.0}", cycles[form]);
                let doubt = of(cost).doubt().to_string();
                if !doubt.is_empty() {
                    doubts.push(format!("{} {call}: {}{doubt}", line.name(), FORMS[form]));
                }
                // Below 2 % it is a matter of the day.
                if cycles[0] > 1.02 * cycles[form] {
                    losses.push(format!(
                        "{} {call}: {:.2} x {}",
                        line.name(),
                        cycles[0] / cycles[form],
                        FORMS[form]
                    ));
                }
            }
        }
        println!(" |");
    }
    let count = 6 * lines.iter().filter(|line| line.backend == backend).count();
    println!("\nGenerated slower than another form, of {count} figures: {}", losses.len());
    for loss in losses {
        println!("- {loss}");
    }
    println!("\nNot steady: {}", doubts.len());
    for doubt in doubts {
        println!("- {doubt}");
    }
}
