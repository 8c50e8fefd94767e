//! Writes one field of a spec: its key, type, limits and words.
//!
//! A limit that the type cannot have becomes a suggestion, and is reported.

use std::collections::{HashMap, HashSet};

use super::side::Side;
use super::types::Types;
use crate::described::{Findings, Param};
use crate::hints;
use crate::tree::Map;
use crate::vendor_type::{Base, VendorType};
use opentop_model::diagnostic::Code;
use opentop_model::names;
use opentop_model::scalar::decimal;
use opentop_model::text::shown;

impl Types<'_> {
    /// The fields of an object. `top`: of the request or response itself.
    pub(super) fn fields(&self, params: &[Param], side: Side, top: bool, findings: &mut Findings) -> Map {
        let mut fields = Map::default();
        let mut keys = Keys::default();
        let params: Vec<&Param> =
            params.iter().filter(|param| carried(param, top && side == Side::Request, findings)).collect();
        let keyed: Vec<String> = params.iter().map(|param| keys.of(param, findings)).collect();
        let hints = hints::of(&params, &keyed, side == Side::Request);
        for ((&param, key), hint) in params.iter().zip(&keyed).zip(hints) {
            let field = self.field(param, key, hint, side, top, findings);
            fields.push(key, field);
        }
        fields
    }

    /// Adds `required`, unless a value of the type would then never end.
    fn requirement(&self, param: &Param, field: &mut Map, findings: &mut Findings) {
        if !self.is_endless(param) {
            return field.push("required", "true");
        }
        field.push("vendor_required", "true");
        let message =
            format!("`{}` is required inside its own type, so that no value of it would ever be complete", param.name);
        findings.warn(
            Code::UnclearType,
            param.at,
            message,
            "read as optional",
            "look at the page: it cannot be required at every depth",
        );
    }

    fn field(&self, param: &Param, key: &str, hint: Map, side: Side, top: bool, findings: &mut Findings) -> Map {
        let (ty, element) = self.of(param, findings);
        let mut field = Map::default();
        field.push("type", ty.as_str());
        if key != param.name {
            field.push("wire", param.name.as_str());
        }
        if let Some(element) = element {
            field.push("element", element);
        }
        if side == Side::Request && param.required == Some(true) {
            self.requirement(param, &mut field, findings);
        }
        let mut suggested = param.suggested.clone();
        limits(param, &VendorType::read(&ty), top && side == Side::Request, &mut field, &mut suggested, findings);
        field.push_text("example", param.example.trim());
        field.push_text("description", param.description.trim());
        for (key, value) in hint.0 {
            if suggested.get(&key).is_none() && field.get(&key).is_none() {
                suggested.push(&key, value);
            }
        }
        if !suggested.is_empty() {
            field.push("suggested", suggested);
        }
        field
    }
}

/// Whether the platform can carry a field of this name; one that it cannot is left out, and told.
fn carried(param: &Param, top_of_request: bool, findings: &mut Findings) -> bool {
    if let Some((wrong, _)) = names::wire(&param.name) {
        let message = format!("the name {} {wrong}: the field is left out", shown(&param.name));
        findings.warn(
            Code::InvalidName,
            param.at,
            message,
            "this name",
            "describe the field by hand, if it has another name in fact",
        );
        return false;
    }
    if top_of_request && names::is_common(&param.name) {
        let message = format!(
            "the parameter {} is one that the platform sends with every call: it is left out",
            shown(&param.name)
        );
        findings.warn(
            Code::CommonParameter,
            param.at,
            message,
            "this name",
            "nothing has to be done: the client sets it by itself",
        );
        return false;
    }
    true
}

/// The keys of one object.
#[derive(Default)]
struct Keys {
    used: HashSet<String>,
    /// The next number to try behind a key that is taken.
    numbers: HashMap<String, usize>,
}

