//! A case of `cells`: its description, and what the framework made of sequences with lengths, masks and initial states.

use crate::case::{Case, files};
use rnn_core::{Architecture, Metadata};
use rnn_support::tolerance::Mismatch;
use safetensors::{Dtype, SafeTensors};

#[derive(Clone)]
pub(crate) struct CellCase {
    /// The network, x, the initial states, the outputs of all steps and the final states.
    pub(crate) case: Case,
    /// (B, `n_o`): the output after the last step that each direction computes.
    pub(crate) y_last: Vec<f64>,
    /// (B).
    pub(crate) lengths: Option<Vec<usize>>,
    /// (B, T).
    pub(crate) mask: Option<Vec<bool>>,
    pub(crate) zero_output_for_mask: bool,
}

impl CellCase {
    /// The cases of a framework, by name.
    pub(crate) fn all(framework: &str) -> Vec<Self> {
        files(&format!("cells/{framework}"))
            .into_iter()
            .map(|(name, weights, expected)| Self::parse(name, weights, &expected, framework))
            .collect()
    }

    fn parse(name: String, weights: Vec<u8>, expected: &[u8], framework: &str) -> Self {
        let tensors = SafeTensors::deserialize(expected).expect("a safetensors file");
        let (_, header) = SafeTensors::read_metadata(expected).expect("a safetensors file");
        let description = Description::read(&header.metadata().as_ref().expect("metadata")[Metadata::KEY]);
        assert!(description.framework.starts_with(framework), "{name}: {}", description.framework);

        let f32s = |name: &str| {
            let view = tensors.tensor(name).ok()?;
            assert_eq!(view.dtype(), Dtype::F32);
            Some(view.data().as_chunks().0.iter().copied().map(f32::from_le_bytes).collect::<Vec<_>>())
        };
        let f64s = |name: &str| {
            let view = tensors.tensor(name).expect("a tensor");
            assert_eq!(view.dtype(), Dtype::F64);
            view.data().as_chunks().0.iter().copied().map(f64::from_le_bytes).collect::<Vec<_>>()
        };
        let single = tensors.tensor("y64").is_err();
        let wanted = |name: &str| {
            if single {
                f32s(name).expect("a tensor").into_iter().map(f64::from).collect()
            } else {
                f64s(&format!("{name}64"))
            }
        };
        let lengths = tensors.tensor("lengths").ok().map(|view| {
            assert_eq!(view.dtype(), Dtype::I32);
            let lengths = view.data().as_chunks().0.iter().copied().map(i32::from_le_bytes);
            lengths.map(|length| usize::try_from(length).expect("a length")).collect::<Vec<_>>()
        });
        let mask = tensors.tensor("mask").ok().map(|view| {
            assert_eq!(view.dtype(), Dtype::U8);
            view.data().iter().map(|&counts| counts == 1).collect::<Vec<_>>()
        });
        let h0 = f32s("h0");
        let given =
            [("lengths", lengths.is_some()), ("mask", mask.is_some()), ("initial_state", h0.is_some())];
        let given: Vec<&str> = given.into_iter().filter_map(|(word, there)| there.then_some(word)).collect();
        assert_eq!(description.given, given, "{name}: what is given is described");

        let &[batch, steps, _] = tensors.tensor("x").expect("x").shape() else { panic!("x is (B, T, n_i)") };
        Self {
            case: Case {
                name,
                weights,
                onnx: framework == "onnxruntime",
                single,
                architecture: description.architecture,
                tau: None,
                batch,
                steps,
                x: f32s("x").expect("x"),
                series: None,
                h0,
                sequences: true,
                y: wanted("y"),
                h_last: wanted("h_last"),
            },
            y_last: wanted("y_last"),
            lengths,
            mask,
            zero_output_for_mask: description.zero_output_for_mask,
        }
    }

    /// Whether every step of every row counts.
    pub(crate) fn is_full(&self) -> bool {
        self.lengths.is_none() && self.mask.is_none()
    }

    /// The same with the last outputs as y.
    pub(crate) fn last(&self) -> Case {
        Case { sequences: false, y: self.y_last.clone(), ..self.case.clone() }
    }

    /// Where PyTorch and we mean something else: past a row's end our outputs are zero after every layer; PyTorch's are
    /// zero after the recurrent layers, so that an `nn.Linear` behind them gives f(0) there. Checks that the framework's
    /// are `padding`, what the dense layers make of zeros, and makes them zero.
    pub(crate) fn with_zero_padding(mut self, padding: &[f64]) -> Result<Self, Mismatch> {
        let (steps, n_o) = (self.case.steps, padding.len());
        for (row, &length) in self.lengths.iter().flatten().enumerate() {
            for y in self.case.y[(row * steps + length) * n_o..(row + 1) * steps * n_o].chunks_mut(n_o) {
                crate::reference::check(y, padding, |_| 1e-13)?;
                y.fill(0.0);
            }
        }
        Ok(self)
    }
}

/// The line that describes a case: a file's own line in more words.
struct Description {
    architecture: Architecture,
    zero_output_for_mask: bool,
    given: Vec<String>,
    framework: String,
}

impl Description {
    fn read(text: &str) -> Self {
        let (mut entries, mut given, mut framework) = (Vec::new(), Vec::new(), String::new());
        let mut zero_output_for_mask = false;
        for entry in text.split("; ") {
            let mut words: Vec<&str> = entry.split(' ').collect();
            match words[..] {
                ["given", ref what @ ..] => given = what.iter().map(ToString::to_string).collect(),
                ["framework", ref what @ ..] => framework = what.join(" "),
                ["layer", _, kind, _, candidate, ..] => {
                    // It is one flag of a batch here. A layer's own matters to that layer's outputs alone: the next
                    // recurrent layer has the mask as well and does not look at them.
                    if kind != "dense" {
                        zero_output_for_mask = words.contains(&"zero_output_for_mask");
                    }
                    // Our own line leaves out what is the default.
                    let output = format!("output={candidate}");
                    words.retain(|&word| !["zero_output_for_mask", "gate=sigmoid", &output].contains(&word));
                    entries.push(words.join(" "));
                }
                _ => entries.push(entry.to_string()),
            }
        }
        let metadata = Metadata::from_text(&entries.join("; ")).expect("the description of a network");
        let architecture = metadata.architecture.expect("an architecture");
        Self { architecture, zero_output_for_mask, given, framework }
    }
}
