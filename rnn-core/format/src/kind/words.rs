//! A layer as words, for the line in a file's metadata.
//!
//! ```text
//! dense 1 linear bias
//! lstm 40 tanh bias direction=bidirectional merge=concat
//! ```
//!
//! The kind, its size, f or the candidate's activation (see [`Activation`]), `bias` or `no_bias`, and then what differs from the default. A
//! GRU's `reset` has none and is always there.

use alloc::format;
use alloc::string::String;

use super::{CellKind, Direction, LayerKind, Merge, Recurrent, ResetGate};
use crate::activation::Activation;

impl LayerKind {
    /// The words.
    pub(crate) fn to_words(self) -> String {
        let bias = if self.bias() { "bias" } else { "no_bias" };
        let mut words = format!("{} {} {} {bias}", self.name(), self.size(), self.activation());
        let Self::Recurrent(Recurrent { cell, clip, direction, delay, .. }) = self else { return words };
        let mut add = |word: &str| {
            words.push(' ');
            words.push_str(word);
        };
        if let CellKind::Custom { gates, memory } = cell {
            add(&format!("gates={gates}"));
            if memory {
                add("memory");
            }
        }
        if let CellKind::Gru { reset, .. } = cell {
            add(match reset {
                ResetGate::AfterProduct => "reset=after_product",
                ResetGate::BeforeProduct => "reset=before_product",
            });
        }
        if let Some(gate) = cell.gate().filter(|&gate| gate != Activation::Sigmoid) {
            add(&format!("gate={gate}"));
        }
        if let CellKind::Lstm { candidate, output, peephole, coupled, projection, .. } = cell {
            if output != candidate {
                add(&format!("output={output}"));
            }
            if peephole {
                add("peephole");
            }
            if coupled {
                add("coupled");
            }
            if let Some(size) = projection {
                add(&format!("projection={size}"));
            }
        }
        if let Some(clip) = clip {
            add(&format!("clip={clip}"));
        }
        if delay.to_bits() != 1.0_f32.to_bits() {
            add(&format!("delay={delay}"));
        }
        match direction {
            Direction::Forward => {}
            Direction::Reverse => add("direction=reverse"),
            Direction::GoBackwards => add("direction=go_backwards"),
            Direction::Bidirectional(merge) => add(match merge {
                Merge::Concat => "direction=bidirectional merge=concat",
                Merge::Sum => "direction=bidirectional merge=sum",
                Merge::Product => "direction=bidirectional merge=product",
                Merge::Average => "direction=bidirectional merge=average",
            }),
        }
        words
    }

    /// The layer of these words, if they are one.
    pub(crate) fn from_words(words: &[&str]) -> Option<Self> {
        let &[name, size, activation, bias, ref options @ ..] = words else { return None };
        let size = size.parse().ok()?;
        let activation = Activation::from_name(activation)?;
        let bias = match bias {
            "bias" => true,
            "no_bias" => false,
            _ => return None,
        };
        if name == "dense" {
            return options.is_empty().then_some(Self::Dense { output_size: size, activation, bias });
        }
        let reset = match options.iter().find_map(|word| word.strip_prefix("reset=")) {
            Some("after_product") => Some(ResetGate::AfterProduct),
            Some("before_product") => Some(ResetGate::BeforeProduct),
            _ => None,
        };
        let cell = match name {
            "simple_rnn" => CellKind::SimpleRnn { activation },
            "gru" => CellKind::gru(reset?),
            "lstm" => CellKind::LSTM,
            "min_gru" => CellKind::MIN_GRU,
            "min_lstm" => CellKind::MIN_LSTM,
            "custom" => CellKind::Custom { gates: 0, memory: false },
            _ => return None,
        };
        let mut layer = Recurrent { bias, ..Recurrent::new(cell.with_activation(activation), size) };
        for word in options {
            option(&mut layer, word)?;
        }
        let kind = Self::Recurrent(layer);
        // One spelling: what does not read back, such as an option given twice or in vain, is refused. Only parameters of
        // activations may be written otherwise, or left out where they have defaults.
        let written = kind.to_words();
        let mut written = written.split(' ');
        let same = words.iter().all(|word| written.next().is_some_and(|written| is_same(word, written)));
        (same && written.next().is_none()).then_some(kind)
    }
}

/// Whether two words are the same, or the same activation of the same gate.
fn is_same(a: &str, b: &str) -> bool {
    let split = |word| str::split_once(word, '=').unwrap_or(("", word));
    let ((gate, f), (other_gate, g)) = (split(a), split(b));
    a == b
        || gate == other_gate && Activation::from_name(f).is_some_and(|f| Activation::from_name(g) == Some(f))
}

