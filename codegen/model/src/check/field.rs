//! Checks one field: its type, limits, default and listed values. What is wrong is reported at its own value. A field whose type is
//! unknown is marked, and nothing further is said of what depends on the type.

use super::context::Scope;
use super::{names, types};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::examples::{Example, broken_limits, list_items};
use crate::model::{ExampleUsed, Field, Limits, ListedValue, Scalar, Type};
use crate::raw;
use crate::scalar::{decimal, number, reads_as};
use crate::text::shown;

/// A field, and whether its type is known.
pub(super) struct Checked {
    pub(super) field: Field,
    pub(super) known: bool,
}

/// Checks one field; `top`: a parameter of the request.
pub(super) fn check(raw: &raw::Field, top: bool, scope: &Scope<'_>, out: &mut Vec<Diagnostic>) -> Checked {
    let ty = resolve(raw, top, scope, out);
    let wire = wire_name(raw, top, out);
    let element = raw.element.as_ref().map(|element| element.value.clone());
    let mut field = Field {
        at: raw.key.at,
        key: raw.key.value.clone(),
        wire,
        rust_name: raw.rust_name.as_ref().map(|name| name.value.clone()),
        element,
        ty: ty.clone().unwrap_or(Type::Scalar(Scalar::Json)),
        vendor_type: raw.ty.as_ref().map(|ty| ty.value.clone()).unwrap_or_default(),
        required: raw.required,
        vendor_required: raw.vendor_required,
        description: raw.description.clone(),
        example: raw.example.as_ref().map(|example| example.value.clone()),
        example_used: raw
            .example_used
            .as_ref()
            .map(|used| ExampleUsed { value: used.value.value.clone(), because: used.because.clone() }),
        limits: Limits::default(),
        default: raw.default.as_ref().map(|default| default.value.clone()),
        unit: raw.unit.clone(),
        values: Vec::new(),
        enum_name: raw.enum_name.as_ref().map(|name| name.value.clone()),
        sensitive: raw.sensitive,
        deprecated: raw.deprecated.clone(),
    };
    if let Some(ty) = &ty {
        field.limits = limits(raw, ty, top, out);
        field.values = values(raw, ty, out);
        default(raw, &field, top, out);
        example_used(raw, ty, out);
        element_name(raw, ty, out);
    }
    Checked { field, known: ty.is_some() }
}

fn resolve(raw: &raw::Field, top: bool, scope: &Scope<'_>, out: &mut Vec<Diagnostic>) -> Option<Type> {
    let mut read = |text: &raw::At<String>| match types::parse(&text.value, &scope.named) {
        Ok(ty) => Some(ty),
        Err((message, help)) => {
            out.push(Diagnostic::error(Code::UnknownType, text.at, message).label("not known here").help(help));
            None
        }
    };
    let vendor = raw.ty.as_ref().and_then(&mut read);
    let Some(truer) = &raw.truer else { return vendor.map(|ty| scope.filled(ty)) };
    let ty = read(truer)?;
    let vendor = vendor?;
    if let Err(reason) = types::may_stand_for(&vendor, &ty, top) {
        let vendor = raw.ty.as_ref().map_or("", |ty| ty.value.as_str());
        let message = format!("`as: {}` does not fit {}: {reason}", truer.value.trim(), shown(vendor));
        let help = "remove `as`, or correct `type` if the page says something else";
        out.push(Diagnostic::error(Code::IncompatibleAs, truer.at, message).label("here").help(help));
        return None;
    }
    Some(scope.filled(ty))
}

fn wire_name(raw: &raw::Field, top: bool, out: &mut Vec<Diagnostic>) -> String {
    let name = raw.wire.as_ref().unwrap_or(&raw.key);
    if let Some((wrong, help)) = names::wire(&name.value) {
        let message = format!("the name {} {wrong}", shown(&name.value));
        out.push(Diagnostic::error(Code::InvalidName, name.at, message).label("this name").help(help));
    } else if top && names::is_common(&name.value) {
        let message =
            format!("the parameter {} is named like one that the platform sends with every call", shown(&name.value));
        let help = "leave it out: the client sets it by itself";
        out.push(Diagnostic::error(Code::CommonParameter, name.at, message).label("this name").help(help));
    }
    name.value.clone()
}

