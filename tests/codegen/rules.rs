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
const LEGAL: [&str; 33] = [
    // The frames, and what makes one: kernels compiled once a tier, tiles and what is left of them.
    "::vectorize::frame",
    "::simple_rnn_step",
    "::simple_rnn_rows",
    "::simple_rnn_share",
    "::dense_rows",
    "::dense_step",
    "::tiles",
    "::finish",
    // Loops over tiles: no vector passes through them.
    "::run",
    "::tail",
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
    "activation::unusual",
    "activation::by_name",
];

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
    if ends(&LEGAL) { Verdict::Legal } else { Verdict::Fault }
}
