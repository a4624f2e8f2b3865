//! Weights that a file keeps in another form than as one tensor: PyTorch's parametrisations.
//!
//! `weight_norm` keeps a weight w as g and v, w = g v / |v| with the norm over all dimensions but one
//! (`torch.nn.utils.weight_norm`: `<w>_g`, `<w>_v`; `torch.nn.utils.parametrizations.weight_norm`:
//! `parametrizations.<w>.original0`, `original1`). Both are computed on loading. Every other form is refused by its name. A
//! listing has w in place of its parts, so that all rules for names see the one tensor that is meant.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::Listing;
use crate::header::{File, Floats};
use crate::numbers::Numbers;
use crate::weight_error::WeightError;

/// A tensor that is not in the file as itself.
#[derive(Clone, Debug)]
struct Fold {
    name: String,
    form: Form,
    /// The file's tensors that it is made of: of a normalised weight g and v.
    parts: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    WeightNorm,
    /// One that is not computed: what it is, and what undoes it in Python.
    Other(&'static str, &'static str),
}

const SPECTRAL: Form =
    Form::Other("spectral_norm", "`torch.nn.utils.remove_spectral_norm` before the file is saved");
const PARAMETRIZE: &str = "`torch.nn.utils.parametrize.remove_parametrizations` before the file is saved";

/// Forms told by the endings of their parts; the first has the weight's shape.
const ENDINGS: [(&[&str], Form); 4] = [
    (&["_v", "_g"], Form::WeightNorm),
    (&["_orig", "_u", "_v"], SPECTRAL),
    (&["_orig", "_mask"], Form::Other("pruning", "`torch.nn.utils.prune.remove` before the file is saved")),
    (&["_bar", "_u", "_v"], SPECTRAL),
];

/// What a listing says besides of tensors that are made of others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Folds {
    folds: Vec<Fold>,
    /// Tensors that have a twin from before some of their values were dropped out, and the twins.
    dropped: Vec<(String, String)>,
}

/// Values of a tensor, in the file or computed.
pub(crate) enum Values<'f> {
    InFile(Numbers<'f>),
    Computed(Vec<f32>),
}

impl Values<'_> {
    pub(crate) fn at(&self, i: usize) -> f32 {
        match self {
            Self::InFile(numbers) => numbers.at(i),
            Self::Computed(values) => values[i],
        }
    }
}

impl Listing {
    /// Of these tensors, sorted by name; what is kept in parts becomes one tensor.
    pub(crate) fn new(names: Vec<String>, shapes: Vec<Vec<usize>>) -> Self {
        let mut listing = Self { names, shapes, folds: Folds::default() };
        listing.drop_copies();
        let folds = listing.folds();
        if folds.is_empty() {
            return listing;
        }
        let parts: BTreeSet<&str> = folds.iter().flat_map(|fold| &fold.parts).map(String::as_str).collect();
        let shape = |fold: &Fold| listing.shape(&fold.parts[0]).unwrap_or_default().to_vec();
        let mut all: BTreeMap<String, Vec<usize>> =
            folds.iter().map(|fold| (fold.name.clone(), shape(fold))).collect();
        let whole = listing.names.iter().zip(&listing.shapes).filter(|(name, _)| !parts.contains(&name[..]));
        all.extend(whole.map(|(name, shape)| (name.clone(), shape.clone())));
        let (names, shapes) = all.into_iter().unzip();
        Self { names, shapes, folds: Folds { folds, ..listing.folds } }
    }

    /// Leaves aside the weights from which others were dropped out, `weight_hh_l0_raw` beside `weight_hh_l0` or
    /// `module.weight_hh_l0`.
    fn drop_copies(&mut self) {
        let mut dropped = Vec::new();
        for raw in &self.names {
            let Some(name) = raw.strip_suffix("_raw") else { continue };
            let (module, leaf) = name.rsplit_once('.').map_or(("", name), |(m, leaf)| (m, leaf));
            let inner =
                if module.is_empty() { format!("module.{leaf}") } else { format!("{module}.module.{leaf}") };
            let twin = [name, &inner].into_iter().find(|twin| self.shape(twin) == self.shape(raw));
            if let Some(twin) = twin {
                dropped.push((twin.to_string(), raw.clone()));
            }
        }
        let raw: BTreeSet<String> = dropped.iter().map(|(_, raw)| raw.clone()).collect();
        self.retain(|name| !raw.contains(name));
        self.folds.dropped = dropped;
    }

