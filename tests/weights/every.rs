//! Layers of every kind, as slices and as files: what the format crate packs from the one and from the other is equal
//! bit for bit, whether or not the layers can run.

use crate::file::File;
use proptest::prelude::*;
use rnn_format::{
    Activation, Architecture, CellKind, Direction, Layer, LayerKind, LayerWeights, Mapping, Merge, Metadata,
    ReadOptions, Recurrent, RecurrentWeights, ResetGate, Tensor, WeightError,
};

pub(crate) const BOTH: Direction = Direction::Bidirectional(Merge::Concat);

/// An LSTM with a projection.
pub(crate) fn projected(hidden: usize, size: usize) -> LayerKind {
    LayerKind::Recurrent(Recurrent::new(lstm(false, false, Some(size)), hidden))
}

pub(crate) fn lstm(peephole: bool, coupled: bool, projection: Option<usize>) -> CellKind {
    let (gate, candidate, output) = (Activation::Sigmoid, Activation::Tanh, Activation::Tanh);
    CellKind::Lstm { gate, candidate, output, peephole, coupled, projection }
}

/// A network and the values of its tensors: row-major, in PyTorch's layout.
pub(crate) struct Filled {
    pub(crate) architecture: Architecture,
    values: Vec<Vec<(usize, Tensor, Vec<f32>)>>,
}

const TENSORS: [Tensor; 8] = [
    Tensor::WeightIh,
    Tensor::WeightHh,
    Tensor::BiasIh,
    Tensor::BiasHh,
    Tensor::WeightHr,
    Tensor::Peephole,
    Tensor::Weight,
    Tensor::Bias,
];

/// Whether a layer has this tensor; `second` says whether biases come in pairs.
fn has(kind: LayerKind, tensor: Tensor, second: bool) -> bool {
    match (tensor, kind) {
        (Tensor::Bias, LayerKind::Dense { bias, .. }) => bias,
        (Tensor::Weight, LayerKind::Dense { .. }) | (Tensor::WeightIh, LayerKind::Recurrent(_)) => true,
        (Tensor::WeightHh, LayerKind::Recurrent(r)) => r.cell.is_recurrent(),
        (Tensor::BiasIh, LayerKind::Recurrent(r)) => r.bias,
        (Tensor::BiasHh, LayerKind::Recurrent(r)) => {
            r.bias && r.cell.is_recurrent() && (second || r.is_apart())
        }
        (Tensor::WeightHr, LayerKind::Recurrent(r)) => r.projection().is_some(),
        (Tensor::Peephole, LayerKind::Recurrent(r)) => r.has_peephole(),
        _ => false,
    }
}

impl Filled {
    /// `next` gives the values one after the other; `second` says whether biases come in pairs where they are added.
    pub(crate) fn new(
        input_size: usize,
        layers: &[(&str, LayerKind)],
        second: bool,
        mut next: impl FnMut() -> f32,
    ) -> Self {
        let (mut n_i, mut values, mut named) = (input_size, Vec::new(), Vec::new());
        for &(name, kind) in layers {
            let mut tensors = Vec::new();
            for direction in 0..kind.directions() {
                for tensor in TENSORS.into_iter().filter(|&tensor| has(kind, tensor, second)) {
                    let (rows, columns) = tensor.shape(kind, n_i);
                    let values = (0..rows * columns.unwrap_or(1)).map(|_| next()).collect();
                    tensors.push((direction, tensor, values));
                }
            }
            values.push(tensors);
            named.push(Layer { name: name.to_string(), kind });
            n_i = kind.output_size();
        }
        Self { architecture: Architecture { input_size, layers: named }, values }
    }

    /// Every value another number, so that none can be taken for another.
    pub(crate) fn numbered(input_size: usize, layers: &[(&str, LayerKind)], second: bool) -> Self {
        let mut number = 0.0;
        Self::new(input_size, layers, second, || {
            number += 1.0;
            number
        })
    }

