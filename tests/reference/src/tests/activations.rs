//! Activations at points worked out on paper, and beside values of arbitrary precision (mpmath, 60 digits).

use super::close;
use crate::{Activation, Dense, erf, erfc, softmax};

/// Every function of one number, with parameters like none of the defaults.
const EVERY: [(&str, Activation); 18] = [
    ("linear", Activation::Linear),
    ("tanh", Activation::Tanh),
    ("sigmoid", Activation::Sigmoid),
    ("relu", Activation::Relu),
    ("affine(2,-0.5)", Activation::Affine { a: 2.0, b: -0.5 }),
    ("leaky_relu(0.25)", Activation::LeakyRelu { a: 0.25 }),
    ("thresholded_relu(1.5)", Activation::ThresholdedRelu { a: 1.5 }),
    ("scaled_tanh(1.5, 0.5)", Activation::ScaledTanh { a: 1.5, b: 0.5 }),
    ("hard_sigmoid(0.25,0.375)", Activation::HardSigmoid { a: 0.25, b: 0.375 }),
    ("hard_sigmoid_keras3", Activation::HardSigmoidKeras3),
    ("elu(0.5)", Activation::Elu { a: 0.5 }),
    ("softsign", Activation::Softsign),
    ("softplus", Activation::Softplus),
    ("silu", Activation::Silu),
    ("gelu", Activation::Gelu),
    ("gelu_tanh", Activation::GeluTanh),
    ("relu6", Activation::Relu6),
    ("exponential", Activation::Exponential),
];

/// Within so many units of 2^-53 of the value.
fn near(got: f64, want: f64, units: f64) {
    let err = (got - want).abs();
    assert!(err <= units * want.abs() / 9_007_199_254_740_992.0, "{got:e} is not {want:e}");
}

#[test]
fn names_and_parameters() {
    for (name, activation) in EVERY {
        assert_eq!(Activation::from_name(name), Some(activation), "{name}");
    }
    let fifth = f64::from(0.2_f32);
    let hard = Activation::HardSigmoid { a: fifth, b: 0.5 };
    assert_eq!(Activation::from_name("hard_sigmoid"), Some(hard));
    assert_eq!(Activation::from_name("hard_sigmoid(0.2,0.5)"), Some(hard));
    assert_eq!(Activation::from_name("softmax"), Some(Activation::Softmax));
    for wrong in [
        "",
        "Tanh",
        "tanh()",
        "tanh(1)",
        "affine",
        "affine(1)",
        "affine(1,2,3)",
        "affine(1,2",
        "affine(1,x)",
        "leaky_relu",
        "leaky_relu()",
        "elu",
        "softmax(1)",
        "affine(1,2)3",
    ] {
        assert_eq!(Activation::from_name(wrong), None, "{wrong}");
    }
}

#[test]
fn erf_beside_the_table() {
    let table = [
        (0.1, 0.112_462_916_018_284_9, 0.887_537_083_981_715_1),
        (0.5, 0.520_499_877_813_046_5, 0.479_500_122_186_953_46),
        (0.499, 0.519_620_655_989_468_5, 0.480_379_344_010_531_54),
        (0.999, 0.842_285_270_206_496_9, 0.157_714_729_793_503_06),
        (1.0, 0.842_700_792_949_714_9, 0.157_299_207_050_285_13),
        (1.5, 0.966_105_146_475_310_7, 0.033_894_853_524_689_273),
        (2.0, 0.995_322_265_018_952_7, 0.004_677_734_981_047_265_8),
        (3.0, 0.999_977_909_503_001_4, 2.209_049_699_858_544e-5),
        (5.0, 0.999_999_999_998_462_5, 1.537_459_794_428_035e-12),
        (10.0, 1.0, 2.088_487_583_762_545e-45),
        (25.6, 1.0, 5.2920352391172097e-287),
        (26.0, 1.0, 5.663_192_408_856_143e-296),
    ];
    for (x, want, complement) in table {
        near(erf(x), want, 8.0);
        near(erf(-x), -want, 8.0);
        near(erfc(x), complement, 8.0);
        near(erfc(-x), 1.0 + want, 8.0);
    }
    close(&[erf(0.0), erfc(0.0)], &[0.0, 1.0]);
    let infinity = f64::INFINITY;
    close(&[erf(infinity), erf(-infinity), erfc(infinity), erfc(-infinity)], &[1.0, -1.0, 0.0, 2.0]);
    assert!(erf(f64::NAN).is_nan() && erfc(f64::NAN).is_nan());
}

