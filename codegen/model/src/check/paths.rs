//! Follows paths: `a.b.c`, by keys, from the request or the response down to one field. A path crosses no list.

use super::context::{Checked, Side};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Field, Path, Scalar, Type, TypeId};
use crate::raw::At;
use crate::text::{listed, nearest, shown};

/// What the field at the end of a path has to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Expected {
    /// A scalar, one of these.
    Scalar(&'static [Scalar]),
    /// A list of objects.
    Objects,
}

impl Expected {
    fn meets(self, ty: &Type) -> bool {
        match (self, ty) {
            (Expected::Scalar(scalars), Type::Scalar(scalar)) => scalars.contains(scalar),
            (Expected::Objects, Type::Objects(_)) => true,
            _ => false,
        }
    }

    fn name(self) -> String {
        match self {
            Expected::Scalar([one]) => format!("a {one}"),
            Expected::Scalar(several) => {
                format!("one of {}", listed(several.iter().map(|scalar| scalar.name())))
            }
            Expected::Objects => "a list of objects".to_owned(),
        }
    }
}

/// Resolves `path` from `side`. `None` if it does not resolve; that is reported, unless what it crosses was reported already.
pub(super) fn resolve(
    checked: &Checked,
    side: Side,
    path: &At<String>,
    expected: Expected,
    out: &mut Vec<Diagnostic>,
) -> Option<Path> {
    let mut way = Vec::new();
    let mut object = checked.side(side);
    let mut rest = path.value.as_str();
    loop {
        let Some((index, behind)) = step(&object.object.fields, rest) else {
            if !object.broken {
                out.push(dangling(checked, side, path, rest, &object.object.fields));
            }
            return None;
        };
        way.push(index);
        if !object.known[index] {
            return None;
        }
        let field = &object.object.fields[index];
        let Some(behind) = behind else {
            if expected.meets(&field.ty) {
                return Some(Path(way));
            }
            let message =
                format!("expected {} at the end of {}, got {}", expected.name(), shown(&path.value), kind(&field.ty));
            let finding =
                Diagnostic::error(Code::PathType, path.at, message).label("here").also(field.at, "this field");
            out.push(finding.help("name a field of the right type"));
            return None;
        };
        match field.ty {
            Type::Object(id) => object = checked.named(id),
            _ => {
                let message = format!(
                    "{} is {}; the path {} cannot continue through it",
                    shown(&field.key),
                    kind(&field.ty),
                    shown(&path.value)
                );
                let finding =
                    Diagnostic::error(Code::PathType, path.at, message).label("here").also(field.at, "this field");
                out.push(finding.help("a path leads through objects to one field, and crosses no list"));
                return None;
            }
        }
        rest = behind;
    }
}

/// The field whose key begins `rest`, and what is left of it. Keys may hold dots: the longest that fits is meant.
fn step<'a>(fields: &[Field], rest: &'a str) -> Option<(usize, Option<&'a str>)> {
    let fitting = fields.iter().enumerate().filter_map(|(index, field)| {
        let behind = rest.strip_prefix(field.key.as_str())?;
        if behind.is_empty() {
            return Some((field.key.len(), index, None));
        }
        behind.strip_prefix('.').map(|behind| (field.key.len(), index, Some(behind)))
    });
    fitting.max_by_key(|(length, ..)| *length).map(|(_, index, behind)| (index, behind))
}

fn dangling(checked: &Checked, side: Side, path: &At<String>, rest: &str, fields: &[Field]) -> Diagnostic {
    let key = rest.split('.').next().unwrap_or(rest);
    let before = path.value[..path.value.len() - rest.len()].trim_end_matches('.');
    let place = if before.is_empty() { format!("the {}", side.name()) } else { shown(before) };
    let message = format!("{} leads nowhere: {place} has no field {}", shown(&path.value), shown(key));
    let other = checked.side(side.other());
    let help = if let Some(near) = nearest(key, fields.iter().map(|field| field.key.as_str())) {
        format!("did you mean {}?", shown(near))
    } else if before.is_empty() && step(&other.object.fields, rest).is_some() {
        format!("this path begins at the {}; {} is a field of the {}", side.name(), shown(key), side.other().name())
    } else if fields.is_empty() {
        "there are no fields to name".to_owned()
    } else {
        format!("its fields are {}", listed(fields.iter().take(12).map(|field| field.key.as_str())))
    };
    Diagnostic::error(Code::DanglingPath, path.at, message).label("leads nowhere").help(help)
}

fn kind(ty: &Type) -> String {
    match ty {
        Type::Scalar(scalar) => format!("a {scalar}"),
        Type::Scalars(scalar) => format!("a list of {scalar}"),
        Type::Object(_) => "an object".to_owned(),
        Type::Objects(_) => "a list of objects".to_owned(),
    }
}

/// The identifying field of an item: a `String` or a `Number`.
pub(super) fn item_key(checked: &Checked, items: TypeId, key: &At<String>, out: &mut Vec<Diagnostic>) -> Option<usize> {
    let object = checked.named(items);
    let fields = &object.object.fields;
    let Some(index) = fields.iter().position(|field| field.key == key.value) else {
        if !object.broken {
            let message = format!("the items have no field {}", shown(&key.value));
            let near = nearest(&key.value, fields.iter().map(|field| field.key.as_str()));
            let help = near.map_or_else(
                || format!("their fields are {}", listed(fields.iter().take(12).map(|field| field.key.as_str()))),
                |near| format!("did you mean {}?", shown(near)),
            );
            out.push(Diagnostic::error(Code::DanglingPath, key.at, message).label("not there").help(help));
        }
        return None;
    };
    if !object.known[index] {
        return None;
    }
    if !matches!(fields[index].ty, Type::Scalar(Scalar::String | Scalar::Number)) {
        let message = format!(
            "expected a `String` or a `Number` to identify an item, got {}, which is {}",
            shown(&key.value),
            kind(&fields[index].ty)
        );
        let finding =
            Diagnostic::error(Code::PathType, key.at, message).label("here").also(fields[index].at, "this field");
        out.push(finding.help("name a field that is a `String` or a `Number`"));
        return None;
    }
    Some(index)
}
