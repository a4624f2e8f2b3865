//! Options of a layer: which kinds have them, what their values are, and what they make of the layer.

use crate::mistakes::Mistakes;
use crate::options::given;
use crate::parse::{self, Setting};
use crate::spec::Cell;
use crate::words::{self, FieldOption};
use crate::{spec::Layer, value};
use proc_macro2::{Ident, TokenStream};
use rnn_format::{Activation, Direction, LayerKind, MAX_DELAY, Merge, ResetGate};
use syn::{Attribute, Meta, Result, Type};

/// What the attributes of one field say.
pub(crate) struct LayerOptions {
    /// The kind of the layer, if its type names one: then options of other kinds are mistakes.
    cell: Option<Cell>,
    /// By [`FieldOption`]: whether it stands there, with or without a value that can be read.
    seen: [bool; FieldOption::ALL.len()],
    values: Values,
    /// Where `merge` stands.
    merge: Option<Ident>,
}

/// The values that could be read.
#[derive(Default)]
struct Values {
    activation: Option<Activation>,
    gate: Option<Activation>,
    output: Option<Activation>,
    bias: Option<bool>,
    reset: Option<ResetGate>,
    peephole: bool,
    coupled: bool,
    projection: Option<usize>,
    clip: Option<f32>,
    delay: Option<f32>,
    direction: Option<Direction>,
    merge: Option<Merge>,
}

impl LayerOptions {
    pub(crate) fn new(cell: Option<Cell>) -> Self {
        Self { cell, seen: Default::default(), values: Values::default(), merge: None }
    }

    /// Reads one attribute of the field.
    pub(crate) fn read(&mut self, attribute: &Attribute, mistakes: &mut Mistakes) {
        let settings = match attribute.meta.require_list() {
            Ok(list) => parse::settings(list.tokens.clone(), mistakes),
            Err(_) => Vec::new(),
        };
        if settings.is_empty() && !matches!(&attribute.meta, Meta::List(list) if !list.tokens.is_empty()) {
            let [first, second] = [FieldOption::Activation, FieldOption::Bias].map(FieldOption::example);
            mistakes.add(
                attribute,
                format!(
                    "no option here: write one, such as `#[rnn({first})]` or `#[rnn({second})]`, or remove this"
                ),
            );
        }
        for setting in &settings {
            self.setting(setting, mistakes);
        }
    }

    fn setting(&mut self, setting: &Setting, mistakes: &mut Mistakes) {
        let name = &setting.name;
        let word = name.to_string();
        let Some(option) = words::field_option(&word) else {
            self.unknown(name, &word, mistakes);
            return;
        };
        if let Some(cell) = self.cell.filter(|&cell| !option.is_of(cell)) {
            mistakes.add(name, elsewhere(option, cell));
            return;
        }
        if option == FieldOption::Merge {
            self.merge = Some(name.clone());
        }
        let seen = &mut self.seen[option as usize];
        let Some(tokens) = given(setting, seen, option.example(), mistakes) else { return };
        if let Err(error) = self.values.set(option, tokens) {
            mistakes.push(error);
        }
        if self.cell.is_some_and(|cell| cell != Cell::Dense)
            && let Some(activation) = self.values.remove_softmax(option)
        {
            let message = format!(
                "a recurrent layer cannot have `{activation}`, which is over all outputs of a step: only a `Dense` can"
            );
            mistakes.add(tokens, message);
        }
    }

    /// An option that no layer has: it may be the struct's, or misspelt.
    fn unknown(&mut self, name: &Ident, word: &str, mistakes: &mut Mistakes) {
        if words::STRUCT_OPTIONS.contains(&word) {
            let message =
                format!("`{word}` is an option of the whole network: move it to the struct's `#[rnn(..)]`");
            mistakes.add(name, message);
            return;
        }
        let known = words::field_options(self.cell);
        let meant = words::nearest_field_option(word, &known);
        if let Some(option) = meant.and_then(words::field_option) {
            // What is there under a misspelt name is not missing; but who knows a GRU's form by another library's name is
            // told what it is called here.
            self.seen[option as usize] =
                option != FieldOption::Reset || words::nearest(word, meant).is_some();
        }
        let owner = self.cell.map_or_else(|| "a field".to_owned(), |cell| format!("`{}`", cell.marker()));
        let (meant, list) = (words::suggestion(meant), words::list(known.iter().copied()));
        mistakes.add(name, format!("unknown option `{word}`{meant} (options of {owner}: {list})"));
    }