/// `element` names the elements of a list.
fn element_name(raw: &raw::Field, ty: &Type, out: &mut Vec<Diagnostic>) {
    let Some(element) = &raw.element else { return };
    if !ty.is_list() {
        let message = format!("`element` names the elements of a list, but {} is not a list", shown(&raw.key.value));
        let help = "remove it, or correct `type` if the page shows a list";
        out.push(Diagnostic::error(Code::InvalidName, element.at, message).label("names nothing").help(help));
    } else if let Some((wrong, help)) = names::wire(&element.value) {
        let message = format!("the element name {} {wrong}", shown(&element.value));
        out.push(Diagnostic::error(Code::InvalidName, element.at, message).label("this name").help(help));
    }
}

fn limits(raw: &raw::Field, ty: &Type, top: bool, out: &mut Vec<Diagnostic>) -> Limits {
    let has_length = match ty {
        Type::Scalar(scalar) => matches!(scalar, Scalar::String | Scalar::Json | Scalar::Map | Scalar::Bytes),
        Type::Scalars(_) => top,
        Type::Object(_) | Type::Objects(_) => false,
    };
    let is_number = matches!(ty, Type::Scalar(Scalar::Number | Scalar::Price | Scalar::BigDecimal));
    let mut refuse = |place: Place, limit: &str, of: &str| {
        let name = raw.truer.as_ref().or(raw.ty.as_ref()).map_or("", |ty| ty.value.as_str());
        let message = format!("`{limit}` is a limit {of}, but {} is {}", shown(&raw.key.value), shown(name));
        let help = "remove it, or keep it under `suggested`";
        out.push(Diagnostic::error(Code::InvalidLimit, place, message).label("cannot apply").help(help));
    };
    if let Some(at) = raw.max_length.as_ref().filter(|_| !has_length) {
        refuse(at.at, "max_length", "of text, and of lists of scalars among the request's own parameters");
    }
    if let Some(at) = raw.max_items.as_ref().filter(|_| !ty.is_list()) {
        refuse(at.at, "max_items", "of lists");
    }
    for (bound, name) in [(&raw.min, "min"), (&raw.max, "max")] {
        if let Some(at) = bound.as_ref().filter(|_| !is_number) {
            refuse(at.at, name, "of `Number`, `Price` and `BigDecimal`");
        }
    }
    for at in [&raw.max_length, &raw.max_items].into_iter().flatten().filter(|at| at.value == 0) {
        let finding = Diagnostic::error(Code::InvalidLimit, at.at, "a limit of 0 allows nothing");
        out.push(finding.label("here").help("give the limit of the page, or remove it"));
    }
    let (min, max) = if is_number { bounds(raw, ty, out) } else { (None, None) };
    Limits {
        max_length: raw.max_length.as_ref().map(|at| at.value),
        max_items: raw.max_items.as_ref().map(|at| at.value),
        min,
        max,
    }
}

/// `min` and `max`, read and in order.
fn bounds(raw: &raw::Field, ty: &Type, out: &mut Vec<Diagnostic>) -> (Option<String>, Option<String>) {
    let whole = matches!(ty, Type::Scalar(Scalar::Number));
    let mut read = |bound: &Option<raw::At<String>>| {
        let text = bound.as_ref()?;
        let reads = if whole { number(&text.value).is_some() } else { true };
        match decimal(&text.value).filter(|_| reads) {
            Some(value) => Some((value, text.value.clone())),
            None => {
                let expected = if whole { "a whole number, in digits" } else { "a decimal number such as `0.01`" };
                let message = format!("expected {expected}, got {}", shown(&text.value));
                out.push(
                    Diagnostic::error(Code::InvalidValue, text.at, message)
                        .label("here")
                        .help(format!("write {expected}")),
                );
                None
            }
        }
    };
    let (min, max) = (read(&raw.min), read(&raw.max));
    if let (Some((least, _)), Some((most, _)), Some(min_at), Some(max_at)) = (&min, &max, &raw.min, &raw.max)
        && least > most
    {
        let message = format!("`min` is {} and `max` is {}: no value meets both", min_at.value, max_at.value);
        let finding =
            Diagnostic::error(Code::InvalidLimit, min_at.at, message).label("above `max`").also(max_at.at, "`max`");
        out.push(finding.help("swap or correct them"));
    }
    (min.map(|(_, text)| text), max.map(|(_, text)| text))
}

