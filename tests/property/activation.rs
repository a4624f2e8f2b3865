//! Activations on slices: a lane and a tail element give the same bits, wherever they stand; special values; what the
//! functions promise besides their error. (All 2^32 inputs: the suites `hash` and `certify`.)

use rnn_core::activation::{self, apply};
use rnn_core::{Activation, Backend, ShapeError};
use rnn_support::accuracy::ACTIVATIONS;
use rnn_support::bits::{assert_bits_equal, canonical};
use rnn_support::rng::Rng;
use rnn_support::{backends, report, tolerance};

/// Values of every kind: all exponents, both signs, the ends of segments, infinities, NaNs.
fn values(len: usize, seed: u64) -> Vec<f32> {
    let mut rng = Rng::new(seed);
    let value = |at: usize| match at % 4 {
        0 => SPECIAL[rng.below(SPECIAL.len())],
        1 => f32::from_bits(u32::try_from(rng.bits() >> 32).unwrap_or(0)),
        _ => rng.uniform(-12.0..=12.0),
    };
    (0..len).map(value).collect()
}

const SPECIAL: [f32; 24] = [
    0.0,
    -0.0,
    f32::INFINITY,
    f32::NEG_INFINITY,
    f32::NAN,
    -f32::NAN,
    f32::MAX,
    f32::MIN,
    f32::MIN_POSITIVE,
    1e-45,
    -1e-45,
    1e-40,
    -3e-39,
    0.25,
    1.25,
    9.25,
    -9.25,
    9.0,
    18.0,
    -18.5,
    -88.0,
    -103.9,
    -104.5,
    1e10,
];

/// f of each value alone: the tail path, and the first lane of it.
fn one_by_one(f: Activation, backend: Backend, x: &[f32]) -> Vec<f32> {
    let one = |&x: &f32| {
        let mut x = [x];
        apply(f, backend, &mut x);
        x[0]
    };
    x.iter().map(one).collect()
}

/// The call with a result of its own.
fn into(f: Activation, backend: Backend, x: &[f32], y: &mut [f32]) -> Result<(), ShapeError> {
    match f {
        Activation::Linear => activation::linear_into(backend, x, y),
        Activation::Relu => activation::relu_into(backend, x, y),
        Activation::Tanh => activation::tanh_into(backend, x, y),
        Activation::Sigmoid => activation::sigmoid_into(backend, x, y),
        Activation::FastTanh => activation::fast_tanh_into(backend, x, y),
        Activation::FastSigmoid => activation::fast_sigmoid_into(backend, x, y),
        other => activation::apply_into(other, backend, x, y),
    }
}

/// Every length 0..=130 at every offset from a cache line: the bits of single values, nothing written beside.
#[test]
fn lanes_and_tails() {
    let mut slices = 0;
    for backend in backends::all() {
        for f in ACTIVATIONS {
            let x = values(160, 1);
            let want = one_by_one(f, backend, &x);
            for len in 0..=130 {
                for offset in 0..=16 {
                    let mut memory = vec![7.5; 160];
                    let start = memory.as_ptr().align_offset(64).min(13) + offset;
                    // Another value in each lane each time.
                    memory[start..start + len].copy_from_slice(&x[offset..offset + len]);
                    apply(f, backend, &mut memory[start..start + len]);
                    let what = format_args!("{f} on {backend}, {len} values at {offset}");
                    assert_bits_equal(&memory[start..start + len], &want[offset..offset + len], what);
                    memory.drain(start..start + len);
                    assert!(memory.iter().all(|&beside| beside.to_bits() == 7.5_f32.to_bits()), "{what}");
                    slices += 1;
                }
            }
        }
    }
    report::line(format_args!("property: lanes and tails: {slices} slices"));
}