    /// What the names say is kept in parts.
    fn folds(&self) -> Vec<Fold> {
        let mut folds = Vec::new();
        for name in &self.names {
            let of_this = |(endings, form): &(&[&str], Form)| {
                let weight = name.strip_suffix(endings[0]).filter(|weight| !self.has(weight))?;
                let part = |ending: &&str| format!("{weight}{ending}");
                // The second ending tells; further ones may be missing.
                let second = part(&endings[1]);
                let is_one =
                    self.has(&second) && (*form != Form::WeightNorm || self.normalises(&second, name));
                let parts = endings.iter().map(part).filter(|part| self.has(part)).collect();
                is_one.then(|| Fold { name: weight.to_string(), form: *form, parts })
            };
            folds.extend(ENDINGS.iter().find_map(of_this));
        }
        let mut modules = BTreeMap::<String, Vec<&str>>::new();
        for name in &self.names {
            let Some((module, rest)) = split_at_segment(name, "parametrizations") else { continue };
            let Some((weight, _)) = rest.split_once('.') else { continue };
            modules.entry(format!("{module}{weight}")).or_default().push(name);
        }
        for (name, parts) in modules.into_iter().filter(|(name, _)| !self.has(name)) {
            let ends = |ending: &str| parts.iter().copied().find(|part| part.ends_with(ending));
            let form = match (ends(".original0"), ends(".original1")) {
                (Some(g), Some(v)) if parts.len() == 2 && self.normalises(g, v) => {
                    folds.push(Fold {
                        name,
                        form: Form::WeightNorm,
                        parts: vec![v.to_string(), g.to_string()],
                    });
                    continue;
                }
                _ if ends("._u").is_some() => Form::Other("spectral_norm", PARAMETRIZE),
                _ if ends(".base").is_some() => Form::Other("orthogonal", PARAMETRIZE),
                _ => Form::Other("a kind that is not known", PARAMETRIZE),
            };
            let mut parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
            // The weight itself first, whose shape it has.
            parts.sort_by_key(|part| !part.ends_with(".original"));
            folds.push(Fold { name, form, parts });
        }
        folds
    }

    /// Whether g has the shape of v's norms over all dimensions but one, or over all.
    fn normalises(&self, g: &str, v: &str) -> bool {
        let (Some(g), Some(v)) = (self.shape(g), self.shape(v)) else { return false };
        let kept = g.iter().filter(|&&n| n != 1).count();
        let is_norm = g.len() == v.len() && kept <= 1 && g.iter().zip(v).all(|(&g, &v)| g == 1 || g == v);
        !v.is_empty() && (is_norm || g.iter().product::<usize>() == 1)
    }

