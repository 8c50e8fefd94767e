//! Checks a call's own parameters against the specification.
//!
//! [`violations`] lists everything that is wrong, in the order of the specification. It shares no code with the client's
//! checks, so that two readings of one specification can be compared.
//!
//! The set of parameters is closed, at the top and inside objects: names that the specification does not list are refused.
//! A signature joins names and values without separators, so only a closed set tells `foo=bar` from `foob=ar`.
//!
//! Empty text, `null` and an empty list count as absent; at the top, so does text of white space alone. Inside objects the reading is lenient where it loses nothing: a
//! number may come as text, text as a number, a list of scalars as comma-joined text.

pub(crate) mod exact;
mod rules;
pub(crate) mod scalar;
mod value;
pub(crate) mod violation;

use std::collections::BTreeSet;

use opentop_model::model::{Api, Field, Object, Scalar, Type};

use crate::json::Json;
use crate::parameters::is_blank;
use value::Value;
use violation::join;
pub use violation::{Violation, ViolationKind};

/// Everything that is wrong with the parameters of a call of `api`: its text parameters (without the system's) and the
/// names and sizes of its files.
pub fn violations<'a>(
    api: &Api,
    text: impl IntoIterator<Item = (&'a str, &'a str)>,
    files: impl IntoIterator<Item = (&'a str, usize)>,
) -> Vec<Violation> {
    let value = |value: &str| Json::Text(if is_blank(value) { String::new() } else { value.to_owned() });
    let text: Vec<(&str, Json)> = text.into_iter().map(|(name, text)| (name, value(text))).collect();
    let mut given: Vec<Given<'_>> =
        text.iter().map(|(name, value)| Given { name, value: Value::Json(value) }).collect();
    given.extend(files.into_iter().map(|(name, bytes)| Given { name, value: Value::File { bytes } }));
    let mut checker = Checker { api, hidden: false, violations: Vec::new() };
    checker.object(&api.request, &given, "");
    checker.violations
}

/// A member of an object, or a parameter.
#[derive(Clone, Copy)]
struct Given<'a> {
    name: &'a str,
    value: Value<'a>,
}

struct Checker<'m> {
    api: &'m Api,
    /// Inside a field whose values are not shown.
    hidden: bool,
    violations: Vec<Violation>,
}

