//! Lists every name of a method that code can use, with its meaning.
//!
//! Names are paths from the method's module (`Gift::price`, `Request::builder().page_no`). Their meaning is the type in Rust,
//! the types of the method by the names of the spec, and the name or value on the wire. Two surfaces with the same names and
//! meanings are the same to code. The type parameters of builders are not part of it.

use std::collections::BTreeMap;

use opentop_model::model::{Api, Effect, Object};

use crate::plan::{
    ApiPlan, BuilderPlan, EnumPlan, Kind, PathPlan, RustType, Scope, Side, StructPlan, TypeRef, wanted_enum_name,
};

/// Names with what they mean.
pub(super) type Surface = BTreeMap<String, Item>;

/// What a name means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// The element of the specification it comes from, by path.
    pub(super) path: String,
    /// Type and name on the wire.
    pub(super) meaning: String,
    /// The path of the object type in it.
    pub(super) of: Option<String>,
    /// What else in the specification it comes from.
    pub(super) causes: &'static [&'static str],
    /// What it is of its element.
    role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Type,
    Value,
    Field,
    Setter,
    Twin,
    Method,
}

impl Item {
    /// Whether it is a type, which others are named within.
    pub(super) fn is_type(&self) -> bool {
        self.role == Role::Type
    }

    /// Whether this is what `other` was, by another name.
    pub(super) fn is(&self, other: &Item) -> bool {
        self.role == other.role && self.path == other.path && self.meaning == other.meaning
    }
}

/// The surface of a method.
pub(super) fn of(api: &Api, plan: &ApiPlan) -> Surface {
    let mut found = Found { plan, types: types(api, plan), surface: Surface::new() };
    if !plan.is_message() {
        found.object("request", &api.request, &plan.request);
    }
    found.object(if plan.is_message() { "content" } else { "response" }, &api.response, &plan.response);
    for (spec, object, planned) in named(api, plan) {
        let path = format!("types.{spec}");
        let sides = if planned.side == Side::Request { "sent" } else { "received" };
        found.put(name_of(planned), Role::Type, &path, format!("{spec}, {sides}"), None);
        found.object(&path, object, planned);
    }
    found.requests_builder(api);
    found.methods();
    found.surface
}

/// The objects of the specification with their structs, in the plan's order.
fn named<'a>(api: &'a Api, plan: &'a ApiPlan) -> impl Iterator<Item = (&'a str, &'a Object, &'a StructPlan)> {
    let sides = api.types.iter().flat_map(|named| {
        let count = usize::from(named.in_request) + usize::from(named.in_response);
        std::iter::repeat_n((named.name.as_str(), &named.object), count)
    });
    sides.zip(&plan.types).map(|((name, object), planned)| (name, object, planned))
}

fn types<'a>(api: &'a Api, plan: &'a ApiPlan) -> Vec<(TypeRef, &'a str)> {
    named(api, plan)
        .map(|(name, _, planned)| (TypeRef { name: planned.name.clone(), scope: planned.scope }, name))
        .collect()
}

fn name_of(object: &StructPlan) -> String {
    scoped(object.name.as_str(), object.scope)
}

fn scoped(name: &str, scope: Scope) -> String {
    match scope {
        Scope::Root => name.to_owned(),
        Scope::ResponseModule => format!("response::{name}"),
    }
}

struct Found<'a> {
    plan: &'a ApiPlan,
    /// Names of the specification, by Rust's.
    types: Vec<(TypeRef, &'a str)>,
    surface: Surface,
}

