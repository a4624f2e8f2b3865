//! The affine product y = V x + c with a matrix that is packed once.

use crate::dims::Dyn;
use crate::error::{ShapeError, check_length, check_strided, checked};
use crate::gemm::{Rows, RowsMut};
use crate::layer::{DenseLayer, Input, InputRows, Layer, StepRows};
use crate::simd::{Backend, dispatch};
use rnn_format::{LayerKind, Panels};

/// How a matrix V of n_o outputs from n_i inputs lies in a slice of `n_o * n_i` values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// (n_o, n_i), the weights of one output side by side: `v[o * n_i + i]`. PyTorch's `Linear.weight`.
    OutputInput,
    /// (n_i, n_o), the weights of one input side by side: `v[i * n_o + o]`. Keras' `Dense.kernel`.
    InputOutput,
}

/// What [`Affine::pack`] packs.
#[derive(Clone, Copy, Debug)]
pub struct AffineWeights<'a> {
    /// V, `n_o * n_i` values.
    pub weight: &'a [f32],
    /// How they lie.
    pub layout: Layout,
    /// c (n_o); zeros without.
    pub bias: Option<&'a [f32]>,
}

/// Rows to read: row m is the n_i values from `m * stride` on. Rows may overlap: with a stride below n_i they are the
/// windows of a series, never copied out.
#[derive(Clone, Copy, Debug)]
pub struct Strided<'a> {
    /// The values.
    pub data: &'a [f32],
    /// From one row's start to the next.
    pub stride: usize,
}

/// Rows to write: row m is the n_o values from `m * stride` on; what lies between rows is left alone.
#[derive(Debug)]
pub struct StridedMut<'a> {
    /// The values.
    pub data: &'a mut [f32],
    /// From one row's start to the next, at least n_o.
    pub stride: usize,
}

/// y = V x + c of run-time sizes: V (n_o, n_i), x (n_i), c and y (n_o).
///
/// It holds no weights: they are a slice that [`Affine::pack`] filled for the same sizes. The packed layout is the same
/// on every backend. Packing costs one pass over V; `gemv_into` and `gemm_into` then only read it, allocate nothing and
/// need no scratch.
///
/// Each output is one sum from c on, its terms in ascending order of the inputs, or four contiguous such sums joined
/// left to right where n_o is at most 16 and n_i at least 16. So one row or many, in any position, give the same bits,
/// which are those of a linear `Dense` layer, on every fused backend.
///
/// ```
/// use rnn_core::Backend;
/// use rnn_core::kernel::{Affine, AffineWeights, Layout};
///
/// // V (n_o = 2, n_i = 3) and c.
/// let v = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
/// let affine = Affine::new(3, 2, Backend::detect())?;
/// let mut packed = vec![0.0; affine.packed_len()];
/// affine.pack(&AffineWeights { weight: &v, layout: Layout::OutputInput, bias: Some(&[0.5, 0.0]) }, &mut packed)?;
///
/// let mut y = [0.0; 2];
/// affine.gemv_into(&packed, &[1.0, 0.0, -1.0], &mut y)?;
/// assert_eq!(y, [-1.5, -2.0]);
/// # Ok::<(), rnn_core::ShapeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Affine {
    layer: DenseLayer<Dyn>,
    backend: Backend,
}

impl Affine {
    /// The product of these sizes, to run on `backend`.
    ///
    /// ```
    /// use rnn_core::kernel::Affine;
    /// use rnn_core::{Backend, ShapeError};
    ///
    /// let affine = Affine::new(3, 2, Backend::detect())?;
    /// assert_eq!((affine.input_size(), affine.output_size()), (3, 2));
    /// assert!(matches!(Affine::new(3, 0, Backend::detect()), Err(ShapeError::Zero { .. })));
    /// # Ok::<(), ShapeError>(())
    /// ```
    ///
    /// # Errors
    /// [`ShapeError::Zero`] if a size is zero, [`ShapeError::Overflow`] if the packed weights exceed the address space.
    pub fn new(input_size: usize, output_size: usize, backend: Backend) -> Result<Self, ShapeError> {
        if input_size == 0 {
            return Err(ShapeError::Zero { argument: "n_i" });
        }
        if output_size == 0 {
            return Err(ShapeError::Zero { argument: "n_o" });
        }
        // A panel's padding adds at most 15 units, the bias a row; saturated sizes overflow in the product.
        let padded = [output_size.saturating_add(16), input_size.saturating_add(2)];
        checked("the packed weights", &padded)?;
        let dims = Dyn { input: input_size, output: output_size };
        Ok(Self { layer: DenseLayer::new(dims, LayerKind::dense(output_size)), backend })
    }