    fn get(&self, layer: usize, direction: usize, tensor: Tensor) -> Option<&[f32]> {
        let of = |(d, t, _): &&(usize, Tensor, Vec<f32>)| (*d, *t) == (direction, tensor);
        self.values[layer].iter().find(of).map(|(_, _, values)| &values[..])
    }

    /// The packed block of the slices.
    pub(crate) fn packed(&self) -> Vec<u32> {
        let recurrent = |layer, direction| RecurrentWeights {
            weight_ih: self.get(layer, direction, Tensor::WeightIh).expect("every recurrent layer has it"),
            weight_hh: self.get(layer, direction, Tensor::WeightHh).unwrap_or(&[]),
            bias_ih: self.get(layer, direction, Tensor::BiasIh),
            bias_hh: self.get(layer, direction, Tensor::BiasHh),
            weight_hr: self.get(layer, direction, Tensor::WeightHr),
            peephole: self.get(layer, direction, Tensor::Peephole),
        };
        let weights: Vec<LayerWeights<'_>> = (0..self.values.len())
            .map(|layer| match self.architecture.layers[layer].kind {
                LayerKind::Dense { .. } => LayerWeights::Dense {
                    weight: self.get(layer, 0, Tensor::Weight).expect("every dense layer has it"),
                    bias: self.get(layer, 0, Tensor::Bias),
                },
                kind if kind.directions() == 2 => LayerWeights::Bidirectional {
                    forward: recurrent(layer, 0),
                    backward: recurrent(layer, 1),
                },
                _ => LayerWeights::Recurrent(recurrent(layer, 0)),
            })
            .collect();
        let room = |len| vec![f32::NAN; len];
        let packed = self.architecture.with_spec(|spec| rnn_format::fill_from_slices(spec, &weights, room));
        bits(&packed.expect("slices of the right lengths"))
    }

    /// The file whose tensors are called `name(layer, direction, tensor)`, in our layout.
    pub(crate) fn file(&self, name: impl Fn(usize, usize, Tensor) -> String) -> File {
        let (mut file, mut n_i) = (File::default(), self.architecture.input_size);
        for (layer, tensors) in self.values.iter().enumerate() {
            let kind = self.architecture.layers[layer].kind;
            for (direction, tensor, values) in tensors {
                let (rows, columns) = tensor.shape(kind, n_i);
                let shape: Vec<usize> = std::iter::once(rows).chain(columns).collect();
                file = file.f32(&name(layer, *direction, *tensor), &shape, values);
            }
            n_i = kind.output_size();
        }
        file
    }

    /// The file with PyTorch's names; in each layer's pattern `*` stands for the tensor.
    pub(crate) fn pytorch(&self, patterns: &[&str]) -> File {
        assert_eq!(patterns.len(), self.values.len());
        self.file(|layer, direction, tensor| {
            let ending = if direction == 1 { "_reverse" } else { "" };
            patterns[layer].replacen('*', tensor.name(), 1) + ending
        })
    }

