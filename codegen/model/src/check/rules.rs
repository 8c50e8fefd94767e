//! Checks rules: the fields they name exist, are different, and have the type the rule is about.

use std::collections::HashMap;

use super::context::CheckedObject;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Rule, Scalar, Type};
use crate::raw::{self, At, Choice, RuleKind};
use crate::text::{listed, nearest, shown};
use crate::yaml::fullwidth;

/// The fields of an object by their keys.
pub(super) struct Index<'a>(HashMap<&'a str, usize>);

impl<'a> Index<'a> {
    pub(super) fn of(object: &'a raw::Object) -> Index<'a> {
        // Without rules, nothing is looked up.
        let fields = object.fields.iter().filter(|_| !object.rules.is_empty()).enumerate();
        Index(fields.map(|(index, field)| (field.key.value.as_str(), index)).collect())
    }
}

pub(super) fn check(
    raw: &raw::Rule,
    object: &CheckedObject,
    index: &Index<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Rule> {
    match &raw.kind {
        RuleKind::Choice(choice, names) => {
            let fields: Vec<Option<usize>> = names.iter().map(|name| field(name, object, index, out)).collect();
            if names.len() < 2 {
                let message = format!("expected at least two fields in a rule, got {}", names.len());
                let help = "for one field, write `required: true` at the field";
                out.push(Diagnostic::error(Code::InvalidRule, raw.at, message).label("this rule").help(help));
                return None;
            }
            let repeated = repeated(names, out);
            let fields: Vec<usize> = fields.into_iter().collect::<Option<_>>()?;
            (!repeated).then_some(match choice {
                Choice::AtLeast => Rule::AtLeastOneOf(fields),
                Choice::AtMost => Rule::AtMostOneOf(fields),
                Choice::Exactly => Rule::ExactlyOneOf(fields),
            })
        }
        RuleKind::MaxSpan { start, end, seconds } => {
            let (first, last) = (date(start, object, index, out), date(end, object, index, out));
            let repeated = repeated(&[start.clone(), end.clone()], out);
            let rule = Rule::MaxSpan { start: first?, end: last?, seconds: *seconds };
            (!repeated).then_some(rule)
        }
    }
}

fn field(name: &At<String>, object: &CheckedObject, index: &Index<'_>, out: &mut Vec<Diagnostic>) -> Option<usize> {
    let fields = &object.object.fields;
    let found = index.0.get(name.value.as_str()).copied();
    if found.is_none() && !object.broken {
        let message = format!("expected a field of this object, got {}", shown(&name.value));
        let near = nearest(&name.value, fields.iter().map(|field| field.key.as_str()));
        let by_wire = fields.iter().find(|field| field.wire == name.value);
        let help = match (by_wire, near) {
            _ if fullwidth::in_name(&name.value).is_some() => fullwidth::in_name(&name.value).unwrap_or_default(),
            (Some(field), _) => format!("rules name fields by their keys: write {}", shown(&field.key)),
            (None, Some(near)) => format!("did you mean {}?", shown(near)),
            (None, None) if fields.is_empty() => "a rule is about the fields beside it, and there are none".to_owned(),
            (None, None) => {
                format!(
                    "a rule is about the fields beside it: {}",
                    listed(fields.iter().take(20).map(|field| field.key.as_str()))
                )
            }
        };
        out.push(Diagnostic::error(Code::InvalidRule, name.at, message).label("no such field").help(help));
    }
    found
}

fn date(name: &At<String>, object: &CheckedObject, index: &Index<'_>, out: &mut Vec<Diagnostic>) -> Option<usize> {
    let index = field(name, object, index, out)?;
    if !object.known[index] {
        return None;
    }
    let field = &object.object.fields[index];
    if field.ty == Type::Scalar(Scalar::Date) {
        return Some(index);
    }
    let message = format!(
        "expected a `Date` field in `max_span`, got {}, which is {}",
        shown(&field.key),
        shown(&field.vendor_type)
    );
    let help = "name a `Date` field; where the page calls a date a String, say `as: Date` at the field";
    out.push(
        Diagnostic::error(Code::RuleType, name.at, message).label("not a date").also(field.at, "this field").help(help),
    );
    None
}

fn repeated(names: &[At<String>], out: &mut Vec<Diagnostic>) -> bool {
    let mut seen = HashMap::new();
    let mut found = false;
    for name in names {
        if let Some(first) = seen.insert(name.value.as_str(), name.at) {
            let message = format!("the rule names {} twice", shown(&name.value));
            let finding = Diagnostic::error(Code::InvalidRule, name.at, message).label("again").also(first, "first");
            out.push(finding.help("name each field once"));
            found = true;
        }
    }
    found
}
