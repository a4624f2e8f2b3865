//! A network on a machine that has no heap: its weights in a buffer the C side owns, its state on the stack.
//!
//! No allocator is defined and `alloc` is not linked: the linker would refuse a program that allocates.
#![no_std]

mod network;

use core::panic::PanicInfo;
use network::{Controller, STEPS, WEIGHTS, input};
use rnn_core::FromStatic;
use rnn_core::prelude::*;

unsafe extern "C" {
    safe fn abort() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    abort()
}

/// An LSTM trained by PyTorch, its weights in the library itself.
#[rnn(weights = "../../../rnn-core/examples/data/co2_lstm.safetensors")]
struct Co2 {
    rnn: Lstm<40>,
    head: Dense<1>,
}

/// Writes the outputs of all steps of the LSTM, one a step.
///
/// # Safety
/// `ys` points to half of `controller_output_len()` floats that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn co2_run(ys: *mut f32) {
    // SAFETY: the caller's promise.
    let ys = unsafe { core::slice::from_raw_parts_mut(ys, STEPS) };
    let co2 = Co2::embedded();
    let mut state = co2.initial_state();
    for (t, y) in ys.iter_mut().enumerate() {
        [*y] = co2.step(&mut state, &[input(t)[0]]);
    }
}

/// Floats of the buffer [`controller_run`] takes.
#[unsafe(no_mangle)]
pub extern "C" fn controller_packed_len() -> usize {
    Controller::PACKED_LEN
}

/// Floats [`controller_run`] writes.
#[unsafe(no_mangle)]
pub extern "C" fn controller_output_len() -> usize {
    STEPS * 2
}

/// Packs the weights into `block` and writes the outputs of all steps: each step twice, by the call on arrays and
/// by the one on slices. Zero, or the number of the call that failed or disagreed.
///
/// # Safety
/// `block` points to `controller_packed_len()` floats and `ys` to `controller_output_len()`. Both are used by nobody
/// else meanwhile; `block` is never freed nor written again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn controller_run(block: *mut f32, ys: *mut f32) -> i32 {
    // SAFETY: the caller's promise, for as long as the program runs.
    let block: &'static mut [f32] = unsafe { core::slice::from_raw_parts_mut(block, Controller::PACKED_LEN) };
    // SAFETY: the caller's promise.
    let ys = unsafe { core::slice::from_raw_parts_mut(ys, STEPS * 2) };
    if Controller::pack(&WEIGHTS[..2], block).is_ok() {
        return 1;
    }
    if Controller::pack(&WEIGHTS, block).is_err() {
        return 2;
    }
    let Ok(controller) = Controller::from_static(Backend::detect(), block) else { return 3 };
    let (mut state, mut twin) = (controller.initial_state(), controller.initial_state());
    for (t, y) in ys.chunks_exact_mut(2).enumerate() {
        let x = input(t);
        if controller.step_into(&mut twin, &x, y).is_err() {
            return 4;
        }
        if controller.step(&mut state, &x).map(f32::to_bits) != [y[0].to_bits(), y[1].to_bits()] {
            return 5;
        }
    }
    0
}