#[test]
fn in_place_is_into() {
    for backend in backends::all() {
        for &f in Activation::ALL {
            for len in (0..=130).chain([1000, 4097]) {
                let x = values(len, len as u64);
                let (mut y, mut place) = (vec![f32::NAN; len], x.clone());
                assert_eq!(into(f, backend, &x, &mut y), Ok(()));
                apply(f, backend, &mut place);
                assert_bits_equal(&y, &place, format_args!("{f} on {backend}, {len} values"));
            }
            let mut y = [1.0, 2.0];
            assert!(matches!(
                into(f, backend, &[0.5; 3], &mut y),
                Err(ShapeError::Length { argument: "y", .. })
            ));
            assert_bits_equal(&y, &[1.0, 2.0], "a failing call writes nothing");
        }
    }
}

/// f of one value, wherever in a vector it stands.
fn at(f: Activation, backend: Backend, x: f32) -> f32 {
    let mut y = [x; 37];
    apply(f, backend, &mut y);
    assert_bits_equal(&y, &[y[0]; 37], format_args!("{f}({x}) on {backend} in different lanes"));
    y[0]
}

#[test]
fn special_values() {
    use Activation::*;
    // f, then f(-inf), f(+inf), f(-0), f(+0).
    let inf = f32::INFINITY;
    let ln_2 = std::f32::consts::LN_2;
    let table: [(Activation, [f32; 4]); 21] = [
        (Linear, [-inf, inf, -0.0, 0.0]),
        (Relu, [0.0, inf, 0.0, 0.0]),
        (Tanh, [-1.0, 1.0, -0.0, 0.0]),
        (FastTanh, [-1.0, 1.0, -0.0, 0.0]),
        (Sigmoid, [0.0, 1.0, 0.5, 0.5]),
        (FastSigmoid, [0.0, 1.0, 0.5, 0.5]),
        (Affine { alpha: 2.0, beta: 0.5 }, [-inf, inf, 0.5, 0.5]),
        (Affine { alpha: -2.0, beta: 0.5 }, [inf, -inf, 0.5, 0.5]),
        (LeakyRelu { alpha: 0.01 }, [-inf, inf, -0.0, 0.0]),
        (ThresholdedRelu { alpha: 1.0 }, [0.0, inf, 0.0, 0.0]),
        (ScaledTanh { alpha: 1.5, beta: 0.5 }, [-1.5, 1.5, -0.0, 0.0]),
        (HardSigmoid { alpha: 0.2, beta: 0.5 }, [0.0, 1.0, 0.5, 0.5]),
        (HardSigmoidKeras3, [0.0, 1.0, 0.5, 0.5]),
        (Elu { alpha: 0.5 }, [-0.5, inf, -0.0, 0.0]),
        (Softsign, [-1.0, 1.0, -0.0, 0.0]),
        (Softplus, [0.0, inf, ln_2, ln_2]),
        (Silu, [-0.0, inf, -0.0, 0.0]),
        (Gelu, [-0.0, inf, -0.0, 0.0]),
        (GeluTanh, [-0.0, inf, -0.0, 0.0]),
        (Relu6, [0.0, 6.0, 0.0, 0.0]),
        (Exponential, [0.0, inf, 1.0, 1.0]),
    ];
    for f in Activation::ALL.iter().filter(|f| f.is_elementwise()) {
        assert!(table.iter().any(|(known, _)| known.name() == f.name()), "{f} is not in the table");
    }
    for backend in backends::all() {
        for (f, want) in table {
            let got = [-inf, inf, -0.0, 0.0].map(|x| at(f, backend, x));
            assert_bits_equal(&got, &want, format_args!("{f} on {backend}"));
            for nan in [0x7FC0_0000, 0xFFC0_0000, 0x7F80_0001, 0xFFBF_FFFF, 0x7FFF_FFFF, 0x7FC1_2345] {
                assert!(at(f, backend, f32::from_bits(nan)).is_nan(), "{f}(NaN {nan:#x}) on {backend}");
            }
        }
        // Saturation is exact, at once and for ever.
        for x in [9.25_f32, 10.0, 100.0, 1e10, f32::MAX] {
            assert_bits_equal(&[at(Tanh, backend, x), at(Tanh, backend, -x)], &[1.0, -1.0], x);
        }
        for x in [18.0_f32, 90.0, 1e10, f32::MAX] {
            assert_bits_equal(&[at(Sigmoid, backend, x)], &[1.0], x);
        }
        assert_bits_equal(
            &[at(Sigmoid, backend, -105.0), at(Sigmoid, backend, f32::MIN)],
            &[0.0; 2],
            backend,
        );
        // Subnormal arguments and results.
        for bits in [1_u32, 2, 3, 0x1234, 0x7F_FFFF, 0x80_0000] {
            let x = f32::from_bits(bits);
            let got =
                [at(Tanh, backend, x), at(Tanh, backend, -x), at(Sigmoid, backend, x), at(Relu, backend, x)];
            assert_bits_equal(&got, &[x, -x, 0.5, x], format_args!("a subnormal on {backend}"));
            assert_bits_equal(&[at(Relu, backend, -x)], &[0.0], backend);
        }
        for (f, x) in [
            (Sigmoid, -103.0),
            (Exponential, -103.0),
            (Softplus, -103.0),
            (Silu, -107.0),
            (Gelu, -14.0),
            (GeluTanh, -10.5),
        ] {
            let least = at(f, backend, x);
            assert!(least.is_subnormal(), "{f}({x}) on {backend} is {least:e}");
            let beyond = [at(f, backend, -112.0), at(f, backend, f32::MIN)].map(f32::abs);
            assert_bits_equal(&beyond, &[0.0; 2], format_args!("{f} on {backend}"));
        }
        // A threshold itself is above.
        let f = ThresholdedRelu { alpha: 0.75 };
        assert_bits_equal(&[at(f, backend, 0.75), at(f, backend, 0.75_f32.next_down())], &[0.75, 0.0], f);
    }
}