    /// Refuses tensors that are kept in a form that is not computed.
    pub(crate) fn check_forms<'n>(&self, names: impl Iterator<Item = &'n str>) -> Result<(), WeightError> {
        let names: BTreeSet<&str> = names.collect();
        let mut taken = self.folds.folds.iter().filter(|fold| names.contains(&fold.name[..]));
        taken.find_map(Fold::refusal).map_or(Ok(()), Err)
    }

    /// Shape and values of one tensor.
    pub(crate) fn values<'f>(
        &self,
        file: &File<'f>,
        name: &str,
    ) -> Result<(Vec<usize>, Values<'f>), WeightError> {
        let Folds { folds, dropped } = &self.folds;
        if let Some(fold) = folds.iter().find(|fold| fold.name == name) {
            return fold.refusal().map_or_else(|| fold.compute(file), Err);
        }
        if let Some(fold) = folds.iter().find(|fold| fold.parts.iter().any(|part| part == name)) {
            return Err(WeightError::Unsupported {
                tensor: name.to_string(),
                what: format!("a part of {}, which is kept by {}", fold.name, fold.form.name()),
                remedy: format!("name {}, not its parts", fold.name),
            });
        }
        let Floats { shape, values } = file.floats(name)?;
        if let Some((_, raw)) = dropped.iter().find(|(twin, _)| twin == name) {
            let before = file.floats(raw)?.values;
            if (0..values.len()).any(|i| values.at(i) == 0.0 && before.at(i) != 0.0) {
                return Err(WeightError::Unsupported {
                    tensor: name.to_string(),
                    what: format!("a copy of {raw} of which values were dropped out"),
                    remedy: format!(
                        "name {raw} with a mapping, or save the model after a call in `model.eval()`"
                    ),
                });
            }
        }
        Ok((shape, Values::InFile(values)))
    }

    /// Whether no layer takes a tensor because one took its twin, the weight before dropout.
    pub(crate) fn is_spare(&self, name: &str, taken: &BTreeSet<&str>) -> bool {
        self.folds.dropped.iter().any(|(twin, raw)| twin == name && taken.contains(&raw[..]))
    }
}

impl Form {
    const fn name(self) -> &'static str {
        match self {
            Self::WeightNorm => "weight_norm",
            Self::Other(name, _) => name,
        }
    }
}

impl Fold {
    fn refusal(&self) -> Option<WeightError> {
        let Form::Other(name, undo) = self.form else { return None };
        Some(WeightError::Unsupported {
            tensor: self.name.clone(),
            what: format!(
                "kept as {} by a parametrisation ({name}) that is not computed",
                self.parts.join(", ")
            ),
            remedy: format!("undo it with {undo}"),
        })
    }

    /// w = g v / |v|, in f64 and rounded once.
    fn compute<'f>(&self, file: &File<'_>) -> Result<(Vec<usize>, Values<'f>), WeightError> {
        let [v, g] = &self.parts[..] else { unreachable!("a weight_norm has two parts") };
        let (v, g) = (file.floats(v)?, file.floats(g)?);
        // Which g is of value i: its place along the one dimension that is kept.
        let kept = g.shape.iter().zip(&v.shape).position(|(&g, _)| g != 1).unwrap_or(0);
        let stride: usize = v.shape.get(kept + 1..).unwrap_or_default().iter().product();
        let of = |i: usize| i / stride.max(1) % g.values.len().max(1);
        let mut squares = vec![0.0_f64; g.values.len()];
        for i in 0..v.values.len() {
            let value = f64::from(v.values.at(i));
            squares[of(i)] += value * value;
        }
        let norms: Vec<f64> = squares.into_iter().map(square_root).collect();
        #[expect(clippy::cast_possible_truncation, reason = "the one rounding to f32")]
        let value = |i| (f64::from(g.values.at(of(i))) * f64::from(v.values.at(i)) / norms[of(i)]) as f32;
        let values = (0..v.values.len()).map(value).collect();
        Ok((v.shape, Values::Computed(values)))
    }
}

/// What stands before and after a segment of a name.
fn split_at_segment<'n>(name: &'n str, segment: &str) -> Option<(&'n str, &'n str)> {
    let mut start = 0;
    for part in name.split('.') {
        if part == segment {
            return Some((&name[..start], name.get(start + part.len() + 1..)?));
        }
        start += part.len() + 1;
    }
    None
}