    /// Keras' file: for each layer and direction what stands before `kernel`, or before 0 if it ends in `vars/`. A GRU's
    /// columns are z, r, h, and both its biases are one tensor of two rows.
    pub(crate) fn keras(&self, paths: &[[&str; 2]]) -> File {
        assert_eq!(paths.len(), self.values.len());
        let (mut file, mut n_i) = (File::default(), self.architecture.input_size);
        for (layer, tensors) in self.values.iter().enumerate() {
            let kind = self.architecture.layers[layer].kind;
            let n = kind.size();
            let in_order = |row: &[f32]| match kind.name() {
                "gru" => [&row[n..2 * n], &row[..n], &row[2 * n..]].concat(),
                _ => row.to_vec(),
            };
            for (direction, tensor, values) in tensors {
                let path = paths[layer][*direction];
                let vars = path.ends_with("vars/");
                let is_apart = kind.recurrent().is_some_and(|r| r.is_apart());
                let leaf = match tensor {
                    Tensor::WeightIh | Tensor::Weight => ["kernel", "0"],
                    Tensor::WeightHh => ["recurrent_kernel", "1"],
                    Tensor::BiasIh => ["bias", "2"],
                    Tensor::Bias => ["bias", "1"],
                    Tensor::BiasHh if is_apart => continue,
                    _ => panic!("Keras has no {tensor:?}"),
                };
                let (rows, columns) = tensor.shape(kind, n_i);
                let (shape, values) = match columns {
                    Some(columns) => {
                        let column = |c| (0..rows).map(move |row| values[row * columns + c]);
                        let transposed = (0..columns).flat_map(|c| in_order(&column(c).collect::<Vec<_>>()));
                        (vec![columns, rows], transposed.collect())
                    }
                    None if is_apart => {
                        let second = self.get(layer, *direction, Tensor::BiasHh).expect("both biases");
                        (vec![2, rows], [in_order(values), in_order(second)].concat())
                    }
                    None => (vec![rows], in_order(values)),
                };
                let (path, end) = path.split_once('*').unwrap_or((path, ""));
                file = file.f32(&format!("{path}{}{end}", leaf[usize::from(vars)]), &shape, &values);
            }
            n_i = kind.output_size();
        }
        file
    }

    /// Our own file.
    pub(crate) fn canonical(&self) -> File {
        self.file(|layer, direction, tensor| {
            let ending = if direction == 1 { "_reverse" } else { "" };
            format!("{}.{}{ending}", self.architecture.layers[layer].name, tensor.name())
        })
    }

    pub(crate) fn load(&self, file: &File) -> Result<Vec<u32>, WeightError> {
        self.load_with(file, &ReadOptions::default())
    }

    pub(crate) fn load_with(&self, file: &File, options: &ReadOptions) -> Result<Vec<u32>, WeightError> {
        let bytes = file.bytes();
        let loaded = self
            .architecture
            .with_spec(|spec| rnn_format::fill(spec, &bytes, options, |len| vec![f32::NAN; len]));
        loaded.map(|(block, _)| bits(&block))
    }

    /// Loads a file, which must give the very block of the slices.
    pub(crate) fn assert_loads(&self, file: &File) {
        let loaded = self.load(file).unwrap_or_else(|error| panic!("{}: {error}", file.header()));
        assert!(loaded == self.packed(), "{}", file.header());
    }
}

pub(crate) fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// One of each cell and option.
fn cells() -> Vec<CellKind> {
    let mut cells = vec![
        CellKind::SimpleRnn { activation: Activation::Relu },
        CellKind::gru(ResetGate::AfterProduct),
        CellKind::gru(ResetGate::BeforeProduct),
        CellKind::MIN_GRU,
        CellKind::MIN_LSTM,
    ];
    for peephole in [false, true] {
        for coupled in [false, true] {
            cells.extend([None, Some(3), Some(17)].map(|projection| lstm(peephole, coupled, projection)));
        }
    }
    cells
}

fn kind() -> impl Strategy<Value = LayerKind> {
    let directions = [
        Direction::Forward,
        Direction::Reverse,
        Direction::GoBackwards,
        BOTH,
        Direction::Bidirectional(Merge::Sum),
        Direction::Bidirectional(Merge::Product),
        Direction::Bidirectional(Merge::Average),
    ];
    let options =
        (any::<bool>(), prop::sample::select(&[None, Some(0.5)]), prop::sample::select(&[1.0, 2.5]));
    (0_usize..18, prop::sample::select(cells()), prop::sample::select(directions.to_vec()), options).prop_map(
        |(size, cell, direction, (bias, clip, delay))| match size {
            0 => LayerKind::dense(5).with_bias(bias),
            hidden_size => LayerKind::Recurrent(Recurrent {
                bias,
                clip,
                direction,
                delay,
                ..Recurrent::new(cell, hidden_size)
            }),
        },
    )
}