    /// n_i.
    #[must_use]
    pub fn input_size(&self) -> usize {
        self.layer.input_size()
    }

    /// n_o.
    #[must_use]
    pub fn output_size(&self) -> usize {
        self.layer.output_size()
    }

    /// The backend it runs on.
    #[must_use]
    pub const fn backend(&self) -> Backend {
        self.backend
    }

    /// Floats of packed weights: about `(n_i + 1) * n_o`, n_o rounded up to a multiple of 16 (of 4 or 8 in its last part).
    #[must_use]
    pub fn packed_len(&self) -> usize {
        self.layer.packed_len()
    }

    /// Packs V (n_o, n_i), or (n_i, n_o), and c (n_o) into `packed` ([`Affine::packed_len`]); values are only moved and
    /// padded with zeros.
    ///
    /// ```
    /// use rnn_core::Backend;
    /// use rnn_core::kernel::{Affine, AffineWeights, Layout};
    ///
    /// let affine = Affine::new(3, 2, Backend::detect())?;
    /// let (mut torch, mut keras) = (vec![0.0; affine.packed_len()], vec![0.0; affine.packed_len()]);
    /// let v = AffineWeights { weight: &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], layout: Layout::OutputInput, bias: None };
    /// let transposed = AffineWeights { weight: &[1.0, 4.0, 2.0, 5.0, 3.0, 6.0], layout: Layout::InputOutput, bias: None };
    /// affine.pack(&v, &mut torch)?;
    /// affine.pack(&transposed, &mut keras)?;
    /// assert_eq!(torch, keras);
    /// # Ok::<(), rnn_core::ShapeError>(())
    /// ```
    ///
    /// # Errors
    /// [`ShapeError::Length`] if a length is wrong; nothing is then written.
    pub fn pack(&self, weights: &AffineWeights<'_>, packed: &mut [f32]) -> Result<(), ShapeError> {
        let (n_i, n_o) = (self.input_size(), self.output_size());
        let meaning = match weights.layout {
            Layout::OutputInput => "V (n_o, n_i)",
            Layout::InputOutput => "V (n_i, n_o)",
        };
        check_length("weight", weights.weight.len(), n_o * n_i, meaning)?;
        if let Some(bias) = weights.bias {
            check_length("bias", bias.len(), n_o, "c (n_o)")?;
        }
        check_length("packed", packed.len(), self.packed_len(), "packed_len() floats")?;
        let panels = Panels { units: n_o, gates: 1, depth: n_i + 1 };
        let (panels_part, rest) = packed.split_at_mut(panels.len());
        rest.fill(0.0);
        panels.pack(panels_part, |_, unit, row| match (row, weights.layout) {
            (0, _) => weights.bias.map_or(0.0, |c| c[unit]),
            (row, Layout::OutputInput) => weights.weight[unit * n_i + row - 1],
            (row, Layout::InputOutput) => weights.weight[(row - 1) * n_o + unit],
        });
        Ok(())
    }