#[test]
fn by_hand() {
    let at = |name: &str, zs: &[f64], want: &[f64]| {
        let f = Activation::from_name(name).expect("a name of the table");
        let got: Vec<f64> = zs.iter().map(|&z| f.apply(z)).collect();
        close(&got, want);
        close(&f.apply_all(zs), want);
    };
    // 2 * 3 - 0.5;  2 * -1 - 0.5.
    at("affine(2,-0.5)", &[3.0, -1.0], &[5.5, -2.5]);
    at("leaky_relu(0.25)", &[-2.0, 0.0, 2.0], &[-0.5, 0.0, 2.0]);
    // Strictly above.
    at("thresholded_relu(1.5)", &[-2.0, 1.0, 1.5, 1.75], &[0.0, 0.0, 0.0, 1.75]);
    // 1.5 tanh(ln 2) = 1.5 * 3/5.
    at("scaled_tanh(1.5,0.5)", &[2.0 * 2.0_f64.ln()], &[0.9]);
    // 0.25 * 2 + 0.375 = 0.875;  3 gives 1.125, -2 gives -0.125.
    at("hard_sigmoid(0.25,0.375)", &[2.0, 3.0, -2.0], &[0.875, 1.0, 0.0]);
    // (1.5 + 3) / 6.
    at("hard_sigmoid_keras3", &[1.5, 0.0, 3.5, -3.5], &[0.75, 0.5, 1.0, 0.0]);
    // 0.5 (e^-ln 4 - 1) = 0.5 * -3/4.
    at("elu(0.5)", &[-4.0_f64.ln(), 2.0], &[-0.375, 2.0]);
    at("softsign", &[-3.0, 1.0], &[-0.75, 0.5]);
    // ln(1 + e^0);  ln(1 + e^-800) = e^-800 is 0, ln(1 + e^800) = 800.
    at("softplus", &[0.0, -800.0, 800.0], &[2.0_f64.ln(), 0.0, 800.0]);
    // ln 3 * 3/4.
    at("silu", &[3.0_f64.ln(), 0.0], &[0.75 * 3.0_f64.ln(), 0.0]);
    at("relu6", &[-1.0, 4.0, 7.0], &[0.0, 4.0, 6.0]);
    at("exponential", &[0.0, 3.0_f64.ln()], &[1.0, 3.0]);
    at("gelu", &[0.0], &[0.0]);
    at("gelu_tanh", &[0.0], &[0.0]);
}

#[test]
fn beside_many_digits() {
    let points = [-10.0, -3.0, -0.5, 1e-3, 1.0, 2.75];
    let table = [
        (
            "silu",
            [
                -0.000_453_978_687_024_343_945,
                -0.142_277_619_532_700_343,
                -0.188_770_334_399_072_718,
                0.000_500_249_999_979_166_679,
                0.731_058_578_630_004_879,
                2.584_761_712_021_479_04,
            ],
        ),
        (
            "gelu",
            [
                -7.619_853_024_160_526_07e-23,
                -0.004_049_694_094_890_283_58,
                -0.154_268_769_362_993_448,
                0.000_500_398_942_213_911_073,
                0.841_344_746_068_542_949,
                2.741_805_651_103_599_97,
            ],
        ),
        (
            "gelu_tanh",
            [
                -1.204_092_348_209_805_99e-37,
                -0.003_637_392_081_773_018_84,
                -0.154_285_990_174_856_078,
                0.000_500_398_942_213_581_976,
                0.841_191_990_608_276_705,
                2.742_276_855_926_382_03,
            ],
        ),
        (
            "softplus",
            [
                0.000_045_398_899_216_864_646_8,
                0.048_587_351_573_742_058_8,
                0.474_076_984_180_106_681,
                0.693_647_305_559_940_101,
                1.313_261_687_518_222_83,
                2.811_967_589_003_198_62,
            ],
        ),
        (
            "elu(0.5)",
            [
                -0.499_977_300_035_118_758,
                -0.475_106_465_816_068_029,
                -0.196_734_670_143_683_288,
                1e-3,
                1.0,
                2.75,
            ],
        ),
        (
            "scaled_tanh(1.5,0.5)",
            [
                -1.499_863_806_393_892_7,
                -1.357_722_380_467_299_66,
                -0.367_377_993_605_563_694,
                0.000_749_999_937_500_006_266,
                0.693_175_735_890_014_638,
                1.319_740_049_477_977_13,
            ],
        ),
        (
            "exponential",
            [
                0.000_045_399_929_762_484_851_5,
                0.049_787_068_367_863_943,
                0.606_530_659_712_633_424,
                1.001_000_500_166_708_34,
                std::f64::consts::E,
                15.642_631_884_188_171_6,
            ],
        ),
    ];
    for (name, values) in table {
        let f = Activation::from_name(name).expect("a name of the table");
        for (z, want) in points.into_iter().zip(values) {
            // An error of the argument is as many times as large in e^-z^2/2 as z^2 is.
            near(f.apply(z), want, 8.0 + z * z);
        }
    }
}