/// Half a million values, every exponent.
fn sample() -> Vec<f32> {
    (0..=u32::MAX).step_by(8191).map(f32::from_bits).filter(|x| !x.is_nan()).collect()
}

fn all(f: Activation, backend: Backend, x: &[f32]) -> Vec<f32> {
    let mut y = x.to_vec();
    apply(f, backend, &mut y);
    y
}

#[test]
fn tanh_is_odd_bit_for_bit() {
    let x: Vec<f32> = sample().into_iter().chain(values(10_000, 4)).collect();
    let minus: Vec<f32> = x.iter().map(|x| -x).collect();
    for backend in backends::all() {
        for f in [Activation::Tanh, Activation::FastTanh] {
            let want: Vec<f32> = all(f, backend, &x).iter().map(|y| -y).collect();
            assert_bits_equal(&all(f, backend, &minus), &want, format_args!("{f} on {backend}"));
        }
    }
}

#[test]
fn results_stay_in_their_range() {
    let x = sample();
    for backend in backends::all() {
        for (f, lowest) in [
            (Activation::Tanh, -1.0),
            (Activation::FastTanh, -1.0),
            (Activation::Sigmoid, 0.0),
            (Activation::FastSigmoid, 0.0),
            (Activation::HardSigmoid { alpha: 0.2, beta: 0.5 }, 0.0),
            (Activation::HardSigmoid { alpha: -3.0, beta: 0.1 }, 0.0),
            (Activation::HardSigmoidKeras3, 0.0),
            (Activation::Softsign, -1.0),
        ] {
            for (x, y) in x.iter().zip(all(f, backend, &x)) {
                assert!((lowest..=1.0).contains(&y), "{f}({x:e}) on {backend} is {y:e}");
            }
        }
    }
}