    /// One row: writes y = V x + c, y (n_o) from x (n_i).
    ///
    /// ```
    /// use rnn_core::kernel::{Affine, AffineWeights, Layout};
    /// use rnn_core::{Backend, ShapeError};
    ///
    /// let affine = Affine::new(2, 1, Backend::detect())?;
    /// let mut packed = vec![0.0; affine.packed_len()];
    /// let weights = AffineWeights { weight: &[2.0, -1.0], layout: Layout::OutputInput, bias: Some(&[1.0]) };
    /// affine.pack(&weights, &mut packed)?;
    /// let mut y = [0.0];
    /// affine.gemv_into(&packed, &[3.0, 4.0], &mut y)?;
    /// assert_eq!(y, [3.0]);
    ///
    /// let error = affine.gemv_into(&packed, &[3.0], &mut y).unwrap_err();
    /// assert_eq!(error.to_string(), "x has 1 values, but this call takes 2: (n_i)");
    /// # Ok::<(), ShapeError>(())
    /// ```
    ///
    /// # Errors
    /// [`ShapeError::Length`] if a length is wrong; nothing is then written.
    pub fn gemv_into(&self, packed: &[f32], x: &[f32], y: &mut [f32]) -> Result<(), ShapeError> {
        check_length("packed", packed.len(), self.packed_len(), "packed_len() floats")?;
        check_length("x", x.len(), self.input_size(), "(n_i)")?;
        check_length("y", y.len(), self.output_size(), "(n_o)")?;
        dispatch!(self.backend, s => self.layer.step(s, packed, Input::X(x), &mut [], &mut [], Some(y)));
        Ok(())
    }

    /// Many rows: writes `y_m = V x_m + c` for `rows` rows, each `y_m` (n_o) from its `x_m` (n_i).
    ///
    /// Rows contiguous in x have stride n_i, in y n_o. With no row nothing is read or written, whatever the strides.
    ///
    /// ```
    /// use rnn_core::Backend;
    /// use rnn_core::kernel::{Affine, AffineWeights, Layout, Strided, StridedMut};
    ///
    /// // The sums of three neighbours in a series: overlapping rows, written to every other place of y.
    /// let affine = Affine::new(3, 1, Backend::detect())?;
    /// let mut packed = vec![0.0; affine.packed_len()];
    /// let ones = AffineWeights { weight: &[1.0; 3], layout: Layout::OutputInput, bias: None };
    /// affine.pack(&ones, &mut packed)?;
    /// let (series, mut y) = ([1.0, 2.0, 3.0, 4.0, 5.0], [-1.0; 5]);
    /// let (x, out) = (Strided { data: &series, stride: 1 }, StridedMut { data: &mut y, stride: 2 });
    /// affine.gemm_into(&packed, 3, x, out)?;
    /// assert_eq!(y, [6.0, -1.0, 9.0, -1.0, 12.0]);
    /// # Ok::<(), rnn_core::ShapeError>(())
    /// ```
    ///
    /// # Errors
    /// [`ShapeError::Length`] if `packed` has a wrong length, the last row of x or y lies outside its slice, or rows of y
    /// would overlap; [`ShapeError::Overflow`] if its place exceeds the address space. Nothing is then written.
    pub fn gemm_into(
        &self,
        packed: &[f32],
        rows: usize,
        x: Strided<'_>,
        y: StridedMut<'_>,
    ) -> Result<(), ShapeError> {
        let (n_i, n_o) = (self.input_size(), self.output_size());
        let StridedMut { data: out, stride: out_stride } = y;
        let end = "at least to the end of the last row";
        check_length("packed", packed.len(), self.packed_len(), "packed_len() floats")?;
        check_strided("x", x.data.len(), &[(rows, x.stride)], n_i, end)?;
        check_strided("y", out.len(), &[(rows, out_stride)], n_o, end)?;
        if rows > 1 && out_stride < n_o {
            let meaning = "a stride of at least n_o, or rows would overlap";
            return check_length("a row of y", out_stride, n_o, meaning);
        }
        if rows == 0 {
            return Ok(());
        }
        let at = StepRows { rows, room: rows, step: 0, skip_recurrent: false, which: None };
        let x = InputRows::X(Rows { data: x.data, stride: x.stride });
        let y = RowsMut { data: out, stride: out_stride };
        dispatch!(self.backend, s => self.layer.step_rows(s, packed, at, x, &mut [], &mut [], Some(y)));
        Ok(())
    }
}