impl Checker<'_> {
    fn add(&mut self, path: &str, kind: ViolationKind, problem: impl Into<String>) {
        self.violations.push(Violation::new(path, kind, problem));
    }

    /// `path` is that of the object; the request itself has none.
    fn object(&mut self, object: &Object, given: &[Given<'_>], path: &str) {
        self.closed_set(object, given, path);
        let mut present: Vec<Option<Value<'_>>> = Vec::with_capacity(object.fields.len());
        for field in &object.fields {
            let value = given.iter().find(|member| member.name == field.wire).map(|member| member.value);
            let value = value.filter(|value| !value.is_absent());
            let at = join(path, &field.wire);
            match value {
                Some(value) => self.field(field, value, &at, path.is_empty()),
                None if field.required => self.add(&at, ViolationKind::Required, "required"),
                None => {}
            }
            present.push(value);
        }
        self.violations.extend(object.rules.iter().filter_map(|rule| rules::broken(rule, object, &present, path)));
    }

    fn closed_set(&mut self, object: &Object, given: &[Given<'_>], path: &str) {
        let mut seen = BTreeSet::new();
        let mut told = BTreeSet::new();
        for member in given {
            let known = object.fields.iter().any(|field| field.wire == member.name);
            let again = !seen.insert(member.name);
            if (!known || again) && told.insert((member.name, again && known)) {
                let path = join(path, member.name);
                if known {
                    self.violations.push(Violation::repeated(&path));
                } else {
                    self.add(&path, ViolationKind::Unknown, "unknown parameter of this method");
                }
            }
        }
    }

    fn field(&mut self, field: &Field, value: Value<'_>, path: &str, at_top: bool) {
        let around = self.hidden;
        self.hidden |= field.sensitive;
        self.shown_or_not(field, value, path, at_top);
        self.hidden = around;
    }

    fn shown_or_not(&mut self, field: &Field, value: Value<'_>, path: &str, at_top: bool) {
        let is_file = at_top && field.ty == Type::Scalar(Scalar::Bytes);
        match value {
            Value::File { bytes } if is_file => self.max_length(field, bytes, "bytes", path),
            Value::File { .. } => self.add(path, ViolationKind::Type, "expected text, got a file"),
            Value::Json(_) if is_file => {
                self.add(path, ViolationKind::Type, "expected a file: a part of multipart/form-data with a file name");
            }
            // At the top everything is text, and objects are JSON in it.
            Value::Json(Json::Text(text)) if at_top && field.ty.object().is_some() => match Json::parse(text) {
                Ok(json) => self.value(field, &json, path, false),
                Err(cause) => self.add(path, ViolationKind::Type, format!("expected JSON: {cause}")),
            },
            Value::Json(json) => self.value(field, json, path, at_top),
        }
    }

    fn value(&mut self, field: &Field, json: &Json, path: &str, at_top: bool) {
        match (&field.ty, json) {
            (Type::Scalar(scalar), _) => self.scalar(field, *scalar, json, path, true),
            (Type::Object(id), _) => self.nested(&self.api.named(*id).object, json, path),
            (Type::Objects(id), Json::List(items)) => {
                self.max_items(field, items.len(), path);
                let object = &self.api.named(*id).object;
                for (at, item) in items.iter().enumerate() {
                    self.nested(object, item, &format!("{path}[{at}]"));
                }
            }
            (Type::Scalars(scalar), Json::List(items)) => self.scalars(field, *scalar, items, path, true),
            (Type::Scalars(_), Json::Text(joined)) if at_top && is_json_array(joined) => {
                self.add(path, ViolationKind::Type, "expected values joined by commas (`1,2`), got a JSON array");
            }
            (Type::Scalars(scalar), Json::Text(joined)) => {
                let items: Vec<Json> = joined.split(',').map(|item| Json::Text(item.to_owned())).collect();
                self.scalars(field, *scalar, &items, path, !at_top);
                if at_top {
                    self.text_length(field, joined, path);
                }
            }
            (Type::Objects(_) | Type::Scalars(_), other) => {
                self.add(path, ViolationKind::Type, format!("expected an array, got {}", other.kind()));
            }
        }
    }

    fn nested(&mut self, object: &Object, json: &Json, path: &str) {
        match json {
            Json::Object(members) => {
                let given: Vec<Given<'_>> =
                    members.iter().map(|(name, value)| Given { name, value: Value::Json(value) }).collect();
                self.object(object, &given, path);
            }
            other => self.add(path, ViolationKind::Type, format!("expected an object, got {}", other.kind())),
        }
    }

    /// `each_length`: whether the limit on text is one on every element; at the top it is one on the joined text.
    fn scalars(&mut self, field: &Field, scalar: Scalar, items: &[Json], path: &str, each_length: bool) {
        self.max_items(field, items.len(), path);
        for (at, item) in items.iter().enumerate() {
            let path = format!("{path}[{at}]");
            if Value::Json(item).is_absent() {
                self.add(&path, ViolationKind::Type, "must not be empty; leave it out");
            } else {
                self.scalar(field, scalar, item, &path, each_length);
            }
        }
    }

    fn scalar(&mut self, field: &Field, scalar: Scalar, json: &Json, path: &str, check_length: bool) {
        if let Err(expected) = scalar::fits(scalar, json) {
            let problem = match json.scalar_text() {
                Some(_) if self.hidden => format!("expected {expected}"),
                Some(text) if scalar == Scalar::Boolean => scalar::boolean_problem(&shortened(text)),
                Some(text) => format!("expected {expected}, got `{}`", shortened(text)),
                None => format!("expected {expected}, got {}", json.kind()),
            };
            return self.add(path, ViolationKind::Type, problem);
        }
        let text = json.scalar_text().map_or_else(|| json.to_string(), str::to_owned);
        if matches!(scalar, Scalar::Number | Scalar::Price | Scalar::BigDecimal) {
            self.bounds(field, &text, path);
        } else if check_length {
            self.text_length(field, &text, path);
        }
    }

    fn bounds(&mut self, field: &Field, text: &str, path: &str) {
        use std::cmp::Ordering::{Greater, Less};
        if let Some(min) = field.limits.min.as_deref().filter(|min| exact::compare(text, min) == Some(Less)) {
            self.add(path, ViolationKind::Min, format!("must be at least {min} (got {})", self.shown(text)));
        }
        if let Some(max) = field.limits.max.as_deref().filter(|max| exact::compare(text, max) == Some(Greater)) {
            self.add(path, ViolationKind::Max, format!("must be at most {max} (got {})", self.shown(text)));
        }
    }

    fn shown(&self, text: &str) -> String {
        if self.hidden { "another value".to_owned() } else { shortened(text) }
    }

    fn text_length(&mut self, field: &Field, text: &str, path: &str) {
        self.max_length(field, text.encode_utf16().count(), "characters (UTF-16 code units)", path);
    }

    fn max_length(&mut self, field: &Field, length: usize, unit: &str, path: &str) {
        let Some(max) = field.limits.max_length else { return };
        if u64::try_from(length).is_ok_and(|length| length > u64::from(max)) {
            self.add(path, ViolationKind::MaxLength, format!("must be at most {max} {unit} (got {length})"));
        }
    }

    fn max_items(&mut self, field: &Field, items: usize, path: &str) {
        let Some(max) = field.limits.max_items else { return };
        if u64::try_from(items).is_ok_and(|items| items > u64::from(max)) {
            self.add(path, ViolationKind::MaxItems, format!("must have at most {max} elements (got {items})"));
        }
    }
}

fn is_json_array(text: &str) -> bool {
    text.trim_start().starts_with('[') && matches!(Json::parse(text), Ok(Json::List(_)))
}

/// Enough of a value to recognise it.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
