//! Checks that the request which a method's examples make obeys the method's own limits and rules.

use std::collections::HashSet;

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::examples::{self, Broken, Owner, Violation};
use crate::model::{Api, Field, Object, Rule};
use crate::raw;
use crate::text::shown;

pub(super) fn check(api: &Api, raw: &raw::Method, out: &mut Vec<Diagnostic>) {
    let Some(request) = examples::request(api) else {
        let message = "the request's types contain each other so often that no example of it can be built";
        let finding = Diagnostic::error(Code::TooLarge, api.at, message).label("of this method");
        out.push(finding.help("type the deepest of the objects as `Json`"));
        return;
    };
    let mut seen = HashSet::new();
    for violation in examples::violations(api, &request) {
        // A type that is used in several places breaks the same rule in each of them.
        if !seen.insert((violation.owner, violation.broken)) {
            continue;
        }
        if let Some(object) = object(api, raw, violation.owner) {
            out.push(finding(api, object, &violation));
        }
    }
}

fn object<'a>(api: &Api, raw: &'a raw::Method, owner: Owner) -> Option<&'a raw::Object> {
    match owner {
        Owner::Request => Some(&raw.request),
        Owner::Type(id) => {
            let name = &api.named(id).name;
            raw.types.iter().find(|named| named.name.value == *name).map(|named| &named.object)
        }
    }
}

fn finding(api: &Api, object: &raw::Object, violation: &Violation) -> Diagnostic {
    let help = "give `example_used: { value: …, because: … }` with a value that obeys the rule; the vendor's `example` stays as it is";
    let wrong = &violation.message;
    match violation.broken {
        Broken::Field(index) => {
            let field = &object.fields[index];
            let message = format!("the example of {} breaks the field's own limit: {wrong}", shown(&violation.path));
            Diagnostic::error(Code::ExampleBreaksRules, example(field), message).label("this example").help(help)
        }
        Broken::Rule(index) => {
            let message = format!("the examples break the method's own rule: {wrong}");
            let place = object.rules[index].at;
            let mut finding = Diagnostic::error(Code::ExampleBreaksRules, place, message).label("this rule");
            for field in concerned(api, violation.owner, index).into_iter().take(4) {
                let used = fields(api, violation.owner)[field].usable_example().is_some();
                let label = if used { "this example is used" } else { "no usable example" };
                finding = finding.also(example(&object.fields[field]), label);
            }
            finding.help(help)
        }
    }
}

fn model_object(api: &Api, owner: Owner) -> &Object {
    match owner {
        Owner::Request => &api.request,
        Owner::Type(id) => &api.named(id).object,
    }
}

fn fields(api: &Api, owner: Owner) -> &[Field] {
    &model_object(api, owner).fields
}

/// The fields a rule is about.
fn concerned(api: &Api, owner: Owner, rule: usize) -> Vec<usize> {
    match &model_object(api, owner).rules[rule] {
        Rule::AtLeastOneOf(fields) | Rule::AtMostOneOf(fields) | Rule::ExactlyOneOf(fields) => fields.clone(),
        Rule::MaxSpan { start, end, .. } => vec![*start, *end],
    }
}

/// Where the value stands that was used.
fn example(field: &raw::Field) -> Place {
    let used = field.example_used.as_ref().map(|used| used.value.at);
    used.or(field.example.as_ref().map(|example| example.at)).unwrap_or(field.key.at)
}
