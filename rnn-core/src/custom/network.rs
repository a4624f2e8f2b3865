//! A network of one layer of the user's cell, and a dense head if wished.

use super::{Cell, Custom};
use crate::dims::Dyn;
use crate::layer::{Chain, DenseLayer, Directed, Gated, Layer, Recurrent};
use crate::network::{HasState, HeapState, Packed, Parts};
use crate::simd::Backend;
use alloc::string::ToString;
use rnn_format::{Architecture, CellKind, Direction, LayerKind, LayerWeights, Spec, StateMark, WeightError};

#[cfg(feature = "safetensors")]
use crate::network::LoadOptions;

type Own<C, const G: usize> = Directed<Recurrent<Gated<Custom<C>, G>, Dyn>>;

/// A network of one recurrent layer of a [`Cell`], named `cell` in files, and a dense head named `head` if wished.
///
/// It is a [`crate::Network`] as all others; see [the module](super).
#[derive(Clone, Debug)]
pub struct CustomNetwork<C, const G: usize, H = NoHead> {
    architecture: Architecture,
    cell: Own<C, G>,
    head: H,
    packed: Packed,
    state_len: usize,
    mark: StateMark,
}

/// The description of a [`CustomNetwork`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct CustomBuilder<C, const G: usize, H = NoHead> {
    cell: C,
    input_size: usize,
    layer: rnn_format::Recurrent,
    head: H,
}

/// No head: the outputs are h.
#[derive(Clone, Copy, Debug)]
pub struct NoHead;

/// A linear dense head.
#[derive(Clone, Copy, Debug)]
pub struct DenseHead(DenseLayer<Dyn>);

/// What follows the cell.
pub trait Head: Copy + Send + Sync {
    /// The layers with it.
    type With<L: Layer>: Layer;
    /// `cell` and what follows.
    fn join<L: Layer>(self, cell: L) -> Self::With<L>;
    /// The head fed with `input_size` values, and its description.
    fn of(self, input_size: usize) -> (Self, Option<LayerKind>);
}

impl Head for NoHead {
    type With<L: Layer> = L;
    #[inline(always)]
    fn join<L: Layer>(self, cell: L) -> L {
        cell
    }
    fn of(self, _: usize) -> (Self, Option<LayerKind>) {
        (self, None)
    }
}

impl Head for DenseHead {
    type With<L: Layer> = Chain<L, DenseLayer<Dyn>>;
    #[inline(always)]
    fn join<L: Layer>(self, cell: L) -> Chain<L, DenseLayer<Dyn>> {
        Chain::new(cell, self.0)
    }
    fn of(self, input: usize) -> (Self, Option<LayerKind>) {
        let kind = LayerKind::dense(self.0.output_size());
        (Self(DenseLayer::new(Dyn { input, output: kind.output_size() }, kind)), Some(kind))
    }
}

impl<C: Cell<G>, const G: usize> CustomNetwork<C, G> {
    /// Starts a description: `hidden_size` units of `cell` over inputs of `input_size` values, with biases, forward.
    #[expect(clippy::new_ret_no_self, reason = "as `RuntimeNetwork::builder`, in fewer words")]
    pub const fn new(cell: C, input_size: usize, hidden_size: usize) -> CustomBuilder<C, G> {
        let kind = CellKind::Custom { gates: G, memory: C::MEMORY };
        CustomBuilder { cell, input_size, layer: rnn_format::Recurrent::new(kind, hidden_size), head: NoHead }
    }
}

impl<C: Cell<G>, const G: usize, H: Head> CustomBuilder<C, G, H> {
    /// In which direction the layer goes through a sequence.
    pub const fn direction(mut self, direction: Direction) -> Self {
        self.layer.direction = direction;
        self
    }

    /// The cell reads its state as it was `delay` steps ago: see [`rnn_format::Recurrent::delay`].
    pub const fn delay(mut self, delay: f32) -> Self {
        self.layer.delay = delay;
        self
    }

    /// Pre-activations are clamped to this limit on both sides.
    pub const fn clip(mut self, limit: f32) -> Self {
        self.layer.clip = Some(limit);
        self
    }

    /// With or without a bias.
    pub const fn bias(mut self, bias: bool) -> Self {
        self.layer.bias = bias;
        self
    }

    /// A linear dense head of `output_size` outputs.
    pub const fn dense(self, output_size: usize) -> CustomBuilder<C, G, DenseHead> {
        let Self { cell, input_size, layer, .. } = self;
        let dims = Dyn { input: layer.hidden_size, output: output_size };
        let head = DenseHead(DenseLayer::new(dims, LayerKind::dense(output_size)));
        CustomBuilder { cell, input_size, layer, head }
    }

