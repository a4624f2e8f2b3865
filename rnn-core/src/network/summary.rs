//! A network at a glance.

use super::packed::Packed;
use crate::simd::Backend;
#[cfg(feature = "alloc")]
use alloc::{borrow::Cow, string::String};
use core::fmt;
use rnn_format::{LayerKind, Spec};

/// Layers, shapes, parameters, memory, work and backend; made by [`super::Network::summary`], displayed as a table.
#[derive(Clone, Debug)]
pub struct Summary {
    text: Text,
    #[cfg(feature = "alloc")]
    picked: Option<String>,
    #[cfg(feature = "alloc")]
    assumed: Cow<'static, str>,
    backend: Backend,
    parameters: usize,
    packed_bytes: usize,
    state_bytes: usize,
    flops: usize,
}

#[cfg(feature = "alloc")]
type Text = String;
/// Without a heap the rows of the table are left out.
#[cfg(not(feature = "alloc"))]
type Text = &'static str;

impl Summary {
    pub(super) fn new(spec: &Spec<'_>, packed: &Packed) -> Self {
        Self {
            text: rows(spec),
            #[cfg(feature = "alloc")]
            picked: None,
            #[cfg(feature = "alloc")]
            assumed: packed.assumed().clone(),
            backend: packed.backend(),
            parameters: spec.parameters(),
            packed_bytes: spec.packed_len() * size_of::<f32>(),
            state_bytes: spec.state_len() * size_of::<f32>(),
            flops: (0..spec.layers.len()).map(|i| flops(spec, i)).sum(),
        }
    }

    /// The same of a network that was picked among several.
    #[cfg(feature = "alloc")]
    pub(super) fn picked_as(self, picked: String) -> Self {
        Self { picked: Some(picked), ..self }
    }

    /// Of a network of `sizes`: which was picked, the last line of the table, such as `compiled for 1x16` or `run time:
    /// 1x20 is not among 1x8, 1x16`.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn picked(&self) -> Option<&str> {
        self.picked.as_deref()
    }

    /// Of a network that was inferred from a file's tensors: what it was taken for, because no file of weights tells
    /// (activations, directions, which layer follows which), a line of the table.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn assumed(&self) -> Option<&str> {
        Some(&*self.assumed).filter(|assumed| !assumed.is_empty())
    }

    /// Trainable values.
    #[must_use]
    pub const fn parameters(&self) -> usize {
        self.parameters
    }

    /// Bytes of packed weights.
    #[must_use]
    pub const fn packed_bytes(&self) -> usize {
        self.packed_bytes
    }

    /// Additions and multiplications of one step, activations not counted.
    #[must_use]
    pub const fn flops_per_step(&self) -> usize {
        self.flops
    }
}

/// Two for each weight: a multiply and an add.
fn flops(spec: &Spec<'_>, index: usize) -> usize {
    let n_i = spec.input_size_of(index);
    match spec.layers[index].kind {
        LayerKind::Recurrent(r) => {
            let state = if r.cell.is_recurrent() { r.state_size() } else { 0 };
            let products = r.cell.gates() * (n_i + state) + r.projection().unwrap_or(0);
            2 * r.directions() * r.hidden_size * products
        }
        kind => 2 * kind.output_size() * n_i,
    }
}

#[cfg(feature = "alloc")]
fn rows(spec: &Spec<'_>) -> Text {
    use fmt::Write;
    let mut text = Text::new();
    for (index, layer) in spec.layers.iter().enumerate() {
        let n_i = spec.input_size_of(index);
        let shapes = match layer.kind {
            LayerKind::Recurrent(r) => {
                let (columns, state) = (r.cell.gates() * r.hidden_size, r.state_size());
                let twice = if r.directions() == 2 { "2 x " } else { "" };
                if r.cell.is_recurrent() {
                    alloc::format!("{twice}U ({columns}, {n_i}), W ({columns}, {state})")
                } else {
                    alloc::format!("{twice}U ({columns}, {n_i})")
                }
            }
            kind => alloc::format!("V ({}, {n_i})", kind.output_size()),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{:<12} {:<11} {:<13} {:<28} {:>10}",
            layer.name,
            layer.kind.name(),
            layer.kind.activation().name(),
            shapes,
            layer.kind.parameters(n_i)
        );
    }
    text
}

#[cfg(not(feature = "alloc"))]
fn rows(_: &Spec<'_>) -> Text {
    ""
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<12} {:<11} {:<13} {:<28} {:>10}",
            "layer", "kind", "activation", "shapes", "parameters"
        )?;
        f.write_str(self.text.as_ref())?;
        write!(
            f,
            "{} parameters, {:.1} KiB packed, {:.1} KiB of state, {} FLOP a step, backend {} ({})",
            self.parameters,
            self.packed_bytes as f64 / 1024.0,
            self.state_bytes as f64 / 1024.0,
            self.flops,
            self.backend,
            if self.backend.is_fused() { "fused" } else { "unfused" }
        )?;
        #[cfg(feature = "alloc")]
        if let Some(assumed) = self.assumed() {
            write!(f, "\nassumed: {assumed}")?;
        }
        #[cfg(feature = "alloc")]
        if let Some(picked) = &self.picked {
            write!(f, "\n{picked}")?;
        }
        Ok(())
    }
}
