//! The request of the page's examples, as code: the same in tests, in the demo and in the reference.
//!
//! In: [`ExampleObject`]. Out: code of an expression, and of the `use`s for what it names.

use std::collections::BTreeSet;

use super::code::{Code, code};
use crate::plan::{ApiPlan, CategoryPlan, ExampleObject, ExampleValue, TypeName};

/// Where the crate is named from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// Code that is compiled: a path that nothing can stand in the way of.
    Code,
    /// The reference: as a reader would write it.
    Page,
}

impl From {
    fn root(self) -> Code {
        Code::fixed(if self == From::Code { "::opentop" } else { "opentop" })
    }
}

/// `let request = …;`, with the types it needs in scope.
pub(super) fn statement(api: &ApiPlan, from: From) -> Code {
    code!("let request = {};", object(&api.example, from))
}

/// `use opentop::api::…;` for everything the statement names.
pub(super) fn uses(category: &CategoryPlan, api: &ApiPlan, from: From) -> Code {
    let mut names = BTreeSet::new();
    gather(&api.example, &mut names);
    names.remove(&api.request.name);
    let path = code!("{}::api::{}", from.root(), category.module);
    let request = code!("use {}::{};", path, api.request.name);
    let names: Vec<Code> = names.iter().map(|name| code!("{}", name)).collect();
    let types = match names.as_slice() {
        [] => Code::default(),
        [one] => code!("use {}::{}::{};", path, api.module, one),
        many => code!("use {}::{}::{};", path, api.module, Code::list("{", many, "}")),
    };
    Code::lines([request, types])
}

fn gather(object: &ExampleObject, names: &mut BTreeSet<TypeName>) {
    names.insert(object.name.clone());
    object.fields.iter().for_each(|field| gather_value(&field.value, names));
}

fn gather_value(value: &ExampleValue, names: &mut BTreeSet<TypeName>) {
    match value {
        ExampleValue::Object(object) => gather(object, names),
        ExampleValue::List(items) => items.iter().for_each(|item| gather_value(item, names)),
        ExampleValue::Listed(name, ..) | ExampleValue::Unlisted(name, ..) => {
            names.insert(name.clone());
        }
        _ => {}
    }
}

/// A chain of setters, one a line; what is nested is deeper.
fn object(object: &ExampleObject, from: From) -> Code {
    if object.fields.is_empty() {
        return code!("{}::builder().build()", object.name);
    }
    let setters = object.fields.iter().map(|set| {
        let value = value(&set.value, false, from);
        let long = value.as_str().contains('\n') && matches!(set.value, ExampleValue::Object(_));
        // A chain within a call begins on a line of its own.
        let value = if long { code!("{}", Code::list("", &[value], "")) } else { value };
        code!(".{}({})", set.setter, value)
    });
    let calls = Code::lines(setters.chain([Code::fixed(".build()")]));
    code!("{}::builder(){}", object.name, calls.deeper())
}

/// A value as its setter takes it; in a list every element has its type written out.
fn value(value: &ExampleValue, in_list: bool, from: From) -> Code {
    match value {
        ExampleValue::Text(text) => Code::text(text),
        ExampleValue::Int(number) => code!("{}", number),
        ExampleValue::Bool(truth) => code!("{}", truth),
        ExampleValue::Date(text) if in_list => {
            code!("{}.parse::<{}::DateTime>()?", Code::text(text), from.root())
        }
        ExampleValue::Date(text) => code!("{}.parse()?", Code::text(text)),
        ExampleValue::Decimal(text) => match text.parse::<i32>() {
            Ok(number) if !in_list => code!("{}", i64::from(number)),
            _ => code!("{}.parse::<{}::Decimal>()?", Code::text(text), from.root()),
        },
        ExampleValue::Json(text) => code!("{}::Json::new({})?", from.root(), Code::text(text)),
        ExampleValue::File(name) => code!("{}::File::new({}, \"example\")", from.root(), Code::text(name)),
        ExampleValue::Listed(name, variant, ..) => code!("{}::{}", name, variant),
        ExampleValue::Unlisted(name, text, numeric) => match text.parse::<i64>() {
            Ok(number) if *numeric => code!("{}::from({})", name, number),
            _ => code!("{}::from({})", name, Code::text(text)),
        },
        ExampleValue::Object(nested) => object(nested, from),
        ExampleValue::List(items) => {
            let items: Vec<Code> = items.iter().map(|item| self::value(item, true, from)).collect();
            Code::list("[", &items, "]")
        }
    }
}