impl Found<'_> {
    fn put(&mut self, name: String, role: Role, path: &str, meaning: String, ty: Option<&RustType>) {
        let of = ty.and_then(RustType::object).map(|of| format!("types.{}", self.spec_name(of)));
        self.surface.insert(name, Item { path: path.to_owned(), meaning, of, causes: &[], role });
    }

    fn method(&mut self, name: &str, path: &str, causes: &'static [&'static str], meaning: String) {
        let item = Item { path: path.to_owned(), meaning, of: None, causes, role: Role::Method };
        self.surface.insert(name.to_owned(), item);
    }

    fn spec_name(&self, of: &TypeRef) -> String {
        self.types.iter().find(|(known, _)| known == of).map_or_else(String::new, |(_, name)| (*name).to_owned())
    }

    /// A type in Rust, with the specification's names.
    fn ty(&self, ty: &RustType, listed: &str) -> String {
        let one = |kind: Kind| match kind {
            Kind::Text => "String",
            Kind::Int => "i64",
            Kind::Bool => "bool",
            Kind::Date => "DateTime",
            Kind::Decimal => "Decimal",
            Kind::Json => "Json",
            Kind::File => "File",
        };
        match ty {
            RustType::One(kind) => one(*kind).to_owned(),
            RustType::Many(kind) => format!("Vec<{}>", one(*kind)),
            RustType::Enum(_) => format!("enum {listed}"),
            RustType::Enums(_) => format!("Vec<enum {listed}>"),
            RustType::Object(of, boxed) => {
                let name = format!("{}{}", self.spec_name(of), twin(of.scope));
                if *boxed { format!("Box<{name}>") } else { name }
            }
            RustType::Objects(of) => format!("Vec<{}{}>", self.spec_name(of), twin(of.scope)),
        }
    }

    fn object(&mut self, path: &str, object: &Object, planned: &StructPlan) {
        let own = name_of(planned);
        for (field, plan) in object.fields.iter().zip(&planned.fields) {
            let at = format!("{path}.{}", field.key);
            let listed = wanted_enum_name(field);
            let meaning = format!("{}, {} on the wire", self.ty(&plan.ty, &listed), field.wire);
            // A request's fields are private: its getters are used.
            let ident = if planned.side == Side::Request { &plan.getter } else { &plan.ident };
            let call = if planned.side == Side::Request { "()" } else { "" };
            self.put(format!("{own}::{}{call}", ident.as_str()), Role::Field, &at, meaning, Some(&plan.ty));
            if let RustType::Enum(of) | RustType::Enums(of) = &plan.ty
                && let Some(listed_enum) = self.plan.enums.iter().find(|known| known.name == of.name)
            {
                self.values(&at, &listed, listed_enum);
            }
        }
        if let Some(builder) = &planned.builder {
            self.setters(&format!("{own}::builder()"), builder, path, object, None);
        }
    }

    fn values(&mut self, path: &str, listed: &str, of: &EnumPlan) {
        let name = of.name.as_str();
        if self.surface.contains_key(name) {
            return;
        }
        let kind = if of.numeric { "numbers" } else { "texts" };
        self.put(name.to_owned(), Role::Type, path, format!("enum {listed} of {kind}"), None);
        for variant in &of.variants {
            let path = format!("{path}.values.{}", variant.value);
            self.put(format!("{name}::{}", variant.name), Role::Value, &path, variant.value.clone(), None);
        }
    }

    /// The setters of a builder; `inside`: the flattened object with its path.
    fn setters(
        &mut self,
        call: &str,
        builder: &BuilderPlan,
        path: &str,
        object: &Object,
        inside: Option<(&str, &Object)>,
    ) {
        for setter in &builder.setters {
            let (path, object) =
                if setter.inside.is_some() { inside.unwrap_or((path, object)) } else { (path, object) };
            let Some(field) = object.fields.get(setter.index) else { continue };
            let at = format!("{path}.{}", field.key);
            let ty = self.ty(&setter.ty, &wanted_enum_name(field));
            let meaning = format!("{ty}, {} on the wire", field.wire);
            self.put(format!("{call}.{}()", setter.name.as_str()), Role::Setter, &at, meaning, Some(&setter.ty));
            if let Some(maybe) = &setter.maybe {
                let meaning = format!("Option<{ty}>, {} on the wire", field.wire);
                self.put(format!("{call}.{}()", maybe.as_str()), Role::Twin, &at, meaning, Some(&setter.ty));
            }
        }
    }

    /// The builder of a request one of whose parameters is flattened: alone it is its object's.
    fn requests_builder(&mut self, api: &Api) {
        let Some(parameter) = api.flatten.and_then(|at| api.request.fields.get(at)) else { return };
        let Some(named) = parameter.ty.object().map(|id| api.named(id)) else { return };
        let path = format!("types.{}", named.name);
        let alone = self.plan.flattened_alone().and_then(|object| object.builder.clone());
        match (alone, self.plan.request.builder.clone()) {
            (Some(builder), _) => self.setters("Request::builder()", &builder, &path, &named.object, None),
            (None, Some(builder)) => {
                let inside = Some((path.as_str(), &named.object));
                self.setters("Request::builder()", &builder, "request", &api.request, inside);
            }
            (None, None) => {}
        }
        self.method("Request::builder().from_object()", &path, &["flatten"], named.name.clone());
    }

    /// What sends, pages, and says how the business went.
    fn methods(&mut self) {
        let plan = self.plan;
        if !plan.is_sent() {
            return;
        }
        let effect = if plan.effect == Effect::Read { "reads" } else { "writes" };
        self.method("Request::send()", "effect", &[], effect.to_owned());
        if let Some(paging) = &plan.paging {
            let item = self.ty(&paging.items.ty, "");
            self.method("Response::items()", "paging", &[], format!("{item}, {}", paging.items.text));
            if plan.effect == Effect::Read {
                self.method("Request::pages()", "paging", &["effect"], item);
            }
        }
        if plan.by_time_window {
            self.method("Request::by_time_window()", "request.rules", &["paging", "effect"], String::new());
        }
        if let Some(outcome) = &plan.outcome {
            let paths: [(&str, Option<&PathPlan>); 3] = [
                ("business_ok", Some(&outcome.ok)),
                ("business_code", outcome.code.as_ref()),
                ("business_message", outcome.message.as_ref()),
            ];
            for (name, path) in paths.into_iter().filter_map(|(name, path)| Some((name, path?))) {
                let meaning = format!("{}, {}", self.ty(&path.ty, ""), path.text);
                self.method(&format!("Response::{name}()"), "outcome", &[], meaning);
            }
        }
        for accessor in &plan.checked {
            let meaning = format!("{}, {}", self.ty(&accessor.path.ty, ""), accessor.path.text);
            let name = format!("CheckedResponse::{}()", accessor.name.as_str());
            self.method(&name, "outcome", &["effect"], meaning);
        }
    }
}

fn twin(scope: Scope) -> &'static str {
    if scope == Scope::ResponseModule { " of the response" } else { "" }
}
