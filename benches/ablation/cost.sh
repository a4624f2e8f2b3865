#!/usr/bin/env bash
# What a small network costs its user's crate: bytes of code and seconds of the compiler, in the forms that `ablation` times, and
# what ten networks in one crate cost. Crates are written under the target directory and built in release, rnn-core
# having been built before; seconds are of the processor (`time`, user), and on the wall for the ten.
#
#     bash benches/ablation/cost.sh            the table of all cells and sizes, then the ten
#     bash benches/ablation/cost.sh 8 16       the table of these sizes, then the ten
#     bash benches/ablation/cost.sh ten        these alone
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
room=${CARGO_TARGET_DIR:-$root/target}/ablation
export CARGO_TARGET_DIR=$room/target

# A package of this name whose only file is the standard input.
package() {
    mkdir -p "$room/$1"
    cat >"$room/$1/lib.rs"
    cat >"$room/$1/Cargo.toml" <<END
[workspace]
[package]
name = "$1"
edition = "2024"
[lib]
path = "lib.rs"
[dependencies]
rnn-core = { path = "$root/rnn-core" }
END
}

# Builds rnn-core, which every package then finds.
core() {
    package before <<<"//! Nothing."
    cargo build --quiet --release --manifest-path "$room/before/Cargo.toml"
}

# Builds a package; prints the seconds in this format of bash's `time`, then the bytes of its code.
build() {
    local format=$1 name=$2 seconds
    seconds=$(TIMEFORMAT=$format && { time cargo build --quiet --release --manifest-path "$room/$name/Cargo.toml"; } 2>&1)
    printf '%s %s\n' "$seconds" "$(size -t "$CARGO_TARGET_DIR/release/lib$name.rlib" | tail -n 1 | cut -f 1 | tr -d ' ')"
}

# What every crate has: a call to make the network, one a step, one a buffer.
calls() {
    cat <<END
/// Makes it.
#[unsafe(no_mangle)]
pub fn make(backend: Backend, weights: &[rnn_core::LayerWeights<'_>]) -> Option<$1> { $2 }
/// A step.
#[unsafe(no_mangle)]
pub fn step(net: &$1, state: &mut $3, x: &[f32; 1]) -> [f32; 1] { $4 }
/// A buffer.
#[unsafe(no_mangle)]
pub fn process(net: &$1, state: &mut $3, xs: &[f32], ys: &mut [f32]) -> bool { net.process_into(state, xs, ys).is_ok() }
END
}

generated() {
    cat <<END
use rnn_core::prelude::*;
/// The network.
#[rnn(input_size = 1)]
pub struct Net { $1 hidden: $2<$3>, head: Dense<1> }
END
    calls Net "Net::from_slices(backend, weights).ok()" "<Net as HasState>::State" "net.step(state, x)"
}

run_time() {
    echo "use rnn_core::prelude::*;"
    calls RuntimeNetwork \
        "RuntimeNetwork::builder(1).backend(backend).layer(\"hidden\", $1).dense(\"head\", 1).from_slices(weights).ok()" \
        "rnn_core::HeapState<rnn_core::RuntimeNetwork>" "let mut y = [0.0]; let _ = net.step_into(state, x, &mut y); y"
}

plain() {
    cat <<END
#[path = "$root/benches/ablation/plain.rs"]
#[allow(dead_code, unknown_lints, clippy::all)]
mod plain;
use plain::*;
/// The network.
pub struct Net(Network<$1<Rational, 1, $2>, Head<$2>>);
/// Its state.
pub struct Stream(State<$2>);
/// Makes it.
#[unsafe(no_mangle)]
pub fn make(ih: &[f32], hh: &[f32], b: &[f32], c: &[f32], v: &[f32]) -> Net {
    let tensors = Tensors { weight_ih: ih, weight_hh: hh, bias_ih: b, bias_hh: c };
    Net(Network { cell: Cell::new(tensors), output: Head::new(v, 0.0) })
}
/// A step.
#[unsafe(no_mangle)]
pub fn step(net: &Net, state: &mut Stream, x: &[f32; 1]) -> [f32; 1] { net.0.step(&mut state.0, x) }
/// A buffer.
#[unsafe(no_mangle)]
pub fn process(net: &Net, state: &mut Stream, xs: &[f32], ys: &mut [f32]) { net.0.process(&mut state.0, xs, ys) }
END
}

table() {
    local line cell size constructor option form seconds bytes sizes=("$@")
    [[ $# -gt 0 ]] || sizes=(4 8 12 16 20 24 32 40)
    echo "| n_i=1, + Dense<1> | generated: s, KiB | run-time: s, KiB | plain const generics: s, KiB |"
    echo "|---|---:|---:|---:|"
    for line in "SimpleRnn simple_rnn(%s)" "Gru gru(%s,rnn_core::ResetGate::AfterProduct)" "Lstm lstm(%s)"; do
        read -r cell constructor <<<"$line"
        option=""
        [[ $cell != Gru ]] || option="#[rnn(reset = after_product)]"
        for size in "${sizes[@]}"; do
            generated "$option" "$cell" "$size" | package generated_form
            # shellcheck disable=SC2059
            run_time "rnn_core::LayerKind::$(printf "$constructor" "$size")" | package run_time_form
            plain "$cell" "$size" | package plain_form
            printf '| %s %s' "$cell" "$size"
            for form in generated run_time plain; do
                read -r seconds bytes <<<"$(build %2U "${form}_form")"
                printf ' | %s, %s' "$seconds" "$(((bytes + 512) / 1024))"
            done
            echo " |"
        done
    done
}

ten() {
    local networks=() i=0 fields
    while read -r fields; do
        i=$((i + 1))
        networks+=("$(cat <<END
/// One of ten.
pub mod n$i {
    use rnn_core::prelude::*;
    /// The network.
    #[rnn(input_size = 1)]
    pub struct Net { $fields, head: Dense<1> }
    $(calls Net "Net::from_slices(backend, weights).ok()" "<Net as HasState>::State" "net.step(state, x)" |
            sed "s/#\[unsafe(no_mangle)\]/#[inline(never)]/")
    /// A sequence.
    pub fn forward(net: &Net, xs: &[f32], ys: &mut [f32], scratch: &mut [f32]) -> bool {
        net.forward_into(xs, Outputs::All, ys, scratch).is_ok()
    }
    /// A batch.
    pub fn batch(net: &Net, xs: &[f32], ys: &mut [f32], scratch: &mut [f32]) -> bool {
        net.forward_batch_into(xs, 8, Outputs::Last, ys, None, scratch).is_ok()
    }
    /// Windows.
    pub fn windows(net: &Net, xs: &[f32], ys: &mut [f32], scratch: &mut [f32]) -> bool {
        net.windows_into(xs, Windows::new(12), ys, scratch).is_ok()
    }
}
END
)")
    done <<'END'
a: Lstm<8>
a: Lstm<12>
a: Lstm<16>
a: Lstm<24>
a: Lstm<40>
#[rnn(reset = after_product)] a: Gru<16>
#[rnn(reset = after_product)] a: Gru<24>
#[rnn(reset = after_product)] a: Gru<32>
a: SimpleRnn<32>
a: Lstm<16>, b: Lstm<16>
END
    { echo "//! Ten networks."; printf '%s\n' "${networks[@]}"; } | package ten_networks
    local seconds bytes
    read -r seconds bytes <<<"$(build %2R ten_networks)"
    echo "ten networks in one crate: $seconds s on the wall, $((bytes / 10240)) KiB each"
}

core
[[ ${1:-} == ten ]] || table "$@"
ten
