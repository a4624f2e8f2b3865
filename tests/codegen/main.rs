//! No operation on vectors is left out of line: a look at the symbols of this very program.
//!
//! An operation is one instruction only where everything between it and its tier's frame was inlined. A closure or
//! helper that was not becomes a function without the tier's features, in which every intrinsic is a call through
//! memory: the results are right and 10 to 30 times later. Nothing but the symbol table shows it.
//!
//! What counts is what users compile, so a release build is judged (`cargo test --release -p rnn-tests --test codegen`): with
//! debug assertions the intrinsics that load and store check their pointers and grow too large for the compiler to
//! inline, and the program to be judged, which takes minutes to compile, is left out.

#[cfg(not(debug_assertions))]
mod cells;
#[cfg(not(debug_assertions))]
mod exercise;
mod rules;
mod symbols;

use rnn_support::report;
use rules::{Verdict, verdict};

/// The functions that should not be there.
fn left_out_of_line(names: &[String], debug: bool) -> Vec<&str> {
    names.iter().map(String::as_str).filter(|name| verdict(name, debug) == Verdict::Fault).collect()
}

#[test]
fn everything_is_inlined_into_its_frame() {
    if cfg!(debug_assertions) {
        return report::line(format_args!("skipped: codegen judges release builds"));
    }
    #[cfg(not(debug_assertions))]
    exercise::all();
    let Some(names) = symbols::of_this_program() else {
        return report::line(format_args!("skipped: codegen reads ELF symbols only"));
    };
    let has = |part: &str| names.iter().any(|name| name.contains(part));
    // Without these the table would be stripped, or the program would not contain what is to be judged.
    for part in ["vectorize::frame", "simple_rnn_rows", "lstm_rows", "dense_rows", "exercise::all"] {
        assert!(has(part), "no symbol {part}: is the program stripped?");
    }
    let excused = names.iter().filter(|name| verdict(name, cfg!(debug_assertions)) == Verdict::Excused);
    let excused: Vec<_> = excused.collect();
    if !excused.is_empty() {
        report::line(format_args!(
            "skipped: {} loads and stores whose debug assertions keep them out of line",
            excused.len()
        ));
    }
    let faults = left_out_of_line(&names, cfg!(debug_assertions));
    assert!(faults.is_empty(), "{} functions left out of line:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn functions_out_of_line_are_found() {
    let bad = [
        // Seen in this program before they were mended.
        "rnn_core::layer::dense::dense_rows::{{closure}}",
        "rnn_core::gemm::blocked::Gemm<E,_>::tile::{{closure}}",
        "core::core_arch::x86::fma::_mm256_fmadd_ps",
        "core::core_arch::x86::avx512f::_mm512_set1_ps",
        // What a forgotten attribute would leave.
        "<rnn_core::simd::avx2::F32x8<T> as rnn_core::simd::Vector>::mul_add",
        "<rnn_core::simd::avx512::F32x16 as core::ops::arith::Add>::add",
        "<rnn_core::simd::pair::Pair<V> as core::ops::arith::Mul>::mul",
        "<rnn_core::simd::pair::Pair<V> as rnn_core::simd::Vector>::select",
        "rnn_core::simd::avx2::lookup_low",
        "<wide::f32x4_::f32x4 as core::ops::arith::Mul>::mul",
        "rnn_core::gemm::array",
        "rnn_core::gemm::array::{{closure}}",
        "rnn_core::gemm::load_at",
        "rnn_core::gemm::gemv::walk",
        "rnn_core::gemm::blocked::Gemm<E,_>::tile",
        "rnn_core::gemm::blocked::Gemm<E,_>::tiles::{{closure}}",
        "rnn_core::gemm::microkernel::tile",
        "rnn_core::activation::tanh::tanh",
        "rnn_core::activation::map",
        "<rnn_core::cell::simple_rnn::SimpleRnn as rnn_core::cell::Cell<1_usize>>::update",
        "rnn_core::layer::recurrent::step_stream",
        "rnn_core::layer::recurrent::stream::mix",
        "rnn_core::layer::directed::join",
        "rnn_core::gemm::Matrix::panels",
        "<rnn_core::simd::avx2::Avx2 as rnn_core::layer::tier::Tier>::lstm_rows::{{closure}}",
        "<rnn_core::layer::recurrent::gated::Update<C> as rnn_core::gemm::blocked::Epilogue<_>>::between",
        "<rnn_core::custom::lanes::Lane<V> as rnn_core::custom::lanes::Lanes>::mul_add",
        "rnn_core::custom::lanes::Lane<V>::new",
        "core::array::from_fn::<rnn_core::simd::avx2::F32x8<rnn_core::simd::avx2::Avx2>, 2>",
        "<core::ops::range::Range<usize> as core::iter::Iterator>::for_each::<rnn_core::layer::dense::x>",
    ]
    .map(str::to_owned);
    assert_eq!(left_out_of_line(&bad, false), bad);
    assert_eq!(left_out_of_line(&bad, true), bad);
    let load = ["core::core_arch::x86::avx::_mm256_loadu_ps".to_owned()];
    assert_eq!(left_out_of_line(&load, false), load);
    assert!(left_out_of_line(&load, true).is_empty());
}

#[test]
fn legal_functions_pass() {
    let good = [
        "<rnn_core::simd::avx2::Avx2 as rnn_core::simd::Simd>::vectorize::frame",
        "<rnn_core::simd::avx512::Avx512 as rnn_core::layer::tier::Tier>::simple_rnn_rows",
        "rnn_core::gemm::blocked::Gemm<E,_>::tiles",
        "rnn_core::gemm::blocked::Gemm<E,_>::run",
        "<rnn_core::simd::portable::Portable as rnn_core::layer::tier::Tier>::gru_before_share",
        "<rnn_core::cell::lstm::Lstm as rnn_core::cell::Cell<4_usize>>::unusual",
        "<E as rnn_core::gemm::blocked::Finish<V,_>>::between",
        "rnn_core::gemm::blocked::Waiting::finish",
        "rnn_core::simd::backend::Backend::available",
        "rnn_core::activation::tanh_into",
        "rnn_core::kernel::SimpleRnn::run",
        "core::core_arch::x86::xsave::_xgetbv",
        "core::ptr::drop_in_place<rnn_core::buffer::Aligned>",
        "codegen::exercise::all",
        "alloc::raw_vec::RawVec<T,A>::grow_one",
    ]
    .map(str::to_owned);
    assert_eq!(left_out_of_line(&good, false), [""; 0]);
}