    /// The network with these weights, one entry a layer.
    ///
    /// # Errors
    /// If the description has a mistake, or the entry that does not fit.
    pub fn build(
        self,
        backend: Backend,
        weights: &[LayerWeights<'_>],
    ) -> Result<CustomNetwork<C, G, H>, WeightError> {
        self.with(|spec| Packed::from_slices(spec, backend, weights))
    }

    /// The network with the weights of a safetensors file with our names: `cell.weight_ih`, `head.weight`.
    ///
    /// # Errors
    /// If the description has a mistake, or as [`crate::Load::from_safetensors`].
    #[cfg(feature = "safetensors")]
    pub fn from_safetensors(self, bytes: &[u8]) -> Result<CustomNetwork<C, G, H>, WeightError> {
        self.from_safetensors_with(bytes, &LoadOptions::default())
    }

    /// [`CustomBuilder::from_safetensors`] with options: how the file is read, and the backend.
    ///
    /// # Errors
    /// As there.
    #[cfg(feature = "safetensors")]
    pub fn from_safetensors_with(
        self,
        bytes: &[u8],
        options: &LoadOptions,
    ) -> Result<CustomNetwork<C, G, H>, WeightError> {
        self.with(|spec| Packed::from_safetensors(spec, options.backend_or_best(), bytes, &options.read))
    }

    /// [`CustomBuilder::from_safetensors`] of a file.
    ///
    /// # Errors
    /// As there, or the file cannot be read.
    #[cfg(all(feature = "safetensors", feature = "std"))]
    pub fn load(self, path: impl AsRef<std::path::Path>) -> Result<CustomNetwork<C, G, H>, WeightError> {
        self.load_with(path, &LoadOptions::default())
    }

    /// [`CustomBuilder::load`] with options, as [`CustomBuilder::from_safetensors_with`].
    ///
    /// # Errors
    /// As there.
    #[cfg(all(feature = "safetensors", feature = "std"))]
    pub fn load_with(
        self,
        path: impl AsRef<std::path::Path>,
        options: &LoadOptions,
    ) -> Result<CustomNetwork<C, G, H>, WeightError> {
        self.from_safetensors_with(&crate::network::read(path.as_ref())?, options)
    }

    fn with(
        self,
        pack: impl FnOnce(&Spec<'_>) -> Result<Packed, WeightError>,
    ) -> Result<CustomNetwork<C, G, H>, WeightError> {
        let kind = LayerKind::Recurrent(self.layer);
        let mut layers = alloc::vec![rnn_format::Layer { name: "cell".to_string(), kind }];
        let (head, head_kind) = self.head.of(kind.output_size());
        if let Some(kind) = head_kind {
            layers.push(rnn_format::Layer { name: "head".to_string(), kind });
        }
        let architecture = Architecture { input_size: self.input_size, layers };
        let (packed, state_len, mark) = architecture.with_spec(|spec| {
            spec.check()?;
            Ok::<_, WeightError>((pack(spec)?, spec.state_len(), StateMark::of(spec)))
        })?;
        let dims = Dyn { input: self.input_size, output: self.layer.hidden_size };
        let cell = Custom { cell: self.cell, clip: self.layer.clip };
        let cell = Directed::new(Recurrent::custom(cell, dims, &self.layer), kind);
        Ok(CustomNetwork { architecture, cell, head, packed, state_len, mark })
    }
}

impl<C: Cell<G>, const G: usize, H: Head> Parts for CustomNetwork<C, G, H> {
    type Layers<'a>
        = H::With<Own<C, G>>
    where
        H: 'a;
    #[inline(always)]
    fn layers(&self) -> Self::Layers<'_> {
        self.head.join(self.cell)
    }
    #[inline(always)]
    fn packed(&self) -> &Packed {
        &self.packed
    }
    #[inline(always)]
    fn state_len(&self) -> usize {
        self.state_len
    }
    #[inline(always)]
    fn mark(&self) -> StateMark {
        self.mark
    }
    fn first_size(&self) -> usize {
        self.cell.output_size()
    }
    fn with_spec<R>(&self, f: impl FnOnce(&Spec<'_>) -> R) -> R {
        self.architecture.with_spec(f)
    }
}

impl<C: Cell<G>, const G: usize, H: Head> HasState for CustomNetwork<C, G, H> {
    type State = HeapState<Self>;
    fn initial_state(&self) -> HeapState<Self> {
        HeapState::new(self.state_len)
    }
}