fn values(raw: &raw::Field, ty: &Type, out: &mut Vec<Diagnostic>) -> Vec<ListedValue> {
    let Some(values) = &raw.values else {
        if let Some(name) = &raw.enum_name {
            let finding = Diagnostic::error(
                Code::InvalidListedValue,
                name.at,
                "`enum` names listed values, but the field has no `values`",
            );
            out.push(finding.label("names nothing").help("add `values`, or remove `enum`"));
        }
        return Vec::new();
    };
    let numeric = match ty {
        Type::Scalar(Scalar::Number) | Type::Scalars(Scalar::Number) => true,
        Type::Scalar(Scalar::String) | Type::Scalars(Scalar::String) => false,
        _ => {
            let message = format!("the type of {} cannot have listed values", shown(&raw.key.value));
            let help = "listed values belong to `String` and `Number` fields, and to lists of these";
            out.push(Diagnostic::error(Code::InvalidListedValue, values.at, message).label("here").help(help));
            return Vec::new();
        }
    };
    if values.value.is_empty() {
        let finding = Diagnostic::error(Code::InvalidListedValue, values.at, "`values` lists nothing");
        out.push(finding.label("empty").help("list the values, or remove the key: any value is then allowed"));
    }
    let mut listed: Vec<ListedValue> = Vec::new();
    let mut seen = std::collections::HashMap::new();
    for value in &values.value {
        let text = &value.value;
        let refusal = if let Some(first) = seen.get(text.value.as_str()) {
            let message = format!("the value {} is listed twice", shown(&text.value));
            Some(
                Diagnostic::error(Code::InvalidListedValue, text.at, message)
                    .label("again")
                    .also(*first, "first")
                    .help("remove one"),
            )
        } else if numeric && number(&text.value).is_none() {
            let message = format!("expected a whole number, got {}", shown(&text.value));
            Some(
                Diagnostic::error(Code::InvalidListedValue, text.at, message)
                    .label("here")
                    .help("write the number, in digits"),
            )
        } else if text.value.is_empty() {
            let finding = Diagnostic::error(Code::InvalidListedValue, text.at, "an empty value is never sent");
            Some(finding.label("here").help("remove it"))
        } else {
            None
        };
        seen.entry(text.value.as_str()).or_insert(text.at);
        out.extend(refusal);
        listed.push(ListedValue {
            at: text.at,
            value: text.value.clone(),
            name: value.name.clone(),
            description: value.description.clone(),
        });
    }
    listed
}

/// The default must be a value the field can hold, within the field's own limits.
fn default(raw: &raw::Field, field: &Field, top: bool, out: &mut Vec<Diagnostic>) {
    let Some(default) = &raw.default else { return };
    let (wrong, value) = match field.ty {
        Type::Scalar(scalar) => {
            let wrong = reads_as(scalar, &default.value).err();
            (wrong.map(str::to_owned), Example::Scalar(scalar, default.value.clone()))
        }
        Type::Scalars(scalar) => {
            let items: Vec<String> = list_items(&default.value).map(str::to_owned).collect();
            let wrong = items.iter().find_map(|item| reads_as(scalar, item).err());
            (wrong.map(|shape| format!("{shape}, joined by commas")), Example::Scalars(scalar, items))
        }
        Type::Object(_) | Type::Objects(_) => {
            let message = format!("{} is an object, which cannot have a default", shown(&field.key));
            let finding = Diagnostic::error(Code::InvalidDefault, default.at, message).label("here");
            out.push(finding.help("give the defaults of its fields instead"));
            return;
        }
    };
    if let Some(shape) = wrong {
        let message =
            format!("the default {} does not read as the type of {}", shown(&default.value), shown(&field.key));
        out.push(
            Diagnostic::error(Code::InvalidDefault, default.at, message).label("here").help(format!("write {shape}")),
        );
    } else if let Some(broken) = broken_limits(field, &value, top).first().filter(|_| !default.value.is_empty()) {
        let message = format!("the default of {} breaks the field's own limit: {broken}", shown(&field.key));
        out.push(
            Diagnostic::error(Code::InvalidDefault, default.at, message)
                .label("here")
                .help("correct the default or the limit"),
        );
    }
}

/// `example_used` is ours, so it has to be right; the vendor's own `example` need not.
fn example_used(raw: &raw::Field, ty: &Type, out: &mut Vec<Diagnostic>) {
    let Some(used) = &raw.example_used else { return };
    let wrong = match ty {
        Type::Scalar(scalar) => reads_as(*scalar, &used.value.value).err(),
        Type::Scalars(scalar) => list_items(&used.value.value).find_map(|item| reads_as(*scalar, item).err()),
        Type::Object(_) | Type::Objects(_) => Some("the examples of its fields, at the fields"),
    };
    if let Some(shape) = wrong {
        let message = format!("`example_used` of {} does not read as its type", shown(&raw.key.value));
        out.push(
            Diagnostic::error(Code::InvalidValue, used.value.at, message).label("here").help(format!("write {shape}")),
        );
    }
}