/// Any bits: zeros of both signs, subnormals, infinities, NaNs with a payload.
fn any_bits(mut seed: u64) -> impl FnMut() -> f32 {
    move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let special = [0, 0x8000_0000, 1, 0x7F80_0000, 0xFF80_0000, 0x7FC0_1234, 0xFFA0_0001];
        let chosen = usize::try_from(seed >> 59).expect("five bits");
        let random = u32::try_from(seed >> 27 & 0xFFFF_FFFF).expect("32 bits");
        f32::from_bits(special.get(chosen).copied().unwrap_or(random))
    }
}

proptest! {
    /// Saved and loaded: the same block, the same architecture, the same bytes when saved again; and the slices that
    /// went in are the tensors that came out.
    #[test]
    fn every_kind_is_saved_and_loaded(
        input_size in 1_usize..20,
        kinds in prop::collection::vec(kind(), 1..4),
        seed in any::<u64>(),
    ) {
        let names = ["one", "two", "three"];
        let layers: Vec<(&str, LayerKind)> = names.into_iter().zip(kinds).collect();
        let net = Filled::new(input_size, &layers, false, any_bits(seed));
        let packed: Vec<f32> = net.packed().into_iter().map(f32::from_bits).collect();
        let save = |block: &[f32]| net.architecture.with_spec(|spec| rnn_format::save(spec, block, &Metadata::default()));
        let saved = save(&packed)?;
        let options = ReadOptions::default();
        let room = |len| vec![f32::NAN; len];
        let (again, metadata) = net.architecture.with_spec(|spec| rnn_format::fill(spec, &saved, &options, room))?;
        prop_assert_eq!(bits(&again), bits(&packed));
        prop_assert_eq!(metadata.architecture.as_ref(), Some(&net.architecture));
        prop_assert_eq!(&save(&again)?, &saved);
        let file = net.canonical();
        for tensor in &file.tensors {
            let (shape, values) = rnn_format::read_f32(&saved, &tensor.name)?;
            prop_assert_eq!(shape, tensor.shape.clone());
            let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            // What two gates of a GRU add to their first bias is saved with it.
            let (layer, part) = tensor.name.split_once('.').expect("a layer and a tensor");
            let index = names.iter().position(|name| *name == layer).expect("one of ours");
            if part.starts_with("bias_") && layers[index].1.recurrent().is_some_and(|r| r.is_apart()) {
                continue;
            }
            prop_assert_eq!(&bytes, &tensor.data);
        }
        let count = safetensors::SafeTensors::deserialize(&saved).expect("a safetensors file").len();
        prop_assert_eq!(count, file.tensors.len());
        // By other names, the file says which layers they are.
        let renamed: Vec<(&str, LayerKind)> =
            ["a", "b", "c"].into_iter().zip(layers.iter().map(|&(_, kind)| kind)).collect();
        let other = Filled::new(input_size, &renamed, false, || 0.0).architecture;
        let (again, _) = other.with_spec(|spec| rnn_format::fill(spec, &saved, &options, room))?;
        prop_assert_eq!(bits(&again), bits(&packed));
    }

    /// A second bias is added where the gate is one sum, and kept where it is not.
    #[test]
    fn two_biases(kinds in prop::collection::vec(kind(), 1..4)) {
        let layers: Vec<(&str, LayerKind)> = ["one", "two", "three"].into_iter().zip(kinds).collect();
        let net = Filled::numbered(4, &layers, true);
        // A second bias of a GRU that resets before the product is PyTorch's, unless a mapping says otherwise.
        let mapping = layers.iter().fold(Mapping::new(), |mapping, (name, kind)| {
            let tensor = if matches!(kind, LayerKind::Dense { .. }) { "weight" } else { "weight_ih" };
            mapping.tensor(format!("{name}.{tensor}"), format!("{name}.{tensor}"))
        });
        let loaded = net.load_with(&net.canonical(), &ReadOptions::default().mapping(mapping))?;
        prop_assert_eq!(loaded, net.packed());
    }
}