#[test]
fn nan_and_infinities() {
    let infinity = f64::INFINITY;
    let limits = [
        ("linear", -infinity, infinity),
        ("tanh", -1.0, 1.0),
        ("sigmoid", 0.0, 1.0),
        ("relu", 0.0, infinity),
        ("affine(2,-0.5)", -infinity, infinity),
        ("leaky_relu(0.25)", -infinity, infinity),
        ("thresholded_relu(1.5)", 0.0, infinity),
        ("scaled_tanh(1.5, 0.5)", -1.5, 1.5),
        ("hard_sigmoid(0.25,0.375)", 0.0, 1.0),
        ("hard_sigmoid_keras3", 0.0, 1.0),
        ("elu(0.5)", -0.5, infinity),
        ("softsign", -1.0, 1.0),
        ("softplus", 0.0, infinity),
        ("silu", 0.0, infinity),
        ("gelu", 0.0, infinity),
        ("gelu_tanh", 0.0, infinity),
        ("relu6", 0.0, 6.0),
        ("exponential", 0.0, infinity),
    ];
    assert_eq!(EVERY.map(|(name, _)| name), limits.map(|(name, _, _)| name));
    for ((name, f), (_, below, above)) in EVERY.into_iter().zip(limits) {
        assert_eq!((f.apply(-infinity), f.apply(infinity)), (below, above), "{name}");
        assert!(f.apply(f64::NAN).is_nan(), "{name}");
    }
}

#[test]
fn softmax_by_hand() {
    // 1 : 3 : 4.
    close(&softmax(&[0.0, 3.0_f64.ln(), 4.0_f64.ln()]), &[0.125, 0.375, 0.5]);
    // The same far from 0, where e^z overflows, and with a term that is none.
    let far = |z: f64| softmax(&[z, z, f64::NEG_INFINITY, z, z]);
    for z in [0.0, 1000.0, -1000.0] {
        close(&far(z), &[0.25, 0.25, 0.0, 0.25, 0.25]);
    }
    for wrong in [f64::NAN, f64::INFINITY] {
        assert!(softmax(&[0.0, wrong, 1.0]).iter().all(|y| y.is_nan()), "{wrong}");
    }
    assert!(softmax(&[f64::NEG_INFINITY; 2]).iter().all(|y| y.is_nan()));
    close(&softmax(&[-5.0]), &[1.0]);
}

#[test]
fn softmax_of_a_dense_layer() {
    let dense = Dense {
        input_size: 1,
        output_size: 2,
        v: vec![1.0, 2.0],
        c: vec![0.0, 0.0],
        activation: Activation::Softmax,
    };
    // z = (ln 3, 2 ln 3): 3 : 9.
    close(&dense.apply(&[3.0_f64.ln()]), &[0.25, 0.75]);
    // Each row by itself.
    close(&dense.apply_to_rows(&[3.0_f64.ln(), 0.0]), &[0.25, 0.75, 0.5, 0.5]);
}
