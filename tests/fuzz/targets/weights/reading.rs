//! Every call that reads a file.

use rnn_core::{
    Activation, Architecture, Assume, Backend, HasState, Load, LoadOptions, Mapping, Merge, Metadata,
    Network, ReadOptions, ResetGate, RuntimeBuilder, RuntimeNetwork, Save, WeightError,
};
use rnn_format::{Form, LayerSpec};
use rnn_fuzz::choices::Choices;
use rnn_fuzz::file::words::{JOINTS, WORDS};
use rnn_fuzz::{built, say};
use rnn_support::alloc::peak;
use rnn_support::bits::assert_bits_equal;

mod nets {
    use rnn_core::prelude::*;

    /// A network of the attribute.
    #[rnn(input_size = 2)]
    pub(super) struct Fixed {
        l0: Lstm<3>,
        l1: Dense<1>,
    }

    /// Several sizes behind one type.
    #[rnn(input_size = 1, sizes = [1x2, 2x3])]
    pub(super) struct Sizes {
        #[rnn(reset = after_product)]
        rnn: Gru<_>,
        head: Dense<1>,
    }
}

/// Bytes that a call may hold at once, for a file of so many.
fn bound(len: usize) -> usize {
    64 * len + (1 << 20)
}

/// Runs a call that reads: nothing out of proportion, and an error that says something.
fn read<T>(bytes: &[u8], what: &str, f: impl FnOnce() -> Result<T, WeightError>) -> Option<T> {
    say!("{what}");
    let (result, most) = peak(|| f().map_err(|error| (error.to_string(), format!("{error:?}"))));
    assert!(most <= bound(bytes.len()), "{most} bytes for a file of {}: {what}", bytes.len());
    match result {
        Ok(value) => Some(value),
        Err((words, _)) => {
            assert!(!words.is_empty(), "an error without words");
            None
        }
    }
}

/// All of them.
pub(crate) fn all(c: &mut Choices<'_>, bytes: &[u8], described: &Architecture) {
    let options = options(c, described);
    let assume = assume(c);
    say!("let options = LoadOptions::from({:?});", options.read);
    say!("let assume = {assume:?};");
    read(bytes, "rnn_format::read_metadata(bytes, &options.read)", || {
        rnn_format::read_metadata(bytes, &options.read).map(|metadata| crate::text::reads_back(&metadata))
    });
    let name = c.pick(&["l0.weight_ih", "rnn.weight_ih_l0", "fc.weight", "l0/lstm/lstm_cell/kernel", ""]);
    read(bytes, "read_f32(bytes, name)", || rnn_core::read_f32(bytes, name));
    read(bytes, "read_f32_with(bytes, name, &options.read)", || {
        rnn_core::read_f32_with(bytes, name, &options.read).map(|(shape, values)| {
            assert_eq!(shape.iter().product::<usize>(), values.len(), "as many values as the shape says");
        })
    });
    loaded(bytes, "RuntimeNetwork::from_safetensors(bytes)", || RuntimeNetwork::from_safetensors(bytes));
    loaded(bytes, "RuntimeNetwork::from_safetensors_with(bytes, &options)", || {
        RuntimeNetwork::from_safetensors_with(bytes, &options)
    });
    loaded(bytes, "RuntimeNetwork::infer(bytes, framework_defaults)", || {
        RuntimeNetwork::infer(bytes, &Assume::framework_defaults())
    });
    loaded(bytes, "RuntimeNetwork::infer_with(bytes, &assume, &options)", || {
        RuntimeNetwork::infer_with(bytes, &assume, &options)
    });
    let text = Metadata { architecture: Some(described.clone()), ..Metadata::default() }.to_text();
    say!("let builder = .. of {text:?};");
    loaded(bytes, "builder.from_safetensors_with(bytes, &options)", || {
        builder(described).from_safetensors_with(bytes, &options)
    });
    loaded(bytes, "builder.from_safetensors(bytes)", || builder(described).from_safetensors(bytes));
    loaded(bytes, "Fixed::from_safetensors_with(bytes, &options)", || {
        nets::Fixed::from_safetensors_with(bytes, &options)
    });
    loaded(bytes, "Sizes::from_safetensors_with(bytes, &options)", || {
        nets::Sizes::from_safetensors_with(bytes, &options)
    });
    fit(bytes, described, &options.read);
}

fn builder(architecture: &Architecture) -> RuntimeBuilder {
    let mut builder = RuntimeNetwork::builder(architecture.input_size).backend(Backend::PORTABLE);
    for layer in &architecture.layers {
        builder = builder.layer(layer.name.clone(), layer.kind);
    }
    builder
}