    /// Puts the options into a layer of type `ty`.
    pub(crate) fn finish(self, layer: &mut Layer, ty: &Type, mistakes: &mut Mistakes) {
        let has = |option: FieldOption| self.seen[option as usize];
        if self.cell == Some(Cell::Gru) && !has(FieldOption::Reset) {
            mistakes.add(ty, RESET_MISSING);
        }
        let is_bidirectional = matches!(self.values.direction, Some(Direction::Bidirectional(_)));
        let is_unread = has(FieldOption::Direction) && self.values.direction.is_none();
        if let Some(name) = self.merge.as_ref().filter(|_| !is_bidirectional && !is_unread) {
            mistakes.add(
                name,
                "`merge` joins the outputs of two directions: add `direction = bidirectional`, or remove it",
            );
        }
        layer.kind = self.values.put_into(layer.kind);
    }
}

const RESET_MISSING: &str = "a `Gru` needs `#[rnn(reset = ..)]`, for weights trained with one form mean something else in the \
    other: `after_product` is PyTorch's, Keras' default (`reset_after=True`) and ONNX' `linear_before_reset=1`, \
    `before_product` is Keras' `reset_after=False` and ONNX' default";

/// "`reset` is an option of `Gru`; `Dense` has `activation` and `bias`".
fn elsewhere(option: FieldOption, cell: Cell) -> String {
    let owners: Vec<_> =
        Cell::ALL.into_iter().filter(|&owner| option.is_of(owner)).map(Cell::marker).collect();
    let owners = match owners.len() {
        len if len + 1 == Cell::ALL.len() => "recurrent layers".to_owned(),
        _ => words::list(owners),
    };
    let known = words::field_options(Some(cell));
    format!(
        "`{}` is an option of {owners}; `{}` has {}",
        option.name(),
        cell.marker(),
        words::list(known.iter().copied())
    )
}

impl Values {
    /// Reads the value of an option.
    fn set(&mut self, option: FieldOption, tokens: &TokenStream) -> Result<()> {
        let name = option.name();
        match option {
            FieldOption::Activation => self.activation = Some(value::activation(tokens, name)?),
            FieldOption::Gate => self.gate = Some(value::activation(tokens, name)?),
            FieldOption::Output => self.output = Some(value::activation(tokens, name)?),
            FieldOption::Bias => self.bias = Some(value::flag(tokens, name)?),
            FieldOption::Reset => self.reset = Some(value::word(tokens, name, &words::RESETS)?),
            FieldOption::Peephole => self.peephole = value::flag(tokens, name)?,
            FieldOption::Coupled => self.coupled = value::flag(tokens, name)?,
            FieldOption::Projection => self.projection = Some(value::size(tokens, name, 20)?),
            FieldOption::Clip => {
                let limit =
                    value::number(tokens, name, "3.0", |limit| limit > 0.0, "it is a finite number above 0")?;
                self.clip = Some(limit);
            }
            FieldOption::Delay => {
                let range = format!("it goes from 1 to {MAX_DELAY} steps");
                let is_delay = |steps| (1.0..=MAX_DELAY).contains(&steps);
                self.delay = Some(value::number(tokens, name, "2.5", is_delay, &range)?);
            }
            FieldOption::Direction => {
                self.direction = Some(value::word(tokens, name, &words::DIRECTIONS)?);
            }
            FieldOption::Merge => self.merge = Some(value::word(tokens, name, &words::MERGES)?),
        }
        Ok(())
    }

    /// Takes away what is not a function of one value each, if the option is that.
    fn remove_softmax(&mut self, option: FieldOption) -> Option<Activation> {
        let value = match option {
            FieldOption::Activation => &mut self.activation,
            FieldOption::Gate => &mut self.gate,
            FieldOption::Output => &mut self.output,
            _ => return None,
        };
        value.take_if(|activation| !activation.is_elementwise())
    }

    /// A layer of every default, with these values. Whatever stood first: `output` is the exception to `activation`.
    fn put_into(self, mut kind: LayerKind) -> LayerKind {
        if let (Some(reset), Some(layer)) = (self.reset, kind.recurrent()) {
            kind = LayerKind::gru(layer.hidden_size, reset);
        }
        if let Some(activation) = self.activation {
            kind = kind.with_activation(activation);
        }
        if let Some(gate) = self.gate {
            kind = kind.with_gate(gate);
        }
        if let Some(output) = self.output {
            kind = kind.with_output(output);
        }
        if let Some(bias) = self.bias {
            kind = kind.with_bias(bias);
        }
        if self.peephole {
            kind = kind.with_peephole();
        }
        if self.coupled {
            kind = kind.coupled();
        }
        if let Some(size) = self.projection {
            kind = kind.with_projection(size);
        }
        if let Some(limit) = self.clip {
            kind = kind.with_clip(limit);
        }
        if let Some(steps) = self.delay {
            kind = kind.with_delay(steps);
        }
        match (self.direction, self.merge) {
            (Some(Direction::Bidirectional(_)), Some(merge)) => {
                kind.with_direction(Direction::Bidirectional(merge))
            }
            (Some(direction), _) => kind.with_direction(direction),
            (None, _) => kind,
        }
    }
}