/// Sets what one word says, if it says something of this cell.
fn option(layer: &mut Recurrent, word: &str) -> Option<()> {
    let (name, value) = word.split_once('=').unwrap_or((word, ""));
    if name == "gate" {
        layer.cell = layer.cell.with_gate(Activation::from_name(value)?);
        return Some(());
    }
    if let CellKind::Custom { gates, memory } = &mut layer.cell {
        match name {
            "gates" => *gates = value.parse().ok()?,
            "memory" => *memory = true,
            _ => return common(layer, name, value),
        }
        return Some(());
    }
    if let CellKind::Lstm { output, peephole, coupled, projection, .. } = &mut layer.cell {
        match name {
            "output" => *output = Activation::from_name(value)?,
            "peephole" => *peephole = true,
            "coupled" => *coupled = true,
            "projection" => *projection = Some(value.parse().ok()?),
            _ => return common(layer, name, value),
        }
        return Some(());
    }
    common(layer, name, value)
}

/// Sets an option that every cell has.
fn common(layer: &mut Recurrent, name: &str, value: &str) -> Option<()> {
    match (name, value) {
        ("reset", _) => {}
        ("clip", _) => layer.clip = Some(value.parse().ok()?),
        ("delay", _) => layer.delay = value.parse().ok()?,
        ("direction", "reverse") => layer.direction = Direction::Reverse,
        ("direction", "go_backwards") => layer.direction = Direction::GoBackwards,
        ("direction", "bidirectional") => layer.direction = Direction::Bidirectional(Merge::Concat),
        ("merge", merge) => {
            layer.direction = Direction::Bidirectional(match merge {
                "concat" => Merge::Concat,
                "sum" => Merge::Sum,
                "product" => Merge::Product,
                "average" => Merge::Average,
                _ => return None,
            });
        }
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads_back(kind: LayerKind) {
        let text = kind.to_words();
        let words: alloc::vec::Vec<&str> = text.split(' ').collect();
        assert_eq!(LayerKind::from_words(&words), Some(kind), "{text}");
    }

    #[test]
    fn words_read_back() {
        let lstm = Recurrent {
            bias: false,
            clip: Some(0.1),
            delay: 2.5,
            direction: Direction::Bidirectional(Merge::Average),
            ..Recurrent::new(
                CellKind::Lstm {
                    gate: Activation::FastSigmoid,
                    candidate: Activation::Relu,
                    output: Activation::Linear,
                    peephole: true,
                    coupled: true,
                    projection: Some(7),
                },
                9,
            )
        };
        for kind in [
            LayerKind::simple_rnn(3),
            LayerKind::gru(4, ResetGate::AfterProduct).with_direction(Direction::Reverse),
            LayerKind::gru(4, ResetGate::BeforeProduct).with_direction(Direction::GoBackwards),
            LayerKind::lstm(40),
            LayerKind::min_gru(1),
            LayerKind::min_lstm(2).with_bias(false),
            LayerKind::dense(3).with_activation(Activation::Relu),
            LayerKind::dense(3).with_activation(Activation::Softmax),
            LayerKind::simple_rnn(3).with_activation(Activation::Affine { alpha: -0.1, beta: 1e-30 }),
            LayerKind::Recurrent(lstm),
            LayerKind::Recurrent(Recurrent {
                cell: lstm
                    .cell
                    .with_gate(Activation::HardSigmoid { alpha: 0.2, beta: 0.5 })
                    .with_activation(Activation::LeakyRelu { alpha: 0.3 }),
                ..lstm
            }),
        ] {
            reads_back(kind);
        }
        assert_eq!(LayerKind::simple_rnn(32).to_words(), "simple_rnn 32 tanh bias");
    }

    #[test]
    fn defaults_of_activations_may_be_left_out() {
        for (short, long) in [
            ("simple_rnn 4 leaky_relu bias", "simple_rnn 4 leaky_relu(0.01) bias"),
            ("lstm 4 elu bias gate=hard_sigmoid", "lstm 4 elu(1.0) bias gate=hard_sigmoid(0.2,5e-1)"),
        ] {
            let read = |text: &str| {
                let words: alloc::vec::Vec<&str> = text.split(' ').collect();
                LayerKind::from_words(&words)
            };
            assert!(read(short).is_some() && read(short) == read(long), "{short}");
        }
    }

    #[test]
    fn other_words_are_none() {
        for text in [
            "gru 4 tanh bias",
            "gru 4 tanh bias reset=maybe",
            "simple_rnn 4 tanh bias peephole",
            "simple_rnn 4 tanh bias gate=sigmoid",
            "lstm 4 tanh bias reset=after_product",
            "lstm 4 tanh bias merge=sum",
            "lstm 4 tanh bias delay=1",
            "lstm 4 tanh bias clip=1 clip=1",
            "lstm 4 tanh bias direction=sideways",
            "dense 1 linear bias clip=1",
            "lstm 4 tanh",
            "lstm 4 affine bias",
            "lstm 4 tanh bias gate=sigmoid",
            "lstm 4 tanh bias gate=elu gate=elu(1)",
            "lstm 4 tanh bias output=relu(1)",
        ] {
            let words: alloc::vec::Vec<&str> = text.split(' ').collect();
            assert_eq!(LayerKind::from_words(&words), None, "{text}");
        }
    }
}