/// The square root, which `core` does not have: Newton's method, within one unit in the last place.
fn square_root(x: f64) -> f64 {
    if !(x > 0.0 && x < f64::INFINITY) {
        return x;
    }
    // Half of the exponent.
    let mut y = f64::from_bits((x.to_bits() >> 1) + (1023 << 51));
    for _ in 0..6 {
        y = 0.5 * (y + x / y);
    }
    y
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots() {
        let mut x = 1e-90_f64;
        while x < 1e80 {
            let (found, error) = (square_root(x), square_root(x) * square_root(x) / x - 1.0);
            assert!(found > 0.0 && error.abs() <= 4.0 * f64::EPSILON, "{x}: {found}");
            x *= 1.7;
        }
        for (x, root) in [(0.0, 0.0), (4.0, 2.0), (f64::INFINITY, f64::INFINITY), (1.0, 1.0)] {
            assert_eq!(square_root(x).to_bits(), f64::to_bits(root));
        }
        assert!(square_root(f64::NAN).is_nan());
    }

    fn listing(names: &[(&str, &[usize])]) -> Listing {
        let mut sorted = names.to_vec();
        sorted.sort_unstable();
        let (names, shapes) = sorted.iter().map(|(name, shape)| (name.to_string(), shape.to_vec())).unzip();
        Listing::new(names, shapes)
    }

    #[test]
    fn a_weight_stands_in_place_of_its_parts() {
        for names in [
            [("rnn.weight_hh_l0_g", &[12, 1][..]), ("rnn.weight_hh_l0_v", &[12, 4])],
            [
                ("rnn.parametrizations.weight_hh_l0.original0", &[12, 1]),
                ("rnn.parametrizations.weight_hh_l0.original1", &[12, 4]),
            ],
            [("rnn.weight_hh_l0_g", &[]), ("rnn.weight_hh_l0_v", &[12, 4])],
            [("rnn.weight_hh_l0_g", &[1, 4]), ("rnn.weight_hh_l0_v", &[12, 4])],
        ] {
            let listing = listing(&names);
            assert_eq!(listing.names, ["rnn.weight_hh_l0"]);
            assert_eq!(listing.shapes, [[12, 4]]);
            assert!(listing.check_forms(listing.names.iter().map(String::as_str)).is_ok());
        }
        // Two matrices whose names end so are two matrices.
        let two = [("a_g", &[12, 4][..]), ("a_v", &[12, 4])];
        assert_eq!(listing(&two).names, ["a_g", "a_v"]);
        let whole = [("w", &[12, 4][..]), ("w_g", &[12, 1]), ("w_v", &[12, 4])];
        assert_eq!(listing(&whole).names, ["w", "w_g", "w_v"]);
    }

    #[test]
    fn other_forms_are_refused_by_name() {
        for (names, says) in [
            (
                &[("fc.weight_orig", &[2, 4][..]), ("fc.weight_u", &[2]), ("fc.weight_v", &[4])][..],
                "tensor fc.weight is kept as fc.weight_orig, fc.weight_u, fc.weight_v by a parametrisation (spectral_norm)",
            ),
            (
                &[("fc.weight_orig", &[2, 4]), ("fc.weight_mask", &[2, 4])],
                "tensor fc.weight is kept as fc.weight_orig, fc.weight_mask by a parametrisation (pruning)",
            ),
            (
                &[
                    ("parametrizations.weight.original", &[2, 4]),
                    ("parametrizations.weight.0._u", &[2]),
                    ("parametrizations.weight.0._v", &[4]),
                ],
                "tensor weight is kept as parametrizations.weight.original, parametrizations.weight.0._u, \
                 parametrizations.weight.0._v by a parametrisation (spectral_norm)",
            ),
            (
                &[
                    ("fc.parametrizations.weight.0.base", &[4, 4]),
                    ("fc.parametrizations.weight.original", &[4, 4]),
                ],
                "tensor fc.weight is kept as fc.parametrizations.weight.original, fc.parametrizations.weight.0.base by a \
                 parametrisation (orthogonal)",
            ),
            (
                &[("fc.parametrizations.weight.original", &[4, 4])],
                "tensor fc.weight is kept as fc.parametrizations.weight.original by a parametrisation (a kind that",
            ),
        ] {
            let listing = listing(names);
            assert_eq!(listing.names.len(), 1);
            assert_eq!(listing.shapes[0].len(), 2);
            let error = listing.check_forms(listing.names.iter().map(String::as_str));
            let text = error.expect_err("a form that is not computed").to_string();
            assert!(text.starts_with(says), "{text}");
            assert!(text.contains("; undo it with `torch.nn.utils."), "{text}");
            // What is not taken may be kept as it likes.
            assert!(listing.check_forms(core::iter::empty()).is_ok());
        }
    }
}
