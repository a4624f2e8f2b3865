//! One field: its type says which layer it is, its attributes the options, and nothing stands there that would be lost.

use crate::layer_options::LayerOptions;
use crate::mistakes::Mistakes;
use crate::spec::{Cell, Layer};
use crate::{habits, parse, sizes, value, words};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Field, PathArguments, Type, Visibility};

/// Reads a field; what is wrong goes to `mistakes`.
pub(crate) fn layer(field: &Field, mistakes: &mut Mistakes) -> Layer {
    let (cell, mut layer) = layer_type(&field.ty, mistakes);
    layer.name = field.ident.as_ref().map(|name| name.unraw().to_string()).unwrap_or_default();
    let mut options = LayerOptions::new(cell);
    for attribute in &field.attrs {
        if parse::is_rnn(attribute) {
            options.read(attribute, mistakes);
        } else if !parse::is_doc(attribute) {
            lost(attribute, mistakes);
        }
    }
    options.finish(&mut layer, &field.ty, mistakes);
    if !matches!(field.vis, Visibility::Inherited) {
        let vis = &field.vis;
        let shown = vis.to_token_stream();
        mistakes.add(
            vis,
            format!("a layer has no visibility, for the struct keeps no field of it: remove `{shown}`"),
        );
    }
    if let Some((equals, default)) = &field.default {
        mistakes.add(quote!(#equals #default), "a layer has no default value: its weights are loaded");
    }
    layer
}

/// The layer and size that a type names, with every default; a dense layer where it names none.
fn layer_type(ty: &Type, mistakes: &mut Mistakes) -> (Option<Cell>, Layer) {
    let markers = || Cell::ALL.map(|cell| format!("{}<{}>", cell.marker(), cell.size_name()));
    let known = || words::list(markers().iter().map(String::as_str));
    let of_size = |cell: Cell, size| Layer { kind: cell.of_size(size), ..Layer::of(cell) };
    let mut unknown = |message: String| {
        mistakes.add(ty, message);
        (None, of_size(Cell::Dense, value::guess(ty).unwrap_or(1)))
    };
    let Some(segment) = last_segment(ty) else {
        return unknown(format!("the type of a field says which layer it is; layers are {}", known()));
    };
    let word = segment.ident.to_string();
    let Some(cell) = words::cell(&word) else {
        if let Some(meant) = habits::meant(segment) {
            mistakes.add(ty, meant.message);
            return match meant.layer {
                Some((inner, direction)) => {
                    let (cell, layer) = layer_type(inner, mistakes);
                    let turned = |cell| {
                        if cell == Cell::Dense { layer.kind } else { layer.kind.with_direction(direction) }
                    };
                    (cell, Layer { kind: cell.map_or(layer.kind, turned), ..layer })
                }
                None => (None, of_size(Cell::Dense, value::guess(ty).unwrap_or(1))),
            };
        }
        let meant = words::suggestion(words::nearest_cell(&word));
        return unknown(format!("unknown layer `{word}`{meant} (layers are {})", known()));
    };
    // Whether `_` may stand there is for `sizes` to say.
    if sizes::open(ty).is_some() {
        return (Some(cell), Layer::of(cell));
    }
    let size = layer_size(cell, &segment.arguments).unwrap_or_else(|error| {
        // An argument list that is not there has no token: the type's name stands for it.
        let absent = matches!(segment.arguments, PathArguments::None);
        mistakes.push(if absent { syn::Error::new_spanned(ty, error) } else { error });
        value::guess(&segment.arguments).unwrap_or(cell.usual_size())
    });
    (Some(cell), of_size(cell, size))
}

/// `A` of `x::A<..>`, also when it comes through a macro.
pub(crate) fn last_segment(ty: &Type) -> Option<&syn::PathSegment> {
    match ty {
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        _ => None,
    }
}

/// The one number between `<` and `>`.
fn layer_size(cell: Cell, arguments: &PathArguments) -> syn::Result<usize> {
    let (marker, name, letter, usual) =
        (cell.marker(), cell.size_name(), cell.size_letter(), cell.usual_size());
    let one = format!("`{marker}` takes one size, its {name} ({letter}): write `{marker}<{usual}>`");
    match arguments {
        PathArguments::AngleBracketed(list) => match habits::options(cell, list) {
            Some(error) => Err(error),
            None if list.args.len() == 1 => value::size(&list.args.to_token_stream(), name, usual),
            None => Err(syn::Error::new_spanned(arguments, one)),
        },
        _ => Err(syn::Error::new_spanned(arguments, one)),
    }
}

/// An attribute of a field that nobody would ever see.
fn lost(attribute: &Attribute, mistakes: &mut Mistakes) {
    let name = attribute.path().to_token_stream().to_string().replace(' ', "");
    let message = if matches!(name.as_str(), "cfg" | "cfg_attr") {
        format!(
            "a layer cannot depend on `#[{name}]`: write one struct for each case, with the `#[cfg]` on the struct"
        )
    } else {
        format!(
            "`#[{name}]` would be lost, for the struct keeps no field of a layer: remove it, or move it to the struct"
        )
    };
    mistakes.add(attribute, message);
}