/// A form of the network described: its first recurrent layer is open.
fn fit(bytes: &[u8], described: &Architecture, options: &ReadOptions) {
    described.with_spec(|spec| {
        let Some(open) = spec.layers.iter().position(|layer| layer.kind.recurrent().is_some()) else {
            return;
        };
        let (before, rest) = spec.layers.split_at(open);
        let [open, after @ ..] = rest else { return };
        let form =
            Form { input_size: spec.input_size, before, open: LayerSpec { name: "open", ..*open }, after };
        read(bytes, "rnn_format::fit(&form, bytes, &options.read)", || {
            rnn_format::fit(&form, bytes, options)
        });
    });
}

/// What loads is saved as bytes that load again to the same bits.
fn loaded<N: Save + Network + HasState>(bytes: &[u8], what: &str, f: impl FnOnce() -> Result<N, WeightError>)
where
    N::State: std::ops::DerefMut<Target = [f32]>,
{
    let Some(net) = read(bytes, what, f) else { return };
    assert!(!net.summary().to_string().is_empty(), "a summary says something");
    let saved = net.to_safetensors().expect("what was loaded can be saved");
    let again =
        match RuntimeNetwork::from_safetensors_with(&saved, &LoadOptions::default().backend(net.backend())) {
            Ok(again) => again,
            Err(error) => panic!("what was saved is not loaded: {error}"),
        };
    let twice = again.to_safetensors().expect("what was loaded can be saved");
    assert!(saved == twice, "saved twice, and not the same bytes");
    assert_eq!(net.scaler().map(bits), again.scaler().map(bits));
    assert_eq!(net.tau(), again.tau());
    assert_eq!((net.state_len(), net.snapshot_len()), (again.state_len(), again.snapshot_len()));
    if net.snapshot_len() > 1 << 16 {
        return;
    }
    let xs = built::inputs(7, 3 * net.input_size());
    let ys = |net: &dyn Network| net.forward(&xs, rnn_core::Outputs::All).expect("three steps");
    assert_bits_equal(&ys(&again), &ys(&net), "what was saved and loaded");
}

fn bits(scaler: rnn_core::Scaler) -> [u64; 2] {
    // A NaN that is written is read as another.
    [scaler.mean, scaler.std].map(|value| if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() })
}

fn options(c: &mut Choices<'_>, described: &Architecture) -> LoadOptions {
    let mut options = LoadOptions::default().backend(Backend::PORTABLE);
    if c.one_in(4) {
        options = options.ignore_extra();
    }
    if c.one_in(8) {
        options = options.header_limit(c.number());
    }
    if c.one_in(4) {
        options = options.round_f64();
    }
    if c.one_in(4) {
        options = options.prefix([c.pick(WORDS), c.pick(JOINTS)].concat());
    }
    if c.one_in(4) {
        let mut mapping = Mapping::new();
        for _ in 0..c.between(1, 3) {
            let layer = &described.layers[c.below(described.layers.len())];
            let leaf = c.pick(&[
                "weight_ih",
                "weight_hh",
                "bias_ih",
                "bias_hh",
                "weight",
                "bias",
                "weight_ih_reverse",
                "x",
            ]);
            let ours = format!("{}.{leaf}", layer.name);
            let theirs = [c.pick(WORDS), c.pick(JOINTS), c.pick(WORDS)].concat();
            mapping = match c.below(3) {
                0 => mapping.tensor(ours, theirs),
                1 => mapping.transposed(ours, theirs),
                _ => mapping.keras(ours, theirs),
            };
        }
        options = options.mapping(mapping);
    }
    options
}

fn assume(c: &mut Choices<'_>) -> Assume {
    let mut assume = Assume::framework_defaults();
    if c.flip() {
        assume = assume.dense_last();
    }
    if c.flip() {
        assume = assume.hidden_dense(Activation::Relu);
    }
    if c.one_in(4) {
        assume = assume.state_activation(Activation::Relu).last_dense(Activation::Softmax);
    }
    if c.flip() {
        assume = assume.reset(c.pick(&[ResetGate::AfterProduct, ResetGate::BeforeProduct]));
    }
    if c.flip() {
        assume = assume.merge(c.pick(&[Merge::Concat, Merge::Sum, Merge::Average]));
    }
    if c.flip() {
        assume = assume.stacked();
    }
    if c.flip() {
        assume = assume.ignore_names();
    }
    if c.one_in(6) {
        assume = assume.order((0..c.between(1, 4)).map(|_| c.pick(WORDS)).collect::<Vec<_>>());
    }
    assume
}