impl Keys {
    /// The wire name, where it can be a key and is none yet; else what is made of it, with a number behind where that
    /// is taken.
    fn of(&mut self, param: &Param, findings: &mut Findings) -> String {
        let clean: String = param
            .name
            .chars()
            .map(|letter| if letter.is_alphanumeric() || letter == '_' { letter } else { '_' })
            .collect();
        let mut key = clean.clone();
        while self.used.contains(&key) {
            let number = self.numbers.entry(clean.clone()).or_insert(2);
            key = format!("{clean}_{number}");
            *number += 1;
        }
        if key != clean {
            let message = format!("the object has a second field named `{}`: its key is `{key}`", param.name);
            findings.warn(
                Code::RepeatedField,
                param.at,
                message,
                "named twice",
                "an answer fills the first one only; remove the one that is wrong",
            );
        }
        self.used.insert(key.clone());
        key
    }
}

/// Which limits a type can have.
fn fits(key: &str, ty: &VendorType, top_of_request: bool) -> bool {
    let scalar = match ty.base {
        Base::Scalar(name) => name,
        Base::Named(_) | Base::Blank => "",
    };
    match key {
        // A list of single values goes over the wire as one text, at the top level of a request.
        "max_length" => {
            !ty.list && matches!(scalar, "String" | "Json" | "Map" | "byte[]")
                || top_of_request
                    && matches!(scalar, "String" | "Number" | "Field List")
                    && (ty.list || scalar == "Field List")
        }
        "max_items" => ty.list || scalar == "Field List",
        "min" | "max" => !ty.list && matches!(scalar, "Number" | "Price" | "BigDecimal"),
        _ => !scalar.is_empty(),
    }
}

fn limits(param: &Param, ty: &VendorType, top: bool, field: &mut Map, suggested: &mut Map, findings: &mut Findings) {
    let bounds = (decimal(&param.limits.min), decimal(&param.limits.max));
    let crossed = matches!(bounds, (Some(min), Some(max)) if min > max);
    for (key, text) in param.limits.each() {
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        let why = if !fits(key, ty, top) {
            Some("a limit that its type cannot have")
        } else if !reads(key, text, ty) {
            Some("a limit that does not read as one")
        } else if crossed && matches!(key, "min" | "max") {
            Some("bounds that no value meets")
        } else {
            None
        };
        match why {
            None => field.push(key, text),
            Some(why) => {
                let message = format!("`{}` has {why}: `{key}: {text}`", param.name);
                // No form of a list bounds its elements.
                let of_elements = ty.list && matches!(key, "min" | "max");
                let (label, help) = if of_elements {
                    ("left out", "if the page means the number of elements, write `max_items`")
                } else {
                    ("written under `suggested`", "accept it in a form that fits the type, or delete it")
                };
                findings.warn(Code::UnfitLimit, param.at, message, label, help);
                if !of_elements {
                    suggested.push(key, text);
                }
            }
        }
    }
}

fn reads(key: &str, text: &str, ty: &VendorType) -> bool {
    let canonical = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0') && text.parse::<u32>().is_ok()
    };
    match (key, &ty.base) {
        ("max_length" | "max_items", _) => canonical(text),
        ("min" | "max", Base::Scalar("Number")) => opentop_model::scalar::number(text).is_some(),
        ("min" | "max", _) => decimal(text).is_some(),
        (_, Base::Scalar(name)) if !ty.list => reads_as(name, text),
        _ => true,
    }
}

/// Whether a default is one of its type.
fn reads_as(scalar: &str, text: &str) -> bool {
    use opentop_model::model::Scalar;
    let all =
        [Scalar::Number, Scalar::Boolean, Scalar::Date, Scalar::Price, Scalar::BigDecimal, Scalar::Json, Scalar::Map];
    all.into_iter()
        .find(|kind| kind.name() == scalar)
        .is_none_or(|kind| opentop_model::scalar::reads_as(kind, text).is_ok())
}