/// On a grid wider than the error, larger arguments have no smaller results.
#[test]
fn larger_arguments_have_no_smaller_results() {
    let grid = |step: f32| -> Vec<f32> { (-2560_i16..=2560).map(|i| f32::from(i) * step).collect() };
    for backend in backends::all() {
        let turns = |f: &Activation| matches!(f, Activation::Silu | Activation::Gelu | Activation::GeluTanh);
        for f in ACTIVATIONS.into_iter().filter(|f| !turns(f)) {
            let fast = matches!(f, Activation::FastTanh | Activation::FastSigmoid);
            for step in [1.0 / 16.0, 1.0 / 256.0] {
                let (x, slack) = (grid(step), if fast { 8e-5 } else { 0.0 });
                for (x, y) in x.windows(2).zip(all(f, backend, &x).windows(2)) {
                    assert!(y[1] + slack >= y[0], "{f} on {backend} falls from {y:?} between {x:?}");
                }
            }
        }
    }
}

#[test]
fn fast_ones_are_within_their_bound() {
    let x: Vec<f32> = (-400_000_i32..=400_000).map(|i| i as f32 * 5e-5).chain(sample()).collect();
    for backend in backends::all() {
        let mut worst = [0.0_f64; 2];
        for (worst, f) in worst.iter_mut().zip([Activation::FastTanh, Activation::FastSigmoid]) {
            for (x, y) in x.iter().zip(all(f, backend, &x)) {
                let wide = f64::from(*x);
                let truth = if f == Activation::FastTanh { wide.tanh() } else { 1.0 / (1.0 + (-wide).exp()) };
                let error = (f64::from(y) - truth).abs();
                #[expect(clippy::neg_cmp_op_on_partial_ord, reason = "a NaN must fail")]
                let wrong = !(error <= 4e-5);
                assert!(!wrong, "{f}({x:e}) on {backend} is {y:e}");
                *worst = worst.max(error);
            }
        }
        // Fast ones are not the precise ones under another name.
        assert!(worst.iter().all(|&worst| worst > 1e-6), "{backend}: {worst:?}");
    }
}

/// Fused backends agree on every value tried here; the suite `hash` covers the others.
#[test]
fn fused_backends_agree() {
    let x: Vec<f32> = sample().into_iter().chain(values(10_000, 9)).collect();
    for f in ACTIVATIONS {
        let mut fused = backends::fused().into_iter().map(|backend| (backend, all(f, backend, &x)));
        let Some((_, want)) = fused.next() else { return };
        for (backend, got) in fused {
            assert_bits_equal(&got, &want, format_args!("{f} on {backend}"));
        }
    }
    assert_eq!(canonical(f32::NAN), canonical(-f32::NAN), "NaNs are compared as one value");
}

/// Parameters other than the default ones, and signs that turn a function round, against f64.
#[test]
fn parameters_count() {
    let x: Vec<f32> = (-3000_i16..=3000).map(|i| f32::from(i) * 0.01).collect();
    for backend in backends::all() {
        for alpha in [-2.5_f32, -0.1, 0.3, 1.5] {
            for beta in [-1.25_f32, 0.0, 0.7] {
                let (a, b) = (f64::from(alpha), f64::from(beta));
                let cases: [(Activation, &dyn Fn(f64) -> f64); 6] = [
                    (Activation::Affine { alpha, beta }, &|x| a * x + b),
                    (Activation::LeakyRelu { alpha }, &|x| if x < 0.0 { a * x } else { x }),
                    (Activation::ThresholdedRelu { alpha }, &|x| if x < a { 0.0 } else { x }),
                    (Activation::ScaledTanh { alpha, beta }, &|x| a * (b * x).tanh()),
                    (Activation::HardSigmoid { alpha, beta }, &|x| (a * x + b).clamp(0.0, 1.0)),
                    (Activation::Elu { alpha }, &|x| if x < 0.0 { a * x.exp_m1() } else { x }),
                ];
                for (f, truth) in cases {
                    let want: Vec<f64> = x.iter().map(|&x| truth(f64::from(x))).collect();
                    let worst =
                        tolerance::check(&all(f, backend, &x), &want, |y| tolerance::activation(f, y));
                    if let Err(wrong) = worst {
                        panic!("{f} on {backend}: {wrong}");
                    }
                }
            }
        }
    }
}
