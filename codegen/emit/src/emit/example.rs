//! The request of the page's examples, as code: the same in tests, in the demo and in the reference.
//!
//! In: [`ExampleObject`]. Out: code of an expression, and of the `use`s for what it names.

use std::collections::BTreeSet;

use super::code::{Code, code};
use crate::plan::{ApiPlan, CategoryPlan, ExampleObject, ExampleValue, TypeName};

/// Whom the code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// It is compiled: paths that nothing can stand in the way of.
    Compiler,
    /// It is shown: paths as a reader would write them.
    Reader,
}

impl Audience {
    fn root(self) -> Code {
        Code::fixed(if self == Audience::Compiler { "::opentop" } else { "opentop" })
    }
}

/// `let request = …;`, with the types it needs in scope.
pub(super) fn statement(api: &ApiPlan, audience: Audience) -> Code {
    code!("let request = {};", object(&api.example, audience))
}

/// `use opentop::api::…;` for everything the statement names.
pub(super) fn uses(category: &CategoryPlan, api: &ApiPlan, audience: Audience) -> Code {
    let mut names = BTreeSet::new();
    gather(&api.example, &mut names);
    names.remove(&api.request.name);
    let path = code!("{}::api::{}", audience.root(), category.module);
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
fn object(object: &ExampleObject, audience: Audience) -> Code {
    if object.fields.is_empty() {
        return code!("{}::builder().build()", object.name);
    }
    let setters = object.fields.iter().map(|set| {
        let value = value(&set.value, false, audience);
        let long = value.as_str().contains('\n') && matches!(set.value, ExampleValue::Object(_));
        // A chain within a call begins on a line of its own.
        let value = if long { Code::list("", &[value], "") } else { value };
        code!(".{}({})", set.setter, value)
    });
    let calls = Code::lines(setters.chain([Code::fixed(".build()")]));
    code!("{}::builder(){}", object.name, calls.deeper())
}

/// A value as its setter takes it; in a list every element has its type written out.
fn value(value: &ExampleValue, in_list: bool, audience: Audience) -> Code {
    match value {
        ExampleValue::Text(text) => Code::text(text),
        ExampleValue::Int(number) => code!("{}", number),
        ExampleValue::Bool(truth) => code!("{}", truth),
        ExampleValue::Date(text) if in_list => {
            code!("{}.parse::<{}::DateTime>()?", Code::text(text), audience.root())
        }
        ExampleValue::Date(text) => code!("{}.parse()?", Code::text(text)),
        ExampleValue::Decimal(text) => match text.parse::<i32>() {
            Ok(number) if !in_list => code!("{}", i64::from(number)),
            _ => code!("{}.parse::<{}::Decimal>()?", Code::text(text), audience.root()),
        },
        ExampleValue::Json(text) => code!("{}::Json::new({})?", audience.root(), Code::text(text)),
        ExampleValue::File(name) => code!("{}::File::new({}, \"example\")", audience.root(), Code::text(name)),
        ExampleValue::Listed(name, variant, ..) => code!("{}::{}", name, variant),
        ExampleValue::Unlisted(name, text, numeric) => match text.parse::<i64>() {
            Ok(number) if *numeric => code!("{}::from({})", name, number),
            _ => code!("{}::from({})", name, Code::text(text)),
        },
        ExampleValue::Object(nested) => object(nested, audience),
        ExampleValue::List(items) => {
            let items: Vec<Code> = items.iter().map(|item| self::value(item, true, audience)).collect();
            Code::list("[", &items, "]")
        }
    }
}
