//! Which functions may stand by themselves.

/// What is to be thought of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It may be there.
    Legal,
    /// It is there only because of debug assertions.
    Excused,
    /// It should be part of another.
    Fault,
}

/// Modules whose code runs inside a tier's frame.
const INSIDE: [&str; 6] = [
    "rnn_core::simd::",
    "rnn_core::gemm::",
    "rnn_core::cell::",
    "rnn_core::layer::",
    "rnn_core::activation::",
    "rnn_core::custom::lanes::",
];

/// What of these modules is a function for a reason. Compared with the end of the name, or all of it before its type
/// parameters.
const LEGAL: [&str; 62] = [
    // The frames, and what makes one: tiles and what is done with them, behind one table of functions for all cells.
    "::vectorize::frame",
    "::tiles",
    "::finish",
    "Finish<V,_>>::between",
    "Finish<V,_>>::is_between",
    // The kernels of a user's cell, compiled where it is used: each enters a frame.
    "::step_kernel",
    "::rows_kernel",
    "::share_kernel",
    // A cell over the sums of a group of panels, compiled once for all groups: each enters a frame.
    "gated::Step<CELL,_>::panels",
    "reset_before::StepGates<D>::panels",
    "reset_before::StepCandidate<D>::panels",
    // Cells with options or functions that are not compiled in, cold: each enters a frame.
    "::unusual",
    "::unusual_gates",
    "::unusual_update",
    // What a delay or a projection does before and after a step, cold: each enters a frame, or copies.
    "stream::take",
    "stream::project",
    "stream::put",
    // Rows that do not take a step are copied; which slot of a ring a step reads; which half of a block or a matrix
    // is meant; outputs moved to their row's start.
    "rows::hold",
    "rows::step_rows::{{closure}}",
    "directed::halves",
    "directed::from_the_first",
    "run::GridMut::columns",
    "run::GridMut::reborrow",
    "run::GridMut::shared",
    "run::Valid::at",
    // Loops over tiles: no vector passes through them.
    "::run",
    "::blocks",
    // Numbers of panels and rows, which the kernels take as constants.
    "::side_by_side",
    "::tile_rows",
    // Copies between a state and a snapshot, sizes, descriptions.
    "::set_row",
    "::get_row",
    "::input_size",
    "::output_size",
    "::state_len",
    "::packed_len",
    "::scratch_len",
    "::rows_state_len",
    "::rows_scratch_len",
    "::shared_len",
    "::run_scratch_len",
    "::waiting_len",
    "GruAfter::new",
    "GruBefore::new",
    "Lstm::new",
    "MinGru::new",
    "MinLstm::new",
    "SimpleRnn::new",
    "options::Options::new",
    "gated::simple_rnn",
    "gated::gru_after",
    "gated::lstm",
    "gated::min_gru",
    "gated::min_lstm",
    // The calls themselves: each enters a frame.
    "activation::apply",
    "activation::linear_into",
    "activation::tanh_into",
    "activation::sigmoid_into",
    "activation::relu_into",
    "activation::fast_tanh_into",
    "activation::fast_sigmoid_into",
    "activation::apply_into",
    // What is not compiled into every kernel.
    "activation::by_name",
];

/// Kernels compiled once a tier: their methods, not what these contain.
const KERNELS: &str = " as rnn_core::layer::tier::Tier>::";

/// Asking the CPU what it is are intrinsics too.
const DETECTION: [&str; 4] = ["::_xgetbv", "::__cpuid", "::__cpuid_count", "::__get_cpuid_max"];

/// Judges the function of this name.
pub(crate) fn verdict(name: &str, debug: bool) -> Verdict {
    let ends = |list: &[&str]| list.iter().any(|end| name.ends_with(end));
    if name.starts_with("core::core_arch::") {
        if ends(&DETECTION) {
            return Verdict::Legal;
        }
        let moves = name.contains("_loadu_") || name.contains("_storeu_");
        return if debug && moves { Verdict::Excused } else { Verdict::Fault };
    }
    // The portable tier's vectors; its constants are no functions.
    if name.starts_with("wide::") || name.starts_with("<wide::") {
        // Lane by lane, checked for overflow.
        return if debug && (name.ends_with("::shl") || name.ends_with("::shr")) {
            Verdict::Excused
        } else {
            Verdict::Fault
        };
    }
    // Formatting, dropping and detection see no vectors.
    let outside = ["rnn_core::simd::backend::", "drop_in_place", "as core::fmt::", "rnn_core::layer::list::"];
    if !INSIDE.iter().any(|module| name.contains(module)) || outside.iter().any(|part| name.contains(part)) {
        return Verdict::Legal;
    }
    let is_layer = name.starts_with("rnn_core::layer::recurrent::Recurrent<") && name.ends_with(",D>::new");
    let is_kernel = name.split_once(KERNELS).is_some_and(|(_, method)| !method.contains("::"));
    if is_kernel || is_layer || ends(&LEGAL) { Verdict::Legal } else { Verdict::Fault }
}
